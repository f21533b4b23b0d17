"""From nodes to what the chain and the provider get: the deployment's groups, manifest and hash.

The target is the Go implementation: the same files are accepted and the same bytes come out
(shared conformance data). Go stops at its first error; here all are collected.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from akash_tui.domain.akash.resources import GroupSpec
from akash_tui.domain.sdl.build.groups import build
from akash_tui.domain.sdl.build.service_json import Json
from akash_tui.domain.sdl.check.limits import check_limits
from akash_tui.domain.sdl.check.uses import check_uses
from akash_tui.domain.sdl.problem import SdlProblem, Severity, in_file_order
from akash_tui.domain.sdl.read.document import read_document, reclamation_ns
from akash_tui.domain.sdl.read.foreign import is_foreign
from akash_tui.domain.sdl.read.model import Document
from akash_tui.domain.sdl.read.nodes import Node, ReadFault, Scalar, content_of
from akash_tui.domain.sdl.read.reading import SdlReading
from akash_tui.domain.sdl.read.yaml_scalars import is_null

_ESCAPES: Final = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


@dataclass(frozen=True, slots=True)
class Compiled:
    """A compiled SDL. Without `ok` it has only problems; with it there may be warnings."""

    ok: bool
    problems: tuple[SdlProblem, ...]
    groups: tuple[GroupSpec, ...] = ()
    manifest_json: bytes = b""
    """The exact bytes that are hashed; they can be sent to the provider as they are."""
    version: bytes = b""
    """SHA-256 of the manifest: the deployment's hash on chain."""
    reclamation_ns: int | None = None
    groups_json: Sequence[Json] = ()
    """Go's JSON form of the groups, with its nulls, for `sdl build`."""
    document: Document | None = field(default=None, compare=False, repr=False)
    reading: SdlReading | None = field(default=None, compare=False, repr=False)
    """What it was compiled from, for the doctor; None if it could not be read."""

    @property
    def errors(self) -> tuple[SdlProblem, ...]:
        return tuple(p for p in self.problems if p.severity is Severity.ERROR)


def compile_sdl(node: Node | ReadFault | None, file: str = "-") -> Compiled:
    """Compile the document of one file; never raises: the result carries its problems."""
    reading = SdlReading(file)
    if isinstance(node, ReadFault):
        reading.error(node.code, node, "", node.message, node.advice)
        return Compiled(False, tuple(reading.problems))
    root = content_of(node) if node is not None else None
    if root is None or is_null(root):
        reading.error("sdl.empty", Scalar(""), "", "The file is empty.", "Start from a preset, or from an example.")
        return Compiled(False, tuple(reading.problems))
    if is_foreign(reading, root):
        return Compiled(False, tuple(reading.problems))
    document = read_document(reading, root)
    window: int | None = None
    if document is not None:
        window = reclamation_ns(reading, document)
        check_uses(reading, document)
        check_limits(reading, document)
    problems = in_file_order(reading.problems)
    if document is None or reading.failed:
        return Compiled(False, problems, document=document, reading=reading)
    groups, services, groups_json = build(document)
    manifest = canonical_json(services)
    version = hashlib.sha256(manifest).digest()
    return Compiled(True, problems, groups, manifest, version, window, groups_json, document, reading)


def canonical_json(value: object) -> bytes:
    """Sorted keys, no spaces, raw UTF-8, with Go's five escapes: the form that is hashed."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.translate(_ESCAPES).encode("utf-8")
