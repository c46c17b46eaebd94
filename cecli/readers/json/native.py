"""The compiled converter, or None if it was not built. Only this module imports it."""

__all__ = ["converter"]

try:
    from cecli.readers.json import converter
except ImportError:
    converter = None  # type: ignore[assignment]
