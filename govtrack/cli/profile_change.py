"""`govtrack profile set|add|change`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from govtrack.cli.changes import catalogue_of, changed
from govtrack.cli.options import DAY, Change, changing, json_option
from govtrack.cli.output import answer_json, say
from govtrack.errors import visible
from govtrack.register.nouns import NOUNS, key_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.register.images import Image
    from govtrack.register.recording import Recording

SHOWN = 6
"""How many references an answer names."""


@click.command("set")
@click.argument("refs", nargs=-1, required=True, metavar="SUBCATEGORY...")
@click.option("--profile", metavar="PROFILE", help="Slug or id. Default: the organisation's.")
@click.option("--system", help="The profile of this AI system (slug or id).")
@click.option("--current", metavar="STATE", help="In which state the outcome is.")
@click.option("--outcome", metavar="TEXT", help="The current outcome in words.")
@click.option("--target", metavar="STATE", help="Which state is wanted.")
@click.option("--target-outcome", metavar="TEXT", help="The outcome wanted, in words.")
@click.option("--by", "target_by", type=DAY, metavar="DATE", help="When it is to be reached.")
@click.option("--priority", metavar="P", help="How much the gap matters, by the scale.")
@click.option("--why", metavar="TEXT", help="Why this priority, or why this target.")
@click.option("--action", metavar="TEXT", help="What closes the gap.")
@click.option("--owner", metavar="WHO", help="Who does it.")
@click.option("--due", type=DAY, metavar="DATE", help="When the action is due.")
@click.option("--note", metavar="TEXT")
@click.option("--clear", multiple=True, metavar="FIELD", help="Empty a field again; repeat.")
@click.option("--on", "set_on", type=DAY, metavar="DATE",
              help="The day from which it holds. Default: today.")  # fmt: skip
@json_option
@changing
def set_(
    refs: tuple[str, ...],
    *,
    profile: str | None,
    system: str | None,
    clear: tuple[str, ...],
    as_json: bool,
    change: Change,
    **said: Any,
) -> None:
    r"""Set the state, target and plan of subcategories; what is not given stays as it was.

    Each set is kept with its day. States and priorities are those of the scale, which 'govtrack
    profile show' prints. A generative AI profile also takes the actions of NIST AI 600-1
    (GV-1.1-001, or GV-1.1-* for all of a subcategory).

    \b
    Examples:
      govtrack profile set 'MEASURE 2.6' --current partly --target achieved --by 2026-12-31 \
        --priority high --action 'Test in every release' --owner ben --due 2026-11-30
      govtrack profile set 'GOVERN 1.*' --current largely --on 2026-03-31
    """
    from govtrack.aims import profile as noun
    from govtrack.catalog import profile_refs
    from govtrack.catalog.refs import joined

    names = tuple(name.removeprefix("--").replace("-", "_") for name in clear)
    cleared = tuple("target_by" if name == "by" else name for name in names)
    with changed(change, quiet=as_json) as (space, recorded):
        catalogue = catalogue_of(space)
        of = noun.meant(recorded, profile, system)
        found = profile_refs.resolve(
            joined(refs), catalogue, generative=of.kind == "generative-ai", field="SUBCATEGORY"
        )
        rows = [
            noun.ProfileRowFields(ref=ref, profile=of.id, clear=cleared, **said) for ref in found
        ]
        done = [one for one in noun.set_rows(recorded, rows, catalogue) if one.new]
        images = [recorded.image("profile_row", _key(one.id, "profile_row")) for one in done]
        slug = of.slug
        if (said["current"] or said["target"]) and images:
            _remark(recorded, catalogue, images, claimed=bool(said["current"]))
    if as_json:
        answer_json(
            {
                "format": "govtrack.profile-set/1",
                "profile": slug,
                "rows": images,
                "notes": recorded.notes,
            }
            | _dry(change)
        )
        return
    if not images:
        return
    set_ = [image["ref"] for image in images]
    more = f" and {len(set_) - SHOWN} more" if len(set_) > SHOWN else ""
    verb = "Would set" if change.dry_run else "Set"
    say(f"{verb} {', '.join(set_[:SHOWN])}{more} in profile {slug} on {images[0]['set_on']}: "
        f"{_in_words(images[0])}")  # fmt: skip


def _remark(
    recorded: Recording, catalogue: Catalogue, images: list[Image], *, claimed: bool
) -> None:
    """Note which states just set nothing proves, or lie above their target; so does the check."""
    from datetime import date

    from govtrack.status import profile_gaps, profile_rows

    day = date.fromisoformat(images[0]["set_on"])
    head = profile_rows.head(recorded.connection, images[0]["profile"])
    profile = profile_rows.profile(recorded.connection, catalogue, day, head)
    codes = (profile_gaps.BEYOND, profile_gaps.BELOW) if claimed else (profile_gaps.BELOW,)
    recorded.notes += profile_gaps.of_states(profile, [image["ref"] for image in images], codes)


def _head(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say something of a profile's head."""
    for option in reversed((
        click.option("--kind", metavar="KIND",
                     help="use-case, generative-ai, system or organisation."),
        click.option("--title", help="What people call it."),
        click.option("--scope", metavar="TEXT",
                     help="Unit, systems, life cycle stages and AI actors it is about."),
        click.option("--system", help="The AI system it is about (slug or id)."),
        click.option("--tolerance", metavar="TEXT", help="Which risk tolerance it follows."),
        click.option("--method", metavar="TEXT", help="How the states were assessed."),
        click.option("--assessors", metavar="WHO", help="Who assessed them."),
        click.option("--review-due", type=DAY, metavar="DATE", help="When to review it."),
    )):  # fmt: skip
        command = option(command)
    return command


@click.command()
@click.argument("slug", metavar="NAME")
@_head
@json_option
@changing
def add(slug: str, *, as_json: bool, change: Change, **said: Any) -> None:
    r"""Record a further profile under a short name (NAME).

    The organisation's and a system's own profile are made when something is first set in them.
    Kind generative-ai is the profile of NIST AI 600-1, with its actions. Default: use-case.

    \b
    Examples:
      govtrack profile add hiring --title 'Hiring' --scope 'Screening of applications' \
        --assessors eva --review-due 2027-01-31
      govtrack profile add genai --kind generative-ai --title 'Generative AI'
    """
    from govtrack.aims import profile as noun

    with changed(change, quiet=as_json) as (_, recorded):
        identifier = noun.add(recorded, slug, noun.ProfileFields(**said))
        image = recorded.image("profile", _key(identifier, "profile"))
    _answer_head(image, recorded, "record", change, as_json=as_json)


@click.command("change")
@click.argument("which", metavar="PROFILE")
@_head
@json_option
@changing
def change_(which: str, *, as_json: bool, change: Change, **said: Any) -> None:
    r"""Change what the head of a profile says, named by slug or id.

    \b
    Examples:
      govtrack profile change organisation --tolerance RC-2026-0001 --assessors 'eva, ben' \
        --review-due 2027-01-31
    """
    from govtrack.aims import profile as noun

    with changed(change, quiet=as_json) as (_, recorded):
        identifier = noun.change(recorded, which, noun.ProfileFields(**said))
        image = recorded.image("profile", _key(identifier, "profile"))
    _answer_head(image, recorded, "change", change, as_json=as_json)


def _answer_head(
    image: Image, recorded: Recording, verb: str, change: Change, *, as_json: bool
) -> None:
    if as_json:
        document = {"format": "govtrack.profile-head/1", **image, "notes": recorded.notes}
        answer_json(document | _dry(change))
        return
    done = {"record": "Recorded", "change": "Changed"}[verb]
    done = f"Would {verb}" if change.dry_run else done
    say(f"{done} {image['id']} '{visible(image['title'])}' ({image['slug']}, {image['kind']})")


def _dry(change: Change) -> dict[str, bool]:
    return {"dry_run": True} if change.dry_run else {}


def _key(identifier: str, noun: str) -> int:
    return key_of(identifier, NOUNS[noun])


def _in_words(image: Image) -> str:
    current, target = image["current"] or "not assessed", image["target"] or "no target"
    due = f", due {image['due']}" if image["due"] else ""
    return visible(f"current {current}, target {target}{due}")
