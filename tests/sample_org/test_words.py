"""The sample's answers in both vocabularies: which word leads, and the other one beside it once."""

from __future__ import annotations

import re
import shutil
from collections import Counter

import pytest

BESIDE = re.compile(r"\((?:AI RMF|ISO/IEC 42001): [^()]*(?:\([^()]*\))?[^()]*\)")
SAID = {
    ("criteria", "show"): ("AI risk criteria", "Risk tolerance"),
    ("risk", "show", "R-2023-0001"): ("Risk treatment", "Risk response"),
    ("impact", "show", "IA-2025-0001"): ("AI system impact assessment", "impact characterisation"),
    ("trace", "IA-2025-0001"): ("AI system impact assessment", "impact characterisation"),
    ("remind", "--as-of", "2026-11-25"): ("AI system impact assessment", "impact characterisation"),
    ("documents",): ("AI risk criteria", "risk tolerance"),
}
QUIET = (
    ("soa", "show"), ("soa", "check"), ("impact", "list"), ("impact", "check"),
    ("profile", "show"), ("profile", "gaps"), ("attest", "list"),
    ("attest", "show", "AT-2026-0001"), ("risk", "list"), ("risk", "check"),
    ("coverage",), ("next",), ("kinds",),
    ("evidence", "check", "EV-2025-0005"), ("system", "list"), ("cycle",),
)  # fmt: skip
"""In these the other word may stand too, or no term stands at all."""


@pytest.fixture(scope="module", params=["iso", "rmf"])
def spoken(request, space, tmp_path_factory):
    """The sample with that vocabulary: the word, and a folder to work in."""
    root = tmp_path_factory.mktemp(request.param) / "sample"
    shutil.copytree(space.root, root, symlinks=True)
    settings = root / "govtrack.toml"
    lines = settings.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("vocabulary")]
    settings.write_text("\n".join([f'vocabulary = "{request.param}"', *kept, ""]), encoding="utf-8")
    return request.param, root


@pytest.fixture
def shown(run, spoken, wide_terminal):
    """`shown(*command)`: the answer on a wide terminal."""
    assert wide_terminal is None

    def asked(*command):
        done = run("-C", spoken[1], *command)
        assert done.code in {0, 1}, done.err
        return done.out

    return asked


@pytest.mark.parametrize("command", SAID, ids=" ".join)
def test_the_words_of_the_working_papers_follow_the_vocabulary(spoken, shown, command):
    iso, rmf = SAID[command]
    leading, other = (iso, rmf) if spoken[0] == "iso" else (rmf, iso)

    answer = shown(*command)

    assert leading in answer
    assert other not in BESIDE.sub("", answer)


@pytest.mark.parametrize("command", [*SAID, *QUIET], ids=" ".join)
def test_the_other_word_stands_beside_it_at_most_once(spoken, shown, command):
    beside = Counter(BESIDE.findall(shown(*command)))

    assert set(beside.values()) <= {1}
    assert all(found.startswith(("(AI RMF", "(ISO")[spoken[0] == "rmf"]) for found in beside)
