"""The sheet "19 RMF profile": a line for each subcategory, then for each action that is set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govtrack.packs.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govtrack.status.profile import Paper
    from govtrack.status.profile_playbook import Playbook
    from govtrack.status.profile_rows import Row

SHEET = "19 RMF profile"

COLUMNS: tuple[tuple[str, int], ...] = (
    ("profile", 16), ("reference", 14), ("short title", 44), ("current", 12),
    ("current outcome", 36), ("target", 12), ("target outcome", 36), ("target by", 12),
    ("gap, steps", 8), ("priority", 10), ("why", 28), ("action", 36), ("owner", 20), ("due", 12),
    ("days overdue", 8), ("evidence in force", 34), ("Playbook questions answered", 12),
    ("ISO/IEC 42001, by source", 40), ("set on", 12), ("note", 30),
)  # fmt: skip


def sheet(paper: Paper) -> Sheet:
    """The sheet: the lines of the profile, then those of generative AI profiles that are set."""
    return Sheet(SHEET, COLUMNS, _rows(paper))


def _rows(paper: Paper) -> Iterator[tuple[object, ...]]:
    late = {one.row.ref: one.late or None for one in paper.gaps}
    name = paper.profile.head["slug"] if paper.profile.head else None
    for row in paper.profile.rows:
        yield _line(row, name, late.get(row.ref), paper.playbook)
    for one in paper.generative:
        slug = one.profile.head["slug"] if one.profile.head else None
        own = () if slug == name else one.profile.rows
        for row in (*own, *one.profile.actions):
            if row.id:
                yield _line(row, slug, late.get(row.ref) if slug == name else None, one.playbook)


def _line(
    row: Row, profile: str | None, late: int | None, playbook: Playbook
) -> tuple[object, ...]:
    named: dict[str, list[str]] = {}
    for one in row.iso:
        source = f"{one.source}, by category" if one.note else one.source
        named.setdefault(source, []).append(one.ref)
    crossed = "; ".join(f"{', '.join(refs)} ({source})" for source, refs in named.items())
    return (
        profile, row.ref, row.title, row.current or "not assessed", row.outcome, row.target,
        row.target_outcome, row.target_by, row.gap if row.gap and row.gap > 0 else None,
        row.priority, row.why, row.action, row.owner, row.due, late, " ".join(row.ids),
        playbook.rows[row.ref].words or None, crossed,
        row.set_on, row.note,
    )  # fmt: skip
