"""Whatever a node puts into its JSON, the answer is read or refused as a fault: never a traceback."""

from __future__ import annotations

import copy
import json
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from akash_tui.adapters.chain.endpoints.pool import parse
from akash_tui.adapters.chain.errors.endpoint import EndpointFault
from akash_tui.adapters.chain.rest_json.chain import AccountJson, BlockJson, OraclePrice
from akash_tui.adapters.chain.rest_json.fields import page_of, value_of
from akash_tui.adapters.chain.rest_json.market import BidJson, DeploymentJson, LeaseJson, OneOrder
from akash_tui.adapters.chain.rest_json.providers import AuditJson, CertificateJson, LedgerJson, OneProvider
from akash_tui.adapters.chain.rest_json.tx import OneTx
from akash_tui.adapters.chain.saved_bids import parse_bids
from akash_tui.services.ports import BadInput
from tests.adapters.chain.recordings import answer, needs_recordings

pytestmark = needs_recordings

READERS: dict[str, Callable[[bytes], Any]] = {
    "account": value_of(AccountJson),
    "account-module": value_of(AccountJson),
    "block-latest": BlockJson.model_validate_json,
    "deployment-granted": value_of(DeploymentJson),
    "lease-info": value_of(LeaseJson),
    "order-info": value_of(OneOrder),
    "oracle-price": value_of(OraclePrice),
    "provider": value_of(OneProvider),
    "audit-owner": page_of(AuditJson),
    "certificates": page_of(CertificateJson),
    "bme-ledger-burned": page_of(LedgerJson),
    "mint-included": value_of(OneTx),
    "bids-one": page_of(BidJson),
}
ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    2**70,
    1.5,
    1e308,
    "",
    "-1",
    "NaN",
    "1e999999",
    "9" * 400,
    "\x1b[31m\u202e\ud83d",
    [],
    [None],
    {},
    {"a": 1},
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value; of a long list only the first items."""
    if path:
        yield path
    if isinstance(value, dict):
        for key in value:
            yield from places(value[key], (*path, key))
    elif isinstance(value, list):
        for index in range(min(2, len(value))):
            yield from places(value[index], (*path, index))


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from strings(getattr(value, field.name))
    elif isinstance(value, (tuple, list)):
        for inner in value:
            yield from strings(inner)


async def read(name: str, value: Any) -> Any:
    """The domain value; None for a fault."""
    try:
        found = await parse(json.dumps(value).encode(), READERS[name])
    except EndpointFault:
        return None
    assert all(unicodedata.category(c) not in ("Cc", "Cs") for text in strings(found) for c in text)
    return found


@pytest.mark.parametrize("name", READERS)
async def test_every_place_with_everything_odd_in_it(name: str) -> None:
    recorded = answer(name)
    assert await read(name, recorded) is not None
    survived = 0
    for path in places(recorded):
        for odd in (*ODD, "gone"):
            changed = copy.deepcopy(recorded)
            inside = changed
            for step in path[:-1]:
                inside = inside[step]
            if odd == "gone" and isinstance(inside, dict):
                del inside[path[-1]]
            else:
                inside[path[-1]] = odd
            survived += await read(name, changed) is not None
    assert survived


@pytest.mark.parametrize("name", ["bids-one", "deployment-granted", "mint-included"])
async def test_every_cut_of_the_body(name: str) -> None:
    body = json.dumps(answer(name)).encode()
    for end in range(0, len(body), 37):
        with pytest.raises(EndpointFault):
            await parse(body[:end], READERS[name])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["bid", "bids", "id", "data"]), inner),
    max_leaves=12,
)


@given(json_values)
def test_saved_files_of_any_kind_are_bids_or_bad_input(value: Any) -> None:
    try:
        bids: object = parse_bids(value)
    except BadInput as error:
        bids = [error.title, error.advice]
    assert isinstance(bids, list)
    assert all(bids)
