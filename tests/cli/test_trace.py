"""`govtrack trace`: a tree on a terminal, lines in a pipe, JSON, a figure, a page."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import pytest
from freezegun import freeze_time
from jsonschema import Draft202012Validator

from govtrack import shipped

SVG = "{http://www.w3.org/2000/svg}"
HISTORY = """
system add triage --name 'Triage <b> & co' --role provider --owner eva
system add chat --name Chat --role user
add-evidence one.txt --kind vv-report --title Tested --system triage --supports A.6.2.4 \
    --prepared-on 2026-03-01 --approved-by eva --approved-on 2026-03-02
soa set A.6.2.4 --applicable --why 'tests are needed' --status implemented --owner eva \
    --because decision:board --by ada --on 2026-03-02
"""


@pytest.fixture
def traced(run, workspace):
    """A workspace with a control, its decision and its evidence, on 2026-05-04."""
    import shlex  # noqa: PLC0415

    (workspace / "one.txt").write_text("What was found.\n")
    with freeze_time("2026-05-04T10:00:00Z"):
        for line in HISTORY.replace("\\\n", " ").strip().splitlines():
            done = run(*shlex.split(line))
            assert done.code == 0, done.err
        yield workspace


@pytest.fixture
def on_terminal(monkeypatch):
    monkeypatch.setattr("govtrack.cli.trace.on_terminal", lambda _: True)


@pytest.mark.usefixtures("traced", "on_terminal")
def test_a_person_sees_a_tree_with_states_and_holes(run):
    shown = run("trace", "A.6.2.4")

    lines = shown.out.splitlines()
    assert lines[0].startswith("A.6.2.4  Verification and validation  (evidence covered, 1 in")
    (decision,) = (one for one in lines if "AD-2026-0001" in one)
    assert decision.startswith("  decided in  AD-2026-0001  A.6.2.4: tests are needed  (applicable")
    assert lines[lines.index(decision) + 1] == (
        "    ! in no approved Statement of Applicability (SoA)"
    )
    assert "  supported by  EV-2026-0001  Tested  (approved, fresh)" in shown.out
    assert "lack something ('!')" in shown.err


@pytest.mark.usefixtures("traced", "on_terminal")
def test_crosswalk_ties_are_listed_row_by_row_with_their_source(run):
    shown = run("trace", "A.6.2.4", "--depth", "1").out

    assert shown.count("corresponds to  MEASURE 2 ") == 3
    for source in (
        "[article, row 25, table measure]", "[article, row 47, table arrangement-1]",
        "[article, row 80, table faq-evidence]",
    ):  # fmt: skip
        assert source in shown


@pytest.mark.usefixtures("traced")
def test_in_a_pipe_every_tie_is_a_line(run):
    rows = run("trace", "EV-2026-0001", "--depth", "1").rows()

    assert next(row["to"] for row in rows if row["state"]) == "EV-2026-0001"
    told = {(row["relation"], row["to"], row["kind"]) for row in rows}
    assert {("supports", "A.6.2.4", "control"), ("about", "SYS-2026-0001", "system")} <= told


@pytest.mark.usefixtures("traced")
def test_json_is_of_its_schema_and_says_both_directions(run):
    answer = run("trace", "triage", "--json").json()

    schema = json.loads((shipped.folder("schemas") / "trace.schema.json").read_text("utf-8"))
    Draft202012Validator(schema).validate(answer)
    assert (answer["start"], answer["kind"], answer["as_of"]) == (
        "SYS-2026-0001", "system", "2026-05-04",
    )  # fmt: skip
    (edge,) = (one for one in answer["edges"] if one["tie"] == "evidence-system")
    assert (edge["from"], edge["relation"], edge["reverse"]) == (
        "EV-2026-0001", "about", "has evidence",
    )  # fmt: skip


@pytest.mark.usefixtures("traced")
def test_the_way_to_one_kind_leaves_the_rest_out(run):
    nodes = run("trace", "A.6.2.4", "--to", "evidence", "--json").json()["nodes"]

    kept = {one["id"] for one in nodes}
    assert "EV-2026-0001" in kept
    assert "AD-2026-0001" not in kept


@pytest.mark.usefixtures("traced")
def test_the_day_and_what_was_recorded_by_it_are_two_questions(run):
    dated = run("trace", "A.6.2.4", "--as-of", "2026-03-02", "--json").json()
    known = run("trace", "A.6.2.4", "--recorded-by", "2026-05-03", "--json").json()

    assert "EV-2026-0001" in {one["id"] for one in dated["nodes"]}
    assert "EV-2026-0001" not in {one["id"] for one in known["nodes"]}
    assert known["recorded_by"] == "2026-05-03"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["EV-2026-0009"], "there is no EV-2026-0009 in this register"),
        (["triagee"], "did you mean 'triage'?"),
        (["A.6.2.44"], "did you mean 'A.6.2.4'?"),
        (["A.6.2.4", "--system", "chatt"], "did you mean 'chat'?"),
        (["A.6.2.4", "--depth", "0"], "0 is not in the range"),
        (["A.6.2.4", "--to", "people"], "'people' is not one of"),
    ],
)
@pytest.mark.usefixtures("traced")
def test_what_cannot_be_traced_is_refused_in_a_sentence(run, words, said):
    done = run("trace", *words)

    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert "Traceback" not in done.err


@pytest.mark.usefixtures("traced")
def test_what_did_not_exist_on_the_day_is_still_answered_for_a_requirement(run):
    answer = run("trace", "A.6.2.4", "--as-of", "2020-01-01", "--depth", "1", "--json").json()

    assert answer["nodes"][0]["state"] == "no evidence"


def test_the_figure_is_whole_xml_says_what_it_shows_and_is_the_same_twice(run, traced):
    for name in ("a.svg", "b.svg"):
        done = run("trace", "triage", "--svg", name)
        assert (done.code, done.out) == (0, f"Wrote {name}\n"), done.err

    drawn = (traced / "a.svg").read_bytes()
    root = ET.fromstring(drawn)  # noqa: S314  (our own)
    assert drawn == (traced / "b.svg").read_bytes()
    assert root.find(f"{SVG}title").text == "Trace of SYS-2026-0001 on 2026-05-04"
    assert "Chains break at: SYS-2026-0001: no AI system impact" in root.find(f"{SVG}desc").text
    assert "Triage <b> & co (triage)" in {one.text for one in root.iter(f"{SVG}text")}


def test_each_file_says_the_other_framework_s_word(run, traced):
    assert run("trace", "triage", "--svg", "a.svg", "--html", "a.html").code == 0

    for name in ("a.svg", "a.html"):
        page = (traced / name).read_text(encoding="utf-8")
        assert "AI system impact assessment (AI RMF: impact characterisation)" in page


def test_the_page_needs_nothing_else_and_escapes_what_people_wrote(run, traced):
    done = run("trace", "triage", "--html", "page.html")

    assert done.code == 0, done.err
    page = (traced / "page.html").read_text(encoding="utf-8")
    assert "<b> & co" not in page
    assert "Triage &lt;b&gt; &amp; co" in page
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")
    for heading in ('id="figure"', 'id="things"', 'id="ties"'):
        assert heading in page


def test_a_file_that_is_there_is_not_written_over(run, traced):
    (traced / "mine.svg").write_text("mine")

    done = run("trace", "A.6.2.4", "--svg", "mine.svg")

    assert done.code == 1
    assert "mine.svg: is there already" in done.err
    assert (traced / "mine.svg").read_text() == "mine"


@pytest.mark.usefixtures("traced", "on_terminal")
def test_a_long_list_is_cut_and_says_so(run, monkeypatch):
    monkeypatch.setattr("govtrack.cli.trace.MOST", 3)

    shown = run("trace", "A.6.2.4", "--depth", "1").out

    assert "... and 12 more (crosswalk); --json has all" in shown


@pytest.mark.usefixtures("traced", "on_terminal")
def test_a_long_title_is_cut_to_the_line_and_its_state_is_kept(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "140")
    assert run("soa", "set", "A.6.2.4", "--why", "needed " * 40).code == 0

    lines = run("trace", "A.6.2.4", "--depth", "1").out.splitlines()

    (decision,) = (one for one in lines if "AD-2026-0002" in one)
    assert 138 <= len(decision) <= 140
    assert decision.endswith("\u2026  (applicable, implemented, decided 2026-05-04)")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--to", "evidnce"], "--to: 'evidnce' is not one of"),
        (["--svg", "t.png"], "--svg: 'png' is not one of svg"),
        (["--html", "t"], "--html: '' is not one of html"),
    ],
)
def test_a_word_or_an_ending_that_is_none_is_refused(run, traced, arguments, said):
    refused = run("trace", "A.6.2.4", *arguments)

    assert (refused.code, refused.out) == (2, "")
    assert said in refused.err
    assert ("did you mean 'evidence'?" in refused.err) is ("evidnce" in arguments)
    assert [one.name for one in traced.iterdir() if one.name in {"t", "t.png"}] == []


@pytest.mark.usefixtures("workspace")
def test_a_word_that_nothing_is_near_to_is_refused_with_what_was_expected(run):
    empty = run("trace", "zzz")
    run("system", "add", "triage", "--name", "Triage")
    named = run("trace", "zzz")

    assert (empty.code, "expected one such as MEASURE 2.6 or A.6.2.4" in empty.err) == (2, True)
    assert "expected one such as triage, MEASURE 2.6 or A.6.2.4" in named.err
