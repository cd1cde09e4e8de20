"""A trace drawn as a figure: one column for each sort of thing, one row for each thing.

Lines go from column to column; one that passes a column goes through a lane of its own between
the boxes, so that nothing is drawn over anything. The same trace gives the same bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from unicodedata import east_asian_width

from markupsafe import Markup

from govtrack.errors import visible
from govtrack.status.trace_words import in_words, related, shortly, titled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from govtrack.catalog.vocabulary import Wording
    from govtrack.status.trace import Node, Trace
    from govtrack.status.trace_walk import Edge

COLUMNS: tuple[tuple[str, frozenset[str]], ...] = (
    ("AI RMF", frozenset({"function", "category", "subcategory", "genai-risk", "action"})),
    ("ISO/IEC 42001", frozenset({"area", "clause-group", "clause", "objective"})),
    ("Controls", frozenset({"control"})),
    ("Applicability", frozenset({"decision", "statement", "certification"})),
    ("{risk-treatment}", frozenset({"treatment"})),
    ("{risk}", frozenset({"risk", "criteria"})),
    ("{ai-system}", frozenset({"system", "impact"})),
    ("{profile}", frozenset({"profile", "profile-row", "attestation"})),
    ("Evidence", frozenset({"evidence"})),
)
"""Headings (braces: a term) and the kinds that stand in each column; empty ones are left out."""

BOX, BOX_HEIGHT, GAP, GUTTER, LANE, TOP, MARGIN = 212, 58, 12, 84, 7, 46, 12
CHARACTERS = 33
SWEEPS = 4
INK, PALE, RULE, WARN = "#1b2a3a", "#ffffff", "#5b6876", "#8a1c1c"
_STYLE = (
    "text{font-family:'DejaVu Sans Condensed','DejaVu Sans',Verdana,Arial,sans-serif}"
    ".id{font-weight:bold}"
)


class Place(NamedTuple):
    """Where something stands: a column, the top, and how high it is (a lane is low)."""

    column: int
    top: float
    height: float

    @property
    def middle(self) -> float:
        """Where lines meet it."""
        return self.top + self.height / 2


class _Slot(NamedTuple):
    """A place in a column: a thing's own, or (with `through`) the lane of its lines."""

    id: str
    through: bool


class Layout(NamedTuple):
    """Where everything stands; `lanes` are by (thing the lines come from, column)."""

    headings: tuple[str, ...]
    boxes: dict[str, Place]
    lanes: dict[tuple[str, int], Place]
    width: int
    height: float


def drawn(found: Trace, wording: Wording) -> Markup:
    """The figure; its title and description say the same in words."""
    start = found.nodes[found.start]
    title = f"Trace of {start.id} on {found.day}"
    lacking = [f"{n.id}: {in_words(one, wording)}" for n in found.nodes.values() for one in n.lacks]
    said = f"{start.id}, {titled(start.kind, start.title, wording)}. "
    said += f"{len(found.nodes)} things, {len(found.edges)} ties. "
    said += f"Chains break at: {'; '.join(lacking)}." if lacking else "No chain breaks."
    placed = layout(found, wording)
    lines = Markup("").join(_line(edge, placed, wording) for edge in found.edges)
    boxes = Markup("").join(
        _box(found.nodes[name], place, wording, begins=name == found.start)
        for name, place in placed.boxes.items()
    )
    headings = Markup("").join(
        _text(_left(column), 26, _cut(heading, CHARACTERS), 13, "id")
        for column, heading in enumerate(placed.headings)
    )
    return Markup(
        '<svg class="trace" role="img" aria-labelledby="trace-t trace-d" viewBox="0 0 {w} {h}" '
        'width="{w}" height="{h}" xmlns="http://www.w3.org/2000/svg">'
        '<title id="trace-t">{t}</title><desc id="trace-d">{d}</desc><style>{s}</style>'
        '<rect width="{w}" height="{h}" fill="{p}"/>{inner}</svg>\n'
    ).format(
        w=placed.width, h=_number(placed.height), t=visible(title), d=visible(said),
        s=Markup(_STYLE),  # noqa: S704  (a constant)
        p=PALE, inner=headings + lines + boxes + _legend(placed),
    )  # fmt: skip


def layout(found: Trace, wording: Wording) -> Layout:
    """Columns from left to right, in each the things in an order with few crossings."""
    filled = [
        (heading, members)
        for heading, kinds in COLUMNS
        if (members := [node.id for node in found.nodes.values() if node.kind in kinds])
    ]
    column_of = {name: at for at, (_, members) in enumerate(filled) for name in members}
    columns = [[_Slot(name, through=False) for name in members] for _, members in filled]
    ties: dict[_Slot, dict[_Slot, None]] = {}
    for edge in found.edges:
        near, far = sorted((edge.near, edge.far), key=lambda name: column_of[name])
        before = _Slot(near, through=False)
        for column in range(column_of[near] + 1, column_of[far] + 1):
            last = column == column_of[far]
            slot = _Slot(far, through=False) if last else _Slot(near, through=True)
            here = _at(slot, column)
            if not last and slot not in columns[column]:
                columns[column].append(slot)
            ties.setdefault(here, {})[_at(before, column - 1)] = None
            ties.setdefault(_at(before, column - 1), {})[here] = None
            before = slot
    _ordered(columns, ties)
    return _placed(tuple(wording.title(heading) for heading, _ in filled), columns)


def _at(slot: _Slot, column: int) -> _Slot:
    """A lane's name in one column: the same lines have one in each column they pass."""
    return _Slot(f"{slot.id}\0{column}", through=True) if slot.through else slot


def _ordered(columns: list[list[_Slot]], ties: dict[_Slot, dict[_Slot, None]]) -> None:
    """Sort each column by where the column before (then after) it has what it is tied to."""
    places: dict[_Slot, float] = {}
    where: dict[_Slot, int] = {}
    for at, column in enumerate(columns):
        places |= {_at(slot, at): float(number) for number, slot in enumerate(column)}
        where |= {_at(slot, at): at for slot in column}

    def middle(named: _Slot, beside: int) -> float:
        tied = [places[one] for one in ties.get(named, ()) if where[one] == beside]
        return sum(tied) / len(tied) if tied else places[named]

    for sweep in range(SWEEPS):
        step = -1 if sweep % 2 == 0 else 1
        for at in range(len(columns))[::-step]:
            by = {slot: middle(_at(slot, at), at + step) for slot in columns[at]}
            columns[at].sort(key=by.__getitem__)
            places |= {_at(slot, at): float(n) for n, slot in enumerate(columns[at])}


def _placed(headings: tuple[str, ...], columns: list[list[_Slot]]) -> Layout:
    boxes: dict[str, Place] = {}
    lanes: dict[tuple[str, int], Place] = {}
    tall = [sum(LANE if s.through else BOX_HEIGHT + GAP for s in column) for column in columns]
    most = max(tall, default=0)
    for at, column in enumerate(columns):
        top = TOP + (most - tall[at]) / 2
        for slot in column:
            if slot.through:
                lanes[slot.id, at] = Place(at, top, LANE)
                top += LANE
            else:
                boxes[slot.id] = Place(at, top + GAP / 2, BOX_HEIGHT)
                top += BOX_HEIGHT + GAP
    width = 2 * MARGIN + len(columns) * BOX + max(0, len(columns) - 1) * GUTTER + GUTTER // 2
    return Layout(headings, boxes, lanes, max(width, 640), TOP + most + 60)


def _left(column: int) -> int:
    return MARGIN + column * (BOX + GUTTER)


def _line(edge: Edge, placed: Layout, wording: Wording) -> Markup:
    """One tie as a line from box to box, with its words as a tooltip."""
    near, far = sorted((edge.near, edge.far), key=lambda one: placed.boxes[one].column)
    from_, to = placed.boxes[near], placed.boxes[far]
    if from_.column == to.column:
        path = _beside(from_, to)
    else:
        path = f"M{_left(from_.column) + BOX} {_number(from_.middle)}"
        at = from_.middle
        for column in range(from_.column + 1, to.column + 1):
            ahead = to if column == to.column else placed.lanes[near, column]
            x = _left(column)
            path += _curve(x - GUTTER, at, x, ahead.middle)
            if column < to.column:
                path += f"H{x + BOX}"
            at = ahead.middle
    dash = {"crosswalk": "6 3", "part": "1 3"}.get(edge.tie, "none")
    if edge.state == "proposed":
        dash = "2 4"
    words = f"{edge.near} {related(edge.says, wording)} {edge.far}"
    cited = ", ".join(part for part in (edge.source, edge.row, edge.state) if part)
    return Markup(
        '<path d="{}" fill="none" stroke="{}" stroke-width="1.1" stroke-opacity=".75" '
        'stroke-dasharray="{}"><title>{}</title></path>'
    ).format(path, RULE, dash, visible(f"{words} ({cited})" if cited else words))


def _curve(x: float, y: float, to_x: float, to_y: float) -> str:
    middle = (x + to_x) / 2
    return (
        f"C{_number(middle)} {_number(y)} {_number(middle)} {_number(to_y)} "
        f"{_number(to_x)} {_number(to_y)}"
    )


def _beside(from_: Place, to: Place) -> str:
    """A tie within one column: a bow to its right."""
    x = _left(from_.column) + BOX
    out = x + min(GUTTER / 2 - 4, 14 + abs(from_.top - to.top) / 20)
    return (
        f"M{x} {_number(from_.middle)}C{_number(out)} {_number(from_.middle)} "
        f"{_number(out)} {_number(to.middle)} {x} {_number(to.middle)}"
    )


def _box(node: Node, place: Place, wording: Wording, *, begins: bool) -> Markup:
    x, y = _left(place.column), place.top
    lacks = ", ".join(in_words(one, wording) for one in node.lacks)
    title = titled(node.kind, node.title, wording)
    words = ". ".join(part for part in (f"{node.id}: {title}", node.state, lacks) if part)
    frame = Markup(
        '<rect x="{}" y="{}" width="{}" height="{}" rx="3" fill="{}" stroke="{}" '
        'stroke-width="{}" stroke-dasharray="{}"/>'
    ).format(
        x, _number(y), BOX, BOX_HEIGHT, PALE, WARN if lacks else INK, 2.4 if begins else 1,
        "5 3" if lacks else "none",
    )  # fmt: skip
    short = "; ".join(shortly(one, wording) for one in node.lacks)
    last = f"! {short}" if short else node.state
    drawn_ = (
        frame
        + _text(x + 8, y + 16, _cut(node.id, 28), 11.5, "id")
        + _text(x + 8, y + 32, _cut(title, CHARACTERS), 11)
        + _text(x + 8, y + 48, _cut(last, CHARACTERS), 11, fill=WARN if lacks else INK)
    )
    return Markup("<g><title>{}</title>{}</g>").format(visible(words), drawn_)


def _legend(placed: Layout) -> Markup:
    """What the lines and frames mean, under the figure."""
    y, x, parts = placed.height - 22, float(MARGIN), Markup("")
    for dash, words in (
        ("none", "recorded"), ("6 3", "by a crosswalk"), ("2 4", "proposed"), ("1 3", "part of"),
    ):  # fmt: skip
        parts += Markup('<path d="M{} {}h30" stroke="{}" stroke-dasharray="{}"/>').format(
            _number(x), _number(y - 4), RULE, dash
        )
        parts += _text(x + 36, y, words, 11)
        x += 52 + 6.4 * len(words)
    return parts + _text(x, y, "dashed frame and '!': a chain breaks here", 11, fill=WARN)


def _text(
    x: float, y: float, text: str, size: float, kind: str | None = None, fill: str = INK
) -> Markup:
    return Markup('<text x="{}" y="{}" font-size="{}" fill="{}"{}>{}</text>').format(
        _number(x), _number(y), size, fill,
        Markup(' class="{}"').format(kind) if kind else "", visible(text),
    )  # fmt: skip


def _cut(text: str, most: int) -> str:
    """As much of the text as fits, counting wide characters twice."""
    room = most
    for number, char in enumerate(text):
        room -= 2 if east_asian_width(char) in "WF" else 1
        if room < 0:
            return text[: max(0, number - 1)].rstrip() + "\u2026"
    return text


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def ties_in_words(edges: Iterable[Edge], wording: Wording) -> tuple[tuple[str, str, str, str], ...]:
    """(from, relation, to, source) of every tie, for a table beside the figure."""
    return tuple(
        (one.near, related(one.says, wording), one.far,
         ", ".join(part for part in (one.source, one.row, one.state) if part))
        for one in edges
    )  # fmt: skip
