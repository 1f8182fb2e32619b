"""Responses: how answers and errors leave, the same way on every route."""

from __future__ import annotations

import hashlib
import json
import selectors
import socket
from collections.abc import Callable
from typing import Any

from tensorboard import errors
from tensorboard.backend import http_util
from werkzeug import Request, Response
from zlib_ng import zlib_ng

from tb_layerweights import __version__
from tb_layerweights.failures import Complaints, UnavailableError
from tb_layerweights.making import Body

JSON = "application/json"

_METHODS = ("GET", "HEAD")
_MOST_ERROR_BYTES = 1000
# A sixth smaller than level 1 for 5 ms more; beyond, time grows faster than it saves.
_COMPRESSION = 5
_GZIP = 31  # zlib's word for gzip's format with the largest window

_complaints = Complaints(seconds=60.0)


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
            if not _is_text(request.query_string):
                raise errors.InvalidArgumentError("Names must be percent-encoded UTF-8.")
            return route(request)
        except errors.PublicError as error:
            return _refuse(request, error)
        except Exception as error:
            _complaints.say(request.path, error)
            return _refuse(request, UnavailableError("The data can't be read at the moment."))

    return Request.application(answer)


def _is_text(query_string: bytes) -> bool:
    """Returns whether werkzeug can take it apart: it has no word for bytes that aren't escaped."""
    try:
        query_string.decode()
    except UnicodeDecodeError:
        return False
    return True


def _refuse(request: Request, error: errors.PublicError) -> Response:
    text = str(error).encode(errors="replace")[:_MOST_ERROR_BYTES].decode(errors="ignore")
    response: Response = http_util.Respond(
        request, text, "text/plain", code=error.http_code, headers=error.headers
    )
    return response


def fingerprint(request: Request, experiment: str, state: str, *, besides: str = "") -> str:
    """Returns a tag for the answer to this question.

    Args:
      request: the question.
      experiment: that it is about.
      state: of every series that the answer depends on.
      besides: a parameter that makes no difference.
    """
    asked = [one for one in request.args.items(multi=True) if one[0] != besides]
    text = repr((__version__, request.path, experiment, asked, state))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def content_tag(answer: dict[str, Any]) -> str:
    """Returns a tag for an answer that is cheaper to make than to remember."""
    text = json.dumps((__version__, answer), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class _NotModified(Response):
    """Keeps its content type, which werkzeug drops and TensorBoard's validator misses."""

    def get_wsgi_headers(self, environ: Any) -> Any:
        headers = super().get_wsgi_headers(environ)
        headers["Content-Type"] = self.headers["Content-Type"]
        return headers


def not_modified(request: Request, etag: str | None, mime_type: str) -> Response | None:
    """Returns the answer to a client that has this answer, of that type, already, else None."""
    if etag is None or not request.if_none_match.contains_weak(etag):
        return None
    response = http_util.Respond(request, b"", mime_type, code=304)
    return _tagged(_NotModified(status=304, headers=response.headers), etag)


def send_json(request: Request, answer: dict[str, Any], etag: str | None = None) -> Response:
    """Returns strict JSON: NaN in an answer is a mistake of ours, and raises."""
    text = json.dumps(answer, allow_nan=False)
    return _tagged(http_util.Respond(request, text, JSON), etag)


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


def packed(content: bytes | str, mime_type: str) -> Body:
    """Returns an answer ready to be sent to anybody."""
    content = content.encode() if isinstance(content, str) else content
    return Body(mime_type, zlib_ng.compress(content, _COMPRESSION, _GZIP))


def unpacked(body: Body) -> bytes:
    """Returns what an answer says."""
    return zlib_ng.decompress(body.gzipped, _GZIP)


def packed_json(answer: dict[str, Any]) -> Body:
    """Returns strict JSON: NaN in an answer is a mistake of ours, and raises."""
    return packed(json.dumps(answer, allow_nan=False), JSON)


def send(request: Request, body: Body, etag: str | None) -> Response:
    """Returns an answer, unpacked where that is not accepted."""
    response = http_util.Respond(request, body.gzipped, body.mime_type, content_encoding="gzip")
    return _tagged(response, etag)


def is_gone(request: Request) -> bool:
    """Returns whether whoever asked has closed the connection meanwhile.

    The server's socket is in the environment of werkzeug's own server, which TensorBoard runs.
    """
    connection = request.environ.get("werkzeug.socket")
    if connection is None:
        return False
    try:
        with selectors.DefaultSelector() as selector:
            selector.register(connection, selectors.EVENT_READ)
            return bool(selector.select(0)) and not connection.recv(1, socket.MSG_PEEK)
    except (OSError, ValueError):
        return True


def _tagged(response: Response, etag: str | None) -> Response:
    response.headers["Vary"] = "Accept-Encoding"
    if etag is not None:
        response.set_etag(etag, weak=True)
    return response
