"""Receipts as files of the home: `receipts/CHAIN-DSEQ-TIME-TX.md` to read, and `.json` with the same for programs.

`TX` is the beginning of the transaction's hash: two accepts of one second, also of two wallets, are two files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Final

from akash_tui.domain.akash.entities import BidId
from akash_tui.domain.bids.receipt import DecisionReceipt, ReceiptBid, ReceiptChoice
from akash_tui.services.core.events import Json, json_form
from akash_tui.services.errors import BadInput
from akash_tui.services.storage.files import chain_file_name, read_text, write_atomic

FOLDER: Final = "receipts"
_TX_DIGITS: Final = 12
_NOT_HEX: Final = re.compile(r"[^0-9A-Fa-f]")
_CELLS: Final = re.compile(r"(?<!\\)\|")
_ESCAPED: Final = re.compile(r"\\(?=[^\w\s])")


def receipt_json(receipt: DecisionReceipt) -> Json:
    """The receipt as one JSON object, in the forms of the command line's contract."""
    return {"v": 1} | _fields(receipt) | {"dseq": str(receipt.dseq)}


def save(home: Path, receipt: DecisionReceipt) -> Path:
    """Write both files, each whole or not at all; the path of the one to read. Raises `OSError`, `BadInput`."""
    tx = _NOT_HEX.sub("", receipt.tx)[:_TX_DIGITS]
    stem = f"{chain_file_name(receipt.chain_id)}-{receipt.dseq}-{receipt.at:%Y%m%d-%H%M%S}-{tx}"
    path = home / FOLDER / f"{stem}.md"
    write_atomic(path.with_suffix(".json"), json.dumps(receipt_json(receipt), ensure_ascii=False, indent=2) + "\n")
    write_atomic(path, receipt.markdown())
    return path


def find(home: Path, chain_id: str, dseq: int, owner: str | None = None) -> list[Path]:
    """The receipts of one deployment to read, newest first: each accept has its own. Two wallets may have deployments
    of one number; None as `owner`: of any."""
    name = re.compile(rf"{re.escape(chain_file_name(chain_id))}-{dseq}-[0-9]{{8}}-[0-9]{{6}}(-[0-9A-Fa-f]*)?\.md")
    try:
        paths = [path for path in (home / FOLDER).iterdir() if name.fullmatch(path.name)]
    except OSError:
        return []
    mine = [path for path in paths if owner is None or _owner(path) == owner]
    return sorted(mine, key=lambda path: path.name, reverse=True)


def _owner(path: Path) -> str | None:
    """Whose deployment a receipt is about; None where the file for programs cannot be read."""
    try:
        found = json.loads(read_text(path.with_suffix(".json")) or "")
    except (ValueError, RecursionError, BadInput):
        return None
    return str(found.get("owner")) if isinstance(found, dict) else None


def owner_of(
    home: Path, chain_id: str, dseq: int, wallet: str | None, names: Mapping[str, str], *, only: bool
) -> str | None:
    """Whose receipts of this number are meant: those of the address `wallet`; where it has none, and unless it is the
    `only` one that may be meant, those of the one account that has some. None if no receipt says whose it is.

    Raises `BadInput`, which names the accounts that have one (by `names`, from address to wallet), if none is meant.
    """
    owners = list(dict.fromkeys(owner for path in find(home, chain_id, dseq) if (owner := _owner(path)) is not None))
    if wallet in owners or not owners:
        return wallet if only or wallet in owners else None
    if len(owners) == 1 and not only:
        return owners[0]
    raise BadInput(
        f"There is no receipt of deployment {dseq} of {names.get(wallet or '', 'this wallet')} in this home, but of "
        f"{', '.join(names.get(owner, owner) for owner in owners)}.",
        "Choose the wallet with --wallet NAME. Receipts of all wallets are in the folder receipts of the home.",
    )


def read(home: Path, chain_id: str, dseq: int, owner: str | None = None, *, as_json: bool = False) -> str:
    """The newest receipt of a deployment. Raises `BadInput` if there is none, or it cannot be read."""
    found = find(home, chain_id, dseq, owner)
    if not found:
        raise BadInput(
            f"There is no receipt of deployment {dseq} in this home.",
            "One is written with each bid that is accepted here.",
        )
    path = found[0].with_suffix(".json") if as_json else found[0]
    text = read_text(path)
    if text is None:
        raise BadInput(
            f"{path} is not there any more.", "The other file of the receipt may still be there: look beside it."
        )
    return text


def as_shown(text: str) -> list[str]:
    """The lines of a receipt for a screen: without the signs of Markdown, a row of its table as `a · b · c`."""
    out = []
    for line in text.splitlines():
        if line.startswith("| ---"):
            continue
        if line.startswith("| "):
            cells = (cell.strip() for cell in _CELLS.split(line.strip("|")))
            line = " · ".join(cell for cell in cells if cell)
        out.append(_ESCAPED.sub("", line.replace("**", "")).removeprefix("## ").removeprefix("# "))
    return out


def _fields(value: DecisionReceipt | ReceiptChoice | ReceiptBid) -> Json:
    out: Json = {}
    for name in (each.name for each in fields(value)):
        part = getattr(value, name)
        if isinstance(part, BidId):
            out |= {"gseq": part.gseq, "oseq": part.oseq, "address": part.provider}
        elif isinstance(part, ReceiptBid):
            out[name] = _fields(part)
        elif isinstance(part, tuple):
            out[name] = [
                _fields(each) if isinstance(each, ReceiptChoice | ReceiptBid) else json_form(each) for each in part
            ]
        else:
            out[name] = json_form(part)
    return out
