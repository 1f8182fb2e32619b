"""What development is pinned to."""

from __future__ import annotations

import importlib.metadata
from collections import defaultdict

import pytest
from build.util import project_wheel_metadata
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.matrix.cells import PYTHONS
from tests.matrix.environments import ROOT

TEXT = (ROOT / "constraints.txt").read_text(encoding="utf-8")


def pins() -> dict[str, list[Requirement]]:
    found: dict[str, list[Requirement]] = defaultdict(list)
    for line in TEXT.splitlines():
        if not line.startswith("#"):
            requirement = Requirement(line)
            found[canonicalize_name(requirement.name)].append(requirement)
    return found


PINS = pins()
OURS = "tb-layerweights"


def brought() -> set[str]:
    """Returns every distribution that the development environment has for a reason."""
    ours = project_wheel_metadata(ROOT, isolated=False).get_all("Requires-Dist") or []
    found: set[str] = set()
    waiting = [(OURS, ours, frozenset({"dev"}))]
    seen = set()
    while waiting:
        name, texts, extras = waiting.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        for wanted in map(Requirement, texts):
            contexts = [{"extra": extra} for extra in extras or {""}]
            if wanted.marker is None or any(map(wanted.marker.evaluate, contexts)):
                other = canonicalize_name(wanted.name)
                more = ours if other == OURS else importlib.metadata.requires(other) or []
                waiting.append((other, more, frozenset(wanted.extras)))
                found.add(other)
    return found - {OURS}


BROUGHT = sorted(brought())


def test_development_brings_its_tools_and_what_these_bring() -> None:
    assert {"mypy", "pytest", "pluggy", "tensorboard", "absl-py", "uv"} <= set(BROUGHT)


@pytest.mark.parametrize("name", BROUGHT)
def test_what_development_brings_is_pinned_to_what_is_here(name: str) -> None:
    here = [pin for pin in PINS[name] if pin.marker is None or pin.marker.evaluate()]
    (pin,) = here
    ((operator, version),) = [(one.operator, one.version) for one in pin.specifier]
    assert operator == "=="
    # A build of its own, such as torch's for CPUs, says so behind a plus.
    assert Version(importlib.metadata.version(name)).public == version


@pytest.mark.parametrize("python", PYTHONS)
def test_no_python_has_two_pins_for_one_distribution(python: str) -> None:
    environment = {"python_version": python, "python_full_version": f"{python}.4"}
    for name, found in PINS.items():
        assert all(str(pin.specifier).startswith("==") for pin in found), name
        fit = [pin for pin in found if pin.marker is None or pin.marker.evaluate(environment)]
        assert len(fit) <= 1, name
        if name in ("numpy", "tensorboard", "pytest"):
            assert fit, name
