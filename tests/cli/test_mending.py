"""Every command that an answer says mends something can be run, once its capitals are filled in."""

from __future__ import annotations

import json
import re
import shlex
from datetime import datetime
from pathlib import Path

import click
import pytest
from freezegun import freeze_time

from govtrack import clock, shipped
from govtrack.intake import sample
from govtrack.status import impact_checks, risk_check, soa_check
from govtrack.status.findings import HEADINGS, Finding

STORY = "2026-11-24"
"""The sample's day."""
DAYS = (STORY, "2026-10-16", "2025-06-30", "2024-02-01")
BARE = "2026-05-04"

FILLED = {
    "WHO": "eva", "NAME": "E. Example", "TEXT": "It's as it is, \"more\" or less",
    "PRIORITY": "high",
    "STATE": "partly", "SUBCATEGORY": "MAP 1.1", "REF": "MAP 4.1", "CONTROL": "A.6.2.4",
    "KIND": "vv-report", "KIND:WHAT": "legal:Act, section 1",
    "WHO: HOW": "Patients: two interviews", "SLUG": "chat-two", "ROLE": "provider",
    "P": "eva", "C": "internal",
}  # fmt: skip
"""What stands for the words in capitals; DATE, FILE and ids are the workspace's own."""
WORDS = {
    "--likelihood": "rare", "--option": "avoid", "--kind": "none", "--status": "not",
}  # fmt: skip
"""What stands for a capital word after these options: of `impact effect` the kind is another."""
REFUSALS = (
    " already",  # what was missing on an earlier day has been done since
    ": not decided on",  # a version is approved once every control is decided
    "has no confirmed evidence in force",  # a declaration is made once its evidence is there
)
"""Refusals that are no fault of the command: what they say is so, or must be done first."""
CAPITALS = re.compile(r"[A-Z]+(: ?[A-Z]+|\.\.[A-Z]+)?")
ID = re.compile(r"\b(R|IA|EV|AT|PF|AD|SYS|SOA)-\d{4}-\d{4,}\b")
REF = re.compile(r"\b(GOVERN|MAP|MEASURE|MANAGE) \d+\.\d+|\bA(\.\d+){2,3}|\b\d+\.\d+(\.\d+)?\b")


def commands(answer):
    """Every command in a JSON answer."""
    if isinstance(answer, dict):
        answer = list(answer.values())
    if isinstance(answer, list):
        return [found for one in answer for found in commands(one)]
    is_one = isinstance(answer, str) and answer.startswith("govtrack ")
    return [answer] if is_one else []


def collected(run, day):
    """The commands of all answers that have any on the day, one of each shape."""

    def asked(*command):
        answered = run(*command, "--as-of", day, "--json")
        return answered.json() if answered.out else {}

    systems = [one["slug"] for one in run("system", "list", "--json").json()["systems"]]
    profiles = [one["slug"] for one in asked("profile", "list")["profiles"]]
    declared = [one["id"] for one in asked("attest", "list")["attestations"]]
    answers = [
        *(asked(noun, "check") for noun in ("soa", "risk", "impact")),
        *(asked("profile", "check", "--profile", one) for one in profiles or ["organisation"]),
        *(asked("profile", "check", "--system", one) for one in systems),
        *(asked("attest", "check", one) for one in declared),
        *(asked("risk", "suggest", "--system", one) for one in systems),
        asked("evidence", "check", "--all"),
        *(asked(name) for name in ("documents", "arrangements", "next", "remind")),
    ]
    shapes = {}
    for command in commands(answers):
        shape = REF.sub("REF", ID.sub("ID", command))
        shapes.setdefault(shape, command)
    return list(shapes.values())


def filled(command, day, ids):
    """The command's words with everything in capitals filled in."""
    words = shlex.split(command)[1:]
    for place, word in enumerate(words):
        if not CAPITALS.fullmatch(word) or word in {"GOVERN", "MAP", "MEASURE", "MANAGE"}:
            continue
        before = words[place - 1]
        if word in {"DATE", "FROM..TO"}:
            words[place] = day if word == "DATE" else f"{day}..{day}"
            words[place] = "2027-12-31" if before == "--until" else words[place]
        elif word == "FILE":
            words[place] = "new.txt"
        elif word in ids:
            words[place] = ids[word]
        elif word == "WORD" or (before == "--kind" and words[0] == "impact"):
            words[place] = ids.get(before) or WORDS[before]
        else:
            words[place] = FILLED[word]
    return words


def options(words):
    """The options that the command behind these words has; a usage error where there is none."""
    from govtrack.cli.main import govtrack  # noqa: PLC0415  (after the home has moved)

    context, command = click.Context(govtrack), govtrack
    while isinstance(command, click.Group):
        if words[0].startswith("-"):
            words = ["new", *words]
        _, command, words = command.resolve_command(context, words)
        context = click.Context(command, parent=context)
    return {name for one in command.params for name in one.opts}


def wrong(run, command, day, ids):
    """Why the command cannot be run as it stands, or nothing."""
    words = filled(command, day, ids)
    dry = ["--dry-run"] if "--dry-run" in options(words) else []
    done = run(*words, *dry)
    fine = done.code == 0 or (not dry and done.code == 1)
    if fine or any(one in done.err for one in REFUSALS):
        return None
    return f"{command}\n    {done.err}"


@pytest.fixture(scope="module")
def organisation(tmp_path_factory, _cache):
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("XDG_CACHE_HOME", str(_cache))
        space = sample.made(tmp_path_factory.mktemp("mending") / "haldenau")
    (space.root / "new.txt").write_text("What was missing.\n")
    return space.root


@pytest.mark.parametrize("day", DAYS)
def test_every_command_of_the_sample_s_answers_can_be_run(run, organisation, monkeypatch, day):
    monkeypatch.chdir(organisation)
    ids = {"R": "R-2023-0001", "EV": "EV-2023-0001", "OLD": "EV-2023-0001", "N": "1",
           "SYSTEM": "referral-triage", "--consequence-rating": "delay"}  # fmt: skip
    with clock.at(datetime.fromisoformat(f"{STORY}T20:00:00+01:00")):
        found = collected(run, day)
        failed = [why for one in found if (why := wrong(run, one, STORY, ids))]

    assert len(found) > 40
    assert not failed, "\n".join(failed)


AWKWARD = r"""
criteria set --in-force-from 2025-01-01 --decided-by 'AI board'
system add chat --name "Chat of the 'front desk'" --generative --role provider
system set chat --purpose "Answers what's asked" --model 'chat 1'
system set chat --stage operation-and-monitoring
system add 7days --name '7 days' --in-scope-to 2026-04-30
risk add --title "It's made up" --cause c --event e --consequence q --identified-on 2025-02-01
risk add --system chat --title 'No "source"' --cause c --event e --consequence q --source MAP-4.1
risk assess R-2026-0001 --likelihood likely --consequence-rating serious --on 2025-02-03 --by ben
risk treat R-2026-0001 --option modify --what 'x; y' --on 2025-03-01 --owner ben --due 2025-04-01
risk assess R-2026-0001 --likelihood possible --consequence-rating serious --on 2025-05-03 --by ben
risk accept R-2026-0001 --by ben --on 2025-05-04 --until 2025-12-31 --why "it's little"
risk add --title Old --cause c --event e --consequence q --identified-on 2025-02-01
risk assess R-2026-0003 --likelihood likely --consequence-rating serious --on 2025-02-03 --by ben
risk treat R-2026-0003 --option modify --what z --on 2025-03-01 --control A.10.3 --control A.9.2
risk treat R-2026-0003 --treatment 1 --done 2025-04-01
soa add L/1 --title 'Own, with a slash' --source "The client's contract"
soa set L/1 --applicable --why 'The contract asks for it' --because risk:R-2026-0003
soa set A.10.3 --excluded --why 'Nothing bought here'
soa set A.10.2 --applicable --why 'in the annex' --status planned --due 2026-03-01 --on 2026-02-01
soa set A.10.2 --system 7days --applicable --why 'Bought for it' --status implemented
impact add chat --on 2026-02-01 --by ben --approved-by ben --approved-on 2026-02-02
impact add chat --on 2026-03-01 --by ben --next-review 2026-04-01
impact effect IA-2026-0002 --level groups --kind harm --what "Can't appeal" --severity severe
system set chat --model 'chat "2"'
add-evidence new.txt --kind impact-assessment --system chat --prepared-by ben
impact link IA-2026-0002 --evidence EV-2026-0001
add-evidence other.txt --kind ai-policy --supports 'GOVERN 1.1'
add-evidence third.txt --kind vv-report --supports 'MEASURE 2.6' --prepared-by ben
evidence approve EV-2026-0003 --by eva --on 2026-03-01
profile set 'MEASURE 2.6' --current achieved --on 2026-03-01
attest --scope "The client's 'chat'" --signatory 'E. Example' --function CEO --on 2026-03-02
profile set 'MEASURE 2.6' --current partly --target achieved --by 2026-04-01 --on 2026-03-02
evidence untag EV-2026-0003 'MEASURE 2.6'
profile set 'GOVERN 1.2' --current achieved
profile set 'GOVERN 1.3' --target largely
profile set 'GOVERN 1.4' --current achieved --target partly
profile change organisation --review-due 2026-04-30
profile add gen --kind generative-ai --title 'GenAI of "chat"' --system chat
profile set GV-1.1-001 MS-2.5-001 --profile gen --current largely --target achieved
certification record decision grant --on 2025-06-01 --expiry 2028-05-31
"""
"""Records of which much is missing, with quotation marks and odd references in what is said."""
RATED = {"effect": ("--likelihood", "rare", "--reversibility", "irreversible")}


@pytest.fixture
def bare_day():
    with freeze_time(f"{BARE}T12:00:00Z"):
        yield


@pytest.fixture
def awkward(run, workspace, bare_day):  # noqa: ARG001  (the day comes first)
    for name in ("new", "other", "third"):
        (workspace / f"{name}.txt").write_text(name)
    for line in AWKWARD.strip().splitlines():
        words = shlex.split(line)
        done = run(*words, *RATED.get(words[1], ()))
        assert done.code == 0, f"{line}\n{done.err}"
    return workspace


@pytest.mark.usefixtures("awkward")
def test_every_command_about_awkward_records_can_be_run(run):
    ids = {"R": "R-2026-0001", "EV": "EV-2026-0001", "OLD": "EV-2026-0002", "N": "1",
           "SYSTEM": "chat", "--consequence-rating": "serious"}  # fmt: skip

    found = collected(run, BARE)
    failed = [why for one in found if (why := wrong(run, one, BARE, ids))]

    assert len(found) > 80
    assert not failed, "\n".join(failed)


@pytest.mark.usefixtures("bare_day")
def test_every_command_in_an_empty_workspace_can_be_run(run, workspace):
    (workspace / "new.txt").write_text("New.\n")

    found = collected(run, BARE)
    failed = [why for one in found if (why := wrong(run, one, BARE, {}))]

    assert found
    assert not failed, "\n".join(failed)


CODES = {
    "soa": {code for code, *_ in soa_check.TESTS},
    "risk": set(risk_check.FINDINGS),
    "impact": set(impact_checks.CODES),
}


@pytest.mark.usefixtures("awkward")
@pytest.mark.parametrize("noun", ["soa", "risk", "impact", "profile", "attest"])
def test_a_check_has_the_form_of_every_other_and_the_codes_that_are_documented(run, noun):
    which = ["AT-2026-0001"] if noun == "attest" else []
    told, shown = run(noun, "check", *which, "--json"), run(noun, "check", *which)
    manual = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
    section = manual.partition(f"### `govtrack {noun} check`")[2].partition("\n### ")[0]
    documented = set(re.findall(r"`([a-z-]+)`", section))

    found = told.json()["findings"]

    assert (told.code, shown.code) == (1, 1)
    assert {tuple(one) for one in found} == {Finding._fields}
    assert shown.out.splitlines()[-len(found) - 1] == "\t".join(HEADINGS)
    assert {one["code"] for one in found} | CODES.get(noun, set()) <= documented
    assert {one["system"] for one in found} <= {"chat", "7days", None}


def test_the_schemas_have_one_shape_of_findings():
    schemas = [
        json.loads(path.read_text(encoding="utf-8"))
        for path in shipped.folder("schemas").glob("*.schema.json")
    ]
    shapes = [one["$defs"]["finding"] for one in schemas if "finding" in one.get("$defs", {})]

    assert len(shapes) >= 6
    assert all(one == shapes[0] for one in shapes)
