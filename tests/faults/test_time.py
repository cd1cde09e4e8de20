"""Days and clocks: nothing is guessed, no end of the calendar is fallen over, no zone matters."""

from __future__ import annotations

import click
import pytest

from govtrack.cli.main import govtrack
from govtrack.cli.options import DAY

AMBIGUOUS = [
    "2025-02-30", "01/02/2025", "2025-1-1", "", "tomorrow", "0000-01-01", "20250101", "2025-W10-1",
    "2025-01-01T00:00:00", "2025-01-01Z", " 2025-01-01",
    "\u0662\u0660\u0662\u0665-\u0660\u0661-\u0660\u0661",  # digits, not those of ISO 8601
]  # fmt: skip


def commands(group=govtrack, path=()):
    """Every command by its words, with the command itself."""
    with click.Context(group) as context:
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            if isinstance(command, click.Group):
                yield from commands(command, (*path, name))
            else:
                yield (*path, name), command


COMMANDS = dict(commands())
DATED = [
    (path, option.opts[0])
    for path, command in COMMANDS.items()
    for option in command.params
    if option.type is DAY and isinstance(option, click.Option)
]
ANY_DAY = [
    path
    for path, command in COMMANDS.items()
    if any("--as-of" in option.opts for option in command.params)
    and not any(option.required for option in command.params)
    and path[-1] not in {"audit-pack", "export", "prove"}
]
"""Commands that answer for any day, and ask for nothing else."""


@pytest.mark.usefixtures("workspace")
def test_every_option_that_takes_a_day_takes_one_way_to_write_it(run):
    assert len(DATED) > 50
    for path, option in DATED:
        refused = run(*path, option, "01/02/2025")

        assert (refused.code, refused.out) == (2, ""), (path, option)
        assert refused.err == (
            f"govtrack: {option}: '01/02/2025' is not a date written as YYYY-MM-DD (ISO 8601)\n"
        ), path


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize("text", AMBIGUOUS)
def test_a_day_written_otherwise_is_refused_with_the_form_that_is_wanted(run, text):
    for path in (("evidence", "list"), ("remind",), ("cycle",)):
        refused = run(*path, "--as-of", text)

        assert (refused.code, refused.out) == (2, "")
        assert "is not a date written as YYYY-MM-DD (ISO 8601)\n" in refused.err


@pytest.mark.usefixtures("lived")
@pytest.mark.parametrize("day", ["0001-01-01", "1990-01-01", "2028-02-29", "9999-12-31"])
def test_any_day_of_the_calendar_can_be_asked_about(run, day):
    assert len(ANY_DAY) > 10
    for path in ANY_DAY:
        answer = run(*path, "--as-of", day)

        assert answer.code in {0, 1, 2}, path
        assert "a bug" not in answer.err, path
        said = ("give ids such as", "no version was approved by")
        assert answer.code != 2 or any(one in answer.err for one in said), path


@pytest.fixture
def lived(workspace, run):
    """A register with evidence, a certificate and a system, from 2024 on a leap day."""
    (workspace / "report.txt").write_text("What was found.\n")
    lines = r"""
system add chat --name Chat --role user
add-evidence report.txt --kind vv-report --supports MEASURE-2.3 --prepared-on 2024-02-29 \
    --approved-by eva --approved-on 2024-02-29 --valid-until 9999-12-31
certification record decision grant --on 2024-02-29 --expiry 2027-02-28 --body Cert
"""
    for line in lines.replace("\\\n", " ").strip().splitlines():
        done = run(*line.split())
        assert done.code == 0, done.err
    return workspace


@pytest.mark.usefixtures("lived")
def test_the_machine_s_time_zone_changes_no_answer(spawn):
    zones = ("UTC", "Pacific/Auckland", "America/New_York")
    for command in (("evidence", "list", "--json"), ("cycle", "--json", "--as-of", "2026-03-29")):
        answers = {spawn(*command, env={"TZ": zone}).out for zone in zones}

        assert len(answers) == 1
        assert len(answers.pop()) > 100
