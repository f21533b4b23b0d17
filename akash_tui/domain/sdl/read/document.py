"""The sections of an SDL: version, services, profiles, deployment, endpoints, reclamation.

Go reads top-level keys one by one: an unknown one is an error, a repeated section is added to the
earlier one, and `<<` is not special here (shared reference, SDL rules 16, 18 and 19).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from typing import Final, TypeVar

from akash_tui.domain.akash.resources import Attribute
from akash_tui.domain.sdl.go.numbers import parse_decimal, parse_duration
from akash_tui.domain.sdl.go.text import parse_version
from akash_tui.domain.sdl.problem import join, shown
from akash_tui.domain.sdl.read.compute import read_compute
from akash_tui.domain.sdl.read.model import Document, Placement, Price, Use
from akash_tui.domain.sdl.read.nodes import Content, Mapping, Node, ReadFault, Scalar, content_of, contents, raw
from akash_tui.domain.sdl.read.reading import MappingEntry, SdlReading, TextList
from akash_tui.domain.sdl.read.service import read_service
from akash_tui.domain.sdl.read.yaml_scalars import is_null

T = TypeVar("T")

SECTIONS: Final = ("version", "services", "profiles", "deployment", "endpoints", "reclamation", "include")
DENOM: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9/:._-]{2,127}", re.ASCII)


def read_document(reading: SdlReading, root: Content) -> Document | None:
    """The whole file; None if not even its version can be used."""
    flat = contents(root)
    v21 = _version(reading, root, flat)
    if v21 is None:
        return None
    document = Document(v21, root=root)
    if len(flat) % 2:
        reading.wrong_kind(root, "the file", "a mapping (key: value)")
        return None
    for key, value in zip(flat[::2], flat[1::2], strict=True):
        _section(reading, document, key, value)
    return document


def _version(reading: SdlReading, root: Node, flat: tuple[Node, ...]) -> bool | None:
    """False for 2.0, True for 2.1 and above."""
    for index, node in enumerate(flat):
        if raw(node) != "version":
            continue
        if index + 1 == len(flat):
            break
        value = flat[index + 1]
        version = parse_version(raw(value))
        if version is not None and version == (2, 0, 0, False):
            return False
        if version is not None and version[:3] >= (2, 1, 0) and not (version[:3] == (2, 1, 0) and version[3]):
            return True
        reading.error(
            "sdl.version",
            value,
            "version",
            f"The SDL version `{shown(raw(value))}` is not supported.",
            'Write version: "2.0" (or "2.1").',
        )
        return None
    reading.error(
        "sdl.version-missing", root, "version", "The file has no SDL version.", 'Start it with version: "2.0".'
    )
    return None


def _section(reading: SdlReading, document: Document, key: Node, value: Node) -> None:
    name = raw(key)
    if name == "services":
        _update(reading, document.services, value, name, read_service)
    elif name == "profiles":
        found = reading.fields(value, name, ("compute", "placement"))
        if "compute" in found:
            _update(reading, document.computes, found["compute"].value, "profiles.compute", read_compute)
        if "placement" in found:
            _update(reading, document.placements, found["placement"].value, "profiles.placement", _placement)
    elif name == "deployment":
        _deployment(reading, document, value)
    elif name == "endpoints":
        _update(reading, document.endpoints, value, name, _endpoint)
    elif name == "reclamation":
        _reclamation(reading, document, key, value)
    elif name == "include":
        reading.texts(value, name)
    elif name != "version":
        reading.error(
            "sdl.unknown-section",
            key,
            shown(name),
            f"`{shown(name)}` is not a section of an SDL.",
            _section_advice(name),
        )


def _section_advice(name: str) -> str:
    if name in ("compute", "placement"):
        return f"Write profiles: above it, and move {name}: and all lines below it two blanks to the right."
    if name in ("pricing", "signedBy", "attributes"):
        return "It goes under profiles: / placement: / the placement's name."
    near = difflib.get_close_matches(name, SECTIONS, n=1, cutoff=0.7)
    if near:
        return f"Did you mean {near[0]}?"
    anchors = " Anchors can be inside a section instead." if name.startswith(("x-", "<<", ".")) else ""
    return f"Sections are {', '.join(SECTIONS[:-1])}.{anchors}"


def profiles_of(reading: SdlReading, root: Node | ReadFault | None, section: str) -> list[MappingEntry]:
    """The profiles of a whole file in `compute` or `placement`, for edits: as they are written, unchecked."""
    parts = [value for key, value in root.pairs if raw(key) == "profiles"] if isinstance(root, Mapping) else []
    found = (reading.field_at(part, section) for part in parts)
    return [profile for entry in found if entry is not None for profile in reading.entries(entry.value, "")]


def _update(
    reading: SdlReading,
    target: dict[str, T],
    value: Node,
    path: str,
    make: Callable[[SdlReading, MappingEntry, str], T],
) -> None:
    """Add a section's entries; a null section empties it, a null entry does not replace one."""
    if is_null(value):
        target.clear()
    for entry in reading.entries(value, path):
        if not (is_null(entry.value) and entry.name in target):
            target[entry.name] = make(reading, entry, join(path, entry.name))


def _placement(reading: SdlReading, entry: MappingEntry, path: str) -> Placement:
    found = reading.fields(entry.value, path, ("attributes", "signedBy", "pricing"))
    attributes: list[Attribute] = []
    if "attributes" in found:
        here = found.at("attributes")
        for each in sorted(reading.entries(found["attributes"].value, here)):
            attributes.append(Attribute(each.name, reading.text(each.value, join(here, each.name)) or ""))
    all_of: TextList | None = None
    any_of: TextList | None = None
    if "signedBy" in found:
        signers = reading.fields(found["signedBy"].value, found.at("signedBy"), ("allOf", "anyOf"))
        all_of, any_of = signers.texts("allOf"), signers.texts("anyOf")
    prices: dict[str, Price] = {}
    if "pricing" in found:
        _update(reading, prices, found["pricing"].value, found.at("pricing"), _price)
    return Placement(entry.name, tuple(attributes), all_of, any_of, prices, entry.key)


def _price(reading: SdlReading, entry: MappingEntry, path: str) -> Price:
    """A price, or, for null, one without a denomination: refused only where a deployment uses it."""
    if is_null(entry.value):
        return Price("", 0, entry.key, entry.key, entry.key)
    before = len(reading.problems)
    found = reading.fields(entry.value, path, ("amount", "denom"))
    amount_node = found["amount"].value if "amount" in found else entry.key
    denom_node = found["denom"].value if "denom" in found else entry.key
    amount_text, denom = found.text("amount"), found.text("denom")
    if len(reading.problems) > before:
        return Price("", None, entry.key, amount_node, denom_node)
    amount = parse_decimal(amount_text or "")
    if amount is None:
        _price_error(reading, amount_node, join(path, "amount"), amount_text or "")
    elif amount <= 0:
        reading.error(
            "sdl.price-zero",
            amount_node,
            join(path, "amount"),
            f"The price `{shown(amount_text or '')}` is not above 0.",
            "Write the highest price per block, in millionths: 1000 is about 0.59 ACT an hour.",
        )
        amount = None
    if not DENOM.fullmatch(denom or ""):
        reading.error(
            "sdl.denom",
            denom_node,
            join(path, "denom"),
            f"`{shown(denom or '')}` is not a denomination." if denom else "The price has no denomination.",
            "Write denom: uact.",
        )
        amount = None
    return Price(denom or "", amount, entry.key, amount_node, denom_node)


def _price_error(reading: SdlReading, node: Node, path: str, text: str) -> None:
    fraction = text.partition(".")[2]
    if not text:
        message, advice = "The price has no amount.", "Write amount: and the highest price per block."
    elif len(fraction) > 18 and fraction.isdigit():
        message, advice = (
            f"The price `{shown(text)}` has {len(fraction)} decimals, more than 18.",
            "Shorten it.",
        )
    else:
        message = f"Cannot read the price `{shown(text)}`."
        advice = "Write a plain decimal number: no exponent, no unit, no underscore, a digit before the point."
    reading.error("sdl.price", node, path, message, advice)


def _endpoint(reading: SdlReading, entry: MappingEntry, path: str) -> tuple[str | None, Node]:
    found = reading.fields(entry.value, path, ("kind",))
    return found.text("kind"), entry.key


def _deployment(reading: SdlReading, document: Document, value: Node) -> None:
    if is_null(value):
        document.deployment.clear()
    for service in reading.entries(value, "deployment"):
        path = join("deployment", service.name)
        uses: dict[str, Use] = {}
        placements = reading.entries(service.value, path)
        flat = [e for e in placements if e.name in ("profile", "count") and isinstance(content_of(e.value), Scalar)]
        if flat and not all(is_null(each.value) for each in flat):
            named = next((raw(e.value) for e in flat if e.name == "profile"), "web")
            reading.error(
                "sdl.type",
                flat[0].key,
                path,
                f"{path} names no placement: profile and count stand one level too high.",
                f"Write deployment: / {shown(service.name)}: / the placement: / profile: {shown(named)} and count: 1, "
                "each two blanks deeper than the one before.",
            )
            continue
        for placed in placements:
            found = reading.fields(placed.value, join(path, placed.name), ("profile", "count"))
            profile, count = found.text("profile"), found.number("count")
            named_at = found["profile"].value if "profile" in found else placed.key
            uses[placed.name] = Use(service.name, placed.name, profile, count, placed.key, named_at)
        document.deployment[service.name] = uses


def _reclamation(reading: SdlReading, document: Document, key: Node, value: Node) -> None:
    found = reading.fields(value, "reclamation", ("min_window",))
    window = found.get("min_window")
    document.reclamation = (found.text("min_window"), window.value if window else key)


def reclamation_ns(reading: SdlReading, document: Document) -> int | None:
    """The window in nanoseconds; checked after all sections, because the last one counts."""
    if document.reclamation is None or document.reclamation[0] is None:
        return None
    text, node = document.reclamation
    window = parse_duration(text or "")
    if window is not None and window > 0:
        return window
    reading.error(
        "sdl.reclamation",
        node,
        "reclamation.min_window",
        f"The reclamation window `{shown(text or '')}` is not a duration above 0.",
        "Write a number with its unit: 90s, 30m, 24h, 1h30m.",
    )
    return None
