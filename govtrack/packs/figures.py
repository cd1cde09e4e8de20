"""Figures drawn from data as SVG: titled and described for a screen reader, patterned for print.

No state is told by colour alone: each has its own pattern and its number beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from markupsafe import Markup

from govtrack.errors import visible
from govtrack.packs.contents import STATES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from govtrack.packs.contents import State
    from govtrack.packs.views import Group

BAR, LABEL, NUMBERS = 16, 210, 60
INK, PALE, RULE = "#1b2a3a", "#ffffff", "#5b6876"
FILLS: dict[State, str] = {
    "covered": INK,
    "stale": "url(#{}-stale)",
    "proposed": "url(#{}-proposed)",
    "open": PALE,
}


@dataclass(frozen=True, slots=True)
class Mark:
    """Something on the timeline: a day, or days from `on` to `until`."""

    label: str
    on: date
    until: date | None = None
    kind: str = "held"  # held, due, overdue


@dataclass(frozen=True, slots=True)
class Frame:
    """How a figure is laid out: its width, and where bars begin.

    With `stacked` a row's words stand above its bar, for a narrow screen.
    """

    width: int
    left: int
    row: int
    stacked: bool = False


WIDE = Frame(720, 320, 26)
NARROW = Frame(350, 0, 40, stacked=True)


def coverage(name: str, title: str, groups: Sequence[Group], frame: Frame = WIDE) -> Markup:
    """One stacked bar a group, as long as it has requirements; `name` is unique on a page."""
    most = max([group.total for group in groups] + [1])
    scale = (frame.width - frame.left - (4 if frame.stacked else NUMBERS + 10)) / most
    said = "; ".join(f"{g.ref}: {_in_words(g.counts)}" for g in groups) or "nothing to show"
    rows = [
        _bar(name, group, index * frame.row, scale, frame) for index, group in enumerate(groups)
    ]
    legend, below = _legend(name, len(groups) * frame.row + 16, frame)
    drawn = _patterns(name) + Markup("").join(rows) + legend
    return drawing(name, title, f"{said}.", (frame.width, below), drawn)


def timeline(
    name: str, title: str, marks: Sequence[Mark], today: date, frame: Frame = WIDE
) -> Markup:
    """Marks on one line of time, each on a row of its own with its date written out."""
    if not marks:
        return drawing(
            name, title, "None recorded.", (frame.width, 24), lettering(0, 16, "None recorded.")
        )
    left, right = (6, frame.width - 12) if frame.stacked else (LABEL, frame.width - 90)
    row = 34 if frame.stacked else 20
    first = min([mark.on for mark in marks] + [today]) - timedelta(days=20)
    last = max([mark.until or mark.on for mark in marks] + [today]) + timedelta(days=20)
    across = (right - left) / max(1, (last - first).days)

    def x(day: date) -> float:
        return round(left + (day - first).days * across, 1)

    height = len(marks) * row + 46
    years = [
        _line(x(date(year, 1, 1)), 18, height - 22, dash="1 3")
        + lettering(x(date(year, 1, 1)) + 3, 12, str(year), size=10)
        for year in range(first.year + 1, last.year + 1)
    ]
    rows = [
        _mark(mark, 34 + index * row + (14 if frame.stacked else 0), x, frame)
        for index, mark in enumerate(marks)
    ]
    at = min(max(x(today), 45), frame.width - 45)
    now = _line(x(today), 18, height - 18, width=1.5) + lettering(
        at, height - 6, f"as at {today.isoformat()}", size=10, anchor="middle", bold=True
    )
    said = "; ".join(f"{m.label}: {_days(m)}, {m.kind}" for m in marks)
    drawn = Markup("").join([*years, now, *rows])
    return drawing(name, title, f"{said}.", (frame.width, height), drawn)


def _bar(name: str, group: Group, top: float, scale: float, frame: Frame) -> Markup:
    drawn = [
        lettering(0, top + 14, group.ref, bold=True),
        lettering(76, top + 14, _cut(group.title, 34 if frame.stacked else 48), 10),
    ]
    x, y = float(frame.left), top + (18 if frame.stacked else 2)
    for state, count in group.counts.items():
        if not count:
            continue
        width = round(count * scale, 1)
        drawn.append(rect(x, y, width, BAR, FILLS[state].format(name)))
        if width > 7 * len(str(count)) + 2:  # room for the figures
            drawn.append(_counted(x + width / 2, y + 12, count, state))
        x += width
    done = f"{group.counts['covered']} of {group.total}"
    drawn.append(lettering(frame.width, top + 14, done, 11, anchor="end", bold=True))
    return Markup("").join(drawn)


def rect(x: float, y: float, width: float, height: float, fill: str) -> Markup:
    """A bar or a plate with a thin edge."""
    return Markup(
        '<rect x="{}" y="{}" width="{}" height="{}" fill="{}" stroke="{}" stroke-width=".8"/>'
    ).format(round(x, 1), round(y, 1), width, height, fill, INK)


def _counted(x: float, y: float, count: int, state: State) -> Markup:
    if state == "covered":
        return lettering(x, y, str(count), 10, anchor="middle", fill=PALE, bold=True)
    wide = 6.5 * len(str(count)) + 2
    plate = Markup('<rect x="{}" y="{}" width="{}" height="11" fill="{}"/>').format(
        round(x - wide / 2, 1), round(y - 9, 1), wide, PALE
    )
    return plate + lettering(x, y, str(count), 10, anchor="middle", bold=True)


def _legend(name: str, top: float, frame: Frame) -> tuple[Markup, float]:
    """What the fills mean, and where the figure ends."""
    drawn, x, y = [], 0.0, top
    for state, words in STATES.items():
        wide = 34 + len(words) * 5.9
        if x and x + wide > frame.width + 20:
            x, y = 0.0, y + 16
        drawn.append(rect(x, y, 14, 10, FILLS[state].format(name)))
        drawn.append(lettering(x + 19, y + 9, words, 10))
        x += wide
    return Markup("").join(drawn), y + 18


def _patterns(name: str) -> Markup:
    return Markup(
        '<defs><pattern id="{n}-stale" width="5" height="5" patternUnits="userSpaceOnUse">'
        '<rect width="5" height="5" fill="{p}"/>'
        '<path d="M0 5L5 0" stroke="{i}" stroke-width="1.3"/>'
        '</pattern><pattern id="{n}-proposed" width="5" height="5" patternUnits="userSpaceOnUse">'
        '<rect width="5" height="5" fill="{p}"/><circle cx="2.5" cy="2.5" r=".9" fill="{i}"/>'
        "</pattern></defs>"
    ).format(n=name, i=INK, p=PALE)


def _mark(mark: Mark, y: float, x: Callable[[date], float], frame: Frame) -> Markup:
    words = y - 9 if frame.stacked else y + 4
    at = x(mark.on)
    drawn = [lettering(0, words, _cut(mark.label, 36), 10.5)]
    if mark.until is not None:
        width = max(2, round(x(mark.until) - at, 1))
        drawn.append(rect(at, y - 4, width, 8, INK if mark.kind == "held" else PALE))
    else:
        fill = INK if mark.kind == "held" else PALE
        dot = '<circle cx="{}" cy="{}" r="4.5" fill="{}" stroke="{}" stroke-width="1.4"/>'
        drawn.append(Markup(dot).format(at, y, fill, INK))  # noqa: S704  (a constant)
    if mark.kind == "overdue":
        drawn.append(lettering(at, y + 4, "!", 11, anchor="middle", bold=True))
    drawn.append(lettering(frame.width, words, _days(mark), 10, anchor="end"))
    return Markup("").join(drawn)


def _days(mark: Mark) -> str:
    return (mark.until or mark.on).isoformat()


def _in_words(counts: dict[State, int]) -> str:
    return ", ".join(f"{count} {STATES[state]}" for state, count in counts.items())


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "\u2026"


def _line(x: float, top: float, bottom: float, width: float = 0.8, dash: str = "none") -> Markup:
    return Markup(
        '<path d="M{} {}V{}" stroke="{}" stroke-width="{}" stroke-dasharray="{}"/>'
    ).format(x, top, bottom, RULE, width, dash)


def lettering(
    x: float, y: float, text: str, size: float = 12, *,
    anchor: str = "start", fill: str = INK, bold: bool = False,
) -> Markup:  # fmt: skip
    """Words at a place; what a person wrote is escaped and shown."""
    return Markup(
        '<text x="{}" y="{}" font-size="{}" text-anchor="{}" fill="{}"{}>{}</text>'
    ).format(
        round(x, 1), round(y, 1), size, anchor, fill,
        Markup(' font-weight="bold"') if bold else "", visible(text),
    )  # fmt: skip


def drawing(name: str, title: str, said: str, size: tuple[int, float], inner: Markup) -> Markup:
    """A whole figure; `name` is unique on a page, `said` tells in words what it shows."""
    return Markup(
        '<svg class="figure {c}" role="img" aria-labelledby="{n}-t {n}-d" viewBox="0 0 {w} {h}" '
        'width="{w}" height="{h}" xmlns="http://www.w3.org/2000/svg">'
        '<title id="{n}-t">{t}</title><desc id="{n}-d">{d}</desc>{i}</svg>'
    ).format(
        c="narrow" if size[0] < WIDE.width else "broad",
        n=name, w=size[0], h=size[1], t=visible(title), d=visible(said), i=inner,
    )  # fmt: skip
