"""A headless Chromium on a pipe: opens a page from disk, runs a line in it, chooses files.

Nothing is asked of the network: `asked` holds every address that the page asked for.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import subprocess
import time

BINARY = shutil.which("chromium")
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--remote-debugging-pipe",
)  # fmt: skip


class Browser:
    """One page of a browser that ends with the `with` block."""

    def __init__(self, profile, *more):
        down, self._out = os.pipe()
        self._in, up = os.pipe()
        os.set_inheritable(down, True)  # noqa: FBT003
        os.set_inheritable(up, True)  # noqa: FBT003
        self._process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{down} 4>&{up}', "bash", BINARY, *QUIET,
             f"--user-data-dir={profile}", *more],
            pass_fds=(down, up), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(down)
        os.close(up)
        self._rest, self._number, self._session, self.asked = b"", 0, None, []
        try:
            self._begin()
        except BaseException:
            self.__exit__()
            raise

    def _begin(self):
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "DOM", "Network"):
            self.call(f"{domain}.enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(OSError, EOFError, RuntimeError):
            self._session = None
            self.call("Browser.close")
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        self._process.kill()
        self._process.wait()
        os.close(self._in)
        os.close(self._out)

    def call(self, method, **parameters):
        self._number += 1
        said = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            said["sessionId"] = self._session
        os.write(self._out, json.dumps(said).encode() + b"\0")
        while True:
            heard = self._next()
            if heard.get("method") == "Network.requestWillBeSent":
                self.asked.append(heard["params"]["request"]["url"])
            if heard.get("id") == self._number:
                if "error" in heard:
                    raise RuntimeError(heard["error"])
                return heard["result"]

    def _next(self):
        while b"\0" not in self._rest:
            block = os.read(self._in, 1 << 20)
            if not block:
                raise EOFError
            self._rest += block
        one, _, self._rest = self._rest.partition(b"\0")
        return json.loads(one)

    def open(self, path):
        self.call("Page.navigate", url=path.resolve().as_uri())
        return self.until("document.readyState === 'complete'")

    def run(self, line):
        said = self.call("Runtime.evaluate", expression=line, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in said:
            raise RuntimeError(said["exceptionDetails"])
        return said["result"].get("value")

    def until(self, line, seconds=30):
        end = time.monotonic() + seconds
        while not (found := self.run(line)):
            if time.monotonic() > end:
                raise TimeoutError(line)
            time.sleep(0.05)
        return found

    def choose(self, selector, *paths):
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        node = self.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.call("DOM.setFileInputFiles", nodeId=node, files=[str(path) for path in paths])

    def typed(self, selector, text):
        return self.run(
            f"(() => {{ const one = document.querySelector({json.dumps(selector)});"
            f"one.value = {json.dumps(text)}; one.dispatchEvent(new Event('input')); }})()"
        )

    def picture(self, path, width, height=1400):
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=width < 600,
        )  # fmt: skip
        data = self.call("Page.captureScreenshot", format="png")["data"]
        path.write_bytes(base64.b64decode(data))
