"""Wallet: its address and balances, what is locked and costs, the state of the mint, and what moved last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content

from akash_tui.domain.akash.money import UACT
from akash_tui.services.ports import AkashError
from akash_tui.services.spending.limits import limits_text
from akash_tui.services.wallet import wallet_lines
from akash_tui.services.wallet.locked_funds import locked_funds
from akash_tui.services.wallet.movements import Movement
from akash_tui.services.wallet.wallet_lines import WalletLine
from akash_tui.services.wallet.wallet_reader import WalletView, read_wallet
from akash_tui.ui.actions.registry import bindings
from akash_tui.ui.base.base_screen import BaseScreen
from akash_tui.ui.base.copy_menu import copy_one_of
from akash_tui.ui.session.session_app import READ_ONLY
from akash_tui.ui.wallet.exchange import exchange
from akash_tui.ui.wallet.funding import fund
from akash_tui.ui.wallet.movement_columns import COLUMNS, MovementRow
from akash_tui.ui.wallet.qr import QrDialog
from akash_tui.ui.wallet_keys.use_now import create_and_use, import_and_use, watch_and_use
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.bars import TitledPanel, TitledScroll
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine, LabelledLines
from akash_tui.ui.widgets.line_filters import plain_glyphs
from akash_tui.ui.widgets.live_table import LiveTable
from akash_tui.ui.widgets.styles import joined, toned

READ_SECONDS = 20.0
READ_SECONDS_PRACTICE = 4.0
"""Time may pass faster there than on mainnet."""
OLD_SECONDS = 60.0
"""Older than that, the title says from when it is."""
LABELS = 10
ROOMY = 30
"""Lines of a terminal from which on blank lines stand between the parts."""
NO_WALLET = "No wallet is open: n creates one, i imports one, a watches an address."


class WalletScreen(BaseScreen):
    """Read again and again while it is in sight; what is locked comes from the background monitor."""

    BINDINGS = bindings("wallet")
    where: ClassVar[str] = "wallet"
    tab: ClassVar[str] = "wallet"

    def __init__(self) -> None:
        super().__init__()
        self.view: WalletView | None = None
        """What was read last; None until then."""
        self.fault: AkashError | None = None
        """Why the last reading failed; what is shown is then older."""
        self._reads = 0
        self._balances: object = None
        """What the top line showed when this was read: once it changes, this is read again."""

    def body(self) -> ComposeResult:
        with Container(id="wallet"):
            with TitledScroll(id="wallet-panel", classes="panel"):
                yield LabelledLines(LABELS, id="wallet-lines")
            with TitledPanel(id="movements-panel", classes="panel"):
                yield LiveTable[MovementRow](COLUMNS, empty="Nothing was signed here yet", id="movements")

    def on_mount(self) -> None:
        self.query_one("#wallet-panel").focus()
        session = self.session_app.session
        practice = session is not None and session.network.practice
        self.set_interval(READ_SECONDS_PRACTICE if practice else READ_SECONDS, self._read_in_sight)

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        self.read()

    def read(self) -> None:
        """Read now."""
        if self.has_wallet:
            self.background(self._read, "read")

    def _read_in_sight(self) -> None:
        if self.in_sight:
            self.read()

    async def _read(self) -> None:
        session, header = self.session_app.session, self.session_app.header_data
        if session is None:
            return
        self._balances = header.balances if header is not None else None
        async with self.session_app.guard("reading the wallet", loud=False):
            try:
                self.view = await read_wallet(session)
                self.fault = None
            except AkashError as fault:
                self.fault = fault
            self._reads += 1

    @property
    def has_wallet(self) -> bool:
        """Whether a wallet is open, its key here or not."""
        session = self.session_app.session
        return session is not None and session.wallet is not None

    @property
    def table(self) -> LiveTable[MovementRow]:
        return self.query_one("#movements", LiveTable)

    # -- painting --------------------------------------------------------------------

    def revision(self) -> object:
        session_app = self.session_app
        session, monitor, header = session_app.session, session_app.monitor, session_app.header_data
        if session is None or session.wallet is None:
            return None
        listed = monitor.lease_list.revision if monitor is not None else 0
        balances = header.balances if header is not None else None
        return self._reads, listed, balances, int(session.clock.monotonic() // 5), self.size

    def paint(self) -> None:
        session = self.session_app.session
        panel = self.query_one("#wallet-panel", TitledScroll)
        signed = self.view is not None and bool(self.view.last)
        self.query_one("#wallet").set_class(not signed, "alone")
        self.query_one("#movements-panel", TitledPanel).name_edges(Content("Signed here, newest first"))
        if session is None or session.wallet is None:
            panel.name_edges(Content("Wallet"))
            self.query_one("#wallet-lines", LabelledLines).show(self._no_wallet())
            return
        now, view, header = session.clock.now(), self.view, self.session_app.header_data
        if view is not None and header is not None and header.balances != self._balances:
            self.read()
        panel.name_edges(self._title(session.wallet.name, now))
        self.query_one("#wallet-lines", LabelledLines).show(self._lines(now))
        if view is not None:
            known = session.provider_cache
            rows = [MovementRow(each, known.named(each.provider) if each.provider else None) for each in view.last]
            self.table.show(rows, now)

    def _title(self, name: str, now: datetime) -> Content:
        old = ""
        if self.view is not None and self.fault is not None:
            age = (now - self.view.read_at).total_seconds()
            old = f" · {formatting.ago(age)} old: the chain does not answer" if age > OLD_SECONDS else ""
        return joined(f"Wallet {name}", (old, "warn"))

    def _no_wallet(self) -> list[LabelledLine | Content]:
        session = self.session_app.session
        steps = wallet_lines.first_steps(session.network) if session is not None else ()
        return [
            toned(NO_WALLET, "strong"),
            BLANK,
            *(Content(step) for step in steps),
            BLANK,
            toned("Words that are shown once restore a wallet; without them it is lost with this machine.", "muted"),
        ]

    def _lines(self, now: datetime) -> list[LabelledLine | Content]:
        session, view = self.session_app.session, self.view
        assert session is not None
        out: list[LabelledLine | Content] = [LabelledLine("address", session.owner, "strong")]
        if session.wallet is not None and session.wallet.watch_only:
            out.append(LabelledLine("", "watch-only: its key is not here, so nothing can be signed", "muted"))
        if view is None:
            if self.fault is not None:
                return [*out, LabelledLine("✗", self.fault.title, "", "bad"), LabelledLine("try", self.fault.advice)]
            return [*out, toned("reading the chain…", "muted")]
        out += map(_labelled, wallet_lines.balance_lines(view, now))
        if granted := list(map(_labelled, wallet_lines.grant_lines(view, now))):
            out += [*granted, LabelledLine("", "p in a quote chooses who pays", "muted")]
        if view.is_empty:
            out.append(toned("This wallet is empty. f shows how to fund it.", "strong"))
            out += [Content(step) for step in wallet_lines.first_steps(session.network)]
        monitor = self.session_app.monitor
        summaries = monitor.lease_list.summaries if monitor is not None else None
        gap = [BLANK] if self.size.height >= ROOMY else []
        out += gap
        if summaries is None:
            out.append(LabelledLine("locked", "reading the deployments…", "muted"))
        else:
            funds = locked_funds(summaries, view.balance(UACT), now)
            out += map(_labelled, wallet_lines.funds_lines(funds, view.balance(UACT)))
        out += [*gap, *map(_labelled, wallet_lines.mint_lines(view)), *gap]
        if monitor is not None and monitor.sweep is not None and monitor.sweep.notice:
            out.append(LabelledLine("sweep", f"{monitor.sweep.notice}. U shows it.", "", "warn"))
        if not self.session_app.readonly:
            out.append(LabelledLine("limits", f"{limits_text(session)} (L)", "muted"))
        return out

    # -- actions ---------------------------------------------------------------------

    def why_not(self, action_id: str) -> str | None:
        if action_id in ("wallet.create", "wallet.import", "wallet.watch"):
            return self.session_app.why_busy()
        if not self.has_wallet:
            return NO_WALLET
        if action_id in ("wallet.mint", "wallet.burn"):
            return READ_ONLY if self.session_app.readonly else self.session_app.why_busy()
        return None

    def do_mint(self) -> None:
        self.session_app.money("minting ACT", lambda: exchange(self.session_app, mint=True, after=self.read))

    def do_burn(self) -> None:
        self.session_app.money("burning ACT", lambda: exchange(self.session_app, mint=False, after=self.read))

    def do_fund(self) -> None:
        self.session_app.background(fund(self.session_app, self.read), "fund")

    def do_copy(self) -> None:
        session, row = self.session_app.session, self.table.cursor_row
        assert session is not None
        copy_one_of(self.session_app, [("address", session.owner), *_copies(row.movement if row is not None else None)])

    def do_qr(self) -> None:
        session = self.session_app.session
        assert session is not None
        self.app.push_screen(QrDialog(session.owner, plain=plain_glyphs(self.app)))

    def do_create(self) -> None:
        self.session_app.background(create_and_use(self.session_app), "wallet")

    def do_import(self) -> None:
        self.session_app.background(import_and_use(self.session_app), "wallet")

    def do_watch(self) -> None:
        self.session_app.background(watch_and_use(self.session_app), "wallet")

    def do_reload(self) -> None:
        self.session_app.do_reload()
        self.read()


def _labelled(line: WalletLine) -> LabelledLine:
    return LabelledLine(line.label, line.text, line.emphasis, "warn" if line.label == "not known" else "muted")


def _copies(movement: Movement | None) -> Sequence[tuple[str, str]]:
    """What of the movement under the cursor can be copied."""
    if movement is None:
        return ()
    dseq = [("dseq", str(movement.dseq))] if movement.dseq is not None else []
    return [("transaction", movement.tx), *dseq]
