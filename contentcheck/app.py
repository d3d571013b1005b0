"""The composition root: settings in, a wired Checker out."""

from collections.abc import Callable
from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict
from threadpoolctl import ThreadpoolController

from contentcheck.corpus.live.accounts import LiveAccounts
from contentcheck.corpus.live.library import LiveLibrary, library_version
from contentcheck.corpus.live.shelf import LiveShelf
from contentcheck.corpus.shipped import shipped_edition
from contentcheck.corpus.store import Store
from contentcheck.corpus.store.vectors import Model, StoredVectors
from contentcheck.engine.calibration import Calibration, calibration_of
from contentcheck.engine.checker import Checker
from contentcheck.engine.library import shipped_library
from contentcheck.engine.reference import Reference
from contentcheck.engine.report import Provenance
from contentcheck.models.calibrations import DRAWN, calibration_for, fitted_calibration
from contentcheck.models.recent import RecentVectors
from contentcheck.models.registry import DEFAULT_MODEL, SentenceEncoder


class Settings(BaseSettings):
    """Read from the environment when made, never at import."""

    model_config = SettingsConfigDict(env_prefix="CONTENTCHECK_", env_ignore_empty=True)

    home: Path = Field(
        default_factory=lambda: user_data_path("contentcheck"), description="folder of all state (CONTENTCHECK_HOME)"
    )
    database: str | None = Field(
        default=None, description="SQLAlchemy URL; None: SQLite in the home folder (CONTENTCHECK_DATABASE)"
    )
    model: str | None = Field(
        default=None,
        description="encoder by name or path; None: the one chosen by `models switch` (CONTENTCHECK_MODEL)",
    )
    device: str | None = Field(default=None, description="torch device; None: the best there is (CONTENTCHECK_DEVICE)")


Progress = Callable[[int, int], None]
"""Told how much is done of how much."""


def no_progress(_done: int, _total: int) -> None:
    """For callers that do not show any."""


def open_store(settings: Settings) -> Store:
    """The database of the settings; it is opened, and made, when first used."""
    return Store(settings.home, settings.database)


def chosen_model(settings: Settings) -> str:
    """The environment's choice, else the one switched to, else the default."""
    if settings.model:
        return settings.model
    active = open_store(settings).models.active()
    return active.name if active else DEFAULT_MODEL


def own_calibration(store: Store, model: str, edition: str) -> Calibration | None:
    """What `contentcheck calibrate` has fitted for the model and edition, unless the shipped one is to be used."""
    active = store.calibrations.active(model, edition)
    return calibration_of(active.content) if active else None


def calibration_named(store: Store, name: str) -> Calibration | None:
    """The curves behind a report's provenance, if they are known here: stored, or shipped."""
    stored = next((c for c in store.calibrations.all() if c.name == name), None)
    return calibration_of(stored.content) if stored else fitted_calibration(*name.rpartition("/")[::2])


def present_provenance(settings: Settings) -> Provenance:
    """What a report made now would rest on, but for the brand; no model is loaded.

    `revision` is the one that was last used here, empty where the model never was.
    """
    store, model, edition = open_store(settings), chosen_model(settings), shipped_edition().version
    revisions = [m.revision for m in store.models.all() if m.name == model]
    calibration = own_calibration(store, model, edition) or fitted_calibration(model, edition)
    return Provenance(
        model,
        revisions[-1] if revisions else "",
        library_version(edition, store.library.state()),
        calibration.name if calibration else DRAWN,
    )


class Workspace:
    """Everything of one store, made ready for one encoder.

    Encodes what has not been encoded before and builds the library's index where it is due, telling `progress`;
    either is kept as it goes, so that an interrupted start is not lost.
    """

    def __init__(self, settings: Settings, progress: Progress = no_progress, model: str | None = None):
        """`model`: instead of the one that the settings, or else the store, would choose."""
        # numpy's BLAS threads go on spinning after each small product and take the cores from the encoder's; FAISS
        # brings a BLAS of its own, on OpenMP, which has to keep its threads.
        ThreadpoolController().select(threading_layer="pthreads").limit(limits=1)
        self.store = open_store(settings)
        encoder = SentenceEncoder(model or chosen_model(settings), settings.device)
        self.vectors = StoredVectors(self.store.database, encoder, progress)
        self.reference = Reference(shipped_edition(), self.vectors)
        shipped = shipped_library(self.reference)
        shipped_with = calibration_for(self.vectors.name, shipped)
        own = own_calibration(self.store, self.vectors.name, shipped_edition().version)
        self.calibration = own or shipped_with
        # An own calibration is fitted to contrasts with the library as it is grouped, and does not group it anew.
        self.library = LiveLibrary(self.store, shipped, self.vectors, shipped_with.homogeneity.midpoint)
        self.accounts = LiveAccounts(self.store, self.reference, self.vectors)
        self._progress = progress

    def checker(self, remembered: int = 0) -> Checker:
        """Checks drafts; what any process adds, removes or imports meanwhile is in its next answer.

        `remembered`: bytes for the vectors of what was checked last, so that an edited draft costs only its changes.
        """
        bring_up_to_date(self.library.shelf, self._progress)
        encoder = RecentVectors(self.vectors.encoder, remembered) if remembered else self.vectors.encoder
        return Checker(encoder, self.library.current, self.calibration, self.accounts.current)


def bring_up_to_date(shelf: LiveShelf, progress: Progress = no_progress) -> None:
    """Read what is new on a shelf, and build its index if it has grown enough to need one."""
    for _ in range(2):  # what is known of a shelf before it is opened may not be enough
        if shelf.is_due():
            shelf.build(progress)
        shelf.current()


def build_checker(settings: Settings, progress: Progress = no_progress, remembered: int = 0) -> Checker:
    """A checker over the store of the settings; `remembered` as for `Workspace.checker`."""
    return Workspace(settings, progress).checker(remembered)


def switch_model(settings: Settings, name: str, progress: Progress = no_progress) -> Model:
    """Encode everything with another model beside the present one, then have it answer.

    Until the last step nothing changes for anybody; interrupted and called again, it goes on.

    Raises:
        ModelUnavailable: if there is no such model.
    """
    workspace = Workspace(settings, progress, model=name)
    bring_up_to_date(workspace.library.shelf, progress)
    for brand, known in workspace.store.brands.all().items():
        if known.products:
            workspace.accounts.current(brand)
        bring_up_to_date(workspace.accounts.posts(brand), progress)
    workspace.store.models.activate(workspace.vectors.model)
    return workspace.vectors.model
