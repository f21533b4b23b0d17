"""The filter language: what it understands, what it refuses and where, and that the unknown never matches."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.bids.bid_book import BidBook
from akash_tui.domain.bids.bid_view import best_prices
from akash_tui.domain.bids.filter_fields import BIDS
from akash_tui.domain.filtering.filter import EVERYTHING, FilterError, complete, parse_filter
from akash_tui.domain.market.observations import MarketPrice, Reach
from tests.domain.bids.values import NOW, SIX, bid, group, later, nvidia, offer, profile, provider


def board() -> BidBook:
    """Four bids: a known h100, a cheap a100 of an unknown provider, one of two, one that discloses nothing."""
    book = BidBook({1: group(nvidia("a100"), nvidia("h100"), nvidia("rtx4090"))})
    book.set_money(SIX, Decimal(5_000_000))
    book.apply(
        [
            bid("h100", 2000, offers=offer(nvidia("h100", 80, "sxm5")), reclaim=7200),
            bid("a100", 1000, offers=offer(nvidia("a100"))),
            bid("either", 1500, offers=offer(nvidia("a100"), nvidia("h100"))),
            bid("silent", 900, offers=offer()),
        ],
        height=100,
        now=NOW,
    )
    book.learn(
        providers=[provider("h100", nvidia("h100", 80, "sxm5"), organization="Big Iron")],
        profiles={"h100": profile("h100", nvidia("h100", 80, "sxm5"))},
        reach={"h100": Reach(True, 84.0, NOW), "a100": Reach(False, None, NOW, "refused")},
        prices=[MarketPrice(GpuModel("nvidia", "h100", 80, "sxm5"), None, Decimal("1.5"), None, 4, 9, NOW)],
    )
    return book


def shown(text: str) -> set[str]:
    return {row.id.provider for row in parse_filter(text, BIDS).apply(board().rows()).rows}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", {"h100", "a100", "either", "silent"}),
        ("gpu:h100", {"h100"}),
        ("gpu:h100|a100", {"h100", "a100", "either"}),
        ("gpu:H1*", {"h100"}),
        ("gpu:a10", set()),
        ("gpu!=h100", {"a100"}),
        ("!gpu:h100", {"a100"}),
        ("price<1", {"a100", "either", "silent"}),
        ("per_gpu>=1.2", {"h100"}),
        ("price<$0.6", {"silent"}),
        ("vram>=48", {"h100"}),
        ("vram:40|80GB", {"h100"}),
        ("vram_total=80", {"h100"}),
        ("per_gb<0.02", {"h100"}),
        ("per_month>800", {"h100"}),
        ("uptime_7d>99", {"h100"}),
        ("uptime_1d>99% uptime_30d>99", {"h100"}),
        ("audited", {"h100"}),
        ("!audited", set()),
        ("audited:no", set()),
        ("auditor:akash1aud", {"h100"}),
        ("region:eu", {"h100"}),
        ("!region:us", {"h100"}),
        ("online", {"h100"}),
        ("!online", {"a100"}),
        ("latency<100ms", {"h100"}),
        ("vs_market<0", {"h100"}),
        ("notice>=2h", {"h100"}),
        ("notice<1d", {"h100"}),
        ("version:0.6", {"h100"}),
        ("interface:sxm", {"h100"}),
        ("lasts>=8h", {"a100", "silent"}),
        ("lasts<1d", {"h100", "a100", "either", "silent"}),
        ("disclosed", {"h100", "a100"}),
        ("denom:uact gpus:1 open !odd", {"h100", "a100", "either", "silent"}),
        ("nl", {"h100"}),
        ('"big iron"|silent', {"h100", "silent"}),
        ('provider:"big iron"', {"h100"}),
        ("!example", {"a100", "either", "silent"}),
        ("gpu:h100 region:us", set()),
    ],
)
def test_what_a_filter_shows(text: str, kept: set[str]) -> None:
    assert shown(text) == kept


@pytest.mark.parametrize("name", [*BIDS.fields, *BIDS.aliases])
def test_a_term_and_its_opposite_never_both_hold_and_not_known_is_neither(name: str) -> None:
    field = BIDS.fields[BIDS.aliases.get(name, name)]
    term = {"number": f"{name}>50", "name": f"{name}:h100", "text": f"{name}:eu", "flag": name}[field.kind.value]
    yes, no = shown(term), shown("!" + term)
    assert not yes & no
    bare = BidBook()
    bare.apply([bid("p", offers=())], height=1, now=NOW)
    if field.read(bare.rows()[0]) is None:
        for text in (term, "!" + term):
            result = parse_filter(text, BIDS).apply(bare.rows())
            assert (len(result.rows), [(h.count, h.unknown) for h in result.hidden]) == (0, [(1, 1)])


def test_hidden_rows_are_counted_by_what_hid_them_first() -> None:
    result = parse_filter("price<1 uptime_7d>99", BIDS).apply(board().rows())
    assert result.words == "0 of 4 shown, 3 hidden by uptime (not known), 1 by price"
    assert len(result.rows) + sum(h.count for h in result.hidden) == result.total
    assert parse_filter("vram>90", BIDS).apply(board().rows()).words == "0 of 4 shown, 4 hidden by VRAM (3 not known)"
    assert EVERYTHING.apply(board().rows()).words == "4 of 4 shown"


@pytest.mark.parametrize(
    ("text", "position", "message", "advice"),
    [
        ("gpu:h100 uptme_7d>99", 9, "no field 'uptme_7d'", "uptime_7d"),
        ("price<cheap", 6, "not a number", "dollars per hour"),
        ("vram>48h", 7, "not counted in 'h'", "gb"),
        ("leases>4x", 8, "not counted in 'x'", "no unit"),
        ("region<eu", 6, "not a number", "region:"),
        ("audited:perhaps", 8, "yes or no", "!audited"),
        ("vram", 4, "needs a value", "vram<1"),
        ("region", 6, "needs a value", "region:eu"),
        ("gpu:", 4, "value is missing", "h100"),
        ("gpu:h100|", 9, "value is missing", "h100"),
        ("vram>40|80", 8, "only one number", "vram:40|80"),
        ('a "big iron', 2, "not closed", '"'),
        ("x !", 2, "stands alone", "!region:eu"),
        ("<3", 0, "no name before", "price<1.2"),
        ("a" * 501, 500, "at most 500", "fewer"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, position: int, message: str, advice: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse_filter(text, BIDS)
    assert caught.value.position == position
    assert message in caught.value.message
    assert advice in caught.value.advice


PIECES = st.sampled_from(
    [*BIDS.fields, *BIDS.aliases, ":", "<", ">=", "!=", "!", "|", '"', " ", "*", "[", "1", "-2.5", "9e9", "%", "h"]
)


@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=12).map("".join)))
def test_no_text_raises_anything_but_its_own_error(text: str) -> None:
    rows = board().rows()
    try:
        result = parse_filter(text, BIDS).apply(rows)
    except FilterError as error:
        told: FilterError | None = error
    else:
        told = None
        assert len(result.rows) + sum(h.count for h in result.hidden) == len(rows) == result.total
    assert told is None or (0 <= told.position <= len(text) and told.message and told.advice)
    for suggestion in complete(text, BIDS, rows):
        assert suggestion.startswith(text[: text.rfind(" ") + 1])


def test_what_completes_a_term() -> None:
    rows = board().rows()
    assert complete("upt", BIDS) == ("uptime_1d<", "uptime_7d<", "uptime_30d<")
    assert complete("open !aud", BIDS) == ("open !audited ", "open !auditor:")
    assert complete("gpu:", BIDS, rows) == ("gpu:a100", "gpu:h100")
    assert complete("gpu:a100|h", BIDS, rows) == ("gpu:a100|h100",)
    assert complete("region:e", BIDS, rows) == ("region:eu-west",)
    assert complete("vram:", BIDS, rows) == ()
    assert complete("", BIDS, rows) == ()


def test_absurd_prices_are_marked_and_never_first() -> None:
    book = BidBook({1: group(nvidia("a100"))})
    book.set_money(SIX, Decimal(5_000_000))
    prices: dict[str, int | str] = {
        "zero": "0",
        "minus": "-5",
        "nan": "NaN",
        "huge": "1e30",
        "inf": "Infinity",
        "tiny": "1e-12",
        "fair": 900,
    }
    book.apply([bid(name, price) for name, price in prices.items()], height=100, now=NOW)
    rows = book.rows()
    assert [r.id.provider for r in rows if not r.oddity] == ["fair"]
    assert [r.id.provider for r in rows][:2] == ["tiny", "fair"]
    assert {r.id.provider for r in rows if r.price_h is None} == {"zero", "minus", "nan", "inf", "huge"}
    assert {r.id.provider for r in parse_filter("!odd", BIDS).apply(rows).rows} == {"fair"}
    book.apply([bid("nan", 3), bid("fair", "NaN")], height=101, now=later(6))
    assert len(book.rows()) == len(prices)


def test_a_tenth_of_the_market_is_marked() -> None:
    book = board()
    price = MarketPrice(GpuModel("nvidia", "h100", 80, "sxm5"), None, Decimal(50), None, 4, 9, NOW)
    book.learn(prices=[price])
    row = next(r for r in book.rows() if r.id.provider == "h100")
    assert "market's median" in row.oddity
    assert row.market == price


def test_an_absurd_price_is_the_best_of_its_model_only_where_it_is_alone() -> None:
    book = BidBook({1: group(nvidia("a100"), nvidia("h100"))})
    book.set_money(SIX, None)
    book.apply(
        [bid("tiny", "1e-9"), bid("fair", 900), bid("only", "1e-9", offers=offer(nvidia("h100")))], height=9, now=NOW
    )
    found = best_prices(book.rows(gone=False), book.asked_models())
    best = {price.model.model: price.best.id.provider for price in found if price.best is not None}
    assert best == {"a100": "fair", "h100": "only"}


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("vram >= 80", "Write vram>=80, without blanks around the sign."),
        ("vram>= 80", "Write vram>=80, without blanks around the sign."),
        ("gpu:h100 price < 2", "Write price<2, without blanks around the sign."),
        ("!gpu : h100", "Write !gpu:h100, without blanks around the sign."),
    ],
)
def test_blanks_around_a_sign_are_refused_with_the_right_form(text: str, advice: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse_filter(text, BIDS)
    assert caught.value.advice == advice


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("gpu:xx<", "Write gpu:xx."),
        ("region:eu=", "Write region:eu."),
        ("gpu:>h100", "Write gpu:h100."),
        ("gpu:h100|<", "Write gpu:h100."),
        ("gpu:!h100", "Write gpu:h100, or !gpu:h100 for the opposite."),
        ("gpu:<", "Write gpu:…"),
    ],
)
def test_a_sign_in_a_text_is_refused(text: str, advice: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse_filter(text, BIDS)
    assert caught.value.advice == advice


def test_in_quotes_a_text_may_hold_any_sign() -> None:
    assert len(parse_filter('provider:"a<b" region:"x=y!"', BIDS).terms) == 2
