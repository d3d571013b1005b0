"""Which curves an encoder gets: shipped ones for their edition alone, else drawn ones."""

import pytest

from contentcheck.engine.documents import Edition
from contentcheck.engine.library import Library
from contentcheck.models.calibrations import DRAWN, calibration_for, calibration_name, fitted_calibration


def test_the_default_encoder_is_fitted_to_the_shipped_edition_and_its_bands_are_measured(edition: Edition) -> None:
    found = fitted_calibration("use-m3", edition.version)
    assert found is not None
    assert found.name == calibration_name("use-m3", edition.version)
    common, mixed, original = (found.homogeneity.bands[b] for b in ("common", "mixed", "original"))
    on_topic, partly, off_topic = (found.relevance.bands[b] for b in ("on_topic", "partly", "off_topic"))
    assert 1 >= common.precision > mixed.precision > original.precision >= 0
    assert 1 >= on_topic.precision > partly.precision > off_topic.precision >= 0
    assert min(b.drafts for b in (*found.homogeneity.bands.values(), *found.relevance.bands.values())) >= 10


@pytest.mark.parametrize(("model", "version"), [("use-m3", "1999.1"), ("toy", "test"), ("", DRAWN), ("../use-m3", "1")])
def test_nothing_is_fitted_to_another_edition_or_model(model: str, version: str) -> None:
    assert fitted_calibration(model, version) is None


def test_without_fitted_curves_they_are_drawn_and_no_band_is_measured(small_library: Library) -> None:
    drawn = calibration_for("toy", small_library)
    assert drawn.name == DRAWN
    assert not drawn.homogeneity.bands and not drawn.relevance.bands
