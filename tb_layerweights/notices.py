"""What a person must know about their data: a closed list, each with its cause and the fix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

Notice = dict[str, Any]

_KERAS_LINE = "tf.keras.callbacks.TensorBoard(log_dir=..., histogram_freq=1)"
_OTHER_LINES = (
    "PyTorch: writer.add_histogram(name, parameter, step) for every model.named_parameters(); "
    "TensorFlow: tf.summary.histogram(name, variable, step=step)."
)

_EVERY = "tensorboard --logdir ... --samples_per_plugin=histograms=0 keeps every step."


def empty_logdir() -> Notice:
    return _notice(
        "empty_logdir",
        "info",
        "TensorBoard has found no run in the log directory yet.",
        "Start a training that logs there, or check the path given to --logdir.",
    )


def no_histograms(runs: Sequence[str], keras: bool) -> Notice:
    """The runs hold a Keras graph (`keras`) or scalars, but not a single histogram."""
    if keras:
        text = (
            f"Keras' TensorBoard callback logged {_some(runs, 'run')} without any weights, "
            "because its histogram_freq is 0, the default."
        )
        return _notice("no_histograms", "warning", text, _KERAS_LINE)
    text = f"There are no weights to show: no histogram was logged to {_some(runs, 'run')}."
    return _notice("no_histograms", "info", text, f"Keras: {_KERAS_LINE}; {_OTHER_LINES}")


def collided_tags(tags: Sequence[str]) -> Notice:
    """The event files, which could tell the layers apart, can't be read."""
    text = (
        "Keras 3.0 to 3.13 gave the weights of all layers the same few names, such as "
        f"{_short(tags[0])}, so what is shown under such a name mixes several layers."
    )
    fix = (
        "The layers can be told apart where the event files are in TensorBoard's log directory, on "
        "its own machine. Keras 3.14 or later (pip install -U keras) names them."
    )
    return _notice("collided_tags", "warning", text, fix, tags)


def taken_apart(keys: Sequence[str]) -> Notice:
    text = (
        "Keras 3.0 to 3.13 gave the weights of all layers the same few names. They were told apart "
        "by the order in which they were written, and named by the model's graph."
    )
    return _notice("taken_apart", "info", text, "Keras 3.14 or later names them itself.", keys)


def matched_by_position(keys: Sequence[str]) -> Notice:
    text = (
        "Keras 3.0 to 3.13 gave the weights of all layers the same few names. They were told apart "
        "by the order in which they were written; the layers are numbered, since the log holds no "
        "graph of the model that fits them."
    )
    return _notice("matched_by_position", "info", text, "Keras 3.14 or later names them.", keys)


def order_by_name() -> Notice:
    return _notice(
        "order_by_name",
        "info",
        "The wall times of this run don't tell in which order its layers were written, so layers "
        "are sorted by the model's graph where it was logged, and by name.",
    )


def stopped_early(tags: Sequence[str], stopped: int, last_step: int) -> Notice:
    """The first of `tags` was the earliest to stop, at step `stopped`."""
    text = (
        f"Nothing more was logged of {_some(tags, 'series')} after step {stopped}, while others go "
        f"on to step {last_step}."
    )
    fix = (
        "If this was not meant, look at the steps just before: PyTorch's add_histogram fails once "
        "all values are NaN."
    )
    return _notice("stopped_early", "warning", text, fix, tags)


def sampled(tags: Sequence[str], kept: int) -> Notice:
    text = (
        f"TensorBoard has kept only {kept} steps of {_some(tags, 'series')}, chosen at random; "
        "the others are in the log."
    )
    return _notice("sampled", "info", text, _EVERY, tags)


def first_step_missing(tags: Sequence[str], first: int) -> Notice:
    text = (
        f"The beginning of {_some(tags, 'series')} may be missing: the earliest step that "
        f"TensorBoard has kept is {first}."
    )
    return _notice("first_step_missing", "info", text, "", tags)


def stale(run: str, written: float, heard: float) -> Notice:
    """Files of the run were written to `written` seconds ago, the newest record is `heard` old."""
    text = (
        f"The event files of the run {_short(run)} were written to {_ago(written)}, but the newest "
        f"record that TensorBoard has of it was made {_ago(heard)}."
    )
    fix = "If the training goes on, TensorBoard may have stopped reading: start it again."
    return _notice("stale", "warning", text, fix)


def unreadable_file(problems: Sequence[str]) -> Notice:
    text = f"An event file can't be read to its end: {problems[0]}."
    fix = "What was logged before that place is complete."
    return _notice("unreadable_file", "warning", text, fix)


def thinned(shown: int, kept: int) -> Notice:
    text = f"At most {shown} of up to {kept} steps are shown of each series, evenly spread."
    return _notice("thinned", "info", text, "A parameter at full size shows more of them.")


def non_finite(
    tags: Sequence[str], layer: str, step: int, lost: tuple[float, float] | None = None
) -> Notice:
    """The record of the first of `tags`, in `layer`, was the earliest to show NaN or infinity.

    Args:
      tags: the series that show any.
      layer: of the first of them.
      step: of that record.
      lost: how many of how many values it has lost, where that is logged.
    """
    where = f"{_some(tags, 'series')}, first seen in {_short(layer)}, at step {step}"
    many = f": {_count(lost[0])} of {_count(lost[1])} values" if lost is not None else ""
    text = f"There are NaN or infinite values in {where}{many}."
    fix = "Look at the steps just before it; a lower learning rate or clipped gradients may help."
    return {**_notice("non_finite", "error", text, fix, tags), "step": step}


def unreadable_series(tags: Sequence[str]) -> Notice:
    text = f"Some records can't be read or are no histograms, in {_some(tags, 'series')}."
    fix = "Look up the reason given for each of them; the other series are complete."
    return _notice("unreadable_series", "warning", text, fix, tags)


def coarse_buckets(tags: Sequence[str], buckets: int) -> Notice:
    text = (
        f"At most {buckets} buckets a step were logged of {_some(tags, 'series')}: details finer "
        "than a bucket are interpolated."
    )
    return _notice("coarse_buckets", "info", text, "", tags)


def _notice(
    code: str,
    level: Literal["info", "warning", "error"],
    text: str,
    fix: str = "",
    tags: Sequence[str] = (),
) -> Notice:
    notice: Notice = {"code": code, "level": level, "text": text, "fix": fix}
    return {**notice, "tags": list(tags)} if tags else notice


def _some(names: Sequence[str], noun: str) -> str:
    if len(names) == 1:
        return f"the {noun} {_short(names[0])}"
    many = noun if noun.endswith("s") else noun + "s"
    return f"{len(names)} {many} ({_short(names[0])}, ...)"


def _count(number: float) -> str:
    return f"{number:,.0f}" if number < 1e15 else f"{number:g}"


def _short(name: str) -> str:
    return repr(_cut(name))


def _cut(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:38]}...{text[-38:]}"


def _ago(seconds: float) -> str:
    amount, unit = (seconds / 60, "minute") if seconds < 5400 else (seconds / 3600, "hour")
    whole = round(amount)
    return "just now" if whole < 1 else f"{whole} {unit}{'s' * (whole > 1)} ago"
