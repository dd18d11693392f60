"""Timestamps by an authority that runs here: `openssl ts` behind a small server."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from cutset.evidence import timestamp
from cutset.evidence.timestamp import Authority, BadTimestamp, check, of_head, stamp
from tests.worlds import Store

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl program here")

CONFIGURATION = """
[ req ]
distinguished_name = name
[ name ]
[ root ]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[ stamping ]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[ tsa ]
default_tsa = made
[ made ]
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
"""


def run(folder: Path, *words: str) -> None:
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


def make_authority(folder: Path) -> None:
    (folder / "made.cnf").write_text(CONFIGURATION)
    (folder / "serial").write_text("01\n")
    made = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-config", "made.cnf"]
    run(folder, "req", "-x509", *made, "-keyout", "root.key", "-out", "root.pem", "-subj", "/CN=made root",
        "-extensions", "root", "-days", "30")  # fmt: skip
    run(folder, "req", "-new", *made, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=made authority")
    run(folder, "x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial",
        "-out", "tsa.pem", "-extfile", "made.cnf", "-extensions", "stamping", "-days", "30")  # fmt: skip


class Handler(BaseHTTPRequestHandler):
    folder: Path
    answer: bytes | None = None

    def do_POST(self) -> None:
        (self.folder / "query.tsq").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
        if self.answer is None:
            run(self.folder, "ts", "-reply", "-queryfile", "query.tsq", "-config", "made.cnf", "-out", "reply.tsr")
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.end_headers()
        self.wfile.write(self.answer if self.answer is not None else (self.folder / "reply.tsr").read_bytes())

    def log_message(self, *_: object) -> None:
        """Nothing is told."""


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Authority, type[Handler]]]:
    folder = tmp_path_factory.mktemp("authority")
    make_authority(folder)

    class Here(Handler):
        pass

    Here.folder = folder
    server = ThreadingHTTPServer(("127.0.0.1", 0), Here)
    Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    yield Authority(url=url, roots=(folder / "root.pem").read_bytes()), Here
    server.shutdown()
    server.server_close()


def test_a_head_is_stamped_and_openssl_agrees(
    authority: tuple[Authority, type[Handler]], store: Store, tmp_path: Path
) -> None:
    here, handler = authority
    data = of_head(store.log.head())
    response = stamp(data, here)
    said = check(response, data, here.roots)
    assert abs(said.at - datetime.now(UTC)) < timedelta(minutes=5)
    assert said.policy == "1.2.3.4.1"
    (tmp_path / "head").write_bytes(data)
    (tmp_path / "head.tsr").write_bytes(response)
    run(tmp_path, "ts", "-verify", "-data", "head", "-in", "head.tsr", "-CAfile", str(handler.folder / "root.pem"))


def test_other_bytes_do_not_hold(authority: tuple[Authority, type[Handler]]) -> None:
    here, _ = authority
    response = stamp(b"manifest", here)
    with pytest.raises(BadTimestamp, match="does not hold"):
        check(response, b"manifesto", here.roots)


def test_another_authority_does_not_hold(authority: tuple[Authority, type[Handler]], tmp_path: Path) -> None:
    here, _ = authority
    make_authority(tmp_path)
    response = stamp(b"manifest", here)
    with pytest.raises(BadTimestamp, match="does not hold"):
        check(response, b"manifest", (tmp_path / "root.pem").read_bytes())


def test_every_changed_byte_of_the_token_is_found_or_harmless(authority: tuple[Authority, type[Handler]]) -> None:
    here, _ = authority
    response = stamp(b"manifest", here)
    said = check(response, b"manifest", here.roots)
    for at in range(0, len(response), 7):
        spoilt = bytearray(response)
        spoilt[at] ^= 1
        try:
            assert check(bytes(spoilt), b"manifest", here.roots) == said
        except BadTimestamp:
            continue


def test_an_answer_played_again_is_refused(authority: tuple[Authority, type[Handler]]) -> None:
    here, handler = authority
    handler.answer = stamp(b"manifest", here)
    try:
        with pytest.raises(BadTimestamp, match="Nonce"):
            stamp(b"manifest", here)
        handler.answer = b"<html>not found</html>"
        with pytest.raises(BadTimestamp, match="no timestamp"):
            stamp(b"manifest", here)
    finally:
        handler.answer = None


def test_an_authority_that_is_not_there_says_so(authority: tuple[Authority, type[Handler]]) -> None:
    with pytest.raises(BadTimestamp, match="does not answer"):
        stamp(b"manifest", Authority(url="http://127.0.0.1:1", roots=authority[0].roots))


def test_configuration(
    authority: tuple[Authority, type[Handler]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (timestamp.URL_VARIABLE, timestamp.ROOTS_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    assert timestamp.configured() is None
    monkeypatch.setenv(timestamp.URL_VARIABLE, authority[0].url)
    with pytest.raises(BadTimestamp, match="half"):
        timestamp.configured()
    (tmp_path / "roots.pem").write_bytes(authority[0].roots)
    monkeypatch.setenv(timestamp.ROOTS_VARIABLE, str(tmp_path / "roots.pem"))
    assert timestamp.configured() == authority[0]
