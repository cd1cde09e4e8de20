"""From the paths a person gives to artefacts: every file, by its own name, or a refusal."""

from __future__ import annotations

import base64
import io
import os

import pytest

from govtrack.aims import artefacts
from govtrack.errors import BadInput


@pytest.fixture
def store(tmp_path):
    """An empty store of objects."""
    (tmp_path / "objects" / "tmp").mkdir(parents=True)
    return tmp_path / "objects"


@pytest.fixture
def folder(tmp_path):
    """A folder with files at several depths."""
    root = tmp_path / "folder"
    for name in ("b.txt", "a/2.txt", "a/1.txt", ".hidden", "c/d/e.txt"):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return root


def kept(store, path, **options):
    return artefacts.kept([(path.name, path)], store, **options)[0]


def test_a_folder_gives_all_its_files_in_order_named_by_their_place_in_it(folder):
    found = artefacts.gathered([folder])

    assert sorted(name for name, _ in found) == [
        ".hidden", "a/1.txt", "a/2.txt", "b.txt", "c/d/e.txt",
    ]  # fmt: skip
    assert found == artefacts.gathered([folder])


def test_files_and_folders_may_be_given_together(folder, tmp_path):
    (tmp_path / "single.pdf").write_text("x")

    assert artefacts.gathered([tmp_path / "single.pdf", folder / "a"]) == (
        ("single.pdf", tmp_path / "single.pdf"),
        ("1.txt", folder / "a" / "1.txt"),
        ("2.txt", folder / "a" / "2.txt"),
    )


def test_a_link_inside_a_folder_is_refused_with_where_it_leads(folder):
    (folder / "shadow").symlink_to("/etc/shadow")
    (folder / "elsewhere").symlink_to("/etc")
    (folder / "a" / "dangling").symlink_to("nowhere")

    with pytest.raises(BadInput) as refused:
        artefacts.gathered([folder])

    assert sorted(problem.message for problem in refused.value.problems) == [
        "a symbolic link to /etc, inside a folder",
        "a symbolic link to /etc/shadow, inside a folder",
        "a symbolic link to nowhere, inside a folder",
    ]


def test_an_empty_folder_is_refused(tmp_path):
    (tmp_path / "empty" / "nested").mkdir(parents=True)

    with pytest.raises(BadInput, match="an empty folder"):
        artefacts.gathered([tmp_path / "empty"])


def test_a_folder_that_cannot_be_read_is_named_not_left_out(folder, monkeypatch):
    scan = os.scandir

    def closed(path):
        if os.path.basename(path) == "d":  # noqa: PTH119  (os.walk gives text)
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", closed)

    with pytest.raises(BadInput, match="c/d: cannot be read: Permission denied"):
        artefacts.gathered([folder])


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("report.PDF", b"%PDF-1.7", "application/pdf"),
        ("run.json", b"{}", "application/json"),
        ("model.onnx", b"\x08\x03", "application/onnx"),
        ("notes.txt", b"\xff\xfe", "text/plain"),
        ("Makefile", b"all:\n", "text/plain"),
        ("sums", "Prüfung".encode(), "text/plain"),
        ("sums", "Prüfung".encode()[:-5] + b"\xc3", "text/plain"),
        ("core", b"\x7fELF\x02\0\0\0\0\0", "application/octet-stream"),
        ("latin", b"Pr\xfcfung in Latin-1", "application/octet-stream"),
        ("odd.xyz", b"text", "text/plain"),
    ],
)
def test_the_media_type_follows_from_the_name_else_from_the_bytes(
    store, tmp_path, name, content, expected
):
    path = tmp_path / name
    path.write_bytes(content)

    assert kept(store, path).media_type == expected


@pytest.mark.parametrize(
    "name",
    ["sp ace.txt", "Bewertung-März.pdf", "e\u0301.txt", "é.txt", "😀.txt", "\u202egpj.exe",
     "new\nline.txt", "-rf", "a" * 251 + ".txt", ".hidden", "{{7*7}}.txt", "$(id).txt"],
)  # fmt: skip
def test_a_name_is_kept_as_it_is_and_no_path_is_made_of_it(store, tmp_path, name):
    path = tmp_path / name
    path.write_text("x")

    artefact = kept(store, path)

    assert (artefact.name, artefact.name_b64) == (name, None)
    assert [one.name for one in store.glob("sha256/*/*")] == [artefact.sha256[2:]]


def test_a_name_that_is_not_utf_8_is_kept_as_text_and_as_bytes(store, tmp_path):
    path = tmp_path / os.fsdecode(b"Pr\xfcfung.txt")
    path.write_text("x")

    artefact = kept(store, path)

    assert artefact.name == "Pr\ufffdfung.txt"
    assert base64.b64decode(artefact.name_b64) == b"Pr\xfcfung.txt"


def test_an_empty_file_is_refused_unless_it_is_meant(store, tmp_path):
    path = tmp_path / "empty.txt"
    path.touch()

    with pytest.raises(BadInput, match=r"empty\.txt: an empty file proves nothing"):
        kept(store, path)
    assert kept(store, path, allow_empty=True).size == 0
    with pytest.raises(BadInput, match="--allow-empty"):
        artefacts.kept_stream("nothing", io.BytesIO(), store)


def test_what_arrives_on_standard_input_is_kept_like_a_file(store, tmp_path):
    path = tmp_path / "run.json"
    path.write_text("{}")

    assert artefacts.kept_stream("run.json", io.BytesIO(b"{}"), store) == kept(store, path)


def test_progress_is_told_of_every_file_s_bytes(store, folder):
    told = []

    found = artefacts.kept(artefacts.gathered([folder]), store, progress=told.append)

    assert told == [file.size for file in found]
