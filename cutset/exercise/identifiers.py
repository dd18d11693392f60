"""Made identifiers that pass their standards' checks, and spoiled copies that do not."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import base58
from stdnum import imo, iso6346  # type: ignore[import-untyped,unused-ignore]

# ISO 3779 / 49 CFR 565.15: transliteration of letters, and weight of each of the 17 places.
_VIN_VALUES = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", [*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)], strict=True))
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VIN_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"

# Real area codes; the exchange 555-01xx is kept for fiction, so no made number is anybody's.
_AREA_CODES = (
    "201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 220 223 224 225 227 228 229 231 234 235 239 "
    "240 248 251 252 253 254 256 260 262 267 269 270 272 274 276 279 281 283 301 302 303 304 305 307 308 309 310 312 "
    "313 314 315 316 317 318 319 320 321 323 324 325 326 327 329 330 331 332 334 336 337 339 341 346 347 350 351 352 "
    "353 360 361 363 364 369 380 385 386 401 402 404 405 406 407 408 409 410 412 413 414 415 417 419 423 424 425 430 "
    "432 434 435 440 442 443 445 447 448 458 463 464 469 470 472 475 478 479 480 484 501 502 503 504 505 507 508 509 "
    "510 512 513 515 516 517 518 520 534 539 540 541 551 557 559 561 562 563 564 566 567 570 571 572 573 574 575 577 "
    "580 582 585 586 588 601 602 603 605 606 607 608 609 610 612 614 615 616 617 618 619 620 623 626 628 629 630 631 "
    "636 640 641 645 646 650 651 656 657 659 660"
).split()


def phone_as_typed(random: Random, number: str) -> str:
    """The same U.S. number as one of many hands would type it."""
    area, exchange, line = number[2:5], number[5:8], number[8:]
    forms = ("({0}) {1}-{2}", "{0}-{1}-{2}", "{0}.{1}.{2}", "+1 {0} {1} {2}", "1{0}{1}{2}")
    return random.choice(forms).format(area, exchange, line)


def vin(random: Random) -> str:
    """A North American vehicle identification number with its check digit (49 CFR 565.15)."""
    body = random.choice(("1FT", "1GC", "3FA", "3N1", "2T3", "4T1", "5YJ")) + "".join(
        random.choices(_VIN_LETTERS, k=14)
    )
    return body[:8] + _vin_check_digit(body) + body[9:]


def _vin_check_digit(body: str) -> str:
    total = sum(
        weight * (int(char) if char.isdigit() else _VIN_VALUES[char])
        for char, weight in zip(body, _VIN_WEIGHTS, strict=True)
    )
    return "X" if total % 11 == 10 else str(total % 11)


def wallet(random: Random) -> str:
    """A Bitcoin address with its checksum (base58check, version 0). Its key is nobody's."""
    return str(base58.b58encode_check(b"\0" + random.randbytes(20)).decode())


def call_sign(mmsi: str) -> str:
    """A Colombian ship's call sign, one for each MMSI: a prefix, a letter, four digits the first of which is no 0 or 1.

    Source: ITU Radio Regulations, article 19, section III, and appendix 42. AIS has room for seven characters.

    >>> call_sign("730000001"), call_sign("730831999")
    ('HKA2001', '5KZ9999')
    """
    letters, rest = divmod(int(mmsi[3:]), 8000)
    return f"{('HK', 'HJ', '5J', '5K')[letters // 26]}{chr(65 + letters % 26)}{2000 + rest}"


def mistype(random: Random, written: str) -> str:
    """`written` with one digit changed, which a check digit catches."""
    places = [place for place, char in enumerate(written) if char.isdigit()]
    place = random.choice(places)
    other = random.choice([digit for digit in "0123456789" if digit != written[place]])
    return written[:place] + other + written[place + 1 :]


def _postal(service: str, number: int, country: str) -> str:
    """A postal item's number with its check digit (UPU standard S10)."""
    serial = f"{number:08d}"
    total = sum(int(digit) * weight for digit, weight in zip(serial, (8, 6, 4, 2, 3, 5, 9, 7), strict=True))
    check = {10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11)
    return f"{service}{serial}{check}{country}"


# How many of a kind one theatre may use, and how many there are: where a kind is scarce each theatre has numbers of its
# own, so that what two theatres share was never an accident.
_SLICE = {"phone": 3000, "imo": 850, "mmsi": 400, "plate": 20_000, "container": 4000, "parcel": 12_000}
_SPACE = {"phone": 100 * len(_AREA_CODES), "imo": 900_000, "mmsi": 832_000, "plate": 72_000_000}
_SPACE |= {"container": 5_000_000, "parcel": 100_000_000}
_STEP = 7_368_787  # a prime that divides none of these numbers: its multiples visit every place once


class Maker:
    """Makes identifiers, each of which it gives only once: what two made events shared was planted.

    Makers of different `theatre`s (from 0) give different ones. Telephone numbers kept for fiction are few: after some
    ten theatres there are none left, and `new` gives "".
    """

    def __init__(self, random: Random, theatre: int = 0) -> None:
        self.random = random
        self._next = {kind: theatre * size for kind, size in _SLICE.items()}
        self._end = {kind: min(_SPACE[kind], (theatre + 1) * size) for kind, size in _SLICE.items()}

    def new(self, kind: str) -> str:
        """A new identifier of `kind`: `phone`, `vin`, `plate`, `container`, `wallet`, `imo`, `mmsi` or `parcel`."""
        if kind not in _SLICE:
            # Of a VIN or a wallet there are so many that chance does not make one twice.
            return vin(self.random) if kind == "vin" else wallet(self.random)
        at = self._next[kind]
        if at >= self._end[kind]:
            return ""
        self._next[kind] = at + 1
        return _NUMBERED[kind](at * _STEP % _SPACE[kind])


def _phone(number: int) -> str:
    return f"+1{_AREA_CODES[number // 100]}55501{number % 100:02d}"


def _imo(number: int) -> str:
    body = f"{number + 100_000}"
    return body + str(imo.calc_check_digit(body))


def _plate(number: int) -> str:
    letters, digits = divmod(number, 9000)
    consonants = "BCDFGHJKLMNPRSTVWXYZ"
    return "".join(consonants[letters // 20**place % 20] for place in (2, 1, 0)) + f"{digits + 1000}"


def _container(number: int) -> str:
    owner, serial = divmod(number, 1_000_000)
    body = ("MSKU", "CMAU", "TGHU", "HLXU", "OOLU")[owner] + f"{serial:06d}"
    return body + str(iso6346.calc_check_digit(body))


def _parcel(number: int) -> str:
    return _postal("LA" if number % 2 else "EB", number, "CN")


_NUMBERED: dict[str, Callable[[int], str]] = {
    "phone": _phone,
    "imo": _imo,
    "mmsi": lambda number: f"730{number:06d}",
    "plate": _plate,
    "container": _container,
    "parcel": _parcel,
}
