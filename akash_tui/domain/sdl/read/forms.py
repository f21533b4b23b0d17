"""The right form of a part that was written in another shape, and the edits that give it that form.

The shapes are those that people bring from docker compose, Kubernetes and memory: `env` as a mapping, `memory: 2Gi`,
`vendor: nvidia`, a list without its dashes.
"""

from __future__ import annotations

import json
import re
from typing import Final

from akash_tui.domain.sdl.go.quantities import parse_size
from akash_tui.domain.sdl.problem import Edit
from akash_tui.domain.sdl.read.nodes import Mapping, Node, Scalar, Sequence, raw

GPU_FORM: Final = (
    "Write attributes: / vendor: / nvidia: / - model: rtx4090, each on a line of its own and two blanks deeper than "
    "the one before."
)
_ENV: Final = "Write each variable as an item of a list: - KEY=value."
_EXPOSE: Final = "Write - port: 80, below it as: 80 and to:, and below to: - global: true."
_DEPLOYMENT: Final = (
    "Write deployment: / the service: / the placement: / profile: and count: 1, each two blanks deeper than the one "
    "before."
)
_VOLUME: Final = "Write attributes: and below it persistent: true and class: beta2."
_COMPUTE: Final = "Write compute: / the profile's name: / resources: / cpu:, memory: and storage:."
_SERVICE: Final = r"services\.[^.]+\."
_RESOURCES: Final = r"profiles\.compute\.[^.]+\.resources\."
_FORMS: Final = tuple(
    (re.compile(pattern), form)
    for pattern, form in (
        (_SERVICE + r"env(?:\[\d+\])?", _ENV),
        (_SERVICE + r"(?:command|args)", "Write one item of a list for each word: - sh, below it - -c, and so on."),
        (_SERVICE + r"(?:command|args)\[\d+\]", 'Put quotes around a text with a colon and a blank: - "a: b".'),
        (_SERVICE + r"expose(?:\[\d+\])?", _EXPOSE),
        (_SERVICE + r"expose\[\d+\]\.to(?:\[\d+\])?", "Write to: and below it - global: true."),
        (_SERVICE + r"expose\[\d+\]\.accept(?:\[\d+\])?", "Write accept: and below it - www.example.com."),
        (_SERVICE + r"image", "Write image: and a name with its version, as nginx:1.27."),
        (_SERVICE + r"params\.storage(?:\.[^.]+)?", "Write storage: / the volume's name: / mount: /path."),
        (_SERVICE + r"expose\[\d+\]\.http_options", "Write http_options: and below it max_body_size: 1048576."),
        (_SERVICE + r"expose\[\d+\]\.http_options\.next_cases", "Write next_cases: and below it - error, - timeout."),
        (_SERVICE + r"params", "Write params: / storage: / the volume's name: / mount: /path."),
        (_SERVICE + r"credentials", "Write credentials: and below it host:, username: and password:."),
        (_SERVICE + r"dependencies(?:\[\d+\])?", "Write dependencies: and below it - service: and its name."),
        (r"services(?:\.[^.]+)?", "Write services: / the service's name: / image: nginx:1.27 and expose:."),
        (_RESOURCES + r"cpu", "Write cpu: and below it units: 2."),
        (_RESOURCES + r"memory", "Write memory: and below it size: 2Gi."),
        (_RESOURCES + r"storage(?:\[\d+\])?", "Write storage: and below it - size: 5Gi."),
        (_RESOURCES + r"storage(?:\[\d+\])?\.attributes", _VOLUME),
        (_RESOURCES + r"cpu\.attributes", "Write attributes: and below it arch: amd64."),
        (_RESOURCES + r"gpu", "Write gpu: and below it units: 1 and attributes:."),
        (_RESOURCES + r"gpu\.attributes(?:\.vendor(?:\.nvidia(?:\[\d+\])?)?)?", GPU_FORM),
        (_RESOURCES + r"gpu\.attributes\.vendor\.nvidia\[\d+\]\.model", "Write one - model: a100 for each model."),
        (r"profiles\.placement\.[^.]+\.pricing(?:\.[^.]+)?", "Write the profile: / denom: uact and amount: 1000."),
        (r"profiles\.placement\.[^.]+\.signedBy(?:\..+)?", "Write signedBy: / anyOf: / - an auditor's address."),
        (r"profiles\.placement\.[^.]+\.attributes", "Write attributes: and below it region: eu-west."),
        (r"profiles\.placement(?:\.[^.]+)?", "Write placement: / its name: / pricing:, with a price for each profile."),
        (r"profiles\.compute(?:\.[^.]+(?:\.resources)?)?", _COMPUTE),
        (r"profiles", "Write profiles: and below it compute: and placement:."),
        (r"deployment(?:\.[^.]+){0,2}", _DEPLOYMENT),
        (r"endpoints(?:\.[^.]+)?", "Write endpoints: / the endpoint's name: / kind: ip."),
        (r"reclamation", "Write reclamation: and below it min_window: 24h."),
    )
)  # fmt: skip
_SIZED: Final = re.compile(_RESOURCES + r"(memory|storage)(?:\[\d+\])?")
_ITEMS: Final = re.compile(r"services\.[^.]+\.(?:expose|expose\[\d+\]\.to)|.+\.vendor\.nvidia")
_PLAIN: Final = re.compile(r"[A-Za-z_/.][\w/.:=@%+-]*")


def form_of(path: str, node: Node) -> str | None:
    """How the part at this path is written, with the size that stands there; None if there is no short answer."""
    sized = _SIZED.fullmatch(path)
    if sized and isinstance(node, Scalar) and isinstance(parse_size(node.text), int):
        return f"Write {sized[1]}: and below it {'- ' if sized[1] == 'storage' else ''}size: {node.text}."
    return next((form for pattern, form in _FORMS if pattern.fullmatch(path)), None)


def fixes_of(path: str, node: Node) -> tuple[Edit, ...]:
    """Edits that give the part its form without a guess; none where they are not certainly safe."""
    if isinstance(node, Mapping) and not node.flow and not node.tag:
        if re.fullmatch(_SERVICE + r"env", path):
            return _variables(node, "- ")
        if re.fullmatch(_SERVICE + r"env\[\d+\]", path):
            return _variables(node, "") if len(node.pairs) == 1 else ()
        if _ITEMS.fullmatch(path):
            return _item(node)
    if isinstance(node, Scalar) and _is_one_line(node):
        if _SIZED.fullmatch(path):
            return (Edit(node.start, node.end, f"{{size: {node.text}}}"),)
        if re.fullmatch(_RESOURCES + r"gpu\.attributes\.vendor\.nvidia\[\d+\]", path) and _PLAIN.fullmatch(node.text):
            return (Edit(node.start, node.end, f"{{model: {node.text}}}"),)
        if re.fullmatch(_SERVICE + r"expose\[\d+\]\.accept", path) and _PLAIN.fullmatch(node.text):
            return (Edit(node.start, node.end, f"[{node.text}]"),)
    return ()


def flat_vendor(content: Node) -> tuple[Node, str, tuple[Edit, ...]] | None:
    """`vendor: nvidia`, with or without `model:` beside it: the value, the model, and edits; None for other forms."""
    pairs = content.pairs if isinstance(content, Mapping) else ()
    if not any(isinstance(value, Scalar) for _, value in pairs):
        return None
    found = {raw(key): (key, value) for key, value in pairs}
    key, value = found.get("vendor", (None, None))
    if not isinstance(key, Scalar) or not isinstance(value, Scalar) or not value.text or "{" in value.text:
        return None
    named, model = found.get("model", (None, None))
    if not isinstance(named, Scalar) or not isinstance(model, Scalar) or not _PLAIN.fullmatch(model.text):
        return value, "rtx4090", ()
    sure = value.text.lower() == "nvidia" and [raw(each) for each, _ in pairs] == ["vendor", "model"]
    if not sure or not _is_one_line(value) or not _is_one_line(model):
        return value, model.text, ()
    if isinstance(content, Mapping) and content.flow:
        return value, model.text, (Edit(key.end, model.end, f": {{nvidia: [{{model: {model.text}}}]}}"),)
    pad = named.column - 1
    gap = named.start - value.end - pad
    if named.line != value.line + 1 or gap not in (1, 2):
        return value, model.text, ()  # something stands between them: a comment
    newline = "\n" if gap == 1 else "\r\n"
    lines = (":", " " * (pad + 2) + "nvidia:", " " * (pad + 4) + f"- model: {model.text}")
    return value, model.text, (Edit(key.end, model.end, newline.join(lines)),)


def _variables(node: Mapping, dash: str) -> tuple[Edit, ...]:
    """`KEY: value` as `KEY=value`, line by line."""
    edits = []
    for key, value in node.pairs:
        if not isinstance(key, Scalar) or not isinstance(value, Scalar) or not value.text:
            return ()
        if not _is_one_line(key) or not _is_one_line(value) or value.line != key.line:
            return ()
        text = f"{key.text}={value.text}"
        edits.append(
            Edit(
                key.start, value.end, dash + (text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False))
            )
        )
    return tuple(edits)


def _item(node: Mapping) -> tuple[Edit, ...]:
    """The mapping as the only item of a list; none if a value in it has lines of its own."""
    keys = [
        key
        for key, value in node.pairs
        if isinstance(key, Scalar)
        and value.line == key.line
        and (isinstance(value, Scalar) or (isinstance(value, Sequence) and value.flow))
    ]
    if len(keys) != len(node.pairs):
        return ()
    return tuple(Edit(key.start, key.start, "  " if index else "- ") for index, key in enumerate(keys))


def _is_one_line(node: Scalar) -> bool:
    """True if the scalar stands in the text as it is: no tag, anchor, or lines of its own."""
    if node.tag or node.style in ("|", ">") or "\n" in node.text:
        return False
    return bool(node.style) or node.end - node.start == len(node.text)
