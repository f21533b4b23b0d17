"""Files that other people brought, with the right answer to each: read by the commands that they were brought to.

What needs no file of the folder is shown by the tests that `STORIES` names; similar inputs are in the tests of the
modules (`common_mistakes`, `yaml_lookahead`, `saved_text`, …).
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.home import Answer, Home
from tests.conformance import SHARED, need

FIELD = SHARED.parent / "field"
TESTS = Path(__file__).parent

CHECKED = {
    "04-gpu-scalar/41-gpu-list.yaml": ":18:9: warning: `gpu: 1` asks for no GPU at all",
    "05-image-no-registry-can-serve/02-image-upper.yaml": "has upper-case letters in its path",
    "05-image-no-registry-can-serve/03-image-placeholder.yaml": "`<your-user>` is not filled in",
    "05-image-no-registry-can-serve/05-image-space.yaml": "has a blank: no registry can serve it",
    "06-yaml-error-line/07-block-dedent.yaml": ":14:3: error: This is not valid YAML",
    "06-yaml-error-line/23-quote-unclosed.yaml": ":4:12: error: This is not valid YAML",
    "07-deployment-under-profiles/01-deployment-under-profiles.yaml": (
        "deployment stands under profiles (line 26): take 2 blanks away"
    ),
    "08-no-bids-advice/d-attr.yaml": ": ok",
    "08-no-bids-advice/e-badaud.yaml": ": ok",
    "13-encodings/60-utf16.yaml": ": ok",
    "13-encodings/62-latin1.yaml": ":11:15: error: The byte 0xFC is not UTF-8 text",
    "13-encodings/65-esc.yaml": ":11:11: error: The character U+001B",
    "15-hostname-withheld/f-accept.yaml": ": ok",
    "19-common-mistakes-advice/01-accept-under-service.yaml": "Host names go under expose: - port: 80",
    "19-common-mistakes-advice/08-vendor-string.yaml": "Write attributes: / vendor: / nvidia: / - model: rtx4090",
    "19-common-mistakes-advice/10-cpu-1000.yaml": "Thousandths of a core are written with m: 1000m",
    "19-common-mistakes-advice/13-env-map.yaml": "Write each variable as an item of a list: - KEY=value",
    "19-common-mistakes-advice/16-ports-key.yaml": "This is a docker compose file, not an SDL",
    "19-common-mistakes-advice/35-env-colon.yaml": "Write each variable as an item of a list: - KEY=value",
    "19-common-mistakes-advice/45-tmpl.yaml": "The template variable `{{ MEM }}` is not filled in",
    "24-sighup/h-plain.yaml": ": ok",
    "25-small-words/12-accept-forms.yaml": "Write xn--bcher-kva.example.com.",
    "25-small-words/26i-model.yaml": "Did you mean l40s? Its memory is written below it: ram: 48Gi.",
    "25-small-words/26m-model.yaml": "Compare with the models of the market screen.",
}
"""`sdl check FILE`: what it says, beside nothing that contradicts it."""

BIDS = {
    "02-two-deployments-one-answer/27-two-deployments.json": ["502 h100", "502 h100", "501 h100"],
    "09-saved-answer-shapes/08-cli.yaml": ["a100", "h100"],
    "09-saved-answer-shapes/09-camel.json": ["a100", "h100"],
    "09-saved-answer-shapes/12-bom.json": ["a100", "h100"],
    "10-v1beta3-says-no-gpu/01-v3-single.json": ["not disclosed"],
    "11-uakt-not-sorted/30-uakt.json": [
        "not disclosed ? 0.03 AKT",
        "not disclosed ? 0.06",
        "not disclosed ? 0.30",
        "n",
    ],
    "18-gpu-key-with-more/29-attr-forms.json": ["h100 ×1 79", "h100 ×1 80", "h100 or a100?", "a100 ×1 ?", "h100 ×1 ?"],
}
"""`bids --from FILE`: how the rows begin, in their order."""

REFUSED = {
    "22-bids-from-advice/15-err.json": "error: The node answered with an error, not with bids: not found (code 5).",
    "22-bids-from-advice/17-empty.json": "error: The file is empty",
}
STORIES = {
    "01-palette-two-enters": (
        "ui/base/test_command_palette.py::test_enters_that_arrive_in_one_piece_run_the_command_once"
    ),
    "03-sigterm-terminal": "e2e/test_signals.py::test_the_app_leaves_a_clean_terminal",
    "08-no-bids-advice": (
        "services/automation/test_headless_deploy.py::test_nobody_bids_and_what_no_provider_has_is_named"
    ),
    "14-dropped-path": "ui/deploy/test_screen.py::test_a_dropped_file_opens_however_the_terminal_writes_it",
    "15-hostname-withheld": (
        "services/leases/test_host_holders.py::test_the_second_deployment_says_where_its_name_leads"
    ),
    "16-dialog-costsnothing": "ui/widgets/test_labelled_lines.py::test_a_label_never_touches_its_value",
    "23-full-disk": "cli/test_crashes.py::test_output_to_a_full_disk_is_one_sentence_and_no_report",
    "24-sighup": "cli/test_with_practice.py::test_a_signal_before_the_lease_leaves_nothing_open",
}
"""What is shown by keys, signals or a running network."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(tmp_path_factory.mktemp("home"))


def from_file(home: Home, name: str, *options: str) -> Answer:
    return home.run("bids", "--from", str(need(FIELD / name)), *options)


def test_every_folder_is_shown() -> None:
    need(FIELD)
    shown = {name.partition("/")[0] for name in (*CHECKED, *BIDS, *REFUSED)} | STORIES.keys()
    assert {folder.name for folder in FIELD.iterdir()} == shown
    files = {f.relative_to(FIELD).as_posix() for f in FIELD.glob("*/*.*")} - {"01-palette-two-enters/burst.txt"}
    assert files == {*CHECKED, *BIDS, *REFUSED, "09-saved-answer-shapes/own.json"}
    for story in STORIES.values():
        file, _, name = story.partition("::")
        assert re.search(rf"def {name}\(", (TESTS / file).read_text(encoding="utf-8")), story


@pytest.mark.parametrize("name", CHECKED)
def test_an_sdl_is_checked(home: Home, name: str) -> None:
    answer = home.run("sdl", "check", str(need(FIELD / name)))
    assert CHECKED[name] in answer.out + answer.err
    if CHECKED[name] != ": ok":
        places = re.findall(r":(\d+):\d+: (?:error|warning):", answer.out + answer.err)
        assert len(places) == len(set(places)), "each mistake is named once"


@pytest.mark.parametrize("name", BIDS)
def test_saved_bids_are_shown(home: Home, name: str) -> None:
    answer = from_file(home, name)
    rows = [" ".join(line.split()) for line in answer.out.splitlines()[1:]]
    assert len(rows) == len(BIDS[name])
    assert all(row.startswith(start) for row, start in zip(rows, BIDS[name], strict=True)), rows
    assert "no GPU" not in answer.out


def test_bids_in_akt_are_sorted_both_ways(home: Home) -> None:
    name = "11-uakt-not-sorted/30-uakt.json"
    up, down = (
        [row["price"]["amount"] for row in from_file(home, name, f"--sort={order}", "-o", "json").json]
        for order in ("price", "-price")
    )
    assert up == list(reversed(down)) == sorted(up, key=float)


def test_our_own_answer_is_read(home: Home) -> None:
    name = "09-saved-answer-shapes/own.json"
    own = json.loads(need(FIELD / name).read_text(encoding="utf-8"))
    read = from_file(home, name, "-o", "json").json
    assert {row["provider"]: row["price"] for row in read} == {row["provider"]: row["price"] for row in own}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_answer_about_bids_is_named(home: Home, name: str) -> None:
    answer = from_file(home, name)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(REFUSED[name])
    assert "preset" not in answer.err


def test_small_words(home: Home) -> None:
    """`25-small-words`: a filter with blanks, a dash that is not a hyphen."""
    name = next(iter(BIDS))
    assert "Write vram>=80, without blanks" in from_file(home, name, "--filter", "vram >= 80").err
    assert "Write --network." in from_file(home, name, "\u2013network", "x").err
