"""How the trail stands is told, and that nothing of it was verified."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from freezegun import freeze_time

from govtrack.register import memory
from govtrack.trail import cosignature, note, signing


def test_a_new_trail_is_signed_remembered_and_said_not_to_be_verified(run, trail):
    result = run("trail", "status")

    assert result.code == 0, result.err
    assert f"Trail {trail.origin}\n" in result.out
    assert "Signed at size 2, all of it" in result.out
    assert "KEY-2020-0001 in force since 2020-01-01, SHA256:" in result.out
    assert "its private half is on this machine" in result.out
    assert "Memory outside: size 2, kept " in result.out
    assert str(memory.folder(trail.origin)) in result.out
    assert (
        "Stamps: none; govtrack.toml names no time-stamping authority\nCosignatures: none\n"
        in result.out
    )
    assert result.out.endswith("run 'govtrack verify'.\n")


def test_status_counts_the_entries_after_the_newest_checkpoint(run, colleague, trail, check):
    colleague("system", "add", "one", "--name", "One")
    colleague("system", "add", "two", "--name", "Two")

    result = colleague("trail", "status")
    answer = check(run("trail", "status", "--json").json())

    assert "Signed at size 2; unsigned: 2 entries after it" in result.out
    assert (
        "2 entries after it ('govtrack trail sign' signs, where KEY-2020-0001 is; its private half "
        "is not on this machine)"
    ) in result.out
    assert "('govtrack trail sign' signs)" in run("trail", "status").out
    assert (answer["size"], answer["signed"], answer["unsigned"]) == (4, 2, 2)
    assert answer["keys"][0]["here"] is True
    assert answer["memory"]["size"] == trail.size == 4


def test_status_of_a_trail_without_a_key(run, keyless, check):
    result = run("-C", keyless.root, "trail", "status")
    answer = check(run("-C", keyless.root, "trail", "status", "--json").json())

    assert "Not signed: this trail has no key ('govtrack trail key new' makes one)" in result.out
    assert (answer["signed"], answer["unsigned"], answer["keys"]) == (None, 1, [])


def test_status_tells_of_stamps_and_cosignatures_by_their_newest(run, trail, check):
    with freeze_time("2026-03-02T12:00:00Z"):
        run("system", "add", "one", "--name", "One")
    witness = signing.new_key()
    body = trail.checkpoints[-1][0].body()
    line = cosignature.cosigned(body, "audit.example", witness, 1772452800).line()
    vkey = note.vkey("audit.example", signing.public_of(witness), note.COSIGNATURE)
    with closing(sqlite3.connect(trail.path)) as connection:
        connection.execute("INSERT INTO cosignature VALUES (3, ?, ?)", [vkey, line])
        connection.execute(
            "INSERT INTO timestamp VALUES (2, 'one', '2026-03-01T00:00:00.000000Z', x'00'), "
            "(3, 'two', '2026-03-02T12:00:01.000000Z', x'00')"
        )
        connection.commit()

    result = run("trail", "status")
    answer = check(run("trail", "status", "--json").json())

    assert (
        "Stamps: 2, the newest of size 3 by two at 2026-03-02T12:00:01.000000Z; govtrack.toml "
        "names no time-stamping authority\n"
        "Cosignatures: 1, the newest of size 3 by audit.example at 2026-03-02T12:00:00.000000Z\n"
    ) in result.out
    assert answer["stamps"]["number"] == 2
    assert answer["cosignatures"]["who"] == "audit.example"


def test_status_tells_of_each_authority_its_last_stamp_its_failure_and_what_waits(
    run, trail, check
):
    with (trail.root / "govtrack.toml").open("a") as settings:
        for name in ("one", "two"):
            # nobody answers there
            settings.write(f'\n[[timestamp]]\nname = "{name}"\nurl = "http://127.0.0.1:9/"\n')
            settings.write('root = "root.pem"\nstamp = "asked"\n')
    trail.execute(
        "INSERT INTO timestamp VALUES (2, 'one', '2026-03-01T00:00:00.000000Z', x'00')",
    )
    before = run("trail", "status").out
    with freeze_time("2026-03-02T12:00:00Z"):
        run("system", "add", "one", "--name", "One")
        failed = run("trail", "stamp")

    after = run("trail", "status").out
    answer = check(run("trail", "status", "--json").json())["authorities"]

    stamped = "  one, asked only by 'govtrack trail stamp': stamped size 2 at 2026-03-01T00:00:00"
    waits = "; the newest checkpoint waits for it ('govtrack trail stamp')\n"
    gave_none = "; gave none at 2026-03-02T12:00:00.000000Z"
    assert failed.code == 1
    assert f"{stamped}.000000Z\n" in before
    assert f"  two, asked only by 'govtrack trail stamp': no stamp yet{waits}" in before
    assert f"{stamped}.000000Z{gave_none}{waits}" in after
    assert answer[1] == {
        "name": "two", "stamp": "asked", "size": None, "at": None,
        "failed_at": "2026-03-02T12:00:00.000000Z", "waiting": True,
    }  # fmt: skip


def test_a_failure_that_is_no_instant_is_none(run, trail):
    with (trail.root / "govtrack.toml").open("a") as settings:
        settings.write('\n[[timestamp]]\nname = "one"\nurl = "http://127.0.0.1:9/"\n')
        settings.write('root = "root.pem"\nstamp = "asked"\n')
    kept = memory.folder(trail.origin) / "unanswered" / "one"
    kept.parent.mkdir()

    for text in ("yesterday", "2026-03-02", "2026-03-02T12:00:00", ""):
        kept.write_text(text)
        assert "no stamp yet; the newest" in run("trail", "status").out


def test_status_says_where_the_memory_is_ahead_or_cannot_be_read(run, trail, check):
    before = trail.path.read_bytes()
    run("system", "add", "one", "--name", "One")
    trail.path.write_bytes(before)

    ahead = run("trail", "status")
    (memory.folder(trail.origin) / "checkpoint").write_text("no checkpoint")
    broken = run("trail", "status")

    assert "Memory outside: size 3, kept" in ahead.out
    assert ": the store is behind it" in ahead.out
    assert (broken.code, "Memory outside: cannot be used: " in broken.out) == (0, True)
    assert check(run("trail", "status", "--json").json())["memory"]["trouble"]


def test_a_record_that_holds_no_key_is_left_to_verify(run, trail):
    trail.execute("UPDATE signing_key SET vkey = 'no key'")

    result = run("trail", "key", "list")

    assert (result.code, "run 'govtrack verify'" in result.err) == (1, True)
    assert "KEY-2020-0001 is no key" in result.err
