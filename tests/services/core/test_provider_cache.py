"""Names of providers for a list: the indexer's, as far as they come in time."""

from __future__ import annotations

import asyncio
from typing import Any, NoReturn, cast

import pytest

from akash_tui.domain.akash.provider import Provider
from akash_tui.services.core import provider_cache
from akash_tui.services.core.provider_cache import ProviderCache
from akash_tui.services.ports import Unreachable

OWNER = "akash1365yvmc4s7awdyj3n2sav7xfx76adc6dnmlx63"


class Silent:
    async def get(self) -> NoReturn:
        await asyncio.Event().wait()
        raise AssertionError


class Failing:
    async def get(self) -> NoReturn:
        raise Unreachable("The indexer does not answer.")


@pytest.mark.parametrize("answer", [Silent(), Failing(), None])
async def test_a_list_does_not_wait_for_an_indexer_without_an_answer(
    monkeypatch: pytest.MonkeyPatch, answer: Silent | Failing | None
) -> None:
    monkeypatch.setattr(provider_cache, "LISTED_SECONDS", 0.01)
    nothing = cast(Any, None)
    cache = ProviderCache(nothing, nothing, None, nothing)
    cache.sheet_answer = cast(Any, answer)
    assert await cache.read_listed() == {}
    cache.providers[OWNER] = Provider(OWNER, "https://provider.example.org:8443")
    assert cache.name(OWNER) == "example.org"
