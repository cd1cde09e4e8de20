"""`verify` says what stamps and cosignatures prove, by whom it is known, and up to which size."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

NAME = "audit.example.org"


@pytest.fixture
def stamped(run, workspace, authority):
    """A workspace of two entries, stamped, and of one more since."""
    authority.answers(authority.reply)
    path = workspace / "govtrack.toml"
    with authority.serving() as url:
        table = f"[[timestamp]]\nname = 'one'\nurl = '{url}'\nroot = '{authority.root}'\n"
        path.write_text(f"{path.read_text()}\n{table}stamp = 'asked'\n")
        assert run("trail", "stamp").code == 0
    grown(run)
    return workspace


@pytest.fixture
def cosigned(run, workspace, tmp_path):
    """A workspace of two entries, cosigned, and of one more since; gives the witness's key file."""
    own, line = tmp_path / "own.pem", tmp_path / "back.cosig"
    checkpoint = workspace / ".govtrack" / "trail" / "checkpoint"
    cosign = ("trail", "cosign", checkpoint, "--key-file", own, "--name", NAME, "-o", line)
    for command in (
        ("trail", "key", "new", "--witness", NAME, "-o", own),
        cosign,
        ("trail", "accept", line, "--witness", own.with_suffix(".vkey")),
    ):
        assert run(*command).code == 0
    grown(run)
    return own.with_suffix(".vkey")


def grown(run):
    assert run("system", "add", "chat", "--name", "Chat", "--role", "user").code == 0


def forgotten():
    """Another machine: nothing is known of the trail from outside the store."""
    state = Path.home() / "xdg_state_home"
    shutil.rmtree(state)
    state.mkdir()


def layers(result):
    return {layer["level"]: layer for layer in result.json()["layers"]}


@pytest.mark.usefixtures("stamped")
def test_a_stamp_counts_by_the_root_pinned_here_and_up_to_its_size(run):
    result = run("verify", "--json")

    assert result.code == 0
    assert result.json()["level"] == "stamped"
    layer = layers(result)["stamped"]
    assert layer["size"] == 2
    assert layer["words"] == f"by one (CN=Throw-away authority) at {layer['at']}"
    told = run("verify").out
    assert f"  stamped: up to size 2, {layer['words']}\n" in told


@pytest.mark.usefixtures("stamped")
def test_on_another_machine_a_stamp_counts_by_the_root_that_is_given(run, authority):
    forgotten()

    alone, given = run("verify", "--json"), run("verify", "--tsa-root", authority.root, "--json")

    assert (alone.code, given.code) == (0, 0)
    assert "stamped" not in layers(alone)
    assert any("stamps by 'one', up to size 2" in note for note in alone.json()["notes"])
    assert layers(given)["stamped"]["size"] == 2


@pytest.mark.usefixtures("cosigned")
def test_a_cosignature_counts_by_the_witness_pinned_here_and_up_to_its_size(run):
    result = run("verify", "--json")

    assert (result.code, result.json()["level"]) == (0, "witnessed")
    assert layers(result)["witnessed"]["size"] == 2
    assert f"  witnessed: up to size 2, by {NAME} (SHA256:" in run("verify").out


def test_on_another_machine_a_cosignature_counts_by_the_key_that_is_given(run, cosigned):
    forgotten()

    alone, given = run("verify", "--json"), run("verify", "--witness", cosigned, "--json")

    assert (alone.code, given.code) == (0, 0)
    assert "witnessed" not in layers(alone)
    assert any(f"cosignatures by {NAME}" in note for note in alone.json()["notes"])
    assert layers(given)["witnessed"]["size"] == 2
