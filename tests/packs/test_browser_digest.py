"""The digest that the page reckons in a browser is SHA-256."""

from __future__ import annotations

import hashlib
import shutil
import subprocess

import pytest

from govtrack import shipped

NODE = shutil.which("node")
SCRIPT = shipped.folder("templates") / "audit-pack/sha256.js"


@pytest.mark.skipif(NODE is None, reason="no JavaScript engine to run it with")
def test_it_agrees_with_the_standard_library_at_every_length_around_a_block():
    lengths = [0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 128, 1000, 100_003]
    program = f"""{SCRIPT.read_text()}
        for (const n of {lengths}) {{
          const bytes = Uint8Array.from({{length: n}}, (_, i) => (i * 7 + n) % 256);
          const parts = new Sha256();
          for (let i = 0; i < n; i += 37) parts.update(bytes.slice(i, i + 37));
          console.log(new Sha256().update(bytes).hex(), parts.hex());
        }}"""

    told = subprocess.run([NODE, "-"], input=program, capture_output=True, text=True, check=True)

    expected = [
        hashlib.sha256(bytes((i * 7 + n) % 256 for i in range(n))).hexdigest() for n in lengths
    ]
    assert [line.split() for line in told.stdout.splitlines()] == [[one, one] for one in expected]
