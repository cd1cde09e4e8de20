"""The measures: each a function of a scratch folder and a scale, giving rows of the table."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

PYTHON = sys.executable
GOVTRACK = str(Path(PYTHON).parent / "govtrack")
RUNS = 15
MOST = 300
"""MiB that verify may take, however many entries there are."""

# an installed govtrack is compiled; so is the one measured, whatever this shell says
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@dataclass(frozen=True)
class Row:
    """Two times in seconds (or two of another unit), and the ratio that should not be passed."""

    name: str
    ours: float
    beside: float
    limit: float
    unit: str = "s"

    @property
    def ratio(self) -> float:
        return self.ours / self.beside

    @property
    def short(self) -> bool:
        return self.ratio > self.limit

    def line(self) -> str:
        mark = "  <- short" if self.short else ""
        return (
            f"{self.name:46} {self._said(self.ours):>10} {self._said(self.beside):>10} "
            f"{self.ratio:7.2f} {self.limit:7.2f}{mark}"
        )

    def _said(self, value: float) -> str:
        return _time(value) if self.unit == "s" else f"{value:.0f} {self.unit}"


def _time(seconds: float) -> str:
    return f"{seconds * 1e3:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def starting(place: Path, scale: float) -> list[Row]:
    """Help and the reading commands on the sample, against Python that does nothing."""
    sample = _sample(place)
    first = _ids(sample)[0]
    asking = (
        "evidence list", f"evidence show {first}", f"evidence check {first}", "documents",
        "coverage", "cycle", "remind", "next", "log", "requirements", "criteria show",
        "risk list", "risk check", "impact list", "impact check", "soa show", "soa check",
        "profile show", "profile gaps", "attest list", "attest check", "arrangements",
        "trace MEASURE-2.7", "trail status", "trail key list", "trail prove 0",
    )  # fmt: skip
    rows = []
    for command, limit in {"--help": 5, **dict.fromkeys(asking, 8)}.items():
        ours = [GOVTRACK, "-C", str(sample), *command.split()]
        beside, took = _alternating([PYTHON, "-c", "pass"], ours)
        rows.append(Row(f"govtrack {command}", took, beside, limit))
    return rows


def adding(place: Path, scale: float) -> list[Row]:
    """One add-evidence against importing sqlmodel and inserting one row."""
    space = _fresh(place, "adding")
    insert = (
        "import sqlmodel\n"
        "class T(sqlmodel.SQLModel, table=True):\n"
        "    id: int | None = sqlmodel.Field(default=None, primary_key=True)\n"
        "    name: str\n"
        f"e = sqlmodel.create_engine('sqlite:///{place}/one.db')\n"
        "sqlmodel.SQLModel.metadata.create_all(e)\n"
        "with sqlmodel.Session(e) as s:\n"
        "    s.add(T(name='x')); s.commit()\n"
    )
    file = place / "artefact.txt"

    def ours() -> list[str]:
        file.write_bytes(os.urandom(2000))
        return [GOVTRACK, "-C", str(space), "add-evidence", str(file), "--kind", "event-log"]

    beside, took = _alternating([PYTHON, "-c", insert], ours)
    return [Row("add-evidence, one file", took, beside, 1.15)]


def importing(place: Path, scale: float) -> list[Row]:
    """Many records with their tags and entries, against executemany of the same rows."""
    from govtrack.aims import bulk
    from govtrack.aims.fields import EvidenceFields
    from govtrack.catalog.loading import catalogue

    space, count = _workspace(place, "importing"), int(100_000 * scale)
    file = place / "log.txt"
    file.write_text("one line\n")
    rows = [
        EvidenceFields(files=(file,), kind="context-analysis", title=f"Analysis {number}")
        for number in range(count)
    ]
    start = time.perf_counter()
    bulk.record_many(space, rows, catalogue(None), "bench@example.org", allow_duplicate=True)
    took = time.perf_counter() - start
    beside, inserted = _same_rows(space.database_path, place / "same.db")
    tags = inserted["evidence_tag"]
    return [Row(f"import {count} records, {tags} tags, entries", took, beside, 3)]


def covering(place: Path, scale: float) -> list[Row]:
    """Coverage of big registers: beyond start-up, against its one statement, and gaps alone."""
    rows = []
    for count in (20_000, int(1_000_000 * scale)):
        space = _filled(place, count)
        rows += _covering(space, count)
    return rows


def papers(place: Path, scale: float) -> list[Row]:
    """The working papers of many systems, each question against its own statements alone.

    Beyond its statements a list only makes values of the rows; a check or a walk thinks about each
    of them. What takes a few milliseconds is measured against 20 of them instead.
    """
    import gc

    import papers as rows_of

    from govtrack.catalog.loading import catalogue
    from govtrack.register.reader import reading

    known = catalogue(None)
    risks, systems = int(10_000 * scale), int(200 * scale)
    space = _workspace(place, f"papers-{risks}")
    connection = sqlite3.connect(space.database_path, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    rows_of.fill(connection, known, risks, systems)
    connection.close()
    gc.set_threshold(100_000)  # as a command does
    of = f"{risks} risks, {systems} systems"
    with reading(space) as connection:
        return [
            Row(f"{name} of {of} / 20 ms", _least(ask), 0.020, 1)
            if limit is None
            else _against_its_statements(connection, f"{name}, {of}", ask, limit)
            for name, (ask, limit) in _papers(connection, known).items()
        ]


def packing(place: Path, scale: float) -> list[Row]:
    """A pack of many artefacts against one hashing copy and a stored zip in plain Python."""
    space, files = _with_files(place, int(5000 * scale), int((4 << 30) * scale))
    start = time.perf_counter()
    _govtrack("-C", str(space), "audit-pack", "2025", "--output", str(place / "pack"))
    took = time.perf_counter() - start
    start = time.perf_counter()
    (place / "plain").mkdir()
    with zipfile.ZipFile(place / "plain.zip", "w", zipfile.ZIP_STORED) as archive:
        for file in files:
            _hashing_copy(file, place / "plain" / file.name)
            archive.write(place / "plain" / file.name, file.name)
    beside = time.perf_counter() - start
    return [Row(f"pack of {len(files)} artefacts", took, beside, 1.5)]


def verifying_entries(place: Path, scale: float) -> list[Row]:
    """Verify a register of many entries against thrice hashing these and reading their table once.

    Everything that verify does is in it; the seconds of both are the row's, whatever the cores.
    """
    import registers

    count = int(1_000_000 * scale)
    space = _workspace(place, f"entries-{count}")
    registers.lived(space, count)
    hashing, scanning = _hashed_and_scanned(space.database_path)
    took, peak = _measured([GOVTRACK, "-C", str(space.root), "verify"])
    bound = 3 * hashing + scanning
    name = f"verify {count} entries / 3 x sha256 + scan"
    return [
        Row(name, took, bound, 1),
        Row(f"memory of that verify, at its most / {MOST} MiB", peak / 2**20, MOST, 1, "MiB"),
    ]


def hashing_objects(place: Path, scale: float) -> list[Row]:
    """Verify over big objects, by the core, against openssl hashing the same files on one."""
    from govtrack.register.parts import cores

    space, files = _with_files(place, 64, int((4 << 30) * scale))
    verify = [GOVTRACK, "-C", str(space), "verify"]
    openssl = ["openssl", "dgst", "-sha256", *map(str, files)]
    beside, took = _alternating(openssl, verify, runs=3)
    return [Row(f"verify, hashing objects, {cores()} cores", took * cores(), beside, 1 / 0.8)]


def signing(place: Path, scale: float) -> list[Row]:
    """An entry appended with its signed checkpoint, beyond the same one that nobody signs."""
    from govtrack.register import checkpoints, journal
    from govtrack.register.recording import recording

    space = _workspace(place, "signing")
    times: tuple[list[float], list[float]] = ([], [])
    with recording(space, "bench@example.org", dry_run=True) as recorded:
        signers, why = checkpoints.signers(recorded.connection)
        if not signers:
            sys.exit(f"signing: no key at hand ({why})")
        image = recorded.image("workspace", 1)
        change = journal.Changed("workspace.changed", "workspace", image["id"], image, new=False)
        for turn in range(2000):
            start = time.perf_counter()
            recorded.write_entries([change])
            checkpoints.issue(recorded.connection, signers if turn % 2 else [])
            times[turn % 2].append(time.perf_counter() - start)
    unsigned, signed = (statistics.median(one) for one in times)
    return [Row("an entry's signed checkpoint / 0.3 ms", signed - unsigned, 0.0003, 1)]


def proving(place: Path, scale: float) -> list[Row]:
    """The levels of a big tree, and all proofs' worth of hashes, against hashing as many pairs."""
    from govtrack.trail.proof import Levels

    count = int(1_000_000 * scale)
    leaves = os.urandom(32 * count)

    def pairs() -> None:
        for at in range(0, 32 * count, 32):
            hashlib.sha256(b"\x01" + leaves[at : at + 64]).digest()

    return [Row(f"levels of {count} leaves", _least(lambda: Levels(leaves)), _least(pairs), 1.5)]


ALL = (
    starting, adding, importing, covering, papers, packing, verifying_entries, hashing_objects,
    signing, proving,
)  # fmt: skip


def _hashed_and_scanned(register: Path) -> tuple[float, float]:
    """Seconds of a bare SHA-256 over each entry, and of reading the table of entries once."""
    connection = sqlite3.connect(f"{register.as_uri()}?mode=ro", uri=True)
    hashing = 0.0
    (count,) = connection.execute("SELECT count(*) FROM entry").fetchone()
    for start in range(0, count, 10_000):
        some = connection.execute(
            "SELECT bytes FROM entry WHERE seq >= ? AND seq < ?", (start, start + 10_000)
        ).fetchall()
        begun = time.perf_counter()
        for (data,) in some:
            hashlib.sha256(data).digest()
        hashing += time.perf_counter() - begun
    begun = time.perf_counter()
    for _ in connection.execute("SELECT * FROM entry ORDER BY seq"):
        pass
    return hashing, time.perf_counter() - begun


def _measured(command: list[str]) -> tuple[float, int]:
    """Seconds of a command that has to succeed, and the most bytes any of its processes held.

    It is started from a small process: what ours holds would be counted as the command's.
    """
    start = time.perf_counter()
    between = (
        "import resource, subprocess, sys\n"
        "done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)\n"
    )
    done = subprocess.run(
        [PYTHON, "-S", "-c", between, *command], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stderr}")
    return time.perf_counter() - start, int(done.stdout)


def _alternating(beside: list[str], ours, runs: int = RUNS) -> tuple[float, float]:
    """Medians of both, run in turn so that a busy moment falls on both."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs + 1):
        for command, took in zip((beside, ours), times, strict=True):
            asked = command() if callable(command) else command
            start = time.perf_counter()
            done = subprocess.run(asked, capture_output=True, check=False)
            took.append(time.perf_counter() - start)
            if done.returncode not in {0, 1} or b"Traceback" in done.stderr:
                sys.exit(f"{' '.join(asked)}: {done.stderr.decode()}")
    return statistics.median(times[0][1:]), statistics.median(times[1][1:])


def _govtrack(*arguments: str) -> str:
    done = subprocess.run([GOVTRACK, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"govtrack {' '.join(arguments)}: {done.stderr}")
    return done.stdout


def _sample(place: Path) -> Path:
    sample = place / "sample"
    if not sample.exists():
        _govtrack("demo", str(sample))
    return sample


def _ids(space: Path) -> list[str]:
    answer = json.loads(_govtrack("-C", str(space), "evidence", "list", "--json"))
    return [one["id"] for one in answer["evidence"]]


def _fresh(place: Path, name: str) -> Path:
    _govtrack("init", str(place / name), "--organisation", "Bench")
    return place / name


def _workspace(place: Path, name: str):
    from govtrack import workspace

    return workspace.read(_fresh(place, name))


def _same_rows(register: Path, other: Path) -> tuple[float, dict[str, int]]:
    """Seconds to insert the register's rows into the same tables by executemany."""
    source = sqlite3.connect(register)
    tables = ("evidence", "evidence_tag", "evidence_file", "entry")
    rows = {name: source.execute(f"SELECT * FROM {name}").fetchall() for name in tables}  # noqa: S608
    target = sqlite3.connect(other, isolation_level=None)
    for (sql,) in source.execute(
        "SELECT sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql NOTNULL "
        "ORDER BY type DESC"
    ):
        target.execute(sql)
    for setting in ("journal_mode = TRUNCATE", "synchronous = EXTRA"):
        target.execute(f"PRAGMA {setting}")
    start = time.perf_counter()
    target.execute("BEGIN IMMEDIATE")
    for name, values in rows.items():
        places = ", ".join("?" * len(values[0]))
        target.executemany(f"INSERT INTO {name} VALUES ({places})", values)  # noqa: S608
    target.execute("COMMIT")
    return time.perf_counter() - start, {name: len(values) for name, values in rows.items()}


def _filled(place: Path, count: int):
    """A workspace with that many approved records of six tags each, rows only."""
    from govtrack.catalog.loading import catalogue

    space = _workspace(place, f"filled-{count}")
    refs = [
        (one.ref, one.framework) for name in ("rmf", "iso") for one in catalogue(None).leaves(name)
    ]
    draw = random.Random(count)  # noqa: S311  (the same register every time)
    connection = sqlite3.connect(space.database_path, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO evidence (key, id, title, kind, prepared_on, approved_by, approved_on, "
        "version, review_due, recorded_on) VALUES (?, ?, 'x', 'event-log', '2025-01-01', 'a', "
        "'2025-02-01', 1, '2099-01-01', '2025-02-01')",
        ((20250000000 + n, f"EV-2025-{n:04d}") for n in range(1, count + 1)),
    )
    connection.executemany(
        "INSERT INTO evidence_tag (evidence, ref, origin, source, framework, confirmed_by, "
        "confirmed_on) VALUES (?, ?, 'stated', 'a', ?, 'a', '2025-02-01')",
        ((20250000000 + n, *tag) for n in range(1, count + 1) for tag in draw.sample(refs[:-5], 6)),
    )
    connection.execute("COMMIT")
    connection.close()
    return space


def _covering(space, count: int) -> list[Row]:
    """Coverage in this process (start-up apart), its statement alone, and gaps alone."""
    from datetime import date

    from govtrack.catalog.loading import catalogue
    from govtrack.register.reader import reading
    from govtrack.status import coverage as status
    from govtrack.status.gaps import gaps as gaps_of

    known, day = catalogue(None), date(2026, 11, 24)
    refs = [one.ref for one in known.requirements.values() if one.leaf]
    with reading(space) as connection:
        statement = _least(lambda: list(connection.execute(*status.statement(day))))
        whole = _least(lambda: status.coverage(connection, known, day))
        gaps = _least(lambda: gaps_of(connection, refs, day))
    return [
        Row(f"coverage of {count} records", whole, statement, 1.3),
        *([Row(f"coverage of {count} / 150 ms", whole, 0.150, 1)] if count <= 20_000 else []),
        Row(f"gaps of {count} records / 20 ms", gaps, 0.020, 1),
    ]


def _papers(connection, known):
    """The questions asked of the working papers, by the name of their command, with limits."""
    from datetime import date

    from govtrack.status import impacts, profile_rows, risk_rows, risks, soa, soa_check, trace
    from govtrack.status.trace_start import Start

    day = date(2026, 11, 24)
    measured = Start("MEASURE 2.7", "subcategory")
    return {
        "risk list": (lambda: risk_rows.standing(connection, day), 1.3),
        "risk check": (lambda: risks.register(connection, known, day), 2.5),
        "soa show": (lambda: soa.statement(connection, known, day), 1.3),
        "soa check": (lambda: soa_check.tests(connection, known, day), 2.5),
        "impact list": (lambda: impacts.register(connection, known, day), None),
        "profile show": (
            lambda: profile_rows.profile(
                connection, known, day, profile_rows.head(connection, "profile-1", None)
            ),
            None,
        ),
        "trace": (lambda: trace.trace(connection, known, measured, day), 2.5),
    }


def _against_its_statements(connection, name: str, ask, limit: float) -> Row:
    """A question against the statements it sends, run alone; the row says how many these are."""
    sent: list[str] = []
    connection.set_trace_callback(sent.append)
    ask()
    connection.set_trace_callback(None)
    whole = _least(ask)
    alone = _least(lambda: [connection.execute(one).fetchall() for one in sent])
    return Row(f"{name}, {len(sent)} statements", whole, alone, limit)


def _least(work, runs: int = 3) -> float:
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def _with_files(place: Path, count: int, size: int) -> tuple[Path, list[Path]]:
    """A workspace with evidence of 2025: `count` artefacts, `size` bytes in all."""
    name = f"files-{count}-{size}"
    folder, space = place / f"{name}-in", place / name
    if not space.exists():
        _fresh(place, name)
        folder.mkdir()
        lines = ["file,kind,title,prepared_by,prepared_on,approved_by,approved_on"]
        for number in range(count):
            (folder / f"{number:05d}.bin").write_bytes(os.urandom(size // count))
            lines.append(f"{number:05d}.bin,event-log,Log {number},ada,2025-03-01,ben,2025-03-02")
        (folder / "table.csv").write_text("\n".join(lines) + "\n")
        _govtrack("-C", str(space), "import", str(folder / "table.csv"))
    return space, sorted(folder.glob("*.bin"))


def _hashing_copy(source: Path, target: Path) -> str:
    digest = hashlib.sha256()
    with source.open("rb") as read, target.open("wb") as written:
        while block := read.read(1 << 20):
            digest.update(block)
            written.write(block)
    shutil.copystat(source, target)
    return digest.hexdigest()
