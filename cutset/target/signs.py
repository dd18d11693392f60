"""Signs: which rules each shipment fires, and how strongly, from the shipments and findings that the viewer may see."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from math import log
from statistics import median

from cutset.target import rows
from cutset.target.reading import Beside, Consignment, Reading
from cutset.target.rules import rules

LEAST_SEEN = 20
"""Shipments of the same goods from which it is told what is usual among them; parties are judged from so many on."""
FAR = 2.5
"""Robust standard deviations (1.4826 times the median absolute deviation) from which a figure is odd."""
RARE = 0.05
"""The share of a commodity's shipments below which an origin is odd."""
REGULAR, SHARED = 5, 3
SPREAD = 5.0
"""How many examinations the shrinkage of a route's hit rate towards all routes' is worth."""

Signs = dict[str, float]


class Usual:
    """What is usual among figures of one kind of goods: median and robust deviation of their logarithms."""

    def __init__(self) -> None:
        self._groups: dict[tuple[str, ...], array[float]] = defaultdict(lambda: array("d"))
        self._usual: dict[tuple[str, ...], tuple[float, float]] = {}

    def add(self, key: tuple[str, ...], figure: float) -> None:
        """Take in one figure."""
        self._groups[key].append(log(figure))

    def close(self) -> Usual:
        """Work out what is usual, once all figures are in, and let go of them."""
        for key, logs in self._groups.items():
            if len(logs) >= LEAST_SEEN:
                middle = median(logs)
                # A spread of nought would make everything odd: figures are rounded to a few per cent at best.
                self._usual[key] = middle, max(1.4826 * median(abs(each - middle) for each in logs), 0.05)
        self._groups.clear()
        return self

    def far(self, key: tuple[str, ...], figure: float) -> float:
        """By how many robust deviations a figure is off; 0 where nothing is known of its kind."""
        found = self._usual.get(key)
        return (log(figure) - found[0]) / found[1] if found else 0.0


def _weight(weight_kg: float | None) -> float | None:
    return weight_kg if weight_kg and weight_kg > 0 else None


def _price(weight_kg: float | None, value: float | None) -> float | None:
    return value / weight_kg if weight_kg and value and value > 0 else None


def route(each: Consignment) -> tuple[str, ...]:
    """The route: origin, country of lading, port of destination."""
    return each.origin, each.lading, each.port or each.place


class Routes:
    """The hit rate of each route among the visible examinations, shrunk to that of all: (hits + s·m) / (n + s)."""

    def __init__(self, reading: Reading) -> None:
        self._n: Counter[tuple[str, ...]] = Counter()
        self._hits: Counter[tuple[str, ...]] = Counter()
        table = rows.shipment.c
        for seen in reading.columns(table.seq, table.origin, table.lading, table.port, table.place):
            label = reading.history.label(seen.seq)
            if label is not None:
                at = seen.origin, seen.lading, seen.port or seen.place
                self._n[at] += 1
                self._hits[at] += label
        self._mean = (self._hits.total() + 0.5) / (self._n.total() + 1)

    def odds(self, each: Consignment, own: bool | None) -> float:
        """Log-odds of its route's rate over all routes'; its `own` finding is left out, or it would explain itself."""
        at = route(each)
        n, hits = self._n[at], self._hits[at]
        if own is not None:
            n, hits = n - 1, hits - own
        rate = (hits + SPREAD * self._mean) / (n + SPREAD)
        return log(rate / (1 - rate)) - log(self._mean / (1 - self._mean))


class Fired:
    """Which rules each of many shipments fires, in the order of `seqs`: a bit a rule, and how strongly its route does.

    >>> fired = Fired(2)
    >>> fired[1] = {"transshipped": 1.0, "route": -0.25}
    >>> fired[0], fired[1]
    ({}, {'transshipped': 1.0, 'route': -0.25})
    """

    def __init__(self, number: int) -> None:
        self._bits = array("I", bytes(array("I").itemsize * number))
        self._route = array("d", bytes(8 * number))

    def __setitem__(self, place: int, fired: Signs) -> None:
        self._bits[place] = sum(_BITS[name] for name in fired)
        self._route[place] = fired.get("route", 0.0)

    def __getitem__(self, place: int) -> Signs:
        bits = self._bits[place]
        return {name: self._route[place] if name == "route" else 1.0 for name, bit in _BITS.items() if bits & bit}

    def alike(self) -> Iterator[tuple[int, float]]:
        """For each shipment a key that those who fire the same rules as strongly have in common."""
        return zip(self._bits, self._route, strict=True)

    def positive(self, name: str) -> Iterator[int]:
        """The places of the shipments that fire a rule; of `route`, those by whose route more is found than by all."""
        bit = _BITS[name]
        for place, bits in enumerate(self._bits):
            if bits & bit and (name != "route" or self._route[place] > 0):
                yield place


_BITS = {name: 1 << number for number, name in enumerate(rules().rules)}


def signs(reading: Reading) -> Fired:
    """The rules that each shipment fires; one pass in the order of time."""
    made, fired = _Pass(reading), Fired(len(reading.seqs))
    for each, beside in reading.shipments():
        place = reading.place(each.seq)
        if place is not None:
            fired[place] = made.of(each, beside)
    return fired


class _Pass:
    def __init__(self, reading: Reading) -> None:
        self._history = reading.history
        self._usual(reading)
        self._routes = Routes(reading)
        self._shared = reading.shared(SHARED)
        self._seen: Counter[str] = Counter()
        self._sent: Counter[tuple[str, str]] = Counter()
        self._pairs: Counter[tuple[str, str]] = Counter()
        self._found: Counter[tuple[str, str]] = Counter()

    def _usual(self, reading: Reading) -> None:
        """What is usual of each kind of goods: weights, values of a kilogram, and where they come from."""
        weights, prices = Usual(), Usual()
        self._from: Counter[tuple[str, str]] = Counter()
        self._of_code: Counter[str] = Counter()
        table = rows.shipment.c
        for seen in reading.columns(
            table.modality, table.hs_code, table.origin, table.weight_kg, table.value, table.currency
        ):
            goods, weight = (seen.modality, seen.hs_code[:6]), _weight(seen.weight_kg)
            price = _price(weight, seen.value)
            if weight:
                weights.add(goods, weight)
            if price:
                prices.add((*goods, seen.currency), price)
            self._from[seen.hs_code[:6], seen.origin] += 1
            self._of_code[seen.hs_code[:6]] += 1
        self._weights, self._prices = weights.close(), prices.close()

    def of(self, each: Consignment, beside: Beside) -> Signs:
        """The rules that the next shipment fires, with how strongly."""
        label = self._history.label(each.seq)
        fired = {name: 1.0 for name, is_so in self._declared(each) if is_so}
        for name, far in (("odd-weight", self._weight_far(each)), ("odd-value", self._price_far(each))):
            if abs(far) >= FAR:
                fired[name] = 1.0
        fired.update(dict.fromkeys(self._selectors(beside), 1.0))
        fired.update(dict.fromkeys(self._parties(each, beside, bool(label)), 1.0))
        if each.origin:
            fired["route"] = self._routes.odds(each, label)
        return {name: value for name, value in fired.items() if value}

    def _declared(self, each: Consignment) -> Iterable[tuple[str, bool]]:
        yield "transshipped", bool(each.lading and each.origin and each.lading != each.origin)
        late = each.declared_us is not None and each.departs_us is not None and each.declared_us > each.departs_us
        yield "late-data", late
        no_code = each.modality == "container" and not each.hs_code
        yield "missing-data", no_code or _price(_weight(each.weight_kg), each.value) is None
        code = each.hs_code[:6]
        share = self._from[code, each.origin] / max(1, self._of_code[code])
        yield "odd-origin", bool(code and each.origin and self._of_code[code] >= LEAST_SEEN and share < RARE)

    def _weight_far(self, each: Consignment) -> float:
        weight = _weight(each.weight_kg)
        return self._weights.far((each.modality, each.hs_code[:6]), weight) if weight else 0.0

    def _price_far(self, each: Consignment) -> float:
        price = _price(_weight(each.weight_kg), each.value)
        return self._prices.far((each.modality, each.hs_code[:6], each.currency), price) if price else 0.0

    def _selectors(self, beside: Beside) -> Iterable[str]:
        yield from (f"known-to-{sort}" for sort in beside.known)
        if any(thing in self._shared for thing in beside.things):
            yield "shared-selector"

    def _parties(self, each: Consignment, beside: Beside, found_here: bool) -> Iterable[str]:
        sender, receiver = beside.shipper, beside.consignee
        enough = self._seen[each.modality] >= LEAST_SEEN
        new_sender = bool(sender) and not self._sent["shipper", sender]
        new_receiver = bool(receiver) and not self._sent["consignee", receiver]
        if enough:
            if new_sender:
                yield "first-shipper"
            if new_receiver:
                yield "first-consignee"
            if sender and receiver and not (new_sender or new_receiver or self._pairs[sender, receiver]):
                yield "new-pair"
        known = (("shipper", sender), ("consignee", receiver))
        found = any(self._found[at] for at in known)
        if found:
            yield "found-before"
        elif self._sent["shipper", sender] >= REGULAR and sender:
            yield "regular"
        self._seen[each.modality] += 1
        self._pairs[sender, receiver] += 1
        for at in known:
            if at[1]:
                self._sent[at] += 1
                self._found[at] += found_here
