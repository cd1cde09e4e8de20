"""A workspace's own files over the shipped data, the refusals, and the cache."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from govtrack.catalog import crosswalk, kinds
from govtrack.catalog.loading import catalogue
from govtrack.errors import BadInput


@pytest.fixture
def own(tmp_path):
    """`own("kinds.yaml", text)`: writes a file of the workspace's own and gives its folder."""
    folder = tmp_path / "schemas"

    def write(name, text):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return folder

    return write


def refused(folder):
    with pytest.raises(BadInput) as refusal:
        catalogue(folder)
    return [problem.sentence() for problem in refusal.value.problems]


# a workspace's own crosswalk

OURS = """\
source:
  id: ours
  title: Our consultant's mapping
rows:
  - {rmf: MEASURE 2.6, iso: [9.1, A.7], strength: partial, note: from the workshop}
  - {rmf: [MAP 1.1, MAP 1.2], iso: 4.1, flags: {"4.1": "printed 4.l"}}
  - {theme: climate, iso: 4.1}
"""


def test_an_own_crosswalk_stands_beside_the_shipped_ones(own):
    loaded = catalogue(own("crosswalks/ours.yaml", OURS))
    assert list(loaded.crosswalks) == ["article", "microsoft", "ours"]
    assert loaded.crosswalks["ours"].display == "Our consultant's mapping"
    assert [(row.rmf, row.iso, row.strength) for row in loaded.crosswalks["ours"].rows] == [
        ("MEASURE 2.6", "9.1", "partial"),
        ("MEASURE 2.6", "A.7", "partial"),
        ("MAP 1.1", "4.1", "stated"),
        ("MAP 1.2", "4.1", "stated"),
        (None, "4.1", "stated"),
    ]


def test_an_own_crosswalk_proposes_under_its_own_name(own):
    loaded = catalogue(own("crosswalks/ours.yaml", OURS))
    found = {
        one.ref: one for one in crosswalk.proposals(["MEASURE 2.6"], loaded) if one.source == "ours"
    }
    assert set(found) == {"9.1", "A.7.2", "A.7.3", "A.7.4", "A.7.5", "A.7.6"}
    assert found["A.7.4"].note == "MEASURE 2.6: named as block A.7, partial, from the workshop"


def test_the_control_of_a_block_meets_a_row_that_names_the_block(own):
    loaded = catalogue(own("crosswalks/ours.yaml", OURS))
    found = {one.ref: one for one in crosswalk.proposals(["A.7.4"], loaded) if one.source == "ours"}
    assert found["MEASURE 2.6"].note.startswith("A.7.4: named as block A.7")


def test_every_unknown_reference_is_named_with_file_line_and_the_nearest(own):
    folder = own(
        "crosswalks/ours.yaml",
        "source: {id: ours, title: Ours}\nrows:\n  - {rmf: MEASURE 2.66, iso: 9.1}\n"
        "  - rmf: MAP 1.1\n    iso:\n      - 4.1\n      - A.11.2\n",
    )
    with pytest.raises(BadInput) as refusal:
        catalogue(folder)
    first, second = refusal.value.problems
    assert first.sentence() == (
        "schemas/crosswalks/ours.yaml:3, rows[1].rmf: 'MEASURE 2.66' is not in the catalogue"
    )
    assert first.nearest == "MEASURE 2.6"
    assert second.sentence() == (
        "schemas/crosswalks/ours.yaml:7, rows[2].iso[2]: 'A.11.2' is not in the catalogue"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rows: []\n", "ours.yaml:1: 'source' is missing"),
        ("source: {id: ours, title: Ours}\n", "ours.yaml:1: 'rows' is missing"),
        ("source: {id: ours}\nrows: []\n", "ours.yaml:1, source: 'title' is missing"),
        ("source: {id: ours, title: O}\nrows: {}\n", "ours.yaml:2, rows: expected a list"),
        ("- one\n", "ours.yaml:1: expected 'source' and 'rows'"),
        ("", "ours.yaml:1: expected 'source' and 'rows'"),
        (
            "source: {id: microsoft, title: M}\nrows: []\n",
            "ours.yaml:1, source.id: 'microsoft' is the name of another crosswalk",
        ),
        (
            "source: {id: ours, title: O}\nrows:\n- {rmf: MAP 1.1, iso: 4.1, strenght: broad}\n",
            "ours.yaml:3, rows[1].strenght: unknown field",
        ),
        (
            "source: {id: ours, title: O}\nrows:\n- {rmf: MAP 1.1, iso: 4.1, strength: wide}\n",
            "ours.yaml:3, rows[1].strength: 'wide' is not one of stated, partial, broad",
        ),
        (
            "source: {id: ours, title: O}\nrows:\n- {iso: 4.1}\n",
            "ours.yaml:3, rows[1]: expected either 'rmf' or 'theme'",
        ),
        (
            "source: {id: ours, title: O}\nrows:\n- {rmf: 4.1, iso: MAP 1.1}\n",
            "ours.yaml:3, rows[1].rmf: '4.1' is not in the catalogue",
        ),
        (
            "source: {id: ours, title: O}\nrows:\n- {rmf: MAP 1.1, iso: 4.1, flags: {4.2: x}}\n",
            "ours.yaml:3, rows[1].flags.4.2: '4.2' is not in this row",
        ),
        (
            "source: {id: ours, title: O}\nrows:\n- {rmf: MAP 1.1, iso: 4.1, printed: [a, b]}\n",
            "ours.yaml:3, rows[1].printed: expected one printed number",
        ),
        (
            "tables: {a: x}\nsource: {id: o, title: O}\nrows:\n- {rmf: MAP, iso: 4, table: b}\n",
            "ours.yaml:4, rows[1].table: 'b' is not in tables",
        ),
    ],
)  # fmt: skip
def test_a_crosswalk_that_cannot_be_used_is_refused_at_its_line(own, text, said):
    problems = refused(own("crosswalks/ours.yaml", text))
    assert f"schemas/crosswalks/{said}" in problems[0]


# a workspace's own kinds

RED_TEAM = """\
retention_rules:
  project: {suggest: until the project ends, months_after_superseded: 12}
kinds:
  - id: red-team-report
    title: Red team report
    form: record
    review: {interval_months: 6, also_when: [every release]}
    retention: project
    iso: [A.6.2.4]
    rmf:
      - MEASURE 2.7
      - {id: MEASURE 2.6, source: judgement, reason: attacks on safety}
    genai: [information-security]
"""


def test_an_own_kind_is_added_with_its_tags_and_its_retention_rule(own):
    loaded = catalogue(own("kinds.yaml", RED_TEAM))
    kind = kinds.kind("red team report", loaded)
    assert kind.own
    assert kind.interval_months == 6
    assert loaded.retention_rules[kind.retention]["months_after_superseded"] == 12
    assert [(one.ref, one.note) for one in kinds.default_tags(kind.id, loaded)] == [
        ("A.6.2.4", "the workspace's own kind"),
        ("MEASURE 2.7", "the workspace's own kind"),
        ("MEASURE 2.6", "our judgement: attacks on safety"),
        ("genai:information-security", "the workspace's own kind"),
    ]


def test_an_own_entry_with_a_shipped_id_changes_only_what_it_names(own):
    folder = own("kinds.yaml", "kinds:\n  - {id: ai-policy, review: {interval_months: 6}}\n")
    shipped, changed = (catalogue(at).kinds["ai-policy"] for at in (None, folder))
    assert (shipped.interval_months, changed.interval_months) == (12, 6)
    assert changed.also_when == ()
    assert changed.tags == shipped.tags
    assert (shipped.own, changed.own) == (False, True)


def test_the_tags_of_one_standard_can_be_replaced_alone(own):
    folder = own("kinds.yaml", "kinds:\n  - {id: ai-policy, rmf: [GOVERN 1.2]}\n")
    tags = catalogue(folder).kinds["ai-policy"].tags
    assert [tag.ref for tag in tags if tag.framework == "rmf"] == ["GOVERN 1.2"]
    assert [tag.ref for tag in tags if tag.framework == "iso"] == ["5.2", "A.2.2", "A.2.3", "A.2.4"]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{id: x}", "kinds[1]: 'title' is missing"),
        ("{id: ai-policy, form: paper}", "'paper' is not one of document, record"),
        ("{id: ai-policy, retention: forever}", "'forever' is not in the retention rules"),
        ("{id: ai-policy, rmf: [MAP 9.1]}", "kinds[1].rmf[1].id: 'MAP 9.1' is not in the"),
        ("{id: ai-policy, rmf: MAP 1.1}", "kinds[1].rmf: expected a list of tags"),
        ("{id: ai-policy, rmf: [{id: MAP 1.1, source: hearsay}]}", "'hearsay' is not in the tag"),
        ("{id: ai-policy, review: {interval_months: 0}}", "expected a whole number above 0"),
        ("{id: ai-policy, review: {interval_months: soon}}", "expected a whole number above 0"),
        ("{id: ai-policy, core: maybe}", "kinds[1].core: expected true or false"),
        (
            "{id: ai-policy, rmf: [{id: MAP 1.1, source: microsoft, via: A.2.2}]}",
            "microsoft holds no pair of MAP 1.1 and A.2.2",
        ),
    ],
)
def test_a_kind_that_cannot_be_used_is_refused_at_its_line(own, entry, said):
    problems = refused(own("kinds.yaml", f"kinds:\n  - {entry}\n"))
    assert problems[0].startswith("schemas/kinds.yaml:2, ")
    assert said in problems[0]


def test_a_kind_that_stands_twice_in_one_file_is_refused(own):
    problems = refused(own("kinds.yaml", "kinds:\n  - {id: ai-policy}\n  - {id: ai-policy}\n"))
    assert problems == ["schemas/kinds.yaml:3, kinds[2].id: 'ai-policy' stands twice in this file"]


# titles, words and settings


def test_own_titles_stand_in_place_of_the_short_ones(own):
    folder = own(
        "titles.yaml",
        "source: our licensed copy\ntitles:\n  A.6.2.4: Licensed wording\n  5.2: Two\n",
    )
    loaded = catalogue(folder)
    changed = loaded.requirements["A.6.2.4"]
    assert changed.title == "Licensed wording"
    assert changed.details["title_source"] == "our licensed copy"
    assert changed.details["shipped_title"] == "Verification and validation"
    assert loaded.requirements["5.2"].title == "Two"


def test_a_title_of_an_unknown_element_is_refused(own):
    assert refused(own("titles.yaml", "titles:\n  A.6.2.9: x\n")) == [
        "schemas/titles.yaml:2, titles.A.6.2.9: 'A.6.2.9' is not in the catalogue"
    ]


def test_own_terms_are_added_and_laid_over(own):
    loaded = catalogue(
        own(
            "vocabulary.yaml",
            "terms:\n  - {id: risk, note: see our risk policy}\n"
            "  - {id: use-case, iso_term: use case, rmf_term: null, relation: only-iso}\n",
        )
    )
    assert loaded.terms["risk"].note == "see our risk policy"
    assert loaded.terms["risk"].rmf_term == "risk"
    assert loaded.terms["use-case"].iso_term == "use case"


def test_a_term_without_a_word_is_refused(own):
    text = "terms:\n  - {id: x, iso_term: null, rmf_term: null, relation: same}\n"
    assert "a word in one vocabulary" in refused(own("vocabulary.yaml", text))[0]


def test_an_own_setting_of_the_cycle_says_where_it_comes_from(own):
    folder = own(
        "cycle.yaml",
        "knobs:\n  expiring_days: {value: 90, source: procedure QP-7}\n"
        "  surveillance_lead_months: {value: [4, 2], source: procedure QP-7}\n",
    )
    settings = catalogue(folder).knobs["knobs"]
    assert settings["expiring_days"]["value"] == 90
    assert settings["expiring_days"]["source"] == "procedure QP-7"
    assert settings["expiring_days"]["from"] == "schemas/cycle.yaml:2"
    assert settings["surveillance_lead_months"]["value"] == [4, 2]
    assert settings["late_recording_days"]["from"] == "shipped"


@pytest.mark.parametrize(
    ("knob", "said"),
    [
        ("expiring_day: {value: 9, source: x}", "knobs.expiring_day: 'expiring_day' is not in the"),
        ("expiring_days: {value: 90}", "knobs.expiring_days: 'source' is missing"),
        ("expiring_days: {value: soon, source: x}", "expected a whole number, 0 or more"),
        ("expiring_days: 90", "expected a mapping"),
        ("audit_day: {value: midle, source: x}", "'midle' is not one of last, first"),
        (
            "twelve_months_after_recertification: {value: 1, source: x}",
            "'1' is not one of true, false",
        ),
        ("surveillance_lead_months: {value: [], source: x}", "expected a list of whole numbers"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused_at_its_line(own, knob, said):
    problems = refused(own("cycle.yaml", f"knobs:\n  {knob}\n"))
    assert problems[0].startswith("schemas/cycle.yaml:2, ")
    assert said in problems[0]


# all files together


def test_the_problems_of_all_files_are_told_at_once(own):
    own("kinds.yaml", "kinds:\n  - {id: x}\n")
    own("titles.yaml", "titles: {A.99: x}\n")
    own("cycle.yaml", "knobs: {nothing: {value: 1, source: x}}\n")
    folder = own("crosswalks/ours.yaml", "rows: []\n")
    named = {problem.partition(":")[0] for problem in refused(folder)}
    assert named == {
        "schemas/kinds.yaml",
        "schemas/titles.yaml",
        "schemas/cycle.yaml",
        "schemas/crosswalks/ours.yaml",
    }


def test_a_file_that_nothing_would_read_is_refused_with_the_name_meant(own):
    with pytest.raises(BadInput) as refusal:
        catalogue(own("kind.yaml", "kinds: []\n"))
    assert refusal.value.problems[0].nearest == "kinds.yaml"


@pytest.mark.parametrize("name", ["kinds.yaml", "titles.yaml", "vocabulary.yaml", "cycle.yaml"])
def test_an_empty_file_changes_nothing(own, name):
    assert catalogue(own(name, "# nothing yet\n")).kinds == catalogue().kinds


def test_a_folder_that_is_not_there_is_no_folder(tmp_path):
    assert catalogue(tmp_path / "schemas").kinds == catalogue().kinds


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_in_place_of_a_file_is_refused_and_not_waited_for(own):
    folder = own("crosswalks/readme.txt", "")
    os.mkfifo(folder / "kinds.yaml")
    assert refused(folder) == ["schemas/kinds.yaml: is not a regular file"]


# the cache


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "govtrack"


def test_what_was_kept_is_the_same_as_what_was_read(cache):
    first, second = catalogue(), catalogue()
    assert (cache / "catalogue.json").is_file()
    assert first.requirements == second.requirements
    assert first.crosswalks == second.crosswalks
    assert first.kinds == second.kinds
    assert first.terms == second.terms
    assert first.knobs == second.knobs


@pytest.mark.usefixtures("cache")
def test_a_change_of_an_own_file_is_seen_at_once(own):
    folder = own("kinds.yaml", "kinds:\n  - {id: ai-policy, review: {interval_months: 6}}\n")
    assert catalogue(folder).kinds["ai-policy"].interval_months == 6
    own("kinds.yaml", "kinds:\n  - {id: ai-policy, review: {interval_months: 18}}\n")
    assert catalogue(folder).kinds["ai-policy"].interval_months == 18
    (folder / "kinds.yaml").unlink()
    assert catalogue(folder).kinds["ai-policy"].interval_months == 12


@pytest.mark.usefixtures("cache")
def test_a_workspaces_files_do_not_reach_another_workspace(own):
    folder = own("kinds.yaml", "kinds:\n  - {id: ai-policy, title: Ours}\n")
    assert catalogue(folder).kinds["ai-policy"].title == "Ours"
    assert catalogue().kinds["ai-policy"].title == "AI policy"


@pytest.mark.parametrize("content", ["", "{", "null", "\x00" * 100])
def test_a_cache_that_is_not_whole_is_made_again(cache, content):
    expected = catalogue().kinds
    place = cache / "catalogue.json"
    key = place.read_text(encoding="utf-8").partition("\n")[0]
    place.write_text(f"{key}\n{content}", encoding="utf-8")
    assert catalogue().kinds == expected
    assert json.loads(place.read_text(encoding="utf-8").partition("\n")[2])["kinds"]


def test_a_cache_that_cannot_be_written_is_no_fault(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert len(catalogue().kinds) == 29


def test_a_refused_catalogue_is_not_kept(own, cache):
    folder = own("kinds.yaml", "kinds:\n  - {id: x}\n")
    for _ in range(2):
        refused(folder)
    assert not cache.exists() or list(cache.glob("catalogue-*")) == []


def test_no_half_written_file_is_left_beside_the_cache(cache):
    catalogue()
    assert [path.name for path in Path(cache).iterdir()] == ["catalogue.json"]
