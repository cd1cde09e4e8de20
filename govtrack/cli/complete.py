"""What a shell offers for a value: references, kinds of evidence, ids, slugs.

A completion never fails and never says anything: without a workspace, or with one that cannot be
read, it offers what is known without it, or nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click
from click.shell_completion import CompletionItem

from govtrack.errors import visible

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.workspace import Workspace

Offered = TypeVar("Offered")

MOST = 200


def refs(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Leaf references, written without spaces and colons, which shells take apart.

    `MEASURE-2.6` and `genai-confabulation` are read as what they stand for.
    """
    return _references(ctx, incomplete, leaves_only=True)


def elements(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """References of every level, written likewise."""
    return _references(ctx, incomplete, leaves_only=False)


def _references(ctx: click.Context, incomplete: str, *, leaves_only: bool) -> list[CompletionItem]:
    given = incomplete.casefold().replace(" ", "-").replace(":", "-")
    lower = incomplete == incomplete.casefold()
    return [
        CompletionItem(written.casefold() if lower else written, help=one.title)
        for one in _of_catalogue(ctx, lambda catalogue: catalogue.requirements.values())
        if (one.leaf or not leaves_only)
        and (written := one.ref.replace(" ", "-").replace(":", "-")).casefold().startswith(given)
    ]


def kinds(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Kinds of evidence."""
    given = incomplete.casefold()
    return [
        CompletionItem(kind.id, help=kind.title)
        for kind in _of_catalogue(ctx, lambda catalogue: catalogue.kinds.values())
        if kind.id.startswith(given)
    ]


def evidence(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Ids of evidence, newest first."""

    def asked(connection: sqlite3.Connection) -> Iterable[tuple[str, str | None]]:
        from govtrack.status.evidence import known_ids

        return ((one, None) for one in known_ids(connection))

    return _of_register(ctx, incomplete, asked)


def holds(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Ids of the legal holds that are not lifted, newest first."""

    def asked(connection: sqlite3.Connection) -> Iterable[tuple[str, str | None]]:
        return connection.execute(
            "SELECT id, title FROM legal_hold WHERE lifted_on IS NULL ORDER BY key DESC"
        ).fetchall()

    return _of_register(ctx, incomplete, asked)


def systems(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Slugs of AI systems, then their ids."""

    def asked(connection: sqlite3.Connection) -> Iterable[tuple[str, str | None]]:
        from govtrack.status.systems import systems as every

        found = every(connection)
        return [(one[name], one["name"]) for name in ("slug", "id") for one in found]

    return _of_register(ctx, incomplete, asked)


def controls(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Controls of Annex A, then those of the organisation's own."""

    def asked(connection: sqlite3.Connection) -> Iterable[tuple[str, str | None]]:
        return connection.execute("SELECT ref, title FROM additional_control ORDER BY ref")

    lower = incomplete == incomplete.casefold()
    of_annex = [
        CompletionItem(one.ref.casefold() if lower else one.ref, help=one.title)
        for one in _of_catalogue(ctx, lambda catalogue: catalogue.leaves("iso"))
        if one.level == "control" and one.ref.casefold().startswith(incomplete.casefold())
    ]
    return of_annex + _of_register(ctx, incomplete, asked)


def impact_words(ctx: click.Context, name: str, incomplete: str) -> list[CompletionItem]:
    """Words of an impact assessment: its levels, its sorts of effect, a scale, the occasions."""
    from govtrack.catalog import impacts

    def offered(catalogue: Catalogue) -> Iterable[tuple[str, str | None]]:
        if name == "levels":
            return [(one.id, one.iso) for one in impacts.levels(catalogue)]
        if name == "effects":
            return [(one, None) for one in impacts.EFFECTS]
        return [(one.id, one.meaning) for one in impacts.scale(catalogue, name)]

    given = incomplete.casefold()
    return [
        CompletionItem(word, help=meaning)
        for word, meaning in _of_catalogue(ctx, offered)
        if word.startswith(given)
    ]


def impact_assessments(
    ctx: click.Context, _: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Ids of impact assessments, newest first, each with its system."""

    def asked(connection: sqlite3.Connection) -> Iterable[tuple[str, str | None]]:
        from govtrack.status.impact_records import ids

        return [(found, system) for found, system in ids(connection).items()]

    return _of_register(ctx, incomplete, asked)


def risks(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Ids of risks, newest first."""

    def asked(connection: sqlite3.Connection) -> Iterable[tuple[str, str | None]]:
        from govtrack.status.risk_rows import known_ids

        return ((one, None) for one in known_ids(connection))

    return _of_register(ctx, incomplete, asked)


def profiles(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Slugs of profiles, then their ids."""

    def asked(connection: sqlite3.Connection) -> Iterable[tuple[str, str | None]]:
        rows = connection.execute("SELECT slug, id, title FROM profile ORDER BY key").fetchall()
        return [(row[place], row[2]) for place in (0, 1) for row in rows]

    return _of_register(ctx, incomplete, asked)


def attestations(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Ids of attestations, newest first."""

    def asked(connection: sqlite3.Connection) -> Iterable[tuple[str, str | None]]:
        return connection.execute("SELECT id, scope FROM attestation ORDER BY key DESC").fetchall()

    return _of_register(ctx, incomplete, asked)


def signing_keys(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Ids of the keys that sign the trail, newest first."""

    def asked(connection: sqlite3.Connection) -> Iterable[tuple[str, str | None]]:
        return connection.execute("SELECT id, how FROM signing_key ORDER BY key DESC").fetchall()

    return _of_register(ctx, incomplete, asked)


def subcategories(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """References of the AI RMF, and actions of NIST AI 600-1."""
    given = incomplete.casefold()
    known = _of_catalogue(ctx, lambda catalogue: catalogue.genai["actions"])
    return refs(ctx, _, incomplete) + [
        CompletionItem(one["id"], help=f"action for {one['rmf']}")
        for one in known
        if given and one["id"].casefold().startswith(given)
    ]


def states(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """States of the scale of profiles."""
    return _of_scale(ctx, incomplete, "states")


def priorities(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Priorities of the scale of profiles."""
    return _of_scale(ctx, incomplete, "priorities")


def _of_scale(ctx: click.Context, incomplete: str, name: str) -> list[CompletionItem]:
    return [
        CompletionItem(one["id"], help=one["meaning"])
        for one in _of_catalogue(ctx, lambda catalogue: catalogue.profile_scale[name])
        if one["id"].startswith(incomplete.casefold())
    ]


def traced(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Whatever a trace may begin at: references, slugs, ids of records and of treatments."""

    def asked(connection: sqlite3.Connection) -> Iterable[tuple[str, str | None]]:
        from govtrack.status.trace_start import known

        return known(connection)

    return elements(ctx, parameter, incomplete) + _of_register(ctx, incomplete, asked)


def recorded(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Ids of whatever the trail has entries of, the last changed first."""

    def asked(connection: sqlite3.Connection) -> Iterable[tuple[str, str | None]]:
        return connection.execute(
            "SELECT subject_id, subject_type FROM entry WHERE subject_type <> 'workspace' "
            "GROUP BY subject_id, subject_type ORDER BY max(seq) DESC"
        ).fetchall()

    return _of_register(ctx, incomplete, asked)


def statements(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Versions of the Statement of Applicability, the latest first."""

    def asked(connection: sqlite3.Connection) -> Iterable[tuple[str, str | None]]:
        rows = connection.execute("SELECT version, approved_on FROM soa ORDER BY version DESC")
        return [(str(version), f"approved {on}") for version, on in rows]

    return _of_register(ctx, incomplete, asked)


def likelihoods(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Words of the likelihood scale of the newest criteria, the least likely first."""
    return _of_register(ctx, incomplete, lambda connection: _scale(connection, "likelihood"))


def consequences(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Words of the consequence scale of the newest criteria, the least first."""
    return _of_register(ctx, incomplete, lambda connection: _scale(connection, "consequence"))


def _scale(connection: sqlite3.Connection, name: str) -> list[tuple[str, str | None]]:
    meaning = {"likelihood": "meaning", "consequence": "individuals"}[name]
    return connection.execute(
        f"SELECT word, {meaning} FROM risk_{name} WHERE criteria = "  # noqa: S608  (ours)
        "(SELECT max(key) FROM risk_criteria) ORDER BY position"
    ).fetchall()


VALUES = {
    "ID-or-REF": traced,
    "AT": attestations,
    "PROFILE": profiles,
    "STATE": states,
    "SUBCATEGORY": subcategories,
    "--priority": priorities,
    "RISK": risks,
    "EV": evidence,
    "LH": holds,
    "OLD": evidence,
    "ID": recorded,
    "R": risks,
    "FROM": statements,
    "TO": statements,
    "IA": impact_assessments,
    "REF": refs,
    "KIND": kinds,
    "CONTROL": controls,
    "KEY": signing_keys,
    "SYSTEM": systems,
    "--kind": kinds,
    "--system": systems,
    "--ref": refs,
    "--supports": refs,
    "--control": controls,
}
"""What is offered for an option, or for what a usage line calls by that word."""


def attach(command: click.Command) -> None:
    """Let the values of a command's options and arguments complete, and of those below it."""
    for parameter in command.params:
        if getattr(parameter, "_custom_shell_complete", None):  # it knows better
            continue
        word = (parameter.metavar or "").strip("[].")
        offer = next((VALUES[name] for name in (*parameter.opts, word) if name in VALUES), None)
        if offer is not None:
            _offering(parameter, offer)
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            attach(inner)


def _offering(
    parameter: click.Parameter,
    offer: Callable[[click.Context, click.Parameter, str], list[CompletionItem]],
) -> None:
    def shell_complete(ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        return offer(ctx, parameter, incomplete)

    parameter.shell_complete = shell_complete  # type: ignore[method-assign]


def _of_catalogue(
    ctx: click.Context, asked: Callable[[Catalogue], Iterable[Offered]]
) -> Iterable[Offered]:
    try:
        from govtrack.catalog.loading import catalogue

        space = _workspace(ctx)
        return asked(catalogue(space.schemas if space else None))
    except Exception:  # noqa: BLE001  (a completion that fails would be printed into the line)
        return ()


def _of_register(
    ctx: click.Context,
    incomplete: str,
    asked: Callable[[sqlite3.Connection], Iterable[tuple[str, str | None]]],
) -> list[CompletionItem]:
    given = incomplete.casefold()
    try:
        from govtrack.register.reader import reading

        space = _workspace(ctx)
        if space is None:
            return []
        with reading(space) as connection:
            found = [
                CompletionItem(value, help=visible(help_) if help_ else None)
                for value, help_ in asked(connection)
                if value.casefold().startswith(given)
            ]
    except Exception:  # noqa: BLE001  (as above)
        return []
    return found[:MOST]


def _workspace(ctx: click.Context) -> Workspace | None:
    from govtrack import workspace
    from govtrack.errors import Refusal

    directory = ctx.find_root().params.get("directory")
    try:
        return workspace.find(Path(directory) if directory else None)
    except Refusal:
        return None
