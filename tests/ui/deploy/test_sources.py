"""The list of presets and files: its parts, and what is found in it."""

from __future__ import annotations

from pathlib import Path

from akash_tui.domain.filtering.filter import parse_filter
from akash_tui.services.storage.presets import Presets
from akash_tui.ui.deploy.sources import SOURCES, searched, sources
from tests.ui.network import TEMPLATES

OWN = "# title: My chat\n# tags: demo, llm\n# note: for Friday\nversion: '2.0'\n"


def found(home: Path, words: str) -> list[str]:
    presets = Presets(home, TEMPLATES)
    presets.save("mine", OWN, replace=True)
    rows = sources(presets.list(), ("/home/me/train.yaml", "vllm-chat"))
    return [row.title for row in searched(rows, parse_filter(words, SOURCES))]


def test_each_part_has_its_heading(tmp_path: Path) -> None:
    titles = found(tmp_path, "")
    assert titles[:5] == ["YOURS", "My chat", "RECENT FILES", "train.yaml", "SHIPPED"]
    assert len(titles) == 3 + 2 + len(list(TEMPLATES.glob("*.yaml")))


def test_title_tags_note_and_gpus_are_searched(tmp_path: Path) -> None:
    assert found(tmp_path, "friday") == ["My chat"]
    assert found(tmp_path, "tag:llm vllm") == ["vLLM chat server"]
    assert found(tmp_path, "gpu:h200") == ["Multi-node PyTorch"]
    assert found(tmp_path, "yours") == ["My chat"]
    assert found(tmp_path, "train.yaml") == ["train.yaml"]
    assert found(tmp_path, "demo tag:llm") == ["My chat"]
    assert found(tmp_path, "nothing-of-this") == []


def test_a_title_with_all_the_words_comes_before_a_note_that_has_them(tmp_path: Path) -> None:
    assert found(tmp_path, "a web page") == ["A web page", "Ollama with a web chat"]
