"""`govtrack audit-pack` on a real register."""

# ruff: noqa: ARG001  (a fixture may be asked for what it makes only)

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import zipfile
from collections import Counter

import bagit
import jsonschema
import pytest
from freezegun import freeze_time

from govtrack import shipped

SCHEMA = json.loads((shipped.folder("schemas") / "audit-pack.schema.json").read_text())


@pytest.fixture
def register(workspace, run):
    """A workspace with a policy of 2024 still in force and two artefacts of 2025."""
    with freeze_time("2026-02-01"):
        for args in (
            ("system", "add", "triage", "--name", "Triage", "--role", "provider"),
            ("system", "add", "chat", "--name", "Chat", "--role", "user", "--generative"),
        ):
            assert run(*args).code == 0
        add(run, workspace, "policy.pdf", "ai-policy", "AI policy", "5.2", "2024-03-01")
        add(run, workspace, "vv.txt", "vv-report", "V&V report", "MEASURE 2.3", "2025-05-01",
            "--system", "triage", "--period", "2025-01-01..2025-04-30")  # fmt: skip
        add(run, workspace, "log.csv", "event-log", "Event log", "A.6.2.8", "2025-09-01",
            "--system", "chat", "--period", "2025-06-01..2025-08-31")  # fmt: skip
    return workspace


def add(run, workspace, name, kind, title, ref, day, *more):
    (workspace / name).write_text(f"the artefact {title}\n")
    done = run(
        "add-evidence", name, "--kind", kind, "--title", title, "--supports", ref,
        "--prepared-by", "mira@example.org", "--prepared-on", day,
        "--approved-by", "jonas@example.org", "--approved-on", day, *more,
    )  # fmt: skip
    assert done.code == 0, done.err


@freeze_time("2026-03-01")
def test_it_writes_a_folder_and_a_zip_and_records_the_delivery(register, run):
    done = run("audit-pack", "2025", "--json")

    assert done.code == 0, done.err
    told = done.json()
    jsonschema.validate(told, SCHEMA)
    bagit.Bag(str(register / "audit-pack-2025")).validate()
    with zipfile.ZipFile(register / "audit-pack-2025.zip") as archive:
        assert archive.testzip() is None
    tags = (register / "audit-pack-2025/tagmanifest-sha256.txt").read_bytes()
    assert told["digest"] == hashlib.sha256(tags).hexdigest()
    last = run("log", "--json").json()
    assert told["id"] in json.dumps(last)
    assert "pack.issued" in json.dumps(last)
    assert run("verify").code == 0


@freeze_time("2026-03-01")
def test_a_finished_year_is_made_as_at_its_end_and_holds_what_was_in_force(register, run):
    told = run("audit-pack", "2025", "--json").json()

    assert (told["as_of"], told["finished"], told["evidence"]) == ("2025-12-31", True, 3)


@freeze_time("2025-07-15")
def test_an_unfinished_year_is_made_as_at_today_and_says_so(register, run):
    done = run("audit-pack", "2025")

    assert done.code == 0, done.err
    assert "as at 2025-07-15; the period is not finished" in done.out
    assert "not finished" in (register / "audit-pack-2025/data/index.html").read_text()


@freeze_time("2026-03-01")
def test_delivering_twice_gives_the_same_bytes(register, run):
    first = run("audit-pack", "2025", "-o", "a/pack", "--json").json()
    second = run("audit-pack", "2025", "-o", "b/pack", "--json").json()

    assert first["digest"] == second["digest"]
    assert (register / "a/pack.zip").read_bytes() == (register / "b/pack.zip").read_bytes()
    assert first["id"] != second["id"]


@freeze_time("2026-03-01")
def test_the_root_in_the_pack_is_reckoned_again_by_the_guide_in_the_pack(register, run):
    run("audit-pack", "2025", "-o", "first")
    run("audit-pack", "2025", "-o", "pack")
    pack = register / "pack"
    guide = (pack / "VERIFY.md").read_text()
    blocks = re.findall(r"^```bash\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL)
    (roots,) = (block for block in blocks if "states the root" in block)
    script = f"{blocks[0]}{blocks[1]}{roots}\nhead -n 3 data/trail/checkpoint"

    printed = subprocess.run(
        ["bash"], input=script, cwd=pack, capture_output=True, text=True, check=True
    ).stdout.splitlines()

    statement = (pack / "data/trail/statement.txt").read_text().splitlines()
    assert printed[0].startswith(f"well: {statement[1]} entries; size and root of ")
    assert printed[1:] == statement[:3]


@freeze_time("2026-03-01")
def test_only_one_systems_evidence_and_that_about_none_in_particular(register, run):
    told = run("audit-pack", "2025", "--system", "triage", "--json").json()

    assert told["evidence"] == 2
    page = (register / "audit-pack-2025/data/documents/00-cover.html").read_text()
    assert "SYS-2026-0001" in page


@freeze_time("2026-03-01")
def test_the_pack_counts_as_the_coverage_command_does(register, run):
    told = run("audit-pack", "2025", "--json").json()["coverage"]

    asked = run("coverage", "--as-of", "2025-12-31", "--json").json()["requirements"]
    states = Counter((one["framework"], one["state"]) for one in asked)

    assert told["rmf"]["covered"] == 1
    for framework, found in told.items():
        for here, there in {
            "covered": ("covered", "expiring"),
            "stale": ("stale", "draft"),
            "proposed": ("proposed",),
            "open": ("none",),
        }.items():
            assert found[here] == sum(states[framework, state] for state in there)


@freeze_time("2026-03-01")
def test_the_artefacts_may_be_left_out(register, run):
    run("audit-pack", "2025", "--no-evidence")

    assert not (register / "audit-pack-2025/data/evidence").exists()
    page = (register / "audit-pack-2025/data/documents/00-cover.html").read_text()
    assert "files were left out" in page


@freeze_time("2026-03-01")
def test_another_period_may_be_given(register, run):
    told = run("audit-pack", "2025", "--period", "2024-10-01..2025-05-31", "--json").json()

    assert told["period"] == {"start": "2024-10-01", "end": "2025-05-31"}
    assert told["evidence"] == 2


@freeze_time("2026-03-01")
def test_what_is_dated_after_the_day_is_counted_on_the_cover(register, run):
    told = run("audit-pack", "2025", "--as-of", "2025-06-30", "--json").json()

    assert (told["evidence"], told["dated_later"]) == (2, 1)
    page = (register / "audit-pack-2025/data/documents/00-cover.html").read_text()
    assert "1 artefact about the period is dated after 2025-06-30" in page


@freeze_time("2026-03-01")
@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("2031",), "2031 has not begun"),
        (("2019",), "first evidence is of 2024-03-01"),
        (("25",), "'25' is not a year such as 2025"),
        (("twenty",), "'twenty' is not a year"),
        (("0000",), "'0' is not a year"),
        (("2025", "--as-of", "2026-12-01"), "--as-of: 2026-12-01 has not come yet"),
        (("2025", "--as-of", "2024-12-01"), "--as-of: 2024-12-01 is before the audit period"),
        (("2025", "--as-of", "1.2.2025"), "--as-of: '1.2.2025' is not a date"),
        (("2025", "--period", "2025"), "--period: '2025' is not two dates"),
        (("2025", "--period", "2025-12-31..2025-01-01"), "before it starts"),
        (("2025", "--period", "1990-01-01..2025-01-01"), "longer than four years"),
        (("2025", "--systems", "triag"), "--system: there is no system 'triag'"),
        (("2025", "-o", "pack.zip"), "name the folder"),
        (("2025", "-o", ".govtrack/pack"), "inside the register's store"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence_and_nothing_is_written(register, run, args, words):
    before = sorted(path.name for path in register.iterdir())

    done = run("audit-pack", *args)

    assert done.code == 2
    assert words in done.err
    assert sorted(path.name for path in register.iterdir()) == before


@freeze_time("2026-03-01")
def test_a_register_without_evidence_has_nothing_to_pack(workspace, run):
    done = run("audit-pack", "2025")

    assert done.code == 2
    assert "holds no evidence yet" in done.err


@freeze_time("2026-03-01")
def test_an_earlier_pack_is_replaced_only_when_told(register, run):
    assert run("audit-pack", "2025").code == 0

    refused = run("audit-pack", "2025")

    assert refused.code == 2
    assert "exists already; --force replaces it" in refused.err
    assert run("audit-pack", "2025", "--force").code == 0


@freeze_time("2026-03-01")
@pytest.mark.parametrize("damage", [b"x", b"", b"the artefact V&V report!\n"])
def test_a_damaged_object_is_named_and_no_pack_is_made(register, run, damage):
    digest = hashlib.sha256(b"the artefact V&V report\n").hexdigest()
    stored = register / ".govtrack/objects/sha256" / digest[:2] / digest[2:]
    stored.chmod(0o600)
    stored.write_bytes(damage)

    for dry in ((), ("--dry-run",)):
        done = run("audit-pack", "2025", *dry)

        assert done.code == 1
        assert "EV-2026-0002" in done.err
        assert digest in done.err
        assert hashlib.sha256(damage).hexdigest() in done.err
        assert not (register / "audit-pack-2025").exists()
        assert not list(register.glob(".audit-pack*"))


@freeze_time("2026-03-01")
def test_a_dry_run_writes_and_records_nothing(register, run):
    before = run("log", "--json").out

    done = run("audit-pack", "2025", "--dry-run", "--json")

    assert done.code == 0, done.err
    jsonschema.validate(done.json(), SCHEMA)
    assert not (register / "audit-pack-2025").exists()
    assert run("log", "--json").out == before


@freeze_time("2026-03-01")
def test_a_template_of_the_workspace_that_cannot_be_used_is_named(register, run):
    (register / "templates/audit-pack").mkdir(parents=True)
    (register / "templates/audit-pack/18-cycle.html.j2").write_text("{{ c.nope }}")

    done = run("audit-pack", "2025")

    assert done.code == 2
    assert "18-cycle.html.j2:1" in done.err
    assert not (register / "audit-pack-2025").exists()


@freeze_time("2026-03-01")
def test_names_that_users_gave_are_words_only(workspace, run):
    hostile = "../../x\n<b>.SH"
    add(run, workspace, "a.txt", "ai-policy", "{{ 7*7 }} <script>", "5.2", "2025-03-01")
    (workspace / "odd\u202e<i>.EXE.tar.GZ").write_text("odd")
    done = run("add-evidence", "odd\u202e<i>.EXE.tar.GZ", "--kind", "ai-policy", "--title", hostile,
               "--supports", "5.2", "--prepared-on", "2025-04-01")  # fmt: skip
    if done.code:
        pytest.skip("the register refuses such a title")

    assert run("audit-pack", "2025").code == 0

    names = [path.name for path in (workspace / "audit-pack-2025/data/evidence").iterdir()]
    assert len(names) == 2
    assert all(name.startswith("EV-2026-000") for name in names)
    page = (workspace / "audit-pack-2025/data/documents/08-evidence-index.html").read_text()
    assert "{{ 7*7 }}" in page
    assert "<script" not in page
    assert "\u202e" not in page


@freeze_time("2026-03-01")
def test_the_pack_says_up_to_which_day_its_register_goes(register, run):
    run("audit-pack", "2025")

    pack = register / "audit-pack-2025"
    entries = (pack / "data/trail/entries.ndjson").read_text().count("\n")
    later = sum(
        json.loads(line)["at"] >= "2026"
        for line in (pack / "data/trail/entries.ndjson").read_text().splitlines()
    )
    for name in ("00-cover", "21-trail"):
        page = (pack / f"data/documents/{name}.html").read_text()
        assert "held when its last entry was made, 2026-02-01" in page
        assert (
            f"{later} of its {entries} entries are later than the pack&#39;s day"
            in page.replace("pack's", "pack&#39;s")
        )
    label = (pack / "bag-info.txt").read_text()
    assert "As at 2025-12-31 by the artefacts' own dates" in label
    assert "last entry was made, 2026-02-01" in label


@freeze_time("2026-03-01")
def test_what_was_recorded_after_the_day_is_named_and_marked(register, run):
    run("audit-pack", "2025")

    data = register / "audit-pack-2025/data"
    ids = [
        one["id"] for one in json.loads((data / "register/evidence.json").read_text())["evidence"]
    ]
    cover = (data / "documents/00-cover.html").read_text()
    said = cover.split("Recorded only after 2025-12-31")[1].split("</li>")[0]
    assert f"{len(ids)} artefacts" in said
    assert all(one in said for one in ids)
    for name in ("05-checklist-clauses", "06-checklist-controls", "17-master-list"):
        page = (data / f"documents/{name}.html").read_text()
        assert '<span class="flag small">recorded later</span>' in page
    index = (data / "documents/08-evidence-index.html").read_text()
    assert "recorded after the pack" in index


@freeze_time("2026-03-01")
@pytest.mark.parametrize(("day", "edition"), [("2025-12-31", "2018"), ("2026-02-15", "2026")])
def test_the_criteria_are_of_the_edition_of_the_day(register, run, day, edition):
    run("audit-pack", "2025", "--as-of", day)

    page = (register / "audit-pack-2025/data/documents/04-scope.html").read_text()
    assert f"ISO 19011:{edition}" in page
    assert "ISO/IEC 17021-1:2015" in page
    sources = (register / "audit-pack-2025/data/documents/10-coverage.html").read_text()
    assert "so name it" not in sources
