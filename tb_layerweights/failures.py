"""What can go wrong between us and the data, in sentences."""

from __future__ import annotations

from tensorboard import errors

# TensorBoard starts a data server of its own, or was given one that a person started.
NO_DATA_SERVER = (
    "TensorBoard's data server doesn't answer. Start it again, or TensorBoard if that started it."
)


class UnavailableError(errors.PublicError):
    """The data can't be read at the moment (HTTP 503)."""

    http_code = 503


class OnlyUnavailable:
    """Passes over whatever is raised but `UnavailableError`: the rest is there without it."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        return isinstance(error, Exception) and not isinstance(error, UnavailableError)


def grpc_code(error: Exception) -> str:
    """Returns the name of the code with which a data server failed, "" for other failures."""
    code = getattr(error, "code", None)
    return str(getattr(code(), "name", "")) if callable(code) else ""


def kind_of(error: Exception) -> str:
    """Returns what to call a failure; its text may be long, and tell of paths."""
    return grpc_code(error) or type(error).__name__
