"""References as people write them, as the catalogue's own: `ms-2.6`, `clause 6.1.2`, `B.6.2.4`.

Evidence is tagged with leaves only (subcategory, clause, control, GenAI risk): a category or a
whole block is refused with its members named, or written out where it ends in `.*`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from govtrack.catalog.catalogue import FRAMEWORKS
from govtrack.errors import BadInput, Problem, closest, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from govtrack.catalog.catalogue import Catalogue, Requirement

FUNCTIONS = {
    "govern": "GOVERN", "gv": "GOVERN", "map": "MAP", "mp": "MAP",
    "measure": "MEASURE", "ms": "MEASURE", "manage": "MANAGE", "mg": "MANAGE",
}  # fmt: skip
"""The functions of the AI RMF and their codes from NIST AI 600-1."""

# patterns are compiled when first used (re keeps them): most commands need one of them
_RMF = rf"({'|'.join(FUNCTIONS)})[\s._:-]*([0-9]+(?:\.[0-9]+)?)?(\.?\s?\*)?"
_ANNEX = r"([ab])[\s._-]*([0-9]+(?:\.[0-9]+)*)(\.?\*)?"
_CLAUSE = r"([0-9]+(?:\.[0-9]+)*)(\.?\*)?"
_GENAI = r"gen(?:erative[ _-]?)?ai[\s:_/-]*(.+)"
_ACTION = r"((?:gv|mp|ms|mg)[\s-]?[0-9]+\.[0-9]+)-[0-9]{3}"
_NUMBER = r"((?:A\.|(?:GOVERN|MAP|MEASURE|MANAGE) )?[0-9]+)(?:\.[0-9.]*)?"
_LEADING = (
    r"(?:nist|(?:ai ?)?rmf(?: 1\.0)?|ai 600-1|600-1|iso/?iec|iso|iec|42001|clause|subclause|"
    r"sub-clause|control|objective|subcategory|category|function|annex(?= ?[ab]\b))(?![a-z])"
    r"(?::[0-9]{4})?[\s:/,-]*"
)
_LONGEST = 120
_JOINS_NEXT = {
    "nist", "ai", "rmf", "airmf", "1.0", "600-1", "iso", "iec", "iso/iec", "42001", "42001:2023",
    "clause", "subclause", "sub-clause", "control", "objective", "subcategory", "category",
    "function", "annex", "a", "b", "genai",
}  # fmt: skip


class Resolved(NamedTuple):
    """Leaf references in the order given, each once, and what was read differently."""

    refs: tuple[str, ...]
    notes: tuple[str, ...]


def resolve(
    texts: Iterable[str],
    catalogue: Catalogue,
    *,
    field: str,
    file: str | None = None,
    row: int | None = None,
) -> Resolved:
    """The leaves that `texts` name; a text may hold several, parted by commas or semicolons.

    Raises `BadInput` with a problem for every text that names no leaf.
    """
    refs: dict[str, None] = {}
    notes: dict[str, None] = {}
    problems: list[Problem] = []
    for text in _parted(texts):
        ref, everything, note = _read(text, catalogue)
        found = catalogue.requirements.get(ref)
        if ref == "" and everything:
            leaves: tuple[Requirement, ...] = catalogue.leaves("genai")
        elif found is None:
            problems.append(_unknown(text, ref, catalogue, field, file, row))
            continue
        elif everything and not found.leaf:
            leaves = catalogue.leaves_below(ref)
        elif found.leaf:
            leaves = (found,)
        else:
            problems.append(Problem(_members_named(found, catalogue), file, row, field))
            continue
        refs.update(dict.fromkeys(leaf.ref for leaf in leaves))
        if note:
            notes[note] = None
    if problems:
        raise BadInput(problems)
    return Resolved(tuple(refs), tuple(notes))


def find(text: str, catalogue: Catalogue, *, field: str = "reference") -> Requirement:
    """The element of any level that `text` names, or a refusal with the nearest."""
    ref, everything, _ = _read(text, catalogue)
    found = None if everything else catalogue.requirements.get(ref)
    if found is None:
        raise BadInput(_unknown(text, ref, catalogue, field, None, None))
    return found


def note_on(text: str, catalogue: Catalogue) -> str | None:
    """What is said about a reference that is read as another one (`B.6.2.4`)."""
    return _read(text, catalogue)[2]


def of_a_standard(text: str) -> bool:
    """Whether `text` is written like a reference of a standard, be there such an element or not."""
    words = " ".join(unicodedata.normalize("NFKC", text[:_LONGEST]).casefold().split())
    bare = _without_leading(words)
    return bool(_numbered(words) or _numbered(bare) or re.fullmatch(_GENAI, words))


def joined(words: Iterable[str]) -> tuple[str, ...]:
    """The references in a command's words: `MEASURE 2.6 A.6.2.4` are three words and two."""
    texts: list[str] = []
    pending: list[str] = []
    for word in words:
        if pending and pending[-1].casefold() in FUNCTIONS and not word[:1].isdecimal():
            texts.append(" ".join(pending))
            pending = []
        pending.append(word)
        if word.casefold() not in FUNCTIONS and word.casefold() not in _JOINS_NEXT:
            texts.append(" ".join(pending))
            pending = []
    return (*texts, " ".join(pending)) if pending else tuple(texts)


def _parted(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from (
            (part for part in re.split(r"[;,\n]", text) if part.strip())
            if text.strip(" ;,\t\r\n")
            else (text,)
        )


_Read = tuple[str, bool, str | None]


def _read(text: str, catalogue: Catalogue) -> _Read:
    """The reference meant, whether everything below it, and a note where it is read as another.

    The reference need not exist. `("", True, None)` is every GenAI risk.
    """
    words = " ".join(unicodedata.normalize("NFKC", text[:_LONGEST]).casefold().split())
    if found := _numbered(words):
        return found
    if genai := re.fullmatch(_GENAI, words):
        return _genai(genai[1], catalogue)
    bare = _without_leading(words)
    by_name = f"genai:{bare.replace(' ', '-')}"
    unknown = by_name if by_name in catalogue.requirements else text.strip()
    return _numbered(bare) or (unknown, False, None)


def _numbered(words: str) -> _Read | None:
    """`ms-2.6`, `a.6.2.4`, `6.1.2` or a function's name, read as a reference."""
    if rmf := re.fullmatch(_RMF, words):
        ref = f"{FUNCTIONS[rmf[1]]} {rmf[2] or ''}".rstrip()
        return ref, rmf[3] is not None, None
    if annex := re.fullmatch(_ANNEX, words):
        ref = f"A.{annex[2]}"
        note = None
        if annex[1] == "b":
            note = f"B.{annex[2]} read as {ref}: Annex B guides the control of the same number"
        return ref, annex[3] is not None, note
    if clause := re.fullmatch(_CLAUSE, words):
        return clause[1], clause[2] is not None, None
    return None


def _without_leading(words: str) -> str:
    """`iso 42001 6.1.2` without the words that only say which standard it is."""
    while (lead := re.match(_LEADING, words)) and lead.end() < len(words):
        words = words[lead.end() :]
    return words


def _genai(name: str, catalogue: Catalogue) -> _Read:
    if name == "*":
        return "", True, None
    if name.isdecimal():
        for risk in catalogue.leaves("genai"):
            if str(risk.details["number"]) == name:
                return risk.ref, False, None
    wanted = name.replace(" ", "-").replace("_", "-")
    by_title = {one.title.casefold(): one.ref for one in catalogue.leaves("genai")}
    return by_title.get(name, f"genai:{wanted}"), False, None


def _unknown(
    text: str, ref: str, catalogue: Catalogue, field: str, file: str | None, row: int | None
) -> Problem:
    given = visible(" ".join(text.split())[:_LONGEST])
    if action := re.fullmatch(_ACTION, " ".join(text.casefold().split())):
        of = _read(action[1], catalogue)[0]
        message = f"'{given}' is an action of NIST AI 600-1: tag the subcategory or the risk"
        return Problem(message, file, row, field, of if of in catalogue.requirements else None)
    message = f"'{given}' is not a reference of {', '.join(FRAMEWORKS.values())}"
    return Problem(message, file, row, field, _nearest(ref, catalogue))


def _nearest(ref: str, catalogue: Catalogue) -> str | None:
    """The reference meant most likely: the same number elsewhere, else the nearest spelling.

    Of a number only one of its own category, block or clause, or what it is with one sign less
    (`A.22.4`): `MAP 9.9` is near to nothing.
    """
    if re.fullmatch(r"[0-9.]+", ref):
        same = [one for one in (f"A.{ref}", f"MEASURE {ref}") if one in catalogue.requirements]
        if same:
            return same[0]
    choices: Iterable[str] = catalogue.requirements
    if numbered := re.fullmatch(_NUMBER, ref):
        family = numbered[1]
        choices = [one for one in choices if one == family or one.startswith(f"{family}.")]
        less = (ref[:place] + ref[place + 1 :] for place in range(len(ref[:40])))
        if not choices:
            return next((one for one in less if one in catalogue.requirements), None)
    return closest(ref[:40], choices)


def _members_named(found: Requirement, catalogue: Catalogue) -> str:
    members = ", ".join(one.ref for one in catalogue.leaves_below(found.ref))
    level = found.level.replace("-", " ")
    article = "an" if level[0] in "aeiou" else "a"
    return (
        f"'{found.ref}' is {article} {level}: name what it supports among {members}, "
        f"or all of them with '{found.ref}.*'"
    )
