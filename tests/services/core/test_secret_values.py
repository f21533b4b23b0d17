"""Secret parameters: from whom, into what, and never into what is stored."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from akash_tui.adapters.sdl.sdl import SdlFiles
from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.sdl.edit.parameters import Parameter
from akash_tui.domain.secret import Secret
from akash_tui.services.core.secret_values import SecretAnswer, SecretsNeeded, SecretValues, filled
from akash_tui.services.ports import BadInput
from akash_tui.services.storage.journal import Journal
from akash_tui.services.storage.sdl_versions import SdlVersion, SdlVersions
from tests.fakes.session import SDL

READER = SdlFiles()
TEXT = "# parameter A: secret\n# parameter B: secret, optional, keyring work\n" + SDL.replace(
    "image: nginx:1.27\n", "image: nginx:1.27\n    env: [A=, B=]\n"
)


class Store:
    """A keyring."""

    def __init__(self) -> None:
        self.kept: dict[str, Secret] = {}

    def load_secret(self, label: str) -> Secret | None:
        return self.kept.get(label)

    def save_secret(self, label: str, value: Secret) -> None:
        self.kept[label] = value

    def remove_secret(self, label: str) -> None:
        self.kept.pop(label, None)


def answering(asked: list[list[str]], **values: str):  # type: ignore[no-untyped-def]
    async def ask(missing: Sequence[Parameter]) -> Mapping[str, SecretAnswer]:
        asked.append([one.name for one in missing])
        return {name: SecretAnswer(Secret(value), "home") for name, value in values.items()}

    return ask


async def test_values_come_from_the_command_the_keyring_and_the_person() -> None:
    with pytest.raises(SecretsNeeded, match="A"):
        await filled(READER, SecretValues(), TEXT, "x.yaml")
    store, asked = Store(), list[list[str]]()
    store.kept["work"] = Secret("bee")
    source = SecretValues(ask=answering(asked, A="ay"), store=lambda: store)
    ready = await filled(READER, source, TEXT, "x.yaml")
    assert asked == [["A"]]
    assert b"A=ay" in ready.compiled.manifest_json
    assert b"B=bee" in ready.compiled.manifest_json
    assert store.kept["home"] == Secret("ay")
    assert ready.sdl == TEXT.replace("A: secret", "A: secret, keyring home")
    assert "ay" not in repr(ready)
    # the second time the keyring has all of them
    again = await filled(READER, SecretValues(store=lambda: store), ready.sdl, "x.yaml", version=ready.compiled.version)
    assert again.compiled.version == ready.compiled.version
    given = await filled(READER, source, TEXT, "x.yaml", given={"A": Secret("ay")})
    assert given.compiled.version == ready.compiled.version
    assert asked == [["A"]]


async def test_what_was_deployed_is_given_again_or_refused() -> None:
    first = await filled(READER, SecretValues({"A": Secret("one")}), TEXT, "x.yaml")
    wrong = SecretValues({"A": Secret("two")})
    with pytest.raises(BadInput, match="not the secret values that it was deployed with") as refused:
        await filled(READER, wrong, TEXT, "x.yaml", version=first.compiled.version)
    assert "two" not in str(refused.value)
    wrong.ask, wrong.store = answering([], A="one", B=""), Store
    again = await filled(READER, wrong, TEXT.replace(", keyring work", ""), "x.yaml", version=first.compiled.version)
    assert again.compiled.manifest_json == first.compiled.manifest_json
    plain = READER.read(TEXT, "x.yaml")
    assert (await filled(READER, SecretValues(), TEXT, "x.yaml", version=plain.version)).compiled == plain


@pytest.mark.parametrize("text", [TEXT.replace("A=, ", ""), TEXT.replace("secret\n", "secret, nonsense\n")])
async def test_an_sdl_that_has_no_place_for_it_is_refused_without_the_value(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        await filled(READER, SecretValues({"A": Secret("hunter2")}), text, "x.yaml")
    assert "hunter2" not in f"{refused.value.title} {refused.value.advice}"


def test_a_manifest_with_secrets_is_never_stored(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    journal = Journal(tmp_path / "journal.db")
    versions, id, now = SdlVersions(journal), DeploymentId("akash1x", 7), datetime.now(UTC)
    made = asyncio.run(filled(READER, SecretValues({"A": Secret("hunter2")}), TEXT, "x.yaml"))
    version = SdlVersion(made.compiled.version, "x.yaml", made.sdl, made.compiled.manifest_json)
    versions.save("c", id, version, now)
    versions.use("c", id, version, "x", now)
    found = versions.find("c", id, version.version)
    assert found is not None
    assert (found.sdl, found.manifest) == (TEXT, b"")
    # without a value nothing is secret in it, and it is stored as any other
    plain = READER.read(TEXT, "x.yaml")
    versions.save("c", id, SdlVersion(plain.version, "x.yaml", TEXT, plain.manifest_json), now)
    without = versions.find("c", id, plain.version)
    assert without is not None
    assert without.manifest == plain.manifest_json
    journal.close()
    assert all(b"hunter2" not in path.read_bytes() for path in tmp_path.iterdir())
