"""`govtrack documents`: the master list of evidence and working papers, and what 7.5 misses."""

from __future__ import annotations

import json
import sqlite3

import pytest
from freezegun import freeze_time
from jsonschema import Draft202012Validator

from govtrack import shipped

WHOLE = ("--period", "2026-01-01..2026-02-28", "--prepared-by", "ben", "--prepared-on",
         "2026-03-02", "--source", "commit 1a2b", "--why", "it binds", "--classification",
         "internal", "--approved-by", "eva", "--approved-on", "2026-03-04")  # fmt: skip


@pytest.fixture(autouse=True)
def _today(workspace, run):
    with freeze_time("2026-05-04T12:00:00Z"):
        assert run("system", "add", "chat", "--name", "Chat").code == 0
        assert run("system", "add", "score", "--name", "Score").code == 0
        yield workspace


@pytest.fixture
def add(run, tmp_path):
    def recorded(kind, *options):
        artefact = tmp_path / f"{kind}.txt"
        artefact.write_text(f"{kind} {options}")
        done = run("add-evidence", artefact, "--kind", kind, *options, "--json")
        assert done.code == 0, done.err
        return done.json()["id"]

    return recorded


@pytest.fixture
def listed(run):
    """`listed(*options)`: the answer, which keeps to its schema, and its documents by id."""
    path = shipped.folder("schemas") / "documents.schema.json"
    schema = Draft202012Validator(json.loads(path.read_text(encoding="utf-8")))

    def asked(*options):
        done = run("documents", *options, "--json")
        assert done.code == 0, done.err
        schema.validate(done.json())
        return done.json() | {"by_id": {one["id"]: one for one in done.json()["documents"]}}

    return asked


def papers(workspace, *statements):
    """Working papers as rows, whatever command records them."""
    connection = sqlite3.connect(workspace / ".govtrack" / "register.db")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def criteria(version, since):
    return (
        f"INSERT INTO risk_criteria VALUES (2026000000{version}, 'RC-2026-000{version}', "
        f"{version}, 'Criteria', '{since}', 'eva', 'method', '{since}')"
    )


CRITERIA = (criteria(1, "2026-01-01"), criteria(2, "2026-04-01"))
SOA = (
    "INSERT INTO soa VALUES (20260000001, 'SOA-2026-0001', 1, 'AIMS', '2023', 'eva', '2026-04-03', "
    "NULL, '2026-04-03')"
)


def impact(number, system, assessed, approved=None):
    by = "'eva'" if approved else "NULL"
    on = f"'{approved}'" if approved else "NULL"
    return (
        "INSERT INTO impact_assessment (key, id, system, assessed_on, assessed_by, approved_by, "
        f"approved_on, next_review, recorded_on) VALUES (2026000000{number}, "
        f"'IA-2026-000{number}', '{system}', '{assessed}', 'ben', {by}, {on}, '2027-01-01', "
        "'2026-04-03')"
    )


def risk(number, closed="NULL"):
    return (
        "INSERT INTO risk (key, id, title, cause, event, consequence, identified_on, closed_on, "
        f"recorded_on) VALUES ({number}, 'R-2026-000{number}', 't', 'c', 'e', 'q', '2026-01-05', "
        f"{closed}, '2026-01-05')"
    )


def assessment(of, position, on, again):
    return (
        f"INSERT INTO risk_assessment VALUES ({of}, {position}, '{on}', 'ben', 'rare', 'minor', "
        f"'low', 'RC-2026-0001', NULL, '{again}', '{on}')"
    )


def test_evidence_is_listed_with_what_the_master_list_asks(add, listed):
    policy = add("ai-policy", "--supports", "5.2", *WHOLE)

    one = listed()["by_id"][policy]

    assert one["form"] == "document"
    assert (one["owner"], one["approved_by"], one["approved_on"]) == ("ben", "eva", "2026-03-04")
    assert (one["version"], one["status"], one["next_review"]) == (1, "approved", "2027-03-04")
    assert (one["classification"], one["retention"]) == ("internal", "cycle")
    assert one["origin"] == "commit 1a2b"
    assert one["missing"] == []


def test_the_list_and_the_check_of_one_artefact_say_the_same(run, add, listed):
    made = [add("ai-policy", *WHOLE[4:]), add("vv-report"), add("event-log", *WHOLE[:6]),
            add("vv-report", "--system", "chat", "--supports", "MEASURE 2.1", *WHOLE)]  # fmt: skip
    for day in ("2026-03-03", "2026-05-04"):
        answer = run("evidence", "check", "--all", "--as-of", day, "--json").json()
        checked = {one["id"]: one["missing"] for one in answer["evidence"]}

        found = listed("--as-of", day)["by_id"]

        assert {id_: one["missing"] for id_, one in found.items()} == checked
    assert set(checked) == set(made)


def test_working_papers_stand_beside_the_evidence(listed, workspace):
    papers(workspace, *CRITERIA, SOA, impact(1, "SYS-2026-0001", "2026-02-01", "2026-02-02"),
           impact(2, "SYS-2026-0001", "2026-04-01", "2026-04-02"),
           impact(3, "SYS-2026-0002", "2026-04-01"))  # fmt: skip

    found = listed()["by_id"]

    assert {id_: (one["sort"], one["status"]) for id_, one in found.items()} == {
        "RC-2026-0001": ("risk-criteria", "superseded"),
        "RC-2026-0002": ("risk-criteria", "approved"),
        "SOA-2026-0001": ("soa", "approved"),
        "IA-2026-0001": ("impact-assessment", "superseded"),
        "IA-2026-0002": ("impact-assessment", "approved"),
        "IA-2026-0003": ("impact-assessment", "draft"),
    }
    assert [need["id"] for need in found["IA-2026-0003"]["missing"]] == ["approval"]
    assert found["SOA-2026-0001"]["retention"] == "cycle"
    assert found["IA-2026-0002"]["next_review"] == "2027-01-01"


def test_a_day_is_asked_by_the_papers_own_dates(listed, workspace):
    papers(workspace, *CRITERIA, SOA, impact(1, "SYS-2026-0001", "2026-02-01", "2026-02-10"))

    found = listed("--as-of", "2026-02-05")["by_id"]

    assert {id_: one["status"] for id_, one in found.items()} == {
        "RC-2026-0001": "approved",
        "IA-2026-0001": "draft",
    }
    assert found["IA-2026-0001"]["approved_by"] is None
    assert listed("--as-of", "2025-12-31")["documents"] == []


def test_the_risk_register_is_one_document_with_the_next_review_of_what_is_open(listed, workspace):
    papers(
        workspace, CRITERIA[0], risk(1), risk(2, closed="'2026-03-01'"),
        assessment(1, 1, "2026-01-06", "2026-02-06"),
        assessment(1, 2, "2026-02-06", "2026-08-06"),
        assessment(2, 1, "2026-01-06", "2026-03-06"),
    )  # fmt: skip

    now, before = listed(), listed("--as-of", "2026-02-20")

    register = now["by_id"]["risk register"]
    assert (register["title"], register["status"]) == ("2 risks", "in use")
    assert register["next_review"] == "2026-08-06"
    assert before["by_id"]["risk register"]["next_review"] == "2026-03-06"
    assert register["missing"] == []


def test_of_a_system_is_what_is_about_it_or_about_none(add, listed, workspace):
    chat = add("vv-report", "--system", "chat")
    score = add("event-log", "--system", "score")
    policy = add("ai-policy")
    papers(workspace, SOA, impact(1, "SYS-2026-0001", "2026-02-01"),
           impact(2, "SYS-2026-0002", "2026-02-01"))  # fmt: skip

    found = listed("--system", "chat")

    assert found["system"] == "SYS-2026-0001"
    assert set(found["by_id"]) == {chat, policy, "SOA-2026-0001", "IA-2026-0001"}
    assert score not in found["by_id"]


def test_a_clause_without_evidence_is_named_and_a_paper_that_answers_it_too(add, listed, workspace):
    add("ai-policy", "--supports", "5.2", *WHOLE)
    before = {one["ref"]: one for one in listed()["clauses"]}
    papers(workspace, SOA)

    after = {one["ref"]: one for one in listed()["clauses"]}

    assert "5.2" not in after
    assert before["6.1.3"]["papers"] == []
    assert after["6.1.3"]["papers"] == ["SOA-2026-0001"]
    assert after["6.1.3"]["state"] == "none"


def test_the_pack_says_of_a_clause_what_the_command_says_of_it(run, add, listed, workspace):
    add("ai-policy", "--supports", "5.2", *WHOLE)
    papers(workspace, SOA, impact(1, "SYS-2026-0001", "2026-02-01"))
    assert run("audit-pack", "2026", "--as-of", "2026-05-04").code == 0

    kept = {one["ref"]: one["papers"] for one in listed()["clauses"]}

    pages = workspace / "audit-pack-2026" / "data" / "documents"
    asked = (pages / "17-master-list.html").read_text(encoding="utf-8").partition('id="asked"')[2]
    rows = {row.partition("</td>")[0]: row for row in asked.split('<td class="ref">')[1:]}
    assert '>SOA-2026-0001</a> <span class="soft">(see 09; artefacts: ' in rows["6.1.3"]
    assert kept["6.1.3"] == ["SOA-2026-0001"]
    for ref, row in rows.items():
        assert ("kept as" in row) == bool(kept.get(ref))
    checklist = (pages / "05-checklist-clauses.html").read_text(encoding="utf-8")
    assert checklist.count("working papers: see") == sum(map(bool, kept.values()))
    lines = {row["id"]: row for row in run("documents").rows()}
    assert lines["6.1.3"]["what is missing"] == ""
    assert lines["8.2"]["what is missing"] == "evidence for the clause"
    assert all(bool(int(lines[ref]["missing"])) == bool(lines[ref]["what is missing"])
               for ref in kept)  # fmt: skip


def test_missing_shows_what_can_be_mended_and_check_fails_on_it(run, add, listed):
    whole = add("ai-policy", "--supports", "5.2", *WHOLE)
    bare = add("scope-statement", "--approved-by", "eva", "--approved-on", "2026-03-04")
    assert run("evidence", "withdraw", bare, "--why", "a slip").code == 0
    draft = add("roles-matrix", "--supports", "5.3", *WHOLE[:-4])

    found = listed("--missing")

    assert found["only_missing"] is True
    assert set(found["by_id"]) == {draft}
    assert set(listed()["by_id"]) == {whole, bare, draft}
    assert listed()["by_id"][bare]["missing"]  # counted, though it fails nothing any more
    assert run("documents").code == run("documents", "--missing").code == 0
    assert run("documents", "--check").code == 1


def test_check_passes_once_every_clause_has_its_evidence(run, add, workspace):
    from govtrack.catalog.loading import catalogue  # noqa: PLC0415

    asking = [one.ref for one in catalogue().requirements.values() if one.documented_information]
    add("aims-manual", *[word for ref in asking for word in ("--supports", ref)], *WHOLE)

    assert run("documents", "--check").code == 0
    papers(workspace, impact(1, "SYS-2026-0001", "2026-02-01"))
    assert run("documents", "--check").code == 1


def test_as_a_table_each_is_a_line_and_the_clauses_follow(run, add):
    policy = add("ai-policy", "--supports", "5.2")

    done = run("documents")

    rows = {row["id"]: row for row in done.rows()}
    assert rows[policy]["form"] == "document to be maintained"
    assert "approval by another person" in rows[policy]["what is missing"]
    assert rows["6.1.3"]["status"] == "none recorded"
    assert "clauses that ask for documented information" in done.err


def test_what_the_register_knew_is_asked_by_recorded_by(add, listed):
    add("ai-policy")

    assert listed("--recorded-by", "2026-05-03")["documents"] == []
    assert len(listed("--recorded-by", "2026-05-04")["documents"]) == 1


def test_the_schema_is_read_without_a_word_that_nothing_has(run):
    done = run("documents", "--system", "cat")

    assert (done.code, done.out) == (2, "")
    assert "did you mean 'chat'?" in done.err


def test_the_pack_s_master_list_and_the_command_say_the_same(run, add, listed, workspace):
    made = [add("ai-policy", *WHOLE[4:]), add("vv-report", "--system", "chat"),
            add("roles-matrix", "--supports", "5.3", *WHOLE)]  # fmt: skip
    for day in ("2026-01-01", "2026-04-01"):
        done = run("criteria", "set", "--title", f"Criteria {day}", "--decided-by", "eva",
                   "--in-force-from", day)  # fmt: skip
        assert done.code == 0, done.err
    papers(workspace, impact(1, "SYS-2026-0001", "2026-02-01"))
    assert run("audit-pack", "2026", "--as-of", "2026-05-04").code == 0

    found = listed("--as-of", "2026-05-04")["by_id"]

    data = workspace / "audit-pack-2026" / "data"
    register = json.loads((data / "register" / "evidence.json").read_text(encoding="utf-8"))
    in_pack = {one["id"]: one["missing"] for one in register["evidence"]}
    assert set(in_pack) == set(made)
    for identifier, missing in in_pack.items():
        assert missing == [need["words"] for need in found[identifier]["missing"]]
    page = (data / "documents" / "17-master-list.html").read_text(encoding="utf-8")
    rows = {
        row.partition("</td>")[0].rpartition(">")[2] or row: row
        for row in page.replace("\n", "").replace("</a>", "").split("<tr>")
    }
    for identifier in ("RC-2026-0001", "RC-2026-0002", "IA-2026-0001"):
        assert f">{found[identifier]['status']}<" in rows[identifier]
        for need in found[identifier]["missing"]:
            assert need["words"] in rows[identifier]
