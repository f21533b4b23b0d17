"""`--set` and `--set-file`: values of an SDL for one deployment, by the same rules as the form on screen.

A secret is never an argument: other users of a machine can see those, and shells save them. It comes from a file, from
the keyring, or is typed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from akash_tui.cli.options import F, GlobalOptions
from akash_tui.cli.session import can_ask, interruptible_prompt
from akash_tui.domain.secret import Secret
from akash_tui.services.errors import BadInput

if TYPE_CHECKING:
    from akash_tui.domain.sdl.edit.parameters import Parameter
    from akash_tui.services.core.secret_values import SecretAnswer
    from akash_tui.services.core.session import SdlReader, Session

_KEYRING = "keyring:"
_LARGEST = 20_000
"""Bytes of a file with one value."""
_SET_HELP = (
    "Set a parameter of the SDL (akash-tui preset params shows them), an environment variable (MODEL=llama3) or a path "
    "(services.web.image=nginx, web.env.MODEL=llama3) for this deployment. May be repeated. Other users of this "
    "machine can see it: a secret is given as NAME=@FILE or NAME=keyring:NAME, or left out and typed."
)
_SECRETS_HELP = (
    "A secret parameter of its SDL: NAME=@FILE or NAME=keyring:NAME; what is left out is asked for. May be repeated."
)
_FILE_HELP = "The same, with the value from a file: for secrets and for what is long. May be repeated."


def value_options(*, secrets_only: bool = False) -> Callable[[F], F]:
    """Give a command `--set` and `--set-file`; it receives one `GivenValues` as `values`."""

    def decorate(function: F) -> F:
        @wraps(function)
        def command(*args: Any, **params: Any) -> Any:
            given = GivenValues(params.pop("set_"), params.pop("set_file"))
            return function(*args, **params, values=given)

        wrapped: Any = click.option("--set-file", "set_file", multiple=True, metavar="NAME=FILE", help=_FILE_HELP)(
            command
        )
        help = _SECRETS_HELP if secrets_only else _SET_HELP
        return cast(F, click.option("--set", "set_", multiple=True, metavar="NAME=VALUE", help=help)(wrapped))

    return decorate


@dataclass(slots=True)
class GivenValues:
    """What `--set` and `--set-file` gave, as typed."""

    set_: Sequence[str]
    set_file: Sequence[str]
    secrets: dict[str, Secret] = field(default_factory=dict, repr=False)
    """Values of secrets, once they are read."""
    labels: dict[str, str] = field(default_factory=dict)
    """Names in the keyring of others."""
    given: list[str] = field(default_factory=list)
    """The names of all secrets that are given."""

    def applied(self, reader: SdlReader, text: str, file: str) -> str:
        """The text with all values but those of secrets, which go into `secrets`. Raises `BadInput`."""
        from akash_tui.domain.sdl.edit.parameters import with_keyring
        from akash_tui.services.core.secret_values import declared

        known = {parameter.name: parameter for parameter in declared(text, file)}
        for option, one, from_file in [
            *(("--set", one, False) for one in self.set_),
            *(("--set-file", one, True) for one in self.set_file),
        ]:
            name, value = _pair(option, one, known)
            parameter = known.get(name)
            if parameter is not None and parameter.secret:
                self.given.append(name)
                if not from_file and value.startswith(_KEYRING):
                    try:
                        text = with_keyring(text, name, value.removeprefix(_KEYRING))
                    except ValueError as error:
                        raise BadInput(
                            f"{option} {name}: {error}", f"For example {option} {name}=keyring:work."
                        ) from None
                else:
                    self.secrets[name] = _secret(option, name, value, from_file)
                continue
            if from_file:
                value = _read(option, name, value).reveal()
            text = _with(reader, text, option, name, value, parameter)
        return text

    def read_secrets(self) -> None:
        """For a command without an SDL of its own: all of them are secrets. Raises `BadInput`."""
        for option, one, from_file in [
            *(("--set", one, False) for one in self.set_),
            *(("--set-file", one, True) for one in self.set_file),
        ]:
            name, value = _pair(option, one, {})
            self.given.append(name)
            if not from_file and value.startswith(_KEYRING):
                self.labels[name] = value.removeprefix(_KEYRING)
            else:
                self.secrets[name] = _secret(option, name, value, from_file)

    def give(self, session: Session) -> None:
        """Let the session take secrets from here, from its keyring, and from the person if there is a terminal."""
        from akash_tui.services.core.secret_values import SEEN_BY_PROVIDER, from_keyring

        if self.given:
            click.echo(f"{', '.join(self.given)}: {SEEN_BY_PROVIDER}", err=True)
        session.secrets.given |= self.secrets
        for name, label in self.labels.items():
            session.secrets.given[name] = from_keyring(session.secrets, label)
        if can_ask():
            session.secrets.ask = lambda missing: ask_secrets(session, missing)


def ask_missing(g: GlobalOptions, text: str, file: str) -> str:
    """The text with every parameter that has to be given and is not: asked for on the terminal. Raises `BadInput`."""
    from akash_tui.domain.sdl.edit.parameters import checked_value
    from akash_tui.services.core.secret_values import declared

    reader = g.entry.sdl
    for parameter in declared(text, file):
        if parameter.secret or parameter.optional or reader.value(text, parameter.key):
            continue
        if not can_ask():
            raise BadInput(
                f"{file} needs a value for {parameter.name}: {parameter.about or parameter.words}.",
                f"Give it: --set {parameter.name}=VALUE. akash-tui preset params shows all.",
            )
        while True:
            with interruptible_prompt():
                typed = str(click.prompt(f"{parameter.name}: {parameter.about} ({parameter.words})", err=True))
            try:
                value = checked_value(parameter, typed)
            except ValueError as error:
                click.echo(str(error), err=True)
                continue
            text = _with(reader, text, "--set", parameter.name, value, parameter)
            break
    return text


async def ask_secrets(session: Session, missing: Sequence[Parameter]) -> Mapping[str, SecretAnswer]:
    """Ask for secrets on the terminal, without echo, and where each is to be kept."""
    from akash_tui.domain.sdl.edit.parameters import checked_value
    from akash_tui.services.core.secret_values import SEEN_BY_PROVIDER, SecretAnswer

    answers: dict[str, SecretAnswer] = {}
    keyring = session.secrets.store() is not None
    click.echo(f"Secret values: {SEEN_BY_PROVIDER}", err=True)
    for parameter in missing:
        words = f"{parameter.name}: {parameter.about or 'a secret'}" + (" (optional)" if parameter.optional else "")
        while True:
            with interruptible_prompt():
                typed = Secret(click.prompt(words, hide_input=True, default="", show_default=False, err=True))
            try:
                checked_value(parameter, typed.reveal())
            except ValueError as error:
                click.echo(str(error), err=True)
                continue
            break
        keep = ""
        if typed and keyring:
            with interruptible_prompt():
                keep = str(
                    click.prompt(
                        "Keep it in the keyring under the name (empty: no)", default="", show_default=False, err=True
                    )
                ).strip()
        answers[parameter.name] = SecretAnswer(typed, keep)
    return answers


def _pair(option: str, one: str, known: Mapping[str, Parameter]) -> tuple[str, str]:
    name, equals, value = one.partition("=")
    if not equals or not name:
        raise BadInput(f"{option}: what follows is not KEY=VALUE.", f"Write it like {option} MODEL=llama3.")
    variable = name.rpartition(".env.")[2]
    if variable != name and variable in known and known[variable].secret:
        raise BadInput(f"{option} {name}: {variable} is a secret parameter.", f"Give it by its name: {variable}=@FILE.")
    return name, value


def _secret(option: str, name: str, value: str, from_file: bool) -> Secret:
    if from_file:
        return _read(option, name, value)
    if value.startswith("@"):
        return _read(option, name, value[1:])
    raise BadInput(
        f"{option} {name}: a secret is never an argument, where other users of this machine can see it.",
        f"Give {name}=@FILE or {name}=keyring:NAME, or leave it out and type it.",
    )


def _read(option: str, name: str, file: str) -> Secret:
    """The one line of a file."""
    from akash_tui.services.storage.files import read_user_text

    text = Secret(read_user_text(Path(file).expanduser(), "a value", _LARGEST).removesuffix("\n").removesuffix("\r"))
    if not text:
        raise BadInput(f"{option} {name}: {file} is empty.", "Write the value into its first line.")
    return text


def _with(reader: SdlReader, text: str, option: str, name: str, value: str, parameter: Parameter | None) -> str:
    from akash_tui.domain.sdl.edit.parameters import checked_value

    try:
        if parameter is not None:
            return reader.with_value(text, parameter.key, checked_value(parameter, value))
        return reader.with_value(text, name, value)
    except ValueError as error:
        raise BadInput(f"{option} {name}: {error}", "akash-tui preset show NAME prints a preset's SDL.") from None
