"""The pages of exhibits: a chain entered and signed on two devices, files that come whole or not at all, and rights."""

from __future__ import annotations

import re
import socket
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import psutil
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from starlette.testclient import TestClient

from cutset.access.registry import Agency, Key, Viewer
from cutset.evidence.findings import Fault
from cutset.log.heads import public_hex
from cutset.model.exhibit import SealState
from cutset.model.marking import Tlp
from cutset.model.report import Custody
from cutset.node import Node
from cutset.web.accounts import sessions
from cutset.web.workspace import workspace
from tests.evidence.making import key_of
from tests.samples import marked, seizure
from tests.web.serving import Hours, client, csrf, on_a_port, secret_of, served

BREAKING = "<script>alert(1)</script>"
PICTURE = b"\xff\xd8\xff\xe0" + b"made picture" * 40


@pytest.fixture
def hours() -> Hours:
    return Hours()


@pytest.fixture
def node(tmp_path: Path, hours: Hours) -> Node:
    """A store with people of two agencies, each with a key, and one without."""
    made = Node.create(str(tmp_path / "made.cutset"), clock=hours)
    key = lambda name: (Key(key=public_hex(key_of(name)), since=hours()),)  # noqa: E731
    made.register(
        Agency("ash", country="US"),
        Agency("birch", country="US"),
        Agency("cedar", country="CO"),
        Viewer("ann@ash", "ash", keys=key("ann"), roles=("administrator",)),
        Viewer("bob@birch", "birch", keys=key("bob")),
        Viewer("cyd@cedar", "cedar"),
    )
    return made


@pytest.fixture
def of(node: Node, hours: Hours) -> Any:
    made = served(node.url, hours)
    return lambda viewer: client(made, viewer, secret=secret_of(viewer))


class Person:
    """A viewer at a browser, with the key on their own device."""

    def __init__(self, of: Any, name: str, agency: str) -> None:
        self.id, self.key = f"{name}@{agency}", key_of(name)
        self.browser: TestClient = of(self.id)
        self.token = csrf(secret_of(self.id))

    def compose(self, files: Any = None, **form: Any) -> Any:
        # A form with files is multipart; httpx makes it so only where there is one.
        files = files or [("file", ("", b"", "application/octet-stream"))]
        return self.browser.post("/custody/draft", data={"csrf": self.token, **form}, files=files)

    def carried(self, page: Any) -> dict[str, str]:
        assert page.status_code == 200, re.findall(r'role="alert">([^<]+)', page.text)
        names = ("content", "unsigned")
        found = {name: re.search(rf'name="{name}" value="([^"]*)"', page.text) for name in names}
        return {name: unescape(each[1]) for name, each in found.items() if each} | {"csrf": self.token}

    def text(self, carried: dict[str, str]) -> bytes:
        return self.browser.post("/custody/text", data=carried).content

    def enter(self, carried: dict[str, str], signature: str | None = None) -> Any:
        given = self.key.sign(self.text(carried)).hex() if signature is None else signature
        return self.browser.post("/custody", data=carried | {"signature": given}, files={"none": ("", b"")})

    def do(self, files: Any = None, **form: Any) -> Any:
        return self.enter(self.carried(self.compose(files, **form)))


@pytest.fixture
def ann(of: Any) -> Person:
    return Person(of, "ann", "ash")


@pytest.fixture
def bob(of: Any) -> Person:
    return Person(of, "bob", "birch")


def collected(ann: Person, **form: Any) -> Any:
    return ann.do(do="collected", exhibit="7", kind="drug", net="1000.5 ± 0.2", seal="A17", **form)


def test_a_chain_is_entered_and_signed_by_both_and_nothing_is_wrong(
    node: Node, ann: Person, bob: Person, hours: Hours
) -> None:
    event = node.submit(seizure(marking=marked("ash")), by="ann@ash").id
    answer = collected(ann, event=event, description=BREAKING)
    assert answer.headers["location"] == "/exhibits/one?name=ash/7&entered=1"
    hours.pass_(minutes=2)
    assert ann.do(do="sealed", exhibit="ash/7", new_seal="B2", seal="A17").status_code == 303
    hours.pass_(minutes=2)
    assert (
        ann.do(do="transfer", exhibit="ash/7", receiver="bob@birch", seal="B2", purpose="examination").status_code
        == 303
    )
    shown = bob.browser.get("/exhibits/one?name=ash/7").text
    assert "bob@birch, receiver of ash/7, has not signed" in shown
    offer = re.search(r'href="/exhibits/accept\?report=(r-\w+)"', shown)
    assert offer is not None
    assert "/exhibits/accept?report" not in ann.browser.get("/exhibits/one?name=ash/7").text
    hours.pass_(minutes=2)
    assert bob.do(do="accept", report=offer[1], seal_state="intact", remark="in order").status_code == 303
    chain = node.custody("ash/7", viewer="ann@ash")
    assert chain.findings == ()
    assert (chain.exhibit.holder, chain.exhibit.seal, chain.exhibit.event) == ("bob@birch", "B2", event)
    assert [len(each.signatures) for each in chain.steps] == [1, 1, 2]
    assert chain.steps[-1].signatures[1].signature.seal_state is SealState.INTACT
    for path in ("/exhibits", f"/exhibits?of={event}", "/exhibits/one?name=ash/7"):
        page = bob.browser.get(path).text
        assert "1,000.5 g ± 0.2 g" in page
        assert BREAKING not in page
    assert "Nothing is wrong with this chain" in page
    assert "Nothing is wrong." in bob.browser.get("/exhibits/findings").text


def test_what_openssl_signs_elsewhere_is_entered(ann: Person, tmp_path: Path, node: Node) -> None:
    carried = ann.carried(ann.compose(do="collected", exhibit="7", kind="drug"))
    key, text, made = tmp_path / "my.key", tmp_path / "custody.txt", tmp_path / "custody.sig"
    key.write_bytes(ann.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    text.write_bytes(ann.text(carried))
    command = ["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", str(key), "-in", str(text), "-out", str(made)]
    subprocess.run(command, check=True, capture_output=True)
    answer = ann.browser.post("/custody", data=carried, files={"signature_file": ("custody.sig", made.read_bytes())})
    assert answer.status_code == 303
    assert node.custody("ash/7", viewer="ann@ash").findings == ()


def test_a_signature_that_does_not_fit_enters_nothing(node: Node, ann: Person, bob: Person) -> None:
    carried = ann.carried(ann.compose(do="collected", exhibit="7", kind="drug"))
    right = ann.key.sign(ann.text(carried)).hex()
    changed = carried | {"content": carried["content"].replace("ash/7", "ash/8")}
    other_key = carried | {"unsigned": carried["unsigned"].replace(public_hex(ann.key), public_hex(bob.key))}
    for form, signature in (
        (carried, ""),
        (carried, "zz" * 64),
        (carried, bob.key.sign(ann.text(carried)).hex()),
        (changed, right),
        (other_key, bob.key.sign(ann.text(other_key)).hex()),
        (carried | {"content": "{}"}, right),
        (carried | {"unsigned": "["}, right),
    ):
        assert ann.enter(form, signature).status_code == 422
    # Nor does another enter it in the signer's place.
    stolen = carried | {"csrf": bob.token}
    assert bob.browser.post("/custody", data=stolen | {"signature": right}, files={"x": ("", b"")}).status_code == 422
    assert node.exhibits(viewer="ann@ash") == []
    assert ann.enter(carried, right).status_code == 303
    # The same again is the same report.
    before = node.log.head().size
    assert ann.enter(carried, right).status_code == 303
    assert len(node.custody("ash/7", viewer="ann@ash").steps) == 1
    assert node.log.head().size - before <= 3


def test_a_revoked_key_signs_no_more(node: Node, ann: Person, hours: Hours) -> None:
    carried = ann.carried(ann.compose(do="collected", exhibit="7", kind="drug"))
    hours.pass_(minutes=1)
    node.end_key(public_hex(ann.key), of="ann@ash", reason="lost", by="ann@ash")
    assert ann.enter(carried).status_code == 422
    assert ann.compose(do="collected", exhibit="7", kind="drug").status_code == 422
    assert "No key of yours" in ann.browser.get("/exhibits/collect").text
    assert node.exhibits(viewer="ann@ash") == []


def test_an_offer_is_carried_to_where_there_is_no_connection(node: Node, ann: Person, bob: Person) -> None:
    collected(ann)
    ann.do(do="transfer", exhibit="ash/7", receiver="bob@birch", seal="A17")
    report = node.custody("ash/7", viewer="ann@ash").steps[-1].reports[0]
    file = ann.browser.get(f"/reports/{report}/statement").content
    assert msgspec.json.decode(file, type=Custody).signatures[0].by == "ann@ash"
    page = bob.compose([("statement", ("offer.json", file, "application/json"))], do="accept", seal_state="intact")
    assert bob.enter(bob.carried(page)).status_code == 303
    assert node.custody("ash/7", viewer="bob@birch").findings == ()
    for bad in (b"{}", b"", b"\xff"):
        assert bob.compose([("statement", ("offer.json", bad, "application/json"))], do="accept").status_code == 422


def test_findings_stand_at_their_step_and_break_the_line(node: Node, ann: Person, bob: Person, hours: Hours) -> None:
    collected(ann)
    hours.pass_(minutes=1)
    # Bob seals what he never received: the line crosses itself, and the seal was broken.
    bob.do(do="sealed", exhibit="ash/7", new_seal="X1", seal="A17", seal_state="broken")
    found = {each.fault for each in node.custody("ash/7", viewer="ann@ash").findings}
    assert Fault.OVERLAP in found
    page = ann.browser.get("/exhibits/one?name=ash/7").text
    assert "The line crosses itself here" in page
    assert len(re.findall('class="finding"', page)) == len(node.custody("ash/7", viewer="ann@ash").findings)
    assert 'class="knot crossed' in page


@pytest.mark.parametrize(
    ("do", "form"),
    [
        ("weighed", {"net": "1000.4 ± 0.2"}),
        ("sampled", {"part_0": "7-1", "part_net_0": "0.5 ± 0.1", "part_seal_0": "S1", "left": "1000.0 ± 0.2"}),
        ("split", {"part_0": "7-1", "part_net_0": "500 ± 0.2", "part_1": "7-2", "part_net_1": "500.5 ± 0.2"}),
        ("consumed", {"used": "0.25 ± 0.01"}),
        ("returned", {"to": "its owner", "order": "court order 3"}),
        ("destroyed", {"order": "court order 3", "method": "burned", "witnesses": "bob@birch"}),
    ],
)
def test_each_act_is_entered(node: Node, ann: Person, hours: Hours, do: str, form: dict[str, str]) -> None:
    collected(ann)
    hours.pass_(minutes=1)
    assert ann.browser.get(f"/exhibits/act?name=ash/7&do={do}").status_code == 200
    assert ann.do(do=do, exhibit="ash/7", seal="A17", **form).status_code == 303
    act = node.custody("ash/7", viewer="ann@ash").steps[-1].statement.act
    assert act is not None
    assert act.__struct_config__.tag == do
    assert ann.browser.get("/exhibits/one?name=ash/7").status_code == 200


def test_what_cannot_be_is_said_and_keeps_what_was_typed(node: Node, ann: Person) -> None:
    for form in (
        {"do": "collected", "exhibit": "7", "kind": "drug", "net": "much"},
        {"do": "collected", "exhibit": "7", "kind": "drug", "net": "NaN"},
        {"do": "collected", "exhibit": "a b", "kind": "drug"},
        {"do": "collected", "exhibit": "7", "when": "9999-12-31T23:59"},
        {"do": "transfer", "exhibit": "ash/7", "receiver": ""},
        {"do": "transfer", "exhibit": "ash/7", "receiver": "ann@ash"},
        {"do": "combined", "exhibit": "9", "of": "ash/7"},
        {"do": "eaten", "exhibit": "ash/7"},
    ):
        answer = ann.compose([("file", ("a.jpg", PICTURE, "image/jpeg"))], **form, place="Mile 12")
        assert answer.status_code == 422, form
        assert 'value="Mile 12"' in answer.text
    # No file of a form that was refused is kept.
    assert list(node.attachments.hashes()) == []


# ---- the laboratory -------------------------------------------------------------------------------------------------


def test_a_laboratory_is_asked_and_answers(node: Node, ann: Person, bob: Person) -> None:
    collected(ann)
    ask = {"csrf": ann.token, "exhibit": "ash/7"}
    assert ann.browser.post("/exhibits/request", data=ask).status_code == 422
    assert ann.browser.post("/exhibits/request", data=ask | {"laboratory": "birch"}).status_code == 303
    (asked,) = node.requests(viewer="bob@birch")
    form = {"csrf": bob.token, "exhibit": "ash/7", "number": "L-1", "request": asked.report, "substance": "cocaine",
            "purity": "81.5", "purity_uncertainty": "2", "methods": "GC-MS, HPLC", "net": "1000.4 ± 0.3"}  # fmt: skip
    files = [("file", ("report.pdf", b"%PDF-1.7 made", "application/pdf"))]
    for bad in ({"purity": "181"}, {"number": ""}, {"exhibit": "ash/9"}, {"request": "r-never"}):
        assert bob.browser.post("/exhibits/result", data=form | bad, files=files).status_code == 422
    answer = bob.browser.post("/exhibits/result", data=form, files=files)
    assert answer.headers["location"] == "/exhibits/one?name=ash/7&entered=1"
    (result,) = node.results(viewer="ann@ash")
    assert (result.number, result.purity, result.methods) == ("L-1", 0.815, ("GC-MS", "HPLC"))
    assert result.request == asked.report
    assert node.requests(viewer="ann@ash")[0].answered == (result.report,)
    page = ann.browser.get("/exhibits/one?name=ash/7").text
    assert "81.5 %" in page
    assert "answered" in page


# ---- rights ---------------------------------------------------------------------------------------------------------


def test_what_is_hidden_is_answered_as_what_never_was(node: Node, ann: Person, of: Any) -> None:
    event = node.submit(seizure(marking=marked("ash", tlp=Tlp.RED)), by="ann@ash").id
    files = [("file", ("a.jpg", PICTURE, "image/jpeg"))]
    ann.do(files, do="collected", exhibit="7", kind="drug", event=event)
    ann.do(do="transfer", exhibit="ash/7", receiver="dan@ash")
    report = node.custody("ash/7", viewer="ann@ash").steps[-1].reports[0]
    digest = sha256(PICTURE).hexdigest()
    cyd = of("cyd@cedar")
    token = csrf(secret_of("cyd@cedar"))
    nothing = cyd.get("/no/such/page").content
    for path in (f"/files/{digest}", f"/files/{'0' * 64}", "/files/x", "/exhibits/one?name=ash/7",
                 "/exhibits/act?name=ash/7&do=sealed", f"/exhibits/accept?report={report}",
                 f"/exhibits/collect?event={event}", f"/reports/{report}/statement"):  # fmt: skip
        assert ann.browser.get(path).status_code == (404 if "0000" in path or path == "/files/x" else 200), path
        assert (cyd.get(path).status_code, cyd.get(path).content) == (404, nothing), path
    hidden, never = (cyd.post("/exhibits/request", data={"csrf": token, "exhibit": each, "laboratory": "cedar"})
                     for each in ("ash/7", "ash/8"))  # fmt: skip
    assert hidden.content == never.content
    ask = {"csrf": token, "number": "1"}
    hidden, never = (cyd.post("/exhibits/result", data=ask | {"exhibit": each}, files={"file": ("", b"")})
                     for each in ("ash/7", "ash/8"))  # fmt: skip
    assert hidden.text == never.text.replace("ash/8", "ash/7")
    hidden, never = (cyd.post("/custody/draft", data=ask | {"do": "accept", "report": each}, files={"file": ("", b"")})
                     for each in (report, "r-" + "a" * 32))  # fmt: skip
    assert hidden.text.replace(report, "") == never.text.replace("r-" + "a" * 32, "")
    assert cyd.get("/exhibits").text.count("ash/7") == 0


def test_a_form_of_another_session_brings_no_file(node: Node, ann: Person) -> None:
    files = [("file", ("a.jpg", PICTURE, "image/jpeg"))]
    form = {"csrf": "0" * 64, "do": "collected", "exhibit": "7"}
    assert ann.browser.post("/custody/draft", data=form, files=files).status_code == 403
    assert list(node.attachments.hashes()) == []


# ---- files ----------------------------------------------------------------------------------------------------------


def test_a_photograph_is_shown_with_its_hash_and_a_program_is_not_run(node: Node, ann: Person) -> None:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    files = [("file", ("a.jpg", PICTURE, "image/jpeg")), ("file", (BREAKING, drawing, "image/png"))]
    page = ann.compose(files, do="collected", exhibit="7", kind="drug")
    assert sha256(PICTURE).hexdigest() in page.text
    assert BREAKING not in page.text
    assert ann.enter(ann.carried(page)).status_code == 303
    shown = ann.browser.get(f"/files/{sha256(PICTURE).hexdigest()}?show=1")
    assert (shown.headers["content-type"], shown.content) == ("image/jpeg", PICTURE)
    drawn = ann.browser.get(f"/files/{sha256(drawing).hexdigest()}?show=1")
    assert drawn.headers["content-type"] == "application/octet-stream"
    assert drawn.headers["content-disposition"].startswith("attachment")
    assert drawn.headers["x-content-type-options"] == "nosniff"
    assert len(node.custody("ash/7", viewer="ann@ash").exhibit.files) == 2


def test_a_file_that_went_before_it_was_signed_for_is_asked_for_again(node: Node, ann: Person) -> None:
    files = [("file", ("a.jpg", PICTURE, "image/jpeg"))]
    carried = ann.carried(ann.compose(files, do="collected", exhibit="7", kind="drug"))
    node.forget()  # As any purge does: a file that no report names goes.
    answer = ann.enter(carried)
    assert answer.status_code == 422
    assert "attach it again" in answer.text
    assert node.exhibits(viewer="ann@ash") == []
    assert ann.do(files, do="collected", exhibit="7", kind="drug").status_code == 303


class Large:
    """A made file of so many bytes, which is never whole in memory."""

    def __init__(self, size: int) -> None:
        self.left = size

    def read(self, most: int = -1) -> bytes:
        part = b"\x00" * min(self.left, most if most > 0 else 1 << 20)
        self.left -= len(part)
        return part


@pytest.fixture
def place(node: Node, hours: Hours) -> Iterator[str]:
    """A server on a real port."""
    made = served(node.url, hours, file_bytes=230 << 20)
    sessions.begin(workspace(made).entrance.engine, "ann@ash", "investigation", hours(), secret=secret_of("ann@ash"))
    with on_a_port(made) as address:
        yield address


BOUNDARY = "made-boundary"
FIELDS = {"csrf": csrf(secret_of("ann@ash")), "do": "collected", "exhibit": "7", "kind": "drug"}


def opening(name: str = "photo.jpg") -> bytes:
    parts = [f'--{BOUNDARY}\r\ncontent-disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
             for key, value in FIELDS.items()]  # fmt: skip
    head = f'--{BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="{name}"\r\n'
    return ("".join(parts) + head + "content-type: image/jpeg\r\n\r\n").encode()


CLOSING = f"\r\n--{BOUNDARY}--\r\n".encode()


def connected(address: str, size: int) -> socket.socket:
    """A connection on which the head of a form of `size` bytes, and its fields, were sent."""
    host, port = address.removeprefix("http://").split(":")
    found = socket.create_connection((host, int(port)), timeout=60)
    length = len(opening()) + size + len(CLOSING)
    found.sendall(
        f"POST /custody/draft HTTP/1.1\r\nhost: {host}:{port}\r\ncookie: cutset={secret_of('ann@ash')}\r\n"
        f"content-type: multipart/form-data; boundary={BOUNDARY}\r\ncontent-length: {length}\r\n"
        f"connection: close\r\n\r\n".encode()
    )
    return found


def answer_of(connection: socket.socket) -> bytes:
    found = b""
    while part := connection.recv(1 << 16):
        found += part
    return found


def half_written(node: Node) -> list[Path]:
    folder = node.attachments.folder
    return [each for each in folder.rglob("*") if each.is_file()] if folder.is_dir() else []


def test_a_photograph_of_200_mb_is_streamed_and_kept_whole(node: Node, place: str) -> None:
    size = 200_000_000
    running, process = sha256(), psutil.Process()
    before, most = process.memory_info().rss, 0
    with connected(place, size) as connection:
        connection.sendall(opening())
        source = Large(size)
        while part := source.read(1 << 20):
            running.update(part)
            connection.sendall(part)
            most = max(most, process.memory_info().rss - before)
        connection.sendall(CLOSING)
        answer = answer_of(connection)
    assert b" 200 " in answer.partition(b"\r\n")[0]
    assert running.hexdigest().encode() in answer
    assert [each.name for each in half_written(node)] == [running.hexdigest()]
    assert half_written(node)[0].stat().st_size == size
    # Both sides of the connection run in this process; the photograph is in the memory of neither.
    assert most < 80_000_000


def test_a_file_beyond_the_limit_is_refused_before_it_is_sent(node: Node, place: str) -> None:
    with connected(place, 300_000_000) as connection:
        answer = answer_of(connection)
    assert b" 413 " in answer.partition(b"\r\n")[0]
    assert half_written(node) == []


def test_a_length_that_lies_takes_no_more_than_the_limit(node: Node, place: str) -> None:
    host, port = place.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(
            f"POST /custody/draft HTTP/1.1\r\nhost: {host}\r\ncookie: cutset={secret_of('ann@ash')}\r\n"
            f"content-type: multipart/form-data; boundary={BOUNDARY}\r\ntransfer-encoding: chunked\r\n"
            f"connection: close\r\n\r\n".encode()
        )
        chunk = b"\x00" * (1 << 20)
        sent = 0
        try:
            connection.sendall(b"%x\r\n%s\r\n" % (len(opening()), opening()))
            while sent < 400 << 20:
                connection.sendall(b"%x\r\n%s\r\n" % (len(chunk), chunk))
                sent += len(chunk)
        except OSError:
            pass
        try:
            answer = answer_of(connection)
        except OSError:
            answer = b""
    assert answer == b"" or b" 413 " in answer.partition(b"\r\n")[0]
    assert sent < 400 << 20
    assert half_written(node) == []


def test_a_connection_lost_in_mid_upload_leaves_nothing(node: Node, place: str) -> None:
    with connected(place, 50_000_000) as connection:
        connection.sendall(opening() + b"\x00" * 20_000_000)
        connection.shutdown(socket.SHUT_WR)
        # The server has seen the end when it ends the connection on its side.
        try:
            answer = answer_of(connection)
        except OSError:
            answer = b""
    assert b" 200 " not in answer.partition(b"\r\n")[0]
    assert half_written(node) == []
    assert node.exhibits(viewer="ann@ash") == []
    # And the server goes on: the same form, whole, is taken.
    with connected(place, len(PICTURE)) as connection:
        connection.sendall(opening() + PICTURE + CLOSING)
        answer = answer_of(connection)
    assert sha256(PICTURE).hexdigest().encode() in answer
    assert [each.name for each in half_written(node)] == [sha256(PICTURE).hexdigest()]


def test_nobody_without_a_session_sends_a_file(node: Node) -> None:
    anyone = TestClient(served(node.url), follow_redirects=False)
    files = {"file": ("a.jpg", BytesIO(PICTURE), "image/jpeg")}
    assert anyone.post("/custody/draft", data=FIELDS, files=files).headers["location"].startswith("/sign-in")
    assert half_written(node) == []
