"""A stamp proves a time of some bytes, or is refused in words; openssl makes and judges them."""

from __future__ import annotations

import subprocess
import time
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govtrack import clock
from govtrack.trail import timestamp

DATA = b"example.org/govtrack/7f3c9a12\n7\nEDZi2ljHykNX8lGhwIsR2KbbOnTKD5uEAPzD/EZjw4U=\n\n"


@pytest.fixture(scope="module")
def asked():
    return timestamp.request(DATA)


@pytest.fixture(scope="module")
def reply(authority, asked):
    return authority.reply(asked.data)


def test_a_request_is_what_openssl_reads_with_nonce_and_certificates_asked_for(tmp_path):
    request = timestamp.request(DATA)
    (tmp_path / "request.tsq").write_bytes(request.data)

    told = subprocess.run(
        ["openssl", "ts", "-query", "-in", tmp_path / "request.tsq", "-text"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert "Hash Algorithm: sha256" in told
    assert "Certificate required: yes" in told
    assert f"Nonce: 0x{request.nonce:X}" in told.replace("0x0", "0x")


def test_no_two_requests_have_a_nonce_in_common():
    assert len({timestamp.request(DATA).nonce for _ in range(20)}) == 20


def test_a_good_reply_gives_its_time_its_authority_and_its_number(authority, asked, reply):
    before = clock.instant_text(clock.now() - timedelta(minutes=1))

    stamp = timestamp.stamped(reply, DATA, [authority.root.read_bytes()], asked)

    assert before < stamp.at < clock.instant_text(clock.now() + timedelta(seconds=1))
    assert stamp.at.endswith(".000000Z")
    assert stamp.authority == "CN=Throw-away authority"
    assert stamp.serial > 0


def test_a_kept_reply_is_read_without_its_request_and_among_other_roots(authority, other, reply):
    both = other.root.read_bytes() + authority.root.read_bytes()

    for roots in ([both], [other.root.read_bytes(), authority.root.read_bytes()]):
        assert timestamp.stamped(reply, DATA, roots).authority == "CN=Throw-away authority"


def test_openssl_accepts_what_we_accept(authorities, authority, reply, tmp_path):
    data, kept = tmp_path / "checkpoint", tmp_path / "checkpoint.tsr"
    data.write_bytes(DATA)
    kept.write_bytes(reply)

    assert authorities.verified_by_openssl(data, kept, authority.root)
    data.write_bytes(DATA + b"x")
    assert not authorities.verified_by_openssl(data, kept, authority.root)


def refused(reply, authority, request=None, data=DATA):
    with pytest.raises(ValueError, match=r"\w") as refusal:
        timestamp.stamped(reply, data, [authority.root.read_bytes()], request)
    return refusal.value


def test_other_bytes_are_refused(authority, reply):
    assert str(refused(reply, authority, data=DATA + b"\n")) == (
        "the stamp is of other bytes: its hash is not theirs"
    )


def test_an_old_reply_to_a_new_request_is_refused(authority, reply):
    assert str(refused(reply, authority, timestamp.request(DATA))) == (
        "the reply's nonce is not the request's: it answers another request"
    )


def test_another_root_is_refused_apart_from_all_else(other, reply, asked):
    refusal = refused(reply, other, asked)

    assert isinstance(refusal, timestamp.Untrusted)
    assert str(refusal) == "the certificates of the stamp lead to no root that is trusted here"


def test_without_a_root_nothing_is_trusted(reply):
    with pytest.raises(timestamp.Untrusted, match="no root of an authority is trusted here"):
        timestamp.stamped(reply, DATA, [])


def test_a_root_that_is_no_certificate_is_refused(reply):
    with pytest.raises(ValueError, match="the root is no certificate in PEM"):
        timestamp.stamped(reply, DATA, [b"what is this"])


def test_a_request_that_was_not_granted_is_refused_with_the_authority_s_words(authority):
    not_granted = authority.reply(b"no request")

    assert str(refused(not_granted, authority)) == (
        "not granted: rejected (Bad request format or system error.)"
    )


def test_granted_with_changes_is_not_granted(authority, reply, asked):
    at = reply.index(b"\x02\x01\x00")  # PKIStatus, the first integer of a reply
    changed = reply[:at] + b"\x02\x01\x01" + reply[at + 3 :]

    assert str(refused(changed, authority, asked)) == "not granted: granted with changes"


@pytest.mark.parametrize(
    "garbage",
    [b"", b"garbage", b"<html>Bad gateway</html>", b"0" * 1000, b"0\x05\x30\x03\x02\x01"],
    ids=["empty", "text", "page", "zeros", "cut"],
)
def test_garbage_is_refused(authority, garbage):
    assert str(refused(garbage, authority)) == "the reply is no time stamp (RFC 3161)"


def test_granted_and_nothing_else_is_refused(authority):
    granted = b"\x30\x05\x30\x03\x02\x01\x00"

    assert str(refused(granted, authority)) == (
        "the reply says that it is granted, and holds no time stamp"
    )


def test_a_reply_with_more_after_it_or_too_long_is_refused(authority, reply):
    assert "no time stamp" in str(refused(reply + b"x", authority))
    assert str(refused(bytes(timestamp.LONGEST + 1), authority)) == (
        "a reply of more than 64 KiB is no time stamp"
    )


def test_certificates_out_of_order_make_an_authority_unusable(authorities, tmp_path, asked):
    disordered = authorities.Authority(tmp_path / "one", disordered=True)
    reply = disordered.reply(asked.data)
    (tmp_path / "data").write_bytes(DATA)
    (tmp_path / "reply").write_bytes(reply)

    assert str(refused(reply, disordered, asked)).startswith("this authority is not usable: ")
    paths = tmp_path / "data", tmp_path / "reply", disordered.root
    assert authorities.verified_by_openssl(*paths)  # known: the library is stricter


def test_the_certificate_has_to_hold_when_the_stamp_was_made(authorities, tmp_path, asked):
    ended = authorities.Authority(tmp_path / "one", valid_for=timedelta(minutes=-1))

    assert str(refused(ended.reply(asked.data), ended, asked)) == (
        "a certificate of the stamp was not valid at the time it states"
    )


def test_a_stamp_outlives_the_certificate_of_who_made_it(authorities, tmp_path, asked):
    short = authorities.Authority(tmp_path / "one", valid_for=timedelta(seconds=3))
    reply = short.reply(asked.data)
    (tmp_path / "data").write_bytes(DATA)
    (tmp_path / "reply").write_bytes(reply)
    time.sleep(max(0.0, (short.ends - clock.now()).total_seconds()) + 1)

    stamp = timestamp.stamped(reply, DATA, [short.root.read_bytes()])

    paths = tmp_path / "data", tmp_path / "reply", short.root
    assert not authorities.verified_by_openssl(*paths)
    at = str(int(clock.instant(stamp.at).timestamp()))
    assert authorities.verified_by_openssl(*paths, "-attime", at)
    assert authorities.verified_by_openssl(*paths, "-no_check_time")


@settings(max_examples=150, deadline=None)
@given(at=st.integers(min_value=0), bit=st.integers(0, 7))
def test_a_bit_that_is_turned_is_refused_or_is_of_no_account(authority, reply, asked, at, bit):
    """A flipped bit of a reply: refused in words, or what is said of time and bytes is the same."""
    turned = bytearray(reply)
    turned[at % len(reply)] ^= 1 << bit
    roots = [authority.root.read_bytes()]
    good = timestamp.stamped(reply, DATA, roots, asked)

    try:
        found = timestamp.stamped(bytes(turned), DATA, roots, asked)
    except ValueError:
        return  # anything else would be no refusal in words
    assert found == good
