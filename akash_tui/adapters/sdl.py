"""An SDL file's text in, its compiled form out: the one place where YAML meets the compiler."""

from __future__ import annotations

from akash_tui.adapters.yaml_nodes import read_nodes
from akash_tui.domain.sdl.compiler import Compiled, compile_sdl


def load_sdl(text: str | bytes, file: str = "-") -> Compiled:
    """Compile SDL text. Nothing raises: what cannot be read becomes a problem of `file`."""
    return compile_sdl(read_nodes(text), file)


class SdlFiles:
    """The reader of SDL text that services are given."""

    def read(self, text: str, file: str) -> Compiled:
        return load_sdl(text, file)
