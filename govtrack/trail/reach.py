"""How far a claim reaches: what each level means, and that no answer says more.

A layer is one thing that was checked: a signature, the memory outside the store, a time stamp, a
cosignature. It reaches up to a size; the entries after it are not covered by it, whatever else is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

INTERNAL, SIGNED, REMEMBERED, STAMPED, WITNESSED = LEVELS = (
    "internal", "signed", "remembered", "stamped", "witnessed",
)  # fmt: skip
"""From the least to the most: each means more than the one before it."""
MEANING = {
    INTERNAL: "It agrees with itself: nobody changed a part of it without the rest. Whoever can "
    "write all of it can make all of it agree.",
    SIGNED: "The trail's own key, known from outside, signed this root: nobody without that key "
    "rewrote the entries up to it. An older state that was once signed looks the same.",
    REMEMBERED: "It is consistent with a size and root kept outside it: nothing up to that size "
    "was rewritten, cut off or rolled back since.",
    STAMPED: "An independent authority (RFC 3161), known from outside, saw the signed root at the "
    "time it states: everything up to that size was there by then.",
    WITNESSED: "A witness, known from outside, signed that it saw this state at the time it "
    "states. Where that witness asks for proof that each state continues the last one, all who "
    "rely on it are shown one history up to that size.",
}
"""What each level lets an outsider say, in no stronger words than it bears."""
NO_OLDER = (
    "You gave no older root: a different history by whoever holds the key would look the same."
)


class Layer(NamedTuple):
    """One thing that was checked and holds.

    `size`: the entries it covers; `at`: the time it states (UTC, `…Z`), where it states one; `who`:
    the key, authority or file it rests on; `words`: how the answer says it.
    """

    level: str
    size: int
    at: str | None = None
    who: str | None = None
    words: str = ""


def highest(layers: Iterable[Layer]) -> str:
    """The highest level among them, `internal` where there are none.

    It is a level, not a size: the highest one may reach less far than a lower one.
    """
    return max((one.level for one in layers), key=LEVELS.index, default=INTERNAL)


def reached(layers: Iterable[Layer]) -> dict[str, int]:
    """The largest size that each level reaches, highest level first."""
    sizes: dict[str, int] = {}
    for one in layers:
        sizes[one.level] = max(one.size, sizes.get(one.level, 0))
    return {level: sizes[level] for level in reversed(LEVELS) if level in sizes}


def verdict(
    layers: Sequence[Layer], size: int | None, *, keyed: bool, older: bool
) -> tuple[str, ...]:
    """What an answer without findings ends with: the level, up to which size, and what limits it.

    `size` is how many entries there are; `keyed` and `older` whether a signing key, and a state
    kept from before, were given.
    """
    sizes, level, entries = reached(layers), highest(layers), size or 0
    limit = sizes.get(level, entries)
    said = [f"{level}, up to size {limit} of {entries} entries. {MEANING[level]}"]
    furthest = limit
    for other, reaches in sizes.items():
        if reaches > furthest:
            furthest = reaches
            said.append(f"Further than that: {other}, up to size {reaches} of {entries} entries.")
    if rest := entries - furthest:
        which = "1 entry after that rests" if rest == 1 else f"{rest} entries after that rest"
        said.append(f"The {which} on nothing from outside.")
    if level == REMEMBERED and SIGNED not in sizes and limit < entries:
        said.append(f"No signature counts: entries after {limit} could be anybody's.")
    if keyed and not older and not {REMEMBERED, WITNESSED} & sizes.keys():
        said.append(NO_OLDER)
    return tuple(said)
