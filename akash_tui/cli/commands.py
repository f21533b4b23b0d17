"""Every command in one table, and the group that loads a command's module when it runs or its own help is asked for.

The help of a group and the completion of names need only this table, so that they answer at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import click

from akash_tui.cli.examples import EXAMPLES

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class Entry(NamedTuple):
    """One line of the table."""

    short: str
    """What a group's help says of it: the first sentence of its own help. Of a group, its whole help."""
    where: str = ""
    """`module:name` of the click command, below `akash_tui.cli`; empty for a group."""


COMMANDS: dict[str, Entry] = {
    "sdl": Entry("Check and compile SDL files; needs no network."),
    "sdl check": Entry("List all problems of each FILE (or -), with their lines and remedies.", "sdl:check"),
    "sdl explain": Entry(
        "Explain a problem CODE with a bad and a good example; without one, list all codes.", "sdl:explain"
    ),
    "sdl build": Entry(
        "Compile each FILE to groups, manifest and version hash, as JSON (one object a line with -o jsonl).",
        "sdl:build",
    ),
    "wallet": Entry("Your accounts: keys in the OS keyring, or in an encrypted file where there is none."),
    "wallet create": Entry(
        "Create an account from new words, shown once; you are asked for three of them before anything is saved.",
        "wallet_keys:create",
    ),
    "wallet import": Entry(
        "Import an account from its words, from a prompt or --stdin, or from an encrypted file.", "wallet_keys:import_"
    ),
    "wallet watch": Entry(
        "Add an account without its key (watch-only): it can be read but cannot sign.", "wallet:watch"
    ),
    "wallet list": Entry("All accounts on this machine.", "wallet:list_"),
    "wallet show": Entry(
        "One account and the limits of what it may spend; with a network, also its funds, what is locked, the mint and "
        "what moved last.",
        "wallet:show",
    ),
    "wallet fund": Entry(
        "Request tokens from the faucet of a practice or test network; they have no value.", "wallet:fund"
    ),
    "wallet default": Entry("Use this account when no other is given.", "wallet:default"),
    "wallet rename": Entry("Give an account another name.", "wallet:rename"),
    "wallet remove": Entry(
        "Delete an account and its key from this machine; without its words it is lost for good.", "wallet_keys:remove"
    ),
    "wallet export": Entry(
        "Show the recovery words of an account, on your terminal only; or write an encrypted file with them.",
        "wallet_keys:export",
    ),
    "wallet grants": Entry("Who pays fees and deposits for this wallet, and for whom it pays them.", "grants:list_"),
    "wallet grant": Entry("Pay fees or deposits for another account, up to a limit.", "grants:grant"),
    "wallet revoke": Entry("Stop paying fees or deposits for another account.", "grants:revoke"),
    "wallet mint": Entry("Turn AKT into about ACT of compute money.", "mint:mint"),
    "wallet burn": Entry("Turn ACT back into AKT at the price of that time.", "mint:burn"),
    "preset": Entry("SDL files by name: the shipped ones and your own."),
    "preset list": Entry(
        "All presets: your own first, when each was last deployed, and what its leases cost.", "preset:list_"
    ),
    "preset show": Entry("Print a preset's SDL.", "preset:show"),
    "preset save": Entry("Save FILE (or - for standard input) as the preset NAME.", "preset:save"),
    "preset rename": Entry("Give one of your presets another name.", "preset_own:rename"),
    "preset copy": Entry(
        "Copy a preset to the name NEW, unchanged or with other GPU models, values and price.",
        "preset_own:copy",
    ),
    "preset describe": Entry(
        "Set the title, note and tags of one of your presets; an empty text removes it.", "preset_own:describe"
    ),
    "preset remove": Entry("Remove one of your presets; `preset restore NAME` brings it back.", "preset:remove"),
    "preset restore": Entry("Bring back the preset of this name that was removed last.", "preset_own:restore"),
    "preset import": Entry(
        "Save SDL files (or - for standard input) as presets, each under the name of its file.", "preset_own:import_"
    ),
    "preset params": Entry(
        "The parameters of a preset: what `--set` may set, what each takes, and its value now.", "preset:params"
    ),
    "preset forget": Entry("Remove a secret parameter from the keyring, by its name there.", "preset_own:forget"),
    "preset export": Entry("Write a preset's SDL to FILE.", "preset:export"),
    "preset gpu-class": Entry(
        "Save, show, list or remove your own classes of GPU models, for `--gpu @NAME`.", "preset_classes:gpu_class"
    ),
    "deploy": Entry("Submit an SDL, collect bids, accept one, send the manifest, wait until it runs.", "deploy:deploy"),
    "bids": Entry("The bids of deployment DSEQ, with the GPU that each really offers.", "bids:bids"),
    "lease": Entry("Your deployments and leases."),
    "lease list": Entry(
        "All deployments of the wallet, created on any machine; those that need attention first.", "lease:list_"
    ),
    "lease show": Entry("One deployment as the chain has it: state, cost, leases.", "lease:show"),
    "lease status": Entry(
        "Services, replicas, addresses and ports, read from its providers, and what needs attention.", "lease:status"
    ),
    "lease logs": Entry("The output of the workloads.", "lease_logs:logs"),
    "lease events": Entry(
        "Kubernetes events of the workloads: scheduling, images, starts, failures.", "lease_logs:events"
    ),
    "lease shell": Entry("Run a command in a service, or a shell.", "lease_shell:shell"),
    "lease update": Entry(
        "Give a running deployment another SDL: image, command, environment, ports of the same kinds.",
        "lease_update:update",
    ),
    "lease deposit": Entry(
        "Top up a deployment; what it does not use comes back when it is closed.", "lease_deposit:deposit"
    ),
    "lease stop-after": Entry(
        "Let a deployment end by itself: 8h, '$10' or both, counted from now on.", "lease_stop_after:stop_after"
    ),
    "lease recover": Entry(
        "Print the SDL of a deployment: the one saved here, or one rebuilt from its provider's manifest.",
        "lease:recover",
    ),
    "lease accept": Entry(
        "Accept a bid on an open deployment: lease it, and send the manifest.", "lease_accept:accept"
    ),
    "lease ask-again": Entry(
        "Close a deployment and ask for bids again with the same SDL and deposit.", "lease_ask_again:ask_again"
    ),
    "lease close": Entry("Close a deployment and its leases; the rest of the deposit comes back.", "lease:close"),
    "lease receipt": Entry(
        "What was chosen among which bids, and what was signed: the receipt of the last accept.",
        "lease_receipt:receipt",
    ),
    "provider": Entry("Your favourites, blocks and notes on providers."),
    "provider list": Entry("Your favourites, blocks and notes on this network.", "provider:list_"),
    "provider favourite": Entry("Make a provider a favourite, marked ★ in the lists of bids.", "provider:favourite"),
    "provider block": Entry(
        "Block a provider: no rule, proposal or command accepts its bids; in the app you can, after a question.",
        "provider:block",
    ),
    "provider unblock": Entry("Let rules accept the bids of a provider again.", "provider:unblock"),
    "provider note": Entry(
        "Write a note on a provider, which its next bid shows; an empty text removes it.", "provider:note"
    ),
    "memory": Entry("What this machine remembers of bids: prices, delays, answers, leases."),
    "memory show": Entry(
        "How much is remembered of the bids on this network, where, and how large the file is.", "memory:show"
    ),
    "memory export": Entry(
        "Write every bid that is remembered to standard output: CSV, or JSON with -o.", "memory:export_"
    ),
    "memory forget": Entry(
        "Forget the bids of a provider, and your favourite, block and note on it; or those of all.", "memory:forget"
    ),
    "market": Entry("GPUs, prices, providers and how busy the network is: each figure with its source and age."),
    "market gpus": Entry(
        "Every GPU model: free and total, providers, price per GPU-hour, change in a week, what you paid.",
        "market:gpus",
    ),
    "market prices": Entry(
        "Prices per GPU-hour, the cheapest median first; of one MODEL also as read here day by day.", "market:prices"
    ),
    "market model": Entry("One GPU model: its variants, past days, and the providers that have it.", "market:model"),
    "market capacity": Entry(
        "GPUs, CPUs, memory and storage of the network: leased, in open bids, free.", "market_network:capacity"
    ),
    "market utilization": Entry(
        "The share of the network's GPUs that is leased, day by day.", "market_network:utilization"
    ),
    "market spend": Entry(
        "What tenants spend on the network a day: in USD, by coin, and in new leases.", "market_network:spend"
    ),
    "market providers": Entry(
        "Providers: GPUs free and total, place, uptime, audits; with --for, who could bid on an SDL.",
        "market_providers:providers",
    ),
    "market provider": Entry(
        "One provider: hardware, attributes and their auditors, its own status now, your leases there.",
        "market_providers:provider",
    ),
    "market watch": Entry(
        "Wait until a GPU model matches EXPR (as for `gpus --filter`) and one is free; then exit 0.", "market:watch"
    ),
    "providers": Entry(
        "Providers: GPUs free and total, place, uptime, audits; with --for, who could bid on an SDL.",
        "market_providers:providers",
    ),
    "sweep": Entry(
        "What is open and serves nothing: orders without bids, leases that do not run; what each locks and costs.",
        "sweep:sweep",
    ),
    "broadcast": Entry(
        "Send a transaction that was signed elsewhere: FILE as `akash tx sign` wrote it, or - for standard input.",
        "unsigned:broadcast",
    ),
    "resume": Entry(
        "Look up on the chain what was unfinished when the program last stopped, and what to do.", "journal:resume"
    ),
    "journal": Entry(
        "Every transaction signed here, newest first: its purpose, hash, outcome, and what it took or gave.",
        "journal:journal",
    ),
    "networks": Entry("The networks that can be named with --network.", "doctor:networks"),
    "doctor": Entry("Check home, memory, keyring, endpoints, chain id, clock, funds and the mint.", "doctor:doctor"),
    "completion": Entry(
        "Print the script that lets a SHELL complete commands, options, presets, networks and deployments.",
        "completion:completion",
    ),
    "practice": Entry("Serve a practice network on this machine until you stop it with ctrl+c.", "practice:practice"),
    "speed": Entry(
        "How fast time passes on the practice network that runs; with N, make it N times as fast (1: as on mainnet).",
        "practice:speed",
    ),
    "demo": Entry(
        "Try it without a wallet or money: a fresh practice network, a throw-away account, a temporary home.",
        "practice:demo",
    ),
}
"""Path of a command below `akash-tui`, groups included; a test compares it with the commands themselves."""


class CommandGroup(click.Group):
    """A group of the table. Its commands are loaded one by one, when they run or their own help is asked for."""

    def __init__(self, *args: Any, path: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        self.path = path
        # click only reads it: no command is ever added to a group of ours
        self.commands = cast("MutableMapping[str, click.Command]", _Members(path))
        self.epilog = examples_of(path)

    def _short_helps(self, start: str = "") -> list[tuple[str, str]]:
        names = sorted(name for name in self.commands if name.startswith(start))
        return [(name, COMMANDS[_join(self.path, name)].short) for name in names]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The Commands section, from the table."""
        with formatter.section("Commands"):
            formatter.write_dl(self._short_helps())

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Names of commands from the table, and the group's own options."""
        from click.shell_completion import CompletionItem

        names = [CompletionItem(name, help=short) for name, short in self._short_helps(incomplete)]
        return names + click.Command.shell_complete(self, ctx, incomplete)


class _Members(Mapping[str, click.Command]):
    """The commands of one group by name; one is loaded when it is first taken."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._loaded: dict[str, click.Command] = {}
        below = f"{path} " if path else ""
        inside = [each.removeprefix(below) for each in COMMANDS if each.startswith(below)]
        self._names = [name for name in inside if " " not in name]

    def __getitem__(self, name: str) -> click.Command:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._loaded:
            self._loaded[name] = _load(_join(self._path, name))
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _load(path: str) -> click.Command:
    """The command of a path, with its examples."""
    entry = COMMANDS[path]
    name = path.rpartition(" ")[2]
    if not entry.where:
        return CommandGroup(name, path=path, help=entry.short)
    module, _, attribute = entry.where.partition(":")
    command: click.Command = getattr(import_module(f"akash_tui.cli.{module}"), attribute)
    command.epilog = examples_of(path)
    return command


def examples_of(path: str) -> str | None:
    """The Examples section of a command's help."""
    lines = EXAMPLES.get(path)
    return None if lines is None else "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def _join(path: str, name: str) -> str:
    return f"{path} {name}".strip()
