"""Every writing command works in a process of its own: all that its records refer to is loaded.

Where commands share a process, as in most tests, the table classes that an earlier one loaded are
still there; a command that forgets one works there and nowhere else.
"""

from __future__ import annotations

import shlex

import click
import pytest

from govtrack import clock
from govtrack.cli.main import govtrack

YEAR = f"{clock.now():%Y}"

LIFE = """
init --organisation 'Example Ltd'
system add triage --name Triage --role provider --purpose 'Sorts letters'
system set triage --owner eva
add-evidence a.txt --kind vv-report --system triage
evidence add b.txt --kind vv-report --supports 'MEASURE 2.3'
import table.csv
evidence approve EV-{year}-0001 --by eva
evidence approve EV-{year}-0002 --by eva
evidence approve EV-{year}-0003 --by eva
evidence tag EV-{year}-0003 'MEASURE 2.3'
evidence untag EV-{year}-0001 'MEASURE 2.5'
evidence confirm EV-{year}-0001 'MEASURE 2.1'
evidence decline EV-{year}-0001 'MAP 2.3'
evidence hold EV-{year}-0001 EV-{year}-0002 --title Complaint
evidence release LH-{year}-0001 --why settled
evidence supersede EV-{year}-0001 --by EV-{year}-0002
evidence withdraw EV-{year}-0002 --why 'wrong data'
evidence purge EV-{year}-0001 --rule 'Schedule 4' --yes
certification record decision grant --on 2024-03-14 --expiry 2027-03-13
certification record audit surveillance --start 2025-02-18 --end 2025-02-19
certification record agreement --about 'first surveillance' --until 2026-12-31 --reference letter
criteria set --in-force-from 2020-01-01 --decided-by board
risk add --system triage --title t --cause c --event e --consequence q --source MAP-4.1
risk set R-{year}-0001 --owner eva
risk assess R-{year}-0001 --likelihood possible --consequence-rating serious
risk treat R-{year}-0001 --option modify --what 'Ask twice' --owner eva --due 2099-01-01
risk accept R-{year}-0001 --by eva --why 'Read by a nurse'
risk close R-{year}-0001 --why gone
impact add triage --by ben --on 2026-01-02 --why initial --evidence EV-{year}-0003
impact effect IA-{year}-0001 --level society --kind none --what nothing
impact link IA-{year}-0001 --risk R-{year}-0001
impact approve IA-{year}-0001 --by eva
soa add ORG-1 --title Own --source Contract
soa set A.2.* A.3.* A.4.* A.5.* A.6.* A.7.* A.8.* A.9.* A.10.* ORG-1 --excluded --why 'not done'
soa set A.6.2.4 --applicable --why releases --system triage
soa export --output soa.csv
soa import soa.csv --yes
soa approve --by ceo --scope all
profile add own --title Own --scope all
profile change own --assessors eva
profile set 'MEASURE 2.3' --current achieved
profile export --output profile.csv
profile import profile.csv --yes
attest --scope all --signatory eva --function head --place Vienna
attest withdraw AT-{year}-0001 --why over
audit-pack {year} -o {beside}/pack
trail sign
gc
backup {beside}/saved.gtbackup
trail key rotate --reason yearly
trail key revoke KEY-{year}-0001 --since {instant} --why stolen
restore {beside}/saved.gtbackup {beside}/again
-C {beside}/again trail restore --reason 'disc lost'
init {beside}/keyless --no-key
-C {beside}/keyless trail key new
"""
"""One life of one workspace, every writing command in it, each as short as it may be."""


def writing(command, context, path=()):
    """The commands that record: those that ask who records it."""
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            yield from writing(
                inner, click.Context(inner, info_name=name, parent=context), (*path, name)
            )
    elif any(parameter.name == "actor" for parameter in command.params):
        yield " ".join(path)


def named(line):
    """The words of a line as the command table has them."""
    words = shlex.split(line)
    rest = words[2:] if words[0] == "-C" else words
    return " ".join(["attest", "new", *rest[1:]] if rest[:2] == ["attest", "--scope"] else rest)


def test_every_writing_command_has_its_place_in_the_life():
    lines = [f"{named(line)} " for line in LIFE.strip().splitlines()]

    missing = [
        command
        for command in writing(govtrack, click.Context(govtrack))
        if not any(line.startswith(f"{command} ") for line in lines)
    ]

    assert missing == []


def test_every_writing_command_works_in_a_process_of_its_own(spawn, tmp_path):
    home = tmp_path / "workspace"
    home.mkdir()
    for name in "abc":
        (home / f"{name}.txt").write_text(name)
    (home / "table.csv").write_text("file,kind\nc.txt,vv-report\n")
    said = {"year": YEAR, "beside": shlex.quote(str(tmp_path))}

    for line in LIFE.strip().splitlines():
        instant = f"{clock.now():%Y-%m-%dT%H:%M:%SZ}"
        done = spawn(*shlex.split(line.format(**said, instant=instant)), cwd=home)

        if done.code:
            pytest.fail(f"govtrack {line}\n{done.code}: {done.err}")

    assert spawn("verify", cwd=tmp_path / "again").code == 0
