"""`govtrack trail stamp` asks every authority that has not stamped the newest checkpoint."""

from __future__ import annotations

import json
import subprocess

import jsonschema
import pytest

from govtrack import shipped

AUTHORITY = '\n[[timestamp]]\nname = "{name}"\nurl = "{url}"\nroot = "{root}"\nstamp = "asked"\n'


@pytest.fixture
def asked(workspace, authority):
    """The authority's address, named in the workspace as one that is asked by the command only."""
    authority.answers(authority.reply)
    authority.asked.clear()
    with authority.serving() as url:
        named(workspace, "one", url, authority.root)
        yield url


def named(workspace, name, url, root):
    path = workspace / "govtrack.toml"
    path.write_text(path.read_text() + AUTHORITY.format(name=name, url=url, root=root))


def answer(result):
    document = result.json()
    path = shipped.folder("schemas") / "trail-stamp.schema.json"
    jsonschema.validate(document, json.loads(path.read_text(encoding="utf-8")))
    return document


@pytest.mark.usefixtures("asked")
def test_the_newest_checkpoint_is_stamped_once(run, authority):
    first = run("trail", "stamp")
    again = run("trail", "stamp")

    assert first.code == 0
    assert first.out.startswith("one: stamped size 2 at 20")
    assert first.out.endswith("Z (CN=Throw-away authority)\n")
    assert "the root of 'one' is trusted on this machine from now on" in first.err
    assert (again.code, again.out) == (0, "Size 2 is stamped by every authority already.\n")
    assert len(authority.asked) == 1


@pytest.mark.usefixtures("asked")
def test_the_fingerprint_that_is_told_is_the_one_openssl_prints(run, authority):
    told = run("trail", "stamp").err
    printed = subprocess.run(
        ["openssl", "x509", "-in", authority.root, "-noout", "-fingerprint", "-sha256"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert printed.partition("=")[2].strip() in told


@pytest.mark.usefixtures("asked")
def test_a_new_checkpoint_is_stamped_anew(run):
    assert run("trail", "stamp").code == 0
    assert run("system", "add", "chat", "--name", "Chat", "--role", "user").code == 0

    assert run("trail", "stamp").out.startswith("one: stamped size 3 at ")


@pytest.mark.usefixtures("asked")
def test_a_recording_does_not_ask_one_that_is_asked_by_the_command_only(run, authority):
    assert run("system", "add", "chat", "--name", "Chat", "--role", "user").code == 0
    assert authority.asked == []


@pytest.mark.usefixtures("asked")
def test_a_dry_run_asks_nobody(run, authority):
    result = run("trail", "stamp", "-n")

    assert (result.code, result.out) == (0, "one: would be asked for a stamp of size 2\n")
    assert authority.asked == []
    found = answer(run("trail", "stamp", "--dry-run", "--json"))
    assert (found["dry_run"], found["asked"], found["stamped"]) == (True, ["one"], [])


@pytest.mark.usefixtures("asked")
def test_when_none_could_stamp_it_the_exit_code_says_so(run, authority):
    authority.answers(lambda _: (500, {}, b""))

    result = run("trail", "stamp")

    assert result.code == 1
    assert result.out == "one: no stamp of size 2: it answers with status 500\n"
    found = run("trail", "stamp", "--json")
    assert found.code == 1
    assert answer(found)["failed"] == [{"authority": "one", "why": "it answers with status 500"}]


@pytest.mark.usefixtures("asked")
def test_one_that_failed_does_not_fail_the_command_and_is_asked_again(run, workspace):
    named(workspace, "down", "http://127.0.0.1:9/", "nowhere.pem")

    found = run("trail", "stamp", "--json")
    again = run("trail", "stamp", "--json")

    assert (found.code, again.code) == (0, 1)
    assert [one["authority"] for one in answer(found)["stamped"]] == ["one"]
    assert [one["authority"] for one in answer(found)["failed"]] == ["down"]
    assert answer(again)["asked"] == ["down"]


@pytest.mark.usefixtures("asked")
def test_an_older_copy_of_the_store_is_not_stamped(run, authority, workspace):
    database = workspace / ".govtrack" / "register.db"
    older = database.read_bytes()
    assert run("system", "add", "chat", "--name", "Chat", "--role", "user").code == 0
    database.write_bytes(older)

    result = run("trail", "stamp")

    assert result.code == 1
    assert "the store has 2 entries and is behind the checkpoint of size 3" in result.err
    assert authority.asked == []


@pytest.mark.usefixtures("workspace")
def test_without_an_authority_it_says_what_to_name(run):
    result = run("trail", "stamp")

    assert result.code == 2
    assert "govtrack.toml: no time-stamping authority is named: add a table [[time" in result.err


def test_without_a_signed_checkpoint_there_is_nothing_to_stamp(run, tmp_path, monkeypatch):
    assert run("init", tmp_path / "plain", "--organisation", "x", "--no-key").code == 0
    named(tmp_path / "plain", "one", "http://127.0.0.1:9/", "x.pem")
    monkeypatch.chdir(tmp_path / "plain")

    result = run("trail", "stamp")

    assert result.code == 1
    assert "there is no signed checkpoint to stamp: run 'govtrack trail sign' first" in result.err
