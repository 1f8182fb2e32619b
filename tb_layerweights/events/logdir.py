"""The event files of a run, found without ever leaving the log directory."""

from __future__ import annotations

import os

from tb_layerweights.natural import natural_key


def event_files(logdir: str | None, run: str) -> list[str]:
    """Returns the real paths of a run's event files, in natural order of their names.

    None for a log directory that isn't a local one, and for a run that lies outside of it or
    isn't there. Never raises.

    Args:
      logdir: as TensorBoard was given it; trusted.
      run: untrusted: a path relative to `logdir`, "." for `logdir` itself.
    """
    try:
        return _event_files(logdir or "", run)
    except (OSError, ValueError):  # ValueError: what can't be a path, such as NUL
        return []


def _event_files(logdir: str, run: str) -> list[str]:
    if not logdir or "://" in logdir or not _is_name(run):
        return []
    root = os.path.realpath(os.path.expanduser(logdir))
    directory = os.path.realpath(os.path.join(root, run))
    if not _is_inside(directory, root):
        return []
    with os.scandir(directory) as entries:
        names = [entry.name for entry in entries if "tfevents" in entry.name and entry.is_file()]
    paths = [
        os.path.realpath(os.path.join(directory, name)) for name in sorted(names, key=natural_key)
    ]
    return list(dict.fromkeys(path for path in paths if _is_inside(path, root)))


def _is_name(run: str) -> bool:
    parts = run.replace(os.sep, "/").split("/")
    return run != "" and not os.path.isabs(run) and ".." not in parts


def _is_inside(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)
