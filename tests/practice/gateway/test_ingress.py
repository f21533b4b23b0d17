"""The pages of practice services."""

from __future__ import annotations

import httpx

from akash_tui.practice.gateway.ingress import ingress_app
from akash_tui.practice.provider.programs import program_of
from akash_tui.practice.provider.tenancy import Tenancy
from akash_tui.practice.provider.workloads import Workload
from tests.practice.gateway.tenant import web_manifest

VLLM = "vllm/vllm-openai:v0.11.0"


def served(image: str) -> tuple[httpx.AsyncClient, Workload, list[float]]:
    """A client of the pages, a workload that runs this image, and its clock."""
    clock = [1000.0]
    tenancy = Tenancy("akash1p", "attic.example", lambda: clock[0], 5.0, 2.0, rate=1e9, web="127.0.0.1:1")
    work = Workload(("akash1t", 7, 1, 1, "akash1p"), "attic.example", 5.0, 2.0, rate=tenancy.rate, web=tenancy.web)
    (group,) = web_manifest()
    group["services"][0]["image"] = image
    work.deploy(group, clock[0])
    tenancy.workloads[work.lease] = work
    transport = httpx.ASGITransport(ingress_app([tenancy]))
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:1"), work, clock


async def test_a_service_has_a_page_once_it_runs() -> None:
    client, work, clock = served("nginx:1.27.3<script>")
    (uri,) = work.service_status("web", clock[0])["uris"]
    assert uri == f"127.0.0.1:1/{work.page('web')}"
    assert (await client.get(f"http://{uri}")).status_code == 503
    clock[0] += 60
    page = await client.get(f"http://{uri}/some/path")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "PRACTICE" in page.text
    assert "/some/path" in page.text
    assert "<script>" not in page.text
    assert (await client.get("/other")).status_code == 404


async def test_a_chat_server_answers_in_its_own_form() -> None:
    client, work, clock = served(VLLM)
    base = f"/{work.page('web')}/v1"
    clock[0] += work.start_of(work.services["web"])
    assert (await client.get(f"{base}/models")).status_code == 503, "its weights are not loaded"
    clock[0] += program_of(VLLM).serves_after
    assert (await client.get(f"{base}/models")).json()["data"]
    answer = (await client.post(f"{base}/chat/completions", json={"model": "qwen", "messages": []})).json()
    assert answer["model"] == "qwen"
    assert "no model runs here" in answer["choices"][0]["message"]["content"]
    assert (await client.post(f"{base}/chat/completions", content=b"[" * 100_000)).status_code == 400
    assert (await client.post(f"{base}/chat/completions", content=b" " * 2_000_000)).status_code == 413
