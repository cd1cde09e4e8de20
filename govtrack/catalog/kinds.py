"""Kinds of evidence: which one is meant, what it supports, when it is looked at again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govtrack.catalog.catalogue import Proposal
from govtrack.errors import closest, refuse, visible

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue, Kind, KindTag


def kind(text: str, catalogue: Catalogue, *, field: str = "kind", file: str | None = None) -> Kind:
    """The kind that `text` names by its id or its title, or a refusal with the nearest."""
    wanted = " ".join(text.casefold().split())
    by_name = {one.id.casefold(): one for one in catalogue.kinds.values()}
    by_name |= {one.title.casefold(): one for one in catalogue.kinds.values()}
    found = by_name.get(wanted) or by_name.get(wanted.replace(" ", "-").replace("_", "-"))
    if found is None:
        nearest = _sharing_words(wanted[:60], by_name) or closest(wanted[:60], by_name)
        raise refuse(
            f"'{visible(text)}' is not a kind of evidence; 'govtrack kinds' lists them",
            file=file,
            field=field,
            nearest=by_name[nearest].id if nearest else None,
        )
    return found


def _sharing_words(wanted: str, names: Iterable[str]) -> str | None:
    """The only name that has every word asked for: `model-card` is `Model card or …`."""
    words = _words(wanted)
    found = [name for name in names if words and words <= _words(name)]
    return found[0] if len(found) == 1 else None


def _words(text: str) -> set[str]:
    return set(text.casefold().replace("-", " ").replace("_", " ").replace(",", " ").split())


def default_tags(
    kind_id: str, catalogue: Catalogue, characteristics: Iterable[str] = ()
) -> tuple[Proposal, ...]:
    """The tags a kind suggests, each with its reason; leaves only.

    `characteristics` (ids of the trustworthy characteristics a report covers) add the subcategory
    that evaluates each, where the kind is reported per characteristic. An element that the kind
    names as a whole category is not written out.
    """
    chosen = catalogue.kinds[kind_id]
    proposals = {
        tag.ref: Proposal(tag.ref, tag.framework, "kind", kind_id, reason(tag))
        for tag in chosen.tags
        if catalogue.requirements[tag.ref].leaf
    }
    if chosen.extra.get("per_characteristic"):
        for characteristic in characteristics:
            for ref in _evaluated_by(characteristic, catalogue):
                note = f"evaluates the characteristic {characteristic}"
                proposals.setdefault(ref, Proposal(ref, "rmf", "kind", kind_id, note))
    return tuple(proposals.values())


def reason(tag: KindTag) -> str:
    """Why a kind supports an element, in a few words."""
    said = {
        "clause": "the clause asks for it",
        "title": "named in its title",
        "own": "the workspace's own kind",
        "judgement": "our judgement",
    }.get(tag.source, f"crosswalk {tag.source}")
    parts = [f"{said}: {tag.reason}" if tag.reason else said]
    parts += [f"table {tag.table}"] if tag.table else []
    parts += [f"via {tag.via}"] if tag.via else []
    parts += [f"also {tag.also}"] if tag.also else []
    parts += ["that row has a known slip"] if tag.flagged else []
    return ", ".join(parts)


def review_due(chosen: Kind, prepared_or_approved: date) -> date | None:
    """The day by which evidence of that kind is looked at again; None where events decide.

    Counted in calendar months from the day it was prepared or approved (31 January and one month
    is the last day of February). A convention: ISO/IEC 42001 fixes no interval.
    """
    if chosen.interval_months is None:
        return None
    from dateutil.relativedelta import relativedelta  # noqa: PLC0415  (only when it is counted)

    try:
        return prepared_or_approved + relativedelta(months=chosen.interval_months)
    except (ValueError, OverflowError):
        return type(prepared_or_approved).max


def _evaluated_by(characteristic: str, catalogue: Catalogue) -> tuple[str, ...]:
    found = tuple(
        one.ref
        for one in catalogue.leaves("rmf")
        if one.details.get("characteristic") == characteristic
    )
    if not found:
        known = [one["id"] for one in catalogue.about["rmf"]["trustworthy_characteristics"]]
        raise refuse(
            f"'{visible(characteristic)}' is not a trustworthy characteristic; known are "
            f"{', '.join(known)}",
            field="characteristic",
            nearest=closest(characteristic, known),
        )
    return found
