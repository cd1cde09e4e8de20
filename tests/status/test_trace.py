"""A trace walks both ways, says where a chain breaks, and asks a few statements only."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govtrack.catalog import loading
from govtrack.errors import BadInput
from govtrack.register import database
from govtrack.register.nouns import NOUNS, id_of
from govtrack.status.trace import KINDS, TOWARDS, as_json, broken, trace
from govtrack.status.trace_start import Start, started
from govtrack.status.trace_words import LACKS

SCHEMA = Path(__file__).parents[1] / "data" / "registers" / f"schema-{database.SCHEMA}.sql"
DAY = date(2026, 6, 1)
YEAR = 20_260_000_000
BEFORE, LATER = "2026-03-01", "2026-09-01"


class Register:
    """A register in memory, written past the product: rows with what a test leaves out filled."""

    def __init__(self):
        self.connection = sqlite3.connect(":memory:")
        self.connection.row_factory = sqlite3.Row
        self.connection.executescript(SCHEMA.read_text(encoding="utf-8"))
        self.catalogue = loading.catalogue()

    def put(self, table, number=None, **said):
        if number is not None:
            said = {"key": YEAR + number, "id": id_of(NOUNS[table], YEAR + number)} | said
        for _, name, type_, needed, default, _ in self.connection.execute(
            f"PRAGMA table_info({table})"
        ).fetchall():
            if needed and default is None and name not in said:
                said[name] = BEFORE if name.endswith("_on") else 1 if "INT" in type_ else "x"
        names, places = ", ".join(said), ", ".join("?" * len(said))
        insert = f"INSERT INTO {table} ({names}) VALUES ({places})"
        self.connection.execute(insert, list(said.values()))
        return said.get("id")

    def walk(self, *words, day=DAY, **asked):
        start = started(self.connection, words, self.catalogue)
        return trace(self.connection, self.catalogue, start, day, **asked)

    def evidence(self, number, *refs, about=(), confirmed=True, **said):
        self.put("evidence", number, **{"prepared_on": BEFORE, "approved_on": BEFORE} | said)
        for ref in refs:
            said_on = BEFORE if confirmed else None
            origin = ("stated", "") if confirmed else ("crosswalk", "article")
            self.put("evidence_tag", evidence=YEAR + number, ref=ref, origin=origin[0],
                     source=origin[1], framework="iso", confirmed_on=said_on)  # fmt: skip
        for system in about:
            self.put("evidence_system", evidence=YEAR + number, system=system)
        return f"EV-2026-{number:04d}"

    def risk(self, number, *sources, treatments=(), **said):
        self.put("risk", number, title=f"Risk {number}", **said)
        for ref in sources:
            self.put("risk_source", risk=YEAR + number, ref=ref)
        for position, controls in enumerate(treatments, 1):
            self.put("risk_treatment", risk=YEAR + number, position=position, option="modify")
            for control in controls:
                self.put("risk_control", risk=YEAR + number, treatment=position, control=control)
        return f"R-2026-{number:04d}"

    def decision(self, number, control, because=(), **said):
        self.put("applicability", number, **{"control": control, "applicable": 1} | said)
        for risk in because:
            self.put("applicability_because", applicability=YEAR + number, kind="risk",
                     reference=risk)  # fmt: skip
        return f"AD-2026-{number:04d}"


@pytest.fixture
def register():
    return Register()


@pytest.fixture
def chain(register):
    """One risk with everything that hangs together with it."""
    register.put("ai_system", 1, slug="triage", name="Triage")
    register.risk(1, "MEASURE 2.7", treatments=[["A.6.2.4"]], system="SYS-2026-0001")
    register.decision(1, "A.6.2.4", because=["R-2026-0001"])
    register.put("soa", 1, version=1, approved_on=BEFORE)
    register.put("soa_row", soa=YEAR + 1, control="A.6.2.4", system="", decision="AD-2026-0001")
    register.put("certification_decision", 1, decision="grant", decided_on="2026-04-01")
    register.evidence(1, "A.6.2.4", about=["SYS-2026-0001"])
    register.put("impact_assessment", 1, system="SYS-2026-0001", assessed_on=BEFORE,
                 next_review=LATER)  # fmt: skip
    register.put("impact_risk", impact=YEAR + 1, risk="R-2026-0001")
    register.put("profile", 1, slug="whole", title="Whole")
    register.put("profile_row", 1, profile="PF-2026-0001", ref="MEASURE 2.7", set_on=BEFORE)
    register.put("attestation", 1, profile="PF-2026-0001", signed_on=BEFORE)
    register.put("attestation_outcome", attestation=YEAR + 1, ref="MEASURE 2.7")
    register.put("attestation_evidence", attestation=YEAR + 1, ref="MEASURE 2.7",
                 evidence="EV-2026-0001")  # fmt: skip
    register.put("risk_criteria", 1, version=1, title="Criteria", in_force_from=BEFORE)
    register.put("risk_assessment", risk=YEAR + 1, position=1, level="high",
                 criteria="RC-2026-0001", assessed_on=BEFORE, next_review=LATER)  # fmt: skip
    return register


CHAIN = (
    "MEASURE 2.7", "A.6.2.4", "R-2026-0001", "R-2026-0001/1", "AD-2026-0001", "EV-2026-0001",
    "SYS-2026-0001", "SOA-2026-0001", "IA-2026-0001",
)  # fmt: skip


def test_a_subcategory_leads_to_its_risk_treatment_control_decision_and_evidence(chain):
    found = chain.walk("MEASURE 2.7")

    assert set(CHAIN) <= set(found.nodes)
    steps = {name: found.nodes[name].depth for name in CHAIN}
    assert steps["R-2026-0001"] == 1
    assert steps["R-2026-0001/1"] == 2


def test_evidence_leads_back_to_the_risk_and_its_system(chain):
    found = chain.walk("EV-2026-0001")

    assert {"A.6.2.4", "R-2026-0001/1", "R-2026-0001", "AD-2026-0001"} <= set(found.nodes)


def test_a_statement_is_tied_to_the_certificate_that_was_decided_while_it_stood(chain):
    found = chain.walk("SOA-2026-0001", depth=1)

    (edge,) = (one for one in found.edges if one.tie == "certificate")
    assert (edge.near, edge.source) == ("CD-2026-0001", "by their dates")


def test_criteria_profile_rows_and_attestations_are_met(chain):
    assert "RC-2026-0001" in chain.walk("R-2026-0001", depth=1).nodes
    assert {"PR-2026-0001", "AT-2026-0001"} <= set(chain.walk("MEASURE 2.7", depth=1).nodes)
    assert {"PF-2026-0001", "EV-2026-0001"} <= set(chain.walk("AT-2026-0001", depth=1).nodes)


def test_crosswalk_ties_keep_their_source_and_row_apart(register):
    found = register.walk("A.6.2.4", depth=1)

    said = {
        (one.source, one.row) for one in found.edges
        if one.tie == "crosswalk" and {one.near, one.far} == {"MEASURE 2", "A.6.2.4"}
    }  # fmt: skip
    assert len(said) == 3
    assert {source for source, _ in said} == {"article"}
    assert {one.source for one in found.edges if one.tie == "crosswalk"} == {"article", "microsoft"}


def test_a_crosswalk_is_followed_from_the_start_only(register):
    found = register.walk("A.6.2.4", depth=8)

    assert all("A.6.2.4" in (one.near, one.far) or "A.6.2" in (one.near, one.far)
               for one in found.edges if one.tie == "crosswalk")  # fmt: skip


def test_a_chain_says_where_it_breaks(register):
    register.put("ai_system", 1, slug="triage", name="Triage")
    register.risk(1, system="SYS-2026-0001")
    register.risk(2, treatments=[[]])
    register.risk(3, treatments=[["A.6.2.4"]])
    register.decision(1, "A.6.2.5")
    register.evidence(1)

    lacks = {
        name: register.walk(name, depth=1).nodes[name].lacks
        for name in ("R-2026-0001", "R-2026-0002/1", "A.6.2.4", "AD-2026-0001", "EV-2026-0001",
                     "SYS-2026-0001")
    }  # fmt: skip

    assert lacks == {
        "R-2026-0001": ("assessment", "risk-treatment"),
        "R-2026-0002/1": ("control",),
        "A.6.2.4": ("decision", "evidence"),
        "AD-2026-0001": ("statement",),
        "EV-2026-0001": ("requirement",),
        "SYS-2026-0001": ("impact-assessment",),
    }
    assert {one for found in lacks.values() for one in found} <= set(LACKS)


def test_the_way_to_evidence_ends_there_or_at_the_hole(register):
    register.risk(1, treatments=[["A.6.2.4"], ["A.6.2.5"], []])
    register.evidence(1, "A.6.2.4")
    register.risk(2, "MEASURE 2.6")

    found = register.walk("R-2026-0001", to="evidence")

    ends = set(found.nodes) - {here for here, _, _ in found.walked}
    assert ends == {"EV-2026-0001", "A.6.2.5", "R-2026-0001/3"}
    assert {node.id for node, lack in broken(found) if lack in {"evidence", "control"}} == {
        "A.6.2.5", "R-2026-0001/3",
    }  # fmt: skip


def test_evidence_that_is_stale_is_met_and_still_a_hole(register):
    register.evidence(1, "A.6.2.4", valid_until="2026-05-01")

    found = register.walk("A.6.2.4", depth=1)

    assert found.nodes["EV-2026-0001"].state == "expired"
    assert found.nodes["A.6.2.4"].state == "evidence stale"
    assert "evidence" in found.nodes["A.6.2.4"].lacks


def test_a_control_decided_not_to_apply_asks_for_no_evidence(register):
    register.decision(1, "A.6.2.4", applicable=0)

    node = register.walk("A.6.2.4", depth=1).nodes["A.6.2.4"]

    assert (node.state, node.lacks) == ("not applicable", ())


def test_an_acceptable_risk_needs_no_treatment(register):
    register.put("risk_criteria", 1, version=1)
    for position, word in enumerate(("low", "high"), 1):
        register.put("risk_level", criteria=YEAR + 1, position=position, word=word)
    for level, word in (("individuals", "low"), ("society", "high")):
        register.put("risk_acceptable", criteria=YEAR + 1, impact_level=level, level=word)
    for number, level in enumerate(("low", "high"), 1):
        register.risk(number)
        register.put("risk_assessment", risk=YEAR + number, position=1, level=level,
                     criteria="RC-2026-0001", assessed_on=BEFORE, next_review=LATER)  # fmt: skip
    register.risk(3)
    register.put("risk_affected", risk=YEAR + 3, impact_level="society")
    register.put("risk_assessment", risk=YEAR + 3, position=1, level="high",
                 criteria="RC-2026-0001", assessed_on=BEFORE, next_review=LATER)  # fmt: skip

    lacks = [register.walk(f"R-2026-{n:04d}").nodes[f"R-2026-{n:04d}"].lacks for n in (1, 2, 3)]

    # nobody is said to be affected: the strictest of all levels counts
    assert lacks == [(), ("risk-treatment",), ()]


def test_what_is_over_is_shown_beside_the_start_and_not_walked_through(register):
    register.risk(1, "MEASURE 2.7", closed_on="2026-05-01")
    register.decision(1, "A.6.2.4")
    register.decision(2, "A.6.2.4", because=["R-2026-0001"], decided_on="2026-04-01")

    at_start = register.walk("A.6.2.4")
    further = register.walk("AD-2026-0002")

    assert at_start.nodes["AD-2026-0001"].over
    assert not at_start.nodes["AD-2026-0002"].over
    assert "AD-2026-0001" not in further.nodes
    assert further.nodes["R-2026-0001"].state == "closed 2026-05-01"
    assert "MEASURE 2.7" not in further.nodes


def test_every_day_has_its_own_answer(chain):
    chain.decision(2, "A.6.2.4", decided_on=LATER)

    now, later = (chain.walk("A.6.2.4", day=day, depth=1) for day in (DAY, date(2026, 9, 2)))
    before = chain.walk("A.6.2.4", day=date(2026, 2, 28), depth=1)

    assert "AD-2026-0002" not in now.nodes
    assert later.nodes["AD-2026-0001"].state.endswith("replaced")
    assert before.nodes.keys() & set(CHAIN) == {"A.6.2.4"}


def test_what_is_of_another_system_is_left_out(register):
    for number, slug in ((1, "triage"), (2, "chat")):
        register.put("ai_system", number, slug=slug)
        register.risk(number, "MEASURE 2.7", system=f"SYS-2026-{number:04d}")
        register.evidence(number, "MEASURE 2.7", about=[f"SYS-2026-{number:04d}"])
    register.risk(3, "MEASURE 2.7")
    register.evidence(3, "MEASURE 2.7")

    found = register.walk("MEASURE 2.7", system="SYS-2026-0001")

    records = {name for name in found.nodes if name[:2] in {"R-", "EV", "SY"}}
    assert records == {
        "R-2026-0001", "R-2026-0003", "EV-2026-0001", "EV-2026-0003", "SYS-2026-0001",
    }  # fmt: skip
    assert found.nodes["MEASURE 2.7"].state == "evidence covered, 2 in force"


def test_proposed_tags_are_shown_beside_the_start_only(register):
    register.evidence(1, "A.6.2.4", confirmed=False)
    register.risk(1, treatments=[["A.6.2.4"]])

    (edge,) = (one for one in register.walk("A.6.2.4").edges if one.tie == "support")

    assert (edge.state, edge.source) == ("proposed", "crosswalk (article)")
    assert "EV-2026-0001" not in register.walk("R-2026-0001").nodes


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("ms-2.7", Start("MEASURE 2.7", "subcategory")),
        ("a.6.2.4", Start("A.6.2.4", "control")),
        ("clause 6.1.2", Start("6.1.2", "clause")),
        ("genai-confabulation", Start("genai:confabulation", "genai-risk")),
        ("r-2026-1", Start("R-2026-0001", "risk")),
        ("R-2026-0001/1", Start("R-2026-0001/1", "treatment")),
        ("R-2026-0001 treatment 1", Start("R-2026-0001/1", "treatment")),
        ("Triage", Start("SYS-2026-0001", "system")),
        ("whole", Start("PF-2026-0001", "profile")),
        ("CD-2026-0001", Start("CD-2026-0001", "certification")),
        ("gv-1.1-001", Start("GV-1.1-001", "action")),
        ("MEASURE 2", Start("MEASURE 2", "category")),
    ],
)
def test_a_start_may_be_written_in_many_ways(chain, written, meant):
    assert started(chain.connection, tuple(written.split()), chain.catalogue) == meant


def test_one_s_own_control_is_a_start_by_its_reference_and_by_its_id(register):
    register.put("additional_control", 1, ref="ORG-1", title="Own")
    register.decision(1, "ORG-1")

    for written in ("org-1", "AC-2026-0001"):
        found = register.walk(written)
        assert found.nodes["ORG-1"].title == "Own"
        assert "AD-2026-0001" in found.nodes


@pytest.mark.parametrize(
    ("written", "message", "nearest"),
    [
        ("R-2026-0009", "there is no R-2026-0009 in this register", "R-2026-0001"),
        ("R-2026-0001/7", "R-2026-0001 has no treatment 7; there are: 1", None),
        ("EV-2026-0001/1", "EV-2026-0001 is no risk: only risks have treatments", None),
        ("triag", "'triag' is neither an id of this register nor a reference", "triage"),
        ("MEASURE 2.77", "'MEASURE 2.77' is neither an id of this register nor a reference",
         "MEASURE 2.7"),
        ("XA-2026-0001", "'XA-2026-0001' is of a sort that nothing is tied to", None),
        ("MEASURE 2.7 A.6.2.4", "'MEASURE 2.7 A.6.2.4': one id or reference at a time", None),
        ("R-2026-0000", "'R-2026-0000' is not an id such as R-2025-0001", None),
    ],
)  # fmt: skip
def test_what_is_not_there_is_refused_with_the_nearest(chain, written, message, nearest):
    with pytest.raises(BadInput) as refused:
        started(chain.connection, tuple(written.split()), chain.catalogue)

    (problem,) = refused.value.problems
    assert (problem.message, problem.nearest) == (message, nearest)


def test_a_slug_that_two_things_have_asks_for_the_id(register):
    register.put("ai_system", 1, slug="triage")
    register.put("profile", 1, slug="triage")

    with pytest.raises(BadInput, match="the system SYS-2026-0001 and the profile PF-2026-0001"):
        started(register.connection, ("triage",), register.catalogue)


REFS = ("MEASURE 2.7", "MAP 5.1", "6.1.2", "A.6.2.4", "A.5.2", "genai:confabulation", "ORG-1")
few = st.sets(st.integers(1, 4), max_size=3)
refs = st.sets(st.sampled_from(REFS), max_size=3)
controls = st.sets(st.sampled_from(("A.6.2.4", "A.5.2", "ORG-1")), max_size=2)
systems = st.sampled_from((None, "SYS-2026-0001", "SYS-2026-0002"))
days = st.sampled_from((BEFORE, "2026-05-01", LATER))
drawn = st.fixed_dictionaries({
    "risks": st.lists(st.tuples(refs, st.lists(controls, max_size=2), systems, days,
                                st.none() | days), max_size=4),
    "decisions": st.lists(st.tuples(controls, few, systems, days), max_size=4),
    "evidence": st.lists(st.tuples(refs, st.booleans(), systems, st.none() | days), max_size=4),
    "impacts": st.lists(st.tuples(few, few, days), max_size=3),
    "rows": st.lists(st.tuples(refs, days), max_size=3),
})  # fmt: skip


def registered(made):
    register = Register()
    for number in (1, 2):
        register.put("ai_system", number, slug=f"s{number}")
    register.put("additional_control", 1, ref="ORG-1")
    register.put("profile", 1, slug="whole", system="SYS-2026-0001")
    for number, (sources, treated, system, on, closed) in enumerate(made["risks"], 1):
        register.risk(number, *sorted(sources), treatments=[sorted(one) for one in treated],
                      system=system, identified_on=on, closed_on=closed)  # fmt: skip
    for number, (tagged, confirmed, system, superseded) in enumerate(made["evidence"], 1):
        register.evidence(number, *sorted(tagged), confirmed=confirmed, superseded_on=superseded,
                          about=[system] if system else [])  # fmt: skip
    tied(register, made, *(
        [f"{code}-2026-{one:04d}" for one in range(1, len(made[name]) + 1)]
        for code, name in (("R", "risks"), ("EV", "evidence"))
    ))  # fmt: skip
    pairs = [(ref, on) for tagged, on in made["rows"] for ref in sorted(tagged)]
    for number, (ref, on) in enumerate(pairs, 1):
        register.put("profile_row", number, profile="PF-2026-0001", ref=ref, set_on=on)
    return register


def tied(register, made, risks, artefacts):
    """Decisions and impact assessments, tied to those risks and artefacts that there are."""
    for number, (chosen, because, system, on) in enumerate(made["decisions"], 1):
        for control in sorted(chosen)[:1]:
            register.decision(number, control, some(risks, because), system=system, decided_on=on)
    for number, (bears_on, written_in, on) in enumerate(made["impacts"], 1):
        register.put("impact_assessment", number, system="SYS-2026-0001", assessed_on=on)
        for one in some(risks, bears_on):
            register.put("impact_risk", impact=YEAR + number, risk=one)
        for one in some(artefacts, written_in):
            register.put("impact_evidence", impact=YEAR + number, evidence=one)


def some(ids, numbers):
    return [ids[number - 1] for number in sorted(numbers) if number <= len(ids)]


@settings(max_examples=60, deadline=None)
@given(drawn, st.sampled_from(REFS), st.sampled_from((None, "SYS-2026-0001")))
def test_every_tie_is_found_from_its_other_end(made, begin, system):
    register = registered(made)
    found = register.walk(begin, depth=8, system=system)

    for edge in found.edges:
        assert {edge.near, edge.far} <= found.nodes.keys()
        for end in (edge.near, edge.far):
            assert edge in register.walk(end, depth=1, system=system).edges


@settings(max_examples=40, deadline=None)
@given(drawn, st.sampled_from(REFS), st.integers(1, 4))
def test_a_longer_walk_holds_the_shorter_one(made, begin, depth):
    register = registered(made)
    short, long = (register.walk(begin, depth=steps) for steps in (depth, depth + 1))

    assert set(short.edges) <= set(long.edges)
    assert short.nodes.items() <= long.nodes.items()
    assert all(node.depth <= depth for node in short.nodes.values())


@settings(max_examples=40, deadline=None)
@given(drawn, st.sampled_from(REFS), st.sampled_from(sorted(TOWARDS)))
def test_a_way_to_a_kind_is_a_part_of_the_whole_walk(made, begin, to):
    register = registered(made)
    whole, ways = register.walk(begin, depth=8), register.walk(begin, depth=8, to=to)

    assert ways.nodes.items() <= whole.nodes.items()
    assert set(ways.edges) <= set(whole.edges)
    met = {name for name, node in whole.nodes.items() if node.kind in TOWARDS[to]}
    assert met <= set(ways.nodes)


def test_every_kind_is_of_the_kinds(chain):
    for begin in CHAIN:
        assert {node.kind for node in chain.walk(begin, depth=8).nodes.values()} <= set(KINDS)


def many(count):
    register = Register()
    register.put("ai_system", 1, slug="triage")
    for number in range(1, count + 1):
        register.risk(number, "MEASURE 2.7", treatments=[["A.6.2.4"]], system="SYS-2026-0001")
        register.decision(number, "A.6.2.4", because=[f"R-2026-{number:04d}"])
        register.evidence(number, "A.6.2.4", "MEASURE 2.7")
    return register


def test_a_large_register_is_asked_no_more_often_than_a_small_one():
    def asked(register):
        statements = []
        start = Start("MEASURE 2.7", "subcategory")
        register.connection.set_trace_callback(statements.append)
        trace(register.connection, register.catalogue, start, DAY, depth=4)
        register.connection.set_trace_callback(None)
        return len(statements)

    small, large = asked(many(3)), asked(many(60))

    assert small == large
    assert large <= 20


def test_the_answer_names_every_field_of_its_ties(chain):
    start = Start("MEASURE 2.7", "subcategory")
    found = chain.walk("MEASURE 2.7")
    answer = as_json(found, start, to=None, system=None, recorded_by=None)

    assert (answer["format"], answer["start"], answer["depth"]) == (
        "govtrack.trace/1", "MEASURE 2.7", 4,
    )  # fmt: skip
    edges = {(one["tie"], one["from"], one["to"]) for one in answer["edges"]}
    assert ("treatment", "R-2026-0001/1", "R-2026-0001") in edges
