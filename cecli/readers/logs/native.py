"""The compiled reader of tokens, or None if it was not built. Only this module imports it."""

__all__ = ["token_rows"]

try:
    from cecli.readers.logs import token_rows
except ImportError:
    token_rows = None  # type: ignore[assignment]
