"""A cell that a person changed, read as what its column holds; what is not plain is refused.

Each function gives the text as the register says it, so that `Yes` where `yes` stands is no change.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from govtrack import clock
from govtrack.errors import BadInput, closest, not_one_of, visible
from govtrack.status.edited_cells import CUT

if TYPE_CHECKING:
    from govtrack.status.edited_cells import Column

YES = ("yes", "y", "true", "applicable", "✓", "✔", "☑")
NO = ("no", "n", "false", "excluded", "not applicable", "✗", "✘")
"""How people say it; `x` and `n/a` can mean either and are refused."""
ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!"})
"""What a spreadsheet shows where it could not reckon."""

_KINDED = re.compile(r"([A-Za-z]+)\s*:(?!//)\s*(.*)", re.DOTALL)
_RISK = re.compile(r"R-[0-9]{4}-[0-9]{1,7}", re.IGNORECASE)
_PARTS = re.compile(r"([0-9]{1,4})[./-]\s?([0-9]{1,2})[./-]\s?([0-9]{1,4})")
_FIRST_SERIAL, _LAST_SERIAL = 25_569, 73_050
_EPOCH = date(1899, 12, 30)


class Unread(Exception):
    """A cell that cannot be read: what was expected, and the nearest that can be meant."""

    def __init__(self, message: str, nearest: str | None = None) -> None:
        super().__init__(message)
        self.nearest = nearest


class Value(NamedTuple):
    """What a cell says, and what is worth telling of how it was read."""

    text: str
    note: str | None = None


def value(column: Column, written: str, *, serial: bool) -> Value:
    """What `written`, which is not empty, says in `column`.

    `serial`: a whole number may be a day of the calendar from 1900 that lost its format. Raises
    `Unread`.
    """
    if written in ERRORS:
        raise Unread(f"the cell holds the error {written}")
    if column.form == "day":
        return _day(written, column, serial=serial)
    if column.form == "yes-no":
        return Value(_yes_or_no(written))
    if column.form == "word":
        return Value(_word(written, column))
    if column.form == "reasons":
        return Value("; ".join(f"{kind}:{what}" for kind, what in sorted(set(reasons(written)))))
    if written.endswith(CUT):
        raise Unread(
            "this text is longer than a cell holds and was cut: it can be changed by command only"
        )
    return Value(written)


def reasons(written: str) -> tuple[tuple[str, str], ...]:
    """Kinds and what they name: `risk:R-2026-0001; legal:TEXT`, parted by `;` or lines.

    A part without a kind goes on with the one before it, except a risk's id, which says its kind.
    """
    found: list[tuple[str, str]] = []
    for part in (one.strip() for one in re.split(r"[;\n]", written)):
        if not part:
            continue
        if kinded := _KINDED.fullmatch(part):
            found.append((kinded[1].casefold(), kinded[2].strip()))
        elif _RISK.fullmatch(part):
            found.append(("risk", part))
        elif found and found[-1][0] != "risk":
            found[-1] = found[-1][0], f"{found[-1][1]}; {part}"
        else:
            shown = visible(part)
            raise Unread(
                f"'{shown}' does not say of which kind it is: write it as risk:R-2026-0001, "
                "legal:TEXT, contract:TEXT or decision:TEXT"
            )
    return tuple(found)


def _yes_or_no(written: str) -> str:
    folded = " ".join(written.casefold().split())
    if folded in YES:
        return "yes"
    if folded in NO:
        return "no"
    found = closest(folded, (*YES, *NO))
    nearest = None if found is None else "yes" if found in YES else "no"
    raise Unread(f"'{visible(written)}' is not one of yes, no", nearest)


def _word(written: str, column: Column) -> str:
    known = {_folded(one): one for one in column.words}
    known |= {_folded(one): word for one, word in column.also}
    word = known.get(_folded(written))
    if word is not None:
        return word
    nearest = closest(_folded(written), known)
    raise Unread(not_one_of(written, column.words), known[nearest] if nearest else None)


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("-", " ").replace("_", " ").split())


def _day(written: str, column: Column, *, serial: bool) -> Value:
    midnight = written.removesuffix("T00:00:00").removesuffix(" 00:00:00")
    try:
        return Value(clock.day(midnight, column.name).isoformat())
    except BadInput as refusal:
        nearest = refusal.problems[0].nearest
    if serial and written.isascii() and written.isdigit():
        number = int(written[:9])
        if _FIRST_SERIAL <= number <= _LAST_SERIAL:
            day = (_EPOCH + timedelta(days=number)).isoformat()
            return Value(day, f"{written} read as {day}: a date that lost its format")
    message = f"'{visible(written)}' is not a date written as YYYY-MM-DD (ISO 8601)"
    raise Unread(message, nearest or _meant(written))


def _meant(written: str) -> str | None:
    """The day that `31.12.2026` plainly means; of `01/02/2026` nobody can tell."""
    begun = written.partition("T")[0] if "T" in written else written
    parts = _PARTS.fullmatch(begun.strip())
    if parts is None:
        return None
    first, middle, last = (int(one) for one in parts.groups())
    dotted = "." in begun
    tries = []
    if len(parts[1]) == 4:  # noqa: PLR2004  (a year)
        tries = [(first, middle, last)]
    elif len(parts[3]) == 4:  # noqa: PLR2004
        tries = (
            [(last, middle, first)] if dotted else [(last, middle, first), (last, first, middle)]
        )
    days = set()
    for one in tries:
        try:
            days.add(date(*one).isoformat())
        except ValueError:
            continue
    return days.pop() if len(days) == 1 else None
