"""Texts with a mark where the cursor stands."""

from __future__ import annotations

MARK = "▌"


def at_mark(text: str) -> tuple[list[str], int, int]:
    """The lines of a text without its mark, and the mark's row and column."""
    before, _, after = text.partition(MARK)
    row, column = before.count("\n"), len(before) - before.rfind("\n") - 1
    return (before + after).split("\n"), row, column


SDL = """\
version: "2.0"
services:
  web:
    image: nginx:1.27
    args:
      - --model
    env:
      - A=b
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
    small:
      resources:
        cpu: {units: 1}
        memory:
          size: 1Gi
        storage:
          - size: 1Gi
          - name: data
            size: 2Gi
            attributes:
              persistent: true
              class: beta3
        gpu:
          units: 1
          attributes:
            vendor:
              nvidia:
                - model: a100
  placement:
    akash:
      pricing:
        small:
          denom: uact
          amount: 1000
deployment:
  web:
    akash:
      profile: small
      count: 1
"""
