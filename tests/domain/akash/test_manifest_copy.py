"""A provider's copy of a manifest, compared with ours."""

from __future__ import annotations

import json

from akash_tui.domain.akash.manifest_copy import is_copy_of, replaced
from tests import conformance
from tests.fakes.session import SDL, compiled


def test_the_recorded_copy_is_of_its_manifest_and_of_no_other() -> None:
    folder = conformance.SHARED / "recordings" / "provider"
    copy = json.loads(conformance.load(folder / "lease_manifest_get.json")["response"]["body"])
    sent = conformance.load(folder / "manifest_put_ok_jwt_full.json")["request"]["body"]
    assert is_copy_of(copy, sent.encode())
    for old, new in (("nginx:1.27.3", "nginx:1.28"), ("GREETING=", "OTHER="), ("web.example.test", "x.test")):
        assert is_copy_of(copy, sent.replace(old, new).encode()) is False, old
    assert is_copy_of(copy, sent.replace("dcloud", "elsewhere").encode()) is None
    assert is_copy_of({"not": "a manifest"}, sent.encode()) is None


def test_the_order_of_services_says_nothing() -> None:
    two = SDL.replace(
        "services:\n", "services:\n  db: {image: redis, expose: [{port: 6379, to: [{service: web}]}]}\n", 1
    )
    two = two.replace(
        "    dcloud: {profile: web, count: 1}\n",
        "    dcloud: {profile: web, count: 1}\n  db:\n    dcloud: {profile: web, count: 1}\n",
    )
    manifest = compiled(two).manifest_json
    copy = json.loads(manifest)
    copy[0]["services"].reverse()
    assert is_copy_of(copy, manifest)
    del copy[0]["services"][0]
    assert is_copy_of(copy, manifest) is False


def test_what_an_update_replaces_for_sure() -> None:
    old = compiled(SDL).manifest_json
    for words, surely, other in (
        (("nginx:1.27", "nginx:1.28"), {("dcloud", "web")}, set()),
        (("    expose:", "    env: [A=b]\n    expose:"), {("dcloud", "web")}, set()),
        (("        as: 80\n", "        as: 80\n        accept: [a.example.test]\n"), set(), {("dcloud", "web")}),
        (("nginx:1.27", "nginx:1.27"), set(), set()),
    ):
        new = compiled(SDL.replace(*words)).manifest_json
        copy = json.loads(old)
        copy[0]["services"][0]["resources"]["endpoints"] = None  # as a provider gives it
        assert replaced(old, new) == replaced(copy, new) == (surely, other), words
    assert replaced([{"name": "dcloud", "services": [{"name": 7}, None]}, 3], old) == (set(), set())
