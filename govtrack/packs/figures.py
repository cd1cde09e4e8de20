"""Figures drawn from data as SVG: titled and described for a screen reader, patterned for print.

No state is told by colour alone: each has its own pattern and its number beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from govtrack.errors import visible
from govtrack.packs.contents import STATES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govtrack.packs.contents import State
    from govtrack.packs.views import Group

WIDTH = 720
ROW, BAR, LABEL, NUMBERS = 26, 16, 210, 60
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


def coverage(name: str, title: str, groups: Sequence[Group]) -> Markup:
    """One stacked bar a group, as long as it has requirements; `name` is unique on a page."""
    most = max((group.total for group in groups), default=1)
    scale = (WIDTH - LABEL - NUMBERS - 10) / most
    said = "; ".join(f"{g.ref}: {_in_words(g.counts)}" for g in groups) or "nothing to show"
    rows = [_bar(name, group, index * ROW, scale) for index, group in enumerate(groups)]
    height = len(groups) * ROW + 34
    legend = _legend(name, height - 12)
    return _svg(name, title, f"{said}.", height, _patterns(name) + Markup("").join(rows) + legend)


def timeline(name: str, title: str, marks: Sequence[Mark], today: date) -> Markup:
    """Marks on one line of time, each on a row of its own with its date written out."""
    if not marks:
        return _svg(name, title, "None recorded.", 24, _text(0, 16, "None recorded."))
    first = min([mark.on for mark in marks] + [today]) - timedelta(days=20)
    last = max([mark.until or mark.on for mark in marks] + [today]) + timedelta(days=20)
    across = (WIDTH - LABEL - 90) / max(1, (last - first).days)

    def x(day: date) -> float:
        return round(LABEL + (day - first).days * across, 1)

    height = len(marks) * 20 + 46
    years = [
        _line(x(date(year, 1, 1)), 18, height - 22, dash="1 3")
        + _text(x(date(year, 1, 1)) + 3, 12, str(year), size=10)
        for year in range(first.year + 1, last.year + 1)
    ]
    rows = [_mark(mark, 34 + index * 20, x) for index, mark in enumerate(marks)]
    now = _line(x(today), 18, height - 18, width=1.5) + _text(
        x(today), height - 6, f"as at {today.isoformat()}", size=10, anchor="middle", bold=True
    )
    said = "; ".join(f"{m.label}: {_days(m)}, {m.kind}" for m in marks)
    return _svg(name, title, f"{said}.", height, Markup("").join([*years, now, *rows]))


def _bar(name: str, group: Group, top: float, scale: float) -> Markup:
    drawn = [
        _text(0, top + 14, group.ref, bold=True),
        _text(76, top + 14, _cut(group.title, 24), 10),
    ]
    x = float(LABEL)
    for state, count in group.counts.items():
        if not count:
            continue
        width = round(count * scale, 1)
        fill = FILLS[state].format(name)
        drawn.append(
            Markup(
                '<rect x="{}" y="{}" width="{}" height="{}" fill="{}" stroke="{}" '
                'stroke-width=".8"/>'
            ).format(round(x, 1), top + 2, width, BAR, fill, INK)
        )
        if width > 16:  # noqa: PLR2004  (room for two figures)
            drawn.append(_counted(x + width / 2, top + 14, count, state))
        x += width
    done = group.counts["covered"]
    drawn.append(_text(WIDTH, top + 14, f"{done} of {group.total}", 11, anchor="end", bold=True))
    return Markup("").join(drawn)


def _counted(x: float, y: float, count: int, state: State) -> Markup:
    if state == "covered":
        return _text(x, y, str(count), 10, anchor="middle", fill=PALE, bold=True)
    plate = Markup('<rect x="{}" y="{}" width="16" height="11" fill="{}"/>').format(
        round(x - 8, 1), y - 9, PALE
    )
    return plate + _text(x, y, str(count), 10, anchor="middle", bold=True)


def _legend(name: str, top: float) -> Markup:
    drawn, x = [], 0.0
    for state, words in STATES.items():
        drawn.append(
            Markup('<rect x="{}" y="{}" width="14" height="10" fill="{}" stroke="{}"/>')
            .format(x, top, FILLS[state].format(name), INK)
        )  # fmt: skip
        drawn.append(_text(x + 19, top + 9, words, 10))
        x += 34 + len(words) * 5.9
    return Markup("").join(drawn)


def _patterns(name: str) -> Markup:
    return Markup(
        '<defs><pattern id="{n}-stale" width="5" height="5" patternUnits="userSpaceOnUse">'
        '<rect width="5" height="5" fill="{p}"/>'
        '<path d="M0 5L5 0" stroke="{i}" stroke-width="1.3"/>'
        '</pattern><pattern id="{n}-proposed" width="5" height="5" patternUnits="userSpaceOnUse">'
        '<rect width="5" height="5" fill="{p}"/><circle cx="2.5" cy="2.5" r=".9" fill="{i}"/>'
        "</pattern></defs>"
    ).format(n=name, i=INK, p=PALE)


def _mark(mark: Mark, y: float, x: object) -> Markup:
    at = x(mark.on)  # type: ignore[operator]
    drawn = [_text(0, y + 4, _cut(mark.label, 36), 10.5)]
    if mark.until is not None:
        end = x(mark.until)  # type: ignore[operator]
        drawn.append(
            Markup('<rect x="{}" y="{}" width="{}" height="8" fill="{}" stroke="{}"/>').format(
                at, y - 4, max(2, round(end - at, 1)), PALE if mark.kind != "held" else INK, INK
            )
        )
        at = end
    elif mark.kind == "held":
        drawn.append(Markup('<circle cx="{}" cy="{}" r="4.5" fill="{}"/>').format(at, y, INK))
    else:
        drawn.append(
            Markup('<circle cx="{}" cy="{}" r="4.5" fill="{}" stroke="{}" stroke-width="1.6"/>')
            .format(at, y, PALE, INK)
        )  # fmt: skip
        if mark.kind == "overdue":
            drawn.append(_text(at, y + 4, "!", 11, anchor="middle", bold=True))
    drawn.append(_text(WIDTH, y + 4, _days(mark), 10, anchor="end"))
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


def _text(
    x: float, y: float, text: str, size: float = 12, *,
    anchor: str = "start", fill: str = INK, bold: bool = False,
) -> Markup:  # fmt: skip
    return Markup(
        '<text x="{}" y="{}" font-size="{}" text-anchor="{}" fill="{}"{}>{}</text>'
    ).format(
        round(x, 1), round(y, 1), size, anchor, fill,
        Markup(' font-weight="bold"') if bold else "", visible(text),
    )  # fmt: skip


def _svg(name: str, title: str, said: str, height: float, inner: Markup) -> Markup:
    return Markup(
        '<svg class="figure" role="img" aria-labelledby="{n}-t {n}-d" viewBox="0 0 {w} {h}" '
        'width="{w}" height="{h}" xmlns="http://www.w3.org/2000/svg">'
        '<title id="{n}-t">{t}</title><desc id="{n}-d">{d}</desc>{i}</svg>'
    ).format(n=name, w=WIDTH, h=height, t=visible(title), d=escape(visible(said)), i=inner)
