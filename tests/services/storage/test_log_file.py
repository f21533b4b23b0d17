"""The log file: private, bounded, and without secrets, whoever logs them."""

from __future__ import annotations

import asyncio
import base64
import logging
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from akash_tui.services.ports import BadInput
from akash_tui.services.redaction import REMOVED, RedactingFormatter, redact, redact_unhandled_records
from akash_tui.services.storage import log_file
from akash_tui.services.storage.log_file import close_log, open_log
from tests.secret_errors import KINDS, WORDS, break_with, found_in

TOKEN = ".".join(
    base64.urlsafe_b64encode(part).decode().rstrip("=")
    for part in (b'{"alg":"ES256KADR36"}', b'{"iss":"akash1owner"}', b"signature-bytes")
)
KEY = "5f3a" * 16
PEM = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49\n-----END PRIVATE KEY-----"
PASSPHRASE = "correct horse battery"
log = logging.getLogger("akash_tui.tests")


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    handler = open_log(tmp_path / "log")
    yield tmp_path / "log"
    close_log(handler)


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize(
    "shape",
    ["{}", "words: {}", "{}\n", "mnemonic='{}'", "'{}', 'x'", "before {} after", "[{}]"],
)
def test_recovery_words_are_removed(words: str, shape: str) -> None:
    numbered = "\n".join(f"{number}. {word}" for number, word in enumerate(words.split(), 1))
    for each in (
        words,
        words.upper(),
        words.replace(" ", "\n"),
        words.replace(" ", ", "),
        numbered,
        repr(words.split()),
    ):
        assert not found_in(words, redact(shape.format(each)).replace("\\n", " "))
        assert REMOVED in redact(shape.format(each))


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        (f"Authorization: Bearer {TOKEN}", TOKEN),
        (f"{{'Authorization': 'Bearer {TOKEN}', 'Accept': '*/*'}}", TOKEN),
        (f"(b'authorization', b'Bearer {TOKEN}')", TOKEN),
        (f"sent {TOKEN} to the provider", TOKEN),
        (f"Bearer {KEY[:20]}", KEY[:20]),
        ("cookie: session=abc123", "abc123"),
        (f"passphrase={PASSPHRASE}", PASSPHRASE),
        (f"the passphrase is {PASSPHRASE}", PASSPHRASE),
        (f'{{"password": "{PASSPHRASE}", "n": 1}}', PASSPHRASE),
        ("access_token=abcdef", "abcdef"),
        ("https://me:hunter2@node.example/x", "hunter2"),
        (f"private key {KEY}", KEY),
        (f"0x{KEY}", KEY),
        (PEM, "MIGHAgEAMBMGByqGSM49"),
        (PEM[:50], "MIGHAgEAMBMGByqGSM49"),
    ],
)
def test_other_secrets_are_removed(line: str, secret: str) -> None:
    assert secret not in redact(line)
    assert REMOVED in redact(line)


@pytest.mark.parametrize(
    "line",
    [
        "GET node.example:443/cosmos/bank/v1beta1/balances/akash19rl4cm2hmr8afy4kldpxz3fka4jguq0a3mq6x0 200 12 ms",
        f"GET node.example/cosmos/tx/v1beta1/txs/{KEY.upper()} 200 12 ms",
        "while refreshing: No node answers. Check the network, then try again in a moment.",
    ],
)
def test_ordinary_lines_stay(line: str) -> None:
    assert redact(line) == line


def test_a_line_has_time_level_and_name(path: Path) -> None:
    log.info("read %s", "head")
    first, second = text(path).splitlines()
    assert "INFO akash_tui: akash-tui " in first
    assert second.endswith("Z INFO akash_tui.tests: read head")


def test_one_record_is_one_line(path: Path) -> None:
    log.info("one\ntwo INFO akash_tui: forged")
    assert len(text(path).splitlines()) == 2


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_foreign_exception_is_its_type_and_its_code_lines(path: Path, kind: str, words: str) -> None:
    try:
        break_with(kind, words)
    except Exception as error:
        log.exception("broke")
        log.info("it was %s", error)
        log.info(error)
    assert not found_in(words, text(path))
    assert "in break_with" in text(path)
    assert "it was builtins." in text(path)


@pytest.mark.parametrize("words", WORDS)
async def test_a_task_that_nobody_waited_for_is_redacted_in_the_file_and_on_stderr(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], words: str
) -> None:
    def forget() -> None:
        asyncio.get_running_loop().call_exception_handler({"message": "broke", "exception": ValueError(words)})

    root = logging.getLogger()
    others, root.handlers = root.handlers, []
    assert logging.lastResort is not None
    before = logging.lastResort.formatter
    try:
        redact_unhandled_records()
        forget()
        handler = open_log(tmp_path / "log")
        forget()
        close_log(handler)
    finally:
        root.handlers = others
        logging.lastResort.setFormatter(before)
    err = capfd.readouterr().err
    assert not found_in(words, err, text(tmp_path / "log"))
    for printed in (err, text(tmp_path / "log")):
        assert "ERROR asyncio: logged at " in printed
        assert "builtins.ValueError" in printed


def test_files_are_private_and_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "log"
    path.write_text("from before\n")
    path.chmod(0o644)
    monkeypatch.setattr(log_file, "MAX_BYTES", 2000)
    handler = open_log(path)
    for number in range(100):
        log.info("line %d %s", number, "x" * 80)
    close_log(handler)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["log", "log.1"]
    for each in tmp_path.iterdir():
        assert stat.S_IMODE(each.stat().st_mode) == 0o600
        assert each.stat().st_size <= 2000
    assert "line 99 " in text(path)


def test_a_file_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be written: Is a directory"):
        open_log(tmp_path)


def test_a_full_disk_disturbs_nobody(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (handler,) = [h for h in logging.getLogger().handlers if isinstance(h.formatter, RedactingFormatter)]
    handler.handle(logging.makeLogRecord({"name": "akash_tui", "msg": "%d", "args": ("no number",)}))
    assert capfd.readouterr().err == ""


def test_after_it_is_closed_nothing_is_logged(tmp_path: Path) -> None:
    close_log(open_log(tmp_path / "log"))
    before = text(tmp_path / "log")
    log.warning("later")
    assert text(tmp_path / "log") == before
    assert not log.isEnabledFor(logging.DEBUG)
