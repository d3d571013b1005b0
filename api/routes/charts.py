"""Charts as SVG, for a reader's colour scheme, language and space."""

from dataclasses import asdict
from importlib.metadata import version
from typing import Annotated, Any, Literal

import structlog
from fastapi import APIRouter, Body, Depends, Query, Response
from pydantic import Field, model_validator

from contentcheck.engine.errors import StateError
from contentcheck.engine.opinion import About
from contentcheck.engine.thresholds import USUAL
from contentcheck.names import Language

from .. import inputs
from ..access import TheCaller
from ..charts.look import Look, Scheme
from ..http.conditional import NOT_MODIFIED, TheKnown
from ..http.problems import Problem, described
from ..inputs import Parameter
from ..labelled import labelled
from ..library_counts import library_counts
from ..owned import brand_number
from ..service import Service, TheService, at_once

router = APIRouter(prefix="/v1/charts", tags=["charts"])

_WIDTH, _HEIGHT = 640, 480
_ROW = 30  # pixels of a paragraph in the heat map
_ABOVE = 110  # pixels of what stands above its rows
_MOST_PARAGRAPHS, _MOST_PRODUCTS = 100, 30  # a few seconds, for which other charts wait
_MARKED = {"homogeneity": ("mixed", "common"), "relevance": ("off_topic", "weak")}

_Width = Annotated[int, Field(ge=280, le=4_000, description="pixels of the whole picture")]
_Height = Annotated[int, Field(ge=120, le=8_000, description="pixels of the whole picture")]
_Label = Annotated[str, Field(max_length=500)]
_Score = Annotated[float, Field(ge=0, le=100)]


class Svg(Response):
    """A picture."""

    media_type = "image/svg+xml"


class RelevanceBody(inputs.Body):
    """Scores of paragraphs for products, as `paragraphs[].products` of a report gives them."""

    paragraphs: list[_Label] = Field(min_length=1, max_length=_MOST_PARAGRAPHS, description="names of the rows")
    products: list[_Label] = Field(min_length=1, max_length=_MOST_PRODUCTS, description="names of the columns")
    scores: list[list[_Score]] = Field(
        max_length=_MOST_PARAGRAPHS, description="a row for each paragraph, in it a score for each product"
    )
    scheme: Scheme = "light"
    language: Language = "zh"
    width: _Width = _WIDTH
    height: _Height | None = Field(default=None, description="null: as much as the rows need")

    @model_validator(mode="after")
    def _rectangular(self) -> "RelevanceBody":
        rows, columns = len(self.paragraphs), len(self.products)
        if len(self.scores) != rows or any(len(row) != columns for row in self.scores):
            raise ValueError(f"scores 应有 {rows} 行，每行 {columns} 个分数，与 paragraphs、products 相应")
        return self

    def look(self) -> Look:
        """As it is to be drawn."""
        height = self.height or _ABOVE + _ROW * len(self.paragraphs)
        return Look(self.scheme, self.language, self.width, height)


def _look(
    scheme: Annotated[Scheme, Query(description="colours of what is around it")] = "light",
    language: Annotated[Language, Query(description="of what is written on it")] = "zh",
    width: Annotated[_Width, Query()] = _WIDTH,
    height: Annotated[_Height, Query()] = _HEIGHT,
) -> Look:
    return Look(scheme, language, width, height)


_TheLook = Annotated[Look, Depends(_look)]
_NOTHING_RUNS = {"Content-Security-Policy": "default-src 'none'"}  # should somebody open a picture by itself
_PICTURE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The picture", "content": {"image/svg+xml": {"schema": {"type": "string"}}}}
}
_EXAMPLES: dict[str, Any] = {
    "two": {
        "summary": "两段、两个产品",
        "value": {
            "paragraphs": ["第 1 段 人生没有白走的路…", "第 2 段 这款面霜含三种…"],
            "products": ["神经酰胺面霜", "清透防晒乳"],
            "scores": [[4.1, 3.2], [96.5, 41.0]],
        },
    }
}


@router.post("/relevance", response_class=Svg, responses=_PICTURE | described(400, 403, 413, 422, 503))
def draw_relevance(
    body: Annotated[RelevanceBody, Body(openapi_examples=_EXAMPLES)], caller: TheCaller, service: TheService
) -> Svg:
    """A heat map: what each paragraph of a draft has to do with each product."""
    caller.need("check")
    data = {"paragraphs": body.paragraphs, "products": body.products, "scores": body.scores}
    drawn = _drawn(service, "relevance", data, body.look())
    drawn.headers["Cache-Control"] = "no-store"  # words of a draft stand in it, which may have to be kept nowhere
    return drawn


@router.get("/library", response_class=Svg, responses=_PICTURE | described(403, 422, 503) | NOT_MODIFIED)
def draw_library(
    look: _TheLook,
    known: TheKnown,
    caller: TheCaller,
    service: TheService,
    by: Annotated[Literal["genre", "month"], Query(description="of publication, where it is month")] = "genre",
) -> Response:
    """How many known pieces there are, the user's own beside those that come with the program."""
    caller.need("read")
    counts = library_counts(service.store)
    if by == "month":
        return _answer(known, service, "library_by_month", {"months": [m.model_dump() for m in counts.months]}, look)
    chinese = look.language == "zh"
    genres = [
        {"name": g.name if g.name and chinese else g.genre.replace("_", " "), "own": g.own, "shipped": g.shipped}
        for g in counts.genres
    ]
    return _answer(known, service, "library_by_genre", {"genres": genres}, look)


@router.get("/thresholds", response_class=Svg, responses=_PICTURE | described(403, 404, 422, 503) | NOT_MODIFIED)
def draw_thresholds(
    look: _TheLook,
    known: TheKnown,
    caller: TheCaller,
    service: TheService,
    score: Annotated[Literal["homogeneity", "relevance"], Query(description="which score")] = "homogeneity",
    brand: Annotated[Parameter | None, Query(description="its thresholds, and opinions on its drafts only")] = None,
) -> Response:
    """Precision and recall of a score by where the line is drawn, and the present thresholds.

    They rest on labelled drafts that come with the program and that no curve was fitted to, and on what editors said of
    reports with the present model and calibration. The picture says how many of each, or that there are too few.
    """
    caller.need("read")
    thresholds = USUAL
    if brand is not None:
        brand_number(service, caller, brand, "query.brand")
        thresholds = service.store.brands.get(brand).thresholds
    marks = {name: getattr(thresholds, name) for name in _MARKED[score]}
    found = labelled(service, About(score), caller.brands if brand is None else [brand])
    data = {"score": score, "curve": found.curve(), "marks": marks, "counts": found.counts()}
    return _answer(known, service, "thresholds", data, look)


def _answer(known: TheKnown, service: Service, name: str, data: dict[str, Any], look: Look) -> Response:
    made_from = {"program": version("contentcheck"), "chart": name, "data": data, "look": asdict(look)}
    return known.drawn(made_from, lambda: _drawn(service, name, data, look))


def _drawn(service: Service, name: str, data: dict[str, Any], look: Look) -> Svg:
    with at_once(service.drawing, "画别的图", 2):
        try:
            return Svg(service.drawer.draw(name, data, asdict(look)), headers=_NOTHING_RUNS)
        except StateError as error:
            structlog.get_logger().error("chart not drawn", reason=str(error))
            detail = "图没有画出来，原因已记入日志；请稍后再试"
            raise Problem(503, "unavailable", detail, headers={"Retry-After": "5"}) from error
