"""Image names that no registry can serve: the lease would run and be paid for InvalidImageName.

The grammar is that of the reference which every container runtime uses (distribution/reference): an optional host,
a path in lower case, a tag, a digest.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from akash_tui.domain.sdl.problem import SdlProblem, shown
from akash_tui.domain.sdl.read.model import Service
from akash_tui.domain.sdl.read.nodes import plain_edit
from akash_tui.domain.sdl.read.reading import SdlReading
from akash_tui.domain.sdl.read.template import variable_in

_COMPONENT: Final = r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*"
_LABEL: Final = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_HOST: Final = rf"(?:(?:{_LABEL}(?:\.{_LABEL})+|localhost)(?::[0-9]+)?|{_LABEL}:[0-9]+|\[[0-9a-fA-F:]+\](?::[0-9]+)?)"
REFERENCE: Final = re.compile(
    rf"(?:{_HOST}/)?{_COMPONENT}(?:/{_COMPONENT})*(?::\w[\w.-]{{0,127}})?"
    r"(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?",
    re.ASCII,
)
LONGEST: Final = 255
"""Characters of host and path."""
_SCHEME: Final = re.compile(r"(?:https?|docker|oci|docker-daemon)://", re.IGNORECASE)
_HUB: Final = re.compile(r"(?:hub|www)\.docker\.com/(?:r/|_/|layers/)?", re.IGNORECASE)
_WEBSITE: Final = re.compile(
    r"(?:(?:hub|www)\.docker|(?:www\.)?github|(?:www\.)?gitlab|(?:www\.)?huggingface)\.(?:com|co)/", re.IGNORECASE
)
"""Where people read about images, and from which none is pulled (ghcr.io, registry.gitlab.com are the registries)."""
_PLACEHOLDER: Final = re.compile(
    r"(?:^|[/:@_-])(?:your|my)[-_]?(?:docker|dockerhub|github)?[-_]?(?:user|username|org|account|registry|image|repo)"
    r"(?:$|[/:@_-])|(?:^|[/:@_-])your[-_]?(?:name|app|project|tag)(?:$|[/:@_-])|(?:^|/)(?:OWNER|USERNAME|USER|ORG|REPO|REPOSITORY|IMAGE|YOUR\w*)(?:$|[/:@])"
    r"|(?:^|[/:@])(?:(?i:change|replace)[-_]?(?i:me|this)|TODO|FIXME|PLACEHOLDER)(?:$|[/:@])",
)
_OWN_MACHINE: Final = re.compile(
    r"(?:localhost|host\.docker\.internal|127(?:\.\d+){3}|10(?:\.\d+){3}|192\.168(?:\.\d+){2}|\[::1\])(?::\d+)?/",
    re.IGNORECASE,
)
_FORM: Final = "Write registry/path:tag, all but the tag in lower case: ghcr.io/owner/app:1.0 or nginx:1.27."


def check_image(reading: SdlReading, service: Service) -> Iterator[SdlProblem]:
    """A warning for an image that cannot be pulled from anywhere."""
    image = service.image
    node = service.places.get("image", service.node)
    if not image or variable_in(node):
        return
    path = f"services.{shown(service.name)}.image"
    fault = image_fault(image)
    if fault is not None:
        why, better = fault
        yield reading.problem(
            "sdl.image-invalid",
            node,
            path,
            f"The image `{shown(image)}` {why}: no registry can serve it, and the lease would be paid for nothing.",
            f"Write {better}." if better else _FORM,
            plain_edit(node, better) if better else None,
        )
    elif _PLACEHOLDER.search(image):
        yield reading.problem(
            "sdl.template",
            node,
            path,
            f"The image `{shown(image)}` looks like a placeholder that is not filled in.",
            "Name the image that should run.",
        )


def image_fault(image: str) -> tuple[str, str | None] | None:
    """What is wrong with an image's name, and the name that is certainly meant, if there is one; None if it is good."""
    if _OWN_MACHINE.match(image):
        return "is on your own computer or network, where no provider looks", None
    if _WEBSITE.match(image):
        return "names a website and not a registry", _pulled(image)
    if is_reference(image):
        return None
    seen = "".join(c for c in image if unicodedata.category(c) not in ("Cf", "Cc", "Zs", "Zl", "Zp"))
    trimmed = "".join(c for c in image if unicodedata.category(c) not in ("Cf", "Cc")).strip()
    if seen != image:
        why = "has a blank" if any(c.isspace() for c in image) else "has an invisible character"
        return why, trimmed if is_reference(trimmed) else None
    if _SCHEME.match(image):
        return "is an address of the web", _pulled(_SCHEME.sub("", image, count=1))
    if _PLACEHOLDER.search(image):
        return "has a placeholder that is not filled in", None
    name, mark, tag = image.rpartition(":")
    if not mark or "/" in tag:
        name, mark, tag = image, "", ""
    if "@" not in image and name != name.lower():
        lower = f"{name.lower()}{mark}{tag}"
        return "has upper-case letters in its path", lower if is_reference(lower) else None
    if mark and not tag:
        return "has an empty tag", None
    return "is not a name of an image", None


def _pulled(address: str) -> str | None:
    """The image that an address without its scheme names for certain."""
    image = _HUB.sub("", address, count=1).rstrip("/")
    return image if is_reference(image) and not _WEBSITE.match(image) else None


def is_reference(image: str) -> bool:
    """True for a name that a container runtime accepts."""
    name = image.partition("@")[0]
    return bool(REFERENCE.fullmatch(image)) and len(name) <= LONGEST + 129 and not re.fullmatch(r"[0-9a-f]{64}", image)
