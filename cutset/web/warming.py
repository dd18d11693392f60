"""Before a server takes requests: what those who come first would else wait for is opened, compiled and read.

Two hundred people who come back to a server that was just started would all wait for the same two seconds, and each
for the others. Nobody looks at anything here: what is asked is asked with the rights of nobody.
"""

from __future__ import annotations

from contextlib import suppress

from cutset.access.rights import Rights
from cutset.errors import CutsetError
from cutset.link import leads as of_leads
from cutset.link.candidates.index import CandidateIndex
from cutset.link.candidates.query import match
from cutset.link.desk.inbox import inbox
from cutset.link.desk.index import DeskIndex
from cutset.link.search import query
from cutset.link.search.index import SearchIndex
from cutset.log.disputes import DisputeIndex, disputes
from cutset.log.errors import StoreError
from cutset.model import selector
from cutset.model.mention import Mention, MentionKind, SelectorKind
from cutset.node import INVESTIGATION, Node
from cutset.web.render import templates

NOBODY = Rights(viewer="", agency="", purpose=INVESTIGATION, visible=frozenset())
_NOTHING = "r-" + "a" * 32


def warm(node: Node) -> None:
    """Compile the pages, and ask of each view that the store has what nobody may see. It brings none up to date."""
    environment = templates()
    for name in environment.list_templates():
        environment.get_template(name)
    selector.read(SelectorKind.PHONE, "+13125550142")
    with suppress(StoreError):
        node.log.fetch([_NOTHING], NOBODY)
        for event in (None, _NOTHING):
            with suppress(CutsetError):
                of_leads.leads(node.link, NOBODY, event=event, limit=1)
        if desk := node.as_it_stands(DeskIndex):
            inbox(desk, node.link, NOBODY, limit=1)
        if disputed := node.as_it_stands(DisputeIndex):
            disputes(disputed, NOBODY, [_NOTHING])
        if words := node.as_it_stands(SearchIndex):
            for asked in ("", "cocaine", "cocane"):
                query.search(words, NOBODY, asked, limit=1)
        if candidates := node.as_it_stands(CandidateIndex):
            match(candidates, NOBODY, Mention(kind=MentionKind.PERSON, name="ann lee", born=("1980",)))
