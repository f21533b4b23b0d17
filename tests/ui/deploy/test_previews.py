"""Previews: each version of a file is read and compiled once."""

from __future__ import annotations

from pathlib import Path

from akash_tui.adapters.sdl.sdl import SdlFiles
from akash_tui.domain.sdl.build.compiler import Compiled
from akash_tui.ui.deploy.previews import Previews
from akash_tui.ui.deploy.sources import RECENT, SdlSource
from tests.ui.fakes import SDL


class CountingReader(SdlFiles):
    compiled = 0

    def read(self, text: str | bytes, file: str = "-") -> Compiled:
        self.compiled += 1
        return super().read(text, file)


def test_a_file_is_compiled_once_for_each_version(tmp_path: Path) -> None:
    path, reader = tmp_path / "one.yaml", CountingReader()
    source = SdlSource(f"file {path}", path.name, RECENT, path=path)
    previews = Previews(lambda: reader)
    path.write_text(SDL)
    previews.read([source, source])
    first = previews.get(source)
    assert first is not None
    assert (first.text, first.name, first.source, reader.compiled) == (SDL, "one", source.id, 1)
    path.write_text(SDL + "# longer\n")
    previews.read([source])
    second = previews.get(source)
    assert second is not None
    assert (second.text, reader.compiled, previews.revision) == (SDL + "# longer\n", 2, 2)
    path.unlink()
    previews.read([source])
    assert previews.get(source) is None
    assert "one.yaml" in previews.faults[source.id].title
