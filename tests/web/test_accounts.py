"""Signing in, slowed guesses, the idle lock, one-time codes, tokens, forms of other sites, and limits."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from cutset.access.registry import Viewer
from cutset.cli import app as cli
from cutset.node import Node
from cutset.web.accounts import sent, tokens, totp
from cutset.web.accounts.entrance import Entrance, Outcome
from cutset.web.accounts.tokens import Scope
from cutset.web.workspace import workspace
from tests.samples import phone, seizure
from tests.web.serving import PASSWORD, Hours, client, csrf, served
from tests.worlds import Store


@pytest.fixture
def hours() -> Hours:
    return Hours()


@pytest.fixture
def entrance(store: Store, hours: Hours) -> Entrance:
    found = Entrance(store.url, hours)
    found.set_password("ann@ash", PASSWORD)
    return found


def test_guesses_are_slowed_and_a_wrong_name_is_answered_as_a_wrong_password(entrance: Entrance, hours: Hours) -> None:
    for viewer in ("ann@ash", "nobody@ash"):
        outcomes = [entrance.try_in(viewer, f"guess {n}", "", "a")[0] for n in range(5)]
        assert outcomes == [Outcome.WRONG] * 4 + [Outcome.WAIT]
    assert entrance.try_in("ann@ash", PASSWORD, "", "a")[0] is Outcome.WAIT
    hours.pass_(seconds=2)
    assert entrance.try_in("ann@ash", PASSWORD, "", "a") == (Outcome.IN, 0)


def test_a_password_that_an_administrator_made_lets_its_viewer_choose_their_own_and_no_more(
    store: Store, entrance: Entrance, hours: Hours
) -> None:
    entrance.set_password("ann@ash", PASSWORD, given=True)
    made = served(store.url, hours)
    ann = client(made)
    said = {"viewer": "ann@ash", "password": PASSWORD, "to": "/leads"}
    shown = ann.post("/sign-in", data=said)
    assert (shown.status_code, "set-cookie" in shown.headers) == (200, False)
    assert "Choose your own password" in shown.text
    assert PASSWORD not in shown.text
    own = "another four words"
    for wrong, status in (
        ({"fresh": own, "again": "not the same one"}, 422),
        ({"fresh": PASSWORD, "again": PASSWORD}, 422),
        ({"fresh": "short", "again": "short"}, 422),
        ({"fresh": own, "again": own, "password": "a guess of it"}, 401),
    ):
        answer = ann.post("/sign-in/first", data=said | wrong)
        assert (answer.status_code, "set-cookie" in answer.headers) == (status, False)
    answer = ann.post("/sign-in/first", data=said | {"fresh": own, "again": own})
    assert (answer.status_code, answer.headers["location"]) == (303, "/leads")
    assert ann.get("/").status_code == 200
    assert client(made).post("/sign-in", data=said).status_code == 401
    # Once they have their own, that page changes nothing.
    again = said | {"password": own, "fresh": PASSWORD, "again": PASSWORD}
    assert client(made).post("/sign-in/first", data=again).status_code == 401
    assert client(made).post("/sign-in", data=said | {"password": own}).status_code == 303


def test_a_password_that_was_given_unlocks_no_session_and_makes_no_token(
    store: Store, entrance: Entrance, hours: Hours
) -> None:
    ann = client(served(store.url, hours), "ann@ash")
    entrance.set_password("ann@ash", PASSWORD, given=True)
    assert ann.get("/").headers["location"].startswith("/sign-in"), "its sessions ended"
    # One that began at a provider since.
    ann = client(served(store.url, hours), "ann@ash")
    form = {"csrf": csrf(), "password": PASSWORD}
    assert ann.post("/account/tokens", data=form | {"scope": "read", "days": "1"}).status_code == 401
    hours.pass_(seconds=901)
    assert ann.post("/unlock", data=form).status_code == 401


def test_an_administrators_new_password_and_the_command_lines_are_to_be_changed(store: Store, hours: Hours) -> None:
    store.log.register(Viewer(id="root@ash", agency="ash", roles=("administrator",)))
    made = served(store.url, hours)
    root = client(made, "root@ash")
    form = {"csrf": csrf(), "of": "ann@ash", "what": "password", "reason": "new here"}
    page = root.post("/registry/account", data=form).text
    found = re.search(r'class="secret">([^<]+)<', page)
    assert found is not None
    entrance = workspace(made).entrance
    assert entrance.try_in("ann@ash", found[1], "", "a")[0] is Outcome.CHOOSE
    file = Path(store.url).with_name("password")
    file.write_text(PASSWORD + "\n")
    for arguments, outcome in (([], Outcome.CHOOSE), (["--own"], Outcome.IN)):
        ran = CliRunner().invoke(
            cli, ["account", "set", "ann@ash", "--store", store.url, "--password-file", str(file), "--as", "root@ash",
                  *arguments]
        )  # fmt: skip
        assert ran.exit_code == 0, ran.output
        assert entrance.try_in("ann@ash", PASSWORD, "", "a")[0] is outcome


def test_a_code_is_taken_once(entrance: Entrance, hours: Hours) -> None:
    secret = totp.make_secret()
    entrance.set_totp("ann@ash", secret)
    code = totp.code(secret, int(hours().timestamp()) // 30)
    found = [entrance.try_in("ann@ash", PASSWORD, each, "a")[0] for each in ("", code, code)]
    assert found == [Outcome.WRONG, Outcome.IN, Outcome.WRONG]


def test_an_idle_session_locks_and_an_old_one_ends(store: Store, hours: Hours, entrance: Entrance) -> None:
    made = served(store.url, hours)
    ann = client(made, "ann@ash")
    assert ann.get("/").status_code == 200
    hours.pass_(seconds=901)
    assert ann.get("/leads?after=x").headers["location"] == "/unlock?to=%2Fleads%3Fafter%3Dx"
    form = {"password": PASSWORD, "csrf": csrf(), "to": "/leads"}
    assert ann.post("/unlock", data=form).headers["location"] == "/leads"
    assert ann.get("/").status_code == 200
    hours.pass_(hours=13)
    assert ann.get("/").headers["location"].startswith("/sign-in")


def test_a_try_to_sign_in_that_fails_is_in_the_audit_and_no_password_is(
    store: Store, hours: Hours, entrance: Entrance
) -> None:
    at_door = client(served(store.url, hours))
    for name in ("ann@ash", "nobody@ash"):
        tried = at_door.post("/sign-in", data={"viewer": name, "password": f"guess of {name}"})
        assert (tried.status_code, "do not go together" in tried.text) == (401, True)
    assert at_door.post("/sign-in", data={"viewer": "ann@ash", "password": PASSWORD}).status_code == 303
    node = Node.open(store.url)
    node.register(Viewer("aud@ash", "ash", roles=("auditor",)))
    unknown, known = node.audit(viewer="aud@ash", view="sign-in")
    assert (known.viewer, known.failed, known.asked) == ("ann@ash", "NotLetIn", {})
    # One who is not registered is named only by a digest, by which an auditor who knows the name finds the try.
    assert (unknown.viewer, unknown.asked["viewer"][0]) == ("", "~")
    assert node.audit(viewer="aud@ash", text="nobody@ash") == [unknown]


def test_a_form_of_another_site_or_session_is_not_taken(store: Store) -> None:
    ann = client(served(store.url), "ann@ash")
    for headers, token in (
        ({"origin": "https://evil.example"}, csrf()),
        ({"origin": "null"}, csrf()),
        ({}, "0" * 64),
        ({}, ""),
    ):
        assert ann.post("/purpose", data={"purpose": "audit", "csrf": token}, headers=headers).status_code == 403
    assert ann.post("/purpose", data={"purpose": "audit", "csrf": csrf()}).status_code == 303


def test_a_token_does_what_its_scopes_say_once_for_each_key(store: Store, entrance: Entrance, hours: Hours) -> None:
    _, secret = tokens.make(entrance.engine, "ann@ash", "feed", (Scope.SUBMIT,), "investigation", 1, hours())
    program = client(served(store.url, hours))
    program.headers["authorization"] = f"Bearer {secret}"
    body = msgspec.json.encode(seizure(phone("+15551230001")))
    send = lambda content, key: program.post("/api/v1/reports", content=content, headers={"idempotency-key": key})  # noqa: E731
    first, again = send(body, "key-0001"), send(body, "key-0001")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert send(msgspec.json.encode(seizure(phone("+15551230002"))), "key-0001").status_code == 409
    assert send(b"{", "key-0002").status_code == 422
    assert program.get("/api/v1/leads").status_code == 403
    hours.pass_(days=2)
    assert program.get("/api/v1/leads").status_code == 401


def test_a_key_names_one_thing(entrance: Entrance, hours: Hours) -> None:
    sent.claim(entrance.engine, "ann@ash", "k", b"one", hours())
    sent.claim(entrance.engine, "ann@ash", "k", b"one", hours())
    sent.claim(entrance.engine, "ann@birch", "k", b"two", hours())
    with pytest.raises(sent.KeyUsed):
        sent.claim(entrance.engine, "ann@ash", "k", b"two", hours())


def test_limits_and_headers(store: Store) -> None:
    anyone = client(served(store.url, upload_bytes=1000))
    assert anyone.post("/sign-in", content=b"a" * 1001).status_code == 413
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert anyone.post("/sign-in", content=(b"a" * 600 for _ in range(2)), headers=form).status_code == 413
    page = anyone.get("/sign-in")
    assert "unsafe" not in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"
    assert workspace(anyone.app).settings.upload_bytes == 1000  # type: ignore[arg-type]
