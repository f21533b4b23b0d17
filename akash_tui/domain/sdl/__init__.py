"""The SDL (Stack Definition Language): nodes in, deployment groups, manifest and problems out."""

from __future__ import annotations

from akash_tui.domain.sdl.compiler import Compiled, compile_sdl
from akash_tui.domain.sdl.nodes import Node, ReadFault
from akash_tui.domain.sdl.problem import Edit, Problem, Severity

__all__ = ["Compiled", "Edit", "Node", "Problem", "ReadFault", "Severity", "compile_sdl"]
