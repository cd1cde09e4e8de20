"""The figure of a profile: for each function, how its subcategories stand now and are wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from govtrack.packs.figures import BAR, INK, PALE, WIDE, drawing, lettering, rect
from govtrack.status.profile_rows import NOT_ASSESSED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govtrack.status.profile import Paper
    from govtrack.status.profile_rows import Function

LEFT, ROW = 150, 22


def figure(paper: Paper) -> Markup:
    """Two bars a function: in which states its subcategories are, and in which they are wanted."""
    states = paper.states
    functions = paper.profile.functions
    scale = (WIDE.width - LEFT - 4) / max((one.total for one in functions), default=1)
    fills = {state: _fill(place, len(states)) for place, state in enumerate(states)}
    drawn = [_patterns(len(states) - 1)]
    top = 0.0
    for one in functions:
        drawn.append(lettering(0, top + 14, one.ref, bold=True))
        for name, counts in (("now", one.current), ("wanted", one.target)):
            drawn.append(lettering(LEFT - 8, top + 14, name, 10, anchor="end"))
            drawn += _bar(counts, fills, top + 2, scale)
            top += ROW
        top += 8
    legend, below = _legend(fills, top + 4)
    drawn.append(legend)
    title = "Subcategories by state, now and as wanted"
    said = "; ".join(_said(one) for one in functions)
    return drawing("profile-states", title, f"{said}.", (WIDE.width, below), Markup("").join(drawn))


def _bar(
    counts: Mapping[str, int], fills: Mapping[str, str], y: float, scale: float
) -> list[Markup]:
    drawn, x = [], float(LEFT)
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


def _fill(place: int, count: int) -> str:
    """Empty for the lowest state, full for the highest, hatched between; dots for not assessed."""
    if place == count - 1:
        return "url(#profile-open)"
    if place == count - 2:
        return INK
    return f"url(#profile-{place})" if place else PALE


def _patterns(states: int) -> Markup:
    """Hatching that grows denser from state to state, and dots."""
    drawn = [
        Markup(
            '<pattern id="profile-open" width="5" height="5" patternUnits="userSpaceOnUse">'
            '<rect width="5" height="5" fill="{p}"/><circle cx="2.5" cy="2.5" r=".8" fill="{i}"/>'
            "</pattern>"
        ).format(p=PALE, i=INK)
    ]
    drawn += [
        Markup(
            '<pattern id="profile-{n}" width="6" height="6" patternUnits="userSpaceOnUse">'
            '<rect width="6" height="6" fill="{p}"/>'
            '<path d="M0 6L6 0" stroke="{i}" stroke-width="{w}"/></pattern>'
        ).format(n=place, p=PALE, i=INK, w=round(0.4 + 3 * place / max(1, states - 1), 1))
        for place in range(1, states - 1)
    ]
    return Markup("<defs>{}</defs>").format(Markup("").join(drawn))


def _legend(fills: Mapping[str, str], top: float) -> tuple[Markup, float]:
    drawn, x, y = [], 0.0, top
    for state, fill in fills.items():
        named = f"{state}, or no target" if state == NOT_ASSESSED else state
        wide = 34 + len(named) * 5.9
        if x and x + wide > WIDE.width:
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
