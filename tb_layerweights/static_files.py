"""The frontend as TensorBoard serves it: a few files, read once, and nothing else."""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass
from pathlib import Path

_DIRECTORY = Path(__file__).parent / "static"

# Hard-coded: what `mimetypes` says depends on the machine (on Windows, on its registry).
_TYPES = {".js": "text/javascript", ".map": "application/json", ".css": "text/css"}

# The files import each other by relative names: the page begins with the one beside the others.
_ENTRY = b'export * from "./static/index.js";\n'

_NOT_BUILT = b"""\
export function render() {
  document.body.textContent =
    "The frontend of Layer Weights was not built: install the package with pip.";
}
"""


@dataclass(frozen=True, slots=True)
class Asset:
    content: bytes
    mime_type: str
    etag: str


def load_assets() -> dict[str, Asset]:
    """Returns the files by their path below the plugin; `/static/index.js` is always among them."""
    contents = {"index.js": _NOT_BUILT}
    with contextlib.suppress(OSError):
        for path in _DIRECTORY.iterdir():
            if path.suffix in _TYPES and path.is_file():
                contents[path.name] = path.read_bytes()
    assets = {f"/static/{name}": _asset(name, content) for name, content in contents.items()}
    assets["/index.js"] = _asset("index.js", _ENTRY)
    return assets


def _asset(name: str, content: bytes) -> Asset:
    digest = hashlib.sha256(content).hexdigest()
    return Asset(content, _TYPES[Path(name).suffix], etag=digest[:16])


def version(assets: dict[str, Asset]) -> str:
    """Returns a short text that changes whenever a file does."""
    digest = hashlib.sha256()
    for path in sorted(assets):
        digest.update(path.encode() + assets[path].content)
    return digest.hexdigest()[:16]
