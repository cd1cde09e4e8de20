"""A time-stamping authority of a test: a throw-away root, `openssl ts`, an address on loopback.

What it answers is openssl's, an implementation that is not the one under test. `asked` holds the
requests as they came; what comes next is set by `answers`.
"""

from __future__ import annotations

import subprocess
import threading
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from govtrack import clock

SETTINGS = """
[tsa]
default_tsa = authority
[authority]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/signer.pem
certs = {folder}/chain.pem
signer_key = {folder}/signer.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
tsa_name = yes
"""
CERTIFICATE_OF_A_PAGE = x509.UnrecognizedExtension(
    x509.ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\x04\x82\x01\x00" + bytes(256)
)
"""Makes a certificate longer. In DER a set is ordered by its bytes, so the shorter one comes first;
openssl writes the signer's first, whatever its length."""


class Authority:
    """A root, a certificate under it that may stamp, and how to answer a request.

    `valid_for` is how long the stamping certificate holds from now (openssl's now: the machine's);
    `disordered` makes replies whose certificates are not in the order of DER.
    """

    def __init__(self, folder, *, valid_for=None, disordered=False):
        folder.mkdir(parents=True)
        self.folder = folder
        root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        begin, end = datetime(2020, 1, 1, tzinfo=UTC), datetime(2049, 1, 1, tzinfo=UTC)
        name = f"Throw-away root {x509.random_serial_number() % 10**6}"
        root_name, own_name = (
            x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, one)])
            for one in (name, "Throw-away authority")
        )
        self.ends = end if valid_for is None else (clock.now() + valid_for).replace(microsecond=0)
        root = _certificate(root_name, root_name, root_key, begin, end)
        root = root.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        signer = _certificate(own_name, root_name, key, begin, self.ends)
        signer = signer.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
        )
        if disordered:
            signer = signer.add_extension(CERTIFICATE_OF_A_PAGE, critical=False)
        else:
            root = root.add_extension(CERTIFICATE_OF_A_PAGE, critical=False)
        self.root = folder / "chain.pem"
        self._write("chain.pem", _pem(root.sign(root_key, hashes.SHA256())))
        self._write("signer.pem", _pem(signer.sign(root_key, hashes.SHA256())))
        self._write(
            "signer.key",
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ),
        )
        self._write("serial", b"01")
        self._write("tsa.cnf", SETTINGS.format(folder=folder).encode())
        self.asked = []
        self._answer = self.reply
        self._lock = threading.Lock()

    def reply(self, request):
        """The reply to a request, made by `openssl ts`."""
        with self._lock:  # one serial number after the other
            self._write("request.tsq", request)
            _openssl(
                "ts", "-reply", "-config", self.folder / "tsa.cnf", "-section", "authority",
                "-queryfile", self.folder / "request.tsq", "-out", self.folder / "reply.tsr",
            )  # fmt: skip
            return (self.folder / "reply.tsr").read_bytes()

    def answers(self, answer):
        """From now on a request gets `answer(request)`: bytes, or (status, headers, bytes)."""
        self._answer = answer

    @contextmanager
    def serving(self):
        """The authority's address while the block runs."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/tsr"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def _write(self, name, data):
        (self.folder / name).write_bytes(data)


def verified_by_openssl(data, reply, root, *more):
    """Whether `openssl ts -verify` accepts a reply for the bytes of `data` (all paths)."""
    ran = subprocess.run(
        ["openssl", "ts", "-verify", "-data", data, "-in", reply, "-CAfile", root, *more],
        capture_output=True,
        check=False,
    )
    return ran.returncode == 0 and b"Verification: OK" in ran.stdout + ran.stderr


def _openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], capture_output=True, check=True)


def _certificate(subject, issuer, key, begin, end):
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
    )


def _pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


def _handler(authority):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            request = self.rfile.read(int(self.headers["Content-Length"]))
            authority.asked.append((self.path, dict(self.headers), request))
            answer = authority._answer(request)
            if not isinstance(answer, tuple):
                answer = 200, {"Content-Type": "application/timestamp-reply"}, answer
            status, headers, body = answer
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if "Content-Length" not in headers:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(OSError):  # who asked has gone
                self.wfile.write(body)

        def log_message(self, *_):
            pass

    return Handler
