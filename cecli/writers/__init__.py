"""Writers: files that are copied with some columns added or replaced, and all else as it was."""
