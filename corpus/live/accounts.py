"""Brands as every check sees them: their products and their posts as they are now."""

from dataclasses import dataclass

from contentcheck.engine.checker import Account
from contentcheck.engine.reference import Reference
from contentcheck.engine.relevance import BrandProfile

from ..store import Store
from ..store.vectors import StoredVectors
from .shelf import ALL_TOGETHER, LiveShelf


@dataclass(frozen=True, slots=True)
class _Known:
    version: tuple[str, int, int]
    profile: BrandProfile
    posts: LiveShelf


class LiveAccounts:
    """Gives a brand's account, up to date; what has not changed is not made again."""

    def __init__(self, store: Store, reference: Reference, vectors: StoredVectors):
        self._store = store
        self._reference = reference
        self._vectors = vectors
        self._known: dict[str, _Known] = {}

    def current(self, name: str) -> Account:
        """The brand as it is now. Raises UnknownBrand or EmptyBrand."""
        # Another store's brand may have the same numbers: a restored backup begins another epoch.
        version = self._store.library.state().epoch, *self._store.brands.version(name)
        known = self._known.get(name)
        if known is None or known.version != version:
            profile = BrandProfile(self._store.brands.get(name), self._reference, self._vectors)
            known = _Known(version, profile, self.posts(name))
            self._known[name] = known
        posts = known.posts.current()
        return Account(known.profile, posts.collection if posts.state.count else None)

    def posts(self, name: str) -> LiveShelf:
        """The posts of a brand's account. Raises UnknownBrand."""
        return LiveShelf(self._store, self._store.brands.posts(name), self._vectors, ALL_TOGETHER)
