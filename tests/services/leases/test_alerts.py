"""What an alert does, in the ways that the user wants: bell, notification, hook; its failure is told, never raised."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import sys
import time
from pathlib import Path

import pytest

from akash_tui.adapters.system import notifications as notifying
from akash_tui.adapters.system.notifications import SystemNotifier
from akash_tui.domain.alert import Alert
from akash_tui.services.leases.alerts import AlertDelivery
from akash_tui.services.storage.settings import AlertSettings, Settings, load, save

NASTY = "$(touch pwned) `id` ; \x1b]0;x\x07 <b>bold</b> & 'quoted' \"more\""
LOW = Alert("low_runway", "vllm-qwen", NASTY, urgent=True, facts={"dseq": "812301", "bad name": "x"})


def fake(folder: Path, name: str, body: str = "") -> Path:
    """A program that keeps its arguments, its input and its ALERT_ variables beside itself."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(
        f"#!{sys.executable}\nimport json, os, sys\n{body}\n"
        "env = {k: v for k, v in os.environ.items() if k.startswith(('ALERT_', 'AKASH_'))}\n"
        "with open(__file__ + '.told', 'a') as f:\n"
        "    f.write(json.dumps([sys.argv[1:], sys.stdin.read(), env]) + '\\n')\n"
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def told(program: Path) -> list[tuple[list[str], str, dict[str, str]]]:
    kept = Path(f"{program}.told")
    return [tuple(json.loads(line)) for line in kept.read_text().splitlines()] if kept.exists() else []


class Ears:
    """What the terminal heard."""

    def __init__(self, settings: AlertSettings, environment: dict[str, str], *, terminal: bool = True) -> None:
        self.bells = 0
        self.written: list[str] = []
        writes = self.written.append if terminal else None
        self.alerts = AlertDelivery(settings, SystemNotifier(environment), bell=self._ring, terminal=writes)

    def _ring(self) -> None:
        self.bells += 1

    async def tell(self, alert: Alert = LOW) -> list[str]:
        return [fault.title for fault in await self.alerts.deliver(alert)]


async def test_only_the_bell_is_on_by_itself_and_only_for_what_is_urgent(tmp_path: Path) -> None:
    program = fake(tmp_path, "notify-send")
    ears = Ears(AlertSettings(), {"PATH": str(tmp_path), "TERM_PROGRAM": "WezTerm"})
    assert await ears.tell() == []
    assert await ears.tell(Alert("x", "t", "not urgent")) == []
    assert (ears.bells, ears.written, told(program)) == (1, [], [])


async def test_the_bell_can_be_silenced() -> None:
    ears = Ears(AlertSettings(bell=False), {"PATH": ""})
    assert await ears.tell() == []
    assert ears.bells == 0


async def test_the_hook_gets_facts_as_data_and_no_secret(tmp_path: Path) -> None:
    program = fake(tmp_path, "hook")
    env = {"PATH": "", "AKASH_TUI_PASSPHRASE_FILE": "/secret", "AKASH_TUI_HOME": "/home/me"}
    ears = Ears(AlertSettings(hook=(str(program), "phone", "$HOME")), env)
    assert await ears.tell() == []
    ((arguments, stdin, variables),) = told(program)
    assert arguments == ["phone", "$HOME"]  # no shell reads them
    description = json.loads(stdin)
    assert description["code"] == "low_runway"
    assert description["dseq"] == "812301"
    assert description["urgent"] is True
    assert description["text"] == LOW.description
    assert "\x1b" not in description["text"]
    assert variables["ALERT_TEXT"] == LOW.description
    assert variables["ALERT_DSEQ"] == "812301"
    assert variables["AKASH_TUI_HOME"] == "/home/me"
    assert "AKASH_TUI_PASSPHRASE_FILE" not in variables
    assert "bad name" not in description
    assert not (tmp_path / "pwned").exists()


async def test_a_hook_is_found_on_the_path(tmp_path: Path) -> None:
    program = fake(tmp_path, "my-hook")
    assert await Ears(AlertSettings(hook=("my-hook",)), {"PATH": str(tmp_path)}).tell() == []
    assert len(told(program)) == 1


async def test_a_hook_that_fails_or_is_not_there_is_told(tmp_path: Path) -> None:
    program = fake(tmp_path, "hook", "sys.exit(3)")
    env = {"PATH": ""}
    assert await Ears(AlertSettings(hook=(str(program),)), env).tell() == ["The alert hook ended with code 3."]
    missing = await Ears(AlertSettings(hook=("/no/such/hook",)), env).tell()
    assert missing == ["The alert hook /no/such/hook cannot be found or run."]


async def test_a_hook_that_hangs_is_ended_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = (
        "import subprocess, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "open(__file__ + '.child', 'w').write(str(child.pid))\n"
        "time.sleep(600)"
    )
    program = fake(tmp_path, "hook", body)
    monkeypatch.setattr(notifying, "HOOK_SECONDS", 3.0)
    faults = await Ears(AlertSettings(hook=(str(program),)), {"PATH": ""}).tell()
    assert faults == ["The alert hook took more than 3 seconds and was ended."]
    await asyncio.to_thread(_gone, program)


def _gone(program: Path) -> None:
    child = int(Path(f"{program}.child").read_text())
    for _ in range(500):
        if not _alive(child):
            return
        time.sleep(0.02)
    raise AssertionError("what the hook started still runs")


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        return not Path("/proc/self").exists()
    return state != "Z"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"TERM_PROGRAM": "iTerm.app"}, "\x1b]9;akash-tui: vllm-qwen: "),
        ({"KITTY_WINDOW_ID": "1"}, "\x1b]9;akash-tui: vllm-qwen: "),
        ({"TERM": "foot-extra"}, "\x1b]777;notify;akash-tui: vllm-qwen;"),
    ],
)
async def test_a_terminal_known_for_it_shows_the_notification(environment: dict[str, str], expected: str) -> None:
    ears = Ears(AlertSettings(desktop=True), environment | {"PATH": ""})
    assert await ears.tell() == []
    (written,) = ears.written
    assert written.startswith(expected)
    assert written.endswith("\x1b\\")
    assert "\x1b" not in written[1:-2]
    assert "\x07" not in written
    if "777" in expected:
        assert written.count(";") == 3  # text from outside cannot add a field


async def test_elsewhere_the_desktop_program_gets_arguments(tmp_path: Path) -> None:
    program = fake(tmp_path, "notify-send")
    ears = Ears(AlertSettings(desktop=True), {"PATH": str(tmp_path), "TERM": "xterm-256color"})
    assert await ears.tell() == []
    assert ears.written == []
    ((arguments, _, _),) = told(program)
    assert arguments[:4] == ["--app-name=akash-tui", "--urgency=critical", "--", "akash-tui: vllm-qwen"]
    assert "<b>" not in arguments[4]
    assert "&lt;b&gt;" in arguments[4]


async def test_on_a_mac_the_text_is_an_argument_of_the_script(tmp_path: Path) -> None:
    program = fake(tmp_path, "osascript")
    inside = {"PATH": str(tmp_path), "TERM_PROGRAM": "iTerm.app", "TMUX": "1"}  # tmux would swallow the sequence
    ears = Ears(AlertSettings(desktop=True), inside)
    assert await ears.tell() == []
    assert ears.written == []
    ((arguments, _, _),) = told(program)
    assert arguments[-2:] == ["akash-tui: vllm-qwen", LOW.description]
    assert not any(LOW.description in part for part in arguments[:-1])


async def test_nothing_to_show_it_with_is_told() -> None:
    assert await Ears(AlertSettings(desktop=True), {"PATH": ""}).tell() == [
        "There is nothing here that shows desktop notifications."
    ]


async def test_a_flood_of_alerts_does_not_pile_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("akash_tui.services.leases.alerts.MOST_WAITING", 3)
    program = fake(tmp_path, "hook")
    ears = Ears(AlertSettings(hook=(str(program),)), {"PATH": ""})
    faults = await asyncio.gather(*(ears.tell() for _ in range(8)))
    assert len(told(program)) == 3
    assert sum(len(f) for f in faults) == 5


def test_alert_settings_are_saved(tmp_path: Path) -> None:
    settings = AlertSettings(desktop=True, hook=("~/bin/hook", "phone"))
    save(tmp_path, Settings(alerts=settings))
    assert load(tmp_path).alerts == settings


def test_a_hook_named_in_this_folder_is_not_looked_for_on_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(tmp_path / "path", "notify")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("HOME", str(tmp_path))
    there = SystemNotifier({"PATH": str(tmp_path / "path")})
    assert there.command(["notify"]) == str(tmp_path / "path" / "notify")
    assert there.command(["./notify"]) is None
    assert there.command(["~/path/notify"]) == str(tmp_path / "path" / "notify")
