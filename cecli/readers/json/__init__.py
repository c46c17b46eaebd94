"""JSON: one record a line, or an array of records.

records - one record: strictly decoded, its keys by path, and the texts of its values
native - the compiled converter, or None where it was not built
converter - the compiled converter of arrays into lines, and of plain lines into delimited text
arrays - the records of an array, each on a line of its own
tables - the keys of the first records as a header, and the table
"""

import re

# An object with a key, perhaps on the next line; or an array of objects.
BEGIN = re.compile(rb'\s*(?:\{\s*["}]|\[\s*(?:[{\]]|\Z))')


def begins_json(head: bytes) -> bool:
    """Return whether a text with these first bytes has records: no delimited text begins so."""
    return BEGIN.match(head) is not None
