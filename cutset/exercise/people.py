"""Who is met with a load: someone of the organisation, by one of their names, or a stranger whom it hired."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from random import Random

from cutset.exercise import noise
from cutset.exercise.names import person
from cutset.exercise.parameters import Parameters
from cutset.exercise.truth import Happening, Organisation, Paper, PersonMention, Thing, designations
from cutset.model.report import Struct

FIELDS: dict[str, tuple[str, ...]] = {
    "cbp": ("driver",),
    "county-sheriff": ("driver", "passenger"),
    "uscg": ("master",),
    "uspis": ("addressee",),
    "partner": ("capitan",),
}
"""Where each agency's form names people; who is met besides is not in it."""


class Person(Struct, frozen=True):
    """Someone: their name, another by which they go ("" for none), and who they truly are ("": in no other record)."""

    name: str
    alias: str = ""
    who: str = ""


def members(card: Organisation) -> tuple[Person, ...]:
    """The people of an organisation."""
    return tuple(
        Person(name=name, alias=alias, who=f"{card.number}/{number}")
        for number, (name, alias) in enumerate(zip(card.people, card.aliases, strict=True), 1)
    )


def met(
    random: Random, given: Parameters, card: Organisation | None, count: int, thing: Thing | None = None
) -> tuple[Person, ...]:
    """So many people with a load of `card`'s. Where one's own telephone is the `thing` that was found, it is theirs."""
    found: list[Person] = []
    mine = list(members(card)) if card is not None else []
    phones = [each for each in card.things if each.kind == "phone"] if card is not None else []
    for _ in range(count):
        if not mine or random.random() >= given["people.own"]:
            found.append(Person(name=person(random)))
            continue
        # Each of the people has a telephone, in their order, while numbers last.
        owner = phones.index(thing) if thing in phones and not found and len(mine) == len(phones) else None
        found.append(mine.pop(random.randrange(len(mine)) if owner is None else owner))
    return tuple(found)


def written(random: Random, given: Parameters, people: Iterable[Person]) -> tuple[str, ...]:
    """Their names as someone wrote them down."""
    return tuple(noise.name_as_written(random, given, each.name, each.alias) for each in people)


def mentions(record: str, fields: Iterable[str], names: Sequence[str], people: Sequence[Person]) -> list[PersonMention]:
    """The mentions of these people in the `fields` of a record; who is in no other record is told by this one."""
    return [
        PersonMention(record=record, field=field, written=name, who=each.who or f"{record}/{field}")
        for field, name, each in zip(fields, names, people, strict=False)
    ]


def of_cards(cards: Iterable[Organisation]) -> Iterator[PersonMention]:
    """The mentions on index cards, and in the made list of designated parties."""
    for card in cards:
        for number, each in enumerate(members(card), 1):
            yield PersonMention(record=card.number, field=f"subject_{number}", written=each.name, who=each.who)
        if card.designated:
            leader, name = members(card)[0], card.leader.rpartition(" ")
            listed = f"{name[2].upper()}, {name[0]}"
            yield PersonMention(record=designations(card)[0], field="name", written=listed, who=leader.who)


def filed(
    made: Iterable[PersonMention], happenings: Iterable[Happening], papers: Iterable[Paper]
) -> Iterator[PersonMention]:
    """The mentions without those in records that nobody filed."""
    kept_back = {each.key for each in happenings if each.filed is None}
    kept_back |= {each.record for each in papers if each.filed is None}
    return (each for each in made if each.record not in kept_back)
