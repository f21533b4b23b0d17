"""A crash report of a demo outlives the demo's home."""

from __future__ import annotations

from pathlib import Path

from akash_tui.cli.practice import move_reports
from akash_tui.services.storage.crash_report import write_crash_report


def test_a_report_is_moved_into_the_real_home_and_stays_private(tmp_path: Path) -> None:
    written = write_crash_report(tmp_path / "demo", ValueError())
    (saved,) = move_reports(tmp_path / "demo", tmp_path / "home")
    assert saved == tmp_path / "home" / "crashes" / written.name
    assert "ValueError" in saved.read_text(encoding="utf-8")
    assert saved.stat().st_mode & 0o777 == 0o600
    assert not written.exists()


def test_without_a_report_the_real_home_is_left_alone(tmp_path: Path) -> None:
    assert move_reports(tmp_path / "demo", tmp_path / "home") == []
    assert not (tmp_path / "home").exists()
