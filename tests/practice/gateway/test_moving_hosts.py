"""A practice provider moves host names between leases of one owner, with the real provider's checks."""

from __future__ import annotations

import pytest

import tests.practice.gateway.recorded as rec
from akash_tui.practice.provider.manifest_check import ManifestFault

pytestmark = rec.needs_recordings
HOST = "web.example.test"


def shown(situation: rec.Situation) -> dict[int, bool]:
    return {
        key[1]: HOST in work.status(situation.monotonic)["services"]["web"]["uris"]
        for key, work in situation.tenancy.workloads.items()
    }


def two_leases() -> rec.Situation:
    situation = rec.Situation()
    for dseq in (1160, 1162):
        situation.running(dseq, rec.manifest_of("main"))
    return situation


def test_a_name_moves_there_and_back_and_stays_after_an_update() -> None:
    situation = two_leases()
    assert shown(situation) == {1160: True, 1162: False}
    situation.tenancy.move_hosts(rec.TENANT, [HOST], 1162, 1)
    assert shown(situation) == {1160: False, 1162: True}
    situation.tenancy.submit(situation.world.books, rec.TENANT, 1160, rec.manifest_of("main"))
    assert shown(situation) == {1160: False, 1162: True}
    situation.tenancy.move_hosts(rec.TENANT, [HOST], 1162, 1)  # where it is already
    situation.tenancy.move_hosts(rec.TENANT, [HOST], 1160, 1)
    assert shown(situation) == {1160: True, 1162: False}


@pytest.mark.parametrize(
    ("owner", "hosts", "dseq", "words"),
    [
        (rec.TENANT, [HOST], 9, "destination deployment does not exist"),
        (rec.OTHER, [HOST], 1162, "destination deployment does not exist"),
        (rec.TENANT, [HOST, "b.test"], 1162, 'the hostname "b.test" is not used by this deployment'),
    ],
)
def test_a_refusal_moves_nothing(owner: str, hosts: list[str], dseq: int, words: str) -> None:
    situation = two_leases()
    with pytest.raises(ManifestFault) as caught:
        situation.tenancy.move_hosts(owner, hosts, dseq, 1)
    assert (caught.value.status, caught.value.text) == (400, words)
    assert shown(situation) == {1160: True, 1162: False}


def test_a_name_of_another_tenant_stays_there() -> None:
    situation = two_leases()
    situation.tenancy.hosts[HOST] = (rec.OTHER, 1, 1, 1, rec.PROVIDER)
    with pytest.raises(ManifestFault, match="hostname not allowed"):
        situation.tenancy.move_hosts(rec.TENANT, [HOST], 1162, 1)
