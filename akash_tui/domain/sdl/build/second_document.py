"""A second document in one file: everything below its `---` is read by nobody."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from akash_tui.domain.sdl.build.compiler import Compiled
from akash_tui.domain.sdl.problem import Edit, SdlProblem, Severity, in_file_order

_OTHER: Final = ("sdl.kubernetes", "sdl.compose-file", "sdl.no-sdl", "yaml.syntax")
"""What is wrong with such a file is something else."""
_DOCUMENT: Final = re.compile(r"^(?:---|\.\.\.)(?=[ \t\r\n]|\Z)", re.MULTILINE)
_CONTENT: Final = re.compile(r"^[ \t]*[^\s#%.-]|^[ \t]*-(?!--)|^[ \t]*\.(?!\.\.)", re.MULTILINE)


def with_second_document(compiled: Compiled, text: str, file: str) -> Compiled:
    """A warning where a second document begins, which nobody reads; an error where what is missing may be in it."""
    if "\n---" not in text and "\n..." not in text:
        return compiled
    marks = [mark.start() for mark in _DOCUMENT.finditer(text) if _CONTENT.search(text, 0, mark.start())]
    if not marks or not _CONTENT.search(text, marks[0] + 3):
        return compiled
    missing = [p for p in compiled.problems if p.code in ("sdl.deployment-missing", "sdl.version-missing")]
    if not missing and any(problem.code in _OTHER for problem in compiled.problems):
        return compiled
    line, end = text.count("\n", 0, marks[0]) + 1, text.find("\n", marks[0]) + 1
    problem = SdlProblem(
        Severity.ERROR if missing else Severity.WARNING,
        "sdl.second-document",
        file,
        line,
        1,
        "",
        f"The document ends here ({text[marks[0] : marks[0] + 3]}): Akash reads only what stands above line {line}.",
        f"Remove the line {text[marks[0] : marks[0] + 3]}."
        if missing
        else "Remove it, or put it into a file of its own.",
        (Edit(marks[0], end, ""),) if missing and end and len(marks) == 1 else (),
    )
    return replace(compiled, problems=in_file_order([*(p for p in compiled.problems if p not in missing), problem]))
