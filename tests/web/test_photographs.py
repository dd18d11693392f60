"""Photographs of a seizure through HTTP: in pieces, whole or not at all, once, and each sender's alone."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from starlette.testclient import TestClient

from cutset.access.registry import Agency, Viewer
from cutset.evidence.arriving import MOST_ARRIVING, Arriving
from cutset.evidence.attachments import Attachments
from cutset.model.exhibit import Attachment
from cutset.model.marking import Marking, Tlp
from cutset.model.report import Report, Seizure, Source, When
from cutset.node import Node
from cutset.web.pages.photographs import PIECE_BYTES
from tests.web.serving import Hours, client, csrf, served

PICTURE = b"\xff\xd8\xff\xe0" + b"made picture" * 200_000
DIGEST = sha256(PICTURE).hexdigest()
FORM = {
    "key": str(UUID(int=7)),
    "when": "2025-01-01T10:00",
    "place": "Mile 12",
    "what_0": "cocaine",
    "amount_0": "2",
    "unit_0": "kg",
}
NAMED = FORM | {"photograph_0": DIGEST, "photograph_name_0": "a.jpg", "photograph_type_0": "image/jpeg"}


@pytest.fixture
def node(tmp_path: Path) -> Node:
    made = Node.create(str(tmp_path / "made.cutset"), clock=Hours())
    made.register(
        Agency("ash", country="US"),
        Agency("birch", country="US"),
        Viewer("ann@ash", "ash"),
        Viewer("bob@birch", "birch"),
    )
    return made


@pytest.fixture
def ann(node: Node) -> TestClient:
    return client(served(node.url), "ann@ash")


def put(
    by: TestClient, at: int, piece: bytes, *, digest: str = DIGEST, size: int = len(PICTURE), **headers: str
) -> Any:
    return by.put(
        f"/photographs/{digest}", params={"at": at, "size": size}, content=piece, headers={"x-csrf": csrf(), **headers}
    )


def send(by: TestClient, photograph: bytes = PICTURE) -> None:
    """All of a photograph, as a page sends it."""
    digest = sha256(photograph).hexdigest()
    for at in range(0, len(photograph), PIECE_BYTES):
        answer = put(by, at, photograph[at : at + PIECE_BYTES], digest=digest, size=len(photograph))
        assert answer.status_code == 200, answer.text
    assert answer.json() == {"bytes": len(photograph), "whole": True}


def submit(by: TestClient, form: dict[str, str] = NAMED) -> Any:
    return by.post("/seizure", data=form, headers={"x-csrf": csrf(), "accept": "application/json"})


def files(node: Node) -> list[Path]:
    folder = Path(node.url + ".files")
    return [each for each in folder.rglob("*") if each.is_file()] if folder.is_dir() else []


def test_a_seizure_waits_for_its_photograph_and_is_one_report_however_often_it_is_sent(
    node: Node, ann: TestClient
) -> None:
    asked = submit(ann)
    assert (asked.status_code, asked.json()) == (202, {"photographs": [DIGEST]})
    assert node.search("cocaine", viewer="ann@ash").total == 0
    send(ann)
    first, again = submit(ann), submit(ann)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    (entry,) = (node.report(each.id, viewer="ann@ash") for each in node.search("cocaine", viewer="ann@ash").hits)
    assert entry is not None
    assert isinstance(entry.report.content, Seizure)
    (kept,) = entry.report.content.files
    assert (kept.sha256, kept.size, kept.name, kept.what) == (DIGEST, len(PICTURE), "a.jpg", "photograph")
    page = ann.get(first.json()["url"]).text
    assert f"/files/{DIGEST}?show=1" in page
    assert ann.get(f"/files/{DIGEST}").content == PICTURE
    assert [each.name for each in files(node)] == [DIGEST]


def test_what_cannot_be_read_is_said_before_any_photograph_is_asked_for(ann: TestClient) -> None:
    answer = submit(ann, NAMED | {"what_0": "", "amount_0": ""})
    assert answer.status_code == 422
    assert "photographs" not in answer.json()


def test_a_lost_connection_goes_on_from_where_it_was(node: Node, ann: TestClient) -> None:
    put(ann, 0, PICTURE[:PIECE_BYTES])
    assert ann.get(f"/photographs/{DIGEST}").json() == {"bytes": PIECE_BYTES, "whole": False}
    gap = put(ann, 2 * PIECE_BYTES, PICTURE[2 * PIECE_BYTES :][:PIECE_BYTES])
    assert (gap.status_code, gap.json()["bytes"]) == (409, PIECE_BYTES)
    # The same piece again, and one that overlaps, change nothing.
    for at in (0, PIECE_BYTES // 2):
        put(ann, at, PICTURE[at : at + PIECE_BYTES])
    at = ann.get(f"/photographs/{DIGEST}").json()["bytes"]
    while at < len(PICTURE):
        at = put(ann, at, PICTURE[at : at + PIECE_BYTES]).json()["bytes"]
    assert ann.get(f"/photographs/{DIGEST}").json() == {"bytes": len(PICTURE), "whole": True}
    assert [each.read_bytes() for each in files(node)] == [PICTURE]


def test_another_file_than_was_announced_is_not_kept(node: Node, ann: TestClient) -> None:
    answer = put(ann, 0, b"x" * 1000, size=1000)
    assert answer.status_code == 422
    assert "otherwise than it was announced" in answer.json()["problems"][0]["what"]
    assert files(node) == []
    assert submit(ann).status_code == 202


def test_who_knows_a_digest_alone_has_nothing_of_it(node: Node, ann: TestClient) -> None:
    made = ann.app
    send(ann)
    bob = client(made, "bob@birch", secret="b" * 43)  # type: ignore[arg-type]
    bob.headers["x-csrf"] = csrf("b" * 43)
    assert bob.get(f"/photographs/{DIGEST}").json() == {"bytes": 0, "whole": False}
    answer = bob.post("/seizure", data=NAMED, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()) == (202, {"photographs": [DIGEST]})
    assert bob.get(f"/files/{DIGEST}").status_code == 404


def test_a_program_sends_a_file_and_names_it_in_a_report_and_nobody_else_does(node: Node, ann: TestClient) -> None:
    bob = client(ann.app, "bob@birch", secret="b" * 43)  # type: ignore[arg-type]
    named = (Attachment(sha256=DIGEST, size=len(PICTURE), name="a.jpg"),)

    def submitted(by: TestClient, agency: str, token: str) -> Any:
        content = Seizure(when=When(at=datetime(2025, 1, 1, tzinfo=UTC)), files=named)
        marking = Marking(originator=agency, tlp=Tlp.RED)
        report = Report(marking=marking, source=Source(dataset="made"), content=content)
        headers = {"idempotency-key": f"key-of-{agency}", "x-csrf": token}
        return by.post("/api/v1/reports", content=msgspec.json.encode(report), headers=headers)

    def piece(at: int) -> Any:
        params = {"at": at, "size": len(PICTURE)}
        return ann.put(f"/api/v1/files/{DIGEST}", params=params, content=PICTURE[at:][:PIECE_BYTES],
                       headers={"x-csrf": csrf()})  # fmt: skip

    early = submitted(ann, "ash", csrf())
    assert (early.status_code, "attach it again" in early.text) == (422, True)
    gap = piece(PIECE_BYTES)
    assert (gap.status_code, gap.json()["bytes"]) == (409, 0)
    assert [piece(at).json()["whole"] for at in range(0, len(PICTURE), PIECE_BYTES)][-1]
    hidden = submitted(bob, "birch", csrf("b" * 43))
    assert (hidden.status_code, hidden.json()) == (early.status_code, early.json()), "it tells that the file is here"
    assert bob.get(f"/files/{DIGEST}").status_code == 404
    assert submitted(ann, "ash", csrf()).status_code == 201
    assert ann.get(f"/files/{DIGEST}").content == PICTURE
    assert submitted(bob, "birch", csrf("b" * 43)).status_code == 422


@pytest.mark.parametrize(
    ("at", "size", "length", "status"),
    [(0, 257 << 20, 10, 413), (0, 5, 10, 413), (0, 0, 0, 413), (0, 10 << 20, (1 << 20) + 1, 413), (-1, 5, 5, 409)],
)
def test_a_piece_that_cannot_be_is_refused(
    node: Node, ann: TestClient, at: int, size: int, length: int, status: int
) -> None:
    answer = put(ann, at, b"x" * length, size=size)
    assert answer.status_code == status
    assert files(node) == []


def test_a_page_of_another_session_sends_no_piece(node: Node, ann: TestClient) -> None:
    assert put(ann, 0, PICTURE[:10], **{"x-csrf": "other"}).status_code == 403
    assert put(ann, 0, PICTURE[:10], origin="https://elsewhere.example").status_code == 403
    assert files(node) == []


def test_a_photograph_that_a_purge_took_is_asked_for_again(node: Node, ann: TestClient) -> None:
    send(ann)
    node.forget()
    assert files(node) == []
    assert submit(ann).json() == {"photographs": [DIGEST]}
    send(ann)
    assert submit(ann).status_code == 201


def test_without_a_script_the_form_brings_its_photographs(node: Node, ann: TestClient) -> None:
    brought = [("photograph", ("", b"", "application/octet-stream")), ("photograph", ("b.jpg", PICTURE, "image/jpeg"))]
    for _ in range(2):
        answer = ann.post("/seizure", data=FORM | {"csrf": csrf()}, files=brought)
        assert answer.status_code == 303
    assert node.search("cocaine", viewer="ann@ash").total == 1
    assert DIGEST in ann.get(answer.headers["location"]).text


def test_one_sender_has_so_many_files_on_the_way_and_no_more(tmp_path: Path) -> None:
    attachments = Attachments(tmp_path / "made.files")
    for number in range(MOST_ARRIVING + 3):
        Arriving(attachments, "ann@ash", sha256(b"%d" % number).hexdigest()).add(b"x", 0)
    Arriving(attachments, "bob@birch", DIGEST).add(b"x", 0)
    assert len(list(attachments.folder.iterdir())) == MOST_ARRIVING + 1
    assert list(attachments.hashes()) == []
