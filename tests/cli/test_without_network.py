"""Commands that need no network: SDL, presets, wallets, networks, refusals, exit codes."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest

from akash_tui.cli.app import run
from akash_tui.cli.sdl import explain
from akash_tui.compose import Program
from akash_tui.private_files import read_plain_file
from tests.cli.home import ADDRESS, WORDS, Home
from tests.helpers.worlds import GIVE_UP

Json = dict[str, Any]
CHEAP = """\
version: "2.0"
services:
  web:
    image: nginx:1.27.3
    expose: [{port: 80, to: [{global: true}]}]
profiles:
  compute: {web: {resources: {cpu: {units: 1}, memory: {size: 512Mi}, storage: {size: 1Gi}}}}
  placement: {dc: {pricing: {web: {denom: uact, amount: 1000}}}}
deployment: {web: {dc: {profile: web, count: 1}}}
"""


@pytest.fixture
def sdl(tmp_path: Path) -> Path:
    path = tmp_path / "web.yaml"
    path.write_text(CHEAP)
    return path


def test_help_and_version_answer_at_once(home: Home) -> None:
    assert "deploy" in home.run("--help").out
    assert home.run_process("--version").out.startswith("akash-tui")


def test_sdl_build_gives_the_message_too(home: Home, sdl: Path) -> None:
    answer = home.run(
        "sdl", "build", str(sdl), "-o", "jsonl", "--owner", ADDRESS, "--dseq", "7", "--deposit", "5000000uact"
    )
    assert answer.code == 0, answer.err
    row = answer.json
    assert row["ok"]
    assert len(row["version"]) == 64
    assert json.loads(row["manifest"])[0]["name"] == "dc"
    assert base64.b64decode(row["groups_proto"][0]) in base64.b64decode(row["msg_create_deployment"])


def test_sdl_check_names_the_place_and_exits_2(home: Home, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(CHEAP.replace("512Mi", "512MB"))
    answer = home.run("sdl", "check", str(bad))
    assert answer.code == 2
    assert f"{bad}:7:" in answer.out
    assert "try:" in answer.out


def test_sdl_check_fix_leaves_every_other_byte_unchanged(home: Home, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    text = "\ufeff# comment\r\n" + CHEAP.replace("512Mi", "512MB").replace("1Gi", "1GB").replace("\n", "\r\n")
    bad.write_bytes(text.encode())
    bad.chmod(0o640)
    answer = home.run("sdl", "check", "--fix", str(bad))
    assert answer.code == 0, answer
    assert answer.err.count(": fixed: ") == 2
    assert bad.read_bytes() == text.replace("512MB", "512Mi").replace("1GB", "1Gi").encode()
    assert bad.stat().st_mode & 0o777 == 0o640
    assert home.run("sdl", "check", "--fix", "-").code == 2


def test_sdl_check_strict_counts_warnings(home: Home, tmp_path: Path) -> None:
    loose = tmp_path / "loose.yaml"
    loose.write_text(CHEAP.replace("nginx:1.27.3", "nginx:latest"))
    assert home.run("sdl", "check", str(loose)).code == 0
    assert home.run("sdl", "check", "--strict", str(loose)).code == 2
    found = home.run("sdl", "check", "-o", "json", str(loose)).json
    assert [p["severity"] for p in found] == ["warning"]
    assert found[0]["code"] in home.run("sdl", "explain").out
    explained = home.run("sdl", "explain", found[0]["code"])
    assert "wrong:" in explained.out
    assert "right:" in explained.out
    assert home.run("sdl", "explain", "no-such-code").code == 2


def test_a_file_that_cannot_be_read_is_named_once_with_its_line(home: Home, tmp_path: Path) -> None:
    bad = tmp_path / "latin.yaml"
    bad.write_bytes(CHEAP.encode() + b"# Z\xfcrich\n")
    line = CHEAP.count("\n") + 1
    answer = home.run("sdl", "check", str(bad))
    assert answer.code == 2
    assert answer.out.startswith(f"{bad}:{line}:4: error: The byte 0xFC is not UTF-8 text. [file.unreadable]\n")
    assert answer.out.count("latin.yaml") == 1
    assert home.run("sdl", "check", "/nowhere.yaml").out.count("/nowhere.yaml") == 1


def test_fix_keeps_the_encoding_of_windows(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "windows.yaml"
    file.write_bytes(("\ufeff" + CHEAP.replace("512Mi", "512MB")).encode("utf-16-le"))
    assert home.run("sdl", "check", "--fix", str(file)).code == 0
    assert file.read_bytes() == ("\ufeff" + CHEAP).encode("utf-16-le")


def test_the_shell_completes_the_codes_of_explain() -> None:
    argument = next(p for p in explain.params if p.name == "code")
    found = argument.shell_complete(click.Context(explain), "sdl.interconnect-c")
    assert [(item.value, item.help) for item in found] == [
        ("sdl.interconnect-capability", "A placement that does not ask for an interconnect")
    ]


def test_one_bad_file_of_several_still_answers_for_all(home: Home, sdl: Path) -> None:
    answer = home.run("sdl", "build", "-o", "jsonl", str(sdl), "/nowhere.yaml", str(sdl))
    assert [row["ok"] for row in answer.lines] == [True, False, True]
    assert answer.code == 2


@pytest.mark.parametrize(
    ("args", "description"),
    [
        (("deploy", "/nowhere.yaml", "--accept", "cheapest"), "does not exist"),
        (("deploy", "web-page", "--accept", "cheapest", "--set", "A=B"), "No service has the variable A"),
        (("deploy", "web-page", "--accept", "cheapest", "--set", "nonsense"), "not KEY=VALUE"),
        (("deploy", "web-page", "--accept", "cheapest", "--set", "web.imagine=x"), "no imagine in services.web"),
        (("deploy", "web-page"), "no terminal to choose"),
        (("deploy", "web-page", "--accept", "cheapest", "--budget", "-1"), "--budget"),
        (("deploy", "web-page", "--accept", "cheapest", "--collect", "soon"), "--collect"),
        (("deploy", "web-page", "--accept", "cheapest", "--deposit", "5", "--hours", "3"), "exclude"),
        (("deploy", "no-such-preset", "--accept", "cheapest"), "neither a file nor a preset"),
        (("bids", "1", "--filter", "gpu:h100 uptme7>99"), "at character 10"),
        (("bids", "1", "--filter", "@nowhere"), "Unknown view 'nowhere'"),
        (("bids", "1", "--sort", "prize"), "no column 'prize'"),
        (("bids", "--from", "/nowhere.json"), "does not exist"),
        (("bids", "12x", "--network", "mainnet"), "not a dseq"),
        (("lease", "list"), "network"),
        (("--rest", "http://127.0.0.1:1", "lease", "list"), "--chain-id"),
        (("--network", "nowhere", "lease", "list"), "nowhere"),
        (("--network", "practice", "lease", "list"), "practice"),
        (("wallet", "watch", "x", "akash1short"), "not an Akash address"),
        (("market", "gpus"), "network"),
        (("market", "watch", "gpu:h100 prize<1", "--network", "mainnet"), "prize"),
        (("market", "gpus", "--sort", "colour", "--network", "mainnet"), "colour"),
        (("market", "provider", "akash1short", "--network", "mainnet"), "not an Akash address"),
        (("market", "watch", "h100", "--preset", "no-such", "--network", "mainnet"), "no-such"),
    ],
)
def test_bad_input_is_refused_with_what_to_do(
    home: Home, args: tuple[str, ...], description: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(Program(home.path), list(args)) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("error: ")
    assert description in told.err
    assert "try: " in told.err


def test_a_bad_sdl_is_not_deployed_and_its_problems_are_no_answer(home: Home, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(CHEAP.replace("512Mi", "512MB"))
    answer = home.run("deploy", str(bad), "--accept", "cheapest")
    assert answer.code == 2
    assert answer.out == ""
    assert f"{bad}:7:" in answer.err
    assert answer.err.splitlines()[-2].startswith(f"error: {bad} has errors and cannot be deployed")
    assert answer.err.splitlines()[-1] == f"try: Fix the problems above; akash-tui sdl check {bad} checks it again."


def test_reading_makes_no_journal(home: Home) -> None:
    for command in (("journal",), ("journal", "--export"), ("doctor",), ("wallet", "list")):
        home.run(*command)
    assert not (home.path / "journal.db").exists()


def test_the_practice_wallet_is_listed_once_it_is_there(home: Home) -> None:
    home.import_wallet()
    assert [w["name"] for w in home.run("wallet", "list", "-o", "json").json] == ["main"]
    (home.path / "practice-wallet").write_text(
        "legal winner thank year wave sausage worth useful legal winner thank yellow\n"
    )
    listed = home.run("wallet", "list", "-o", "json").json
    assert [(w["name"], w["store"]) for w in listed] == [("main", "file"), ("practice", "practice")]
    told = home.run("wallet", "list").out
    assert "no real money" in told
    assert "On the practice network the wallet practice is used" in told
    assert home.run("wallet", "show", "practice").out.split()[1] == listed[1]["address"]
    refused = home.run("wallet", "remove", "practice", "--yes")
    assert refused.code == 2
    assert (home.path / "practice-wallet").exists()


def test_wallets(home: Home) -> None:
    assert home.run("wallet", "import", "main", "--stdin", stdin=WORDS).out.split()[1] == ADDRESS
    friend = "akash1qufa3xzrf34qvwyejkhvnc4psf49fftaw0asmh"
    assert home.run("wallet", "watch", "friend", friend).code == 0
    assert home.run("wallet", "watch", "twice", ADDRESS).code == 2
    names = {w["name"]: w for w in home.run("wallet", "list", "-o", "json").json}
    assert names["main"]["watch_only"] is False
    assert names["friend"]["watch_only"] is True
    assert home.run("wallet", "default", "friend").code == 0
    assert [line.split()[:2] for line in home.run("wallet", "list").out.splitlines() if line[0] == "*"] == [
        ["*", "friend"]
    ]
    assert home.run("wallet", "show", "-o", "json").json["name"] == "friend"
    unknown = home.run("wallet", "default", "nobody")
    assert (unknown.code, unknown.out) == (2, "")
    assert "try: " in unknown.err
    again = home.run("wallet", "import", "main", "--stdin", stdin=WORDS)
    assert again.code == 2
    wrong = home.run("wallet", "import", "other", "--stdin", stdin=WORDS.replace("about", "zebra"))
    assert wrong.code == 2
    assert "zebra" not in wrong.err + wrong.out
    stored = b"".join(p.read_bytes() for p in home.path.rglob("*") if p.is_file() and p.name != "passphrase")
    assert b"abandon" not in stored


def test_words_are_never_shown_without_a_terminal(home: Home) -> None:
    answer = home.run_process("wallet", "create", "fresh")
    # a test process may or may not have a controlling terminal: with one, the words go there and nowhere else
    assert len(answer.out.split()) < 12
    assert len(answer.err.split()) < 40


def test_presets_are_saved_and_shown(home: Home, sdl: Path) -> None:
    shipped = {p["name"] for p in home.run("preset", "list", "-o", "json").json}
    assert {"vllm-chat", "ollama-webui", "comfyui", "web-page"} <= shipped
    assert home.run("preset", "save", "mine", str(sdl)).code == 0
    assert home.run("preset", "show", "mine").out == CHEAP
    assert home.run("preset", "save", "mine", str(sdl)).code == 2
    assert home.run("preset", "save", "mine", str(sdl), "--replace").code == 0
    assert home.run("preset", "describe", "mine", "--note", "for me", "--tags", "a,b").code == 0
    assert home.run("preset", "rename", "mine", "chat").out == "mine is chat now.\n"
    assert home.run("preset", "remove", "chat").code == 0
    assert home.run("preset", "show", "chat").code == 2
    assert home.run("preset", "restore", "chat", "-o", "json").json["note"] == "for me"
    assert [p["name"] for p in home.run("preset", "list", "--tag", "a", "-o", "json").json] == ["chat"]
    twice = home.run("preset", "import", str(sdl), str(sdl))
    assert (twice.code, "nothing was saved" in twice.err) == (2, True)
    assert home.run("preset", "import", str(sdl), "--name", "two").out == "saved as two\n"
    assert home.run("preset", "copy", "web-page", "two").code == 2


def test_a_preset_is_copied_with_other_gpus_values_and_price(home: Home) -> None:
    assert home.run("preset", "gpu-class", "mine", "rtx4090,l40s").code == 0
    (home.path / "token").write_text("hf_x")
    changes = ("--max-price", "0.50/h", "--set", "MODEL=my/model")
    made = home.run("preset", "copy", "vllm-chat", "small", "--gpu", "24GB", *changes, "--set", "HF_TOKEN=keyring:hf")
    assert made.out == "saved as small\n"
    text = home.run("preset", "show", "small").out
    assert "MODEL=my/model #" in text, "its comment stays"
    assert "HF_TOKEN: secret, optional, keyring hf" in text
    found = home.run("sdl", "build", "-", "-o", "json", stdin=text).out
    assert [name for name in ("rtx4090", "rtx3090", "a5000", "rtxa6000", "h100") if f"/{name}" in found] == [
        *("rtx4090", "rtx3090", "a5000"),
    ]
    assert home.run("preset", "copy", "vllm-chat", "own", "--gpu", "@mine").code == 0
    assert "- model: l40s" in home.run("preset", "show", "own").out
    unknown = home.run("preset", "copy", "vllm-chat", "x", "--gpu", "@other")
    assert (unknown.code, "There are @mine." in unknown.err) == (2, True)
    secret = home.run("preset", "copy", "vllm-chat", "x", "--set", f"HF_TOKEN=@{home.path / 'token'}")
    assert (secret.code, "never saved" in secret.err) == (2, True)


def test_gpu_classes_of_ones_own_are_saved_listed_and_removed(home: Home) -> None:
    assert "No class of your own is saved" in home.run("preset", "gpu-class").out
    assert home.run("preset", "gpu-class", "big", ">=48GB").code == 0
    assert home.run("preset", "gpu-class", "@mine", "h100,a100/80gb", "-o", "json").json == {
        "v": 1, "name": "mine", "models": "h100,a100/80gb",
    }  # fmt: skip
    assert [c["name"] for c in home.run("preset", "gpu-class", "-o", "json").json] == ["big", "mine"]
    assert home.run("preset", "gpu-class", "big").out == ">=48gb\n"
    assert json.loads((home.path / "settings.json").read_text())["gpu_classes"]["big"] == ">=48gb"
    for wrong in (("x", "no-such-gpu"), ("a b", "h100"), ("other",), ("other", "--remove"), ("--remove",)):
        refused = home.run("preset", "gpu-class", *wrong)
        assert (refused.code, "try: " in refused.err) == (2, True), wrong
    assert home.run("preset", "gpu-class", "big", "--remove").code == 0
    assert home.run("preset", "gpu-class").out.count("@") == 1


def test_output_survives_a_reader_that_goes_away(home: Home) -> None:
    process = home.start("preset", "show", "vllm-chat")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.wait(GIVE_UP) in (0, 1)
    assert "Traceback" not in process.stderr.read()


def test_a_home_that_cannot_be_made_is_reported(home: Home) -> None:
    blocked = home.path / "file"
    blocked.write_text("")
    home.env["AKASH_TUI_HOME"] = str(blocked / "sub")
    answer = home.run_process("networks")
    assert answer.code == 2
    assert "Traceback" not in answer.err


def saved_bids(*prices: str) -> str:
    """A node's answer with one bid a price, each of another provider; the GPU is the provider's own word."""
    gpu: Json = {"units": {"val": "1"}, "attributes": [{"key": "vendor/nvidia/model/a100/ram/80Gi", "value": "true"}]}
    resources: Json = {"id": 1, "cpu": None, "memory": None, "storage": [], "gpu": gpu, "endpoints": []}
    bids = [
        {
            "bid": {
                "id": {"owner": ADDRESS, "dseq": "7", "gseq": 1, "oseq": 1, "provider": f"akash1p{n}", "bseq": 0},
                "state": "open",
                "price": {"denom": "uact", "amount": price},
                "created_at": "100",
                "resources_offer": [{"resources": resources, "count": 1}],
            },
            "escrow_account": None,
        }
        for n, price in enumerate(prices)
    ]
    return json.dumps({"bids": bids, "pagination": {"next_key": None, "total": str(len(bids))}})


def test_saved_bids_are_filtered_and_the_hidden_ones_counted(home: Home) -> None:
    saved = saved_bids("1500.0", "3000.0", "900.0")
    answer = home.run("bids", "--from", "-", "--filter", "gpu:a100 usd_h<1 vram>=48", "-o", "json", stdin=saved)
    assert answer.code == 0, answer
    assert [bid["provider"] for bid in answer.json] == ["akash1p2", "akash1p0"]
    assert "2 of 3 shown, 1 hidden by price" in answer.err
    assert answer.json[0]["vram_gib"] == 80
    assert float(answer.json[0]["gb_h"]) == pytest.approx(float(answer.json[0]["price_h"]) / 80, abs=1e-6)
    nobody = home.run("bids", "--from", "-", "--filter", "uptime7>99", stdin=saved)
    assert nobody.out == "No bids.\n"
    assert "3 hidden by uptime (not known)" in nobody.err


def test_absurd_saved_prices_are_marked_and_not_first(home: Home) -> None:
    saved = saved_bids("0.0", "-5.0", "1500.0", "9" * 60 + ".0", "0.000000000000000001")
    answer = home.run("bids", "--from", "-", "-o", "json", stdin=saved)
    assert answer.code == 0, answer
    assert [bid["provider"] for bid in answer.json if not bid["oddity"]] == ["akash1p2"]
    assert home.run("bids", "--from", "-", stdin=saved).out.count(" open !") == len(answer.json) - 1


def test_rows_of_several_deployments_say_which(home: Home) -> None:
    answer = json.loads(saved_bids("1500.0", "900.0"))
    assert "dseq" not in home.run("bids", "--from", "-", stdin=json.dumps(answer)).out
    answer["bids"][0]["bid"]["id"]["dseq"] = "501"
    lines = home.run("bids", "--from", "-", stdin=json.dumps(answer)).out.splitlines()
    assert [line.split()[0] for line in lines] == ["dseq", "7", "501"]
    answer["bids"][0]["bid"]["id"] |= {"dseq": "7", "gseq": 2}
    lines = home.run("bids", "--from", "-", stdin=json.dumps(answer)).out.splitlines()
    assert [line.split()[0] for line in lines] == ["group", "1", "2"]
    assert (
        home.run("bids", "--from", "-", "--sort", "-dseq", stdin=json.dumps(answer))
        .out.splitlines()[1]
        .startswith("    2")
    )


def test_our_own_json_is_read(home: Home) -> None:
    first = home.run("bids", "--from", "-", "-o", "json", stdin=saved_bids("1500.0", "3000.0"))
    again = home.run("bids", "--from", "-", "-o", "json", stdin=first.out)
    assert again.json == first.json, again


def test_what_is_no_saved_answer_is_named_with_what_to_do(home: Home, tmp_path: Path) -> None:
    missing = home.run("bids", "--from", str(tmp_path / "none.json"))
    assert (missing.code, "a saved answer about bids" in missing.err, "preset" in missing.err) == (2, True, False)
    folder = home.run("bids", "--from", str(tmp_path))
    assert (folder.code, "Is a directory" in folder.err, "SDL" in folder.err) == (2, True, False)
    nothing = home.run("bids", "--from", "-", stdin="")
    assert nothing.code == 2
    assert "Nothing came in on standard input" in nothing.err
    refused = home.run("bids", "--from", "-", stdin='{"code":12,"message":"Not Implemented","details":[]}')
    assert refused.code == 2
    assert "Not Implemented (code 12)" in refused.err
    page = json.loads(saved_bids("1500.0"))
    page["pagination"]["next_key"] = "AAE="
    assert "one page of several" in home.run("bids", "--from", "-", stdin=json.dumps(page)).err


@pytest.mark.parametrize("modified", [None, 1e12, -1e12, 1e300], ids=["removed", "year 33658", "before year 1", "huge"])
def test_a_saved_answer_is_shown_whatever_its_time(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, modified: float | None
) -> None:
    file = tmp_path / "answer.json"
    file.write_text(saved_bids("1500.0"))

    def read_and_change(path: Path, most: int) -> bytes:
        raw = read_plain_file(path, most)
        if modified is None:
            file.unlink()
        else:
            monkeypatch.setattr(Path, "stat", lambda path: SimpleNamespace(st_mtime=modified))
        return raw

    monkeypatch.setattr("akash_tui.services.storage.files.read_plain_file", read_and_change)
    answer = home.run("bids", "--from", str(file), "-o", "json")
    assert (answer.code, len(answer.json)) == (0, 1), answer


def test_a_saved_view_is_a_filter_with_its_order(home: Home) -> None:
    settings = {"views": {"dear": {"filter": "usd_h>0.6", "sort": "-price"}}}
    (home.path / "settings.json").write_text(json.dumps(settings))
    answer = home.run("bids", "--from", "-", "--filter", "@dear", "-o", "json", stdin=saved_bids("1500", "3000", "900"))
    assert [bid["provider"] for bid in answer.json] == ["akash1p1", "akash1p0"], answer


def test_what_was_done_is_reported_as_json_too(home: Home, sdl: Path, tmp_path: Path) -> None:
    friend = ("friend", "akash1qufa3xzrf34qvwyejkhvnc4psf49fftaw0asmh")
    for command, wanted in (
        (("preset", "save", "mine", str(sdl)), {"name": "mine"}),
        (("preset", "export", "mine", str(tmp_path / "copy.yaml")), {"file": str(tmp_path / "copy.yaml")}),
        (("preset", "remove", "mine"), {"name": "mine"}),
        (("wallet", "watch", *friend), {"name": friend[0], "address": friend[1]}),
        (("wallet", "remove", "friend", "--yes"), {"name": friend[0], "address": friend[1]}),
    ):
        answer = home.run(*command, "-o", "json")
        assert answer.code == 0, answer
        assert answer.json.items() >= (wanted | {"v": 1}).items()


@pytest.mark.parametrize("command", [("sdl", "explain"), ("networks",), ("preset", "list"), ("doctor",)])
def test_lists_are_one_array_or_one_line_each(
    home: Home, command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    run(Program(home.path), [*command, "-o", "json"])
    (whole,) = capsys.readouterr().out.splitlines()
    run(Program(home.path), [*command, "-o", "jsonl"])
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line) for line in lines] == json.loads(whole)
    assert len(lines) > 1
