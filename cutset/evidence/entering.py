"""Entering what is done to exhibits: the reports, signed and marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from cutset.access.decide import PURPOSE, all_may_see
from cutset.access.registry import Registry, Viewer
from cutset.errors import CutsetError
from cutset.evidence import possible, signing
from cutset.evidence.naming import checked
from cutset.model.exhibit import Act, Attachment, Combined, Part, Role, Sampled, SealState, Split
from cutset.model.marking import Marking, Tlp, join
from cutset.model.report import Custody, Entry, Report, Source, Tasking, When, Where
from cutset.model.retention import of_derived

NOWHERE = Where()
"""A place that is not told."""


class NotYours(CutsetError):
    """Someone signs for another, or as what they are not."""


def act(
    exhibit: str,
    done: Act,
    *,
    viewer: Viewer,
    when: When,
    where: Where = NOWHERE,
    purpose: str = "",
    seal: str = "",
    seal_state: SealState | None = None,
    files: Sequence[Attachment] = (),
) -> Custody:
    """What a holder did to an exhibit, with every name written in full, as yet unsigned.

    Raises `BadName`, and `Impossible` for a figure that cannot be.
    """
    name, done = checked(exhibit, viewer.agency), _named_in_full(done, viewer.agency)
    possible.refuse(possible.of_act(name, done), name)
    return Custody(
        exhibit=name,
        when=when,
        giver=viewer.id,
        receiver=viewer.id,
        where=where,
        purpose=purpose,
        seal=seal,
        seal_state=seal_state,
        act=done,
        files=tuple(files),
    )


def transfer(
    exhibit: str,
    *,
    giver: Viewer,
    receiver: str,
    when: When,
    where: Where = NOWHERE,
    purpose: str = "",
    seal: str = "",
    seal_state: SealState | None = None,
    files: Sequence[Attachment] = (),
) -> Custody:
    """The statement of a transfer, as yet unsigned. Raises `BadName`, and `NotYours` for one to oneself."""
    if receiver == giver.id:
        raise NotYours(
            "an exhibit is not passed on to oneself", where=receiver, remedy="name who is to have it, by their id"
        )
    return Custody(
        exhibit=checked(exhibit, giver.agency),
        when=when,
        giver=giver.id,
        receiver=receiver,
        where=where,
        purpose=purpose,
        seal=seal,
        seal_state=seal_state,
        files=tuple(files),
    )


def request(exhibits: Iterable[str], *, laboratory: str, viewer: Viewer, order: str, when: When) -> Tasking:
    """The order that asks a laboratory to examine exhibits. Raises `BadName`."""
    about = tuple(sorted({checked(each, viewer.agency) for each in exhibits}))
    return Tasking(asset=laboratory, order=order, when=when, about=about)


def role_of(custody: Custody, viewer: str) -> Role:
    """As what a viewer would sign an act or transfer that is another's, or has one signature. Raises `NotYours`."""
    named = getattr(custody.act, "witnesses", ())
    if custody.act is None and custody.receiver == viewer:
        return Role.RECEIVER
    if custody.act is None and custody.giver == viewer:
        return Role.GIVER
    if custody.act is not None and custody.giver == viewer:
        return Role.HOLDER
    if viewer in named:
        return Role.WITNESS
    raise NotYours(
        f"{viewer} is neither giver, receiver, holder nor witness here",
        where=f"{custody.exhibit}, {custody.giver} to {custody.receiver}",
        remedy="sign as the viewer that it names",
    )


def report(content: Custody | Tasking, marking: Marking, *, made: bool = False) -> Report:
    """The report that enters it."""
    record = signing.statement_id(content) if isinstance(content, Custody) else ""
    dataset = "custody" if isinstance(content, Custody) else "laboratory requests"
    return Report(marking=marking, source=Source(dataset=dataset, record=record, made=made), content=content)


def marking_for(viewer: Viewer, entries: Iterable[Entry], readers: Iterable[str], registry: Registry) -> Marking:
    """The marking of what a viewer enters after having seen `entries`: at least as strict as theirs, but that agencies
    of `readers` may see it: the viewers and agencies that it concerns. Its retention class is that of a record of what
    was done (`cutset.model.retention.of_derived`).

    Raises `NotYours` where not all of the viewer's own agency, whose report it is, may see what it rests on.
    """
    seen = [each.report.marking for each in entries]
    joined = join(*seen) if seen else Marking(originator=viewer.agency)
    # What is bound to a purpose makes a report that is bound to it too, and tells nobody who looks for another.
    bound = joined.purposes or (PURPOSE,)
    if not all_may_see(viewer.agency, seen, registry, purposes=bound):
        raise NotYours(
            "not all of your agency may see what this rests on, and your report would tell them of it",
            remedy="ask the originator to release it to your agency",
        )
    known = [(each, registry.viewer(each)) for each in readers]
    agencies = {found.agency if found else each for each, found in known}
    others = {each for each in agencies if registry.agency(each)} - {viewer.agency}
    mine = replace(joined, originator=viewer.agency, retention=of_derived(each.retention for each in seen))
    if not others or (mine.rel_to is None and not mine.orcon and mine.tlp.strictness <= Tlp.GREEN.strictness):
        return mine
    named = {f"agency:{each}" for each in others}
    return replace(mine, rel_to=tuple(sorted(named.union(mine.rel_to or ()))))


def _named_in_full(done: Act, agency: str) -> Act:
    if isinstance(done, Split | Sampled):
        return replace(done, parts=tuple(_part(each, agency) for each in done.parts))
    if isinstance(done, Combined):
        return replace(done, of=tuple(checked(each, agency) for each in done.of))
    return done


def _part(part: Part, agency: str) -> Part:
    return replace(part, exhibit=checked(part.exhibit, agency))
