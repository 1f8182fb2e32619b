"""Responses: how answers and errors leave, the same way on every route."""

from __future__ import annotations

import gzip
import hashlib
import json
import logging
import math
from collections.abc import Callable, Iterable
from typing import Any

from tensorboard import errors
from tensorboard.backend import http_util
from werkzeug import Request, Response

from tb_layerweights import __version__
from tb_layerweights.series import Listed
from tb_layerweights.source import UnavailableError

_METHODS = ("GET", "HEAD")
_MOST_ERROR_CHARACTERS = 900
# A tenth smaller than level 1 for a hundredth of a second; beyond, time grows faster than it saves.
_COMPRESSION = 5

_log = logging.getLogger("tensorboard")


class MethodNotAllowedError(errors.PublicError):
    """Only GET and HEAD are answered (HTTP 405)."""

    http_code = 405

    def __init__(self) -> None:
        super().__init__("Only GET and HEAD are answered here.")
        self.headers.append(("Allow", ", ".join(_METHODS)))


def guarded(route: Callable[[Request], Response]) -> Any:
    """Returns a WSGI application that answers errors as one sentence, and never with a 500."""

    def answer(request: Request) -> Response:
        try:
            if request.method not in _METHODS:
                raise MethodNotAllowedError
            return route(request)
        except errors.PublicError as error:
            return _refuse(request, error)
        except Exception:
            _log.warning("Layer Weights could not answer %s", request.path, exc_info=True)
            return _refuse(request, UnavailableError("The data can't be read at the moment."))

    return Request.application(answer)


def _refuse(request: Request, error: errors.PublicError) -> Response:
    text = str(error)[:_MOST_ERROR_CHARACTERS]
    response: Response = http_util.Respond(
        request, text, "text/plain", code=error.http_code, headers=error.headers
    )
    return response


def fingerprint(request: Request, listed: Iterable[Listed]) -> str | None:
    """Returns a tag for the answer to this question, None if the data can't tell their age.

    Args:
      request: the question.
      listed: every series that the answer depends on.
    """
    digest = hashlib.sha256(repr((__version__, request.full_path)).encode())
    for one in listed:
        if not math.isfinite(one.last_wall_time):
            return None
        digest.update(repr((one.tag, one.last_step, one.last_wall_time)).encode())
    return digest.hexdigest()[:32]


def content_tag(answer: dict[str, Any]) -> str:
    """Returns a tag for an answer that is cheaper to make than to remember."""
    text = json.dumps((__version__, answer), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def not_modified(request: Request, etag: str | None) -> Response | None:
    """Returns the answer to a client that has this answer already, else None."""
    if etag is None or not request.if_none_match.contains_weak(etag):
        return None
    return _tagged(http_util.Respond(request, b"", "text/plain", code=304), etag)


def send_json(request: Request, answer: dict[str, Any], etag: str | None = None) -> Response:
    """Returns strict JSON: NaN in an answer is a mistake of ours, and raises."""
    text = json.dumps(answer, allow_nan=False)
    return _tagged(http_util.Respond(request, text, "application/json"), etag)


def send_text(
    request: Request,
    text: str | bytes,
    mime_type: str,
    etag: str | None = None,
    *,
    expires: int = 0,
) -> Response:
    """Returns text that the browser may keep for `expires` seconds."""
    return _tagged(http_util.Respond(request, text, mime_type, expires=expires), etag)


def send_bytes(request: Request, body: bytes, etag: str | None = None) -> Response:
    """Returns binary data, gzipped if asked: TensorBoard itself compresses only text."""
    encoding = None
    if request.accept_encodings["gzip"] > 0:
        body, encoding = gzip.compress(body, compresslevel=_COMPRESSION, mtime=0), "gzip"
    response = http_util.Respond(
        request, body, "application/octet-stream", content_encoding=encoding
    )
    return _tagged(response, etag)


def _tagged(response: Response, etag: str | None) -> Response:
    response.headers["Vary"] = "Accept-Encoding"
    if etag is not None:
        response.set_etag(etag, weak=True)
    return response
