"""The compiled scanner, or None where it was not built: this is the one place that knows."""

__all__ = ["scanner"]

try:
    from cecli.readers.text import scanner
except ImportError:
    scanner = None  # type: ignore[assignment]
