"""A provider of OpenID Connect for tests: a server of its own, with discovery, keys, sign-in, PKCE and sign-out."""

from __future__ import annotations

import hmac
import secrets
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any
from urllib.parse import unquote, urlencode

from fastapi import FastAPI, Request
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.responses import JSONResponse, RedirectResponse, Response

from tests.web.serving import on_a_port

CLIENT, SECRET = "cutset", "a secret of the two"
USERS: dict[str, dict[str, Any]] = {
    "ann": {"sub": "u-1", "preferred_username": "Ann@ash", "email": "ann@ash", "email_verified": True},
    "other": {"sub": "u-2", "preferred_username": "ann@ash", "email": "ann@ash", "email_verified": False},
    "nobody": {"sub": "u-3", "preferred_username": "nobody@ash", "roles": ["administrator"]},
}


class Issuer:
    """The provider: `user` is who sits before the browser; `lie` is said in the next token in the truth's place."""

    def __init__(self) -> None:
        self.address = ""
        self.user = "ann"
        self.signed_in_at = 0.0
        self.lie: dict[str, Any] = {}
        self.algorithm = "RS256"
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.published = self.key
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[dict[str, str]] = []

    def discovery(self) -> dict[str, Any]:
        at = self.address
        return {
            "issuer": at,
            "authorization_endpoint": f"{at}/authorize",
            "token_endpoint": f"{at}/token",
            "jwks_uri": f"{at}/keys",
            "end_session_endpoint": f"{at}/leave",
        }

    def authorize(self, given: dict[str, str]) -> Response:
        """Sign the user in, anew where that is too long ago, and send the browser back with a code."""
        self.asked.append(given)
        assert given["response_type"] == "code"
        assert given["client_id"] == CLIENT
        assert "openid" in given["scope"].split()
        assert given["code_challenge_method"] == "S256"
        if time.time() - self.signed_in_at > float(given["max_age"]):
            self.signed_in_at = time.time()
        code = secrets.token_urlsafe(16)
        self.codes[code] = given
        back = {"code": code, "state": given["state"], "iss": self.address}
        return RedirectResponse(f"{given['redirect_uri']}?{urlencode(back)}", 303)

    def token(self, form: dict[str, str], authorization: str) -> Response:
        """A token for a code, once, to who knows the client's secret and asked for the code."""
        name, _, secret = b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        began = self.codes.pop(form.get("code", ""), None)
        proof = urlsafe_b64encode(sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        right = began is not None and (
            (name, unquote(secret)) == (CLIENT, SECRET)
            and hmac.compare_digest(proof, began["code_challenge"])
            and form["redirect_uri"] == began["redirect_uri"]
        )
        if not right or began is None:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = USERS[self.user] | {"iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 300}
        claims |= {"nonce": began["nonce"], "auth_time": int(self.signed_in_at)} | self.lie
        key = self.key if self.algorithm == "RS256" else OctKey.import_key(SECRET)
        token = jwt.encode({"alg": self.algorithm, "kid": self.key.kid}, claims, key, algorithms=[self.algorithm])
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": token})


@contextmanager
def provided() -> Iterator[Issuer]:
    """A provider that runs for a `with` block."""
    issuer, made = Issuer(), FastAPI()

    @made.get("/.well-known/openid-configuration")
    def discovery() -> dict[str, Any]:
        return issuer.discovery()

    @made.get("/keys")
    def keys() -> dict[str, Any]:
        return {"keys": [issuer.published.as_dict(private=False)]}

    @made.get("/authorize")
    def authorize(request: Request) -> Response:
        return issuer.authorize(dict(request.query_params))

    @made.post("/token")
    async def token(request: Request) -> Response:
        async with request.form() as form:
            fields = {key: str(value) for key, value in form.items()}
        return issuer.token(fields, request.headers.get("authorization", ""))

    with on_a_port(made) as address:
        issuer.address = address
        yield issuer
