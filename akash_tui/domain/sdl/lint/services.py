"""Problems of services: images, secrets, unknown keys, services that are not deployed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from functools import lru_cache

from akash_tui.domain.akash.gpu_table import variants
from akash_tui.domain.sdl.check.misplaced import misplaced, nodes_of, problems_of
from akash_tui.domain.sdl.lint.images import check_image, is_reference
from akash_tui.domain.sdl.lint.places import place_of
from akash_tui.domain.sdl.problem import SdlProblem, Severity, join, shown
from akash_tui.domain.sdl.read.model import Document, Service
from akash_tui.domain.sdl.read.nodes import Node, raw
from akash_tui.domain.sdl.read.reading import SdlReading
from akash_tui.domain.sdl.read.service import HTTP_FIELDS

_SECRET_NAME = re.compile(
    r"(?:^|_)(?:PASS|PASSWD|PASSWORD|PASSPHRASE|SECRET|TOKEN|APIKEY|CREDENTIALS?|MNEMONIC|SEED_PHRASE|SEEDPHRASE)(?:$|_)"
    r"|(?:^|_)(?:API|PRIVATE|SECRET|ACCESS|AUTH|ENCRYPTION|SIGNING)_?KEY(?:$|_)",
    re.IGNORECASE,
)
_NOT_A_SECRET = re.compile(
    r"|true|false|none|null|0|[*x.…]+|<.*>|\$\{?.*|your[-_ ].*|change[-_ ]?me.*|example.*|placeholder.*"
    r"|(?!.*\n).*[*]{3}.*",
    re.IGNORECASE,
)
_MODEL_FIELDS = ("model", "ram", "interface")
_NOT_SECRET_NAMES = re.compile(r"(?:_FILE|_PATH|_LENGTH|_TTL|_EXPIRY|_LIMIT|_URL|_COUNT|_SIZE|_TOKENS)$|MAX_", re.I)


def check_services(document: Document, reading: SdlReading) -> Iterator[SdlProblem]:
    """Warnings and hints about the services section and about unknown keys."""
    too_deep = misplaced(document.root)
    used = bool(document.uses())
    if used:
        yield from problems_of(reading, too_deep, Severity.WARNING)
    inside = nodes_of(too_deep)
    yield from _unknown_keys(reading, inside)
    for path, key, earlier in reading.repeated:
        yield reading.problem(
            "yaml.duplicate-key",
            key,
            path,
            f"The key `{shown(raw(key))}` is here twice (the first is on line {earlier.line}): the last counts.",
            "Remove one of the two.",
        )
    for name, service in document.services.items():
        if not used:
            return  # that nothing is deployed is an error already
        if id(service.node) in inside:
            continue
        if name not in document.deployment or not document.deployment[name]:
            yield reading.problem(
                "sdl.service-idle",
                service.node,
                f"services.{shown(name)}",
                f"The service `{shown(name)}` is described but not deployed.",
                f"Add {shown(name)} under deployment, or remove it.",
                severity=Severity.HINT,
            )
            continue
        wrong = list(check_image(reading, service))
        yield from wrong or _image(reading, service)
        yield from _environment(reading, service)
        yield from _apart(document, reading, service)


def _apart(document: Document, reading: SdlReading, service: Service) -> Iterator[SdlProblem]:
    """Services that it wants to be reached by, and that run in other placements only: maybe at other providers."""
    own = document.deployment[service.name].keys()
    once = {target.service: target for expose in service.exposes for target in expose.targets if target.service}
    for target in once.values():
        others = document.deployment.get(target.service, {}).keys()
        if others and own.isdisjoint(others):
            yield reading.problem(
                "sdl.service-apart",
                target.node,
                f"services.{shown(service.name)}.expose",
                f"`{shown(target.service)}` cannot reach `{shown(service.name)}`: they are in different placements, "
                "which are leased one by one, maybe from different providers.",
                f"Deploy both in one placement, or let `{shown(target.service)}` use its public address: "
                "- global: true.",
            )


def _unknown_keys(reading: SdlReading, reported: set[int]) -> Iterator[SdlProblem]:
    for path, entry, known in reading.unknown:
        if known == ("nvidia",) or id(entry.key) in reported:
            continue  # a GPU vendor: lint.gpus has a better message
        if known == HTTP_FIELDS and entry.name == "proxy":
            yield reading.problem(
                "sdl.http-proxy",
                entry.key,
                join(path, entry.name),
                "The block proxy is ignored: no provider acts on it, and it would change the hash of the manifest.",
                "Remove it.",
            )
            continue
        if _is_reported(reading, entry.key):
            continue  # that nothing stands in its place is an error, which shows the form
        elsewhere = place_of(entry.name, known)
        if known == _MODEL_FIELDS and elsewhere is None and variants("nvidia", entry.name):
            elsewhere = f"Write - model: {entry.name}."
        near = [] if elsewhere else _nearest(entry.name, known)
        yield reading.problem(
            "sdl.unknown-key",
            entry.key,
            join(path, entry.name),
            f"`{shown(entry.name)}` is unknown here and is ignored.",
            elsewhere or (f"Did you mean {near[0]}?" if near else f"Known keys: {', '.join(known)}."),
        )


def _is_reported(reading: SdlReading, key: Node) -> bool:
    return any(p.code == "sdl.size-limit" and (p.line, p.column) == (key.line, key.column) for p in reading.problems)


@lru_cache(maxsize=256)
def _nearest(name: str, known: tuple[str, ...]) -> list[str]:
    return difflib.get_close_matches(name, known, n=1, cutoff=0.6)


def _image(reading: SdlReading, service: Service) -> Iterator[SdlProblem]:
    image = service.image
    if not image or "@sha256:" in image or not is_reference(image):
        return
    tag = image.rpartition("/")[2].partition(":")[2]
    node = service.places.get("image", service.node)
    path = f"services.{shown(service.name)}.image"
    if not tag or tag == "latest":
        yield reading.problem(
            "sdl.image-tag",
            node,
            path,
            f"The image `{shown(image)}` has {'the tag latest' if tag else 'no tag'}: it can change at any time.",
            "Name a version, so that a restart or another provider runs the same image.",
        )


def _environment(reading: SdlReading, service: Service) -> Iterator[SdlProblem]:
    env = service.env
    for index, (text, node) in enumerate(zip(env.values, env.nodes, strict=True) if env else ()):
        name, equals, value = text.partition("=")
        path = f"services.{shown(service.name)}.env[{index}]"
        if not equals and (":" in name or " " in name or not re.fullmatch(r"[-._a-zA-Z][-._a-zA-Z0-9]*", name)):
            continue  # no name of a variable, which is an error already
        if not equals:
            yield reading.problem(
                "sdl.env-value",
                node,
                path,
                f"The variable `{shown(name)}` has no value.",
                f"Write {shown(name)}= with its value; variables of your machine are not passed on.",
                severity=Severity.HINT,
            )
        elif (
            _SECRET_NAME.search(name)
            and not _NOT_SECRET_NAMES.search(name)
            and not _NOT_A_SECRET.fullmatch(value.strip("\"' "))
        ):
            yield reading.problem(
                "sdl.env-secret",
                node,
                path,
                f"`{shown(name)}` looks like a secret, and the provider that runs this can read it.",
                "Use a key made for this deployment, with few rights, and revoke it afterwards.",
            )
