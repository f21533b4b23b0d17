"""How one endpoint's answer can fail, before it becomes an error that a user sees."""

from __future__ import annotations


class EndpointFault(Exception):
    """This endpoint failed; another one, or a later try, may do better. `reason` is clean text."""

    def __init__(self, reason: str, *, retry_after: float | None = None, sent: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after
        """Seconds the endpoint asked us to wait, if it did."""
        self.sent = sent
        """False only if no connection was made, so that the request certainly never arrived."""


class ServesOtherChain(EndpointFault):
    """The endpoint works, but serves another chain: it cannot be used at all."""

    def __init__(self, chain_id: str) -> None:
        super().__init__(f"serves the chain {chain_id or 'without a name'}")
        self.chain_id = chain_id


class NodeError(Exception):
    """The node answered with an error of its own (JSON with a gRPC code): it works, the request does not."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message

    @property
    def not_found(self) -> bool:
        """gRPC code 5: what was asked for is not there."""
        return self.status == 404 and self.code == 5

    @property
    def not_offered(self) -> bool:
        """gRPC code 12: the path is not mounted on this node (another version of the chain)."""
        return self.status == 501 or self.code == 12

    @property
    def node_trouble(self) -> bool:
        """Codes that can be caused by the node as well as by the request: worth asking another node."""
        return self.status >= 500
