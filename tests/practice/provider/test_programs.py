"""What programs log: their start in order, then what they do, the same for everybody who reads it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from akash_tui.practice.provider.programs import program_of

PRESETS = Path(__file__).resolve().parents[3] / "sdl_templates"
SHIPPED = sorted(
    {
        found[1]
        for file in PRESETS.glob("*.yaml")
        for found in re.finditer(r"(?m)^    image: (\S+)$", file.read_text("utf-8"))
    }
)
IMAGES = ("nginx", "example/tool@sha256:0", *SHIPPED)


@pytest.mark.parametrize("image", IMAGES)
def test_a_log_grows_with_time_and_never_changes(image: str) -> None:
    program = program_of(image)
    counts = [program.written(seconds) for seconds in range(0, 300)]
    assert counts == sorted(counts)
    assert counts[-1] > len(program.begin)
    assert program.written(program.serves_after) == len(program.begin)
    lines = [program.line(number, 1_800_000_000, "pod") for number in range(counts[-1])]
    assert lines == [program.line(number, 1_800_000_000, "pod") for number in range(counts[-1])]
    assert not [line for line in lines if "{" in line or "\n" in line]


def test_the_shipped_chat_server_loads_its_weights_and_answers_requests() -> None:
    program = program_of("vllm/vllm-openai:v0.11.0")
    text = "\n".join(program.line(number, 0, "pod") for number in range(program.written(200)))
    assert text.index("Starting to load model") < text.index("100% Completed") < text.index("startup complete")
    assert "POST /v1/chat/completions" in text
    assert program.image_size > 100 * program_of("nginx").image_size


def test_each_shipped_image_logs_what_its_program_logs() -> None:
    other = program_of("example/tool")
    assert len(SHIPPED) >= 14
    assert [image for image in SHIPPED if program_of(image) is other] == ["ghcr.io/open-webui/open-webui:v0.8.12"]
    trained = program_of("axolotlai/axolotl:main")
    text = "\n".join(trained.line(number, 0, "pod") for number in range(trained.written(120)))
    assert text.index("Tokenizing Prompts: 100%") < text.index("Starting trainer") < text.index("step 1: loss ")
