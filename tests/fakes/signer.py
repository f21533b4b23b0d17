"""A key that signs nothing that anybody checks."""

from __future__ import annotations

from tests.fakes.chain import OWNER


class FakeSigner:
    address = OWNER
    public_key = b"\x02" + bytes(32)

    def sign(self, message: bytes) -> bytes:
        return bytes(64)
