"""How fast cecli is beside its rivals, and how much memory it takes."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "build" / "benchmarks"  # of the files that are raced on
