"""Looks: every view of a node records who looked at what, before its answer is given.

    @looked
    def leads(self, *, viewer, …): …

    with node.looks.look("overview", viewer) as look:      # what shows without a method of the node
        found = gather(…)
        look.show(found)

Of what was asked there is kept: ids of the platform's own and of its viewers and agencies, numbers, and words of a
vocabulary, in clear; of any other text, and so of every name and selector, only a keyed digest (`~` and 16 letters).
The key is made from the store's signing key, which lies outside of the store: who has the store alone can test no
guess, while an auditor who knows a name can find out who asked for it (`Digests.of`).
"""

from __future__ import annotations

import hmac
import inspect
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache, wraps
from hashlib import sha256
from pathlib import PurePath
from typing import Any, ParamSpec, TypeVar
from weakref import WeakSet

import msgspec

from cutset.access.policy import policy
from cutset.access.registry import Agency, Registry, Viewer
from cutset.errors import CutsetError
from cutset.log.audit import Look
from cutset.log.audit_index import HANDED
from cutset.log.store import Log
from cutset.model.mention import Mention
from cutset.model.report import Entry, Receipt, Report

_P = ParamSpec("_P")
_T = TypeVar("_T")

_REPORT = re.compile(r"(r-[a-z2-7]{32})(#[a-z0-9.]+)?")
_ID = re.compile(r"[a-z]{1,3}-[a-z2-7]{26,32}(#[a-z0-9.]+)?")
_DEEP = 8
_ASKED = 500
INVESTIGATION = "investigation"

_OF_LOOKS = frozenset({"self", "viewer", "purpose"})
_OF_TRIES = frozenset({"self", "by"})


class Digests:
    """Keyed digests of what was asked for in words."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, text: str) -> str:
        """The digest of a text, the same however it is cased or composed.

        >>> Digests(b"key").of("Ann") == Digests(b"key").of(" ann ")
        True
        """
        plain = unicodedata.normalize("NFKC", text).casefold().strip()
        return "~" + hmac.new(self._key, plain.encode("utf-8", "replace"), sha256).hexdigest()[:16]

    def asked(self, value: object, *, word: bool = False) -> str:
        """What is kept of an argument; `word` where it is one of a vocabulary."""
        match value:
            case None:
                return ""
            case Receipt():
                return value.id
            case Mention():
                named = [self.of(each) for each in (value.name, *value.aliases) if each]
                selectors = [f"{each.kind}{self.of(each.value)}" for each in value.selectors]
                return " ".join([value.kind, *named, *selectors])
            case Enum():
                return str(value.value)
            case PurePath():
                return self.of(str(value))
            case bool() | int() | float() | datetime():
                return str(value)
            case str():
                return value if word or _ID.fullmatch(value) else self.of(value) if value else ""
            case Mapping():
                return " ".join(f"{self.asked(key, word=word)}={self.asked(each)}" for key, each in value.items())
            case list() | tuple() | set() | frozenset():
                return " ".join(self.asked(each, word=word) for each in value)
            case msgspec.Struct():
                # A lead or group that was handed back is known by its id; of another thing only its kind is kept.
                id = getattr(value, "id", None)
                return self.asked(id) if isinstance(id, str) else type(value).__name__
        return type(value).__name__


class Looking:
    """A look while it lasts: what it has shown so far."""

    def __init__(self) -> None:
        self.shown = 0
        self.reports: set[str] = set()

    def show(self, result: object, count: int | None = None) -> None:
        """Count what is shown, and note the reports in it. `count` in place of the number of items."""
        self.reports.update(reports_in(result))
        if count is not None:
            self.shown += count
        elif isinstance(result, list | tuple | dict | set | frozenset):
            self.shown += len(result)
        elif result is not None:
            self.shown += _rows(result)


class Looks:
    """What a node looks through: it records the looks of its views."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._digests: Digests | None = None

    @property
    def digests(self) -> Digests:
        """The store's digests. Raises `NoKey`."""
        if self._digests is None:
            self._digests = Digests(self._log.secret("cutset audit digest v1"))
        return self._digests

    @contextmanager
    def look(
        self,
        view: str,
        viewer: Viewer | str,
        asked: Mapping[str, object] | None = None,
        *,
        purpose: str = INVESTIGATION,
        words: Collection[str] = (),
        members: Collection[str] = (),
    ) -> Iterator[Looking]:
        """A look through `view`: recorded, durably, when the block ends, and as failed where it raises.

        Of what was `asked`, `words` are of a vocabulary and `members` viewers or agencies, whose ids are kept in clear
        where they are registered.

        A look within another is part of it. Within `request`, looks are kept and written together at its end.
        """
        looking = Looking()
        if _within.get():
            yield looking
            return
        token = _within.set(True)
        failed = ""
        try:
            yield looking
        except BaseException as error:
            failed = type(error).__name__
            raise
        finally:
            _within.reset(token)
            self._record(view, viewer, purpose, words, members, asked or {}, looking, failed)

    def failed(self, view: str, viewer: Viewer | str, error: CutsetError, asked: Mapping[str, object]) -> None:
        """Record a failed try of something that, had it not failed, would itself be in the log."""
        self._record(view, viewer, INVESTIGATION, (), (), asked, Looking(), type(error).__name__)

    def handed(self, reports: Collection[str], *, by: Viewer, to: Viewer, purpose: str) -> None:
        """Record that `by` made a package of these reports for `to`, so that the audit tells whom they reached."""
        asked = {"recipient": to.id}
        self._keep(Look(view=HANDED, by=by.id, purpose=purpose, asked=asked, shown=len(reports),
                        reports=frozenset(reports)))  # fmt: skip

    def _record(
        self,
        view: str,
        viewer: Viewer | str,
        purpose: str,
        words: Collection[str],
        members: Collection[str],
        asked: Mapping[str, object],
        looking: Looking,
        failed: str,
    ) -> None:
        id = viewer if isinstance(viewer, str) else viewer.id
        registry = self._log.registry()
        told = {}
        for name, value in asked.items():
            member = _registered(value, registry) if name in members else ""
            # What a failed try brought need not be of the vocabulary that it should be of.
            said = member or self.digests.asked(value, word=name in words and not failed)
            if said:
                told[name] = said if len(said) <= _ASKED else said[:_ASKED] + "…"
        if registry.viewer(id) is None:
            told["viewer"], id = self.digests.of(id), ""
        found = Look(
            view=view,
            by=id,
            purpose=purpose if purpose in purposes() else self.digests.of(purpose),
            asked=told,
            shown=0 if failed else looking.shown,
            reports=frozenset() if failed else frozenset(looking.reports),
            failed=failed,
        )
        self._keep(found)

    def _keep(self, found: Look) -> None:
        kept = _request.get()
        if kept is None:
            self._log.looked(found)
        else:
            kept.add(self._log, found)


def _registered(value: object, registry: Registry) -> str:
    """The id of a viewer or agency that is named, where it is registered; else ""."""
    id = value.id if isinstance(value, Viewer | Agency) else value
    return id if isinstance(id, str) and (registry.viewer(id) or registry.agency(id)) else ""


class Kept:
    """The looks of one request that are not yet written."""

    def __init__(self) -> None:
        self._looks: list[tuple[Log, Look]] = []

    def __bool__(self) -> bool:
        return bool(self._looks)

    def add(self, log: Log, look: Look) -> None:
        """Keep a look through a view of `log`."""
        self._looks.append((log, look))

    def write(self) -> None:
        """Write them together, durably. Raises `StoreError`, `NoKey`; then no answer may be given."""
        looks, self._looks = self._looks, []
        for log in {id(log): log for log, _ in looks}.values():
            log.looked(*(look for of, look in looks if of is log))


_told: WeakSet[CutsetError] = WeakSet()
"""Failures that are recorded already: one that passes through two methods is one."""

_within: ContextVar[bool] = ContextVar("within a look", default=False)
_request: ContextVar[Kept | None] = ContextVar("looks of this request", default=None)


@contextmanager
def request() -> Iterator[Kept]:
    """Looks in this block are written together when it ends, durably: give no answer before that, or before `write`."""
    kept = Kept()
    token = _request.set(kept)
    try:
        yield kept
    finally:
        _request.reset(token)
        kept.write()


@cache
def purposes() -> frozenset[str]:
    """The purposes that there are."""
    return frozenset(policy().purposes)


def looked(
    *, words: Collection[str] = (), members: Collection[str] = (), reports: bool = True
) -> Callable[[Callable[_P, _T]], Callable[_P, _T]]:
    """Records each call of a node's method that takes `viewer`, whether it answers or raises.

    `words` names the parameters whose texts are of a vocabulary, and are kept in clear, as are ids of registered
    viewers and agencies in those that `members` names. Without `reports`, what is
    shown is counted only: the audit names reports without showing them.
    """

    def mark(method: Callable[_P, _T]) -> Callable[_P, _T]:
        signature = inspect.signature(method)

        @wraps(method)
        def looking(*args: _P.args, **kwargs: _P.kwargs) -> _T:
            said = signature.bind(*args, **kwargs).arguments
            node: Any = said["self"]
            asked = {name: _looked_for(value) for name, value in said.items() if name not in _OF_LOOKS}
            purpose = said.get("purpose", INVESTIGATION)
            with node.looks.look(
                method.__name__, said["viewer"], asked, purpose=purpose, words=words, members=members
            ) as look:
                result = method(*args, **kwargs)
                look.show(result)
                if not reports:
                    look.reports.clear()
            return result

        looking.is_looked = True  # type: ignore[attr-defined]
        return looking

    return mark


def _looked_for(value: object) -> object:
    """What is asked for by an argument: of a report that is yet to be submitted, the mentions that it names."""
    if not isinstance(value, Report):
        return value
    return (*value.mentions, *(mention for portion in value.portions for mention in portion.mentions))


def tried(method: Callable[_P, _T]) -> Callable[_P, _T]:
    """Records each call of a node's method that takes `by` and raises: what succeeds is in the log already."""
    signature = inspect.signature(method)

    @wraps(method)
    def trying(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        try:
            return method(*args, **kwargs)
        except CutsetError as error:
            if error in _told:
                raise
            _told.add(error)
            said = signature.bind(*args, **kwargs).arguments
            node: Any = said["self"]
            asked = {name: value for name, value in said.items() if name not in _OF_TRIES}
            node.looks.failed(method.__name__, said.get("by", said.get("id", "")), error, asked)
            raise

    trying.is_tried = True  # type: ignore[attr-defined]
    return trying


def reports_in(value: Any, deep: int = _DEEP) -> Iterator[str]:
    """The ids of the reports that a result shows: wherever a report is named, and of whole reports their own id.

    What a report itself names (what it supersedes, or a judgement is about) is not thereby shown.

    >>> id = "r-" + "a" * 32
    >>> sorted(reports_in([("x", {"event": id}), f"{id}#2"])) == [id, id]
    True
    """
    if isinstance(value, str):
        found = _REPORT.fullmatch(value)
        if found:
            yield found[1]
    elif isinstance(value, Entry):
        yield value.id
    elif isinstance(value, Report) or not deep:
        return
    elif isinstance(value, Mapping):
        for pair in value.items():
            yield from reports_in(pair, deep - 1)
    elif isinstance(value, list | tuple | set | frozenset):
        for each in value:
            if each.__class__ not in _PLAIN:
                yield from reports_in(each, deep - 1)
    else:
        for name in _names(type(value)):
            part = getattr(value, name)
            if part.__class__ not in _PLAIN:
                yield from reports_in(part, deep - 1)


_PLAIN = frozenset({int, float, bool, datetime, type(None), bytes})
_fields: dict[type, tuple[str, ...]] = {}


def _names(kind: type) -> tuple[str, ...]:
    """The fields of plain data's type; none where it is something else."""
    found = _fields.get(kind)
    if found is None:
        if issubclass(kind, msgspec.Struct):
            found = kind.__struct_fields__
        else:
            found = tuple(each.name for each in fields(kind)) if is_dataclass(kind) else ()
        _fields[kind] = found
    return found


def _rows(result: Any) -> int:
    """How many items a result shows: those of its longest list, and at least itself."""
    lists = [getattr(result, name) for name in _names(type(result))]
    return max([1, *(len(each) for each in lists if isinstance(each, list | tuple))])
