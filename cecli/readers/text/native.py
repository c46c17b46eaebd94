"""The compiled scanner, or None if it was not built. Only this module imports it."""

__all__ = ["scanner"]

try:
    from cecli.readers.text import scanner
except ImportError:
    scanner = None  # type: ignore[assignment]
