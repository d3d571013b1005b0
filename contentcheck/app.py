"""The composition root: settings in, a wired Checker out."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict
from threadpoolctl import threadpool_limits

from contentcheck.corpus.shipped import shipped_edition
from contentcheck.corpus.store import Store
from contentcheck.corpus.vector_cache import VectorCache
from contentcheck.engine.checker import Checker
from contentcheck.engine.library import Library
from contentcheck.engine.relevance import BrandProfile
from contentcheck.models.calibrations import calibration_for
from contentcheck.models.registry import DEFAULT_MODEL, SentenceEncoder


class Settings(BaseSettings):
    """Read from the environment when made, never at import."""

    model_config = SettingsConfigDict(env_prefix="CONTENTCHECK_", env_ignore_empty=True)

    home: Path = Field(
        default_factory=lambda: user_data_path("contentcheck"), description="folder of all state (CONTENTCHECK_HOME)"
    )
    model: str = Field(default=DEFAULT_MODEL, description="encoder by name or path (CONTENTCHECK_MODEL)")
    device: str | None = Field(default=None, description="torch device; None: the best there is (CONTENTCHECK_DEVICE)")


Progress = Callable[[int, int], None]
"""Told how much is done of how much."""


def no_progress(_done: int, _total: int) -> None:
    """For callers that do not show any."""


def open_store(settings: Settings) -> Store:
    """The user's items and brands."""
    return Store(settings.home)


def build_library(settings: Settings, progress: Progress = no_progress) -> Library:
    """The shipped edition and the user's items, indexed with the encoder of the settings.

    Encodes what has not been encoded before, telling `progress` (texts done, texts to do), and keeps those
    vectors in the home folder as it goes, so that an interrupted start is not lost.
    """
    return _library(settings, _cache(settings, progress))


def build_checker(settings: Settings, progress: Progress = no_progress) -> Checker:
    """A checker over that library."""
    store, cache = open_store(settings), _cache(settings, progress)
    library = _library(settings, cache)

    @lru_cache(maxsize=64)
    def profile(name: str) -> BrandProfile:
        made = BrandProfile(store.brand(name), library, cache, store.words())
        cache.save()
        return made

    return Checker(cache.encoder, library, calibration_for(cache.name, library), profile)


def _cache(settings: Settings, progress: Progress) -> VectorCache:
    return VectorCache(SentenceEncoder(settings.model, settings.device), settings.home / "cache", progress)


def _library(settings: Settings, cache: VectorCache) -> Library:
    # numpy's BLAS threads go on spinning after each small product and take the cores from the encoder's.
    threadpool_limits(limits=1, user_api="blas")
    library = Library(shipped_edition(), open_store(settings).items(), cache)
    cache.save()
    return library
