"""What the page carries of the trail: as much as there is room for, and nothing that runs."""

from __future__ import annotations

import json
import sqlite3

from govtrack.packs import on_the_page
from govtrack.packs.contents import OnThePage, Shown, ShownCheckpoint, ShownKey, Trail
from govtrack.trail import note, proof

HOSTILE = '{"x":"</script><script>alert(1)</script>\u2028"}'.encode()


def trail(*entries, paths=()):
    files = [("trail/checkpoint", b"a\n1\nroot\n\n")]
    files += [
        (f"trail/proofs/{one.id}.tlog-proof", proof.proof_text(n, path, b"a\n1\nroot\n\n"))
        for n, (one, path) in enumerate(zip(entries, paths, strict=True))
    ]
    return Trail("a", 1, "root", None, None, files=tuple(files), on_the_page=OnThePage(entries))


def test_each_hash_is_carried_once():
    left, right = b"\1" * 32, b"\2" * 32
    made = trail(Shown("EV-1", b"{}"), Shown("EV-2", b"{}"), paths=([left, right], [right]))

    said = json.loads(on_the_page.embedded(made))

    assert said["hashes"] == [note.encoded(left), note.encoded(right)]
    assert [(one["index"], one["path"]) for one in said["artefacts"]] == [(0, [0, 1]), (1, [1])]
    assert (said["of"], said["checkpoint"]) == (2, "a\n1\nroot\n\n")


def test_no_text_of_an_entry_can_end_the_script_that_holds_it():
    told = on_the_page.embedded(trail(Shown("EV-1", HOSTILE), paths=([],)))

    assert "<" not in told
    assert json.loads(told)["artefacts"][0]["entry"].encode() == HOSTILE


def test_entries_are_carried_while_there_is_room(monkeypatch):
    monkeypatch.setattr(on_the_page, "ROOM", 25)
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE entry (seq INTEGER PRIMARY KEY, bytes BLOB)")
    connection.executemany("INSERT INTO entry VALUES (?, ?)", [(n, b"x" * 10) for n in range(4)])

    found = list(on_the_page.shown(connection, {"EV-3": 3, "EV-1": 1, "EV-2": 2}))
    connection.close()

    assert [one.id for one in found] == ["EV-1", "EV-2"]


def test_changes_of_keys_and_earlier_sizes_are_carried_with_their_proofs():
    one, two = b"\1" * 32, b"\2" * 32
    carried = OnThePage(
        keys=(ShownKey(1, b"{}", (one, two)),),
        checkpoints=(ShownCheckpoint("a\n2\nroot\n\n\u2014 a b\n".encode(), (two,)),),
    )
    files = (
        ("trail/vkey.txt", b"a+1+b\n"),
        ("trail/consistency-from-3.txt", proof.consistency_text([one]).encode()),
    )

    said = json.loads(
        on_the_page.embedded(
            Trail("a", 4, "root", None, None, files=files, earlier=(3,), on_the_page=carried)
        )
    )

    assert said["keys"] == [{"index": 1, "entry": "{}", "path": [0, 1]}]
    assert said["checkpoints"] == [{"note": "a\n2\nroot\n\n\u2014 a b\n", "path": [1]}]
    assert said["consistency"] == [{"from": 3, "path": [0]}]
    assert said["vkeys"] == "a+1+b\n"
