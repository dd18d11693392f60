"""The bytes that are signed are pinned: a change of the model must not unmake what was signed."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from msgspec.structs import replace

from cutset.evidence import signing
from cutset.model.exhibit import Mass, Role, SealState, Weighed
from cutset.model.report import Custody, When, Where
from tests.evidence.making import key_of, who

AT = datetime(2026, 1, 2, 10, tzinfo=UTC)
STATED = Custody(
    exhibit="ash/1",
    when=When(at=AT),
    giver=who("ann"),
    receiver=who("ann"),
    where=Where(country="PA"),
    purpose="to the laboratory",
    seal="A17",
    act=Weighed(net=Mass(grams=Decimal("1000.50"), uncertainty_g=Decimal("0.2"))),
)


def test_the_bytes_are_pinned() -> None:
    signed = signing.sign(
        STATED, key_of("ann"), role=Role.HOLDER, by=who("ann"), at=AT, seal_state=SealState.INTACT, remark="dry"
    )
    (signature,) = signed.signatures
    assert signing.message(signed, signature).decode() == (
        "cutset custody v1\n"
        '{"is":"custody","exhibit":"ash/1","when":{"at":"2026-01-02T10:00:00Z"},"giver":"ann@ash","receiver":"ann@ash",'
        '"where":{"country":"PA"},"purpose":"to the laboratory","seal":"A17",'
        '"act":{"is":"weighed","net":{"grams":"1000.50","uncertainty_g":"0.2"}}}\n'
        '{"role":"holder","by":"ann@ash","key":"' + signature.key + '","at":"2026-01-02T10:00:00Z",'
        '"seal_state":"intact","remark":"dry"}'
    )
    assert signing.authentic(signed, signature)
    assert signing.statement_id(signed) == signing.statement_id(STATED)


def test_no_word_of_it_can_be_changed() -> None:
    signed = signing.sign(STATED, key_of("ann"), role=Role.HOLDER, by=who("ann"), at=AT)
    (signature,) = signed.signatures
    for changes in ({"purpose": ""}, {"seal": "A18"}, {"receiver": who("bea")}, {"act": None}):
        assert not signing.authentic(replace(signed, **changes), signature), changes
    for changes in ({"role": Role.WITNESS}, {"by": who("bea")}, {"remark": "wet"}, {"signature": "00"}, {"key": "zz"}):
        assert not signing.authentic(signed, replace(signature, **changes)), changes
