"""A manifest as the provider stores it: the Go value that a JSON body becomes, and what Go writes for it again.

The hash on chain is that of the re-marshalled value (shared reference, 7.5 and 7.6), so unknown keys vanish, keys left
out come back as null or zero, and `[]` stays different from `null`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from akash_tui.practice.provider.go_json import GoJsonError, encode, kind_of


@dataclass(frozen=True)
class Scalar:
    """A Go string, bool or integer type, with the zero value that a missing key leaves."""

    name: str
    zero: str | bool | int
    low: int = 0
    high: int = 0


@dataclass(frozen=True)
class Many:
    """A Go slice: nil (null) or a list."""

    of: Kind


@dataclass(frozen=True)
class Struct:
    """A Go struct; `fields` are (JSON name, kind, omitempty) in declaration order."""

    name: str
    fields: tuple[tuple[str, Kind, bool], ...]


@dataclass(frozen=True)
class Pointer:
    """A Go pointer to a struct: nil is null."""

    to: Struct


Kind = Scalar | Many | Struct | Pointer

STRING = Scalar("string", "")
BOOL = Scalar("bool", False)
UINT32 = Scalar("uint32", 0, 0, 2**32 - 1)
INT32 = Scalar("int32", 0, -(2**31), 2**31 - 1)
NUMERAL = Scalar("math.Int", "0")
"""A whole number written as a JSON string (cosmossdk.io/math.Int)."""


def _struct(name: str, *fields: tuple[str, Kind] | tuple[str, Kind, bool]) -> Struct:
    return Struct(name, tuple((f[0], f[1], len(f) == 3) for f in fields))


_VALUE = _struct("ResourceValue", ("val", NUMERAL))
_ATTRIBUTES = Many(_struct("Attribute", ("key", STRING), ("value", STRING)))
_RESOURCES = _struct(
    "Resources",
    ("id", UINT32),
    ("cpu", Pointer(_struct("CPU", ("units", _VALUE), ("attributes", _ATTRIBUTES, True))), True),
    ("memory", Pointer(_struct("Memory", ("size", _VALUE), ("attributes", _ATTRIBUTES, True))), True),
    (
        "storage",
        Many(_struct("Storage", ("name", STRING), ("size", _VALUE), ("attributes", _ATTRIBUTES, True))),
        True,
    ),
    ("gpu", Pointer(_struct("GPU", ("units", _VALUE), ("attributes", _ATTRIBUTES, True))), True),
    ("endpoints", Many(_struct("Endpoint", ("kind", INT32, True), ("sequence_number", UINT32)))),
)
_HTTP_OPTIONS = _struct(
    "ServiceExposeHTTPOptions",
    ("maxBodySize", UINT32),
    ("readTimeout", UINT32),
    ("sendTimeout", UINT32),
    ("nextTries", UINT32),
    ("nextTimeout", UINT32),
    ("nextCases", Many(STRING)),
)
_EXPOSE = _struct(
    "ServiceExpose",
    ("port", UINT32),
    ("externalPort", UINT32),
    ("proto", STRING),
    ("service", STRING),
    ("global", BOOL),
    ("hosts", Many(STRING)),
    ("httpOptions", _HTTP_OPTIONS),
    ("ip", STRING),
    ("endpointSequenceNumber", UINT32),
)
_PARAMS = _struct(
    "ServiceParams",
    ("storage", Many(_struct("StorageParams", ("name", STRING), ("mount", STRING), ("readOnly", BOOL)))),
    ("permissions", Pointer(_struct("ServicePermissions", ("read", Many(STRING)))), True),
    ("tee", Pointer(_struct("TEEParams", ("type", STRING), ("attestation", BOOL))), True),
)
_CREDENTIALS = _struct(
    "ServiceImageCredentials", ("host", STRING), ("email", STRING), ("username", STRING), ("password", STRING)
)
_SERVICE = _struct(
    "Service",
    ("name", STRING),
    ("image", STRING),
    ("command", Many(STRING)),
    ("args", Many(STRING)),
    ("env", Many(STRING)),
    ("resources", _RESOURCES),
    ("count", UINT32),
    ("expose", Many(_EXPOSE)),
    ("params", Pointer(_PARAMS), True),
    ("credentials", Pointer(_CREDENTIALS)),
    ("interconnectGroup", STRING, True),
)
MANIFEST = Many(_struct("Group", ("name", STRING), ("services", Many(_SERVICE))))


def to_go(decoded: Any) -> list[dict[str, Any]]:
    """The Go value of a decoded body, unknown keys dropped and missing ones zero; GoJsonError for a wrong type."""
    if decoded is None:
        return []
    if not isinstance(decoded, list):
        raise GoJsonError(f"json: cannot unmarshal {kind_of(decoded)} into Go value of type v2beta3.Manifest")
    value: list[dict[str, Any]] = _decode(MANIFEST, decoded, "Manifest", ())
    return value


def version(manifest: list[dict[str, Any]]) -> bytes:
    """The manifest's version: SHA-256 of its canonical JSON, 32 bytes."""
    return hashlib.sha256(encode(manifest, sort=True)).digest()


def _zero(kind: Kind) -> Any:
    if isinstance(kind, Scalar):
        return kind.zero
    if isinstance(kind, Struct):
        return {name: _zero(inner) for name, inner, omit in kind.fields if not (omit and not isinstance(inner, Struct))}
    return None


def _decode(kind: Kind, value: Any, struct: str, path: tuple[str, ...]) -> Any:
    if isinstance(kind, Pointer):
        return None if value is None else _decode(kind.to, value, struct, path)
    if value is None:
        return _zero(kind)
    if isinstance(kind, Scalar):
        return _scalar(kind, value, struct, path)
    if isinstance(kind, Many):
        if not isinstance(value, list):
            raise _mismatch(value, f"[]{_name(kind.of)}", struct, path)
        return [_decode(kind.of, inner, struct, path) for inner in value]
    if not isinstance(value, dict):
        raise _mismatch(value, f"v2beta3.{kind.name}", struct, path)
    found = {key.lower(): inner for key, inner in value.items()}
    fields: dict[str, Any] = {}
    for name, inner, omit in kind.fields:
        decoded = _decode(inner, found.get(name.lower()), kind.name, (*path, name))
        if omit and not isinstance(inner, Struct) and decoded in (None, "", 0, False, []):
            continue
        fields[name] = decoded
    return fields


def _scalar(kind: Scalar, value: Any, struct: str, path: tuple[str, ...]) -> Any:
    if kind is NUMERAL:
        if not isinstance(value, str):
            raise GoJsonError(f"json: cannot unmarshal {kind_of(value)} into Go value of type string")
        digits = value.removeprefix("-")
        if not (digits.isascii() and digits.isdigit()):
            raise GoJsonError(f"failed to set big.Int from string: {value}")
        return str(int(value))
    if isinstance(kind.zero, bool | str):
        if type(value) is not type(kind.zero):
            raise _mismatch(value, kind.name, struct, path)
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _mismatch(value, kind.name, struct, path)
    if isinstance(value, float) or not kind.low <= value <= kind.high:
        raise GoJsonError(
            f"json: cannot unmarshal number {value} into Go struct field {struct}.{'.'.join(path)} of type {kind.name}"
        )
    return value


def _name(kind: Kind) -> str:
    if isinstance(kind, Scalar):
        return kind.name
    return f"v2beta3.{kind.name}" if isinstance(kind, Struct) else "interface {}"


def _mismatch(value: Any, wanted: str, struct: str, path: tuple[str, ...]) -> GoJsonError:
    where = f"Go struct field {struct}.{'.'.join(path)}" if path else "Go value"
    return GoJsonError(f"json: cannot unmarshal {kind_of(value)} into {where} of type {wanted}")
