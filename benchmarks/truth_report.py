"""What `benchmarks.truth` found, as a table with the causes of every number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

# Axis, bins and bits: what the page asks for all charts, and for one parameter at full size.
VIEWS = (("linear", 64, 8), ("symlog", 64, 8), ("linear", 256, 16))
# What is left to rounding.
SLACK = 0.005
HEAD = (
    "# What is drawn, against the truth",
    "Made by `make truth`: {size:,} numbers from distributions that are known, as float32, logged "
    "by each writer, read through TensorBoard's data server (its Python loader gives the same) and "
    "asked for as the page asks, with the robust range.",
    "Errors are the share of all values that is drawn in a wrong place, in percent: the total "
    "variation distance between the drawn bins, flat within each, and the true distribution, what "
    "is off-scale included. A point (zeros, a constant, an outlier) is in its place within one bin "
    "of the coarser picture. *TensorBoard* is the Histograms tab: 30 bins between the lowest and "
    "the highest edge of all steps, each bucket spread evenly. *64* is every chart, *256* one "
    "parameter at full size. *Held* is how many of the logged buckets hold anything.",
    "The last four columns say where the error of the linear 64 bins comes from. *Noise*: the "
    "sample itself, counted in these bins, against the truth. *Bins*: the true shares in these "
    "bins. *Buckets*: what the true shares in the logged buckets, drawn our way, add to that. "
    "*Levels*: heights as 8-bit numbers. Causes may cancel each other out.",
)
TABLE = (
    "| distribution | writer | held | TensorBoard | linear 64 | symlog 64 | linear 256 "
    "| noise | bins | buckets | levels |\n|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n"
)


@dataclass(frozen=True)
class View:
    """One picture's error and what it is made of, as shares of all values."""

    ours: float
    bins: float  # the true shares in its bins
    buckets: float  # the true shares in the logged buckets, drawn as ours
    noise: float  # the sample in its bins against the truth
    levels: float  # heights as 8 or 16 bits

    @property
    def unexplained(self) -> float:
        return self.ours - self.buckets - self.noise - self.levels


@dataclass(frozen=True)
class Row:
    name: str
    writer: str
    buckets: int
    theirs: float
    views: tuple[View, ...]

    @property
    def worse(self) -> bool:
        """Whether TensorBoard's picture is nearer to the truth, and not by chance."""
        linear = self.views[0]
        return linear.ours > self.theirs + linear.noise + linear.levels + SLACK


def merged(found: Sequence[Row]) -> list[Row]:
    """Returns the rows with writers that can't be told apart as one."""
    together: list[Row] = []
    for one in found:
        if together and same(together[-1], one):
            before = together.pop()
            one = replace(before, writer=f"{before.writer}, {one.writer}")
        together.append(one)
    return together


def same(one: Row, other: Row) -> bool:
    return cells(replace(one, writer="")) == cells(replace(other, writer=""))


def percent(share: float) -> str:
    return f"{100 * share:.1f}"


def cells(row: Row) -> list[str]:
    linear, symlog, fine = row.views
    shares = (row.theirs, linear.ours, symlog.ours, fine.ours)
    causes = (linear.noise, linear.bins, linear.buckets - linear.bins, linear.levels)
    return [row.name, row.writer, str(row.buckets), *map(percent, (*shares, *causes))]


def report(found: Sequence[Row], size: int) -> str:
    """Returns the table as Markdown, with what explains it."""
    found = merged(found)
    table = "\n".join(f"| {' | '.join(cells(one))} |" for one in found)
    head = "\n\n".join(HEAD).format(size=size)
    return "\n\n".join((head, TABLE + table, *explanations(found))) + "\n"


def explanations(found: Sequence[Row]) -> Iterator[str]:
    """Yields why the numbers are as they are, each with the rows it holds for."""
    odd = [
        f"{one.name} ({one.writer}, {axis} {bins}): {percent(view.unexplained)} % unexplained"
        for one in found
        for (axis, bins, _), view in zip(VIEWS, one.views, strict=True)
        if view.unexplained > SLACK
    ]
    worse = [one for one in found if one.worse]
    coarse = [one for one in found if one.views[0].buckets - one.views[0].bins > 0.02]
    curved = [one for one in found if one not in coarse and one.views[0].bins > 0.02]
    wide = [one for one in found if one.theirs > max(3 * one.views[0].ours, 0.05)]
    levels = [one for one in found if one.views[0].levels > 0.005]
    yield (
        "No number is unexplained: each of ours is at most what its bins, its buckets, its levels "
        f"and the sample's noise add up to, and {100 * SLACK:g} %."
        if not odd
        else "**Unexplained:** " + "; ".join(odd) + "."
    )
    yield (
        "Nowhere is ours further from the truth than TensorBoard's, but for noise and levels."
        if not worse
        else f"**Further from the truth than TensorBoard's:** {named(worse)}."
    )
    yield (
        "**The logged buckets don't have it** (*buckets* above 2 %). A bucket says how many values "
        "it holds, not where in it they lie. torch and tensorboardX make buckets 10 % apart "
        "whatever the values are: numbers that are all near 1 share two or three of them, and "
        "those near 1e-12, the finest edge, few. `tf.summary.histogram` makes 30 between the "
        "smallest and the largest value: an outlier, a heavy tail or a sharp peak leaves most "
        "values to a few of them. There more buckets help: its argument `buckets`. "
        f"{named(coarse)}."
    )
    yield (
        "**A narrow peak wants more bins** (*bins* above 2 %, *buckets* below): 64 bins are flat "
        "steps here, while the page draws a smooth curve through their middles; 256, at full size, "
        f"are nearer in every such row{exception(curved)}. {named(curved)}."
    )
    yield (
        "**Low parts beside a high point** (*levels* above 0.5 %): with 8 bits a bin lower than a "
        "510th of the highest is drawn as nothing, which is less than half a pixel in a chart "
        f"of 250; at full size the page asks for 16 bits. {named(levels)}."
    )
    yield (
        "**Where TensorBoard's picture is off** by more than 5 % and three times ours: its 30 bins "
        "reach from the lowest to the highest edge of any step, so that one outlier at one step "
        "squeezes all steps into one or two bins, and a constant from torch is smeared over its "
        f"bucket. {named(wide)}."
    )


def exception(curved: Sequence[Row]) -> str:
    farther = [one for one in curved if one.views[2].ours >= one.views[0].ours]
    return f", but for {named(farther)}" if farther else ""


def named(found: Sequence[Row]) -> str:
    together: dict[str, list[str]] = {}
    for one in found:
        together.setdefault(one.name, []).append(one.writer)
    return "; ".join(f"{name} ({', '.join(by)})" for name, by in together.items()) or "No row"
