"""Everything a person does to get the tab, done in environments that know nothing of this one."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from build import ProjectBuilder

from tests.matrix import smoke
from tests.serving import announced

ROOT = Path(__file__).parents[1]
BUNDLE = "tb_layerweights/static/index.js"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources in which nothing was built or installed yet."""
    copy = tmp_path_factory.mktemp("source") / "tb-layerweights"
    built = (".*", "*.egg-info", "build", "dist", "logs", "node_modules", "static", "__pycache__")
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*built))
    shutil.copy(ROOT / "frontend" / ".npmrc", copy / "frontend")
    return copy


@pytest.fixture(scope="module")
def distributions(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An sdist, and the wheel that is built from it."""
    folder = tmp_path_factory.mktemp("distributions")
    call(sys.executable, "-m", "build", "--outdir", folder, source, cwd=folder)
    return folder


@pytest.fixture(scope="module")
def python(distributions: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a new environment that holds the wheel and what it asks for."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    call(python, "-m", "pip", "install", "--quiet", "--prefer-binary", wheel(distributions))
    return python


@pytest.fixture(scope="module")
def address(python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """TensorBoard from the new environment, with no Node.js on PATH."""
    folder = tmp_path_factory.mktemp("serving")
    output = folder / "output"
    with output.open("w") as file:
        server = subprocess.Popen(
            [python.parent / "tensorboard", "--logdir", folder, "--port", "0"],
            cwd=folder,
            env={"PATH": str(python.parent), "HOME": str(folder)},
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        yield announced(server, output)
    finally:
        server.terminate()
        server.wait()


def test_the_sdist_carries_the_bundle_the_sources_and_the_tests(distributions: Path) -> None:
    (path,) = distributions.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {
        BUNDLE,
        "frontend/.npmrc",
        "frontend/package-lock.json",
        "frontend/src/index.ts",
        "tests/test_install.py",
        "LICENSE",
        "Makefile",
        "SECURITY.md",
        "constraints.txt",
    } <= names
    assert not [name for name in names if "node_modules" in name]


def test_the_wheel_carries_the_bundle_its_licences_the_contract_and_the_types(
    distributions: Path,
) -> None:
    with zipfile.ZipFile(wheel(distributions)) as archive:
        names = set(archive.namelist())
        scripts = [name for name in names if re.fullmatch(r"tb_layerweights/static/.+\.js", name)]
        assert BUNDLE in scripts
        assert sum(archive.getinfo(name).file_size for name in scripts) > 100_000
        licenses = archive.read("tb_layerweights/static/licenses.txt").decode()
    documents = {
        f"tb_layerweights/{name}" for name in ("http_api.md", "openapi.json", "record/FORMAT.md")
    }
    assert {*documents, "tb_layerweights/py.typed"} <= names
    assert all(name in licenses for name in ("preact", "@preact/signals"))
    assert not [name for name in names if name.startswith(("tests/", "frontend/", "examples/"))]


@pytest.fixture(scope="module")
def unpacked(distributions: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sdist, unpacked."""
    (path,) = distributions.glob("*.tar.gz")
    folder = tmp_path_factory.mktemp("sdist")
    # Python 3.14 asks for a filter, the first releases of 3.10 and 3.11 know none.
    safe: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
    with tarfile.open(path) as archive:
        archive.extractall(folder, **safe)
    (unpacked,) = folder.iterdir()
    return unpacked


def test_only_sources_without_a_bundle_ask_for_node(
    source: Path, unpacked: Path, tmp_path: Path
) -> None:
    assert asks_for_node(unbuilt(source, tmp_path / "copy"))
    assert not asks_for_node(unpacked)


def test_an_sdist_installs_where_there_is_no_node(unpacked: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "environment", with_pip=True)
    pip = (tmp_path / "environment" / "bin" / "python", "-m", "pip", "install", "--quiet")
    call(*pip, "setuptools>=77")
    # With what is there, or not at all.
    call(*pip, "--no-build-isolation", "--no-index", "--no-deps", unpacked)
    (installed,) = tmp_path.glob("environment/lib/*/site-packages/tb_layerweights/static")
    shipped = unpacked / "tb_layerweights" / "static"
    assert sorted(path.name for path in installed.iterdir()) == sorted(os.listdir(shipped))
    for path in installed.iterdir():
        assert path.read_bytes() == (shipped / path.name).read_bytes()


def test_the_wheel_needs_neither_tensorflow_nor_torch(python: Path) -> None:
    listed = call(python, "-m", "pip", "list", "--format", "json")
    installed = {package["name"].lower() for package in json.loads(listed)}
    assert {"tensorboard", "safetensors", "numpy"} <= installed
    assert not {"tensorflow", "tensorflow-cpu", "keras", "torch", "scikit-learn"} & installed


def test_tensorboard_lists_the_tab(address: str) -> None:
    listing = json.loads(fetch(f"{address}/data/plugins_listing"))
    assert listing["layer_weights"]["tab_name"] == "Layer Weights"
    assert listing["layer_weights"]["loading_mechanism"]["type"] == "IFRAME"


def test_the_frontend_is_served_from_the_wheel(address: str, distributions: Path) -> None:
    with zipfile.ZipFile(wheel(distributions)) as archive:
        for name in archive.namelist():
            if name.endswith(".js"):
                served = name.replace("tb_layerweights/", f"{address}/data/plugin/layer_weights/")
                assert fetch(served) == archive.read(name)


def test_every_asset_that_the_page_refers_to_is_in_the_wheel(address: str) -> None:
    smoke.check_page(address)


def test_an_editable_install_builds_the_bundle(source: Path, tmp_path: Path) -> None:
    copy = unbuilt(source, tmp_path / "copy")
    venv.create(tmp_path / "environment", with_pip=False)
    python = tmp_path / "environment" / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python)
    call(*pip, "install", "--quiet", "--no-deps", "--editable", copy)
    assert (copy / BUNDLE).exists()
    scripts = (copy / BUNDLE).parent.glob("*.js")
    assert sum(path.stat().st_size for path in scripts) > 100_000


@pytest.mark.parametrize("kind", ["sdist", "wheel"])
def test_a_build_that_cannot_place_the_bundle_fails(
    kind: str, source: Path, tmp_path: Path
) -> None:
    copy = unbuilt(source, tmp_path / "copy")
    (copy / "frontend" / "src" / "index.ts").write_text('import "./missing";\n')
    command = [sys.executable, "-m", "build", f"--{kind}", "--outdir", tmp_path / "out", copy]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode != 0
    assert "The frontend could not be built" in done.stdout + done.stderr
    assert not [path for path in tmp_path.glob("out/*") if path.is_file()]


def asks_for_node(folder: Path) -> bool:
    """Whether pip has to fetch Node.js for a build there."""
    builder = ProjectBuilder(folder)
    asked = builder.build_system_requires | builder.get_requires_for_build("wheel")
    return any(one.startswith("nodejs") for one in asked)


def unbuilt(source: Path, copy: Path) -> Path:
    built = shutil.ignore_patterns("static", "node_modules", "build", "*.egg-info")
    return Path(shutil.copytree(source, copy, ignore=built))


def wheel(distributions: Path) -> Path:
    (path,) = distributions.glob("*.whl")
    return path


def call(*command: str | Path, cwd: Path | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, env=clean(), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def clean() -> dict[str, str]:
    """The environment without Node.js, and without what points into this repository."""
    folders = os.environ["PATH"].split(os.pathsep)
    without_node = [folder for folder in folders if not (Path(folder) / "node").exists()]
    return {**os.environ, "PATH": os.pathsep.join(without_node), "PYTHONPATH": ""}


def fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=60) as response:
        body: bytes = response.read()
    return body
