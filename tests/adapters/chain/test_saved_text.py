"""The forms in which people save bids: all of them give the same bids, and what is something else is named."""

from __future__ import annotations

import base64
import gzip
import json
import re
from decimal import Decimal
from typing import Any

import pytest
import yaml

from akash_tui.adapters.chain.saved_bids import parse_bids, parse_saved
from akash_tui.domain.akash.entities import BidState
from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.services.ports import BadInput
from tests.adapters.chain.recordings import answer, needs_recordings

Json = dict[str, Any]


def row(number: int, dseq: int = 501) -> Json:
    """One row of a node's list of bids."""
    gpu = {"units": {"val": "1"}, "attributes": [{"key": "vendor/nvidia/model/h100/ram/80Gi", "value": "true"}]}
    resources = {
        "id": 1,
        "cpu": {"units": {"val": "4000"}, "attributes": []},
        "memory": {"quantity": {"val": "34359738368"}, "attributes": []},
        "storage": [{"name": "default", "quantity": {"val": "53687091200"}, "attributes": []}],
        "gpu": gpu,
        "endpoints": [{"kind": "SHARED_HTTP", "sequence_number": 0}],
    }
    return {
        "bid": {
            "id": {"owner": "me", "dseq": f"{dseq}", "gseq": 1, "oseq": 1, "bseq": 0, "provider": f"akash1p{number}"},
            "state": "open",
            "price": {"denom": "uact", "amount": f"{number}000.500000000000000000"},
            "created_at": "23000004",
            "resources_offer": [{"resources": resources, "count": 1}],
        },
        "escrow_account": {
            "id": {"scope": "bid", "xid": "akash1me/501/1/1/akash1p1"},
            "state": {"owner": "akash1p1", "state": "open", "settled_at": "23000004", "funds": [], "deposits": []},
        },
    }  # fmt: skip


ROWS = [row(1), row(2), row(3, 502)]
ANSWER: Json = {"bids": ROWS, "pagination": {"next_key": None, "total": "3"}}
TEXT = json.dumps(ANSWER)
BIDS = parse_bids(ANSWER)


def camel(value: Any, share: int = 1) -> Any:
    """Names in camelCase: all of them, or one in `share`."""
    if isinstance(value, list):
        return [camel(part, share) for part in value]
    if not isinstance(value, dict):
        return value
    return {
        re.sub(r"_([a-z])", lambda found: found[1].upper(), key) if len(key) % share == 0 else key: camel(part, share)
        for key, part in value.items()
    }


def protobuf(value: Any, name: str = "") -> Any:
    """As a JavaScript library writes its own objects: the halves of a number, bytes as base64, prices as integers."""
    if isinstance(value, list):
        return [protobuf(part) for part in value]
    if isinstance(value, dict):
        return {key: protobuf(part, key) for key, part in value.items()}
    if name in ("dseq", "created_at"):
        return {"low": int(value) & 0xFFFFFFFF, "high": int(value) >> 32, "unsigned": True}
    if name == "val":
        return base64.b64encode(value.encode()).decode()
    if name == "amount":
        return value.replace(".", "").lstrip("0") or "0"
    return {"open": 1}.get(value, value) if name == "state" else value


def test_the_bids_are_what_the_file_says() -> None:
    assert [(bid.id.dseq, bid.id.provider, str(bid.price)) for bid in BIDS] == [
        (501, "akash1p1", "1000.5uact"),
        (501, "akash1p2", "2000.5uact"),
        (502, "akash1p3", "3000.5uact"),
    ]
    assert all(bid.state is BidState.OPEN for bid in BIDS)
    assert all(bid.offers[0].resources.gpu_models == (GpuModel("nvidia", "h100", 80),) for bid in BIDS)


FORMS: dict[str, str | bytes] = {
    "as it is": TEXT,
    "a byte order mark": b"\xef\xbb\xbf" + TEXT.encode(),
    "utf-16, as PowerShell writes it": TEXT.encode("utf-16"),
    "utf-16, big-endian": b"\xfe\xff" + TEXT.encode("utf-16-be"),
    "indented, with blank lines": "\n\n" + json.dumps(ANSWER, indent=2) + "\r\n\n",
    "the official command line's YAML": yaml.safe_dump(ANSWER),
    "YAML in JSON's style": yaml.safe_dump(ANSWER, default_flow_style=True).replace("{", "  {", 1).lstrip(),
    "YAML without quotes": yaml.safe_dump(ANSWER).replace("'", ""),
    "YAML, a bare list": yaml.safe_dump(ROWS),
    "YAML, several documents": "---\n".join(yaml.safe_dump({"bids": [each]}) for each in ROWS),
    "YAML with a byte order mark, in camelCase": b"\xef\xbb\xbf" + yaml.safe_dump(camel(ANSWER)).encode(),
    "camelCase": json.dumps(camel(ANSWER)),
    "camelCase and snake_case": json.dumps(camel(ANSWER, 2)),
    "a bare list": json.dumps(ROWS),
    "bids without their rows": json.dumps([each["bid"] for each in ROWS]),
    "bids without their rows, in a list of bids": json.dumps({"bids": [each["bid"] for each in ROWS]}),
    "one line each": "\n".join(json.dumps(each) for each in ROWS),
    "pages, one after another": json.dumps({"bids": ROWS[:2]}) + json.dumps({"bids": ROWS[2:]}),
    "pages in a list": json.dumps([{"bids": ROWS[:2], "pagination": {"next_key": "eA=="}}, {"bids": ROWS[2:]}]),
    "by deployment": json.dumps({"501": {"bids": ROWS[:2]}, "502": {"bids": ROWS[2:]}}),
    "JSON-RPC": json.dumps({"jsonrpc": "2.0", "id": 1, "result": ANSWER}),
    "an API's data": json.dumps({"data": ROWS}),
    "a body as text": json.dumps({"response": {"status": 200, "body": TEXT}}),
    "a note that only begins like JSON": json.dumps({"note": "[see 3]", "response": ANSWER, "then": "{unsaved"}),
    "with the headers of curl -i": "HTTP/2 200 \r\ncontent-type: application/json\r\n\r\n" + TEXT,
    "numbers in place of texts": TEXT.replace('"501"', "501").replace('"1000.500000000000000000"', "1000.5"),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_bids(form: str) -> None:
    bids = parse_bids(FORMS[form])
    assert [(bid.id, bid.state, bid.price, bid.created_at, bid.offers) for bid in bids] == [
        (bid.id, bid.state, bid.price, bid.created_at, bid.offers) for bid in BIDS
    ]


def test_what_a_javascript_library_writes_of_its_own_objects() -> None:
    bids = parse_bids(json.dumps(camel(protobuf(ANSWER))))
    assert [(bid.id, bid.state, bid.price, bid.created_at) for bid in bids] == [
        (bid.id, bid.state, bid.price, bid.created_at) for bid in BIDS
    ]
    assert [bid.offers for bid in bids] == [bid.offers for bid in BIDS]


def test_a_whole_number_is_a_price_as_it_stands() -> None:
    plain = json.loads(TEXT)
    plain["bids"][0]["bid"]["price"]["amount"] = "2000000000000000000000"
    assert parse_bids(plain)[0].price.amount == Decimal(2 * 10**21)


@pytest.mark.parametrize("name", ["bids", "bid_id", "escrow_account"])
def test_one_bid_alone(name: str) -> None:
    alone: Json = json.loads(json.dumps(ROWS[0]))
    if name == "bid_id":
        alone["bid"]["bid_id"] = alone["bid"].pop("id")
    if name == "escrow_account":
        del alone["escrow_account"]
    for text in (json.dumps(alone), yaml.safe_dump(alone), json.dumps(camel(alone))):
        assert [bid.id for bid in parse_bids(text)] == [BIDS[0].id]


@pytest.mark.parametrize(
    "text", ['{"bids": null}', '{"bids": []}', "bids: []\n", "bids: null\n", "[]", '{"data": {"bids": []}}']
)
def test_no_bids_is_an_answer(text: str) -> None:
    assert parse_bids(text) == []


def test_a_page_that_names_a_next_one_is_not_all() -> None:
    assert parse_saved({**ANSWER, "pagination": {"next_key": "AAE=", "total": "0"}}).more
    assert parse_saved({**ANSWER, "pagination": {"nextKey": "AAE="}}).more
    assert not parse_saved(ANSWER).more
    first = json.dumps({"bids": ROWS[:2], "pagination": {"next_key": "AAE="}})
    assert not parse_saved(first + json.dumps({"bids": ROWS[2:], "pagination": {"next_key": None}})).more


def test_what_a_command_said_before_its_answer_is_passed_over() -> None:
    assert parse_bids(f"Enter keyring passphrase (attempt 1/3):\n{TEXT}") == BIDS


OTHER: dict[str, tuple[str | bytes, str]] = {
    "nothing": ("", "The file is empty"),
    "blanks": (b"\xef\xbb\xbf \r\n", "The file is empty"),
    "a node's error": ('{"code":12,"message":"Not Implemented","details":[]}', "Not Implemented (code 12)"),
    "its error in YAML": ("code: 5\nmessage: deployment not found\n", "deployment not found (code 5)"),
    "JSON-RPC's error": ('{"error":{"code":-32603,"message":"Internal error"}}', "Internal error (code -32603)"),
    "an API's error": ('{"error":"Forbidden","message":"no key"}', "no key"),
    "an error with an escape": ('{"code":2,"message":"a\\u001b[2Jb"}', "ab (code 2)"),
    "null": ("null", "There are no bids"),
    "a web page without a title": ("<html>", "is a web page, not the answer"),
    "a long answer that is cut off": (json.dumps({"bids": ROWS * 20})[:-300], "may be cut off"),
    "words before JSON that is cut off": ("Enter passphrase:\n" + TEXT[:500], "neither JSON nor YAML"),
    "a web page": ("<html><head><title>502 Bad Gateway</title>", "'502 Bad Gateway'"),
    "leases": ('{"leases":[{"lease":{"id":{"provider":"p"},"price":{},"closed_on":"0"}}]}', "but leases"),
    "one lease": ('{"lease":{"id":{"provider":"p"},"price":{},"closed_on":"0"}}', "but leases"),
    "orders": ('{"orders":[]}', "but orders"),
    "an SDL": ('version: "2.0"\nservices:\n  web: {}\n', "This is an SDL"),
    "words": ("no such deployment", "neither JSON nor YAML"),
    "broken YAML": ("bids:\n\t- x", "neither JSON nor YAML: line 2"),
    "JSON that is cut off": (TEXT[:500], "may be cut off"),
    "a body that is cut off": (json.dumps({"response": {"body": TEXT[:500]}}), "may be cut off"),
    "packed": (gzip.compress(TEXT.encode()), "gzip"),
    "another encoding": (b"bids: caf\xe9\n", "line 1 is not UTF-8"),
    "aliases": ("a: &a [x, x]\nb: [*a, *a]\n", "aliases"),
    "deep JSON": ('{"bids":' * 40 + "1" + "}" * 40, "levels deep"),
    "deep YAML": ("- " * 3_000, "levels deep"),
    "deep YAML in blocks": ("\n".join(" " * at + "a:" for at in range(200)), "levels deep"),
    "a flood of JSON": ("[" + "[]," * 500_000 + "[]]", "objects and lists"),
    "a flood of YAML": ("a:\n" + "- x\n" * 250_000, "values"),
    "more than any answer": (b" " * (17 << 20), "too large"),
}


@pytest.mark.parametrize("what", OTHER)
def test_anything_else_is_named(what: str) -> None:
    text, expected = OTHER[what]
    with pytest.raises(BadInput) as caught:
        parse_bids(text)
    assert expected in caught.value.title
    assert caught.value.advice
    assert "\x1b" not in caught.value.title


@pytest.mark.parametrize(
    "text",
    ["HTTP/2 200\n" + "x" * (1 << 20), "HTTP/2 200\n" * 90_000, "HTTP/2 200\n" + "a: b\r\n" * 150_000],
    ids=["one long line", "first lines", "short lines"],
)
def test_headers_without_an_answer_are_read_in_one_pass(text: str) -> None:
    with pytest.raises(BadInput, match="neither JSON nor YAML"):  # after minutes, if every place were tried again
        parse_bids(text)


def test_any_number_of_headers_stand_before_an_answer() -> None:
    assert len(parse_bids("HTTP/1.1 302 Found\r\nlocation: x\r\n\r\n" + "HTTP/2 200\n\n" * 600_000 + TEXT)) == len(ROWS)


@needs_recordings
def test_a_short_whole_number_is_a_price_however_the_rest_is_written() -> None:
    row = json.loads(json.dumps(answer("bids-three")["bids"][0]))
    row["bid"]["state"] = 1
    for amount, price in (("900", "900"), ("900000000000000000000", "900")):
        row["bid"]["price"]["amount"] = amount
        assert parse_bids({"bids": [row]})[0].price.amount == Decimal(price)


def test_the_words_of_a_command_that_failed_are_shown() -> None:
    with pytest.raises(BadInput, match=r"rpc error: code = NotFound desc = order not found\.") as caught:
        parse_bids("Error: rpc error: code = NotFound desc = order not found\nUsage:\n  akash query\n")
    assert "deployment's number" in caught.value.advice


@needs_recordings
def test_what_cannot_be_read_of_a_bid_is_named() -> None:
    row = json.loads(json.dumps(answer("bids-three")["bids"][0]))
    row["bid"]["price"]["amount"] = "abc"
    with pytest.raises(BadInput, match=r"Bid 1 of 1 cannot be read: .*price"):
        parse_bids({"bids": [row]})
