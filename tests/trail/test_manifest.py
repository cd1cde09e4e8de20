"""The manifest of a declaration: the form is what the docs say, whatever the order of its parts."""

from __future__ import annotations

import hashlib
import random
import subprocess

from hypothesis import given
from hypothesis import strategies as st

from govtrack.trail import manifest
from govtrack.trail.manifest import Support

DIGEST = st.text("0123456789abcdef", min_size=64, max_size=64)
SUPPORT = st.builds(
    Support,
    st.sampled_from(("GOVERN 1.1", "MEASURE 2.6", "GV-1.1-001")),
    st.integers(1, 12).map(lambda number: f"EV-2026-{number:04d}"),
    st.integers(1, 3),
    st.lists(DIGEST, min_size=1, max_size=3).map(tuple),
)


@given(st.lists(SUPPORT, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_the_parts_makes_no_difference(supports, chance):
    shuffled = [one._replace(files=tuple(reversed(one.files))) for one in supports]
    chance.shuffle(shuffled)

    assert manifest.digest(supports) == manifest.digest(shuffled)


@given(st.lists(SUPPORT, min_size=1, max_size=8), st.integers(0, 7))
def test_another_file_makes_another_digest(supports, place):
    one = supports[place % len(supports)]
    other = one._replace(files=(hashlib.sha256(repr(supports).encode()).hexdigest(),))

    assert manifest.digest([*supports, other]) != manifest.digest(supports)


def test_stock_tools_compute_the_digest_again(tmp_path):
    supports = [
        Support("MEASURE 2.6", "EV-2026-0002", 1, ("b" * 64, "a" * 64)),
        Support("GOVERN 1.1", "EV-2026-0010", 2, ("c" * 64,)),
    ]
    lines = manifest.text(supports).splitlines(keepends=True)
    random.Random(1).shuffle(lines)  # noqa: S311
    (tmp_path / "manifest.txt").write_text("".join(lines + lines[:1]))

    done = subprocess.run(  # noqa: S602  (the line that the docs give)
        "LC_ALL=C sort -u manifest.txt | sha256sum",
        shell=True, cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert done.stdout.split()[0] == manifest.digest(supports)
    assert len(lines) == 3
    assert all(line.count("\t") == 3 for line in lines)


def test_an_artefact_of_several_files_is_pinned_by_all_of_them():
    one = Support("MAP 1.1", "EV-2026-0001", 1, ("b" * 64, "a" * 64))

    assert one.sha256 == hashlib.sha256(f"{'a' * 64}\n{'b' * 64}\n".encode()).hexdigest()
    assert one._replace(files=("c" * 64,)).sha256 == "c" * 64
