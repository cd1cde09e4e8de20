"""Figures of the risk register: the matrix with the risks in it, and how a risk's level went."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from markupsafe import Markup

from govtrack.errors import visible
from govtrack.packs.figures import INK, NARROW, RULE, WIDE, lettering, rect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govtrack.catalog.risk_criteria import Criteria
    from govtrack.packs.figures import Frame
    from govtrack.status.risk_rows import RiskRow
    from govtrack.status.risks import Register

CELL_HEIGHT, TOP = 40, 34
TREND_WIDTH, STEP_HEIGHT, WORDS = 330, 18, 74
_TINT = (159, 182, 205)
"""The greatest level's shade: dark letters stay readable on it."""


def matrix(found: Register) -> Markup:
    """The matrix of the criteria in force; each cell with its level and the open risks there.

    A risk stands where it was last assessed by these criteria. Nothing, where none are in force.
    Drawn twice, for a broad page and for a narrow screen; the page shows one of them.
    """
    if found.criteria is None:
        return Markup("")
    criteria, counts = found.criteria.criteria, _counts(found, found.criteria.id)
    return _matrix(criteria, counts, WIDE) + _matrix(criteria, counts, NARROW)


def _counts(found: Register, criteria: str) -> dict[tuple[str | None, str | None], int]:
    """How many open risks were last assessed in each cell, by the criteria with that id."""
    counts: dict[tuple[str | None, str | None], int] = {}
    for one in found.risks:
        if one.status != "closed" and one.assessed_criteria == criteria:
            place = (one.likelihood, one.consequence_rating)
            counts[place] = counts.get(place, 0) + 1
    return counts


def _matrix(
    criteria: Criteria, counts: dict[tuple[str | None, str | None], int], frame: Frame
) -> Markup:
    """One drawing of it; in a stacked frame a likelihood stands above its cells."""
    consequences = [one.word for one in criteria.consequences]
    left, above = (2, 20) if frame.stacked else (130, 0)
    width = round((frame.width - left - 2) / len(consequences), 1)
    drawn = [lettering(0, 14, "likelihood, by consequence", 10)]
    for column, word in enumerate(consequences):
        x = left + (column + 0.5) * width
        size = _fitting(word, width, 0.58)
        drawn.append(lettering(x, TOP - 4, word, size, anchor="middle", bold=True))
    said = []
    top = float(TOP)
    for likelihood in reversed(criteria.likelihoods):
        if frame.stacked:
            drawn.append(lettering(left, top + above - 5, likelihood.word, 11, bold=True))
        else:
            drawn.append(
                lettering(left - 8, top + 24, likelihood.word, 11, anchor="end", bold=True)
            )
        for column, word in enumerate(consequences):
            level = criteria.level(likelihood.word, word).word
            count = counts.get((likelihood.word, word), 0)
            fill = _tint(criteria.rank(level), len(criteria.levels))
            drawn += _cell((left + column * width, top + above), width, fill, level, count)
            more = f" ({count} open)" if count else ""
            said.append(f"{likelihood.word} and {word}: {level}{more}")
        top += above + CELL_HEIGHT
    name = "risk-matrix-narrow" if frame.stacked else "risk-matrix"
    kind = "matrix narrow" if frame.stacked else "matrix broad"
    title = "Matrix of likelihood and consequence"
    return _svg(kind, name, title, "; ".join(said), (frame.width, top + 4), drawn)


def _fitting(word: str, width: float, share: float = 0.52) -> float:
    """The size of letters at which a word stays in a cell; `share` of it is a letter's width."""
    return round(min(11, (width - 4) / (share * len(word))), 1)


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


def _cell(at: tuple[float, float], width: float, fill: str, level: str, count: int) -> list[Markup]:
    x, y = at
    drawn = [rect(x, y, width, CELL_HEIGHT, fill)]
    middle, size = x + width / 2, _fitting(level, width)
    drawn.append(lettering(middle, y + (17 if count else 24), level, size, anchor="middle"))
    if count:
        words = f"{count} open"
        size = _fitting(words, width, 0.58)
        drawn.append(lettering(middle, y + 32, words, size, anchor="middle", bold=True))
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
