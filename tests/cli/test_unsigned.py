"""`--unsigned` and `broadcast`: from a watch-only wallet to a lease, signed with the official command line's files."""

from __future__ import annotations

import json
from pathlib import Path

from akash_tui.adapters.wallet.keys import KeySigner, new_words
from tests.cli.conftest import Practice
from tests.cli.home import Home
from tests.helpers.official_cli import AMINO, signed
from tests.helpers.worlds import fund

ON = ("--network", "practice", "--wallet", "ledger")


def test_a_watch_only_wallet_creates_accepts_tops_up_and_closes(home: Home, practice: Practice, tmp_path: Path) -> None:
    ready = practice(fund=False)
    key = KeySigner.from_words(new_words())
    fund(ready, key.address)
    home.run("wallet", "watch", "ledger", key.address)
    number = _account(home, key.address, ready["rest"])["account_number"]
    used = 0

    def elsewhere(*command: str) -> Path:
        """The command's transaction, signed by a hardware wallet."""
        nonlocal used
        file = tmp_path / f"{used}.json"
        written = home.run(*ON, *command, "--unsigned", str(file), "-o", "json")
        assert written.code == 0, written
        assert written.json["unsigned"] == str(file)
        assert written.json["sign"].startswith(f"akash tx sign {file} --from KEY --chain-id {ready['chain_id']}")
        text = signed(file.read_text(), key, chain_id=ready["chain_id"], number=int(number), sequence=used, mode=AMINO)
        used += 1
        out = tmp_path / f"{used}-signed.json"
        out.write_text(text)
        return out

    create = elsewhere("deploy", "web-page", "--deposit", "5")
    refused = home.run(*ON, "broadcast", str(create))
    assert refused.code == 2  # nobody to ask, and not said in advance
    assert "create deployment" in refused.err
    first = home.run(*ON, "broadcast", str(create), "--yes", "-o", "json").json
    (intent,) = first["intents"]
    dseq = intent["dseq"]
    assert (intent["kind"], intent["outcome"]) == ("create", "done")
    assert first["next"] == [f"akash-tui bids {dseq} --watch; then akash-tui lease accept {dseq} --cheapest"]
    again = home.run(*ON, "broadcast", str(create), "--yes", "-o", "json")
    assert (again.code, again.json["intents"]) == (0, first["intents"])

    _wait_for_bids(home, dseq)
    lease = elsewhere("lease", "accept", dseq, "--cheapest")
    answer = home.run(*ON, "broadcast", str(lease), "--yes").out
    assert f"lease of deployment {dseq}: done in block" in answer
    assert "next: akash-tui resume --yes" in answer
    more = elsewhere("lease", "deposit", dseq, "--amount", "1.5")
    assert home.run(*ON, "broadcast", "-", "--yes", stdin=more.read_text()).code == 0
    limit = elsewhere("lease", "stop-after", dseq, "$20")
    assert home.run(*ON, "broadcast", str(limit), "--yes").code == 0
    (row,) = home.run(*ON, "lease", "list", "-o", "json").json
    assert (row["dseq"], row["stop_after"]["limit"]) == (dseq, "$20")
    paid = home.run(*ON, "lease", "stop-after", dseq, "$1", "--unsigned", str(tmp_path / "paid.json"))
    assert (paid.code, "nothing to sign" in paid.err) == (2, True)
    assert home.run(*ON, "broadcast", str(elsewhere("lease", "close", dseq)), "--yes").code == 0
    forgotten = elsewhere("deploy", "web-page", "--deposit", "1")
    home.run(*ON, "broadcast", str(forgotten), "--yes")
    assert home.run(*ON, "sweep", "--unsigned", str(tmp_path / "x.json")).code == 2
    (open_,) = home.run(*ON, "sweep", "-o", "json").json
    swept = elsewhere("sweep", "--close", open_["dseq"])
    assert home.run(*ON, "broadcast", str(swept), "--yes").code == 0
    assert home.run(*ON, "sweep", "-o", "json").json == []
    kinds = {row["kind"]: row["outcome"] for row in home.run("journal", "-o", "json").json}
    assert kinds == {"create": "done", "lease": "done", "deposit": "done", "close": "done"}

    # what is wrong is said before anything is sent
    late = home.run(*ON, "broadcast", str(lease), "--yes")  # it is in a block: known here
    assert late.code == 0
    file = json.loads(create.read_text())
    file["body"]["memo"] = "changed"
    (tmp_path / "changed.json").write_text(json.dumps(file))
    changed = home.run(*ON, "broadcast", str(tmp_path / "changed.json"), "--yes")
    assert (changed.code, "changed after signing" in changed.err) == (2, True)
    assert home.run(*ON, "broadcast", str(tmp_path / "none.json"), "--yes").code == 2
    twice = home.run(*ON, "deploy", "web-page", "--unsigned", str(create))
    assert (twice.code, "is there already" in twice.err) == (2, True)
    assert home.run(*ON, "deploy", "web-page", "--hours", "3", "--unsigned", str(tmp_path / "x.json")).code == 2
    written = home.run(*ON, "deploy", "web-page", "--unsigned", str(tmp_path / "y.json"))
    assert "akash-tui --network practice --wallet ledger broadcast SIGNED" in written.out


def _account(home: Home, address: str, rest: str) -> dict[str, str]:
    import urllib.request

    with urllib.request.urlopen(f"{rest}/cosmos/auth/v1beta1/account_info/{address}", timeout=30) as answer:
        found: dict[str, str] = json.load(answer)["info"]
        return found


def _wait_for_bids(home: Home, dseq: str) -> None:
    while not any(bid["state"] == "open" for bid in home.run(*ON, "bids", dseq, "-o", "json").json):
        pass
