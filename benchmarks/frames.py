"""How smoothly a page moves: times between frames, and of the script that makes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from playwright.sync_api import Frame, Page

# Each makes a movement in every frame and returns milliseconds between the frames.
SCRUB = """async () => {
    const slider = document.querySelector('input[type=range]');
    const frames = [];
    const steps = Number(slider.max) + 1;
    const rounds = Math.ceil(100 / steps);
    let before = await new Promise(requestAnimationFrame);
    for (let frame = 0; frame < rounds * steps; frame++) {
        slider.value = frame % steps;
        slider.dispatchEvent(new Event('input', {bubbles: true}));
        const now = await new Promise(requestAnimationFrame);
        frames.push(now - before);
        before = now;
    }
    return frames;
}"""
# What reaches furthest beyond its sight is what a person scrolls: there and back, once.
SCROLL = """async () => {
    const beyond = (box) => box.scrollHeight - box.clientHeight;
    const scrolls = (box) => /auto|scroll/.test(getComputedStyle(box).overflowY);
    const inner = (root) => [...root.querySelectorAll('*')].flatMap(
        (one) => one.shadowRoot ? [one, ...inner(one.shadowRoot)] : [one]);
    const boxes = inner(document).filter((one) => one.clientHeight > 300 && scrolls(one));
    const box = boxes.sort((a, b) => beyond(b) - beyond(a))[0];
    if (!box || beyond(box) < 100) return [];
    const frames = [];
    let before = await new Promise(requestAnimationFrame);
    for (let frame = 0; frame < 240; frame++) {
        box.scrollTop += frame < 120 ? 60 : -60;
        const now = await new Promise(requestAnimationFrame);
        frames.push(now - before);
        before = now;
    }
    return frames;
}"""
# Every so many bytes, those that are garbage at the end included.
SAMPLING: dict[str, Any] = {
    "samplingInterval": 4096,
    "includeObjectsCollectedByMajorGC": True,
    "includeObjectsCollectedByMinorGC": True,
}
IDLE = ("(idle)", "(program)", "(root)")


@dataclass(frozen=True)
class Motion:
    """Milliseconds of a movement that goes on with every frame."""

    median: float  # between two frames
    slow: float  # between two frames, the 95th percentile
    script: float  # of script in a frame, on average
    kilobytes: float  # allocated in a frame, on average


def motion(page: Page, frame: Frame, script: str) -> Motion | None:
    """Returns how smoothly `frame` makes the movement, None if there is nothing to move.

    It is made twice: what is allocated is sampled the second time.
    """
    session = page.context.new_cdp_session(page)
    session.send("Profiler.enable")
    session.send("Profiler.start")
    frames = frame.evaluate(script)
    profile = session.send("Profiler.stop")["profile"]
    if not frames:
        session.detach()
        return None
    session.send("HeapProfiler.enable")
    session.send("HeapProfiler.startSampling", SAMPLING)
    again = frame.evaluate(script)
    sampled = session.send("HeapProfiler.stopSampling")["profile"]["head"]
    session.detach()
    median, slow = np.percentile(frames, (50, 95))
    script_ms = busy(profile) / len(frames)
    return Motion(float(median), float(slow), script_ms, allocated(sampled) / len(again) / 1000)


def allocated(node: dict[str, Any]) -> float:
    """Returns the bytes of a heap profile."""
    return float(node["selfSize"]) + sum(map(allocated, node["children"]))


def busy(profile: dict[str, Any]) -> float:
    """Returns the milliseconds of a CPU profile in which any script ran."""
    names = {node["id"]: node["callFrame"]["functionName"] for node in profile["nodes"]}
    samples = zip(profile["samples"], profile["timeDeltas"], strict=True)
    return sum(delta for sample, delta in samples if names[sample] not in IDLE) / 1000
