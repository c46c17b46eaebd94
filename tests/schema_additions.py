"""Whether one JSON Schema says all that another says, and perhaps more."""

from typing import Any

# What is for people only.
TEXTS = {"title", "description", "$id", "examples"}


def lost(old: Any, new: Any, *, is_read: bool, path: str = "") -> list[str]:
    """Return what of an old schema is not in a new one, by its path.

    Added may be properties, definitions, and alternatives of values. What is written must stay
    there where it was required; what is read must not be required where it was not.
    """
    if isinstance(old, dict) and isinstance(new, dict):
        found = []
        for key in old.keys() - TEXTS:
            if key not in new and not (key == "required" and is_read):
                found.append(f"{path}/{key}")
            elif key == "required":
                kept, there = (new, old) if is_read else (old, new)
                gone = set(kept.get(key, [])) - set(there.get(key, []))
                found += [f"{path}/required/{name}" for name in sorted(gone)]
            else:
                found += lost(old[key], new[key], is_read=is_read, path=f"{path}/{key}")
        # A bound, or a closed list, that was not there before.
        found += [f"{path}/+{key}" for key in new.keys() - old.keys() - TEXTS if is_narrower(key)]
        if is_read and "required" in new and "required" not in old:
            found.append(f"{path}/+required")
        return found
    if isinstance(old, list) and isinstance(new, list):
        return [
            f"{path}/{part}"
            for part in old
            if all(lost(part, other, is_read=is_read) for other in new)
        ]
    return [] if old == new else [f"{path}: {old!r} became {new!r}"]


def is_narrower(key: str) -> bool:
    return key in {
        "type", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
        "pattern", "minLength", "maxLength", "additionalProperties", "anyOf", "$ref",
    }  # fmt: skip
