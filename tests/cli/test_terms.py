"""Every answer speaks the workspace's vocabulary, the other framework's word beside it once."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from freezegun import freeze_time

from govtrack.catalog.loading import catalogue

BESIDE = re.compile(r"\((?:AI RMF|ISO/IEC 42001): [^()]*(?:\([^()]*\))?[^()]*\)")
COMMANDS = (
    ("requirements", "7.5.2", "6.1.3", "8.4"),
    ("kinds",),
    ("kinds", "risk-treatment-plan"),
    ("next",),
    ("coverage",),
    ("documents",),
    ("evidence", "check", "EV-2026-0001"),
)
"""Commands in whose answers a term of the vocabulary stands."""
LEADING = {
    ("requirements", "7.5.2", "6.1.3", "8.4"): ("documented information", "documentation"),
    ("kinds",): ("AI system impact assessment", "Impact characterisation"),
    ("kinds", "risk-treatment-plan"): ("AI risk treatment plan", "AI risk response plan"),
    ("next",): ("AI risk criteria", "risk tolerance"),
    ("coverage",): ("Documented information", "Documentation"),
    ("documents",): ("Documented information", "Documentation"),
    ("evidence", "check", "EV-2026-0001"): ("documented information", "documentation"),
}


@pytest.fixture(params=["iso", "rmf"])
def vocabulary(request, workspace, run):
    """A workspace with that vocabulary and two impact assessments on record."""
    settings = workspace / "govtrack.toml"
    lines = settings.read_text().splitlines()
    kept = [line for line in lines if not line.startswith("vocabulary")]
    settings.write_text("\n".join([f'vocabulary = "{request.param}"', *kept, ""]))
    with freeze_time("2026-05-04T12:00:00Z"):
        for number in (1, 2):
            (workspace / f"{number}.txt").write_text(f"assessment {number}")
            done = run("add-evidence", f"{number}.txt", "--kind", "impact-assessment")
            assert done.code == 0, done.err
        yield request.param


@pytest.fixture
def on_screen(run, wide_terminal):
    """`on_screen(*command)`: the whole answer as a person sees it on a wide terminal."""
    assert wide_terminal is None

    def asked(*command):
        done = run(*command)
        assert done.code in {0, 1}, done.err
        return done.out

    return asked


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_vocabularys_word_leads(on_screen, vocabulary, command):
    shown = on_screen(*command)
    iso, rmf = LEADING[command]
    leading, other = (iso, rmf) if vocabulary == "iso" else (rmf, iso)

    assert leading in shown
    # a clause keeps its own title, whatever the vocabulary
    titles = "|".join(re.escape(one.title) for one in catalogue().requirements.values())
    outside = re.sub(titles, "", BESIDE.sub("", shown))
    assert not re.search(rf"\b{re.escape(other)}\b", outside), outside


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_other_word_stands_beside_it_once_an_answer(on_screen, vocabulary, command):
    beside = Counter(BESIDE.findall(on_screen(*command)))

    assert beside
    assert set(beside.values()) == {1}
    other = "AI RMF" if vocabulary == "iso" else "ISO/IEC 42001"
    assert all(found.startswith(f"({other}: ") for found in beside)


def test_the_keys_of_json_are_the_same_in_both(run, vocabulary):
    assert vocabulary
    document = run("documents", "--json").json()

    assert set(document["documents"][0]) >= {"id", "title", "sort", "kind", "form", "missing"}
    assert set(run("coverage", "--json").json()) >= {"documented_information"}


def test_the_pack_speaks_it_too(run, vocabulary, workspace):
    done = run("audit-pack", "2026")
    assert done.code == 0, done.err
    pages = {
        path.stem: re.sub(r"\s+", " ", path.read_text())
        for path in (workspace / "audit-pack-2026" / "data").rglob("*.html")
    }
    title = {
        "iso": "Documented information master list",
        "rmf": "Documentation master list",
    }[vocabulary]

    assert f"<h1>17 {title}</h1>" in pages["17-master-list"]
    assert title in pages["index"]
    assert title in pages["00-cover"]
    assert any(BESIDE.search(page) for page in pages.values())
    for name, page in pages.items():
        assert set(Counter(BESIDE.findall(page)).values()) <= {1}, name
    kind = {"iso": "AI system impact assessment", "rmf": "Impact characterisation"}[vocabulary]
    assert kind in pages["08-evidence-index"]
