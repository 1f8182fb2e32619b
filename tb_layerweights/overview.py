"""What is here: the runs, and the outline of one."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Iterator, Sequence
from typing import Any

from tensorboard import errors

from tb_layerweights import notices
from tb_layerweights.events import EventFiles
from tb_layerweights.layers import Layer, Outline
from tb_layerweights.names import is_collided, name_tags
from tb_layerweights.natural import natural_key
from tb_layerweights.notices import Notice
from tb_layerweights.reading import Contents, contents, network
from tb_layerweights.series import Listed
from tb_layerweights.source import Source

Answer = dict[str, Any]

# Seconds by which TensorBoard may lag behind the files of a training: it reads every few seconds.
STALE = 600.0
# Files that are newer by so much than what they hold were not written by a training, but copied.
COPIED = 24 * 3600.0


def runs(source: Source, files: EventFiles) -> Answer:
    """Returns the answer of `/runs`."""
    with_histograms, graphs = source.histogram_runs(), source.keras_graphs()
    bare = [run for run in source.run_names() if run not in with_histograms]
    keras = [run for run in bare if run in graphs]
    listed = [_run(run, with_histograms[run], source, files) for run in with_histograms]
    listed += [_run(run, [], source, files) for run in keras]
    said = []
    if keras:
        said.append(notices.no_histograms(keras, keras=True))
    elif not with_histograms:
        said.append(notices.no_histograms(bare, keras=False) if bare else notices.empty_logdir())
    said += _stale(source, files, listed)
    return {"runs": sorted(listed, key=lambda run: natural_key(run["run"])), "notices": said}


def _run(run: str, series: Sequence[Listed], source: Source, files: EventFiles) -> Answer:
    names = name_tags(one.tag for one in series)
    if any(is_collided(one.tag) for one in series):
        # The run may have grown, or gone, since it was listed.
        with contextlib.suppress(errors.NotFoundError):
            known = contents(source, files, run)
            series = known.listed
            parts = {key: part.name for key, part in known.parts.items()}
            names = {**name_tags(one.tag for one in series if one.tag not in parts), **parts}
    last_wall_time = max((one.last_wall_time for one in series), default=math.nan)
    return {
        "run": run,
        "series": len(series),
        "layers": len({name.layer for name in names.values()}),
        "last_step": max((one.last_step for one in series), default=None),
        "last_wall_time": last_wall_time if math.isfinite(last_wall_time) else None,
    }


def _stale(source: Source, files: EventFiles, listed: Sequence[Answer]) -> Iterator[Notice]:
    """Yields a notice for runs whose files are being written but of which nothing new is heard."""
    now = time.time()
    for run in listed:
        written = files.written(run["run"])
        heard = run["last_wall_time"]
        if written is None or heard is None or now - written > STALE or written - heard < STALE:
            continue
        heard = max(heard, source.last_wall_time(run["run"]))
        if STALE <= written - heard <= COPIED:
            yield notices.stale(run["run"], now - written, now - heard)


def outline_of(source: Source, files: EventFiles, known: Contents) -> Answer:
    """Returns the answer of `/outline`."""
    plan = network(source, known)
    return {
        "run": known.run,
        "readings": ["kept", "every"] if known.local else ["kept"],
        "layers": [_layer(layer) for layer in plan.layers],
        "notices": _outline_notices(known, plan, files),
    }


def _layer(layer: Layer) -> Answer:
    # `asdict` takes ten times as long.
    parameters = [one._asdict() for one in layer.parameters]
    return {"layer": layer.layer, "kind": layer.kind, "parameters": parameters}


def _outline_notices(known: Contents, plan: Outline, files: EventFiles) -> list[Notice]:
    listed = known.listed
    if not listed and not known.every:
        return [notices.no_histograms([known.run], keras=True)]
    said = []
    mixed = [tag for tag in known.collided if not any(p.tag == tag for p in known.parts.values())]
    if mixed:
        said.append(notices.collided_tags(mixed))
    if known.parts and not known.by_graph:
        said.append(notices.matched_by_position(list(known.parts)))
    elif known.parts:
        said.append(notices.taken_apart(list(known.parts)))
    problems = files.problems(known.run) if known.every or known.parts else []
    if problems:
        said.append(notices.unreadable_file(problems))
    if plan.by_name:
        said.append(notices.order_by_name())
    return said
