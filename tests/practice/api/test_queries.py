"""Pages, filters, subscriptions and tables."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from akash_tui.practice.api.rest import rest_router
from akash_tui.practice.api.subscriptions import BadQuery, matches, parse_query
from akash_tui.practice.state import genesis
from akash_tui.practice.state.crypto import Key
from akash_tui.practice.state.store import Table
from tests.practice.small_world import H100, SmallWorld

BIDS = "/akash/market/v1beta5/bids/list"


@pytest.fixture(scope="module")
def crowded() -> SmallWorld:
    """Thirty bids on one order, one of them closed."""
    small = SmallWorld(order_max_bids=100)
    small.do(small.tenant, small.deployment(1))
    for number in range(30):
        key = Key.from_seed(b"crowd %d" % number)
        genesis.account(small.world.books, key.address, {"uakt": 10**9, "uact": 10**9})
        genesis.provider(small.world.books, key.address, "https://127.0.0.1:1", [("host", "akash"), (H100, "true")])
        small.check(key, small.bid(1, key))
    assert [tx.outcome.code for tx in small.block().txs] == [0] * 30
    return small


def ask(small: SmallWorld, path: str, **query: Any) -> Any:
    values = {name.replace("__", "."): str(value) for name, value in query.items()}
    status, answer = rest_router(small.world).answer("GET", path, values)
    assert status == 200, answer
    return answer


@pytest.mark.parametrize("limit", [1, 7, 10, 29, 30, 31])
@pytest.mark.parametrize("filters", [{}, {"filters__dseq": 1}, {"filters__state": "open"}])
def test_pages_give_every_row_once(crowded: SmallWorld, limit: int, filters: dict[str, Any]) -> None:
    seen: list[str] = []
    key = ""
    while True:
        page: dict[str, Any] = {"pagination__limit": limit, **({"pagination__key": key} if key else {})}
        answer = ask(crowded, BIDS, filters__owner=crowded.tenant.address, **filters, **page)
        assert int(answer["pagination"]["total"]) == len(answer["bids"]) <= limit
        seen += [row["bid"]["id"]["provider"] for row in answer["bids"]]
        key = answer["pagination"]["next_key"]
        if key is None:
            break
    assert len(seen) == 30
    assert seen == sorted(set(seen))


def test_backwards_is_the_other_way_round(crowded: SmallWorld) -> None:
    owner = crowded.tenant.address
    forward = ask(crowded, BIDS, filters__owner=owner)["bids"]
    assert ask(crowded, BIDS, filters__owner=owner, pagination__reverse="true")["bids"] == forward[::-1]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ({"filters.state": "nonsense"}, "invalid state value"),
        ({"pagination.offset": "1"}, "invalid request parameters. if offset is set, filter.state must be provided"),
        ({"pagination.key": "!!"}, "invalid pagination key"),
        ({"pagination.limit": "-1"}, "invalid syntax"),
        ({"filters.dseq": "x"}, "invalid syntax"),
    ],
)
def test_bad_questions_are_400(crowded: SmallWorld, query: dict[str, str], text: str) -> None:
    status, answer = rest_router(crowded.world).answer("GET", BIDS, query)
    assert (status, answer["code"]) == (400, 3)
    assert text in answer["message"]


def test_filters_narrow(crowded: SmallWorld) -> None:
    one = ask(crowded, BIDS, filters__owner=crowded.tenant.address)["bids"][3]["bid"]["id"]
    assert len(ask(crowded, BIDS, filters__provider=one["provider"])["bids"]) == 1
    assert ask(crowded, BIDS, filters__provider=one["provider"], filters__state="lost")["bids"] == []
    assert ask(crowded, BIDS, filters__owner=crowded.tenant.address, filters__dseq=2)["bids"] == []
    info = ask(
        crowded,
        "/akash/market/v1beta5/bids/info",
        **{f"id__{name}": one[name] for name in ("owner", "dseq", "gseq", "oseq", "provider")},
    )
    assert info["bid"]["id"] == one


def test_blocks_are_found_by_height(crowded: SmallWorld) -> None:
    base = "/cosmos/base/tendermint/v1beta1/blocks"
    assert ask(crowded, f"{base}/2")["block"]["header"]["height"] == "2"
    assert ask(crowded, f"{base}/latest") == ask(crowded, f"{base}/{crowded.world.height}")
    for bad in ("0", "999", "x"):
        assert rest_router(crowded.world).answer("GET", f"{base}/{bad}")[0] == 400


def test_a_transaction_is_indexed_a_moment_after_its_block() -> None:
    small = SmallWorld(index_lag=0.5)
    answer = small.check(small.tenant, small.deployment(1))
    small.block()
    path = f"/cosmos/tx/v1beta1/txs/{answer.hash}"
    router = rest_router(small.world)
    assert router.answer("GET", path) == (404, {"code": 5, "message": f"tx not found: {answer.hash}", "details": []})
    small.clock += 500_000_000
    assert router.answer("GET", path)[0] == 200


INDEX = {
    "tm.event": ["Tx"],
    "tx.height": ["12"],
    "a.b.id": ['{"owner":"x","dseq":"1"}', '{"owner":"y"}'],
    "a.b.n": ["7uakt"],
}


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("tm.event='Tx'", True),
        ("tm.event = 'Tx' AND tx.height > 11", True),
        ("tm.event='Tx' AND tx.height<12", False),
        ("tx.height>=12 AND tx.height<=12", True),
        ("""tm.event='Tx' AND a.b.id CONTAINS '"owner":"y"'""", True),
        ("""a.b.id CONTAINS '"owner":"z"'""", False),
        ("a.b.id EXISTS", True),
        ("a.c EXISTS", False),
        ("a.b.n = 7", True),
        ("tm.event='NewBlock'", False),
    ],
)
def test_queries_match(query: str, fits: bool) -> None:
    assert matches(parse_query(query), INDEX) is fits


@pytest.mark.parametrize("query", ["", "tm.event", "tm.event='Tx' AND", "tm.event='Tx' OR a=1", "a='x' b='y'", "= 1"])
def test_broken_queries_are_refused(query: str) -> None:
    with pytest.raises(BadQuery):
        parse_query(query)


OPERATIONS = st.lists(
    st.tuples(st.sampled_from(["put", "drop", "branch", "write back", "forget"]), st.integers(0, 3), st.integers(0, 3))
)


@given(OPERATIONS)
def test_a_table_is_an_ordered_map_with_branches(operations: list[tuple[str, int, int]]) -> None:
    tables: list[Table[int]] = [Table()]
    models: list[dict[tuple[int, int], int]] = [{}]
    for step, (what, first, second) in enumerate(operations):
        key = (first, second)
        if what == "put":
            tables[-1].put(key, step)
            models[-1][key] = step
        elif what == "drop":
            tables[-1].drop(key)
            models[-1].pop(key, None)
        elif what == "branch":
            tables.append(tables[-1].branch())
            models.append(dict(models[-1]))
        elif len(tables) > 1:
            table, model = tables.pop(), models.pop()
            if what == "write back":
                table.write_back()
                models[-1] = model
        assert tables[-1].keys() == sorted(models[-1])
        assert list(tables[-1].scan(first)) == [models[-1][key] for key in sorted(models[-1]) if key[0] == first]
        assert tables[-1].count(first) == sum(1 for key in models[-1] if key[0] == first)
        assert tables[-1].count() == len(models[-1])
        assert tables[-1].get(key) == models[-1].get(key)
        assert (key in tables[-1]) == (key in models[-1])
