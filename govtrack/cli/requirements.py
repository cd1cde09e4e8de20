"""`govtrack requirements`: what the standards ask, in a list or one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from govtrack.catalog import refs
from govtrack.catalog.catalogue import FRAMEWORKS
from govtrack.catalog.crosswalk import corresponding
from govtrack.catalog.kinds import reason
from govtrack.cli.crosswalk import correspondence, said
from govtrack.cli.options import OneOf, json_option
from govtrack.cli.output import answer_json, plural, say, table, talk
from govtrack.cli.standards import complete_reference, loaded, wording
from govtrack.errors import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from govtrack.catalog.catalogue import Catalogue, Requirement
    from govtrack.catalog.vocabulary import Wording


@click.command()
@click.argument("words", nargs=-1, metavar="[REF]...", shell_complete=complete_reference)
@click.option("--framework", type=OneOf(list(FRAMEWORKS)), help="List one standard only.")
@json_option
def requirements(words: tuple[str, ...], framework: str | None, as_json: bool) -> None:
    """Subcategories, clauses, controls and GenAI risks: all of them, or REF in detail.

    \b
    REF may be written in many ways: MEASURE 2.6, ms-2.6, 6.1.2, clause 6.1.2, A.6.2.4,
    ISO 42001 6.1.2, genai:confabulation. B.6.2.4 is read as A.6.2.4.

    \b
    Examples:
      govtrack requirements --framework iso
      govtrack requirements MEASURE 2.6
      govtrack requirements 6.1.2 A.6.2.4 --json
    """  # noqa: D301  (\b keeps the lines for click)
    catalogue = loaded()
    if words and framework:
        message = "--framework lists a standard; leave it out with a reference"
        raise click.UsageError(message, click.get_current_context())
    if words:
        _show(refs.joined(words), catalogue, as_json=as_json)
    else:
        every = catalogue.requirements.values()
        _list([one for one in every if framework in {None, one.framework}], as_json=as_json)


def _show(texts: Iterable[str], catalogue: Catalogue, *, as_json: bool) -> None:
    asked = []
    for text in texts:
        asked.append(refs.find(text, catalogue))
        if note := refs.note_on(text, catalogue):
            talk(note)
    if as_json:
        answer_json(_document([_detail(one, catalogue) for one in asked]))
        return
    words = wording(catalogue)
    for position, one in enumerate(asked):
        if position:
            say()
        for line in _lines(one, catalogue, words):
            say(visible(line))


def _list(listed: Iterable[Requirement], *, as_json: bool) -> None:
    if as_json:
        answer_json(_document([_plain(one) for one in listed]))
        return
    table(
        ("ref", "standard", "level", "documented", "title"),
        ((one.ref, one.framework, one.level, _documented(one), one.title) for one in listed),
    )


def _document(found: list[dict[str, Any]]) -> dict[str, Any]:
    return {"format": "govtrack.requirements/1", "requirements": found}


def _plain(one: Requirement) -> dict[str, Any]:
    return {
        "ref": one.ref,
        "framework": one.framework,
        "level": one.level,
        "parent": one.parent,
        "leaf": one.leaf,
        "title": one.title,
        "documented_information": one.documented_information,
        "details": one.details,
    }


def _documented(one: Requirement) -> str | None:
    """`record, explicit`: what documented information the clause asks for, and how strongly."""
    asked = one.documented_information
    return f"{asked['kind']}, {asked['strength']}" if asked else None


def _detail(one: Requirement, catalogue: Catalogue) -> dict[str, Any]:
    return {
        **_plain(one),
        "members": [member.ref for member in catalogue.members(one.ref)],
        "kinds": [
            {"kind": kind.id, "title": kind.title, "ref": tag.ref, "reason": reason(tag)}
            for kind, tag in _supporting(one, catalogue)
        ],
        "genai": _genai(one, catalogue),
        "crosswalk": [
            correspondence(found, catalogue) for found in corresponding(one.ref, catalogue)
        ],
    }


def _supporting(one: Requirement, catalogue: Catalogue) -> list[tuple[Any, Any]]:
    """Kinds of evidence that name the element, or the category or block that holds it."""
    named = {one.ref, one.parent} if one.leaf else {one.ref}
    return [
        (kind, tag) for kind in catalogue.kinds.values() for tag in kind.tags if tag.ref in named
    ]


def _genai(one: Requirement, catalogue: Catalogue) -> dict[str, Any] | None:
    """What NIST AI 600-1 ties to it: risks of a subcategory, subcategories of a risk."""
    if one.framework == "iso":
        return None
    rows = catalogue.genai["subcategories"]
    if one.framework == "genai":
        name = one.ref.partition(":")[2]
        return {"subcategories": [row["rmf"] for row in rows if name in row["risks"]]}
    found = next((row for row in rows if row["rmf"] == one.ref), None)
    if found is None:
        return None
    return {
        "risks": [f"genai:{risk}" for risk in found["risks"]],
        "actions": found["actions"],
        "actor_tasks": found["actor_tasks"],
    }


def _lines(one: Requirement, catalogue: Catalogue, words: Wording) -> Iterable[str]:
    yield f"{one.ref}  {one.title}"
    place = f"{FRAMEWORKS[one.framework]}, {one.level.replace('-', ' ')}"
    if one.parent:
        place += f" of {one.parent} ({catalogue.requirements[one.parent].title})"
    yield f"  {place}"
    if source := one.details.get("title_source"):
        yield f"  wording: {source}"
    if description := one.details.get("description"):
        yield f"  {description}"
    if characteristic := one.details.get("characteristic"):
        yield f"  evaluates the trustworthy characteristic {characteristic}"
    yield from _documented_lines(one, words)
    if members := catalogue.members(one.ref):
        yield "members"
        yield from (f"  {member.ref}  {member.title}" for member in members)
    yield from _supporting_lines(one, catalogue, words)
    yield from _genai_lines(one, catalogue)
    yield from _crosswalk_lines(one, catalogue)


def _documented_lines(one: Requirement, words: Wording) -> Iterable[str]:
    if asked := one.documented_information:
        yield f"{words('documented-information')}: {asked['kind']}, {asked['strength']}"
        yield f"  {asked['what']}"
    elif one.level == "clause":
        yield words("documented-information")
        yield "  none asked for by this clause"
    if examples := one.details.get("evidence"):
        yield "examples of evidence"
        yield f"  {'; '.join(examples)}"
    if controls := one.details.get("related_controls"):
        yield "related controls"
        yield f"  {', '.join(controls)}"


def _supporting_lines(one: Requirement, catalogue: Catalogue, words: Wording) -> Iterable[str]:
    if not one.leaf:
        return
    yield "supported by default by these kinds of evidence"
    supporting = _supporting(one, catalogue)
    for kind, tag in supporting:
        level = "" if tag.ref == one.ref else f"; names {tag.ref} whole, not proposed"
        yield f"  {kind.id}  {words.kind(kind)} ({reason(tag)}{level})"
    if not supporting:
        yield "  none: tag it by hand"


def _genai_lines(one: Requirement, catalogue: Catalogue) -> Iterable[str]:
    found = _genai(one, catalogue)
    if one.framework == "genai" and found:
        yield "subcategories with suggested actions for this risk (NIST AI 600-1)"
        yield f"  {', '.join(found['subcategories'])}"
    elif found:
        yield f"GenAI risks (NIST AI 600-1, suggested actions: {found['actions']})"
        yield f"  {', '.join(found['risks'])}"


def _crosswalk_lines(one: Requirement, catalogue: Catalogue) -> Iterable[str]:
    if one.framework == "genai":
        return
    found = corresponding(one.ref, catalogue)
    yield "corresponds, by source"
    for name, walk in catalogue.crosswalks.items():
        of_source = [each for each in found if each.row.source == name]
        alike = dict.fromkeys(
            (each.other or each.row.theme, said(each))
            for each in of_source
            if each.through != "below"
        )
        below = [each for each in of_source if each.through == "below"]
        yield f"  {name} ({walk.display})" + ("" if of_source else ": no row")
        for other, remarks in alike:
            yield f"    {other}" + (f"  [{remarks}]" if remarks else "")
        if below:
            yield f"    {plural(len(below), 'row')} for its members: govtrack crosswalk {one.ref}"
