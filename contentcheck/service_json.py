"""What the REST service takes and gives beside reports, for type checkers."""

from typing import Any, Literal, NotRequired, Required, TypedDict

from contentcheck.report_json import Reason, Verdict


class JobDraft(TypedDict, total=False):
    """One of many drafts. `brand`: where it is not that of the whole job."""

    id: str
    title: str
    text: Required[str]
    brand: str | None


class Draft(TypedDict, total=False):
    """A draft: `text` or `html`, one of the two. `no_store`: the service is to keep nothing of it."""

    id: str
    title: str
    text: str
    html: str
    brand: str | None
    no_store: bool


class Gate(TypedDict):
    """Whether a draft may be published.

    `blocked_by`: the verdict, where the brand's policy blocks it; `exception`: what allows it all the same; `check`:
    the id of the stored check.
    """

    allowed: bool
    verdict: Verdict
    blocked_by: Verdict | None
    reasons: list[Reason]
    exception: dict[str, Any] | None
    check: str | None


class Product(TypedDict):
    product_id: str
    name: str
    text: str
    key_points: NotRequired[list[str]]
    synonyms: NotRequired[list[str]]


class Thresholds(TypedDict):
    """Homogeneity from which drafts count as common and as mixed, relevance below which as off topic and as weak."""

    common: int
    mixed: int
    off_topic: int
    weak: int


class Brand(TypedDict):
    """`words` are never cut in two; `allowed` are standing texts, which are set aside."""

    name: str
    words: list[str]
    allowed: list[str]
    products: list[Product]
    thresholds: Thresholds


class ListedBrand(TypedDict):
    """`products`: how many it has."""

    name: str
    products: int


class Piece(TypedDict, total=False):
    """A known piece, or a post of an account; without an `id` it is known by its text."""

    id: str
    text: Required[str]
    title: str
    genre: str
    source: str
    licence: str
    tags: list[str]
    published: str


class Taken(TypedDict):
    """What became of a piece that was sent; `duplicate_of`: the earlier piece that it duplicates."""

    id: str
    outcome: str
    duplicate_of: str | None
    likeness: float


class Job(TypedDict):
    """`done` of `total` drafts have a report, `failed` never will. `webhook_secret`: told when the job is made."""

    id: str
    name: str
    brand: str | None
    state: Literal["queued", "running", "done", "cancelled"]
    total: int
    done: int
    failed: int
    made_at: str
    finished_at: str | None
    webhook_secret: NotRequired[str | None]


class FailedDraft(TypedDict):
    """In place of a report, among the results of a job; `line`: where the draft began in the file, from 1."""

    id: str
    error: str
    line: int
