"""What is asked of `verify` beyond its steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from govtrack.trail.checkpoint import Checkpoint
    from govtrack.trail.note import Verifier


class Held(NamedTuple):
    """What the asker holds, by which the claim reaches further than the store's own word.

    Older checkpoints with the name of each, signing keys, witnesses' keys, root certificates (PEM).
    """

    since: tuple[tuple[str, Checkpoint], ...] = ()
    keys: tuple[Verifier, ...] = ()
    witnesses: tuple[Verifier, ...] = ()
    roots: tuple[bytes, ...] = ()


class Asked(NamedTuple):
    """How thorough a check is to be; as it stands, everything that its steps can show."""

    rebuild: bool = False
    """Make every table again from the entries, in a second database, and compare row by row."""
    sample: float | None = None
    """The share of objects whose bytes are hashed, above 0 and up to 1; None: all of them."""
    seed: str | None = None
    """What the sample is drawn by; None: a new one, which the answer says."""
    held: Held = Held()
    require_signed: bool = False
    """Fail where not all entries are under a signature that counts."""
