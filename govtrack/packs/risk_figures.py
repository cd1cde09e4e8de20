"""Figures of the risk register: the matrix with the risks in it, and how a risk's level went."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from markupsafe import Markup

from govtrack.errors import visible
from govtrack.packs.figures import INK, RULE, lettering, rect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govtrack.status.risk_rows import RiskRow
    from govtrack.status.risks import Register

CELL_WIDTH, CELL_HEIGHT, LEFT, TOP = 112, 40, 130, 34
TREND_WIDTH, STEP_HEIGHT, WORDS = 330, 18, 74
_TINT = (159, 182, 205)
"""The greatest level's shade: dark letters stay readable on it."""


def matrix(found: Register) -> Markup:
    """The matrix of the criteria in force; each cell with its level and the open risks there.

    A risk stands where it was last assessed by these criteria. Nothing, where none are in force.
    """
    if found.criteria is None:
        return Markup("")
    criteria = found.criteria.criteria
    counts: dict[tuple[str | None, str | None], int] = {}
    for one in found.risks:
        if one.status != "closed" and one.assessed_criteria == found.criteria.id:
            place = (one.likelihood, one.consequence_rating)
            counts[place] = counts.get(place, 0) + 1
    drawn = [lettering(0, 14, "likelihood, by consequence", 10)]
    consequences = [one.word for one in criteria.consequences]
    for column, word in enumerate(consequences):
        x = LEFT + column * CELL_WIDTH + CELL_WIDTH / 2
        drawn.append(lettering(x, TOP - 8, word, 11, anchor="middle", bold=True))
    said = []
    for row, likelihood in enumerate(reversed(criteria.likelihoods)):
        y = TOP + row * CELL_HEIGHT
        drawn.append(lettering(LEFT - 8, y + 24, likelihood.word, 11, anchor="end", bold=True))
        for column, word in enumerate(consequences):
            level = criteria.level(likelihood.word, word).word
            count = counts.get((likelihood.word, word), 0)
            fill = _tint(criteria.rank(level), len(criteria.levels))
            drawn += _cell(LEFT + column * CELL_WIDTH, y, fill, level, count)
            more = f" ({count} open)" if count else ""
            said.append(f"{likelihood.word} and {word}: {level}{more}")
    size = (
        LEFT + len(consequences) * CELL_WIDTH + 2,
        TOP + len(criteria.likelihoods) * CELL_HEIGHT + 4,
    )
    title = "Matrix of likelihood and consequence"
    return _svg("matrix", "risk-matrix", title, "; ".join(said), size, drawn)


def trend(one: RiskRow) -> Markup:
    """The levels at which a risk was assessed, over time; nothing where that was once or never."""
    steps = one.assessed
    if len(steps) < 2:  # noqa: PLR2004  (one point is no trend)
        return Markup("")
    most: int = max(step["of"] for step in steps)
    days = [date.fromisoformat(step["assessed_on"]) for step in steps]
    span = max(1, (days[-1] - days[0]).days)
    right = TREND_WIDTH - 40

    def x(day: date) -> float:
        return round(WORDS + 10 + (day - days[0]).days / span * (right - WORDS - 10), 1)

    def y(rank: int) -> int:
        return 12 + (most - rank) * STEP_HEIGHT

    bottom = y(1) + 20
    words = {step["rank"]: step["level"] for step in steps}
    drawn = [
        Markup('<path d="M{} {}H{}" stroke="{}" stroke-width=".6"/>').format(
            WORDS, y(rank), right, RULE
        )
        for rank in range(1, most + 1)
    ]
    drawn += [
        lettering(WORDS - 6, y(rank) + 4, word, 10, anchor="end") for rank, word in words.items()
    ]
    points = [(x(day), y(step["rank"])) for day, step in zip(days, steps, strict=True)]
    line = "M" + "L".join(f"{across} {down}" for across, down in points)
    drawn.append(
        Markup('<path d="{}" fill="none" stroke="{}" stroke-width="1.6"/>').format(line, INK)
    )
    drawn += [
        Markup('<circle cx="{}" cy="{}" r="3.5" fill="{}"/>').format(across, down, INK)
        for across, down in points
    ]
    drawn.append(lettering(points[0][0], bottom, steps[0]["assessed_on"], 9, anchor="middle"))
    if points[-1][0] - points[0][0] > 2 * 30:  # else the two dates would run into one another
        drawn.append(lettering(points[-1][0], bottom, steps[-1]["assessed_on"], 9, anchor="middle"))
    said = "; ".join(f"{step['assessed_on']}: {step['level']}" for step in steps)
    size = (TREND_WIDTH, bottom + 6)
    return _svg("trend", f"trend-{one.id}", f"Levels of {one.id}", said, size, drawn)


def _cell(x: float, y: float, fill: str, level: str, count: int) -> list[Markup]:
    drawn = [rect(x, y, CELL_WIDTH, CELL_HEIGHT, fill)]
    middle = x + CELL_WIDTH / 2
    drawn.append(lettering(middle, y + (17 if count else 24), level, 11, anchor="middle"))
    if count:
        words = f"{count} open"
        drawn.append(lettering(middle, y + 32, words, 11, anchor="middle", bold=True))
    return drawn


def _tint(rank: int, levels: int) -> str:
    share = rank / max(1, levels - 1)
    return "#" + "".join(f"{round(255 - (255 - part) * share):02x}" for part in _TINT)


def _svg(
    kind: str,
    name: str,
    title: str,
    said: str,
    size: tuple[float, float],
    drawn: Sequence[Markup],
) -> Markup:
    """A figure that stands on a narrow screen as on a broad one."""
    return Markup(
        '<svg class="figure {k}" role="img" aria-labelledby="{n}-t {n}-d" viewBox="0 0 {w} {h}" '
        'width="{w}" height="{h}" xmlns="http://www.w3.org/2000/svg">'
        '<title id="{n}-t">{t}</title><desc id="{n}-d">{d}</desc>{i}</svg>'
    ).format(
        k=kind, n=name, w=size[0], h=size[1], t=visible(title), d=visible(f"{said}."),
        i=Markup("").join(drawn),
    )  # fmt: skip
