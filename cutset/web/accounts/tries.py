"""A try to sign in at a provider: what is sent with it, all made from one secret that the browser keeps."""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from typing import NamedTuple

from cutset.errors import CutsetError


class NotIn(CutsetError):
    """The provider's answer lets nobody in."""


class Begun(NamedTuple):
    """A try to sign in: `secret` is kept in the browser's cookie, and all that is sent follows from it."""

    secret: str

    @property
    def state(self) -> str:
        """What the provider hands back: who brings another has not begun this try."""
        return self._made("state")

    @property
    def nonce(self) -> str:
        """What the token must name, which was then made for this try."""
        return self._made("nonce")

    @property
    def verifier(self) -> str:
        """What proves at the token endpoint that the code was asked for here."""
        return self._made("verifier")

    def _made(self, what: str) -> str:
        made = hmac.digest(self.secret.encode(), f"cutset oidc {what}".encode(), "sha256")
        return urlsafe_b64encode(made).rstrip(b"=").decode()


def begin() -> Begun:
    """A fresh try.

    >>> one = begin()
    >>> len({one.state, one.nonce, one.verifier, one.secret}), len(one.verifier)
    (4, 43)
    """
    return Begun(secrets.token_urlsafe(32))
