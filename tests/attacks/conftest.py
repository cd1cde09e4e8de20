"""A register with every table filled, made once; each attack gets a copy of its own."""

from __future__ import annotations

import importlib.util
import shutil
import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from govtrack import clock
from govtrack import workspace as workspaces
from govtrack.catalog import loading
from govtrack.register import journal
from govtrack.register.asked import Asked, Held
from govtrack.register.objects import path_of
from govtrack.register.verification import verified
from govtrack.trail.checkpoint import Checkpoint, stated
from govtrack.trail.note import encoded, parsed_vkey

NOTHING = Held()
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
HISTORY = """
system add chat --name Chat --role provider --role user --owner eva
system add triage --name Triage --role user
add-evidence one.txt --kind vv-report --title One --system chat --supports 6.1.2 \
    --approved-by eva --approved-on 2026-04-01
add-evidence two.txt --kind vv-report --title Two --system triage --supports A.6.2.4 \
    --supersedes EV-2026-0001 --approved-by eva --approved-on 2026-04-02
add-evidence folder --kind ai-policy --title Three --supersedes EV-2026-0002
evidence confirm EV-2026-0002 --all
certification record decision grant --on 2024-03-14 --expiry 2027-03-13 --body Cert
certification record decision maintain --on 2025-03-14 --body Cert
certification record audit stage_2 --start 2024-02-20 --end 2024-02-22
certification record agreement --about audit --until 2026-12-18 --reference letter
criteria set --in-force-from 2026-01-01 --decided-by board
risk add --system chat --title Invention --cause drift --event error --consequence harm \
    --source MEASURE-2.7 --affects individuals --owner eva
risk assess R-2026-0001 --likelihood {likely} --consequence-rating {grave}
risk treat R-2026-0001 --option modify --what tests --control A.6.2.4 --owner ben \
    --due 2026-12-31 --residual-likelihood {unlikely} --residual-consequence {grave}
risk accept R-2026-0001 --by eva --why watched
impact add chat --on 2026-04-20 --by ben --why initial --consulted users --risk R-2026-0001 \
    --evidence EV-2026-0002
impact effect IA-2026-0001 --level society --kind none --what apart
soa add ORG-1 --title Review --source contract
soa set {annex} ORG-1 --applicable --why needed --because risk:R-2026-0001 --status planned \
    --due 2026-12-31 --owner eva
soa approve --by ceo --scope all
profile set MEASURE-2.6 --current achieved
attest --scope all --signatory eva --function director
evidence hold EV-2026-0001 EV-2026-0002 --title Complaint
"""


def _module(name):
    """A module of this folder: the tests are no package."""
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"attacks_{name}", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


_FORGING, _LIFE = _module("forging"), _module("life")


@pytest.fixture(scope="session")
def _outside(authorities, tmp_path_factory):
    return _module("outsiders").Outsiders(tmp_path_factory.mktemp("outside"), authorities)


@pytest.fixture
def outsiders(_outside, run):
    """`outsiders.py`: a time stamping authority and a witness."""
    return _outside.calling(run)


THREATS = yaml.safe_load(Path(__file__).with_name("threats.yaml").read_text(encoding="utf-8"))


def pytest_configure(config):
    config.addinivalue_line("markers", "only(*layers): a test of a threat for these layers only")


def pytest_generate_tests(metafunc):
    """A test of a threat is run for each layer of the table, the third for both who remember."""
    if "layer" in metafunc.fixturenames:
        only = metafunc.definition.get_closest_marker("only")
        name = metafunc.module.__name__.rpartition(".test_")[2]
        cells = THREATS["threats"][name]["cells"]
        layers = [
            (number, holder, cell)
            for number, cell in enumerate(cells)
            if only is None or number in only.args
            for holder in (("memory", "auditor") if number == 3 else ("",))
        ]
        ids = [f"{number}{holder}" for number, holder, _ in layers]
        metafunc.parametrize("layer", [(*one, cells[1]) for one in layers], ids=ids)


@pytest.fixture(scope="session")
def _life(tmp_path_factory):
    return _LIFE.Life(tmp_path_factory.mktemp("life"))


@pytest.fixture
def case(layer, _life, outsiders, run, _own_home, tmp_path):
    """A threat under one layer of the table (`life.py`)."""
    if not (_life.folder / "now").exists():
        _life.lived(run, outsiders, _own_home)
    made = _LIFE.Layer(*layer)
    return _LIFE.Case(made, _life, outsiders, run, _own_home, tmp_path, _FORGING.Forger)


@pytest.fixture(scope="session")
def forging():
    """`forging.py`: what a careful attacker does."""
    return _FORGING


@dataclass(frozen=True)
class Store:
    """A store that somebody with an editor and `sqlite3` gets at; `held`: all that others hold."""

    space: workspaces.Workspace
    held: Held

    def tables(self):
        with closing(sqlite3.connect(self.space.database_path)) as connection:
            return {
                name: [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
                for (name,) in connection.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'table'"
                )
            }

    def rows(self, table):
        with closing(sqlite3.connect(self.space.database_path)) as connection:
            return connection.execute(f"SELECT * FROM {table}").fetchall()

    def change(self, *statements, given=()):
        """Run statements past the triggers, which are then put back as they were."""
        with closing(sqlite3.connect(self.space.database_path)) as connection:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            for name in journal.APPEND_ONLY:
                connection.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                connection.execute(statement, given)
            for sql in journal.APPEND_ONLY.values():
                connection.execute(sql)
            connection.commit()

    def schema(self, *statements):
        """Run statements as they are."""
        with closing(sqlite3.connect(self.space.database_path)) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    def object_of(self, title):
        """Where the (first) object of the evidence with that title stands; made writable."""
        with closing(sqlite3.connect(self.space.database_path)) as connection:
            (digest,) = connection.execute(
                "SELECT sha256 FROM evidence_file JOIN evidence ON evidence = key WHERE title = ?",
                [title],
            ).fetchone()
        path = path_of(self.space.objects_path, digest)
        path.chmod(0o600)
        return path

    def found(self, held=NOTHING):
        """(step, code) of each of verify's findings, for somebody who holds this."""
        report = verified(self.space, asked=Asked(held=held))
        return [(finding.step, finding.code) for finding in report.findings]

    def words(self):
        """Everything that verify's findings say."""
        return "\n".join(map(str, verified(self.space).findings))


@pytest.fixture(scope="session")
def _lived_in(_fresh_workspace, tmp_path_factory, _cache):
    root = tmp_path_factory.mktemp("lived-in") / "workspace"
    shutil.copytree(_fresh_workspace, root)
    for name in ("one.txt", "two.txt", "folder/3.txt", "folder/4.txt"):
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"What was found, {name}.\n")
    return root


@pytest.fixture
def lived_in(_lived_in, _fresh_workspace, _own_home, run, outsiders, forget):
    """The workspace whose history is `HISTORY`; not to be changed.

    It is signed, was restored once, delivered a pack, and has a stamp and a cosignature.
    """
    if not (_lived_in / "done").exists():
        shutil.copytree(_fresh_workspace.parent / "home", _own_home, dirs_exist_ok=True)
        with clock.at(NOW):
            for line in _words(HISTORY).replace("\\\n", " ").strip().splitlines():
                result = run(*line.split(), cwd=_lived_in)
                assert result.code == 0, result.err
            _restored(_lived_in)
            _pack(_lived_in)
            outsiders.stamp(_lived_in)
            outsiders.cosign(_lived_in)
        (_lived_in / "done").touch()
        shutil.rmtree(_own_home / "xdg_config_home" / "govtrack")
        forget()
    return _lived_in


def _words(history):
    """The history with the ends of the scales that ship, and with every block of Annex A."""
    criteria = loading.catalogue().risk_criteria
    likelihoods = [one.word for one in criteria.likelihoods]
    return history.format(
        likely=likelihoods[-1],
        unlikely=likelihoods[0],
        grave=criteria.consequences[-1].word,
        annex=" ".join(f"A.{number}.*" for number in range(2, 11)),
    )


def _restored(root):
    """Entries were lost: somebody held a checkpoint of more of them."""
    from govtrack.aims import generations  # noqa: PLC0415
    from govtrack.register.recording import recording  # noqa: PLC0415

    with recording(workspaces.read(root), "ada", "disc lost", behind=True) as recorded:
        origin = journal.origin(recorded.connection)
        size = journal.state(recorded.connection).size
        generations.begun(recorded, Checkpoint(origin, size + 2, bytes(32)))


def _pack(root):
    from govtrack.aims import packs  # noqa: PLC0415
    from govtrack.register.recording import recording  # noqa: PLC0415

    day = NOW.date()
    with recording(workspaces.read(root), "ada") as recorded:
        tree = journal.state(recorded.connection)
        packs.issued(
            recorded,
            packs.PackFields(
                year=2026, period_start=day, period_end=day, as_of=day, digest="0" * 64, files=3,
                trail_size=tree.size, trail_root=encoded(tree.root()),
            ),
        )  # fmt: skip


@pytest.fixture
def store(lived_in, tmp_path, monkeypatch, outsiders):
    root = tmp_path / "attacked"
    shutil.copytree(lived_in, root)
    monkeypatch.chdir(root)
    return Store(workspaces.read(Path(root)), _held(root, outsiders))


def _held(root, outsiders):
    """Every checkpoint of the store, its key, its witness and its authority, from outside."""
    with closing(sqlite3.connect(workspaces.read(root).database_path)) as connection:
        notes = [note for (note,) in connection.execute("SELECT note FROM checkpoint")]
        (vkey,) = connection.execute("SELECT vkey FROM signing_key").fetchone()
    return Held(
        tuple((f"checkpoint {number}", stated(note)) for number, note in enumerate(notes)),
        (parsed_vkey(vkey),),
        (parsed_vkey(outsiders.witness),),
        (outsiders.authority.root.read_bytes(),),
    )
