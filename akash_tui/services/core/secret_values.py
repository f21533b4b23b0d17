"""Secret parameters of an SDL: where their values come from, and the SDL compiled with them.

A value is given for each deployment (by the person, from a file, from the keyring), goes into the manifest that is sent
to the provider, and is never written: the journal has the SDL without it, and no manifest that was made with one. What
was compiled has the hash that is on chain, so a value that is given again is right or is refused.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from akash_tui.domain.sdl.edit.parameters import (
    Parameter,
    ParameterFault,
    checked_value,
    has_secrets,
    parameters,
    with_keyring,
)
from akash_tui.domain.secret import Secret
from akash_tui.services.errors import BadInput

if TYPE_CHECKING:
    from akash_tui.domain.sdl.build.compiler import Compiled

SEEN_BY_PROVIDER = "The provider sees it in clear; it is not saved here."


class SecretsNeeded(BadInput):
    """Values of secret parameters are missing, and nobody can be asked."""

    code = "secrets_needed"


class SdlText(Protocol):
    """What is needed of the reader of SDLs (`services.core.session.SdlReader`)."""

    def read(self, text: str, file: str) -> Compiled: ...

    def value(self, text: str, key: str) -> str | None: ...

    def with_value(self, text: str, key: str, value: str) -> str: ...


class SecretStore(Protocol):
    """A keyring that has secrets under names."""

    def load_secret(self, label: str) -> Secret | None:
        """None if there is none of this name. Raises `Locked`."""

    def save_secret(self, label: str, value: Secret) -> None:
        """Keep it, in place of one that is there. Raises `Locked`."""

    def remove_secret(self, label: str) -> None:
        """Forget it; fine if it is gone already. Raises `Locked`."""


@dataclass(frozen=True, slots=True)
class SecretAnswer:
    """A value that was given, and the name in the keyring under which it is to be kept; empty: not kept."""

    value: Secret
    keep: str = ""


AskSecrets = Callable[[tuple[Parameter, ...]], Awaitable[Mapping[str, SecretAnswer] | None]]
"""Asks the person for these; None if they gave up."""


@dataclass(slots=True)
class SecretValues:
    """Where the values of one session come from, in this order: given with the command, the keyring, the person."""

    given: dict[str, Secret] = field(default_factory=dict, repr=False)
    ask: AskSecrets | None = None
    store: Callable[[], SecretStore | None] = lambda: None


@dataclass(frozen=True, slots=True)
class FilledSdl:
    """`sdl` is what may be saved; `compiled` has the secrets and must not be."""

    sdl: str
    compiled: Compiled = field(repr=False)


async def filled(
    reader: SdlText,
    source: SecretValues,
    sdl: str,
    file: str,
    *,
    given: Mapping[str, Secret] | None = None,
    version: bytes | None = None,
) -> FilledSdl:
    """The SDL compiled with its secrets; `given` come before those of `source`. With a `version` the result has this
    hash.

    Raises `SecretsNeeded` where values are missing and nobody can be asked, and `BadInput` where the person gives up,
    a value cannot be used, or they are not those that `version` was made with.
    """
    plain = reader.read(sdl, file)
    if not has_secrets(sdl) or not plain.ok or (version is not None and plain.version == version):
        return FilledSdl(sdl, plain)
    secrets = [parameter for parameter in declared(sdl, file) if parameter.secret]
    known = _known(secrets, source, {**source.given, **(given or {})})
    missing = _missing(secrets, known)
    if not missing or version is not None:
        found = _compiled(reader, sdl, file, secrets, known)
        if not missing and version in (None, found.version):
            return FilledSdl(sdl, found)
        if found.version == version:
            return FilledSdl(sdl, found)
        # optional ones may have been given then, and others may have changed since
        missing = [parameter for parameter in secrets if parameter.name not in known] or secrets
    if source.ask is None:
        names = ", ".join(parameter.name for parameter in missing)
        if version is not None and not _missing(secrets, known):
            raise _not_the_same()
        raise SecretsNeeded(
            f"{file} needs secret values that are not saved: {names}.",
            f"Give each from a file: --set {missing[0].name}=@FILE; or from the keyring: "
            f"--set {missing[0].name}=keyring:NAME.",
        )
    answers = await source.ask(tuple(missing))
    if answers is None:
        raise BadInput("The secret values were not given.", "Nothing was sent.")
    known |= {name: answer.value for name, answer in answers.items() if answer.value}
    found = _compiled(reader, sdl, file, secrets, known)
    if version is not None and found.version != version:
        raise _not_the_same()
    return FilledSdl(_kept(source, sdl, answers), found)


def declared(sdl: str, file: str) -> tuple[Parameter, ...]:
    """The parameters of an SDL. Raises `BadInput` with the line of one that cannot be read."""
    try:
        return parameters(sdl)
    except ParameterFault as fault:
        raise BadInput(f"{file}, line {fault.line}: {fault}", "akash-tui sdl explain parameter shows how.") from None


def from_keyring(source: SecretValues, label: str) -> Secret:
    """The secret of this name. Raises `BadInput` if there is no keyring or no such name, `Locked`."""
    store = source.store()
    found = store.load_secret(label) if store is not None else None
    if not found:
        where = "There is no keyring here" if store is None else f"The keyring has no secret named {label}"
        raise BadInput(f"{where}.", "Give the value itself: typed, or from a file.")
    return found


def _known(secrets: Iterable[Parameter], source: SecretValues, given: Mapping[str, Secret]) -> dict[str, Secret]:
    """The values that need no question."""
    known = {parameter.name: given[parameter.name] for parameter in secrets if parameter.name in given}
    for parameter in secrets:
        if parameter.name not in known and parameter.keyring:
            store = source.store()
            value = store.load_secret(parameter.keyring) if store is not None else None
            if value:
                known[parameter.name] = value
    return known


def _missing(secrets: Iterable[Parameter], known: Mapping[str, Secret]) -> list[Parameter]:
    return [parameter for parameter in secrets if parameter.name not in known and not parameter.optional]


def _compiled(
    reader: SdlText, sdl: str, file: str, secrets: Iterable[Parameter], known: Mapping[str, Secret]
) -> Compiled:
    """Raises `BadInput` without the values, whatever the reader says of them."""
    fault = ""
    text = sdl
    for parameter in secrets:
        value = known.get(parameter.name)
        if not value:
            continue
        try:
            text = reader.with_value(text, parameter.name, checked_value(parameter, value.reveal()))
            if reader.value(text, parameter.name) != value.reveal():
                fault = f"The value of {parameter.name} cannot be written into {file}."
        except ValueError:
            fault = f"The value of {parameter.name} cannot be used: {file} has no such variable, or it has line breaks."
        if fault:
            break
    if not fault:
        compiled = reader.read(text, file)
        if compiled.ok:
            return compiled
        fault = f"{file} is not a valid SDL with these secret values."
    raise BadInput(fault, "A secret is one line of text; its variable stands in env, like - HF_TOKEN=")


def _kept(source: SecretValues, sdl: str, answers: Mapping[str, SecretAnswer]) -> str:
    """Keep those in the keyring that are to be kept; the SDL then names them."""
    for name, answer in answers.items():
        if not answer.keep or not answer.value:
            continue
        store = source.store()
        if store is None:
            raise BadInput("There is no keyring here to keep a secret in.", "Leave its name empty.")
        try:
            sdl = with_keyring(sdl, name, answer.keep)
        except ValueError as error:
            raise BadInput(str(error), "Choose another name.") from None
        store.save_secret(answer.keep, answer.value)
    return sdl


def _not_the_same() -> BadInput:
    return BadInput(
        "These are not the secret values that it was deployed with: the manifest has another hash than the chain.",
        "Give the same values again; or use others from now on: akash-tui lease update DSEQ FILE.",
    )
