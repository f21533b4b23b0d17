"""Quick files in these tests: the key of a passphrase costs less."""

from __future__ import annotations

import pytest

from akash_tui.adapters.wallet import vault_file


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault_file, "SCRYPT_N", 2**15)
    monkeypatch.delenv("AKASH_TUI_PASSPHRASE_FILE", raising=False)
