"""Keys and passphrases: missed without harm, refused where others may read them, never shown."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SECRET = "correct-horse-battery-staple-42"  # noqa: S105  (it is to be seen nowhere)
KEYS = Path("govtrack") / "keys"


def keys():
    """The files of private keys in this test's home."""
    return list((Path(os.environ["XDG_CONFIG_HOME"]) / KEYS).rglob("*.pem"))


def signed(site):
    """Whether the checkpoint beside the register is over every entry, and signed."""
    text = (site.root / ".govtrack" / "trail" / "checkpoint").read_text("utf-8")
    entries = site.asked("-C", site.root, "log", "--json").json()["entries"]
    return int(text.split("\n")[1]) == len(entries) and "\n\n\u2014 " in text


def add(site, number=0, **given):
    """Record a piece of evidence in a process of its own."""
    return site.run("add-evidence", site.source(b"report %d" % number), "--kind", "vv-report",
                    **given)  # fmt: skip


@pytest.fixture
def lost(new_site):
    """A workspace whose signing key is not where it was; gives site and where the key is now."""
    (key,) = keys()
    aside = new_site.sources.parent / "aside.pem"
    key.rename(aside)
    return new_site, aside


def test_without_the_key_evidence_is_recorded_and_the_key_signs_what_came_since(lost):
    site, aside = lost

    without = add(site)

    assert (without.code, "Traceback" in without.err) == (0, False)
    assert not signed(site)
    assert site.asked("-C", site.root, "verify").code == 0
    aside.rename(site.sources / "back.pem")
    again = add(site, 1, env={**os.environ, "GOVTRACK_SIGNING_KEY_FILE": site.sources / "back.pem"})
    assert again.code == 0, again.err
    assert signed(site)
    assert site.asked("-C", site.root, "verify").code == 0


def test_signing_without_the_key_says_where_it_is_missing_and_what_to_do(lost, cleanly):
    site, aside = lost
    add(site)

    refused = site.run("trail", "sign")

    cleanly(refused, 1)
    assert "its holder runs 'govtrack trail sign' where that key is" in refused.err
    assert "docs/security.md" in refused.err
    aside.chmod(0o644)
    others = {**os.environ, "GOVTRACK_SIGNING_KEY_FILE": str(aside)}
    open_to_others = site.run("trail", "sign", env=others)
    cleanly(open_to_others, 1)
    assert f"chmod 600 {aside}" in open_to_others.err
    aside.chmod(0o600)
    assert site.run("trail", "sign", env=others).code == 0
    assert signed(site)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_key_that_others_may_read_is_not_used_and_the_command_that_mends_it_is_said(
    new_site, mode
):
    (key,) = keys()
    key.chmod(mode)

    open_to_others = add(new_site)

    assert open_to_others.code == 0, open_to_others.err
    assert f"chmod 600 {key}" in open_to_others.err
    assert "not signed" in open_to_others.err
    assert not signed(new_site)
    key.chmod(0o600)
    assert "not signed" not in add(new_site, 1).err
    assert signed(new_site)


def test_the_key_of_another_trail_signs_nothing_here(lost, run, tmp_path):
    site, _ = lost
    run("init", tmp_path / "other", "--organisation", "Other Ltd")
    (other,) = keys()

    wrong = add(site, env={**os.environ, "GOVTRACK_SIGNING_KEY_FILE": str(other)})

    assert wrong.code == 0, wrong.err
    assert "is the key of another trail" in wrong.err
    assert not signed(site)
    assert site.asked("-C", site.root, "verify").code == 0


@pytest.mark.parametrize("content", [b"", b"no key at all", b"\xff\xfe", b"-----BEGIN PRIVATE KEY"])
def test_a_file_that_is_no_key_is_told_and_the_evidence_recorded(new_site, content):
    (key,) = keys()
    key.write_bytes(content)

    ended = add(new_site)

    assert ended.code == 0, ended.err
    assert f"note: {key}: " in ended.err
    assert "not signed" in ended.err
    assert "Traceback" not in ended.err


def with_passphrase(words):
    """What gives a command a passphrase on a file descriptor of its own."""
    reading, writing = os.pipe()
    os.write(writing, words.encode())
    os.close(writing)
    return reading


@pytest.fixture
def protected(founding):
    """A workspace whose key is under the passphrase."""
    handle = with_passphrase(SECRET)
    made = founding.run("init", founding.root, "--organisation", "Example Ltd", "--passphrase-fd",
                        handle, pass_fds=(handle,))  # fmt: skip
    os.close(handle)
    assert made.code == 0, made.err
    return founding


def add_with(site, number, words):
    """Record evidence with that passphrase on a descriptor."""
    handle = with_passphrase(words)
    ended = site.run(
        "-C", site.root, "add-evidence", site.source(b"report %d" % number), "--kind", "vv-report",
        pass_fds=(handle,), env={**os.environ, "GOVTRACK_PASSPHRASE_FD": str(handle)},
    )  # fmt: skip
    os.close(handle)
    return ended


def test_a_key_under_a_passphrase_signs_with_the_right_one_only(protected):
    right = add_with(protected, 0, SECRET)
    assert (right.code, right.err.count("note:")) == (0, 0), right.err
    assert signed(protected)

    wrong = add_with(protected, 1, "wrong-" + SECRET)

    assert wrong.code == 0
    assert "not signed" in wrong.err
    assert SECRET not in wrong.err + wrong.out
    assert not signed(protected)
    refused = sign_with(protected, "wrong-" + SECRET)
    assert refused.code == 1
    assert SECRET not in refused.err + refused.out
    assert sign_with(protected, SECRET).code == 0
    assert signed(protected)
    none = add(protected_in(protected), 2)
    assert none.code == 0
    assert "not signed" in none.err
    assert "Traceback" not in none.err


def sign_with(site, words):
    """Sign what is not signed, with that passphrase."""
    handle = with_passphrase(words)
    ended = site.run("-C", site.root, "--debug", "trail", "sign", "--passphrase-fd", handle,
                     pass_fds=(handle,))  # fmt: skip
    os.close(handle)
    return ended


def protected_in(site):
    """The same workspace as one that is there."""
    from dataclasses import replace  # noqa: PLC0415

    there = replace(site)
    there.command = lambda *given: site.command("-C", site.root, *given)
    return there


def forms(key):
    """A private key in every form that somebody could have printed it."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415

    private = serialization.load_pem_private_key(key.read_bytes(), None)
    raw = private.private_bytes_raw()
    lines = [line for line in key.read_text().splitlines() if not line.startswith("---")]
    return [raw, raw.hex().encode(), repr(raw).encode(), *(line.encode() for line in lines)]


def test_no_answer_no_file_and_no_pack_holds_the_key_or_the_passphrase(new_site, tmp_path):
    secrets = [SECRET.encode(), *forms(*keys())]
    report = new_site.source(b"What was found.\n")
    handle = with_passphrase(SECRET)
    said = []
    for arguments in (
        ("add-evidence", report, "--kind", "vv-report", "--prepared-on", "2026-01-02", "--json"),
        ("--debug", "add-evidence", report, "--kind", "vv-report"),
        ("--debug", "add-evidence", report, "--kind", "none"),
        ("config",), ("config", "--json"), ("verify",), ("verify", "--json"), ("log", "--json"),
        ("evidence", "list", "--json"), ("audit-pack", "2026", "-o", tmp_path / "pack"),
    ):  # fmt: skip
        ended = new_site.run(
            *arguments, pass_fds=(handle,),
            env={**os.environ, "GOVTRACK_PASSPHRASE_FD": str(handle), "GOVTRACK_PASSWORD": SECRET},
        )  # fmt: skip
        said.append((ended.out + ended.err).encode())
    os.close(handle)
    places = (new_site.root, tmp_path / "pack")
    files = [path for place in places for path in place.rglob("*") if path.is_file()]

    assert len(files) > 20
    for secret in secrets:
        assert not [text for text in said if secret in text]
        assert not [path for path in files if secret in path.read_bytes()]


@pytest.mark.parametrize(
    "line",
    [
        f'database = "postgresql://aims:{SECRET}@db.example.org/register"',
        f'password = "{SECRET}"',
        f'[smtp]\npassword = "{SECRET}"',
        f'objects = ["{SECRET}"]',
    ],
)
def test_a_secret_that_was_put_into_the_settings_is_refused_and_not_repeated(workspace, run, line):
    settings = workspace / "govtrack.toml"
    kept = [
        one for one in settings.read_text().splitlines() if one[:7] not in {"databas", "objects"}
    ]
    settings.write_text("\n".join([*kept, line]) + "\n")

    for arguments in (("config",), ("evidence", "list", "--json"), ("--debug", "verify")):
        refused = run(*arguments)

        assert refused.code == 2
        assert refused.err.startswith("govtrack: ")
        assert SECRET not in refused.out + refused.err


ALL = """
set -e
cd "$1"
G="$2 -m govtrack"
$G init . --organisation 'Example Ltd' >/dev/null
echo 'What was found.' > report.txt
$G system add chat --name Chat --role user >/dev/null
$G add-evidence report.txt --kind vv-report --supports MEASURE-2.3 >/dev/null
$G evidence list --json
$G coverage --json >/dev/null; $G next --json >/dev/null; $G remind >/dev/null
$G evidence export --output list.xlsx >/dev/null
$G audit-pack 2026 --period 2026-01-01..2026-12-31 >/dev/null
$G verify >/dev/null
"""


def test_without_a_network_every_command_works(tmp_path):
    alone = ["unshare", "--net"] if os.getuid() == 0 else ["unshare", "--net", "--map-root-user"]
    if not shutil.which("unshare") or subprocess.run([*alone, "true"], check=False).returncode:
        pytest.skip("a network cannot be taken away here")

    done = subprocess.run(
        [*alone, "bash", "-c", ALL, "bash", tmp_path, sys.executable],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["evidence"][0]["title"] == "report"
    assert not re.search(r"Traceback|network|resolve", done.stderr)
