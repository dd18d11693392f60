"""Forms of custody: what was typed, read as an act or a transfer that is still to be signed on its signer's device."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

import msgspec

from cutset.access.registry import Key, Registry, Viewer
from cutset.errors import CutsetError
from cutset.evidence import entering, signing
from cutset.evidence.signing import BadKey
from cutset.model import quantity
from cutset.model.exhibit import (
    Act,
    Collected,
    Combined,
    Consumed,
    Destroyed,
    ExhibitKind,
    Mass,
    Part,
    Returned,
    Role,
    Sampled,
    Sealed,
    SealState,
    Signature,
    Split,
    Weighed,
)
from cutset.model.report import Custody, Precision, When, Where

PARTS = 6
"""Samples or parts that one form may have."""
AHEAD = timedelta(hours=26)

TRANSFER = "transfer"
ACTS: Mapping[str, str] = {
    TRANSFER: "Pass it on",
    "sealed": "Put a seal on",
    "weighed": "Weigh it",
    "sampled": "Take samples",
    "split": "Divide it",
    "combined": "Combine others into it",
    "consumed": "Use some up in analysis",
    "destroyed": "Destroy it",
    "returned": "Give it back",
}
"""What can be done to an exhibit, by the act's name, as a page offers it."""


class BadForm(CutsetError):
    """A field says what cannot be; nothing was entered."""


class Draft(NamedTuple):
    """A statement with its signature still to be made: the statement, the signature without its bytes, and the text."""

    content: Custody
    signature: Signature

    @property
    def text(self) -> bytes:
        """The bytes to be signed."""
        return signing.message(self.content, self.signature)

    def signed(self, signature: str) -> Custody:
        """The statement with the signature, given in hexadecimal."""
        done = msgspec.structs.replace(self.signature, signature=signature)
        return msgspec.structs.replace(self.content, signatures=(*self.content.signatures, done))


def mass(written: str) -> Mass | None:
    """A mass in grams with its expanded uncertainty; None where nothing was typed. Raises `BadForm`.

    >>> mass("1000.5 ± 0.2")
    Mass(grams=Decimal('1000.5'), uncertainty_g=Decimal('0.2'), balance='')
    """
    if not written.strip():
        return None
    grams, _, uncertainty = written.replace("+-", "±").replace("+/-", "±").replace("\u202f", "").partition("±")
    try:
        numbers = [Decimal(each.strip().removesuffix("g").strip() or 0) for each in (grams, uncertainty)]
        if not grams.strip() or not all(each.is_finite() and abs(each) < 10**12 for each in numbers):
            raise InvalidOperation
    except InvalidOperation:
        raise BadForm(
            "this is no mass", where=written[:60], remedy="write grams and uncertainty, 1000.5 ± 0.2"
        ) from None
    return Mass(grams=numbers[0], uncertainty_g=numbers[1])


def moment(written: str, now: datetime) -> datetime:
    """When it was, in UTC, as a browser's field gives it; now, where nothing was typed. Raises `BadForm`."""
    if not written:
        return now
    try:
        at = datetime.fromisoformat(written)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        if at.year < 1970 or at > now + AHEAD:
            raise ValueError
    except (ValueError, OverflowError):
        raise BadForm(
            "that is no time, or has not been yet", where=written[:40], remedy="say when it was, in UTC"
        ) from None
    return at


def statement(form: Mapping[str, str], viewer: Viewer, now: datetime) -> Custody:
    """The act or transfer that was typed, without files. Raises `BadForm`, `BadName`."""
    exhibit, do = form.get("exhibit", "").strip(), form.get("do", "")
    when = When(at=moment(form.get("when", ""), now), precision=Precision.SECOND)
    state = form.get("seal_state", "")
    if do == TRANSFER:
        receiver = form.get("receiver", "").strip()
        if not receiver or receiver == viewer.id:
            raise BadForm("say who gets it", where=receiver, remedy="name another viewer by id, or a person by name")
        return entering.transfer(
            exhibit,
            giver=viewer,
            receiver=receiver,
            when=when,
            where=Where(place=form.get("place", "").strip()),
            purpose=form.get("purpose", "").strip(),
            seal=form.get("seal", "").strip(),
            seal_state=SealState(state) if state in set(SealState) else None,
        )
    return entering.act(
        exhibit,
        _act(do, form),
        viewer=viewer,
        when=when,
        where=Where(place=form.get("place", "").strip()),
        purpose=form.get("purpose", "").strip(),
        seal=form.get("seal", "").strip(),
        seal_state=SealState(state) if state in set(SealState) else None,
    )


def _act(do: str, form: Mapping[str, str]) -> Act:
    def word(name: str) -> str:
        return form.get(name, "").strip()

    net, gross, left = mass(word("net")), mass(word("gross")), mass(word("left"))
    match do:
        case "collected":
            paid = quantity.money(word("amount"), word("currency")) if word("amount") else None
            return Collected(
                kind=_kind(word("kind")) or ExhibitKind.OTHER,
                event=word("event"),
                description=word("description"),
                net=net,
                gross=gross,
                count=_count(word("count")),
                amount=paid.amount if paid else None,
                currency=paid.currency if paid else word("currency").upper(),
            )
        case "sealed":
            return Sealed(seal=_said("new_seal", word("new_seal"), "the new seal"), replaces=word("seal"), gross=gross)
        case "weighed":
            if net is None and gross is None:
                raise BadForm("say what it weighs", where="net, gross", remedy="fill in one of the two")
            return Weighed(net=net, gross=gross)
        case "sampled":
            return Sampled(parts=_parts(form), left=left)
        case "split":
            return Split(parts=_parts(form), left=left, lost=mass(word("lost")))
        case "combined":
            of = tuple(word("of").split())
            if len(of) < 2:
                raise BadForm("say what it is made of", where="of", remedy="name two exhibits or more")
            return Combined(of=of, net=net, gross=gross, description=word("description"), seal=word("new_seal"))
        case "consumed":
            used = mass(word("used"))
            if used is None:
                raise BadForm("say how much was used up", where="used", remedy="write grams: 0.25 ± 0.01")
            return Consumed(used=used, left=left)
        case "destroyed":
            order = _said("order", word("order"), "the order")
            return Destroyed(order=order, method=word("method"), witnesses=tuple(word("witnesses").split()), net=net)
        case "returned":
            return Returned(to=_said("to", word("to"), "to whom"), order=word("order"))
    raise BadForm("say what was done", where=do[:40], remedy=f"choose one of {', '.join(ACTS)}")


def _parts(form: Mapping[str, str]) -> tuple[Part, ...]:
    found = []
    for row in range(PARTS):
        name = form.get(f"part_{row}", "").strip()
        if name:
            found.append(
                Part(
                    exhibit=name,
                    description=form.get(f"part_description_{row}", "").strip(),
                    net=mass(form.get(f"part_net_{row}", "")),
                    seal=form.get(f"part_seal_{row}", "").strip(),
                )
            )
    if not found:
        raise BadForm("say what comes out of it", where="parts", remedy="name one at least, with its number")
    return tuple(found)


def _kind(written: str) -> ExhibitKind | None:
    return ExhibitKind(written) if written in set(ExhibitKind) else None


def _count(written: str) -> int | None:
    if not written:
        return None
    if not (written.isascii() and written.isdigit() and len(written) < 10):
        raise BadForm("that is no number of pieces", where=written[:40], remedy="write a whole number")
    return int(written)


def _said(field: str, written: str, what: str) -> str:
    if not written:
        raise BadForm(f"say {what}", where=field, remedy="fill it in")
    return written


# ---- to be signed ---------------------------------------------------------------------------------------------------


def keys_of(viewer: Viewer, registry: Registry, now: datetime) -> list[Key]:
    """The keys that the viewer may sign with now, the newest first."""

    def lapsed(key: Key) -> str:
        return signing.lapse(Signature(role=Role.HOLDER, by=viewer.id, key=key.key, at=now), now, registry)

    return [each for each in viewer.keys if not lapsed(each)][::-1]


def draft(
    content: Custody,
    viewer: Viewer,
    registry: Registry,
    now: datetime,
    *,
    key: str = "",
    seal_state: str = "",
    remark: str = "",
    received: str = "",
) -> Draft:
    """What the viewer is to sign, by the key with these public bytes or their newest. Raises `NotYours`, `BadKey`.

    `received` is when they took it, as a browser's field gives it, where that was before now.
    """
    role = entering.role_of(content, viewer.id)
    usable = [each.key for each in keys_of(viewer, registry, now)]
    chosen = key or next(iter(usable), "")
    if chosen not in usable:
        raise BadKey(
            f"{viewer.id} has no key that signs now", where=chosen, remedy="have an administrator register your key"
        )
    state = SealState(seal_state) if seal_state in set(SealState) else None
    at = moment(received, now)
    signature = Signature(role=role, by=viewer.id, key=chosen, at=at, seal_state=state, remark=remark.strip())
    return Draft(content, signature)


def read_draft(form: Mapping[str, str]) -> Draft:
    """The draft that a page carries, as it was sent back. Raises `BadForm`."""
    try:
        return Draft(
            msgspec.json.decode(form.get("content", ""), type=Custody),
            msgspec.json.decode(form.get("unsigned", ""), type=Signature),
        )
    except (msgspec.DecodeError, ValueError):
        raise BadForm("that is no statement of this page", remedy="begin anew from the exhibit's page") from None


def signature_of(given: bytes) -> str:
    r"""A signature as it was pasted or uploaded: 64 bytes, or their hexadecimal digits. Raises `BadForm`.

    >>> signature_of(b"AB" * 64 + b"\n") == signature_of(bytes([0xAB]) * 64)
    True
    """
    if len(given) == 64:
        return given.hex()
    digits = b"".join(given.split()).decode("ascii", "replace").lower()
    if len(digits) != 128 or not set(digits) <= set("0123456789abcdef"):
        raise BadForm(
            "that is no Ed25519 signature", where=f"{len(given)} bytes", remedy="give its 64 bytes, or 128 digits"
        )
    return digits
