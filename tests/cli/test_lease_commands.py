"""The life of a lease from the command line: top-up and everything that follows, on one practice network."""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.services.storage.journal import Journal
from akash_tui.services.storage.standing_orders import StandingOrder, StandingOrders
from tests.cli.conftest import Practice
from tests.cli.home import Home
from tests.cli.test_with_practice import FAST
from tests.helpers.worlds import GIVE_UP

ON = ("--network", "practice")


@pytest.fixture
def dseq(home: Home, practice: Practice) -> str:
    """A running web page on a calm practice network."""
    practice()
    answer = home.run(*ON, "deploy", "web-page", "--accept", "cheapest", *FAST, "--collect", "0.1s")
    assert answer.code == 0, answer
    return str(answer.lines[-1]["dseq"])


def test_a_top_up_by_hours_and_by_sum(home: Home, dseq: str) -> None:
    quote = home.run(*ON, "lease", "deposit", dseq, "--hours", "2", "--dry-run", "-o", "json").json
    before = home.run(*ON, "lease", "show", dseq, "-o", "json").json
    price_h = Decimal(quote["price_h"])
    assert Decimal(quote["deposit"]["amount"]) == pytest.approx(price_h * 2 * 1_000_000, rel=Decimal("0.05"))
    asked = home.run(*ON, "lease", "deposit", dseq, "--hours", "2")
    assert asked.code == 2
    assert "--yes" in asked.err
    assert "comes back" in asked.err
    done = home.run(*ON, "lease", "deposit", dseq, "--amount", "1.5", "--yes", "-o", "json")
    assert done.code == 0, done
    assert done.json["deposit"] == {"denom": "uact", "amount": "1500000"}
    assert done.json["left_before"]["denom"] == "uact"
    after = home.run(*ON, "lease", "show", dseq, "-o", "json").json
    spent = (after["height"] - before["height"]) * Decimal(after["leases"][0]["price"]["amount"])
    gained = Decimal(after["left"]["amount"]) - Decimal(before["left"]["amount"])
    assert gained == pytest.approx(Decimal(1_500_000) - spent, abs=3)  # a settlement charges whole micro-units
    home.run(*ON, "lease", "close", dseq, "--yes")
    lost = home.run(*ON, "lease", "deposit", dseq, "--amount", "1", "--yes")
    assert lost.code == 2
    assert "closed" in lost.err


@pytest.mark.parametrize("options", [(), ("--amount", "1", "--hours", "1"), ("--amount", "-1"), ("--hours", "x")])
def test_a_wrong_top_up_shows_how_to_write_it(home: Home, options: tuple[str, ...]) -> None:
    answer = home.run(*ON, "lease", "deposit", "12", *options, "--yes")
    assert answer.code == 2
    assert "try: " in answer.err


def test_logs_and_events(home: Home, dseq: str) -> None:
    logs = home.run(*ON, "lease", "logs", dseq, "--tail", "3")
    assert logs.code == 0, logs
    assert len(logs.out.splitlines()) == 3
    assert "\x1b" not in logs.out
    assert all(line.startswith("web-") and " | " in line for line in logs.out.splitlines())
    shown = home.run(*ON, "lease", "logs", dseq, "--service", "web", "-o", "jsonl").lines
    assert shown[0].keys() == {"v", "dseq", "gseq", "oseq", "provider", "event", "pod", "message"}
    assert any("starting" in t["message"] for t in shown)
    assert not any("\x1b" in t["message"] for t in shown)
    nobody = home.run(*ON, "lease", "logs", dseq, "--service", "nope")
    assert nobody.code == 2
    assert "Services: web" in nobody.err
    events = home.run(*ON, "lease", "events", dseq, "-o", "jsonl").lines
    assert {"Scheduled", "Pulling", "Started"} <= {e["reason"] for e in events}


def test_a_followed_log_ends_with_its_lease(home: Home, dseq: str) -> None:
    process = home.fork(*ON, "lease", "logs", dseq, "--follow", "--tail", "1")
    lines = [process.stdout.readline() for _ in range(3)]
    assert len(set(lines)) == 3
    closed = home.run(*ON, "lease", "close", dseq, "--yes")
    assert closed.code == 0, closed
    _, err = process.communicate(timeout=GIVE_UP)
    assert process.poll() == 0
    assert "you closed it" in err
    after = home.run(*ON, "lease", "logs", dseq)
    assert after.code == 6
    assert "you closed it" in after.err


def test_update_the_image_of_a_running_deployment(home: Home, dseq: str) -> None:
    text = home.run("preset", "show", "web-page").out
    before = next(line for line in text.splitlines() if "image:" in line)
    file = home.path / "new.yaml"
    file.write_text(text.replace(before, before.rsplit(":", 1)[0] + ":1.99"))
    plan = home.run(*ON, "lease", "update", dseq, str(file), "--dry-run", "-o", "json")
    assert plan.code == 0, plan
    (change,) = plan.json["changes"]
    assert (change["what"], change["after"].rpartition(":")[2]) == ("image", "1.99")
    done = home.run(*ON, "lease", "update", dseq, str(file), "--yes", "-o", "jsonl")
    assert done.code == 0, done
    assert [e["event"] for e in done.lines] == ["updated", "manifest", "running"]
    logs = home.run(*ON, "lease", "events", dseq)
    assert ":1.99" in logs.out
    again = home.run(*ON, "lease", "update", dseq, str(file), "--yes")
    assert again.code == 0, again
    assert "sent again" in again.err
    file.write_text(file.read_text().replace("units: ", "units: 1"))
    refused = home.run(*ON, "lease", "update", dseq, str(file), "--yes")
    assert refused.code == 2
    assert "cannot change" in refused.err


def test_shell_passes_on_output_input_and_exit_code(home: Home, dseq: str) -> None:
    shell = (*ON, "lease", "shell", dseq, "--service", "web")
    fine = home.run_process(*shell, "--", "sh", "-c", "ls /; ls /nowhere; exit 3")
    assert fine.code == 3, fine
    assert "proc" in fine.out
    assert "/nowhere" in fine.err
    script = home.run_process(*ON, "lease", "shell", dseq, stdin="ls\nfalse\n")
    assert script.code == 1, script
    assert "proc" in script.out
    for wrong, words in (
        (("--", "nosuchcmd"), "does not exist"),
        (("--pod", "9", "--", "true"), "out of range"),
    ):
        answer = home.run(*shell, *wrong)
        assert answer.code == 255, answer
        assert words in answer.err
    bad = home.run(*ON, "lease", "shell", dseq, "--nope")
    assert bad.code == 255, bad
    assert "try: akash-tui lease shell --help" in bad.err
    other = home.run(*ON, "lease", "shell", dseq, "--service", "nope", "--", "true")
    assert other.code == 255
    assert "Services: web" in other.err
    home.run(*ON, "lease", "close", dseq, "--yes")
    over = home.run(*shell, "--", "true")
    assert over.code == 255
    assert "you closed it" in over.err


def test_a_lost_sdl_comes_back_from_the_provider_with_the_same_hash(home: Home, dseq: str) -> None:
    here = home.run(*ON, "lease", "recover", dseq, "-o", "json").json
    assert (here["source"], here["exact"]) == ("journal", True)
    for file in home.path.glob("journal.db*"):
        file.unlink()
    lost = home.run(*ON, "lease", "recover", dseq, "-o", "json")
    assert lost.code == 0, lost
    assert (lost.json["source"], lost.json["exact"]) == ("provider", True)
    file = home.path / "recovered.yaml"
    file.write_text(lost.json["sdl"])
    assert home.run("sdl", "check", str(file)).code == 0
    again = home.run(*ON, "lease", "update", dseq, str(file), "--yes", "-o", "jsonl")
    assert again.code == 0, again
    assert [e["event"] for e in again.lines] == ["manifest", "running"]


def test_status_is_watched_until_the_deployment_is_closed(home: Home, dseq: str) -> None:
    process = home.fork(*ON, "lease", "status", dseq, "--watch", "--every", "1s", "-o", "jsonl")
    first = json.loads(process.stdout.readline())
    assert (first["event"], first["dseq"], first["state"]) == ("status", dseq, "running")
    assert home.run(*ON, "lease", "close", dseq, "--yes").code == 0
    rest = [json.loads(line) for line in process.stdout]
    assert process.wait(GIVE_UP) == 0
    assert rest[-1]["state"] == "closed"
    (alarm,) = rest[-1]["alarms"]
    assert alarm["code"] == "ended"
    assert "you closed it" in alarm["message"]
    assert rest[-1]["leases"][0]["why"] == "you closed it"


def test_a_watch_is_narrowed_to_a_group_and_a_service_or_refused(home: Home, dseq: str) -> None:
    watch = (*ON, "lease", "status", dseq, "--watch", "--every", "1s")
    process = home.fork(*watch, "--gseq", "1", "--service", "web", "-o", "jsonl")
    first = json.loads(process.stdout.readline())
    assert [s["name"] for lease in first["leases"] for s in lease["services"]] == ["web"]
    for wrong, words in (("--gseq", "7"), "no lease in group 7"), (("--service", "nope"), "Services: web"):
        answer = home.run(*watch, *wrong)
        assert answer.code == 2, answer
        assert words in answer.err
    text = home.fork(*watch, "--service", "web")
    while "web: 1 of 1 ready" not in (line := text.stdout.readline()):
        assert line
    assert home.run(*ON, "lease", "close", dseq, "--yes").code == 0
    out, _ = text.communicate(timeout=GIVE_UP)
    assert "you closed it" in out
    assert process.wait(GIVE_UP) == 0


HOOK_THAT_HURRIES = """#!{python}
import sys, urllib.request
with open("{heard}", "a") as file:
    file.write(sys.stdin.read())
urllib.request.urlopen(urllib.request.Request("{clock}", b'{{"speed": 200}}'))
"""
"""Writes down what it hears, and lets time pass quickly only then: the funds last until the watch has begun."""


def test_a_watch_runs_the_hook_when_funds_are_low_and_when_they_are_gone(home: Home, practice: Practice) -> None:
    clock = practice("runs-dry", None, speed=10)["clock"]
    heard = home.path / "heard"
    hook = home.path / "hook"
    hook.write_text(HOOK_THAT_HURRIES.format(python=sys.executable, heard=heard, clock=clock))
    hook.chmod(0o700)
    (home.path / "settings.json").write_text(json.dumps({"alerts": {"hook": [str(hook)], "low_hours": ["1"]}}))
    bid = ("--accept", "cheapest", "--collect", "0.5s", "--allow-undisclosed")
    done = home.run(*ON, "deploy", "vllm-chat", *bid, "--yes", "-o", "jsonl")
    assert done.code == 0, done
    dseq = done.lines[-1]["dseq"]
    text = home.run(*ON, "lease", "status", dseq, "--watch", "--every", "1s")
    assert text.code == 0, text
    assert re.search(r"The funds last .+ more\.", text.out)
    assert "its deposit ran out" in text.out
    assert "\a" not in text.err  # nobody looks at a terminal
    shown = [json.loads(line) for line in heard.read_text().splitlines()]
    assert (shown[-1]["code"], shown[-1]["dseq"], shown[-1]["urgent"]) == ("dry", dseq, True)
    over = home.run(*ON, "lease", "show", dseq, "-o", "json").json
    assert over["state"] == "closed"
    late = home.run(*ON, "lease", "deposit", dseq, "--amount", "1", "--yes")
    assert late.code == 2
    assert "ran out of funds" in late.err


def test_an_automatic_top_up_of_the_app_is_shown_with_the_lease(home: Home, dseq: str) -> None:
    before = home.run(*ON, "lease", "show", dseq, "-o", "json").json
    assert (before["top_up"], before["leases"][0]["reason"]) == (None, None)
    chain_id = home.run(*ON, "lease", "deposit", dseq, "--amount", "1", "--dry-run", "-o", "json").json["chain_id"]
    journal = Journal(home.path / "journal.db")
    id = DeploymentId(before["owner"], int(dseq))
    order = StandingOrder(chain_id, id, 5_000_000, 20_000_000, Decimal(6), 20_000, datetime(2026, 1, 1, tzinfo=UTC))
    StandingOrders(journal).agree(order)
    journal.close()
    shown = {
        "amount": {"denom": "uact", "amount": "5000000"},
        "cap": {"denom": "uact", "amount": "20000000"},
        "spent": {"denom": "uact", "amount": "0"},
        "below_hours": "6",
        "times": 0,
        "stopped": "",
    }
    (row,) = home.run(*ON, "lease", "list", "-o", "json").json
    assert row["top_up"] == home.run(*ON, "lease", "status", dseq, "-o", "json").json["top_up"] == shown
    text = home.run(*ON, "lease", "show", dseq)
    assert "automatic top-up while the app runs: 5.00 ACT whenever less than 6 h are left" in text.out
    closed = home.run(*ON, "lease", "close", dseq, "--yes", "-o", "json")
    assert closed.json.keys() == {"v", "event", "at", "chain_id", "owner", "dseq", "tx", "height", "refund"}
    after = home.run(*ON, "lease", "show", dseq, "-o", "json").json
    assert after["leases"][0]["reason"] == "lease_closed_owner"
    assert "lasts until" not in home.run(*ON, "lease", "show", dseq).out


def test_asking_again_closes_and_deploys_the_same_in_one_transaction(home: Home, practice: Practice) -> None:
    practice()
    open_one = home.run(*ON, "deploy", "web-page", "--accept", "none", *FAST, "--collect", "0.1s")
    old = str(open_one.lines[-1]["dseq"])
    quote = home.run(*ON, "lease", "ask-again", old, "--dry-run", "-o", "json").json
    assert (quote["old_dseq"], quote["closes"], quote["refund"]) == (old, True, quote["deposit"])
    asked = home.run(*ON, "lease", "ask-again", old)
    assert asked.code == 2
    assert "come back" in asked.err
    done = home.run(*ON, "lease", "ask-again", old, "--yes", "-o", "json")
    assert done.code == 0, done
    listed = home.run(*ON, "lease", "list", "-o", "json").json
    assert [row["dseq"] for row in listed] == [done.json["dseq"]]
    twice = home.run(*ON, "lease", "ask-again", old, "--yes")
    assert twice.code == 2
    assert f"it is {done.json['dseq']} now" in twice.err
