"""Evidence as it is read: lists, single records, and each record's history in the trail."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack.register.images import images
from govtrack.register.nouns import EVIDENCE
from govtrack.status import freshness

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from govtrack.register.images import Image

FORMAT = "govtrack.evidence/1"


class Filter(NamedTuple):
    """Which evidence is asked for; None asks for any. `system` is an id."""

    key: int | None = None
    keys: tuple[int, ...] | None = None
    kind: str | None = None
    system: str | None = None
    ref: str | None = None
    status: str | None = None
    freshness: str | None = None
    period_start: date | None = None
    period_end: date | None = None
    text: str | None = None
    held: bool | None = None


def documents(
    connection: sqlite3.Connection,
    wanted: Filter,
    day: date,
    soon_days: int = freshness.SOON_DAYS,
) -> Iterator[dict[str, Any]]:
    """Each matching piece of evidence on `day`, in the form of `--json`, in the order of ids."""
    given = freshness.parameters(day, soon_days)
    among, more = _among(wanted)
    holds = held(connection, day)
    for _, image in images(connection, EVIDENCE, among, given | more):
        yield document(image, day, soon_days, holds.get(image["id"], ()))


def held(connection: sqlite3.Connection, day: date) -> dict[str, list[dict[str, str]]]:
    """By id of evidence: the legal holds on it that day (`id`, `title`, `placed_on`)."""
    rows = connection.execute(
        "SELECT evidence, id, title, placed_on FROM legal_hold_evidence JOIN legal_hold "  # noqa: S608
        f"ON hold = key WHERE {_HELD} ORDER BY key",
        {"day": day.isoformat()},
    )
    found: dict[str, list[dict[str, str]]] = {}
    for evidence, identifier, title, placed_on in rows:
        hold = {"id": identifier, "title": title, "placed_on": placed_on}
        found.setdefault(evidence, []).append(hold)
    return found


_HELD = "placed_on <= :day AND (lifted_on IS NULL OR lifted_on > :day)"


def document(
    image: Image,
    day: date,
    soon_days: int = freshness.SOON_DAYS,
    holds: Sequence[dict[str, str]] = (),
) -> dict[str, Any]:
    """A record's image as one JSON object, with the status and freshness it has on `day`.

    `holds` are the legal holds on it that day, as `held` gives them.
    """
    limits = freshness.parameters(day, soon_days)
    status = status_of(image, limits["day"])
    return {
        "format": FORMAT,
        "id": image["id"],
        "status": status,
        "freshness": freshness_of(image, limits) if status == "approved" else None,
        "title": image["title"],
        "kind": image["kind"],
        "version": image["version"],
        "systems": image["systems"],
        "period_start": image["period_start"],
        "period_end": image["period_end"],
        "prepared_by": image["prepared_by"],
        "prepared_on": image["prepared_on"],
        "approved_by": image["approved_by"],
        "approved_on": image["approved_on"],
        "self_approved": bool(image["approved_by"])
        and image["approved_by"] == image["prepared_by"],
        "valid_until": image["valid_until"],
        "review_due": image["review_due"],
        "recorded_on": image["recorded_on"],
        "recorded_days_late": freshness.days_late(image["prepared_on"], image["recorded_on"]),
        "supersedes": image["supersedes"],
        "superseded_by": image["superseded_by"],
        "superseded_on": image["superseded_on"],
        "withdrawn_on": image["withdrawn_on"],
        "withdrawn_why": image["withdrawn_why"],
        "purged_on": image["purged_on"],
        "purged_by": image["purged_by"],
        "purged_why": image["purged_why"],
        "holds": list(holds),
        "source": image["source"],
        "classification": image["classification"],
        "retention": image["retention"],
        "why": image["why"],
        "files": [
            _file(image["id"], file) for file in sorted(image["files"], key=lambda f: f["position"])
        ],
        "tags": [_tag(tag) for tag in image["tags"]],
    }


def status_of(image: Image, day: str) -> str:
    """What `freshness.STATUS` says in SQL, of one image."""
    for name, status in (("withdrawn_on", "withdrawn"), ("superseded_on", "superseded")):
        if image[name] is not None and image[name] <= day:
            return status
    if image["approved_on"] is None or image["approved_on"] > day:
        return "draft"
    ended = image["valid_until"] is not None and image["valid_until"] < day
    return "expired" if ended else "approved"


def freshness_of(image: Image, limits: dict[str, str]) -> str:
    """What `freshness.FRESHNESS` says in SQL, of one image."""
    ends = [end for end in (image["valid_until"], image["review_due"]) if end is not None]
    if any(end < limits["day"] for end in ends):
        return "stale"
    return "expiring" if any(end <= limits["soon"] for end in ends) else "fresh"


def counted(tags: list[dict[str, Any]]) -> dict[str, int]:
    """How many requirements of each framework the confirmed tags count for."""
    refs = {(tag["framework"], tag["ref"]) for tag in tags if tag["confirmed"]}
    return {name: sum(1 for one, _ in refs if one == name) for name in ("rmf", "iso", "genai")}


def proposed(tags: list[dict[str, Any]]) -> list[str]:
    """The references that wait for a person's word, each once."""
    confirmed = {tag["ref"] for tag in tags if tag["confirmed"]}
    open_ = (tag["ref"] for tag in tags if tag["state"] == "proposed")
    return [ref for ref in dict.fromkeys(open_) if ref not in confirmed]


def known_ids(connection: sqlite3.Connection) -> list[str]:
    """Every id, newest first."""
    return [row[0] for row in connection.execute("SELECT id FROM evidence ORDER BY key DESC")]


def _file(identifier: str, file: dict[str, Any]) -> dict[str, Any]:
    shown = {name: file[name] for name in ("name", "sha256", "size", "media_type")}
    # so that a list of files alone still says whose they are
    shown["evidence_id"] = identifier
    return shown | ({"name_b64": file["name_b64"]} if file["name_b64"] else {})


def _tag(tag: dict[str, Any]) -> dict[str, Any]:
    state = "confirmed" if tag["confirmed_on"] else "proposed"
    if tag["declined_on"]:
        state = "declined"
    shown = {name: tag[name] for name in ("ref", "framework", "origin", "source")}
    rest = ("note", "confirmed_by", "confirmed_on", "declined_by", "declined_on")
    more = {name: tag[name] for name in rest if tag[name] is not None}
    return shown | {"confirmed": state == "confirmed", "state": state} | more


def _among(wanted: Filter) -> tuple[str, dict[str, Any]]:
    conditions = [freshness.STANDING]
    given: dict[str, Any] = {}
    for name, condition in _CONDITIONS.items():
        value = getattr(wanted, name)
        if value is not None:
            conditions.append(condition)
            given[name] = _given(value)
    if wanted.text is not None:
        given["text"] = f"%{_escaped(wanted.text)}%"
    return f"SELECT key FROM evidence WHERE {' AND '.join(conditions)}", given  # noqa: S608


def _given(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value) if isinstance(value, tuple) else value


_CONDITIONS = {
    "key": "key = :key",
    "keys": "key IN (SELECT value FROM json_each(:keys))",
    "kind": "kind = :kind",
    "system": "key IN (SELECT evidence FROM evidence_system WHERE system = :system)",
    "ref": "key IN (SELECT evidence FROM evidence_tag WHERE ref = :ref AND declined_on IS NULL)",
    "status": f"{freshness.STATUS} = :status",
    "freshness": f"{freshness.STATUS} = 'approved' AND {freshness.FRESHNESS} = :freshness",
    "period_start": "coalesce(period_end, prepared_on, recorded_on) >= :period_start",
    "period_end": "coalesce(period_start, prepared_on, recorded_on) <= :period_end",
    "held": f"id IN (SELECT evidence FROM legal_hold_evidence JOIN legal_hold ON hold = "  # noqa: S608
    f"legal_hold.key WHERE {_HELD})",
    "text": "(title LIKE :text ESCAPE '\\' OR why LIKE :text ESCAPE '\\' OR source LIKE :text "
    "ESCAPE '\\' OR id LIKE :text ESCAPE '\\' OR key IN "
    "(SELECT evidence FROM evidence_file WHERE name LIKE :text ESCAPE '\\'))",
}


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
