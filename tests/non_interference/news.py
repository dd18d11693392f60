"""What an open page is told of reports that just came."""

from __future__ import annotations

from typing import Any

from cutset.access.rights import Rights
from cutset.link.desk.index import DeskIndex
from cutset.web.news import news
from tests.non_interference.trials import Asked, tries
from tests.worlds import Store


@tries(news)
def told(store: Store, rights: Rights, _: Asked) -> Any:
    """The news of each report as it comes, without those that are none, and of all that came at once."""
    desk, held = store.index(DeskIndex), store.log.follow(0)
    one_by_one = [news(store.log, store.link, desk, rights, [each]) for each in held]
    return [each for each in one_by_one if each], news(store.log, store.link, desk, rights, held)
