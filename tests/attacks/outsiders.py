"""Whom the holder of a trail has no power over: a time-stamping authority and a witness."""

from __future__ import annotations

from govtrack import workspace as workspaces
from govtrack.trail import note, signing

TABLE = '\n[[timestamp]]\nname = "authority"\nurl = "{url}"\nroot = "{root}"\nstamp = "asked"\n'
NAME = "audit.example.org"


class Outsiders:
    """Both, each with a key of their own, asked as the commands ask them."""

    def __init__(self, folder, authorities):
        self.authority = authorities.Authority(folder / "authority")
        key = signing.new_key()
        self.key_file = folder / "witness.pem"
        self.key_file.touch(mode=0o600)
        self.key_file.write_bytes(signing.to_pem(key, None))
        self.witness = note.vkey(NAME, signing.public_of(key), note.COSIGNATURE)
        self.desk = folder / "desk"
        self.desk.mkdir()
        self._run = None

    def calling(self, run):
        """The same, with the command line of this test."""
        self._run = run
        return self

    def stamp(self, root):
        """The newest checkpoint of the workspace is stamped, now."""
        settings = root / "govtrack.toml"
        before = settings.read_text()
        with self.authority.serving() as url:
            settings.write_text(before + TABLE.format(url=url, root=self.authority.root))
            result = self._run("trail", "stamp", cwd=root)
        settings.write_text(before)
        assert result.code == 0, result.err

    def cosign(self, root, *options):
        """The witness cosigns the workspace's newest checkpoint; the holder takes that in."""
        line = self.desk / "line.cosig"
        line.unlink(missing_ok=True)
        asked = self.asked(root, *options, "-o", line)
        assert asked.code == 0, asked.err
        taken = self._run("trail", "accept", line, "--witness", self.witness, cwd=root)
        assert taken.code == 0, taken.err

    def asked(self, root, *options):
        """How the witness, at their own desk, answers when shown that workspace's checkpoint."""
        shown = workspaces.read(root).checkpoint_path
        return self._run(
            "trail", "cosign", shown, "--key-file", self.key_file, "--name", NAME, *options,
            cwd=self.desk,
        )  # fmt: skip
