"""What an explanation is, and the small good SDL that all examples are made from.

Each example replaces one part of that file, so that a test can check every explanation: the bad example must
report its code, the good one must not.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Final

BASE: Final = """\
version: "2.0"

services:
  web:
    image: nginx:1.27
    env:
      - MODE=fast
    expose:
      - port: 80
        as: 80
        to:
          - global: true
    params:
      storage:
        data:
          mount: /data

profiles:
  compute:
    web:
      resources:
        cpu:
          units: 2
        memory:
          size: 512Mi
        storage:
          - size: 1Gi
          - name: data
            size: 2Gi
        gpu:
          units: 1
          attributes:
            vendor:
              nvidia:
                - model: rtx4090
  placement:
    akash:
      pricing:
        web:
          denom: uact
          amount: 1000

deployment:
  web:
    akash:
      profile: web
      count: 1
"""
WHOLE: Final = BASE
"""As `part`: the example is a whole file."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """One code in plain words. `part` of the good file becomes `bad_part` or `good_part`."""

    code: str
    title: str
    why: str
    part: str
    bad_part: str
    good_part: str
    around: tuple[tuple[str, str], ...] = ()
    """Other replacements that both examples need."""

    def example(self, part: str) -> str:
        """The whole file with this part in it."""
        text = part if self.part == WHOLE else BASE.replace(self.part, part, 1)
        for old, new in self.around:
            text = text.replace(old, new, 1)
        return text

    @property
    def bad(self) -> str:
        """The lines to show as wrong."""
        return _shown(self.bad_part)

    @property
    def good(self) -> str:
        """The lines to show as right."""
        return _shown(self.good_part)


def _shown(part: str) -> str:
    lines = textwrap.dedent(part).strip("\n").splitlines()
    printable = ["".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line) for line in lines]
    return "\n".join([*printable[:12], "…"] if len(printable) > 12 else printable)[:600]


def entry(
    code: str,
    title: str,
    why: str,
    part: str,
    bad: str,
    good: str | None = None,
    around: tuple[tuple[str, str], ...] = (),
) -> Explanation:
    """An explanation whose good example is, if not given, the part as it stands in the good file."""
    return Explanation(code, title, why, part, bad, part if good is None else good, around)
