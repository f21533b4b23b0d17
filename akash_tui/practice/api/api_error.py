"""Errors of the REST gateway: an HTTP status, a gRPC code and a message."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """An answer that is not 200."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message

    @property
    def json(self) -> dict[str, Any]:
        """The body."""
        return {"code": self.code, "message": self.message, "details": []}


def bad_request(message: str) -> ApiError:
    """400, gRPC code 3."""
    return ApiError(400, 3, message)


def not_found(message: str) -> ApiError:
    """404, gRPC code 5."""
    return ApiError(404, 5, message)


def unknown(message: str) -> ApiError:
    """500, gRPC code 2."""
    return ApiError(500, 2, message)


NOT_MOUNTED = ApiError(501, 12, "Not Implemented")
