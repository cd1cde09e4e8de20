"""An entry says everything about one change, in bytes that are read in one way only."""

from __future__ import annotations

import base64

import pytest

from govtrack.trail import entry
from govtrack.trail.canonical import canonical, parsed

ORIGIN = "example.org/govtrack/7f3c9a12"
EVENT = {
    "v": 1,
    "trail": ORIGIN,
    "seq": 7,
    "at": "2026-11-24T00:00:01.000000Z",
    "actor": "ada@example.org",
    "action": "evidence.added",
    "reason": "yearly review",
    "subject": {"type": "evidence", "id": "EV-2026-0001", "version": 1},
    "after": {"title": "Bewertung März", "tags": [], "size": 0},
    "salt": "K8mQBZRzRI5uvUQqoWv6oA==",
}


def write(**other):
    said = {"trail": ORIGIN, "seq": 7, "at": EVENT["at"], "actor": EVENT["actor"], "reason": None}
    change = entry.Change("evidence.added", "evidence", "EV-2026-0001", 1, EVENT["after"])
    return entry.written(change, **{**said, **other})


def test_an_entry_carries_place_time_person_reason_and_the_whole_record():
    event = entry.read(write(reason="yearly review"))

    assert {**event, "salt": EVENT["salt"]} == EVENT


def test_the_bytes_are_canonical_and_end_without_a_newline():
    data = write()

    assert canonical(parsed(data)) == data
    assert data.endswith(b"}")


def test_the_same_change_is_never_the_same_bytes_twice_because_of_its_salt():
    first, second = entry.read(write()), entry.read(write())

    assert first["salt"] != second["salt"]
    assert len(base64.b64decode(first["salt"], validate=True)) == 16


def test_what_is_written_is_read():
    assert entry.read(canonical(EVENT)) == EVENT
    assert entry.read(canonical({**EVENT, "after": None, "reason": None}))["after"] is None


@pytest.mark.parametrize("name", [*entry.FIELDS])
def test_an_entry_that_lacks_a_field_is_refused_by_its_name(name):
    with pytest.raises(ValueError, match=f"lacks {name}"):
        entry.read(canonical({key: value for key, value in EVENT.items() if key != name}))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"v": 2}, "format version 2"),
        ({"v": "1"}, "format version 1"),
        ({"v": True}, "has v of another type"),
        ({"seq": "7"}, "has seq of another type"),
        ({"seq": True}, "has seq of another type"),
        ({"at": None}, "has at of another type"),
        ({"after": []}, "has after of another type"),
        ({"reason": 1}, "has reason of another type"),
        ({"subject": None}, "has subject of another type"),
        ({"subject": {"type": "evidence", "id": "EV-2026-0001"}}, "lacks subject.version"),
        ({"subject": {**EVENT["subject"], "id": []}}, "has subject.id of another type"),
        ({"more": 1}, "has more, which is unknown"),
    ],
    ids=repr,
)
def test_an_entry_of_another_form_is_refused_in_words(wrong, words):
    with pytest.raises(ValueError, match=words):
        entry.read(canonical({**EVENT, **wrong}))


@pytest.mark.parametrize("data", [b"[]", b"1", b"null", b"{}", b"{", b"\xff"])
def test_what_is_no_entry_is_refused(data):
    with pytest.raises(ValueError, match=r"."):
        entry.read(data)
