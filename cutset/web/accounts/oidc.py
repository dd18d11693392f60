"""Signing in at an agency's own provider: OpenID Connect Core 1.0, the authorization code with PKCE (RFC 7636).

The provider says who somebody is, and nothing else: a claim names a viewer that the registry has already, and gives no
right. Which subject a viewer first came as is kept, so that a name which the provider later gives to somebody else
(Core §5.7) opens nothing of the first one's.
"""

from __future__ import annotations

import hmac
import json
from base64 import b64encode, urlsafe_b64decode
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple
from urllib.error import URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from cutset.clock import Clock
from cutset.errors import CutsetError
from cutset.web.accounts.tries import Begun, NotIn
from cutset.web.settings import Settings, safe

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA", "RS384", "RS512", "PS384", "PS512", "ES384", "ES512")
"""Signatures by a private key. One by the client's secret, or none, is not taken, whatever a provider offers."""
TIMEOUT_S = 10
LONGEST = 1 << 20
"""Bytes of an answer of the provider that are read at most."""
KNOWN_S = 3600
"""How long what the provider says of itself is taken to hold."""
LEEWAY_S = 60
"""How far the provider's clock may be from this one."""


class Claimed(NamedTuple):
    """Whom the provider vouches for: its name for the person, which it never gives to another, and the viewer's id."""

    subject: str
    viewer: str


class _Stay(HTTPRedirectHandler):
    """A provider's endpoints answer themselves: what points elsewhere is not followed."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


class Provider:
    """The provider that the settings name. Several threads may share one."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.issuer = settings.oidc_issuer
        self.name = settings.oidc_name
        self._client = settings.oidc_client
        self._claim = settings.oidc_claim
        self._secret = _secret(settings.oidc_secret_file)
        self._fresh_s = settings.idle_s
        self._address = settings.address.rstrip("/")
        self._clock = clock
        self._opener = build_opener(_Stay)
        self._lock = Lock()
        self._said: tuple[float, dict[str, Any]] = (0.0, {})
        self._keys: tuple[float, KeySet | None] = (0.0, None)

    def asked(self, begun: Begun) -> str:
        """Where to send the browser. Raises `NotIn` where the provider does not answer."""
        where: str = prepare_grant_uri(
            self._endpoint("authorization_endpoint"),
            client_id=self._client,
            response_type="code",
            redirect_uri=self._back,
            scope="openid profile email",
            state=begun.state,
            nonce=begun.nonce,
            code_challenge=create_s256_code_challenge(begun.verifier),
            code_challenge_method="S256",
            # Who signed in longer ago than a session may be idle is asked anew: a lock here must not open by itself.
            max_age=str(self._fresh_s),
        )
        return where

    def answered(self, begun: Begun, given: Mapping[str, str]) -> Claimed:
        """Whom the provider vouches for, by what the browser brought back. Raises `NotIn`."""
        if not hmac.compare_digest(given.get("state", "").encode(), begun.state.encode()):
            raise NotIn("this try was not begun here, or another was begun since", remedy="begin again")
        if given.get("iss", self.issuer) != self.issuer:
            raise NotIn("another provider answered", where=self.issuer, remedy="begin again")  # RFC 9207
        if "error" in given or not given.get("code"):
            raise NotIn("the provider let nobody in", where=self.issuer, remedy="ask whoever runs it, or try again")
        return self._claimed(self._token(begun, given["code"]), begun)

    def leaving(self) -> str:
        """Where to sign out at the provider too; "" where it has no such place, or does not answer."""
        try:
            end = str(self._discovered().get("end_session_endpoint", ""))
        except NotIn:
            return ""
        if not end:
            return ""
        back = urlencode({"client_id": self._client, "post_logout_redirect_uri": f"{self._address}/sign-in"})
        return f"{end}{'&' if urlsplit(end).query else '?'}{back}"

    @property
    def _back(self) -> str:
        return f"{self._address}/sign-in/provider/back"

    def _token(self, begun: Begun, code: str) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._back,
            "code_verifier": begun.verifier,
        }
        headers = {"content-type": "application/x-www-form-urlencoded"}
        if self._secret:
            # RFC 6749 §2.3.1: both are form-encoded first.
            pair = f"{quote(self._client, safe='')}:{quote(self._secret, safe='')}"
            headers["authorization"] = "Basic " + b64encode(pair.encode()).decode()
        else:
            form["client_id"] = self._client
        said = self._fetch(self._endpoint("token_endpoint"), urlencode(form).encode(), headers)
        token = said.get("id_token")
        if not isinstance(token, str):
            raise NotIn("the provider gave no token", where=self.issuer, remedy="ask whoever runs it")
        return token

    def _claimed(self, token: str, begun: Begun) -> Claimed:
        now = int(self._clock().timestamp())
        try:
            decoded = jwt.decode(token, self._key_set(token), algorithms=list(ALGORITHMS))
            claims = CodeIDToken(
                decoded.claims,
                decoded.header,
                options={"iss": {"essential": True, "value": self.issuer}, "aud": {"essential": True}},
                params={"nonce": begun.nonce, "client_id": self._client, "max_age": self._fresh_s},
            )
            claims.validate(now=now, leeway=LEEWAY_S)
        except (JoseError, ValueError, TypeError) as error:
            raise NotIn(
                f"the provider's token is not to be trusted: {type(error).__name__}",
                where=self.issuer,
                remedy="begin again; if it stays so, see that both clocks are right",
            ) from error
        for_whom = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        if self._client not in for_whom:
            raise NotIn("the provider's token is for somebody else", where=self.issuer, remedy="begin again")
        if claims["auth_time"] < now - self._fresh_s - LEEWAY_S:
            raise NotIn("you signed in at the provider too long ago", where=self.issuer, remedy="sign in there anew")
        viewer, subject = claims.get(self._claim), claims["sub"]
        if self._claim == "email" and claims.get("email_verified") is not True:
            viewer = None
        if not isinstance(viewer, str) or not viewer.strip() or not isinstance(subject, str):
            raise NotIn(
                f"the provider does not say who you are here: its claim `{self._claim}` names nobody",
                where=self.issuer,
                remedy="ask whoever runs it, or this server",
            )
        return Claimed(subject, viewer.strip().lower())

    def _endpoint(self, name: str) -> str:
        found = self._discovered().get(name)
        # What a provider says of itself must not send a code, or a secret, in clear over a network.
        if not isinstance(found, str) or not safe(found):
            raise NotIn(f"the provider names no {name} that is safe", where=self.issuer, remedy="ask whoever runs it")
        return found

    def _discovered(self) -> dict[str, Any]:
        at = self._clock().timestamp()
        with self._lock:
            read, said = self._said
        if not said or not 0 <= at - read < KNOWN_S:
            said = self._fetch(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            # Discovery §4.3: another issuer's word would let it answer for this one.
            if said.get("issuer") != self.issuer:
                raise NotIn("the provider says that it is another", where=self.issuer, remedy="set `oidc_issuer` right")
            with self._lock:
                self._said = (at, said)
        return said

    def _key_set(self, token: str) -> KeySet:
        at = self._clock().timestamp()
        with self._lock:
            read, keys = self._keys
        wanted = _key_id(token)
        known = keys is not None and (not wanted or any(key.kid == wanted for key in keys.keys))
        if keys is None or not 0 <= at - read < KNOWN_S or (not known and at - read > LEEWAY_S):
            keys = KeySet.import_key_set(self._fetch(self._endpoint("jwks_uri")))  # type: ignore[arg-type]
            with self._lock:
                self._keys = (at, keys)
        return keys

    def _fetch(self, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        try:
            # The scheme is that of the settings, or was looked at by `safe`.
            asked = Request(url, body, {"accept": "application/json", **(headers or {})})  # noqa: S310
            with self._opener.open(asked, timeout=TIMEOUT_S) as answer:
                said = json.loads(answer.read(LONGEST))
        except (URLError, OSError, ValueError) as error:
            raise NotIn(
                f"the provider does not answer as it should: {type(error).__name__}",
                where=self.issuer,
                remedy="try again in a moment, or sign in by a password here",
            ) from error
        if not isinstance(said, dict):
            raise NotIn("the provider does not answer as it should", where=self.issuer, remedy="ask whoever runs it")
        return said


def _secret(file: str) -> str:
    if not file:
        return ""
    try:
        return Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise CutsetError(
            f"the provider's secret cannot be read: {error}", where=file, remedy="mend `oidc_secret_file`"
        ) from error


def _key_id(token: str) -> str:
    header = token.partition(".")[0]
    try:
        return str(json.loads(urlsafe_b64decode(header + "=" * (-len(header) % 4))).get("kid", ""))
    except (ValueError, AttributeError):
        return ""
