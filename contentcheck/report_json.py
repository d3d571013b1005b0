"""The JSON report as other programs get it, for type checkers: docs/report.md says what each field means."""

from typing import Literal, NotRequired, TypedDict

Verdict = Literal["publish", "revise", "reject", "insufficient_text"]
Part = Literal["advertising", "product", "use", "other"]


class Reason(TypedDict):
    code: str
    message: str


class Signal(TypedDict):
    name: str
    value: float
    effect: float
    words: list[str]


class GenreShare(TypedDict):
    genre: str
    name: str
    share: float


class Cliche(TypedDict):
    phrase: str
    genre: str
    count: int
    pieces: int


class Homogeneity(TypedDict):
    score: float
    uncertainty: float
    band: Literal["common", "mixed", "original"]
    evidence: float | None
    passages: int
    trust: float
    band_precision: float | None
    signals: list[Signal]
    copied: float
    copied_by_kind: dict[str, float]
    genres: list[GenreShare]
    cliches: list[Cliche]


class ProductRelevance(TypedDict):
    product_id: str
    name: str
    score: float


class MissingPoint(TypedDict):
    product_id: str
    key_point: str
    paragraph: int | None


class NamedWord(TypedDict):
    word: str
    count: int


class Relevance(TypedDict):
    score: float
    uncertainty: float
    band: Literal["on_topic", "partly", "off_topic"]
    products: list[ProductRelevance]
    missing: list[MissingPoint]
    named: list[NamedWord]
    off_topic_paragraphs: list[int]
    evidence: float | None
    band_precision: float | None


class Excerpt(TypedDict):
    start: int
    end: int
    text: str


class CallToAction(TypedDict):
    kind: str
    name: str
    count: int
    spans: list[Excerpt]


class Superlative(Excerpt):
    part: Part


class Promotion(TypedDict):
    score: float
    band: Literal["advertising", "selling", "informative"]
    shares: dict[Part, float]
    calls: list[CallToAction]
    superlatives: list[Superlative]


class Match(TypedDict):
    item_id: str
    kind: Literal["verbatim", "edited", "paraphrase", "theme"]
    similarity: float
    start: int
    end: int
    item_start: int
    item_end: int
    item_text: str
    item_title: str
    item_published: str
    genre: str
    counts: bool
    quoted: bool


class RepeatedPost(TypedDict):
    post_id: str
    title: str
    published: str
    share: float


class Repetition(TypedDict):
    score: float
    posts: list[RepeatedPost]
    matches: list[Match]


class Clickbait(TypedDict):
    kind: str
    name: str
    text: str


class Listing(TypedDict):
    promised: int
    found: int


class Title(TypedDict):
    text: str
    homogeneity: float
    clickbait_score: float
    clickbait: list[Clickbait]
    promise: float | None
    listing: Listing | None


class Fault(TypedDict):
    kind: Literal["verbatim", "edited", "paraphrase", "theme", "off_topic", "advertising"]
    gravity: float


class PassageReport(Excerpt):
    homogeneity: float
    relevance: float | None
    part: Part
    matches: list[Match]
    fault: Fault | None


class ProductScore(TypedDict):
    product_id: str
    score: float


class ParagraphReport(TypedDict):
    start: int
    end: int
    passages: list[int]
    relevance: float | None
    product_id: str | None
    products: list[ProductScore]


class SetAside(Excerpt):
    kind: str


class Evasion(Excerpt):
    kind: str
    count: int


class Notice(TypedDict):
    code: str
    message: str


class Provenance(TypedDict):
    model: str
    revision: str
    library_version: str
    calibration: str
    brand: str | None


class Summary(TypedDict):
    """A report without its evidence."""

    id: str
    verdict: Verdict
    reasons: list[Reason]
    homogeneity: Homogeneity
    relevance: Relevance | None
    promotion: Promotion
    repetition: Repetition | None
    title: Title | None
    set_aside: list[SetAside]
    evasion: list[Evasion]
    notices: list[Notice]
    provenance: Provenance


class Report(Summary):
    """The whole report; `text` is there where the program extracted it from HTML."""

    text: NotRequired[str]
    passages: list[PassageReport]
    paragraphs: list[ParagraphReport]


class Score(TypedDict):
    """`uncertainty` is there for homogeneity and relevance, `copied` for homogeneity, `band` for all but repetition."""

    score: float
    uncertainty: NotRequired[float]
    band: NotRequired[str]
    copied: NotRequired[float]


class TitleScores(TypedDict):
    homogeneity: float
    clickbait_score: float
    promise: float | None


class Scores(TypedDict):
    """Verdict and scores alone."""

    id: str
    verdict: Verdict
    homogeneity: Score
    relevance: Score | None
    promotion: Score
    repetition: Score | None
    title: TitleScores | None
    provenance: Provenance
