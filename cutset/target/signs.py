"""Signs: which rules each shipment fires, and how strongly, from the shipments and findings that the viewer may see."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from math import log
from statistics import median

from cutset.target.reading import Consignment, Reading

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

    def __init__(self, figures: Iterable[tuple[tuple[str, ...], float]]) -> None:
        groups: dict[tuple[str, ...], list[float]] = defaultdict(list)
        for key, figure in figures:
            groups[key].append(log(figure))
        self._usual: dict[tuple[str, ...], tuple[float, float]] = {}
        for key, logs in groups.items():
            if len(logs) >= LEAST_SEEN:
                middle = median(logs)
                # A spread of nought would make everything odd: figures are rounded to a few per cent at best.
                self._usual[key] = middle, max(1.4826 * median(abs(each - middle) for each in logs), 0.05)

    def far(self, key: tuple[str, ...], figure: float) -> float:
        """By how many robust deviations a figure is off; 0 where nothing is known of its kind."""
        found = self._usual.get(key)
        return (log(figure) - found[0]) / found[1] if found else 0.0


def _goods(each: Consignment) -> tuple[str, ...]:
    return each.modality, each.hs_code[:6]


def _weight(each: Consignment) -> float | None:
    return each.weight_kg if each.weight_kg and each.weight_kg > 0 else None


def _price(each: Consignment) -> float | None:
    weight = _weight(each)
    return each.value / weight if weight and each.value and each.value > 0 else None


def route(each: Consignment) -> tuple[str, ...]:
    """The route: origin, country of lading, port of destination."""
    return each.origin, each.lading, each.port or each.place


class Routes:
    """The hit rate of each route among the visible examinations, shrunk to that of all: (hits + s·m) / (n + s)."""

    def __init__(self, reading: Reading) -> None:
        self._n: Counter[tuple[str, ...]] = Counter()
        self._hits: Counter[tuple[str, ...]] = Counter()
        for id in reading.findings:
            at = route(reading.by_id[id])
            self._n[at] += 1
            self._hits[at] += bool(reading.label(id))
        self._mean = (self._hits.total() + 0.5) / (self._n.total() + 1)

    def odds(self, each: Consignment, own: bool | None) -> float:
        """Log-odds of its route's rate over all routes'; its `own` finding is left out, or it would explain itself."""
        at = route(each)
        n, hits = self._n[at], self._hits[at]
        if own is not None:
            n, hits = n - 1, hits - own
        rate = (hits + SPREAD * self._mean) / (n + SPREAD)
        return log(rate / (1 - rate)) - log(self._mean / (1 - self._mean))


def signs(reading: Reading) -> dict[str, Signs]:
    """The rules that each shipment fires, by its id; one pass in the order of time."""
    return _Pass(reading).signs


class _Pass:
    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        all_ = reading.shipments
        self._weights = Usual((_goods(each), w) for each in all_ if (w := _weight(each)))
        self._prices = Usual(((*_goods(each), each.currency), p) for each in all_ if (p := _price(each)))
        self._from = Counter((each.hs_code[:6], each.origin) for each in all_)
        self._of_code = Counter(each.hs_code[:6] for each in all_)
        self._routes = Routes(reading)
        self._consignees = self._by_selector()
        self._seen: Counter[str] = Counter()
        self._sent: Counter[tuple[str, str]] = Counter()
        self._pairs: Counter[tuple[str, str]] = Counter()
        self._found: Counter[tuple[str, str]] = Counter()
        self.signs = {each.id: self._of(each) for each in all_}

    def _by_selector(self) -> dict[tuple[str, str], set[str]]:
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        for seq, things in self._reading.selectors.items():
            name = self._reading.parties.get((seq, "consignee"))
            if name:
                for thing in things:
                    found[thing].add(name)
        return found

    def _of(self, each: Consignment) -> Signs:
        fired = {name: 1.0 for name, is_so in self._declared(each) if is_so}
        for name, far in (("odd-weight", self._weight_far(each)), ("odd-value", self._price_far(each))):
            if abs(far) >= FAR:
                fired[name] = 1.0
        fired.update(dict.fromkeys(self._selectors(each), 1.0))
        fired.update(dict.fromkeys(self._parties(each), 1.0))
        if each.origin:
            fired["route"] = self._routes.odds(each, self._reading.label(each.id))
        return {name: value for name, value in fired.items() if value}

    def _declared(self, each: Consignment) -> Iterable[tuple[str, bool]]:
        yield "transshipped", bool(each.lading and each.origin and each.lading != each.origin)
        late = each.declared_us is not None and each.departs_us is not None and each.declared_us > each.departs_us
        yield "late-data", late
        no_code = each.modality == "container" and not each.hs_code
        yield "missing-data", no_code or _price(each) is None
        code = each.hs_code[:6]
        share = self._from[code, each.origin] / max(1, self._of_code[code])
        yield "odd-origin", bool(code and each.origin and self._of_code[code] >= LEAST_SEEN and share < RARE)

    def _weight_far(self, each: Consignment) -> float:
        weight = _weight(each)
        return self._weights.far(_goods(each), weight) if weight else 0.0

    def _price_far(self, each: Consignment) -> float:
        price = _price(each)
        return self._prices.far((*_goods(each), each.currency), price) if price else 0.0

    def _selectors(self, each: Consignment) -> Iterable[str]:
        things = self._reading.selectors.get(each.seq, ())
        for name, sort in (("known-to-case", "case"), ("known-to-seizure", "seizure")):
            if any(thing in self._reading.in_sort[sort] for thing in things):
                yield name
        if any(len(self._consignees.get(thing, ())) >= SHARED for thing in things):
            yield "shared-selector"

    def _parties(self, each: Consignment) -> Iterable[str]:
        sender, receiver = (self._reading.parties.get((each.seq, role), "") for role in ("shipper", "consignee"))
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
        label = self._reading.label(each.id)
        self._seen[each.modality] += 1
        self._pairs[sender, receiver] += 1
        for at in known:
            if at[1]:
                self._sent[at] += 1
                self._found[at] += bool(label)
