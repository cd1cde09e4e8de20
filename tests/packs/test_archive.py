"""Folder and zip in one pass, the same bytes each time."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from govtrack.packs import archive
from govtrack.packs.archive import Twin

DAY = date(2025, 12, 31)


def test_what_is_copied_is_hashed_and_lies_in_both(tmp_path):
    content = bytes(range(256)) * (archive.BLOCK // 128) + b"tail"
    with Twin(tmp_path / "p", tmp_path / "p.zip", "p", DAY) as twin:
        found = twin.copy("data/evidence/a.bin", io.BytesIO(content), len(content))

    assert found == (hashlib.sha256(content).hexdigest(), len(content))
    assert (tmp_path / "p/data/evidence/a.bin").read_bytes() == content
    with zipfile.ZipFile(tmp_path / "p.zip") as zipped:
        assert zipped.read("p/data/evidence/a.bin") == content


@settings(max_examples=20)
@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}\.(txt|pdf)", fullmatch=True), st.binary()))
def test_the_same_members_give_the_same_zip(tmp_path_factory, members):
    made = []
    for _ in range(2):
        place = tmp_path_factory.mktemp("zip")
        with Twin(place / "p", place / "p.zip", "p", DAY) as twin:
            for name, content in sorted(members.items()):
                assert twin.write(name, content) == hashlib.sha256(content).hexdigest()
        made.append((place / "p.zip").read_bytes())

    assert made[0] == made[1]


def test_members_carry_fixed_dates_and_no_extra_fields(tmp_path):
    with Twin(tmp_path / "p", tmp_path / "p.zip", "p", DAY) as twin:
        twin.write("a.txt", b"text")
        twin.copy("b.bin", io.BytesIO(b"bytes"), 5)

    with zipfile.ZipFile(tmp_path / "p.zip") as zipped:
        for info in zipped.infolist():
            assert info.date_time == (2025, 12, 31, 0, 0, 0)
            assert info.extra == b""
            assert info.external_attr >> 16 == 0o100644
        kinds = {info.filename: info.compress_type for info in zipped.infolist()}
    assert kinds == {"p/a.txt": zipfile.ZIP_DEFLATED, "p/b.bin": zipfile.ZIP_STORED}


def test_a_file_over_two_gibibytes_gets_the_large_form(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "_LARGE", 10)
    with Twin(tmp_path / "p", tmp_path / "p.zip", "p", DAY) as twin:
        twin.copy("b.bin", io.BytesIO(b"x" * 11), 11)

    with zipfile.ZipFile(tmp_path / "p.zip") as zipped:
        assert zipped.testzip() is None
        assert zipped.infolist()[0].file_size == 11
