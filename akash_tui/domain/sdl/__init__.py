"""The SDL (Stack Definition Language): nodes in, deployment groups, manifest and problems out."""

from __future__ import annotations

from akash_tui.domain.sdl.build.compiler import Compiled, compile_sdl
from akash_tui.domain.sdl.problem import Edit, SdlProblem, Severity
from akash_tui.domain.sdl.read.nodes import Node, ReadFault

__all__ = ["Compiled", "Edit", "Node", "ReadFault", "SdlProblem", "Severity", "compile_sdl"]
