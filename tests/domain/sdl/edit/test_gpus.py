"""GPU ticking and prices: only the lines concerned change, and the result means what was ticked."""

from __future__ import annotations

import pytest

from akash_tui.adapters.sdl.sdl import SdlFiles
from akash_tui.adapters.sdl.yaml_nodes import read_nodes
from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.sdl.edit import gpus
from tests.conformance import sdl_cases

READER = SdlFiles()

A100 = GpuModel("nvidia", "a100", 80, "sxm")
RTX4090 = GpuModel("nvidia", "rtx4090")
H100 = GpuModel("nvidia", "h100")
NEW = GpuModel("nvidia", "l40s", 48, "pcie")


def sdl(vendor: str, head: str = "") -> str:
    return f"""{head}---
version: "2.0"
services:
  web:
    image: nginx:1.27  # fixed
    expose:
      - port: 80
        to:
          - global: true
profiles:
  compute:
    web:
      resources:
        cpu: {{units: 1}}
        memory: {{size: 512Mi}}
        storage: {{size: 1Gi}}
        gpu:
          units: 1
          attributes:
            vendor:{vendor}
  placement:
    akash:
      pricing:
        web: {{denom: uact, amount: 1000}}  # most
deployment:
  web:
    akash: {{profile: web, count: 1}}
"""


PAD = "\n" + " " * 14

BLOCK = """
              nvidia:
                # big
                - model: a100  # 80 GB
                  ram: 80Gi
                  interface: sxm
                # small

                - model: rtx4090
                # last
                - model: h100 # newest
              # after"""


def models(text: str) -> tuple[GpuModel, ...]:
    compiled = READER.read(text)
    assert compiled.ok, [str(p) for p in compiled.problems]
    return compiled.groups[0].gpu_models


def test_choices_are_in_the_order_of_the_file() -> None:
    assert gpus.gpu_choices(read_nodes(sdl(BLOCK))) == [A100, RTX4090, H100]


def test_taking_one_out_leaves_every_other_line() -> None:
    text = sdl(BLOCK)
    changed = READER.with_gpu_choices(text, [A100, H100])
    assert set(models(changed)) == {A100, H100}
    gone = "                - model: rtx4090\n"
    assert changed == text.replace(gone, "")


def test_an_item_goes_with_all_its_lines() -> None:
    text = sdl(BLOCK)
    changed = READER.with_gpu_choices(text, [RTX4090])
    assert models(changed) == (RTX4090,)
    for kept in ("# big\n", "# small\n", "# last\n", "# after\n"):
        assert kept in changed
    assert "80Gi" not in changed


def test_new_models_come_after_the_last() -> None:
    text = sdl(BLOCK)
    changed = READER.with_gpu_choices(text, [A100, RTX4090, H100, NEW])
    lines = "                - model: l40s\n                  ram: 48Gi\n                  interface: pcie\n"
    assert changed == text.replace("# newest\n", "# newest\n" + lines)
    assert set(models(changed)) == {A100, RTX4090, H100, NEW}


def test_all_replaced() -> None:
    assert models(READER.with_gpu_choices(sdl(BLOCK), [NEW])) == (NEW,)


def test_same_choice_changes_nothing() -> None:
    assert READER.with_gpu_choices(sdl(BLOCK), [H100, A100, RTX4090]) == sdl(BLOCK)


@pytest.mark.parametrize(
    "vendor",
    [
        "\n              nvidia:",
        "\n              nvidia: # any",
        "\n              nvidia: ~",
        "\n              nvidia: []",
        " {}",
        " {nvidia: }",
        " {nvidia}",
        " {nvidia: null}",
        " {amd: [{model: mi100}]}",
        "\n              amd:\n                - model: mi100",
        "\n              nvidia:\n                - model: '*'",
    ],
)
def test_wildcard_becomes_a_list(vendor: str) -> None:
    text = sdl(vendor)
    (only,) = gpus.gpu_choices(read_nodes(text))
    assert only.wildcard
    assert set(models(READER.with_gpu_choices(text, [H100, NEW]))) == {H100, NEW}


@pytest.mark.parametrize(
    "vendor",
    [
        " {nvidia: [{model: a100, ram: 80Gi, interface: sxm}, {model: rtx4090}, {model: h100}]}",
        f"{PAD}nvidia: [{{model: rtx4090}}, {{model: a100, ram: 80Gi, interface: sxm}}, {{model: h100}}]",
        f"{PAD}nvidia:{PAD}  [{PAD}    {{model: rtx4090}}, # x{PAD}    {{model: h100}},"
        f"{PAD}    {{model: a100, ram: 80Gi, interface: sxm}},{PAD}  ]",
        f"{PAD}nvidia:{PAD}- model: a100{PAD}  ram: 80Gi{PAD}  interface: sxm{PAD}- model: rtx4090{PAD}- model: h100",
        f"{PAD}nvidia: &gpus{PAD}  -   model: a100{PAD}      ram: 80Gi{PAD}      interface: sxm"
        f"{PAD}  -{PAD}    model: rtx4090{PAD}  - model: h100",
    ],
)
@pytest.mark.parametrize(
    "keep",
    [
        [A100], [RTX4090], [H100], [A100, H100], [RTX4090, A100], [NEW], [NEW, RTX4090], [NEW, A100, H100],
        [A100, RTX4090, H100], [A100, RTX4090, H100, NEW],
    ],
)  # fmt: skip
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_list_form(vendor: str, keep: list[GpuModel], newline: str) -> None:
    text = sdl(vendor).replace("\n", newline)
    changed = READER.with_gpu_choices(text, keep)
    assert set(models(changed)) == set(keep)
    assert changed.count("\r\n") == (changed.count("\n") if newline == "\r\n" else 0)
    assert "# fixed" in changed
    assert "# most" in changed
    assert set(models(READER.with_gpu_choices(changed, [A100, RTX4090, H100]))) >= {A100, RTX4090, H100} & set(keep)


def test_byte_order_mark_and_wide_characters_shift_nothing() -> None:
    text = sdl(BLOCK, "\ufeff# π 😀 e\u0301\n")
    assert READER.with_gpu_choices(text, [A100, H100]) == text.replace("                - model: rtx4090\n", "")


def test_no_model_left_is_refused() -> None:
    with pytest.raises(ValueError, match="no GPU at all"):
        READER.with_gpu_choices(sdl(BLOCK), [])


def test_no_gpu_at_all_is_refused() -> None:
    text = sdl(" x").replace("gpu:", "memory2:")
    assert gpus.gpu_choices(read_nodes(text)) == []
    with pytest.raises(ValueError, match="asks for a GPU"):
        READER.with_gpu_choices(text, [H100])


@pytest.mark.parametrize("text", ["", "a: [", "- 1", "profiles: {compute: [x]}", "\0", "profiles: &a {compute: *a}"])
def test_choices_of_nonsense_are_none(text: str) -> None:
    assert gpus.gpu_choices(read_nodes(text)) == []


@pytest.mark.parametrize("file", sdl_cases("sdl"), ids=lambda f: f.stem)
def test_real_files_keep_their_meaning(file) -> None:  # type: ignore[no-untyped-def]
    text = file.read_text(encoding="utf-8")
    compiled = READER.read(text)
    choices = gpus.gpu_choices(read_nodes(text))
    if not compiled.ok or not choices:
        return
    wanted = set(choices)
    assert wanted >= {m for g in compiled.groups for m in g.gpu_models}
    assert READER.with_gpu_choices(text, wanted) == text
    changed = READER.with_gpu_choices(text, wanted | {NEW})
    again = READER.read(changed)
    assert again.ok
    assert all(NEW in u.resources.gpu_models for g in again.groups for u in g.units if u.resources.gpu_units)
    if all(not model.wildcard for model in choices):
        back = READER.with_gpu_choices(changed, wanted)
        assert READER.read(back).version == compiled.version
