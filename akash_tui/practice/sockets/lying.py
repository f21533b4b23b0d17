"""REST endpoints that lie: whole, well-formed answers that are false.

The lies are made here, between the honest REST server and its clients; the chain's own state never knows of them. What
an endpoint lies about is a list of names; details, such as which false code, are drawn from the seed.
"""

from __future__ import annotations

import base64
import json
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Json = dict[str, Any]

TX = "/cosmos/tx/v1beta1/txs"
SIMULATE = "/cosmos/tx/v1beta1/simulate"
CONFIG = "/cosmos/base/node/v1beta1/config"
BLOCKS = "/cosmos/base/tendermint/v1beta1/blocks"
ORACLE = "/akash/oracle/v2/aggregated_price/akt"
UPGRADE = "/cosmos/upgrade/v1beta1"
_PARAMS = "/params"
_DEPLOYMENT = "/akash/deployment/"
_BIDS = "/bids/"


class Lie(StrEnum):
    """What an endpoint lies about."""

    FALSE_CODE = "false-code"
    """A transaction that succeeded is shown with a failure's code: 11 (out of gas) or others."""
    TAKEN_400 = "taken-400"
    """The node takes the bytes of a broadcast, then answers 400 with JSON."""
    TAKEN_CHECK_CODE = "taken-check-code"
    """It takes the bytes, then answers with a code of CheckTx."""
    TAKEN_307 = "taken-307"
    """It takes the bytes, then redirects."""
    TAKEN_429 = "taken-429"
    """It takes the bytes, then answers 429."""
    HIDDEN_TX = "hidden-tx"
    """Transactions are never found (404), and once it has taken one, its head is ten minutes ahead for a while."""
    GAS_PRICE = "gas-price"
    """The minimum gas price is a hundred times the usual."""
    GAS_USED = "gas-used"
    """Simulations use a hundred times the gas."""
    MIN_DEPOSIT = "min-deposit"
    """The minimum deposit is 180 times the real one: 90 ACT instead of 0.5."""
    MINT_RATE = "mint-rate"
    """AKT is worth 25 times less than it is."""
    BLOCK_TIME = "block-time"
    """The times of past blocks lie a thousand times closer together."""
    BID_PRICE = "bid-price"
    """Bids of one provider in three are shown up to 1,300 times cheaper."""
    SUNSET = "sunset"
    """An upgrade that nobody announced has ended new deployments: the plan and simulations of something new say so."""
    FAILING = "failing"
    """One answer in four is HTTP 500 with gRPC code 2; half of the broadcasts among them are taken all the same."""


FAMILIES: tuple[tuple[Lie, ...], ...] = (
    (Lie.TAKEN_400, Lie.TAKEN_CHECK_CODE, Lie.TAKEN_307, Lie.TAKEN_429),
    (Lie.FALSE_CODE, Lie.HIDDEN_TX),
    (Lie.GAS_PRICE, Lie.GAS_USED),
    (Lie.MIN_DEPOSIT,),
    (Lie.MINT_RATE,),
    (Lie.BLOCK_TIME,),
    (Lie.BID_PRICE,),
    (Lie.SUNSET,),
    (Lie.FAILING,),
)
"""Lies about the same thing. Two endpoints of one practice network never agree in a lie: they are strangers."""

FALSE_SUNSET = "v3.0.0-sunset"
FALSE_END = "v3.1.0-halt"
HUNDRED = 100
DEPOSIT_FACTOR = 180
RATE_FACTOR = 25
TIME_FACTOR = 1_000
BID_FACTORS = (3, 40, 1_300)
AHEAD = timedelta(minutes=10)
AHEAD_SECONDS = 30.0
"""How long a head stays ahead after a broadcast."""
FAILING_SHARE = 0.25
_FALSE_CODES = (
    ("sdk", 11, "out of gas in location: WriteFlat; gasWanted: 188210, gasUsed: 188421: out of gas"),
    ("sdk", 5, "failed to execute message; message index: 0: spendable balance is smaller than needed"),
    ("sdk", 18, "failed to execute message; message index: 0: invalid request"),
    ("deployment", 9, "failed to execute message; message index: 0: Deployment closed"),
    ("undefined", 1, "internal"),
)
_CHECK_CODES = (
    ("sdk", 13, "insufficient fees; got: 4706uakt required: 47053uakt: insufficient fee"),
    ("sdk", 5, "spendable balance 0uakt is smaller than 4706uakt: insufficient funds"),
    ("sdk", 4, "signature verification failed; please verify account number and chain-id: unauthorized"),
)


def drawn_lies(seed: int, endpoints: int) -> list[tuple[Lie, ...]]:
    """By endpoint, what it lies about: one or two of them lie (one if there are fewer than three), each about one to
    three things, never two about the same; the others are honest."""
    dice = random.Random(f"{seed}/lies")
    families = [dice.choice(family) for family in dice.sample(FAMILIES, len(FAMILIES))]
    liars = dice.sample(range(endpoints), dice.choice((1, 1, 2)) if endpoints > 2 else 1)
    lies: list[tuple[Lie, ...]] = [()] * endpoints
    for liar in liars:
        lies[liar] = tuple(families.pop() for _ in range(dice.randint(1, 3)))
    return lies


@dataclass(slots=True)
class _Answer:
    """An answer before it is sent."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    def change(self, how: Callable[[Json], object]) -> None:
        """Change the JSON of a good answer."""
        if self.status == 200:
            value = json.loads(self.body)
            how(value)
            self.body = json.dumps(value).encode()

    def replace(self, status: int, value: Json, *headers: tuple[bytes, bytes]) -> None:
        """Another answer instead of this one."""
        self.status, self.body = status, json.dumps(value).encode()
        self.headers = [(b"content-type", b"application/json"), *headers]


class LyingRest:
    """An ASGI application before the honest REST application; `lies` may be changed at any time."""

    def __init__(
        self, app: ASGIApp, lies: tuple[Lie, ...], seed: str, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._app, self.lies, self._seed, self._now = app, lies, seed, now
        self._ahead_until = -1.0
        self._head: datetime | None = None
        self._requests = 0
        self.lied: Counter[Lie] = Counter()
        """How often it has lied, by lie."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self.lies:
            await self._app(scope, receive, send)
            return
        self._requests += 1
        method, path = scope["method"], scope["path"]
        body = await _read(receive)
        dice = random.Random(f"{self._seed}/{self._requests}")
        fails = Lie.FAILING in self.lies and dice.random() < FAILING_SHARE
        taken = not fails or (method == "POST" and path == TX and dice.random() < 0.5)
        answer = await self._honest(scope, body) if taken else _Answer(500, [], b"")
        if fails:
            self.lied[Lie.FAILING] += 1
            answer.replace(500, _error(2, 'post failed: Post "http://node:26657": EOF'))
        else:
            for lie in self.lies:
                self._lie(lie, method, path, body, answer)
        headers = [(name, value) for name, value in answer.headers if name != b"content-length"]
        headers.append((b"content-length", b"%d" % len(answer.body)))
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})

    async def _honest(self, scope: Scope, body: bytes) -> _Answer:
        answer = _Answer(500, [], b"")

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status, answer.headers = message["status"], list(message["headers"])
            else:
                answer.body += message.get("body", b"")

        await self._app(scope, receive, send)
        return answer

    def _lie(self, lie: Lie, method: str, path: str, body: bytes, answer: _Answer) -> None:
        """Change the answer if this lie is about this request."""
        before = (answer.status, answer.body)
        if method == "POST" and path == TX:
            self._about_broadcast(lie, answer)
        elif path.startswith(f"{TX}/"):
            self._about_tx(lie, path.rpartition("/")[2], answer)
        elif path.startswith(f"{BLOCKS}/"):
            if lie is Lie.BLOCK_TIME and answer.status == 200:
                self._about_past(path, answer)
            elif lie is Lie.HIDDEN_TX and self._now() < self._ahead_until:
                answer.change(lambda value: _shift(value, AHEAD))
        elif lie is Lie.SUNSET:
            _about_sunset(path, body, answer)
        else:
            self._about_figures(lie, path, answer)
        if (answer.status, answer.body) != before:
            self.lied[lie] += 1

    def _about_past(self, path: str, answer: _Answer) -> None:
        """Past blocks lie close to the head that this client saw last: a newer one would come before them."""
        if path.endswith("/latest"):
            self._head = _time(json.loads(answer.body))
        elif self._head is not None:
            head = self._head
            answer.change(lambda value: _closer(value, head))

    def _about_broadcast(self, lie: Lie, answer: _Answer) -> None:
        if answer.status != 200:
            return
        if lie is Lie.TAKEN_400:
            answer.replace(400, _error(3, "expected 2-byte proto tag: tx parse error"))
        elif lie is Lie.TAKEN_CHECK_CODE:
            codespace, code, log = random.Random(self._seed).choice(_CHECK_CODES)
            answer.change(lambda value: value["tx_response"].update(codespace=codespace, code=code, raw_log=log))
        elif lie is Lie.TAKEN_307:
            answer.replace(307, _error(2, "moved"), (b"location", b"http://127.0.0.1:9" + TX.encode()))
        elif lie is Lie.TAKEN_429:
            answer.replace(429, _error(8, "rate limit exceeded"), (b"retry-after", b"1"))
        elif lie is Lie.HIDDEN_TX:
            self._ahead_until = self._now() + AHEAD_SECONDS

    def _about_tx(self, lie: Lie, name: str, answer: _Answer) -> None:
        if lie is Lie.FALSE_CODE:
            codespace, code, log = random.Random(f"{self._seed}/{name.upper()}").choice(_FALSE_CODES)

            def falsify(value: Json) -> None:
                if value["tx_response"]["code"] == 0:
                    value["tx_response"].update(codespace=codespace, code=code, raw_log=log, data="", events=[])

            answer.change(falsify)
        elif lie is Lie.HIDDEN_TX and answer.status == 200:
            answer.replace(404, _error(5, f"tx not found: {name.upper()}"))
            self._ahead_until = max(self._ahead_until, self._now() + AHEAD_SECONDS / 10)

    def _about_figures(self, lie: Lie, path: str, answer: _Answer) -> None:
        if lie is Lie.GAS_PRICE and path == CONFIG:
            answer.change(_higher_gas)
        elif lie is Lie.GAS_USED and path == SIMULATE:
            answer.change(lambda v: v["gas_info"].update(gas_used=str(int(v["gas_info"]["gas_used"]) * HUNDRED)))
        elif lie is Lie.MIN_DEPOSIT and path.startswith(_DEPLOYMENT) and path.endswith(_PARAMS):
            answer.change(_higher_deposits)
        elif lie is Lie.MINT_RATE and path == ORACLE:
            answer.change(_lower_rate)
        elif lie is Lie.BID_PRICE and _BIDS in path:
            answer.change(self._cheaper_bids)

    def _cheaper_bids(self, value: Json) -> None:
        rows = value.get("bids", [value])
        for row in rows:
            bid = row["bid"]
            dice = random.Random(f"{self._seed}/{bid['id']['provider']}")
            if dice.random() < 1 / 3 and bid["state"] == "open":
                price = bid["price"]
                price["amount"] = f"{Decimal(price['amount']) / dice.choice(BID_FACTORS):.18f}"


def _about_sunset(path: str, body: bytes, answer: _Answer) -> None:
    if path == f"{UPGRADE}/current_plan":
        plan = {"name": FALSE_END, "height": str(2**40), "time": "0001-01-01T00:00:00Z", "info": ""}
        answer.replace(200, {"plan": {**plan, "upgraded_client_state": None}})
    elif path.startswith(f"{UPGRADE}/applied_plan/"):
        answer.replace(200, {"height": "1"})
    elif path == SIMULATE and b"MsgCreateDeployment" in base64.b64decode(json.loads(body)["tx_bytes"]):
        type_url = "/akash.deployment.v1beta4.MsgCreateDeployment"
        answer.replace(500, _error(2, f"message {type_url} is disabled since upgrade {FALSE_SUNSET}: unauthorized"))


def _higher_gas(value: Json) -> None:
    amount = value["minimum_gas_price"].removesuffix("uakt")
    value["minimum_gas_price"] = f"{Decimal(amount) * HUNDRED:.18f}uakt"


def _higher_deposits(value: Json) -> None:
    for coin in value["params"]["min_deposits"]:
        coin["amount"] = str(int(coin["amount"]) * DEPOSIT_FACTOR)


def _lower_rate(value: Json) -> None:
    prices = value["aggregated_price"]
    for name in ("twap", "median_price", "min_price", "max_price"):
        prices[name] = f"{Decimal(prices[name]) / RATE_FACTOR:.18f}"


def _error(code: int, message: str) -> Json:
    return {"code": code, "message": message, "details": []}


def _time(block: Json) -> datetime:
    return datetime.fromisoformat(block["block"]["header"]["time"]).astimezone(UTC)


def _set_time(block: Json, at: datetime) -> None:
    for name in ("block", "sdk_block"):
        block[name]["header"]["time"] = at.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _closer(block: Json, head: datetime) -> None:
    _set_time(block, head - (head - _time(block)) / TIME_FACTOR)


def _shift(block: Json, by: timedelta) -> None:
    _set_time(block, _time(block) + by)


async def _read(receive: Receive) -> bytes:
    body: bytes = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body
