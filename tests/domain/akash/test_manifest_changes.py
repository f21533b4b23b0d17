"""What differs between two manifests, in words a person can read."""

from __future__ import annotations

import json

from akash_tui.domain.akash.manifest_changes import changes


def manifest(**service: object) -> bytes:
    return json.dumps([{"name": "g", "services": [{"name": "web", **service}]}]).encode()


def test_nested_parts_are_told_one_by_one_and_not_as_json() -> None:
    old = {"cpu": {"units": {"val": "1000"}}, "storage": [{"name": "default", "size": {"val": "512"}}], "gpu": None}
    new = {"cpu": {"units": {"val": "2000"}}, "storage": [{"name": "default", "size": {"val": "512"}}], "gpu": None}
    told = changes(manifest(resources=old), manifest(resources=new))
    assert [str(change) for change in told] == ["web: resources cpu units val 1000 → 2000"]


def test_a_part_of_a_list_goes_by_its_name() -> None:
    old = {"storage": [{"name": "data", "mount": "/a"}]}
    new = {"storage": [{"name": "data", "mount": "/b"}, {"name": "more", "mount": "/c"}]}
    told = [str(change) for change in changes(manifest(params=old), manifest(params=new))]
    assert "web: params storage data mount /a → /b" in told
    assert "web: params storage more mount /c added" in told


def test_secrets_are_never_shown() -> None:
    told = changes(
        manifest(env=["TOKEN=one"], credentials={"password": "p1"}),
        manifest(env=["TOKEN=two"], credentials={"password": "p2"}),
    )
    assert len(told) == 2
    assert not any(secret in str(change) for change in told for secret in ("one", "two", "p1", "p2"))
