"""The names and texts of the classes that state documents, as a JSON Schema has them."""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema

# How a class is called in schemas, where the package has another class of that name.
RENAMED = {"ColumnFound": "Column", "Failure": "Error"}


def name_in_schema(name: str) -> str:
    """Return what a schema calls a class.

    Examples
    --------
    >>> name_in_schema("GroupDocument"), name_in_schema("ColumnFound"), name_in_schema("Notice")
    ('Group', 'Column', 'Notice')
    """
    return RENAMED.get(name, name.removesuffix("Document"))


class StatedJsonSchema(GenerateJsonSchema):
    """A generator of schemas that takes a class's description from its first sentence."""

    def normalize_name(self, name: str) -> str:
        """Return the key of a definition."""
        return super().normalize_name(name_in_schema(name))

    def dataclass_schema(self, schema: Any) -> dict[str, Any]:
        """Return the schema of a dataclass, without what its docstring says of Python."""
        found = super().dataclass_schema(schema)
        described, _, _ = (schema["cls"].__doc__ or "").partition("\n")
        return {**found, "title": name_in_schema(schema["cls"].__name__), "description": described}
