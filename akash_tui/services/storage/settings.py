"""The user's settings: one JSON file in the home folder."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from akash_tui.domain.akash.address import ADDRESS_PATTERN
from akash_tui.services.errors import BadInput
from akash_tui.services.ports.grants import Payers
from akash_tui.services.storage.files import read_text, write_atomic
from akash_tui.services.storage.home import SETTINGS_FILE

PREFIX = "AKASH_TUI_"
"""Of the environment variables that take the place of what the file leaves out; in any case."""
RECENT = 10
"""How many of the SDL files and presets used last are remembered."""


class CustomNetwork(BaseModel):
    """A custom network, as it is in `settings.json`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,31}$")
    chain_id: str = Field(min_length=1, max_length=64)
    rest: tuple[str, ...] = Field(min_length=1)
    rpc: tuple[str, ...] = Field(min_length=1)
    indexer: str | None = None
    faucet: str | None = None
    public: bool = True
    block_seconds: Annotated[Decimal, Field(gt=0, le=3600)] | None = None
    """Its block time, which the measured one is compared with; without it, that of every public Akash chain."""


class SavedView(BaseModel):
    """A filter with its order, saved under a name for the bid list and `bids --filter @NAME`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    filter: str = Field(default="", max_length=500)
    sort: str = Field(default="price", max_length=200)
    """Columns as `--sort` takes them."""


class ListSettings(BaseModel):
    """How one list of the app is shown."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: tuple[Annotated[str, Field(max_length=32)], ...] = Field(default=(), max_length=64)
    """Names of the columns in their order; empty: all, in the order of the app."""
    sort: str = Field(default="", max_length=200)
    """Columns as `--sort` takes them; empty: the order of the app."""


class AlertSettings(BaseModel):
    """How alerts reach the user; only the bell is on by default."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bell: bool = True
    """The terminal's bell, for what is urgent."""
    desktop: bool = False
    """A desktop notification: by the terminal where it can, else notify-send or osascript."""
    hook: tuple[str, ...] = ()
    """A command of the user's, the program first; it gets facts in `ALERT_…` variables and JSON on its input."""
    low_hours: tuple[Annotated[Decimal, Field(gt=0, le=8760)], ...] = (
        Decimal(12),
        Decimal(2),
        Decimal(1) / 4,
        Decimal(5) / 60,
    )
    """One alert when the funds of a deployment last less than each of these hours (12 h, 2 h, 15 min, 5 min); the
    lowest one is urgent, and so are those of 2 hours or less."""


Limit = Annotated[Decimal, Field(gt=0, le=1_000_000, decimal_places=6)] | None
"""Whole AKT or ACT; None: no limit."""


class SpendLimits(BaseModel):
    """How much of one token may be spent, in whole units. Deposits count, and what a mint or burn gives away; of a
    session and a day also gas. What comes back later is not subtracted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    typed: Limit
    """Above it a single amount must be typed before it is signed."""
    transaction: Limit
    session: Limit
    """All that one session signs: the app with one wallet open, or one command."""
    day: Limit
    """All that this home signed for the wallet in the last 24 hours."""


class ActLimits(SpendLimits):
    """The limits of ACT (about US dollars): a large GPU for a day passes; a digit too many does not."""

    typed: Limit = Decimal(50)
    transaction: Limit = Decimal(250)
    session: Limit = Decimal(500)
    day: Limit = Decimal(500)


class AktLimits(SpendLimits):
    """The limits of AKT: about the same sums, for a token that is worth less than a dollar."""

    typed: Limit = Decimal(100)
    transaction: Limit = Decimal(500)
    session: Limit = Decimal(1000)
    day: Limit = Decimal(1000)


class Bounds(BaseModel):
    """What is never signed without asking: figures of a node that are not believed, and the person's own limits.

    Beyond them a quote must be typed, or is refused until the limit is changed. An option of one command (`--max-fee`,
    `--max-deposit`, `--max-rate`, `--max-spend`) takes the place of a bound.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    act: ActLimits = ActLimits()
    akt: AktLimits = AktLimits()

    max_fee: Annotated[Decimal, Field(gt=0, le=1_000_000)] = Decimal("0.5")
    """AKT that all tries of one transaction may cost together. Akash's own tools pay 0.025 uakt per gas (shared
    reference, 1.4): this pays for 20 million gas, more than forty times what a lease or a close takes."""
    gas_factor: Annotated[Decimal, Field(ge=1, le=1000)] | None = Decimal(10)
    """How many times the usual price of gas may be asked; None: only the fee itself is bounded."""
    max_deposit: Annotated[Decimal, Field(gt=0, le=1_000_000)] = Decimal(5)
    """ACT that a chain may demand as the smallest deposit; the network's parameter is 0.5 (shared reference, 2)."""
    rate_factor: Annotated[Decimal, Field(ge=1, le=1000)] = Decimal("1.25")
    """How many times worse than every other source's price of AKT a mint or burn may be."""
    max_rate: Annotated[Decimal, Field(gt=0, le=1_000_000)] = Decimal(10)
    """The most that may be given for 1 ACT (in AKT) or 1 AKT (in ACT) where no other source knows the price."""
    block_factor: Annotated[Decimal, Field(ge=1, le=1000)] = Decimal(3)
    """How many times longer or shorter than expected a measured block time may be; beyond, the expected one is used."""


class Settings(BaseSettings):
    """What the user chose; every field has a default, unknown keys are an error that names them.

    An `AKASH_TUI_…` variable named after a field gives its value where the file has none.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    default_network: str | None = None
    """Commands that sign use it when none is named. None: they ask for one."""
    last_network: str | None = None
    """Where the app was last; it opens there again."""
    last_wallet: str | None = None
    """The wallet of your own that was open last on practice; None for the throw-away one."""
    default_wallet: str | None = None
    theme: str = "dark"
    ascii: bool | None = None
    """Plain characters only, or never; None: where the terminal seems to have no others."""
    collect_seconds: int = Field(default=30, ge=1, le=3600)
    budget_h: str | None = None
    """ACT per hour that a deployment may cost; a bid above it is marked, and never chosen by a rule."""
    budgets: dict[str, str] = Field(default_factory=dict)
    """Budgets (`1.20/h 24h $30`) by `chain-id/dseq` and by preset name."""
    lock_minutes: int = Field(default=15, ge=0, le=1440)
    """The app forgets the wallet's key after this many minutes without a key press, and asks for the passphrase at the
    next signature; 0: never. It waits while something that was agreed to needs the key."""
    on_fail: Literal["close", "requote", "keep"] = "close"
    fee_granter: str = Field(default="", max_length=90, pattern=f"^(own)?$|{ADDRESS_PATTERN}")
    """The account that pays the fees of the networks other than practice, by a fee grant; "" or own: the wallet."""
    deposit_from: str = Field(default="", max_length=90, pattern=f"^(balance|grant|both)?$|{ADDRESS_PATTERN}")
    """Who pays their deposits: balance, grant, both (grants first), or the address of the granter."""
    alerts: AlertSettings = AlertSettings()
    bounds: Bounds = Bounds()
    networks: tuple[CustomNetwork, ...] = ()
    recent: tuple[str, ...] = ()
    """SDL files and presets used last, newest first."""
    views: dict[str, SavedView] = Field(default_factory=dict)
    """Views of the bid list by name."""
    lists: dict[str, ListSettings] = Field(default_factory=dict)
    """How lists are shown, by name: bids, leases, gpus, providers."""
    gpu_classes: dict[
        Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,31}$")], Annotated[str, Field(max_length=1000)]
    ] = Field(default_factory=dict, max_length=64)
    """Classes of GPU models of the user's own, by name: `h100,a100/80gb` or `>=48gb`, as `deploy --gpu @NAME` uses."""
    notes: dict[str, str] = Field(default_factory=dict)
    """The user's note on a provider, by address."""

    @property
    def payers(self) -> Payers:
        """Who pays, as a session wants it."""
        return Payers("" if self.fee_granter == "own" else self.fee_granter, self.deposit_from)


_VARIABLES = frozenset(PREFIX + name.upper() for name in Settings.model_fields)


def load(home: Path) -> Settings:
    """Read `settings.json`, or defaults without one. Raises `BadInput` that names the wrong field."""
    path = home / SETTINGS_FILE
    text = read_text(path)
    try:
        return _settings(text, tuple(item for item in os.environ.items() if item[0].upper() in _VARIABLES))
    except (ValidationError, ValueError, RecursionError) as error:
        raise BadInput(
            f"The settings in {path} cannot be used: {_first(error)}.",
            "Correct the file, or move it away to start with defaults.",
        ) from error


@lru_cache(maxsize=1)
def _settings(text: str | None, environment: tuple[tuple[str, str], ...]) -> Settings:
    """The settings that this text and these variables of the environment give: the same again, as nobody can change
    them. They are asked for several times for each transaction, and making them takes longer than signing it."""
    return Settings() if text is None else Settings(**_object(text))


def save(home: Path, settings: Settings) -> None:
    """Write `settings.json` at once and privately; what equals its default is left out."""
    write_atomic(home / SETTINGS_FILE, settings.model_dump_json(indent=2, exclude_defaults=True) + "\n")


def save_changes(home: Path, read: Settings, chosen: Settings) -> Settings:
    """Write only what differs between the settings as they were `read` and those `chosen`: another process, or a person
    with an editor, may have written others meanwhile. Returns what the file has now.

    Raises `BadInput` for a file that cannot be used now, which stays as it is, and `Busy`.
    """
    from akash_tui.services.storage.locks import change_lock  # here: most starts only read them

    with change_lock(home / "locks" / "settings.lock", "the settings"):
        now = load(home)
        if now != read:
            changed = _changed(read.model_dump(), chosen.model_dump(), now.model_dump())
            try:
                chosen = Settings(**changed)
            except ValidationError as error:
                raise BadInput(
                    f"The settings were changed elsewhere, and with this change they cannot be used: {_first(error)}.",
                    f"Look at {home / SETTINGS_FILE}; nothing was saved.",
                ) from error
        save(home, chosen)
    return chosen


def _changed(read: Mapping[str, Any], chosen: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """`now`, with every key that differs between `read` and `chosen` as it was chosen."""
    missing = object()
    out = {key: value for key, value in now.items() if key in chosen or key not in read}
    for key, value in chosen.items():
        before, other = read.get(key, missing), now.get(key, missing)
        if isinstance(value, dict) and isinstance(before, dict) and isinstance(other, dict):
            out[key] = _changed(before, value, other)
        elif value != before:
            out.pop(key, None)  # the newest one comes last
            out[key] = value
    return out


def with_recent(settings: Settings, source: str) -> Settings:
    """The same settings with an SDL file or preset put first among the recent ones."""
    others = [s for s in settings.recent if s != source]
    return settings.model_copy(update={"recent": (source, *others)[:RECENT]})


def _object(text: str) -> dict[str, Any]:
    value = json.loads(text)
    if not isinstance(value, dict):
        raise ValueError("it is not a JSON object")
    return value


def _first(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, ValidationError):
        problem = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(str(p) for p in problem['loc'])}: {problem['msg']}"
    return str(error)
