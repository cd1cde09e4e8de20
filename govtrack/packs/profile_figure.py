"""The figure of a profile: for each function, how its subcategories stand now and are wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from govtrack.packs.figures import BAR, INK, NARROW, PALE, WIDE, Frame, drawing, lettering, rect
from govtrack.status.profile_rows import NOT_ASSESSED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govtrack.status.profile import Paper
    from govtrack.status.profile_rows import Function

LEFT = {WIDE: 150, NARROW: 54}
ROW = 22


def figure(paper: Paper) -> Markup:
    """Two bars a function: in which states its subcategories are, and in which they are wanted.

    Drawn twice, for a broad page and for a narrow screen; the page shows one of them.
    """
    return _drawn("profile-states", paper, WIDE) + _drawn("profile-states-narrow", paper, NARROW)


def _drawn(name: str, paper: Paper, frame: Frame) -> Markup:
    states = paper.states
    functions = paper.profile.functions
    left = LEFT[frame]
    scale = (frame.width - left - 4) / max((one.total for one in functions), default=1)
    fills = {state: _fill(name, place, len(states)) for place, state in enumerate(states)}
    drawn = [_patterns(name, len(states) - 1)]
    top = 0.0
    for one in functions:
        drawn.append(lettering(0, top + 14, one.ref, bold=True))
        top += ROW if frame.stacked else 0
        for said, counts in (("now", one.current), ("wanted", one.target)):
            drawn.append(lettering(left - 8, top + 14, said, 10, anchor="end"))
            drawn += _bar(counts, fills, (left, top + 2), scale)
            top += ROW
        top += 8
    legend, below = _legend(fills, top + 4, frame)
    drawn.append(legend)
    title = "Subcategories by state, now and as wanted"
    said = "; ".join(_said(one) for one in functions)
    return drawing(name, title, f"{said}.", (frame.width, below), Markup("").join(drawn))


def _bar(
    counts: Mapping[str, int], fills: Mapping[str, str], at: tuple[int, float], scale: float
) -> list[Markup]:
    drawn, x, y = [], float(at[0]), at[1]
    solid = next(reversed([state for state in fills if fills[state] == INK]), None)
    for state, count in counts.items():
        if not count:
            continue
        width = round(count * scale, 1)
        drawn.append(rect(x, y, width, BAR, fills.get(state, PALE)))
        if width > 7 * len(str(count)) + 2:  # room for the figures
            drawn.append(_number(x + width / 2, y + 12, count, dark=state == solid))
        x += width
    return drawn


def _number(x: float, y: float, count: int, *, dark: bool) -> Markup:
    if dark:
        return lettering(x, y, str(count), 10, anchor="middle", fill=PALE, bold=True)
    wide = 6.5 * len(str(count)) + 2
    plate = Markup('<rect x="{}" y="{}" width="{}" height="11" fill="{}"/>').format(
        round(x - wide / 2, 1), round(y - 9, 1), wide, PALE
    )
    return plate + lettering(x, y, str(count), 10, anchor="middle", bold=True)


def _fill(name: str, place: int, count: int) -> str:
    """Empty for the lowest state, full for the highest, hatched between; dots for not assessed."""
    if place == count - 1:
        return f"url(#{name}-open)"
    if place == count - 2:
        return INK
    return f"url(#{name}-{place})" if place else PALE


def _patterns(name: str, states: int) -> Markup:
    """Hatching that grows denser from state to state, and dots."""
    drawn = [
        Markup(
            '<pattern id="{n}-open" width="5" height="5" patternUnits="userSpaceOnUse">'
            '<rect width="5" height="5" fill="{p}"/><circle cx="2.5" cy="2.5" r=".8" fill="{i}"/>'
            "</pattern>"
        ).format(n=name, p=PALE, i=INK)
    ]
    drawn += [
        Markup(
            '<pattern id="{n}-{at}" width="6" height="6" patternUnits="userSpaceOnUse">'
            '<rect width="6" height="6" fill="{p}"/>'
            '<path d="M0 6L6 0" stroke="{i}" stroke-width="{w}"/></pattern>'
        ).format(n=name, at=place, p=PALE, i=INK, w=round(0.4 + 3 * place / max(1, states - 1), 1))
        for place in range(1, states - 1)
    ]
    return Markup("<defs>{}</defs>").format(Markup("").join(drawn))


def _legend(fills: Mapping[str, str], top: float, frame: Frame) -> tuple[Markup, float]:
    drawn, x, y = [], 0.0, top
    for state, fill in fills.items():
        named = f"{state}, or no target" if state == NOT_ASSESSED else state
        wide = 34 + len(named) * 5.9
        if x and x + wide > frame.width:
            x, y = 0.0, y + 16
        drawn.append(rect(x, y, 14, 10, fill))
        drawn.append(lettering(x + 19, y + 9, named, 10))
        x += wide
    return Markup("").join(drawn), y + 18


def _said(one: Function) -> str:
    now, wanted = (
        ", ".join(f"{count} {state}" for state, count in counts.items() if count)
        for counts in (one.current, one.target)
    )
    return f"{one.ref}: now {now}; wanted {wanted}"
