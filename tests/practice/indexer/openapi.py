"""Checks a value against the subset of JSON Schema that the indexer's specification uses."""

from __future__ import annotations

import re
from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}
_KNOWN = {
    "type",
    "properties",
    "required",
    "items",
    "nullable",
    "additionalProperties",
    "enum",
    "minimum",
    "exclusiveMinimum",
    "minLength",
    "pattern",
    "description",
    "example",
}


def faults(schema: dict[str, Any], value: Any, path: str = "$") -> list[str]:
    """Every place where the value breaks the schema; a keyword that this does not know is a fault as well."""
    unknown = set(schema) - _KNOWN - {"format", "default", "maximum", "maxLength"}
    if unknown:
        return [f"{path}: schema keywords not understood: {sorted(unknown)}"]
    if value is None:
        return [] if schema.get("nullable") else [f"{path}: null"]
    wanted = schema.get("type")
    if wanted and (not isinstance(value, _TYPES[wanted]) or (wanted != "boolean" and isinstance(value, bool))):
        return [f"{path}: {type(value).__name__} instead of {wanted}"]
    found = []
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{path}: {value!r} is none of {schema['enum']}")
    if isinstance(value, str) and (
        len(value) < schema.get("minLength", 0) or not re.search(schema.get("pattern", ""), value)
    ):
        found.append(f"{path}: {value!r} is not written so")
    if isinstance(value, int | float) and "minimum" in schema:
        least = schema["minimum"]
        if value < least or (schema.get("exclusiveMinimum") is True and value == least):
            found.append(f"{path}: {value!r} is too small")
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        found += [f"{path}.{key}: missing" for key in schema.get("required", []) if key not in value]
        for key, inner in value.items():
            rest = schema.get("additionalProperties")
            sub = properties.get(key) or (rest if isinstance(rest, dict) else None)
            if sub is not None:
                found += faults(sub, inner, f"{path}.{key}")
    if isinstance(value, list) and "items" in schema:
        for index, inner in enumerate(value):
            found += faults(schema["items"], inner, f"{path}[{index}]")
    return found
