"""A note is read as it was written, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from govtrack.trail import note

NAME = "example.org/govtrack/7f3c9a12"
KEY = bytes(range(32))
SIGNED = note.Signature(NAME, b"\1\2\3\4", bytes(64))

plain = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="".join(map(chr, range(32)))))  # noqa: E501  # fmt: skip
names = plain.filter(lambda one: one and "+" not in one and not any(c.isspace() for c in one))
signatures = st.builds(
    note.Signature, names, st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=80)
)
texts = st.lists(plain, min_size=1).map(lambda lines: "".join(f"{line}\n" for line in lines))


@given(texts.filter(lambda one: one != "\n"), st.lists(signatures, min_size=1, max_size=5))
def test_what_is_written_is_read(text, signed):
    one = note.Note(text, tuple(signed))

    assert note.read(one.written()) == one


@given(st.binary(max_size=300))
def test_only_what_would_be_written_so_is_a_note(data):
    try:
        found = note.read(data, unsigned=True)
    except ValueError:
        return
    assert found.written() == data


@given(names, st.binary(min_size=32, max_size=32), st.sampled_from([1, 4]))
def test_a_key_in_one_line_is_read_as_it_was_written(name, public, algorithm):
    assume(public[:-1] + bytes([public[-1] & 0x7F]) not in note._SMALL_ORDER)
    line = note.vkey(name, public, algorithm)

    found = note.parsed_vkey(line)

    assert found == (name, note.key_id(name, algorithm, public), algorithm, public)
    assert note.vkey(found.name, found.public, found.algorithm) == line


def test_an_unsigned_note_is_read_where_that_is_allowed():
    data = b"one\ntwo\n\n"

    assert note.read(data, unsigned=True) == ("one\ntwo\n", ())
    assert note.read(data, unsigned=True).written() == data
    with pytest.raises(ValueError, match="no signature line"):
        note.read(data)


def test_the_text_ends_at_the_last_empty_line():
    data = note.Note("one\n\ntwo\n", (SIGNED,)).written()

    assert note.read(data).text == "one\n\ntwo\n"


LINE = SIGNED.line().encode()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no empty line"),
        (b"one", "no empty line"),
        (b"\n\n" + LINE, "no empty line"),
        (b"one\n" + LINE, "no empty line"),
        (b"one\n\n" + LINE[:-1], "cut off"),
        (b"one\n\n" + LINE + b"more\n", "no signature line"),
        (b"one\n\n" + LINE.replace(b" ", b"\t", 1), "control character"),
        (b"one\r\n\r\n" + LINE, "control character"),
        (b"on\0e\n\n" + LINE, "control character"),
        (b"on\xffe\n\n" + LINE, "UTF-8"),
        (b"one\n\n" + LINE.replace(NAME.encode(), b"a+b"), "signer's name"),
        (b"one\n\n" + LINE.replace(NAME.encode(), b""), "signer's name"),
        (b"one\n\n" + LINE.replace(NAME.encode(), "a\u2003b".encode()), "signer's name"),
        (b"one\n\n" + "\u2014 name AQIDBA==\n".encode(), "without a signature"),
        (b"one\n\n" + "\u2014 name !\n".encode(), "base64"),
        (b"one\n\n" + "\u2014 name AQIDBAV=\n".encode(), "standard way"),
        (b"one\n\n" + "\u2014 name AQIDBA\u0665\n".encode(), "base64"),
        (b"one\n\n" + "\u2014 name\n".encode(), "no signature line"),
        (b"one\n\n" + LINE * 101, "more than 100"),
        (b"o" * 1_000_001, "larger"),
    ],
)
def test_what_is_no_note_is_refused_for_its_reason(data, why):
    with pytest.raises(ValueError, match=why):
        note.read(data)


GOOD = note.vkey(NAME, KEY)


def test_a_key_is_read_with_the_white_space_of_a_file():
    assert note.parsed_vkey(f" {GOOD}\r\n") == note.parsed_vkey(GOOD)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("", "no key"),
        ("a+b", "no key"),
        (GOOD.replace(NAME, "other.example"), "not that of its name and key"),
        (note.vkey("a", KEY).replace("a+", "a b+"), "signer's name"),
        (f"{NAME}+0000000+AAAA", "8 digits"),
        (f"{NAME}+0000000G+AAAA", "8 digits"),
        (f"{NAME}+00000000+AAA", "base64"),
        (f"{NAME}+00000000+", "no key in it"),
        (f"{NAME}+00000000+AAAA", "kind 0"),
        (f"{NAME}+00000000+{note.encoded(bytes([6]) + KEY)}", "kind 6"),
        (f"{NAME}+00000000+{note.encoded(bytes([1]) + KEY[1:])}", "31 bytes"),
        (f"{NAME}+00000000+{note.encoded(bytes([1]) + KEY)}", "not that of its name and key"),
        (GOOD.replace(GOOD.split("+")[1], GOOD.split("+")[1].upper()), "8 digits|not that"),
    ],
)
def test_what_is_no_key_is_refused_for_its_reason(line, why):
    with pytest.raises(ValueError, match=why):
        note.parsed_vkey(line)


def small_order_points():
    """Every encoding whose point, eight times, is the neutral one: reckoned, not looked up."""
    p = 2**255 - 19
    d = -121665 * pow(121666, -1, p) % p
    square_root = pow(2, (p - 1) // 4, p)

    def x_of(y):
        u, v = (y * y - 1) % p, (d * y * y + 1) % p
        x = u * pow(v, 3, p) * pow(u * pow(v, 7, p), (p - 5) // 8, p) % p
        if v * x * x % p == -u % p:
            x = x * square_root % p
        return x if v * x * x % p == u else None

    def doubled(point):
        x, y = point
        t = d * x * x * y * y % p
        return (
            2 * x * y * pow(1 + t, -1, p) % p,
            (y * y + x * x) * pow(1 - t, -1, p) % p,
        )

    def small(y):
        x = x_of(y % p)
        if x is None:
            return False
        return doubled(doubled(doubled((x, y % p)))) == (0, 1)

    return small


def test_every_key_that_is_refused_as_of_small_order_is_and_the_list_is_whole():
    small = small_order_points()
    listed = {int.from_bytes(one, "little") for one in note._SMALL_ORDER}
    p = 2**255 - 19
    canonical = {one % p for one in listed}

    assert all(map(small, listed))
    # eight points: neutral, of order two, two of four, four of eight; the sign bit tells pairs
    assert len(canonical) == 5
    assert listed == {y + k * p for y in canonical for k in (0, 1) if y + k * p < 2**255}
    assert not small(int.from_bytes(KEY, "little"))


def test_a_key_of_small_order_is_refused_with_either_sign():
    for one in note._SMALL_ORDER:
        for top in (0, 0x80):
            with pytest.raises(ValueError, match="small order"):
                note.vkey(NAME, one[:-1] + bytes([one[-1] | top]))


def test_a_fingerprint_is_what_ssh_would_show_of_the_bytes():
    assert note.fingerprint(note.parsed_vkey(GOOD)).startswith("SHA256:")
    assert len(note.fingerprint(note.parsed_vkey(GOOD))) == len("SHA256:") + 43
