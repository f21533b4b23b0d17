"""From nodes to what the chain and the provider get: the deployment's groups, manifest and hash.

The target is the Go implementation: the same files are accepted and the same bytes come out
(shared conformance data). Where Go stops at its first complaint, all are collected here.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final

from akash_tui.domain.akash.resources import GroupSpec
from akash_tui.domain.sdl.build.groups import build
from akash_tui.domain.sdl.check.limits import check_limits
from akash_tui.domain.sdl.check.uses import check_uses
from akash_tui.domain.sdl.problem import SdlProblem, Severity
from akash_tui.domain.sdl.read.document import read_document, reclamation_ns
from akash_tui.domain.sdl.read.model import Document
from akash_tui.domain.sdl.read.nodes import Alias, Node, ReadFault
from akash_tui.domain.sdl.read.reading import SdlReading
from akash_tui.domain.sdl.read.yaml_scalars import is_null

_ESCAPES: Final = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


@dataclass(frozen=True, slots=True)
class Compiled:
    """An SDL's outcome. Without `ok` there are only problems; with it there may be none."""

    ok: bool
    groups: tuple[GroupSpec, ...] = ()
    manifest_json: bytes = b""
    """The exact bytes that are hashed; they can be sent to the provider as they are."""
    version: bytes = b""
    """SHA-256 of the manifest: the deployment's hash on chain."""
    reclamation_ns: int | None = None
    problems: tuple[SdlProblem, ...] = ()
    groups_text: str = "[]"
    """Go's JSON of the groups."""

    def groups_json(self) -> list[dict[str, Any]]:
        """Go's JSON form of the groups, with its nulls, for `sdl build`."""
        groups: list[dict[str, Any]] = json.loads(self.groups_text)
        return groups

    @property
    def errors(self) -> tuple[SdlProblem, ...]:
        return tuple(p for p in self.problems if p.severity is Severity.ERROR)


@dataclass(frozen=True, slots=True)
class Examined:
    """A compiled SDL together with what it was read from, for whoever wants to say more about it."""

    compiled: Compiled
    document: Document | None = None
    reading: SdlReading | None = None


def compile_sdl(node: Node | ReadFault | None, file: str = "-") -> Compiled:
    """Compile the document of one file; never raises: the outcome carries its problems."""
    return examine(node, file).compiled


def examine(node: Node | ReadFault | None, file: str = "-") -> Examined:
    """`compile_sdl`, keeping the document and the reading."""
    if isinstance(node, ReadFault):
        problem = SdlProblem(Severity.ERROR, node.code, file, node.line, node.column, "", node.message, node.advice)
        return Examined(Compiled(False, problems=(problem,)))
    reading = SdlReading(file)
    root = node.target if isinstance(node, Alias) else node
    if root is None or is_null(root):
        problem = SdlProblem(
            Severity.ERROR,
            "sdl.empty",
            file,
            1,
            1,
            "",
            "The file is empty.",
            "Start from a preset, or from an example.",
        )
        return Examined(Compiled(False, problems=(problem,)))
    document = read_document(reading, root)
    window: int | None = None
    if document is not None:
        window = reclamation_ns(reading, document)
        check_uses(reading, document)
        check_limits(reading, document)
    if document is None or reading.failed:
        return Examined(Compiled(False, problems=_sorted(reading.problems)), document, reading)
    built = build(document)
    manifest = canonical_json(built.manifest)
    return Examined(
        Compiled(
            True,
            built.groups,
            manifest,
            hashlib.sha256(manifest).digest(),
            window,
            _sorted(reading.problems),
            json.dumps(built.groups_json, ensure_ascii=False),
        ),
        document,
        reading,
    )


def canonical_json(value: object) -> bytes:
    """Sorted keys, no spaces, raw UTF-8, with Go's five escapes: the form that is hashed."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.translate(_ESCAPES).encode("utf-8")


def _sorted(problems: list[SdlProblem]) -> tuple[SdlProblem, ...]:
    """By place, without repeats."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda p: (p.line, p.column)))
