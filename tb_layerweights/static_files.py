"""The frontend as TensorBoard serves it: a few files, read once, and nothing else."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

_DIRECTORY = Path(__file__).parent / "static"

# Hard-coded: what `mimetypes` says depends on the machine (on Windows, on its registry).
_TYPES = {
    "index.js": "text/javascript",
    "files.js": "text/javascript",
    "index.js.map": "application/json",
    "worker.js": "text/javascript",
    "index.css": "text/css",
}

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


def load_assets() -> dict[str, Asset]:
    """Returns the files by their path below the plugin; `/index.js` is always among them."""
    assets = {"/index.js": Asset(_NOT_BUILT, "text/javascript")}
    for name, mime_type in _TYPES.items():
        try:
            asset = Asset((_DIRECTORY / name).read_bytes(), mime_type)
        except OSError:
            continue
        assets[f"/{name}"] = assets[f"/static/{name}"] = asset
    return assets


def version(assets: dict[str, Asset]) -> str:
    """Returns a short text that changes whenever a file does."""
    digest = hashlib.sha256()
    for path in sorted(assets):
        digest.update(assets[path].content)
    return digest.hexdigest()[:16]
