"""Manifests read, hashed and checked as Go does: texts of its JSON errors, golden hashes, every refusal."""

from __future__ import annotations

import base64
import copy
import json
from typing import Any

import pytest

from akash_tui.practice.provider.go_json import GoJsonError, decode_first, encode
from akash_tui.practice.provider.manifest_check import ManifestFault, check_manifest, compare, validate
from akash_tui.practice.provider.manifest_value import to_go, version
from tests.conformance import SHARED
from tests.practice.gateway.recorded import manifest_of, needs_recordings, recording, spec_of
from tests.practice.gateway.tenant import web_manifest

MODELS = ("h100",)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (b"", "EOF"),
        (b" \n ", "EOF"),
        (b"{", "unexpected EOF"),
        (b"[1, 2", "unexpected EOF"),
        (b'"abc', "unexpected EOF"),
        (b"tru", "unexpected EOF"),
        (b"{x", "invalid character 'x' looking for beginning of object key string"),
        (b'{"a" 1}', "invalid character '1' after object key"),
        (b'{"a":1 "b"', "invalid character '\"' after object key:value pair"),
        (b"[1 2]", "invalid character '2' after array element"),
        (b"[1,]", "invalid character ']' looking for beginning of value"),
        (b"nul!", "invalid character '!' in literal null (expecting 'l')"),
        (b"[01]", "invalid character '1' after array element"),
        (b"[-]", "invalid character ']' in numeric literal"),
        (b"[1.]", "invalid character ']' after decimal point in numeric literal"),
        (b"[1e]", "invalid character ']' in exponent of numeric literal"),
        (b'["\\x"]', "invalid character 'x' in string escape code"),
        (b'["\\u00g"]', "invalid character 'g' in \\u hexadecimal character escape"),
        (b'["a\nb"]', "invalid character '\\n' in string literal"),
        (b"'", "invalid character '\\'' looking for beginning of value"),
        pytest.param(b"[" * 600, "exceeded max depth", id="deep"),
    ],
)
def test_broken_json_gets_gos_words(text: bytes, error: str) -> None:
    with pytest.raises(GoJsonError) as caught:
        decode_first(text)
    assert str(caught.value) == error


def test_only_the_first_value_is_looked_at() -> None:
    assert decode_first(b" [1] trailing {{{") == [1]


def test_text_is_escaped_as_go_does() -> None:
    assert encode({"b": "<a> & \u2028 é", "a": [None, True]}, sort=True) == (
        '{"a":[null,true],"b":"\\u003ca\\u003e \\u0026 \\u2028 é"}'.encode()
    )


@pytest.mark.parametrize(
    ("path", "value", "error"),
    [
        (("count",), "1", "cannot unmarshal string into Go struct field Service.services.count of type uint32"),
        (("count",), -1, "cannot unmarshal number -1 into Go struct field Service.services.count of type uint32"),
        (("count",), 1.5, "cannot unmarshal number 1.5 into Go struct field Service.services.count of type uint32"),
        (("env",), "A=1", "cannot unmarshal string into Go struct field Service.services.env of type []string"),
        (("image",), True, "cannot unmarshal bool into Go struct field Service.services.image of type string"),
        (("resources", "cpu", "units", "val"), 5, "cannot unmarshal number into Go value of type string"),
        (("resources", "cpu", "units", "val"), "x", "failed to set big.Int from string: x"),
    ],
)
def test_a_wrong_type_gets_gos_words(path: tuple[str, ...], value: Any, error: str) -> None:
    manifest = web_manifest(*MODELS)
    place: Any = manifest[0]["services"][0]
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(GoJsonError) as caught:
        to_go(manifest)
    assert str(caught.value).removeprefix("json: ") == error


@needs_recordings
def test_the_hash_is_the_one_on_chain() -> None:
    inputs = recording("sdl_inputs")
    for name, want in inputs["hash"].items():
        assert base64.b64encode(version(manifest_of(name))).decode() == want


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"no golden manifests at {SHARED}")
def test_every_golden_manifest_survives_the_round_trip() -> None:
    files = list(SHARED.glob("sdl-official/**/manifest.json"))
    assert files
    for file in files:
        assert to_go(decode_first(file.read_bytes())) == json.loads(file.read_text()), file


def changed(**service: Any) -> list[dict[str, Any]]:
    manifest = copy.deepcopy(web_manifest(*MODELS))
    manifest[0]["services"][0] |= service
    return manifest


def exposed(**expose: Any) -> list[dict[str, Any]]:
    (row,) = web_manifest(*MODELS)[0]["services"][0]["expose"]
    return changed(expose=[row | expose])


def doubled() -> list[dict[str, Any]]:
    one = web_manifest(*MODELS)
    return one + copy.deepcopy(one)


@pytest.mark.parametrize(
    ("manifest", "status", "text"),
    [
        ([], 422, "manifest is empty"),
        ([{"name": "a", "services": None}], 422, 'group "a" contains no services'),
        (changed(name=""), 422, "service name is empty"),
        (changed(name="Web"), 422, 'service "Web" name is invalid'),
        (changed(image=""), 422, 'service "web" has empty image name'),
        (changed(env=["1A=2"]), 422, 'service "web" defines an env. var. with an invalid name "1A"'),
        (exposed(port=0), 422, 'service "web": port value must be 0 < value <= 65535 '),
        (exposed(proto="SCTP"), 422, 'service "web": protocol "SCTP" unknown'),
        (exposed(hosts=["A_b"]), 422, 'service "web": has invalid hostname "A_b"'),
        (exposed(hosts=["a.example", "a.example"]), 422, 'service "web": hostname "a.example" is duplicated'),
        (exposed(**{"global": False}), 422, "zero global services"),
        (doubled(), 422, 'duplicate group "dcloud"'),
    ],
)
def test_a_bad_manifest_is_named(manifest: list[dict[str, Any]], status: int, text: str) -> None:
    with pytest.raises(ManifestFault) as caught:
        validate(manifest)
    assert caught.value.status == status
    assert caught.value.text.startswith(f"invalid manifest: {text}")


def resized(**resources: Any) -> list[dict[str, Any]]:
    manifest = web_manifest(*MODELS)
    manifest[0]["services"][0]["resources"] |= resources
    return manifest


@pytest.mark.parametrize(
    ("manifest", "text"),
    [
        (changed(count=2), 'service "web": over-utilized replicas (2) > group spec resources count (1)'),
        (resized(id=2), 'service "web": not found deployment group resources with ID = 2'),
        (resized(cpu={"units": {"val": "1"}}), 'service "web": CPU resources mismatch for ID 1'),
        (resized(gpu={"units": {"val": "2"}}), 'service "web": GPU resources mismatch for ID 1'),
        (resized(memory={"size": {"val": "1"}}), 'service "web": Memory resources mismatch for ID 1'),
        (resized(storage=[]), 'service "web": Storage resources mismatch for ID 1'),
        (exposed(port=81, externalPort=81), 'service "web": resource ID 1: over-utilized PORT endpoints'),
        (changed(count=0), "resources ID (1): under-utilized (1) resources"),
        (changed(expose=[]), "resources ID (1): under-utilized (1) HTTP endpoints"),
    ],
)
def test_a_manifest_that_is_not_the_groups_is_named(manifest: list[dict[str, Any]], text: str) -> None:
    with pytest.raises(ManifestFault) as caught:
        compare(manifest, spec_of(web_manifest(*MODELS)))
    assert caught.value.text == f'manifest cross-validation error: group "dcloud": {text}'
    assert caught.value.status == 422


def test_a_good_manifest_passes_and_its_hash_counts() -> None:
    manifest = web_manifest(*MODELS)
    check_manifest(manifest, version(manifest), spec_of(manifest))
    with pytest.raises(ManifestFault, match="version validation failed"):
        check_manifest(manifest, bytes(32), spec_of(manifest))
