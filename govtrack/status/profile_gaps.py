"""Where a profile's current state is below its target, and what a profile says beyond proof."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from govtrack.status.findings import Finding, quoted
from govtrack.status.profile_rows import ORGANISATION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from govtrack.status.profile_rows import Profile, Row

LAST = "9999-12-31"
BEYOND = "beyond-evidence"
BELOW = "target-below"


class Gap(NamedTuple):
    """A row below its target: how many steps, days late (0: in time), what of the plan is missing.

    `late` counts from the action's due day, or from the target's day where that is earlier; `days`
    names each of the two that is set, the earlier first, with its own days late.
    """

    row: Row
    steps: int
    late: int
    missing: tuple[str, ...]
    days: tuple[tuple[str, str, int], ...]

    @property
    def dues(self) -> str:
        """`target by 2026-06-30, 148 days overdue; action due 2026-12-04`."""
        return "; ".join(f"{what} {on}{overdue(late)}" for what, on, late in self.days)


class _Of(NamedTuple):
    """The profile that findings are about: how a command names it, and its system's slug."""

    option: str
    system: str | None


def gaps(profile: Profile) -> tuple[Gap, ...]:
    """Every row below its target: by priority, the widest first, then by the day it is due."""
    priorities = {one["id"]: place for place, one in enumerate(profile.scale["priorities"])}
    found = [
        _gap(row, profile.day) for row in (*profile.rows, *profile.actions) if (row.gap or 0) > 0
    ]
    found.sort(
        key=lambda one: (
            priorities.get(one.row.priority or "", len(priorities)),
            -one.steps,
            one.row.due or one.row.target_by or LAST,
        )
    )
    return tuple(found)


def findings(profile: Profile) -> tuple[Finding, ...]:
    """Everything `govtrack profile check` names, the profile's own first, then row by row."""
    open_ = gaps(profile)
    by_ref = {one.row.ref: one for one in open_}
    found = list(_of_head(profile, open_))
    of = _Of(_option(profile), profile.system)
    for row in (*profile.rows, *profile.actions):
        found += _of_row(row, profile, by_ref.get(row.ref), of)
    return tuple(found)


def of_states(
    profile: Profile, refs: Iterable[str], codes: tuple[str, ...] = (BEYOND, BELOW)
) -> Iterator[str]:
    """What `govtrack profile check` will say of the states just set, a sentence for each state."""
    wanted = set(refs)
    by: dict[str, list[str]] = {}
    for one in findings(profile):
        if one.code in codes and one.about in wanted:
            by.setdefault(one.words, []).append(one.about or "")
    return (f"{', '.join(found)}: {words}" for words, found in by.items())


def _option(profile: Profile) -> str:
    """What names the profile in a command; nothing for the one that is meant without."""
    if profile.head is None or profile.head["slug"] == ORGANISATION:
        return ""
    return f" --profile {profile.head['slug']}"


def _of_head(profile: Profile, open_: tuple[Gap, ...]) -> Iterator[Finding]:
    head = profile.head
    if head is None:
        words = "no profile is recorded: nothing is assessed"
        about = f" --system {profile.system}" if profile.system else ""
        mend = f"govtrack profile set SUBCATEGORY{about} --current STATE"
        yield Finding("no-profile", None, profile.system, words, mend)
        return
    if head["review_due"] and head["review_due"] < profile.day:
        words = f"its review was due on {head['review_due']}"
        mend = f"govtrack profile change {head['slug']} --review-due DATE"
        yield Finding("review-overdue", head["id"], profile.system, words, mend)
    if open_ and not any(one.row.priority for one in open_):
        words = "no gap is prioritised: which of them come first is not said"
        mend = _set(open_[0].row, _Of(_option(profile), None), "--priority PRIORITY")
        yield Finding("no-priority", head["id"], profile.system, words, mend)


def _of_row(row: Row, profile: Profile, gap: Gap | None, of: _Of) -> Iterator[Finding]:
    states = {one["id"]: one for one in profile.scale["states"]}
    for name, state in (("current", row.current), ("target", row.target)):
        if state and state not in states:
            words = f"{name} '{state}' is not on the scale: set it anew"
            yield _found(row, of, "off-scale", words, _set(row, of, f"--{name} STATE"))
    if states.get(row.current or "", {}).get("needs_evidence") and not row.evidence:
        words = f"'{row.current}' has no confirmed evidence in force behind it"
        system = f" --system {of.system}" if of.system else ""
        supports = quoted(_subcategory(row))
        mend = f"govtrack add-evidence FILE --kind KIND --supports {supports}{system}"
        yield _found(row, of, BEYOND, words, mend)
    yield from _of_gap(row, gap, of)


def _of_gap(row: Row, gap: Gap | None, of: _Of) -> Iterator[Finding]:
    """What is amiss between the two states and with the plan that leads from one to the other."""
    if row.target and not row.current:
        yield _found(row, of, "target-only", "has a target and no current state",
                     _set(row, of, "--current STATE"))  # fmt: skip
    if row.gap is not None and row.gap < 0 and not row.why:
        words = f"target '{row.target}' is below current '{row.current}', without a why"
        yield _found(row, of, BELOW, words, _set(row, of, "--why TEXT"))
    if gap and gap.missing:
        options = " ".join(f"--{name} {_PLAN[name]}" for name in gap.missing)
        words = f"gap without {', '.join(gap.missing)}"
        yield _found(row, of, "no-plan", words, _set(row, of, options))
    if gap and gap.late:
        yield _found(
            row, of, "overdue", f"gap overdue: {gap.dues}", _set(row, of, "--current STATE")
        )


def _found(row: Row, of: _Of, code: str, words: str, mend: str) -> Finding:
    return Finding(code, row.ref, of.system, words, mend)


_PLAN = {"action": "TEXT", "owner": "WHO", "due": "DATE"}


def _subcategory(row: Row) -> str:
    """What evidence for the row is tagged with: of an action (GV-1.1-001) its subcategory."""
    return row.ref if " " in row.ref else f"{row.function} {row.ref.split('-')[1]}"


def _set(row: Row, of: _Of, options: str) -> str:
    return f"govtrack profile set {quoted(row.ref)}{of.option} {options}"


def overdue(days: int) -> str:
    """`, 148 days overdue`; nothing where it is not."""
    return f", {days} {'day' if days == 1 else 'days'} overdue" if days else ""


def _gap(row: Row, day: str) -> Gap:
    today = date.fromisoformat(day)
    named = (("action due", row.due), ("target by", row.target_by))
    days = sorted(
        ((what, on, max((today - date.fromisoformat(on)).days, 0)) for what, on in named if on),
        key=lambda one: one[1],
    )
    missing = tuple(name for name in _PLAN if not getattr(row, name))
    return Gap(row, row.gap or 0, days[0][2] if days else 0, missing, tuple(days))
