"""What is worth doing first: due, nearly done, missing; by the adoption pattern."""

from __future__ import annotations

import re
from datetime import date

import pytest
from freezegun import freeze_time

from govtrack import workspace as workspaces
from govtrack.catalog.loading import catalogue
from govtrack.catalog.vocabulary import Wording
from govtrack.cycle.knobs import Knobs
from govtrack.register.reader import reading
from govtrack.status import next_steps as asking
from govtrack.status.next_steps import MOST, next_steps
from govtrack.status.open_gaps import by_kind, undocumented
from govtrack.status.paper_steps import paper_steps

DAY = "2026-11-24"
OTHERS = {"begin", "assess", "paper"}


@pytest.fixture
def steps(workspace):
    """`steps(pattern="parallel", day=…)`: what to do on a day."""

    def asked(pattern="parallel", day=DAY):
        with reading(workspaces.find(workspace)) as connection:
            return next_steps(connection, catalogue(), Knobs(), date.fromisoformat(day), pattern)

    return asked


@pytest.fixture
def add(run, tmp_path):
    """`add(kind, *options, day=…, approved=True)`: evidence recorded on a day; gives its id."""
    made = iter(range(1000))

    def recorded(kind, *options, day="2026-11-01", approved=True):
        artefact = tmp_path / f"{kind}-{next(made)}.txt"
        artefact.write_text(artefact.name)
        approval = ("--approved-by", "eva", "--approved-on", day) if approved else ()
        with freeze_time(f"{day}T12:00:00Z"):
            done = run("add-evidence", artefact, "--kind", kind, "--title", kind, "--prepared-on",
                       day, *approval, *options, "--json")  # fmt: skip
        assert done.code == 0, done.err
        return done.json()["id"]

    return recorded


@pytest.fixture
def chat(workspace, run):
    """A system is on record."""
    assert run("system", "add", "chat", "--name", "Chat").code == 0
    return workspace


def of_sort(found, sort):
    return [one for one in found if one.sort == sort]


@pytest.mark.parametrize("pattern", ["rmf-first", "iso-first", "parallel"])
def test_a_new_workspace_begins_with_systems_scope_and_policy(steps, pattern):
    found = steps(pattern)

    assert [one.sort for one in found[:3]] == ["begin"] * 3
    assert found[0].command.startswith("govtrack system add ")
    assert "--kind scope-statement --supports 4.3" in found[1].command
    assert "--kind ai-policy --supports 5.2" in found[2].command
    assert len(found) == MOST


def test_without_a_system_that_comes_first_whatever_is_recorded(steps, add):
    add("ai-policy", "--supports", "5.2")

    found = steps()

    assert [one.command.split()[1:3] for one in of_sort(found, "begin")] == [["system", "add"]]
    assert found[0].sort == "begin"


@pytest.mark.usefixtures("chat")
def test_what_the_cycle_makes_due_comes_first_with_its_day(steps, run, add):
    add("ai-policy", approved=False)
    with freeze_time("2026-11-01T12:00:00Z"):
        grant = ("certification", "record", "decision", "grant", "--on", "2026-01-15")
        assert run(*grant).code == 0

    found = steps(day="2027-01-10")

    assert found[0].sort == "cycle"
    assert "overdue" in found[0].what
    assert found[0].due
    assert [one.sort for one in found].index("approve") > 0


@pytest.mark.usefixtures("chat")
def test_evidence_that_ends_is_renewed_before_drafts_are_approved(steps, add):
    old = add("vv-report", "--valid-until", "2026-11-30")
    draft = add("ai-policy", approved=False)

    found = steps()

    assert old in found[0].what
    assert found[0].command == f"govtrack add-evidence FILE --kind vv-report --supersedes {old}"
    assert found[0].due == "2026-11-30"
    assert found[1].command == f"govtrack evidence approve {draft} --by WHO --on DATE"


@pytest.mark.usefixtures("chat")
def test_what_a_draft_waits_to_replace_is_approved_not_renewed(steps, add):
    old = add("vv-report", "--valid-until", "2026-11-30")
    draft = add("vv-report", "--supersedes", old, approved=False)

    found = steps()

    assert of_sort(found, "renew") == []
    assert draft in found[0].command


@pytest.mark.usefixtures("chat")
def test_proposals_are_put_to_a_person_where_nothing_else_stands(steps, add):
    one = add("vv-report", "--supports", "A.6.2.4")
    stated = add("vv-report", "--supports", "A.6.2.4,MEASURE 2.5,MEASURE 2.13,MAP 2.3,MEASURE 2.1")

    found = of_sort(steps(), "confirm")

    assert one in found[0].command or stated in found[0].command
    for step in found:
        assert "A.6.2.4" not in step.command
        assert "'MEASURE 2.5'" not in step.command


@pytest.mark.usefixtures("chat")
def test_a_confirmed_artefact_is_not_asked_about_again(steps, add, run):
    one = add("supplier-assessment")
    assert any(one in step.command for step in of_sort(steps(), "confirm"))

    assert run("evidence", "confirm", one, "--all").code == 0

    assert not any(one in step.command for step in steps())


@pytest.mark.usefixtures("chat")
def test_a_document_that_a_clause_names_is_asked_for_though_the_clause_has_another(steps, add):
    for kind in ("scope-statement", "aims-manual", "ai-policy", "context-analysis"):
        add(kind, "--accept-proposed")
    add("risk-treatment-plan", "--accept-proposed")

    asked = {
        re.search(r"--kind (\S+)", one.command)[1]: one.why
        for one in of_sort(steps("iso-first"), "documented_information")
    }

    assert "risk-treatment-plan" not in asked
    assert asked["risk-method"].startswith("6.1.2, 6.1.3 ask for it")


@pytest.mark.usefixtures("chat")
def test_who_begins_with_the_rmf_sees_its_gaps_before_the_clauses_documents(steps):
    rmf = [one.sort for one in steps("rmf-first") if one.sort not in OTHERS]
    iso = [one.sort for one in steps("iso-first") if one.sort not in OTHERS]

    assert rmf[:3] == ["gap"] * 3
    assert iso[:3] == ["documented_information"] * 3


@pytest.mark.usefixtures("chat")
def test_nothing_is_asked_for_twice_and_every_command_is_one(steps, add, run):
    add("ai-policy", approved=False)
    add("context-analysis", day="2024-01-01")

    for pattern in ("rmf-first", "iso-first", "parallel"):
        commands = [one.command for one in steps(pattern)]
        assert len(set(commands)) == len(commands) == MOST
        for command in commands:
            words = command.split()
            named = words[1:3] if words[1] in {"evidence", "system"} else words[1:2]
            if words[1] != "certification":
                assert run(*named, "--help").code == 0


@pytest.mark.usefixtures("chat")
def test_one_long_list_does_not_hide_the_others(steps, add):
    for _ in range(8):
        add("event-log", approved=False)

    sorts = [one.sort for one in steps("iso-first")]

    assert sorts[:3] == ["approve"] * 3
    assert {"confirm", "documented_information", "gap"} & set(sorts)


@pytest.mark.parametrize("day", ["1990-01-01", "9999-12-31"])
def test_any_day_can_be_asked_about(steps, add, day):
    add("ai-policy", "--valid-until", "2030-01-01")

    assert steps(day=day)


@pytest.fixture
def papers(run):
    """The first step to every working paper was taken, on 1 November."""

    def taken(*words):
        with freeze_time("2026-11-01T12:00:00Z"):
            done = run(*words)
        assert done.code == 0, done.err

    taken("criteria", "set", "--in-force-from", "2026-11-01", "--decided-by", "eva")
    taken("risk", "add", "--title", "Seen late", "--system", "chat", "--event", "a", "--cause", "b",
          "--consequence", "c", "--affects", "individuals")  # fmt: skip
    taken("soa", "set", "A.2.2", "--applicable", "--why", "We have a policy")
    taken("profile", "set", "MAP 1.1", "--current", "none")
    return taken


def commands_of(found):
    return [one.command for one in of_sort(found, "paper")]


def all_papers(workspace, day=DAY):
    known = catalogue()
    with reading(workspaces.find(workspace)) as connection:
        words = Wording(known.terms, "iso")
        found = paper_steps(connection, known, date.fromisoformat(day), words)
        return [one.command for one in found]


def test_working_papers_that_are_not_begun_are_named_each_with_its_first_command(steps, chat):
    found = commands_of(steps())

    assert all_papers(chat) == [
        "govtrack criteria set --in-force-from DATE --decided-by WHO",
        "govtrack risk suggest --system chat",
        "govtrack soa export --output soa.xlsx",
        "govtrack profile set SUBCATEGORY --current STATE --target STATE",
    ]
    assert found == all_papers(chat)[: len(found)]
    assert len(found) >= 3


def test_an_empty_workspace_begins_with_no_working_paper(workspace):
    assert all_papers(workspace) == []


@pytest.mark.usefixtures("chat")
def test_in_working_papers_that_are_begun_what_weighs_most_is_named(papers, workspace):
    assert all_papers(workspace)[0].startswith("govtrack risk assess R-2026-0001 ")
    assert all_papers(workspace)[1] == "govtrack soa set A.2.3 --applicable --why TEXT"
    # on a day before it was begun, it is to be begun
    assert len(all_papers(workspace, "2026-10-31")) == 4

    papers("risk", "assess", "R-2026-0001", "--likelihood", "likely",
           "--consequence-rating", "severe")  # fmt: skip
    assert all_papers(workspace)[0].startswith("govtrack risk treat R-2026-0001 ")

    papers("risk", "treat", "R-2026-0001", "--option", "modify", "--what", "x")
    assert all_papers(workspace) == ["govtrack soa set A.2.3 --applicable --why TEXT"]


@pytest.mark.usefixtures("chat", "papers")
def test_what_a_working_paper_answers_is_not_asked_for_as_evidence(steps):
    asked = [one.command.split()[4] for one in of_sort(steps(), "documented_information")]

    assert asked
    assert {"risk-method", "risk-treatment-plan"}.isdisjoint(asked)


def test_gaps_of_who_begins_with_the_rmf_go_by_function():
    empty = catalogue().leaves("rmf") + catalogue().leaves("iso")

    found = [closed[0].ref for _, closed in by_kind(empty, catalogue(), "rmf-first")]

    functions = [ref.split()[0] for ref in found if " " in ref]
    assert list(dict.fromkeys(functions)) == sorted(
        set(functions), key=["GOVERN", "MAP", "MEASURE", "MANAGE"].index
    )
    assert functions == sorted(functions, key=["GOVERN", "MAP", "MEASURE", "MANAGE"].index)


def test_gaps_of_who_begins_with_iso_go_by_clause_and_then_by_control():
    empty = catalogue().leaves("rmf") + catalogue().leaves("iso")

    found = [closed[0] for _, closed in by_kind(empty, catalogue(), "iso-first")]

    of_iso = [one.ref for one in found if one.framework == "iso"]
    place = list(catalogue().requirements)
    assert of_iso == sorted(of_iso, key=place.index)
    assert found[0].ref == "4.1"
    assert [one.framework for one in found] == sorted(one.framework for one in found)


def test_in_parallel_the_kind_that_closes_most_on_both_sides_comes_first():
    empty = catalogue().leaves("rmf") + catalogue().leaves("iso")

    found = list(by_kind(empty, catalogue(), "parallel"))

    assert {one.framework for one in found[0][1]} == {"rmf", "iso"}
    both = [len({one.framework for one in closed}) for kind, closed in found if kind]
    assert both == sorted(both, reverse=True)


@pytest.mark.parametrize("pattern", ["rmf-first", "iso-first", "parallel"])
def test_every_gap_is_closed_once(pattern):
    empty = catalogue().leaves("rmf") + catalogue().leaves("iso")

    closed = [one.ref for _, found in by_kind(empty, catalogue(), pattern) for one in found]

    assert sorted(closed) == sorted(one.ref for one in empty)


def test_nothing_documented_asks_for_nothing():
    assert list(undocumented(())) == []


def everything(steps, monkeypatch):
    """All there is to do, not the first ten."""
    monkeypatch.setattr(asking, "MOST", 1000)
    return steps()


def reported(run, *words):
    done = run(*words)
    assert done.code == 0, done.err


def test_where_an_assessment_is_approved_its_artefact_is_asked_for_not_another(
    steps, run, add, monkeypatch
):
    with freeze_time(f"{DAY}T12:00:00Z"):
        reported(run, "system", "add", "chat", "--name", "Chat")
        reported(run, "impact", "add", "chat", "--on", DAY, "--by", "ben", "--why", "initial")
        reported(run, "impact", "effect", "IA-2026-0001", "--level", "society", "--kind", "none",
                 "--what", "One district only")  # fmt: skip
        draft = everything(steps, monkeypatch)
        reported(run, "impact", "approve", "IA-2026-0001", "--by", "eva")
        unlinked = everything(steps, monkeypatch)
        found = add("vv-report", day=DAY)
        reported(run, "impact", "link", "IA-2026-0001", "--evidence", found)
        linked = everything(steps, monkeypatch)

    record, link = "add-evidence FILE --kind impact-assessment", "impact link IA-2026-0001 "
    assert any(record in one.command for one in draft)
    assert [one.why for one in unlinked if record in one.command] == []
    (step,) = (one for one in unlinked if link in one.command)
    assert step.why.startswith("IA-2026-0001 is approved and no artefact is linked; nothing is")
    assert [one.command for one in linked if link in one.command] == []
    (step,) = (one for one in linked if record in one.command)
    assert step.why.startswith("kept in this register (IA-2026-0001), but as evidence nothing is")


@freeze_time(f"{DAY}T12:00:00Z")
def test_a_system_is_due_on_its_own_day_and_overdue_on_the_next(steps, run):
    reported(run, "system", "add", "chat", "--name", "Chat", "--stage", "deployment")

    (today,) = of_sort(steps(), "assess")
    (later,) = of_sort(steps(day="2026-11-25"), "assess")

    assert (today.what.startswith("overdue"), today.why[:9]) == (False, "due today")
    assert (later.what[:8], later.why[:13]) == ("overdue:", "1 day overdue")
    (listed,) = (one for one in run("remind").rows() if one["what"].startswith("AI system impact"))
    assert listed["days"] == "due today"
