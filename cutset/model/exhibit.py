"""Exhibits: what was taken as evidence, what is done to it, what it weighs, and how that is signed. Plain data.

An exhibit is known by its name, `agency/number`: the agency that took it, and the number that this agency gave it.
Masses are exact decimals in grams. The uncertainty of a mass is its *expanded* uncertainty with coverage factor 2,
about 95 %, as a balance's certificate or a laboratory's report states it (JCGM 100:2008, 6.2); 0 where none is stated.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from cutset.model.network import Plain


class ExhibitKind(StrEnum):
    """What an exhibit is."""

    DRUG = "drug"
    CURRENCY = "currency"
    DEVICE = "device"
    DOCUMENT = "document"
    WEAPON = "weapon"
    SAMPLE = "sample"
    DIGITAL = "digital"
    OTHER = "other"


class SealState(StrEnum):
    """How someone found a seal. `RESEALED` is a seal that was opened for a stated purpose, with a new one beside it."""

    INTACT = "intact"
    BROKEN = "broken"
    RESEALED = "resealed"
    NONE = "none"


class Role(StrEnum):
    """As what someone signs: giver and receiver of a transfer, the holder who did an act, a witness to it."""

    GIVER = "giver"
    RECEIVER = "receiver"
    HOLDER = "holder"
    WITNESS = "witness"


class Mass(Plain, frozen=True):
    """A mass in grams, its expanded uncertainty (coverage factor 2), and the weighing instrument."""

    grams: Decimal
    uncertainty_g: Decimal = Decimal(0)
    balance: str = ""


class Attachment(Plain, frozen=True):
    """A file that lies beside the store: SHA-256 in hexadecimal, size in bytes, its name and what it is.

    `what` says what it shows or is: photograph, disk image, laboratory report, body-worn video.
    """

    sha256: str
    size: int
    name: str = ""
    media_type: str = ""
    what: str = ""


class Part(Plain, frozen=True):
    """An exhibit that comes out of another: its name, what it weighs, and the seal that it is put under."""

    exhibit: str
    kind: ExhibitKind | None = None
    description: str = ""
    gross: Mass | None = None
    net: Mass | None = None
    seal: str = ""


class Collected(Plain, frozen=True, tag="collected", tag_field="is"):
    """An exhibit enters: something was taken at an event, whose report's id is `event`.

    `count` is of pieces (tablets, notes, telephones). `amount` is money by its face, of an ISO 4217 `currency`. `lot`
    is what several exhibits of one event have in common, as the agency writes it.
    """

    kind: ExhibitKind
    event: str = ""
    description: str = ""
    gross: Mass | None = None
    net: Mass | None = None
    count: int | None = None
    amount: Decimal | None = None
    currency: str = ""
    lot: str = ""


class Sealed(Plain, frozen=True, tag="sealed", tag_field="is"):
    """A seal is put on, with its number; `replaces` is the number of the one that was taken off, if one was."""

    seal: str
    replaces: str = ""
    gross: Mass | None = None


class Weighed(Plain, frozen=True, tag="weighed", tag_field="is"):
    """It is weighed again."""

    gross: Mass | None = None
    net: Mass | None = None


class Split(Plain, frozen=True, tag="split", tag_field="is"):
    """It is divided into `parts`. `left` stays under its own name; None means that nothing does, and it ends here.

    `lost` is what is known to be lost in the work: dust, what sticks to a wrapping.
    """

    parts: tuple[Part, ...]
    left: Mass | None = None
    lost: Mass | None = None


class Sampled(Plain, frozen=True, tag="sampled", tag_field="is"):
    """Samples are taken from it. It goes on under its own name, with `left` as its net mass where that was weighed."""

    parts: tuple[Part, ...]
    left: Mass | None = None


class Combined(Plain, frozen=True, tag="combined", tag_field="is"):
    """It is made of the exhibits `of`, which end here."""

    of: tuple[str, ...]
    kind: ExhibitKind | None = None
    description: str = ""
    gross: Mass | None = None
    net: Mass | None = None
    seal: str = ""


class Consumed(Plain, frozen=True, tag="consumed", tag_field="is"):
    """Some of it was used up in analysis; `left` is what is left of its net mass, where that was weighed."""

    used: Mass
    left: Mass | None = None


class Destroyed(Plain, frozen=True, tag="destroyed", tag_field="is"):
    """It was destroyed: by which `order` (a court's, a prosecutor's), how, and who saw it. It ends here."""

    order: str
    method: str = ""
    witnesses: tuple[str, ...] = ()
    net: Mass | None = None


class Returned(Plain, frozen=True, tag="returned", tag_field="is"):
    """It was given back to whom it belongs, by which order. It ends here."""

    to: str
    order: str = ""


Act = Collected | Sealed | Weighed | Split | Sampled | Combined | Consumed | Destroyed | Returned
"""What is done to an exhibit, beyond passing it on."""


class Signature(Plain, frozen=True):
    """Someone's Ed25519 signature (RFC 8032) of an act or transfer, made with or without a store at hand.

    `by` is a viewer's id, `key` their public key, `at` when they signed. A receiver says with it that they have
    the exhibit since then. `seal_state` is how they themselves found the seal, `remark` what they add. `signature` is
    over the bytes that `cutset.evidence.signing.message` gives. `key` and `signature` are in hexadecimal.
    """

    role: Role
    by: str
    key: str
    at: datetime
    seal_state: SealState | None = None
    remark: str = ""
    signature: str = ""


class Component(Plain, frozen=True):
    """What else a laboratory found in a sample: a cutting agent or a residue, as mass fraction (0 to 1) where known."""

    name: str
    fraction: float | None = None
