"""The problems of one SDL file, each with its place, as its readers and the doctor find them."""

from __future__ import annotations

from akash_tui.domain.sdl.problem import Edit, SdlProblem, Severity, shown
from akash_tui.domain.sdl.read.forms import fixes_of, form_of
from akash_tui.domain.sdl.read.nodes import Node, ReadFault, Scalar, kind, plain_edit
from akash_tui.domain.sdl.read.template import default_edit, variable_in


class ReadProblems:
    """Makes the problems of one file and collects its errors."""

    __slots__ = ("file", "problems")

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[SdlProblem] = []

    def problem(
        self,
        code: str,
        node: Node | ReadFault,
        path: str,
        message: str,
        advice: str,
        fix: Edit | tuple[Edit, ...] | None = None,
        severity: Severity = Severity.WARNING,
    ) -> SdlProblem:
        """A problem at the node's place, not added to the others."""
        fixes = (fix,) if isinstance(fix, Edit) else fix or ()
        return SdlProblem(severity, code, self.file, node.line, node.column, path, message, advice, fixes)

    def error(
        self,
        code: str,
        node: Node | ReadFault,
        path: str,
        message: str,
        advice: str,
        fix: Edit | tuple[Edit, ...] | None = None,
    ) -> None:
        """Add an error at the node's place; if a template variable stands there, that is the error."""
        variable = variable_in(node) if code.startswith("sdl.") and code != "sdl.image-missing" else None
        if variable is not None:
            code, message, advice, fix = self.unfilled(variable, node)
        self.problems.append(self.problem(code, node, path, message, advice, fix, Severity.ERROR))

    @staticmethod
    def unfilled(variable: str, node: object) -> tuple[str, str, str, Edit | None]:
        """Code, message, advice and edit of a template variable that is not filled in."""
        edit = default_edit(node)
        advice = f"Write {edit.text}, its default, or another value." if edit else "Write the value in its place."
        message = f"The template variable `{shown(variable)}` is not filled in: Akash fills in none."
        return "sdl.template", message, advice, edit

    def misspelled(self, code: str, node: Node, path: str, message: str, better: str | None, advice: str) -> None:
        """Add an error that is fixed by writing `better`, if that is what was meant; `advice` is for the others."""
        fix = plain_edit(node, better) if better else None
        self.error(code, node, path, message, f"Write {better}." if better else advice, fix)

    def wrong_kind(self, node: Node, path: str, wanted: str) -> None:
        """Add the problem that the node is not `wanted`, in words."""
        got = f"is {kind(node)}" if not isinstance(node, Scalar) else f"is `{shown(node.text)}`"
        advice = form_of(path, node) or f"Write {wanted} here."
        self.error("sdl.type", node, path, f"{path} must be {wanted}, but {got}.", advice, fixes_of(path, node))

    def wrong_value(self, code: str, node: Scalar, path: str, wanted: str, advice: str, quoted: bool) -> None:
        """Add the problem that a value is not `wanted`; `quoted`: it would be without its quotes, if it has any."""
        quoted = quoted and node.style in ("'", '"')
        got = f"the text `{shown(node.text)}` in quotes" if quoted else f"`{shown(node.text)}`"
        self.error(
            code,
            node,
            path,
            f"{path} must be {wanted}, but is {got}.",
            "Remove the quotes." if quoted else advice,
            plain_edit(node, node.text) if quoted else None,
        )

    @property
    def failed(self) -> bool:
        return any(p.severity is Severity.ERROR for p in self.problems)
