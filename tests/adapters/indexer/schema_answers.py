"""Answers generated from the index's own specification: right by its schema, absurd wherever that lets them be."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

_TEXTS = st.sampled_from(
    ["", "nvidia", "h100", "80Gi", "SXM5", "PCIe", "\x1b[2J", "x" * 5000, "[bold]", "2026-11-01T00:00:00.000Z", "USD"]
) | st.text(max_size=12)
_NUMBERS = (
    st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(0, 500)
    | st.sampled_from([0, 0.5, 1e308, -1, 1e-300, 100])
)
OWNERS = st.sampled_from(
    ["akash1lrnw4zp0etztt3yjvfpct3vmz0tztr9lgz4zwf", "akash1pmvlt7jkta68ahlvpx67rh6q5pfdl2wqle8v32", "akash1", ""]
)


def answers(schema: dict[str, Any], name: str = "") -> st.SearchStrategy[Any]:
    """Values of a schema; optional parts come and go, nullable ones are null at times."""
    made = _of_type(schema, name)
    return made | st.none() if schema.get("nullable") else made


def _of_type(schema: dict[str, Any], name: str) -> st.SearchStrategy[Any]:
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kind = schema.get("type")
    if kind == "object":
        named = {key: answers(sub, key) for key, sub in schema.get("properties", {}).items()}
        needed = set(schema.get("required", []))
        rest = schema.get("additionalProperties")
        if not named and isinstance(rest, dict):
            return st.dictionaries(_TEXTS, answers(rest), max_size=3)
        return st.fixed_dictionaries(
            {k: v for k, v in named.items() if k in needed},
            optional={k: v for k, v in named.items() if k not in needed},
        )
    if kind == "array":
        return st.lists(answers(schema["items"]), max_size=3)
    if kind == "boolean":
        return st.booleans()
    if kind in ("number", "integer"):
        return _NUMBERS if kind == "number" else st.integers(-(10**30), 10**30)
    if name in ("date", "checkDate"):
        return st.dates().map(lambda d: f"{d.isoformat()}T00:00:00.000Z") | _TEXTS
    return OWNERS if name == "owner" else _TEXTS
