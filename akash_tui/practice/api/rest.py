"""The chain's REST server."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from akash_tui.practice.api import rest_akash, rest_cosmos, rest_market
from akash_tui.practice.api.router import Router
from akash_tui.practice.chain.world import World

METHODS = ["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH"]


def rest_router(world: World) -> Router:
    """Everything REST serves."""
    return Router(world, [*rest_cosmos.ROUTES, *rest_market.ROUTES, *rest_akash.ROUTES])


def rest_app(world: World) -> Starlette:
    """The REST server as an ASGI application."""
    router = rest_router(world)

    async def answer(request: HttpRequest) -> Response:
        path = request.scope.get("raw_path", b"").split(b"?")[0].decode("latin-1") or request.url.path
        status, data = router.answer(request.method, path, dict(request.query_params), await request.body())
        return JSONResponse(data, status, {"grpc-metadata-x-cosmos-block-height": str(world.height)})

    return Starlette(routes=[Route("/{path:path}", answer, methods=METHODS)])
