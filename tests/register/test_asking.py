"""An authority is asked over the network; whatever it does costs a little time and no more."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import closing

import pytest

from govtrack.register import asking
from govtrack.register.asking import Unanswered, replies


@pytest.fixture
def answered(authority):
    """`answered(answer)`: what comes back from an authority that answers so."""

    def _answered(answer):
        authority.answers(answer)
        authority.asked.clear()
        with authority.serving() as url:
            (found,) = replies([(url, b"a request")])
        return found

    return _answered


@pytest.fixture
def short(monkeypatch):
    """An authority has a second, not ten."""
    monkeypatch.setattr(asking, "SECONDS", 1)


def test_the_bytes_go_out_and_come_back_as_they_are(answered, authority, monkeypatch, tmp_path):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login eva password secret\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")

    assert answered(lambda _: b"\x00\xffreply") == b"\x00\xffreply"

    ((path, headers, request),) = authority.asked
    assert (path, request) == ("/tsr", b"a request")
    assert headers["Content-Type"] == "application/timestamp-query"
    assert "Authorization" not in headers
    assert "Cookie" not in headers


@pytest.mark.parametrize("status", [204, 303, 400, 403, 404, 500, 503])
def test_any_other_status_is_no_reply(answered, status):
    answer = (status, {"Content-Type": "text/plain"}, b"" if status == 204 else b"sorry")

    assert answered(lambda _: answer) == Unanswered(f"it answers with status {status}")


def test_an_answer_may_be_long_and_no_longer(answered):
    assert answered(lambda _: bytes(65536)) == bytes(65536)
    assert answered(lambda _: bytes(65537)) == Unanswered("its answer is longer than 64 KiB")


def test_an_answer_without_end_is_left_where_it_is_too_long(answered):
    endless = (200, {"Content-Length": str(1 << 40)}, bytes(1 << 20))

    assert answered(lambda _: endless) == Unanswered("its answer is longer than 64 KiB")


def test_an_answer_that_is_packed_is_not_unpacked(answered):
    packed = (200, {"Content-Encoding": "gzip"}, b"no gzip at all")

    assert answered(lambda _: packed) == b"no gzip at all"


def test_nobody_there_is_said():
    with closing(socket.socket()) as held:
        held.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{held.getsockname()[1]}/"
        (found,) = replies([(url, b"x")])

    assert found.words.startswith("it cannot be asked: ")
    assert "refused" in found.words


def test_a_host_that_is_none_is_said():
    (found,) = replies([("http://nowhere.invalid/", b"x")])

    assert found.words.startswith(("it cannot be asked: ", "no answer within"))


@pytest.mark.usefixtures("short")
def test_who_is_silent_is_not_waited_for(answered):
    started = time.monotonic()

    assert answered(lambda _: time.sleep(2) or b"") == Unanswered("no answer within 1 seconds")
    assert time.monotonic() - started < 4  # the server of the test ends first


@pytest.mark.usefixtures("short")
def test_who_gives_a_byte_now_and_then_is_not_waited_for_either():
    """Each byte comes in time; all of them do not."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def drip():
            connection, _ = server.accept()
            with closing(connection):
                try:
                    for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100:
                        connection.sendall(bytes([byte]))
                        time.sleep(0.2)
                except OSError:
                    pass

        threading.Thread(target=drip, daemon=True).start()
        started = time.monotonic()
        (found,) = replies([(f"http://127.0.0.1:{server.getsockname()[1]}/", b"x")])

    assert found == Unanswered("no answer within 1 seconds")
    assert time.monotonic() - started < 2


@pytest.mark.usefixtures("short")
def test_several_are_asked_at_once_and_the_silent_one_takes_no_other_s_time(authority):
    authority.answers(lambda request: time.sleep(3) if request == b"slow" else request)
    with authority.serving() as url:
        started = time.monotonic()
        found = replies([(url, b"slow"), (url, b"one"), (url, b"slow"), (url, b"two")])
        took = time.monotonic() - started
        late = Unanswered("no answer within 1 seconds")

    assert found == [late, b"one", late, b"two"]
    assert took < 2


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_one_who_has_moved_is_asked_where_it_went(answered, authority, status):
    def moved(_):
        if len(authority.asked) == 1:
            return status, {"Location": "/there"}, b""
        return b"reply"

    assert answered(moved) == b"reply"
    assert [(path, request) for path, _, request in authority.asked] == [
        ("/tsr", b"a request"),
        ("/there", b"a request"),
    ]


def test_one_who_sends_us_round_in_circles_is_left(answered, authority):
    assert answered(lambda _: (307, {"Location": "/tsr"}, b"")) == Unanswered(
        "it sends us on to other addresses, more than 3 times"
    )
    assert len(authority.asked) == 4


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://x/", "http://a:b@127.0.0.1/"])
def test_one_who_sends_us_off_the_web_is_left(answered, authority, target):
    found = answered(lambda _: (302, {"Location": target}, b""))

    assert found.words.startswith("it sends us to another address: ")
    assert len(authority.asked) == 1
