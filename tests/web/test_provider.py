"""Signing in at a provider: a real one, over HTTP, that answers as it should and in every way that it should not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc.jwk import RSAKey

from cutset.access.registry import Viewer
from cutset.clock import now
from cutset.web.accounts import sessions
from cutset.web.settings import BadSettings, read
from cutset.web.workspace import workspace
from tests.web.provider import CLIENT, SECRET, Issuer, provided
from tests.web.serving import Hours, csrf, on_a_port, served
from tests.worlds import Store


class Place:
    """A server that trusts a provider, and a browser before both."""

    def __init__(self, issuer: Issuer, address: str, made: Any) -> None:
        self.issuer, self.address, self.made = issuer, address, made
        self.browser = httpx.Client(follow_redirects=False)

    def there(self, to: str = "/") -> httpx.Response:
        """The provider's answer, which sends the browser back."""
        away = self.browser.get(f"{self.address}/sign-in/provider", params={"to": to})
        assert away.status_code == 303, away.text
        return self.browser.get(away.headers["location"])

    def sign_in(self, to: str = "/") -> httpx.Response:
        return self.browser.get(self.there(to).headers["location"])

    def is_in(self) -> bool:
        return self.browser.get(f"{self.address}/session").json()["viewer"] == "ann@ash"


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with provided() as found:
        yield found


@pytest.fixture
def place(store: Store, tmp_path: Path, issuer: Issuer) -> Iterator[Place]:
    secret = tmp_path / "secret"
    secret.write_text(SECRET + "\n")
    given = {"oidc_issuer": issuer.address, "oidc_client": CLIENT, "oidc_secret_file": str(secret)}
    made = served(store.url, now, address="http://127.0.0.1", **given)
    with on_a_port(made) as address:
        # The port is known only now.
        workspace(made).provider._address = address
        yield Place(issuer, address, made)


def test_who_is_a_viewer_comes_in(place: Place) -> None:
    answer = place.sign_in("/leads?after=l-1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/leads?after=l-1")
    assert place.is_in()
    assert place.browser.get(f"{place.address}/").status_code == 200
    asked = place.issuer.asked[0]
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    form = {"csrf": csrf(place.browser.cookies["cutset"])}
    left = place.browser.post(f"{place.address}/sign-out", data=form, headers={"origin": place.address})
    page = place.browser.get(place.address + left.headers["location"]).text
    assert f"{place.issuer.address}/leave?client_id={CLIENT}" in page
    assert not place.is_in()


def test_a_claim_gives_no_rights_and_makes_nobody(place: Place, store: Store) -> None:
    place.issuer.user = "nobody"
    before = store.log.registry()
    assert place.sign_in().status_code == 403
    store.log.register(Viewer(id="nobody@ash", agency="ash"))
    assert place.sign_in().status_code == 303
    assert place.browser.get(f"{place.address}/registry").status_code == 404, "the claim `roles` is nobody's business"
    store.log.register(Viewer(id="nobody@ash", agency="ash", active=False))
    assert place.sign_in().status_code == 403
    assert before.viewer("nobody@ash") is None


def test_nobody_else_comes_under_the_same_name(place: Place) -> None:
    place.issuer.user = "other"
    place.issuer.lie = {"sub": "u-1"}
    assert place.sign_in().status_code == 303
    place.issuer.lie = {}
    refused = place.sign_in()
    place.issuer.user = "nobody"
    assert (refused.status_code, refused.text) == (403, place.sign_in().text), "as one who is no viewer"
    workspace(place.made).entrance.remove("ann@ash")
    place.issuer.user = "other"
    assert place.sign_in().status_code == 303


LIES: dict[str, dict[str, Any]] = {
    "another's audience": {"aud": "other"},
    "two audiences": {"aud": [CLIENT, "other"]},
    "another's party": {"azp": "other"},
    "another issuer": {"iss": "https://id.example"},
    "another try": {"nonce": "other"},
    "no try": {"nonce": None},
    "ended": {"exp": 1_000_000_000, "iat": 999_999_000},
    "not begun": {"nbf": 4_000_000_000},
    "signed in long ago": {"auth_time": 1_000_000_000},
    "signed in no one knows when": {"auth_time": None},
    "no name": {"preferred_username": ""},
    "a list of names": {"preferred_username": ["ann@ash"]},
}


def test_a_token_that_is_not_right_lets_nobody_in(place: Place) -> None:
    for what, lie in LIES.items():
        place.issuer.lie = lie
        assert place.sign_in().status_code == 401, what
    assert not place.is_in()
    place.issuer.lie = {}
    assert place.sign_in().status_code == 303


def test_a_token_that_another_signed_lets_nobody_in(place: Place) -> None:
    place.issuer.algorithm = "HS256"
    assert place.sign_in().status_code == 401
    place.issuer.algorithm, place.issuer.key = "RS256", RSAKey.generate_key(2048, {"kid": "one"})
    assert place.sign_in().status_code == 401
    assert not place.is_in()


def test_new_keys_are_asked_for(place: Place) -> None:
    assert place.sign_in().status_code == 303
    place.issuer.published = place.issuer.key = RSAKey.generate_key(2048, {"kid": "two", "use": "sig"})
    provider: Any = workspace(place.made).provider
    # Not at once: invented key ids must not make this server ask and ask.
    assert place.sign_in().status_code == 401
    read, keys = provider._keys
    provider._keys = (read - 61, keys)
    assert place.sign_in().status_code == 303


def test_a_try_ends_in_the_browser_that_began_it(place: Place) -> None:
    back = place.there().headers["location"]
    assert httpx.get(back).status_code == 401, "another's browser was sent there"
    first, second = back, place.there().headers["location"]
    assert place.browser.get(first).status_code == 401, "another was begun since"
    assert place.browser.get(second).status_code == 401, "and the first answer ended it"
    back = place.there().headers["location"]
    assert place.browser.get(back.replace("code=", "code=x")).status_code == 401
    assert place.browser.get(f"{place.address}/sign-in/provider/back?error=access_denied&state=x").status_code == 401
    assert not place.is_in()


def test_the_lock_does_not_open_by_itself(place: Place) -> None:
    assert place.sign_in().status_code == 303
    space = workspace(place.made)
    first = place.browser.cookies["cutset"]
    sessions.change(space.entrance.engine, first, now(), locked=True, purpose="audit")
    assert place.browser.get(f"{place.address}/leads").headers["location"].startswith("/unlock")
    place.issuer.lie = {"auth_time": int(time.time()) - space.settings.idle_s - 3600}
    assert place.sign_in().status_code == 401
    place.issuer.lie = {}
    assert place.sign_in("/leads").headers["location"] == "/leads"
    assert place.browser.cookies["cutset"] != first
    assert "for audit</span>" in place.browser.get(f"{place.address}/").text, "what it was locked for goes on"
    engine = space.entrance.engine
    assert sessions.find(engine, first, now(), idle_s=900, session_s=900) is None


def test_a_provider_that_does_not_answer_is_said(store: Store, issuer: Issuer) -> None:
    given = {"oidc_client": CLIENT, "address": "http://127.0.0.1:1"}
    silent = served(store.url, now, oidc_issuer="http://127.0.0.1:9", **given)
    other = served(store.url, now, oidc_issuer=issuer.address + "/", **given)
    for made in (silent, other):
        with on_a_port(made) as address:
            assert httpx.get(f"{address}/sign-in/provider").status_code == 401
            assert httpx.get(f"{address}/sign-in").status_code == 200


def test_without_a_provider_there_is_no_such_page(store: Store) -> None:
    with on_a_port(served(store.url, Hours())) as address:
        for path in ("/sign-in/provider", "/sign-in/provider/back?code=1&state=2"):
            assert httpx.get(address + path).status_code == 404


def test_settings_that_would_send_a_code_in_clear_are_refused() -> None:
    for given in (
        {"oidc_issuer": "http://id.example", "oidc_client": "c", "address": "https://cutset.example"},
        {"oidc_issuer": "https://id.example", "oidc_client": "c", "address": "http://cutset.example"},
        {"oidc_issuer": "https://id.example", "address": "https://cutset.example"},
    ):
        with pytest.raises(BadSettings):
            read(environment={}, **given)
