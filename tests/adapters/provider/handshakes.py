"""The recorded TLS handshakes of a real provider daemon, and how our client must meet each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Met:
    """`host`: of the provider's address, which decides what name we ask for; `public`: a CA certificate was shown."""

    host: str
    public: bool = False
    names: tuple[str | None, ...] = ()
    """The names that the server heard, one a handshake."""


HANDSHAKES: dict[str, Met | None] = {
    "tls_sni_localhost": Met("localhost", names=("localhost",)),
    "tls_sni_mtls_localhost": Met("mtls.localhost", names=("mtls.localhost",)),
    "tls_sni_other": Met("example.test", names=("example.test",)),
    "tls_no_sni": Met("127.0.0.1", names=(None,)),
    "tls_alpn_h2": Met("localhost", names=("localhost",)),
    # a provider with a CA certificate for its host as well: by name the second handshake trusts it
    "tls_ca_sni_localhost": Met("localhost", public=True, names=("localhost", "localhost")),
    "tls_ca_sni_mtls": Met("mtls.localhost", names=("mtls.localhost",)),
    "tls_ca_no_sni": Met("127.0.0.1", names=(None,)),
    # the daemon compares the case; we write every host in lower case, and so get the public one
    "tls_ca_sni_uppercase": Met("LOCALHOST", names=("localhost", "localhost")),
    "tls_1_2_refused": None,
    "tls_onchain_certificate": None,
}
