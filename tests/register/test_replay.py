"""The rows are what the entries say, after any history; so is any earlier day."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govtrack import clock
from govtrack import workspace as workspaces
from govtrack.aims import artefacts, bulk, certification, evidence, packs, systems
from govtrack.aims.fields import EvidenceFields
from govtrack.catalog.loading import catalogue
from govtrack.cycle.records import Agreement, Decision, ExternalAudit
from govtrack.errors import BadInput
from govtrack.register import database
from govtrack.register.nouns import BY_TABLE
from govtrack.register.reader import reading
from govtrack.register.recording import recording
from govtrack.register.replay import END, replayed
from govtrack.register.verification import verified

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
TODAY = date(2026, 1, 1)
REFS = ("A.6.2.4", "MEASURE 2.6", "6.1.2", "genai:confabulation", "MAP 5.1")
KINDS = ("vv-report", "ai-policy", "risk-assessment")

pieces = st.integers(1, 6).map("EV-2026-{:04d}".format)
names = st.sampled_from(("chat", "triage"))
refs = st.lists(st.sampled_from(REFS), min_size=1, max_size=3, unique=True).map(tuple)
approvals = st.sampled_from([{}, {"approved_by": "eva", "approved_on": TODAY}])
said = st.fixed_dictionaries(
    {"kind": st.sampled_from(KINDS), "title": st.sampled_from(["Ä 1", "b\u2028", "c"])},
    optional={
        "systems": st.lists(names, max_size=2).map(tuple),
        "supports": refs,
        "supersedes": st.lists(pieces, max_size=2, unique=True).map(tuple),
        "why": st.text(max_size=5),
        "version": st.integers(1, 9),
    },
)
changes = st.one_of(
    st.tuples(st.just("system"), names),
    st.tuples(st.just("roles"), names, st.lists(st.sampled_from(systems.ROLES)).map(tuple)),
    st.tuples(st.just("add"), said, approvals),
    st.tuples(st.just("many"), st.lists(said, min_size=1, max_size=3), approvals),
    st.tuples(st.just("approve"), pieces),
    st.tuples(st.just("withdraw"), pieces),
    st.tuples(st.just("supersede"), pieces, pieces),
    st.tuples(st.sampled_from(["tag", "untag", "decline"]), pieces, refs),
    st.tuples(st.just("confirm"), pieces),
    st.tuples(st.sampled_from(["decided", "audited", "agreed", "pack"])),
    st.tuples(st.just("tomorrow")),
    st.tuples(st.just("clock back")),
)


PACK = packs.PackFields(
    year=2026,
    period_start=TODAY,
    period_end=TODAY,
    as_of=TODAY,
    digest="0" * 64,
    files=3,
    trail_size=9,
    trail_root="A" * 43 + "=",
)
DEEDS = {
    "system": lambda to, name: systems.add(to, name, systems.SystemFields(name=name.title())),
    "roles": lambda to, name, roles: systems.change(to, name, systems.SystemFields(roles=roles)),
    "approve": lambda to, which: evidence.approve(to, which, "eva", TODAY, catalogue()),
    "withdraw": lambda to, which: evidence.withdraw(to, which, TODAY, "wrong"),
    "supersede": evidence.supersede,
    "tag": lambda to, which, refs: evidence.tag(to, which, refs, catalogue()),
    "untag": evidence.untag,
    "decline": evidence.decline,
    "confirm": lambda to, which: evidence.confirm(to, which, None),
    "decided": lambda to: certification.decided(to, Decision("grant", TODAY)),
    "audited": lambda to: certification.audited(to, ExternalAudit("stage_2", TODAY, TODAY)),
    "agreed": lambda to: certification.agreed(to, Agreement("next audit", TODAY, "letter")),
    "pack": lambda to: packs.issued(to, PACK),
}


class History:
    """A workspace that lives through changes; what is refused has changed nothing."""

    def __init__(self, space):
        self.space, self.now, self.known, self.files = space, START, {}, count()

    def happens(self, what, *given):
        if what == "clock back":  # within the day: instants are out of order, days are not
            self.now -= timedelta(seconds=5)
            return
        if what == "tomorrow":
            self.known[self.now.date()] = rows(self.space)
            self.now += timedelta(days=1)
            return
        before = rows(self.space)
        try:
            with clock.at(self.now):
                self.do(what, *given)
        except BadInput:
            assert rows(self.space) == before

    def do(self, what, *given):
        if what == "many":
            fields = [self.fields(one, given[1]) for one in given[0]]
            bulk.record_many(self.space, fields, catalogue(), "ada", allow_duplicate=True)
            return
        with recording(self.space, "ada", "because") as recorded:
            if what == "add":
                self.add(recorded, self.fields(*given))
            else:
                DEEDS[what](recorded, *given)

    def add(self, recorded, fields):
        named = [systems.find(recorded, one).id for one in fields.systems]
        files = [(path.name, path) for path in fields.files]
        kept = artefacts.kept(files, self.space.objects_path)
        evidence.add(recorded, fields, kept, named, catalogue(), allow_duplicate=True)

    def fields(self, said, approval):
        path = self.space.root / f"file-{next(self.files)}.txt"
        path.write_text(path.name)
        return EvidenceFields(files=(path,), **said, **approval)


def rows(space, day=None):
    """Every row of every noun's tables; with a day, as the register knew them by its end."""
    with reading(space, day) as connection:
        return tables(connection)


def tables(connection):
    return {
        table: sorted(map(tuple, connection.execute(f"SELECT * FROM {table}")), key=repr)
        for table in BY_TABLE
    }


@pytest.fixture
def lives(workspace, forget):
    """`lives(changes)`: the history of a fresh workspace that went through them."""

    def _lives(made):
        forget()
        folder = Path(tempfile.mkdtemp(dir=workspace.parent))
        shutil.copytree(workspace, folder / "ws")
        history = History(workspaces.read(folder / "ws"))
        for change in made:
            history.happens(*change)
        return history

    return _lives


slow = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@slow
@given(made=st.lists(changes, max_size=14))
def test_replaying_the_entries_gives_the_rows_after_any_history(lives, made):
    space = lives(made).space

    with (
        closing(database.opened(space.database_path, "ro")) as connection,
        closing(replayed(connection, END)) as again,
    ):
        assert tables(again) == tables(connection)
    assert verified(space).findings == ()


@slow
@given(made=st.lists(changes, min_size=4, max_size=14))
def test_every_earlier_day_is_known_as_it_was_then(lives, made):
    history = lives(made)

    for day, known in history.known.items():
        assert rows(history.space, day) == known


def test_a_long_history_has_every_kind_of_change_in_it(lives):
    """So that the two tests above are known to try what they are meant to."""
    report = {"kind": "vv-report", "title": "a", "systems": ("chat",), "supports": REFS}
    approved = {"approved_by": "eva", "approved_on": TODAY}
    history = lives([
        ("system", "chat"),
        ("roles", "chat", ("user", "provider")),
        ("roles", "chat", ("developer",)),
        ("add", report, approved),
        ("tomorrow",),
        ("many", [{**report, "title": "b", "supersedes": ("EV-2026-0001",)}, report], approved),
        ("add", {**report, "title": "c"}, {}),
        ("clock back",),
        ("supersede", "EV-2026-0002", "EV-2026-0004"),
        ("approve", "EV-2026-0004"),
        ("tag", "EV-2026-0004", ("A.5.2",)),
        ("untag", "EV-2026-0004", ("A.5.2",)),
        ("confirm", "EV-2026-0003"),
        ("withdraw", "EV-2026-0003"),
        ("decided",), ("audited",), ("agreed",), ("pack",),
    ])  # fmt: skip

    with closing(database.opened(history.space.database_path, "ro")) as connection:
        actions = [action for (action,) in connection.execute("SELECT action FROM entry")]
    assert sorted(set(actions)) == [
        "agreement.added", "ai_system.added", "ai_system.changed", "certification_decision.added",
        "evidence.added", "evidence.approved", "evidence.changed", "evidence.confirmed",
        "evidence.superseded", "evidence.tagged", "evidence.untagged", "evidence.withdrawn",
        "external_audit.added", "pack.issued", "trail.key_added", "workspace.created",
    ]  # fmt: skip
    assert rows(history.space, date(2026, 1, 1)) == history.known[TODAY]
    assert verified(history.space).findings == ()
