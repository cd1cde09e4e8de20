"""Asking a time-stamping authority over the network: a request goes out, bytes come back, or words.

What comes back is not looked at here. Whatever an authority does, it costs no more than ten
seconds for all of them together and 64 KiB for each, and it raises nothing: the answer is then
`Unanswered`.

Nothing but `govtrack.toml` says who is asked and by what road: proxies, certificates and passwords
of the environment (`HTTPS_PROXY`, `SSL_CERT_FILE`, `~/.netrc`) are not heeded.
"""

from __future__ import annotations

from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin

from govtrack import __version__
from govtrack.trail.timestamp import LONGEST
from govtrack.workspace import wrong_address

if TYPE_CHECKING:
    from collections.abc import Sequence

    import httpx

SECONDS = 10
"""From the first authority's being asked to the last word of any."""
REDIRECTS = 3
_MOVED = {301, 302, 307, 308}
"""Here the request goes to the new address as it is; any other redirection is no answer."""
_OK = 200


class Unanswered(NamedTuple):
    """Why there is no reply."""

    words: str


def replies(questions: Sequence[tuple[str, bytes]]) -> list[bytes | Unanswered]:
    """The reply to each question, an address and a request for it, in their order.

    All are asked at once. A thread that hangs (in a name server, say, which knows no time-out) is
    left behind, and ends with the process.
    """
    seconds = SECONDS
    found: list[bytes | Unanswered] = [Unanswered(_late(seconds)) for _ in questions]

    def ask(index: int, url: str, request: bytes) -> None:
        found[index] = _reply(url, request, seconds)

    threads = [
        Thread(target=ask, args=(index, *question), daemon=True)
        for index, question in enumerate(questions)
    ]
    deadline = monotonic() + seconds
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, deadline - monotonic()))
    return list(found)


def _late(seconds: float) -> str:
    return f"no answer within {seconds:g} seconds"


def _reply(url: str, request: bytes, seconds: float) -> bytes | Unanswered:
    import httpx  # noqa: PLC0415

    try:
        with httpx.Client(timeout=seconds, trust_env=False, follow_redirects=False) as client:
            return _asked(client, url, request)
    except httpx.TimeoutException:
        return Unanswered(_late(seconds))
    except Exception as error:  # noqa: BLE001  (whatever it is, it is only a stamp that is missing)
        return Unanswered(f"it cannot be asked: {str(error) or type(error).__name__}")


def _asked(client: httpx.Client, url: str, request: bytes) -> bytes | Unanswered:
    for _ in range(REDIRECTS + 1):
        with client.stream("POST", url, content=request, headers=_HEADERS) as response:
            if response.status_code in _MOVED:
                url = urljoin(url, response.headers.get("Location", ""))
                if wrong := wrong_address(url):
                    return Unanswered(f"it sends us to another address: {wrong}")
                continue
            if response.status_code != _OK:
                return Unanswered(f"it answers with status {response.status_code}")
            return _body(response)
    return Unanswered(f"it sends us on to other addresses, more than {REDIRECTS} times")


def _body(response: httpx.Response) -> bytes | Unanswered:
    read = bytearray()
    for chunk in response.iter_raw():
        read += chunk
        if len(read) > LONGEST:
            return Unanswered(f"its answer is longer than {LONGEST // 1024} KiB")
    return bytes(read)


_HEADERS = {
    "Content-Type": "application/timestamp-query",
    "Accept": "application/timestamp-reply",
    "Accept-Encoding": "identity",
    "User-Agent": f"govtrack/{__version__}",
}
