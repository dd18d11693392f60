"""What the pages' tests share: hours that the test moves, and a browser for each viewer of the file's own `node`."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from cutset.node import Node
from tests.web.serving import Hours, clients, served


@pytest.fixture
def hours() -> Hours:
    """The time of the server and of the node."""
    return Hours()


@pytest.fixture
def of(node: Node, hours: Hours) -> Callable[[str], TestClient]:
    """A client of the server for each viewer, signed in with the viewer's id, made longer, as the session's secret."""
    return clients(served(node.url, hours))
