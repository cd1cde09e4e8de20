"""The pack as an auditor gets it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import subprocess
from datetime import date

import bagit
import pytest
from pypdf import PdfReader

from govtrack.catalog.vocabulary import Wording
from govtrack.errors import BadInput, NotDone
from govtrack.packs import audit_pack, bag, press, views
from govtrack.packs.contents import Paper, Period
from govtrack.packs.documents import COVER, DOCUMENTS

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}=HYPERLINK(1)"
WORDS_NEVER_SAID = ("authentic", "immutable", "tamper-proof", "tamperproof", "unforgeable")


@pytest.fixture(scope="module")
def pack(contents, opened, tmp_path_factory):
    """The delivered pack of the invented insurer; its `data` folder."""
    place = tmp_path_factory.mktemp("packs")
    where = bag.place(place / "audit-pack-2025", place / ".govtrack")
    audit_pack.deliver(contents, where, opened)
    return place / "audit-pack-2025"


@pytest.fixture(scope="module")
def pages(pack):
    """Every HTML page of the pack by its name."""
    return {path.name: path.read_text() for path in pack.rglob("*.html")}


def made(contents, own=None):
    return {one.path: one.content for one in press.printed(contents, own)[0]}


def text_of(pdf):
    reader = PdfReader(io.BytesIO(pdf))
    return "\n".join(page.extract_text() for page in reader.pages)


def test_the_pack_is_a_valid_bag_with_every_artefact_unchanged(pack, contents):
    bagit.Bag(str(pack)).validate()

    for one in contents.evidence:
        for file in one.files:
            content = (pack / "data" / file.path).read_bytes()
            assert hashlib.sha256(content).hexdigest() == file.sha256


def test_the_same_contents_give_the_same_bytes(contents, opened, tmp_path):
    for name in ("a", "b"):
        where = bag.place(tmp_path / name / "pack", tmp_path / ".govtrack")
        audit_pack.deliver(contents, where, opened)

    assert (tmp_path / "a/pack.zip").read_bytes() == (tmp_path / "b/pack.zip").read_bytes()


def test_pages_made_beside_the_copying_are_the_same(contents, opened, tmp_path, monkeypatch):
    for name, beside in (("a", 1 << 40), ("b", 0)):
        monkeypatch.setattr(audit_pack, "BESIDE", beside)
        where = bag.place(tmp_path / name / "pack", tmp_path / ".govtrack")
        audit_pack.deliver(contents, where, opened)

    assert (tmp_path / "a/pack.zip").read_bytes() == (tmp_path / "b/pack.zip").read_bytes()


def test_paths_are_short_plain_and_generated(pack):
    for path in pack.rglob("*"):
        name = str(path.relative_to(pack))
        assert re.fullmatch(r"[A-Za-z0-9._/-]{1,120}", name)


def test_each_document_is_one_click_away_and_every_link_leads_somewhere(pack, pages):
    for one in (COVER, *DOCUMENTS):
        assert f'href="documents/{one.name}.html"' in pages["index.html"]
    for name, page in pages.items():
        folder = pack / "data" / ("" if name == "index.html" else "documents")
        for link in re.findall(r'href="([^"#]+)"', page):
            if not link.startswith(("https://", "mailto:")):
                assert (folder / link).resolve().is_file(), (name, link)


def test_every_link_inside_a_page_has_its_place(pages):
    for name, page in pages.items():
        for anchor in re.findall(r'href="#([^"]+)"', page):
            assert f'id="{anchor}"' in page, (name, anchor)


def test_every_document_says_that_a_sample_is_a_sample(pages, pack):
    for page in pages.values():
        assert "Sample: the organisation" in page
    for path in pack.rglob("*.pdf"):
        for page in PdfReader(path).pages:
            assert "SAMPLE" in page.extract_text()


def test_a_real_organisation_is_not_called_a_sample(make_contents):
    for path, content in made(make_contents(sample=False)).items():
        if path.endswith(".html"):
            assert b"Sample:" not in content


def test_every_document_carries_its_identity(pages, contents):
    said = Wording(contents.terms, contents.vocabulary)
    for one in (COVER, *DOCUMENTS):
        page = pages[f"{one.name}.html"]
        for words in (
            contents.organisation, views.pack_id(contents), said.title(one.title),
            contents.trail.root, "2025-01-01 to 2025-12-31", "As at",
        ):  # fmt: skip
            assert words in page


def test_no_document_claims_more_than_the_trail_can(pages, pack):
    said = "\n".join([*pages.values(), (pack / "VERIFY.md").read_text()]).lower()

    assert [word for word in WORDS_NEVER_SAID if word in said] == []
    assert "internal" in said


def test_the_checklists_hold_every_clause_and_every_control(pages, contents):
    for name, level, count in (
        ("05-checklist-clauses.html", "clause", 32),
        ("06-checklist-controls.html", "control", 38),
    ):
        rows = re.findall(r'<td class="ref">([^<]+)</td>', pages[name])
        wanted = [one.ref for one in contents.requirements if one.level == level]
        assert rows == wanted
        assert len(rows) == count


def test_the_evidence_is_already_in_the_checklist(pages):
    row = (
        pages["05-checklist-clauses.html"].split('<td class="ref">6.1.2</td>')[1].split("</tr>")[0]
    )

    assert "EV-2025-0001" in row
    assert 'href="../evidence/EV-2025-0001-v2-' in row


def test_cover_and_index_say_how_many_artefacts_are_approved_and_how_many_of_them_current(
    make_contents, make_evidence
):
    given = [make_evidence(n, status="approved", stale=n > 2) for n in (1, 2, 3)]
    given.append(make_evidence(4, status="superseded", stale=True))

    found = made(make_contents(evidence=tuple(given)))

    cover = found["documents/00-cover.html"].decode()
    assert "<b>3</b> approved, 2 of them current" in cover
    assert "3 approved, 2 of them current" in found["index.html"].decode()
    assert "in force" not in cover


def test_the_index_is_in_both_orders_and_shows_what_is_missing(pages, contents):
    page = pages["08-evidence-index.html"]

    for one in contents.evidence:
        assert f'<tr id="{one.id.lower()}">' in page
        assert all(f"{half}" in page for file in one.files for half in (file.sha256[:32],))
    assert "Requirements without any artefact" in page
    assert "Artefacts that support no requirement" in page


def test_the_sample_is_drawn_again_from_the_pack_with_a_shell_alone(pack, pages):
    drawn = re.findall(r'<td class="num">\d+</td><td><a class="id"[^>]*>([^<]+)</a>',
                       pages["07-sampling.html"])  # fmt: skip
    commands = re.search(r"<pre>(.*?)</pre>", pages["07-sampling.html"], re.DOTALL)[1]
    script = commands.replace("&lt;", "<").replace("&#39;", "'").replace("&#34;", '"')

    lines = subprocess.run(
        ["sh", "-c", script], cwd=pack, capture_output=True, text=True, check=True
    ).stdout.splitlines()

    assert drawn
    assert [line.split()[1] for line in lines[1:]] == drawn


def test_the_guide_names_a_stray_file_and_the_first_leaf(pack, pages):
    guide = (pack / "VERIFY.md").read_text()
    stray = "find" + guide.split("```bash\nfind", 1)[1].split("```")[0]
    leaf = "{ printf" + guide.split("```bash\n{ printf", 1)[1].split("```")[0]

    def shell(command):
        done = subprocess.run(["bash", "-c", command], cwd=pack, capture_output=True, check=False)
        return done.stdout.decode()

    assert shell(stray) == ""
    (pack / "stray.txt").write_text("not of the pack")
    try:
        assert shell(stray).startswith("ALARM in no list: ./stray.txt\n")
    finally:
        (pack / "stray.txt").unlink()
    digest = shell(leaf).split()[0]
    assert f"first-leaf {digest}\n" in (pack / "data/trail/statement.txt").read_text()
    assert f"# {digest}" in pages["21-trail.html"]


def test_the_sampling_record_says_which_numbers_were_not_drawn_from_and_why(
    make_contents, make_evidence
):
    given = (make_evidence(1), make_evidence(3, status="withdrawn"))

    page = made(make_contents(evidence=given))["documents/07-sampling.html"].decode()

    assert "1 withdrawn (EV-2025-0003)" in re.sub("<[^>]*>", "", page)
    assert "or of another AI system (EV-2025-0002)" in page
    assert "register says" in page


def test_headings_become_bookmarks_and_pages_are_counted(pack):
    reader = PdfReader(pack / "data/documents/10-coverage.pdf")

    assert "Crosswalk" in [item.title for item in reader.outline]
    assert f"page 1 of {len(reader.pages)}" in reader.pages[0].extract_text()
    assert reader.trailer["/Root"]["/Lang"] == "en"


def test_a_print_carries_no_path_of_the_machine_it_was_made_on(pack):
    for path in pack.rglob("*.pdf"):
        content = path.read_bytes()
        assert b"file:" not in content
        for page in PdfReader(path).pages:
            for note in page.get("/Annots", ()):
                uri = note.get_object().get("/A", {}).get("/URI", "https:")
                assert uri.startswith(("https:", "mailto:"))


def test_only_shipped_fonts_are_printed(pack):
    fonts = set()
    for path in pack.rglob("*.pdf"):
        for page in PdfReader(path).pages:
            found = page["/Resources"].get("/Font", {})
            fonts |= {str(found[name].get_object()["/BaseFont"]) for name in found}

    assert {name.split("+")[1].split("-")[0] for name in fonts} == {
        "DejaVuSansCondensed", "DejaVuSansMono",
    }  # fmt: skip


def test_hostile_words_stay_words_in_every_document(make_contents, make_evidence):
    said = dict.fromkeys(
        ("title", "why", "source", "prepared_by", "approved_by", "classification", "retention",
         "kind_title"), HOSTILE,
    )  # fmt: skip
    contents = make_contents(organisation=HOSTILE, evidence=(make_evidence(1, **said),))

    for path, content in made(contents).items():
        if path.endswith(".html"):
            page = content.decode()
            assert page.count("<script") == (3 if path == "index.html" else 0)
            assert "<img" not in page
            assert "{{ 7*7 }}" in page


def test_an_address_that_runs_code_is_no_link(make_contents, make_evidence):
    contents = make_contents(evidence=(make_evidence(1, source="javascript:alert(1)"),))

    page = made(contents)["documents/08-evidence-index.html"].decode()

    assert "javascript:alert(1)" in page
    assert 'href="javascript' not in page


def test_a_missing_thing_is_said_and_not_hidden(make_contents):
    bare = made(make_contents(evidence=(), systems=(), crosswalk=(), sources=()))

    for name, words in (
        ("08-evidence-index", "None recorded."),
        ("04-scope", "None recorded."),
        ("07-sampling", "no artefact of the period had been approved"),
        ("17-master-list", "None recorded."),
        ("18-cycle", "None recorded."),
    ):
        assert words in bare[f"documents/{name}.html"].decode()
    assert "32 of 32 clauses" in bare["documents/00-cover.html"].decode()


@pytest.mark.parametrize("large", [False, True])
def test_working_papers_stand_in_the_master_list_however_large_the_pack(
    make_contents, monkeypatch, large
):
    if large:
        monkeypatch.setattr("govtrack.packs.contents.LARGE", 3)
    said = ("1 risk", "AI risk register", None)
    papers = tuple(
        Paper(id_, *said, form, 1, "approved", "ben", "eva", date(2025, 3, 4), date(2025, 6, 1),
              None, "cycle", missing)
        for id_, form, missing in (
            ("RC-2025-0001", "document", ()), ("IA-2025-0001", "record", ("who prepared it",))
        )
    )  # fmt: skip

    page = made(make_contents(papers=papers))["documents/17-master-list.html"].decode()

    maintained, kept = page.split('id="kept"')
    assert ">RC-2025-0001<" in maintained
    assert ">IA-2025-0001<" in kept
    assert "who prepared it" in kept


def test_an_unfinished_year_says_so_everywhere(make_contents):
    pages = made(make_contents(as_at=date(2025, 9, 1)))

    for path, content in pages.items():
        if path.endswith(".html"):
            assert b"not finished" in content


def test_files_left_out_are_named_with_their_digests(make_contents, make_evidence):
    from dataclasses import replace  # noqa: PLC0415

    one = make_evidence(1)
    one = replace(one, files=tuple(replace(file, path=None) for file in one.files))
    contents = make_contents(evidence=(one,), with_files=False)

    page = made(contents)["documents/08-evidence-index.html"].decode()

    assert "(left out)" in page
    assert one.files[0].sha256[:32] in page
    assert press.kept(contents) == []


def test_a_pack_of_many_artefacts_is_printed_a_line_each_and_keeps_every_field_as_data(
    make_contents,
):
    contents = make_contents(count=520)

    files = made(contents)

    page = files["documents/08-evidence-index.html"].decode()
    assert page.count('<tr><td><a class="id"') == 520
    table = csv.DictReader(io.StringIO(files["register/evidence.csv"].decode("utf-8-sig")))
    assert len(list(table)) == 520


def test_the_data_can_be_read_again(pack, contents):
    evidence = json.loads((pack / "data/register/evidence.json").read_text())
    statement = (pack / "data/trail/statement.txt").read_text().splitlines()

    assert evidence["format"] == "govtrack.audit-pack.evidence/1"
    assert [one["id"] for one in evidence["evidence"]] == [one.id for one in contents.evidence]
    assert evidence["sample"] is True
    assert statement[:3] == [contents.trail.origin, str(contents.trail.size), contents.trail.root]


def test_a_damaged_artefact_is_refused_by_name_and_leaves_nothing(contents, tmp_path):
    where = bag.place(tmp_path / "pack", tmp_path / ".govtrack")

    with pytest.raises(NotDone, match="EV-2025-0001: the stored object is not what was recorded"):
        audit_pack.deliver(contents, where, lambda _: io.BytesIO(b"not it"))

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("beside", [1 << 40, 0])
def test_a_broken_template_of_ones_own_is_refused_and_leaves_nothing(
    contents, opened, tmp_path, monkeypatch, beside
):
    monkeypatch.setattr(audit_pack, "BESIDE", beside)
    own = tmp_path / "templates"
    (own / "audit-pack").mkdir(parents=True)
    (own / "audit-pack/07-sampling.html.j2").write_text("<p>\n{{ nobody.knows }}\n")
    where = bag.place(tmp_path / "packs/pack", tmp_path / ".govtrack")

    with pytest.raises(BadInput, match=r"07-sampling\.html\.j2:2: 'nobody' is undefined"):
        audit_pack.deliver(contents, where, opened, own)

    assert not (tmp_path / "packs").exists() or list((tmp_path / "packs").iterdir()) == []


def test_a_template_of_ones_own_replaces_the_shipped_one(contents, tmp_path):
    (tmp_path / "audit-pack").mkdir()
    (tmp_path / "audit-pack/07-sampling.html.j2").write_text("<p>Ours for {{ c.year }}</p>")

    assert made(contents, tmp_path)["documents/07-sampling.html"] == b"<p>Ours for 2025</p>"


def test_another_period_is_printed_as_it_is(make_contents):
    contents = make_contents(period=Period(date(2024, 10, 1), date(2025, 9, 30)))

    assert b"2024-10-01 to 2025-09-30" in made(contents)["documents/00-cover.html"]


def test_a_print_has_real_text(pack):
    text = text_of((pack / "data/documents/00-cover.pdf").read_bytes())

    assert "Northgate Mutual Insurance" in text
    assert "Limits and gaps first" in text
