"""An SDL file's text in, its compiled form out: the one place where YAML meets the compiler."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from decimal import Decimal

from akash_tui.adapters.sdl.yaml_nodes import read_nodes
from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.money import ASSUMED_BLOCK_TIME, BlockTime
from akash_tui.domain.market.fit_reasons import Change
from akash_tui.domain.sdl.build.compiler import Compiled, compile_sdl
from akash_tui.domain.sdl.build.second_document import with_second_document
from akash_tui.domain.sdl.edit.parameters import parameter_problem
from akash_tui.domain.sdl.lint.doctor import DoctorReport, diagnose, fix
from akash_tui.domain.sdl.lint.prices import Medians
from akash_tui.domain.sdl.problem import SdlProblem

_BOM = "\ufeff"


class SdlFiles:
    """The reader and editor of SDL text that services are given."""

    def read(self, text: str | bytes, file: str = "-") -> Compiled:
        """Compile SDL text. Nothing raises: what cannot be read becomes a problem of `file`."""
        compiled = compile_sdl(read_nodes(text), file)
        if isinstance(text, str):
            compiled = with_second_document(compiled, _split(text)[1], file)
        problem = parameter_problem(text, file) if isinstance(text, str) else None
        return compiled if problem is None else replace(compiled, problems=(problem, *compiled.problems))

    def check(
        self,
        text: str | bytes,
        file: str = "-",
        medians: Medians | None = None,
        block_time: BlockTime = ASSUMED_BLOCK_TIME,
    ) -> DoctorReport:
        """Compile and diagnose. Nothing raises."""
        compiled = self.read(text, file)
        return DoctorReport(compiled, diagnose(compiled, medians, block_time))

    def fix(self, text: str, file: str = "-") -> tuple[str, tuple[SdlProblem, ...]]:
        """The text with everything fixed that can be fixed safely, and what that was."""
        mark, body = _split(text)
        fixed, problems = fix(body, lambda current: self.check(current, file).problems)
        return mark + fixed, problems

    def gpu_choices(self, text: str) -> list[GpuModel]:
        """The acceptable models, without repeats, in the file's order; none if the text cannot be read."""
        from akash_tui.domain.sdl.edit import gpus

        return gpus.gpu_choices(read_nodes(text))

    def with_gpu_choices(self, text: str, keep: Collection[GpuModel]) -> str:
        """The text accepting only these models; ValueError with a sentence if that cannot be done."""
        from akash_tui.domain.sdl.edit import gpus

        mark, body = _split(text)
        return mark + gpus.with_gpu_choices(body, read_nodes(body), keep)

    def with_attributes(self, text: str, wanted: Mapping[str, str]) -> str:
        """The text asking these attributes of its providers; ValueError with a sentence if that cannot be done."""
        from akash_tui.domain.sdl.edit import placement_attributes

        mark, body = _split(text)
        return mark + placement_attributes.with_attributes(body, read_nodes(body), wanted)

    def with_value(self, text: str, key: str, value: str) -> str:
        """The text with one value set by its place; ValueError with a sentence if that cannot be done."""
        from akash_tui.domain.sdl.edit import set_value

        mark, body = _split(text)
        return mark + set_value.with_value(body, read_nodes(body), key, value)

    def value(self, text: str, key: str) -> str | None:
        """The value that stands where `with_value` would set one; None if there is none."""
        from akash_tui.domain.sdl.edit import set_value

        return set_value.value_at(read_nodes(_split(text)[1]), key)

    def with_highest_price(self, text: str, hourly: Decimal, block_time: BlockTime) -> str:
        """The text whose groups together cost at most this many ACT an hour; ValueError with a sentence if that cannot
        be done."""
        from akash_tui.domain.sdl.edit import highest_price

        mark, body = _split(text)
        return mark + highest_price.with_highest_price(body, self.read(body), hourly, block_time)

    def with_change(self, text: str, change: Change, block_time: BlockTime) -> str:
        """The text with one change that lets more providers bid; ValueError with a sentence if it must be made by
        hand."""
        from akash_tui.domain.sdl.edit import relax

        mark, body = _split(text)
        return mark + relax.relaxed(body, read_nodes(body), self.read(body), change, block_time)


def _split(text: str) -> tuple[str, str]:
    """Byte order mark and body: the reader counts its offsets from behind the mark."""
    return (_BOM, text[1:]) if text.startswith(_BOM) else ("", text)
