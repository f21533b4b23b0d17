"""Explanations of every code, with a bad and a good example each: `akash-tui sdl explain CODE`."""

from __future__ import annotations

from typing import Final

from akash_tui.domain.sdl.explain.explanation import Explanation
from akash_tui.domain.sdl.explain.file import FILE
from akash_tui.domain.sdl.explain.gpus import GPUS
from akash_tui.domain.sdl.explain.profiles import PROFILES
from akash_tui.domain.sdl.explain.services import SERVICES

EXPLANATIONS: Final[dict[str, Explanation]] = {e.code: e for e in (*FILE, *SERVICES, *PROFILES, *GPUS)}


def explain(code: str) -> Explanation | None:
    """The explanation of a code; the part before the dot may be left out. None for an unknown code."""
    return EXPLANATIONS.get(code) or EXPLANATIONS.get(f"sdl.{code}") or EXPLANATIONS.get(f"yaml.{code}")
