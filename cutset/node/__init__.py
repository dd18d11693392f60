"""A node: one store with its views, as programs, notebooks and the command line use it.

import cutset
node = cutset.open("exercise.cutset")
deputy = node.viewer("deputy@county")
receipt = node.submit(seizure, by=deputy)       # durable when it returns
for lead in node.leads(receipt, viewer=deputy):
    print(lead.score, lead.case, lead.reasons)
"""

from __future__ import annotations

from cutset.node.administration import Administration
from cutset.node.allocating import Allocating
from cutset.node.checking import Checking
from cutset.node.core import INVESTIGATION, Refused
from cutset.node.custody import Custodian
from cutset.node.desk import Desk
from cutset.node.graphing import Graphing
from cutset.node.linking import Linking
from cutset.node.oversight import Oversight
from cutset.node.packages import Packages
from cutset.node.planning import Planning
from cutset.node.searching import Searching
from cutset.node.signatures import Signatures
from cutset.node.targeting import Targeting
from cutset.node.tracking import Tracking

__all__ = ["INVESTIGATION", "Node", "Refused"]


class Node(
    Administration,
    Allocating,
    Checking,
    Custodian,
    Graphing,
    Linking,
    Oversight,
    Packages,
    Planning,
    Searching,
    Signatures,
    Targeting,
    Tracking,
    Desk,
):
    """A store with its views. Every view is asked for by a viewer, and is computed from what that viewer may see.

    `open` and `create` make one; a node may be used by several threads. Views are brought up to date with the log
    before they answer.
    """
