"""Files made to harm whoever reads them: refused in a sentence, nothing run, nothing recorded."""

from __future__ import annotations

import io
import tarfile
import time
import zipfile

import pytest

RUN = "!!python/object/apply:os.system ['touch run']"
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
READERS = {
    "import": ("given.yaml", ("import", "given.yaml")),
    "criteria": ("given.yaml", ("criteria", "set", "given.yaml", "--decided-by", "ben")),
    "impact": ("given.yaml", ("impact", "add", "--from", "given.yaml")),
    "kinds": ("schemas/kinds.yaml", ("kinds",)),
    "cycle": ("schemas/cycle.yaml", ("cycle",)),
    "crosswalk": ("schemas/crosswalks/own.yaml", ("coverage",)),
    "vocabulary": ("schemas/vocabulary.yaml", ("vocabulary", "risk")),
}
"""Where a person's YAML is read: the file, and the command that reads it."""


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    ("text", "words"),
    [(f"x: {RUN}\n", "is not read"), ("x: !mine 1\n", "is not read"), (BOMB, "")],
    ids=["object", "tag", "bomb"],
)
def test_yaml_that_would_run_or_swell_is_refused_wherever_it_is_read(
    workspace, run, reader, text, words
):
    name, command = READERS[reader]
    (workspace / name).parent.mkdir(parents=True, exist_ok=True)
    (workspace / name).write_text(text)
    started = time.monotonic()

    refused = run(*command)

    assert (refused.code, refused.out) == (2, "")
    assert time.monotonic() - started < 10
    assert refused.err.startswith("govtrack: ")
    assert name.rpartition("/")[2] in refused.err
    assert words in refused.err
    assert ":1:" in refused.err or "row 1" in refused.err or text is BOMB
    assert not (workspace / "run").exists()


def escaping(path):
    """Archives whose members lie elsewhere, swell, or lie about themselves."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in (
                "../../evil.txt",
                "/evil.txt",
                "C:\\evil.txt",
                "evil.txt",
                "twice",
                "twice2",
            ):
                archive.writestr(name, b"\0" * 1_000_000)
    else:
        with tarfile.open(path, "w:gz" if path.suffix == ".gz" else "w") as archive:
            for name, kind in (("../../evil.txt", tarfile.REGTYPE), ("link", tarfile.SYMTYPE)):
                member = tarfile.TarInfo(name)
                member.type, member.linkname = kind, "/etc/passwd"
                archive.addfile(member, io.BytesIO())


@pytest.mark.parametrize("name", ["evil.zip", "evil.tar", "evil.tar.gz"])
def test_an_archive_is_no_table_and_is_not_unpacked(workspace, run, name):
    escaping(workspace / name)
    before = sorted(path for path in workspace.parent.rglob("*"))

    refused = run("import", name)

    assert (refused.code, refused.out) == (2, "")
    ending = name[name.rindex(".") :]
    assert refused.err.startswith(
        f"govtrack: {name}: '{ending}' is no format of a table; known are"
    )
    assert sorted(path for path in workspace.parent.rglob("*")) == before


@pytest.mark.parametrize("name", ["evil.zip", "evil.tar"])
def test_an_archive_as_evidence_is_kept_as_it_is(workspace, run, name):
    escaping(workspace / name)

    assert run("add-evidence", name, "--kind", "vv-report").code == 0

    assert not list(workspace.parent.rglob("evil.txt"))
    objects = (workspace / ".govtrack" / "objects" / "sha256").glob("*/*")
    assert [one.read_bytes() for one in objects] == [(workspace / name).read_bytes()]


LAUGHS = """<?xml version="1.0"?>
<!DOCTYPE suite [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>
<testsuites><testsuite name="&b;"><testcase name="&c;"/></testsuite></testsuites>
"""


def test_xml_is_no_table_and_its_entities_are_not_read(workspace, run):
    (workspace / "junit.xml").write_text(LAUGHS)

    refused = run("import", "junit.xml")

    assert (refused.code, refused.out) == (2, "")
    assert "'.xml' is no format of a table" in refused.err
    assert "root:" not in refused.err


def test_a_workbook_with_entities_is_refused(workspace, run):
    with zipfile.ZipFile(workspace / "list.xlsx", "w") as book:
        book.writestr("[Content_Types].xml", LAUGHS)
        book.writestr("xl/workbook.xml", LAUGHS)

    refused = run("import", "list.xlsx")

    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith("govtrack: list.xlsx: ")
    assert "root:" not in refused.err


def test_a_folder_is_no_table(workspace, run):
    (workspace / "folder").mkdir()

    refused = run("import", "folder")

    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith("govtrack: folder: ")


@pytest.mark.parametrize(
    "text",
    ["organisation = ", 'organisation = "x"\norganisation = "y"\n', "[[[", "x" * 100_000, "\x00"],
)
def test_settings_that_cannot_be_read_are_refused_by_every_command(workspace, run, text):
    (workspace / "govtrack.toml").write_text(text)

    for command in (("config",), ("verify",), ("evidence", "list")):
        refused = run(*command)

        assert (refused.code, refused.out) == (2, "")
        assert "govtrack.toml: not valid TOML" in refused.err
