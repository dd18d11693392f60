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
"""How many examinations the shrinkage of a route's, or a party's, hit rate towards that of all is worth."""
GRADED = ("route", "found-before")
"""The rules that fire more or less strongly; the others fire or do not."""

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


def relative(hits: int, examined: int, mean: float) -> float:
    """The log-odds of a hit rate shrunk to that of all, over those of all: (hits + s·m) / (n + s) beside m.

    >>> relative(0, 0, 0.02), round(relative(1, 1, 0.02), 2), round(relative(1, 40, 0.02), 2)
    (0.0, 2.4, 0.21)
    """
    rate = (hits + SPREAD * mean) / (examined + SPREAD)
    return log(rate / (1 - rate)) - log(mean / (1 - mean))


class Routes:
    """The hit rate of each route among the visible examinations, and the `mean`, that of all."""

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
        self.mean = (self._hits.total() + 0.5) / (self._n.total() + 1)

    def odds(self, each: Consignment, own: bool | None) -> float:
        """Log-odds of its route's rate over all routes'; its `own` finding is left out, or it would explain itself."""
        at = route(each)
        n, hits = self._n[at], self._hits[at]
        if own is not None:
            n, hits = n - 1, hits - own
        return relative(hits, n, self.mean)


class Fired:
    """Which rules each of many shipments fires, in the order of `seqs`: a bit a rule, and the graded ones' strength.

    >>> fired = Fired(2)
    >>> fired[1] = {"transshipped": 1.0, "route": -0.25}
    >>> fired[0], fired[1]
    ({}, {'transshipped': 1.0, 'route': -0.25})
    """

    def __init__(self, number: int) -> None:
        self._bits = array("I", bytes(array("I").itemsize * number))
        self._strength = {name: array("d", bytes(8 * number)) for name in GRADED}

    def __setitem__(self, place: int, fired: Signs) -> None:
        self._bits[place] = sum(_BITS[name] for name in fired)
        for name, strength in self._strength.items():
            strength[place] = fired.get(name, 0.0)

    def __getitem__(self, place: int) -> Signs:
        bits = self._bits[place]
        return {
            name: self._strength[name][place] if name in GRADED else 1.0 for name, bit in _BITS.items() if bits & bit
        }

    def alike(self) -> Iterator[tuple[float, ...]]:
        """For each shipment a key that those who fire the same rules as strongly have in common."""
        return zip(self._bits, *self._strength.values(), strict=True)

    def positive(self, name: str) -> Iterator[int]:
        """The places of the shipments that fire a rule; of `route`, those by whose route more is found than by all."""
        bit = _BITS[name]
        for place, bits in enumerate(self._bits):
            if bits & bit and (name not in GRADED or self._strength[name][place] > 0):
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
        self._examined: Counter[tuple[str, str]] = Counter()
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
        fired.update(dict.fromkeys(self._selectors(each, beside, examined=label is not None), 1.0))
        fired.update(self._parties(each, beside))
        self._remember(each, beside, label)
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

    def _selectors(self, each: Consignment, beside: Beside, *, examined: bool) -> Iterable[str]:
        """What its selectors tell: of one that was examined, only what was known before it came.

        The seizure that an examination led to, and a case that was opened on it, name the shipment's own container:
        they would explain themselves.
        """
        yield from (f"known-to-{sort}" for sort, at_us in beside.known.items() if not examined or at_us < each.at_us)
        if any(thing in self._shared for thing in beside.things):
            yield "shared-selector"

    def _parties(self, each: Consignment, beside: Beside) -> Signs:
        """What is known of who sends and receives it, from the shipments before it."""
        sender, receiver = beside.shipper, beside.consignee
        new_sender = bool(sender) and not self._sent["shipper", sender]
        new_receiver = bool(receiver) and not self._sent["consignee", receiver]
        fired: Signs = {}
        if self._seen[each.modality] >= LEAST_SEEN:
            if new_sender:
                fired["first-shipper"] = 1.0
            if new_receiver:
                fired["first-consignee"] = 1.0
            if sender and receiver and not (new_sender or new_receiver or self._pairs[sender, receiver]):
                fired["new-pair"] = 1.0
        found = [at for at in (("shipper", sender), ("consignee", receiver)) if self._found[at]]
        if found:
            # Of many sent by a large firm something is found sooner or later: it is the rate that tells.
            rates = (relative(self._found[at], self._examined[at], self._routes.mean) for at in found)
            fired["found-before"] = max(0.0, *rates)
        elif self._sent["shipper", sender] >= REGULAR and sender:
            fired["regular"] = 1.0
        return fired

    def _remember(self, each: Consignment, beside: Beside, label: bool | None) -> None:
        """Take in one shipment, for those after it."""
        self._seen[each.modality] += 1
        self._pairs[beside.shipper, beside.consignee] += 1
        for at in (("shipper", beside.shipper), ("consignee", beside.consignee)):
            if at[1]:
                self._sent[at] += 1
                self._examined[at] += label is not None
                self._found[at] += bool(label)
