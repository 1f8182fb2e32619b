"""What is here: the runs, and the outline of one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from tensorboard import errors

from tb_layerweights import notices
from tb_layerweights.keras_graph import layer_kinds
from tb_layerweights.layers import Outline, outline
from tb_layerweights.names import is_collided, name_tags
from tb_layerweights.natural import natural_key
from tb_layerweights.notices import Notice
from tb_layerweights.query import quote
from tb_layerweights.series import Listed
from tb_layerweights.source import Source

Answer = dict[str, Any]


def runs(source: Source) -> Answer:
    """Returns the answer of `/runs`."""
    with_histograms, graphs = source.histogram_runs(), source.keras_graphs()
    bare = [run for run in source.run_names() if run not in with_histograms]
    keras = [run for run in bare if run in graphs]
    listed = [_run(run, with_histograms.get(run, [])) for run in [*with_histograms, *keras]]
    said = []
    if keras:
        said.append(notices.no_histograms(keras, keras=True))
    elif not with_histograms:
        said.append(notices.no_histograms(bare, keras=False) if bare else notices.empty_logdir())
    return {"runs": sorted(listed, key=lambda run: natural_key(run["run"])), "notices": said}


def _run(run: str, series: Sequence[Listed]) -> Answer:
    names = name_tags(one.tag for one in series)
    last_wall_time = max((one.last_wall_time for one in series), default=math.nan)
    return {
        "run": run,
        "series": len(series),
        "layers": len({name.layer for name in names.values()}),
        "last_step": max((one.last_step for one in series), default=None),
        "last_wall_time": last_wall_time if math.isfinite(last_wall_time) else None,
    }


def listing(source: Source, run: str) -> list[Listed]:
    """Returns the series of a run, none for one that only holds a Keras graph.

    Raises:
      NotFoundError: there is no such run, or it holds neither histograms nor a graph.
    """
    listed = source.histogram_tags(run)
    if not listed and run not in source.keras_graphs():
        raise errors.NotFoundError(f"There are no histograms for the run {quote(run)}.")
    return listed


def outline_of(source: Source, run: str, listed: Sequence[Listed]) -> Answer:
    """Returns the answer of `/outline`."""
    plan = outline(listed, layer_kinds(source.keras_config(run)))
    return {
        "run": run,
        "layers": [asdict(layer) for layer in plan.layers],
        "notices": _outline_notices(run, plan, listed),
    }


def _outline_notices(run: str, plan: Outline, listed: Sequence[Listed]) -> list[Notice]:
    if not listed:
        return [notices.no_histograms([run], keras=True)]
    said = []
    collided = [one.tag for one in listed if is_collided(one.tag)]
    if collided:
        said.append(notices.collided_tags(collided))
    if plan.by_name:
        said.append(notices.order_by_name())
    last = max(one.last_step for one in listed)
    early = [one.tag for one in listed if one.last_step < last / 2]
    if early:
        said.append(notices.stopped_early(early, last))
    return said
