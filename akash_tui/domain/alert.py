"""A message that should reach the user even outside the program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from akash_tui.domain.text import clean

TEXT_LIMIT = 400


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert. `code` is a stable word for scripts; texts and facts are cleaned here, no matter who wrote them."""

    code: str
    title: str
    """The subject in a few words: `vllm-qwen`."""
    description: str
    """One or two sentences: what happened, what it means for the money."""
    urgent: bool = False
    """Rings the terminal's bell."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """For the alert command: `dseq`, `chain_id`, `provider`, …; names of letters, digits and underscores."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", clean(self.title, 80))
        object.__setattr__(self, "description", clean(self.description, TEXT_LIMIT))
        object.__setattr__(self, "facts", {clean(k, 40): clean(v) for k, v in self.facts.items()})
