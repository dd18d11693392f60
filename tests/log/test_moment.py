"""What one request reads of a log is read once, and nothing that it itself changes stays hidden from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Thread

import pytest
import sqlalchemy as sa

from cutset.access.registry import Viewer
from cutset.link.search.index import SearchIndex
from cutset.link.search.query import search
from cutset.log.errors import NoSuchViewer
from cutset.log.follower import follow
from cutset.log.moment import moment, once
from cutset.log.store import Log
from cutset.model.marking import Tlp
from tests.samples import case, marked, private, seizure
from tests.worlds import Store


@contextmanager
def counted(engine: sa.Engine) -> Iterator[list[str]]:
    """The statements that this block sends."""
    said: list[str] = []

    def note(_1: object, _2: object, statement: str, *_: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            said.append(" ".join(statement.split()))

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def test_what_many_ask_is_read_once(store: Store) -> None:
    store.submit(seizure(marking=marked("ash")))
    # The first to ask after a change reads the change itself.
    store.log.rights("ann@ash")
    engine = store.link.engine
    with once(), counted(engine) as said:
        for _ in range(3):
            store.log.viewer("ann@ash")
            store.log.registry()
            store.log.rights("ann@ash")
            store.catch_up()
        assert len(said) == 1
    with counted(engine) as said:
        store.log.rights("ann@ash")
        store.log.rights("ann@ash")
        assert len(said) == 2, "outside of such a block nothing is kept"


def test_one_sees_what_one_writes(store: Store) -> None:
    with once():
        store.catch_up()
        before = moment(store.link.engine)
        event = store.put(seizure(marking=marked("ash", tlp=Tlp.GREEN)))
        assert moment(store.link.engine).reports > before.reports
        store.catch_up()
        assert store.link.cursor().seq == store.log.last()
        index = store.index(SearchIndex)
        assert [hit.id for hit in search(index, store.rights("ash"), "", limit=5).hits] == [event]
        store.log.register(Viewer(id="ann@ash", agency="ash", active=False))
        with pytest.raises(NoSuchViewer):
            store.log.viewer("ann@ash")


def test_one_forgets_what_one_purges(store: Store) -> None:
    event = store.submit(case("C-1", marking=private("ash")))
    index = store.index(SearchIndex)
    with once():
        assert search(index, store.rights("ash"), "", limit=5).total == 1
        store.log.purge([event], reason="a test", by="ann@ash")
        follow(store.log, index)
        assert search(index, store.rights("ash"), "", limit=5).total == 0


def test_what_others_change_holds_from_the_next_block_on(store: Store) -> None:
    other = Log.open(store.url)

    def change() -> None:
        # A thread has a context of its own, as another request has.
        other.register(Viewer(id="ann@birch", agency="birch", active=False))

    with once():
        store.log.viewer("ann@birch")
        thread = Thread(target=change)
        thread.start()
        thread.join()
        store.log.viewer("ann@birch")
    with once(), pytest.raises(NoSuchViewer):
        store.log.viewer("ann@birch")


def test_an_index_that_another_brought_forward_is_read_anew(store: Store) -> None:
    index = store.index(SearchIndex)
    with once():
        follow(store.log, index)
        store.put(seizure(marking=marked("ash")))
        thread = Thread(target=lambda: follow(Log.open(store.url), SearchIndex(store.url)))
        thread.start()
        thread.join()
        follow(store.log, index)
        assert search(index, store.rights("ash"), "", limit=5).total == 1, "neither lost nor taken in twice"


def test_it_is_the_same_on_postgresql(postgresql_database: Callable[[], AbstractContextManager[str]]) -> None:
    with postgresql_database() as url:
        store = Store(url)
        test_one_forgets_what_one_purges(store)
        test_what_many_ask_is_read_once(store)
