"""Cutset: the open interdiction command-and-control platform.

>>> import cutset
>>> sorted(cutset.__all__)
['CutsetError', 'Node', 'create', 'open']
"""

from __future__ import annotations

from cutset.errors import CutsetError
from cutset.node import Node

open = Node.open
create = Node.create

__all__ = ["CutsetError", "Node", "create", "open"]
