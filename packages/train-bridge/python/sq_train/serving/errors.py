"""What a client is told, and the one way to fail at the start that the worker's own errors do not have."""

from __future__ import annotations

from typing import Any, Optional

from ..errors import ErrorClass, WorkerError


class MemoryShortError(WorkerError):
    """The weights do not fit into the memory that is free."""

    error_class: ErrorClass = "oom"


class ApiError(Exception):
    """A request that is refused or failed, in OpenAI's shape.

    Example: ApiError(400, "'n' is 0; give a whole number of at least 1.", param="n")
    """

    def __init__(
        self, status: int, message: str, *, param: Optional[str] = None, code: Optional[str] = None, retry_after: Optional[int] = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.param = param
        self.code = code
        self.retry_after = retry_after

    def to_body(self) -> dict[str, Any]:
        kind = "invalid_request_error" if self.status < 500 else "server_error"
        return {"error": {"message": str(self), "type": kind, "param": self.param, "code": self.code}}


class ClientGone(Exception):
    """Nobody waits for the answer any more."""


def prompt_too_long(tokens: int, most: int) -> ApiError:
    message = f"The prompt has {tokens} tokens, and the context length is {most}, the reply included. Shorten the prompt."
    return ApiError(400, message, param="prompt", code="context_length_exceeded")
