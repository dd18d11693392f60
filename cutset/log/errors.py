"""What can go wrong with a store, in words for the person who must mend it."""

from __future__ import annotations

from cutset.errors import CutsetError


class StoreError(CutsetError):
    """Something is wrong with the store, its database or its key."""


class NoStore(StoreError):
    """There is no store at that place, or what is there is none."""


class StoreExists(StoreError):
    """A store is made only where there is none."""


class NewerStore(StoreError):
    """The store was written by a newer version of cutset."""


class ReadOnlyStore(StoreError):
    """The store cannot be written to."""


class StoreFull(StoreError):
    """There is no room left. What was being written was not written, not even in part."""


class NotForgotten(StoreError):
    """A view's index still has what was purged, so that the store's files cannot be cleared of it yet."""


class StoreBusy(StoreError):
    """Another process held the store for longer than the time that a writer waits."""


class DamagedStore(StoreError):
    """The database says that its own file is damaged."""


class StoreUnreachable(StoreError):
    """The database does not answer."""


class NoKey(StoreError):
    """The key that signs tree heads is missing, unreadable, or another store's. Reading needs no key."""


class NoSuchViewer(CutsetError):
    """There is no active viewer of that id: unknown and inactive are answered alike."""

    def __init__(self, viewer_id: str) -> None:
        super().__init__(
            "there is no active viewer of that id",
            where=f"viewer {viewer_id!r}",
            remedy="check the id, or register the viewer",
        )


class PurgeRefused(CutsetError):
    """A purge was refused, and nothing was purged."""


class BadProof(CutsetError):
    """A proof was asked for of leaves or sizes that the log does not have."""
