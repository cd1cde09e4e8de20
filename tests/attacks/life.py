"""The life of a store that is to be attacked, and who looks at it with what.

Evidence One and Two is recorded; then an auditor keeps the newest checkpoint, a witness cosigns
it and an authority stamps it. Three and Four follow. The store and the home it was kept from are
there as they were after each step (`STEPS`). The authority's clock is the machine's, so the third
step is today.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import timedelta

from govtrack import clock
from govtrack import workspace as workspaces
from govtrack.register import keys, memory
from govtrack.trail import note
from govtrack.trail.checkpoint import stated
from govtrack.trail.reach import INTERNAL, LEVELS

STEPS = ("one", "two", "kept", "three", "now")
DAYS = {"one": -40, "two": -35, "three": 30, "now": 35}
TITLES = {"one": "One", "two": "Two", "three": "Three", "now": "Four"}
FORBIDDEN = ("authentic", "immutable", "tamper-proof", "guarantee")


@dataclass(frozen=True)
class Layer:
    """What somebody holds who looks at the store, and what the table says that it shows."""

    number: int
    holder: str
    cell: str
    of_tree: str
    """What the tree and the replay show, which everybody has who looks."""

    @property
    def strongest(self):
        """The strongest word that `verify` may have for it."""
        return LEVELS[self.number - 1]


class Life:
    """The store as it was at each step, and all that is kept of it elsewhere."""

    def __init__(self, folder):
        self.folder = folder
        self.start = clock.now()

    def lived(self, run, outsiders, home):
        """Live it, from that home."""
        root = self.folder / "workspace"
        with self.day(-41):
            _done(run("init", root, "--organisation", "Example Ltd"))
        for step in STEPS:
            if step == "kept":
                outsiders.stamp(root)
                outsiders.cosign(root)
                shutil.copy(workspaces.read(root).checkpoint_path, self.auditors)
            else:
                self.record(run, root, TITLES[step], DAYS[step])
            shutil.copytree(root, self.folder / step / "workspace")
            for part in ("xdg_config_home", "xdg_state_home"):
                shutil.copytree(home / part, self.folder / step / "home" / part)
        return self

    def record(self, run, root, title, day):
        """Evidence of that title, approved on that day, counted from the day of the stamp."""
        with self.day(day):
            (root / f"{title}.txt").write_text(f"What was found: {title}.\n")
            on = clock.today(workspaces.read(root).zone).isoformat()
            result = run(
                "add-evidence", f"{title}.txt", "--kind", "vv-report", "--title", title,
                "--approved-by", "eva", "--approved-on", on, cwd=root,
            )  # fmt: skip
        return _done(result)

    def day(self, number):
        """The clock of the machine that records, on that day."""
        return clock.at(self.start + timedelta(days=number))

    @property
    def auditors(self):
        """The checkpoint that the auditor kept; it was stamped and cosigned too."""
        return self.folder / "auditors-checkpoint"

    @property
    def kept(self):
        """The same, read."""
        return stated(self.auditors.read_bytes())

    @property
    def origin(self):
        return self.kept.origin

    def stolen_key(self):
        """The trail's private key."""
        (path,) = (self.folder / "now" / "home").rglob(f"{self.origin.rpartition('/')[2]}.pem")
        return keys.loaded(path)

    def vkey(self, key=None):
        """The trail's key, as the auditor noted it at stage 1."""
        from govtrack.trail.signing import public_of  # noqa: PLC0415

        return note.vkey(self.origin, public_of(key or self.stolen_key()))


@dataclass(frozen=True)
class Answer:
    """What `verify` answered."""

    code: int
    said: dict

    @property
    def codes(self):
        return {finding["code"] for finding in self.said["findings"]}

    def reached(self, level):
        """Up to which size a level reaches; 0 where it was not reached at all."""
        return max((one["size"] for one in self.said["layers"] if one["level"] == level), default=0)


@dataclass(frozen=True)
class Case:
    """A threat under one layer: stores to attack, and somebody with that layer alone to judge."""

    layer: Layer
    life: Life
    outsiders: object
    run: object
    home: object
    here: object
    forger: type

    def store(self, step="now", name="attacked"):
        """A copy of the store as it was at that step, with somebody at it."""
        root = self.here / name
        shutil.copytree(self.life.folder / step / "workspace", root)
        return self.forger(root)

    def at_home(self, step="now"):
        """Be at the machine of whoever keeps the store, as it was at that step."""
        self.elsewhere()
        shutil.copytree(self.life.folder / step / "home", self.home, dirs_exist_ok=True)

    def elsewhere(self):
        """Be at a machine that knows nothing of this trail."""
        for part in ("xdg_config_home", "xdg_state_home"):
            shutil.rmtree(self.home / part / "govtrack", ignore_errors=True)

    def verify(self, store, remembered="now", since=None):
        """What somebody is told who holds this layer and no other.

        `remembered` is the step at which this machine last saw the store ("nobody": never); `since`
        a checkpoint in the place of the one that the auditor, the authority or the witness holds.
        """
        self.elsewhere()
        held = ["--since", since or self.life.auditors]
        match self.layer.number, self.layer.holder:
            case 1, _:
                held = []
            case 2, _:
                held = ["--key", self.life.vkey(), "--require-signed"]
            case 3, "memory":
                held = []
                self._remember(remembered)
            case 4, _:
                held += ["--tsa-root", self.outsiders.authority.root]
            case 5, _:
                held += ["--witness", self.outsiders.witness]
        return self.told(store, *held)

    def told(self, store, *held):
        """The answer of `verify` to somebody who holds this."""
        result = self.run("verify", "--json", *held, cwd=store.root)
        assert not result.err, result.err
        assert not [word for word in FORBIDDEN if word in result.out.casefold()]
        return Answer(result.code, json.loads(result.out))

    def judge(self, store, first=0, remembered="now", since=None):
        """Whether the layer shows as much as its cell says, and no more.

        `first` is the number of the first entry that is not as it was. What auditor, authority and
        witness saw ends at the checkpoint that they saw. Gives the answer, None for layer 0.
        """
        if self.layer.number == 0:
            assert store.triggers_stand()
            return None
        told = self.verify(store, remembered, since)
        if self._shown(first):
            assert (told.code, bool(told.codes)) == (1, True), told
            assert (told.said["level"], told.said["layers"]) == (INTERNAL, [])
        else:
            assert (told.code, told.said["findings"]) == (0, []), told
            assert LEVELS.index(told.said["level"]) < self.layer.number
        return told

    def _shown(self, first):
        if self.layer.of_tree.startswith("D"):
            return True
        mark = self.layer.cell[0]
        seen = self.layer.number == 2 or self.layer.holder == "memory"
        return mark in "Dt" and (seen or first < self.life.kept.size)

    def _remember(self, step):
        """Only the newest checkpoint seen, without the key, witnesses and roots pinned beside."""
        place = memory.folder(self.life.origin)
        if step == "nobody":
            return
        place.mkdir(parents=True)
        (path,) = (self.life.folder / step / "home").rglob(f"{place.name}/checkpoint")
        shutil.copy(path, place)


def _done(result):
    assert result.code == 0, result.err
    return result
