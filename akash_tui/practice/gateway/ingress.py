"""The web side of practice workloads: each service that is exposed on port 80 has a small page on loopback.

A real provider's ingress finds services by host names. Names that exist nowhere cannot be opened, so here it is
the first part of the path: `http://127.0.0.1:PORT/web-4kd7x2/`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from akash_tui.practice.provider.tenancy import Tenancy
from akash_tui.practice.provider.workloads import Workload

_HEADERS = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'", "Cache-Control": "no-store"}
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{name}</title>
<style>body {{ font: 16px sans-serif; margin: 12% auto; max-width: 34em; color: #222; background: #fafafa }}
td {{ padding: .2em 1.2em .2em 0 }} b {{ color: #a60 }}</style>
<h1>{name}</h1><p><b>PRACTICE</b>: this page is served by the practice network on this machine. Your image does not run;
on a real provider this address leads to it.</p><table>{rows}</table></html>
"""
_NO_MODEL = "This is the practice network: no model runs here. On a real provider your model answers."
MOST_BODY = 1 << 20


def ingress_app(tenancies: Iterable[Tenancy]) -> Starlette:
    """The pages of all services at these providers."""
    known = list(tenancies)

    def service_of(page: str) -> tuple[Workload, str, float] | None:
        for tenancy in known:
            for work in tenancy.workloads.values():
                for name in work.services:
                    if work.page(name) == page:
                        return work, name, tenancy.clock()
        return None

    async def page(request: Request) -> Response:
        found = service_of(request.path_params["page"])
        if found is None:
            return PlainTextResponse("no such service\n", 404)
        work, name, now = found
        if not work.serves(name, now):
            return PlainTextResponse(f"{name} is not ready yet\n", 503, {"Retry-After": "5"})
        path = "/" + request.path_params.get("path", "")
        image = str(work.services[name].spec["image"])
        if path.startswith("/v1/") and "vllm" in image:
            return await _openai(request, path)
        rows = {"service": name, "image": image, "deployment": str(work.lease[1]), "provider": work.host, "path": path}
        cells = "".join(f"<tr><td>{escape(key)}<td>{escape(value)}" for key, value in rows.items())
        return HTMLResponse(_PAGE.format(name=escape(name), rows=cells), headers=_HEADERS)

    methods = ["GET", "POST"]
    return Starlette(
        routes=[Route("/{page}", page, methods=methods), Route("/{page}/{path:path}", page, methods=methods)]
    )


async def _openai(request: Request, path: str) -> Response:
    """An answer in the form of the OpenAI API, which says that nobody computed it."""
    if path == "/v1/models":
        return JSONResponse({"object": "list", "data": [{"id": "practice", "object": "model", "owned_by": "practice"}]})
    if path != "/v1/chat/completions":
        return JSONResponse({"error": {"message": f"no {path} here", "type": "invalid_request_error"}}, 404)
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BODY:
            return JSONResponse({"error": {"message": "too large", "type": "invalid_request_error"}}, 413)
    try:
        asked: Any = json.loads(bytes(body))
        model = str(asked["model"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return JSONResponse({"error": {"message": "send a model and messages", "type": "invalid_request_error"}}, 400)
    choice = {"index": 0, "message": {"role": "assistant", "content": _NO_MODEL}, "finish_reason": "stop"}
    return JSONResponse({"id": "practice", "object": "chat.completion", "model": model, "choices": [choice]})
