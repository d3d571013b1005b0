"""The whole path from a draft to its report, on one screen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from .calibration import Calibration, Curve
from .collection import Collection
from .comparison import Comparison, compare
from .details import find_details
from .documents import Draft, Edition
from .encoder import Encode, Encoder, Vectors
from .evasion import find_evasion
from .faults import find_fault
from .homogeneity import Homogeneity, count_cliches, genre_profile, judge_homogeneity, letters_of
from .library import Library, Neighbourhood
from .matching import Match, copied_by_kind, match_passages
from .normalise import normalise
from .notices import notices_of
from .paragraphs import ProductScore, paragraph_products, paragraph_scores
from .paraphrase import Floors
from .preparation import Prepared, prepare
from .promotion import Part, judge_promotion
from .quotations import own_words, set_apart
from .reference import NEIGHBOURS
from .relevance import BrandProfile, Relevance, judge_relevance
from .repetition import SAID_BEFORE, Repetition, judge_repetition
from .report import ParagraphReport, PassageReport, Provenance, Report
from .segment import Segments
from .style import traits
from .terms import Cliches, Terms
from .thresholds import USUAL
from .title import judge_title
from .verdict import ParagraphSigns, decide

_ABOUT = 50  # relevance from which a paragraph is about a product
_MOST_PRODUCTS = 30  # that a paragraph is held against, or the report of a brand with a thousand would be nothing else
_OPENING = 16  # characters that tell an editor which paragraph is meant


@dataclass(frozen=True, slots=True)
class Account:
    """A brand as drafts are held against it: what it sells, and what it has published (None: nothing yet)."""

    profile: BrandProfile
    posts: Collection | None = None


class Checker:
    """Checks drafts with one encoder against the library and the account as they are at that moment.

    Attributes:
        encoder: makes vectors of drafts; also for what is added to the library meanwhile.
        calibration: the curves that turn evidence into scores.
    """

    def __init__(
        self,
        encoder: Encoder,
        library: Callable[[], Library],
        calibration: Calibration,
        account: Callable[[str], Account],
    ):
        """`library` gives the present one, `account` that of a brand's name, raising `UnknownBrand` or `EmptyBrand`.

        Both are asked often, and answer at once unless something has changed.
        """
        self.encoder = encoder
        self._library = library
        self.calibration = calibration
        self._account = account
        self._cliches = Cliches(library().edition.phrases)

    @property
    def provenance(self) -> Provenance:
        """What a report made now would rest on, but for the brand."""
        return Provenance(self.encoder.name, self.encoder.revision, self._library().version, self.calibration.name)

    def brand_version(self, name: str) -> str:
        """Changes whenever anything of the brand does. Raises UnknownBrand or EmptyBrand."""
        return self._account(name).profile.version

    def check(self, drafts: Sequence[Draft]) -> list[Report]:
        """One report for each draft, in order. Drafts are encoded together, so many at once are cheaper."""
        library = self._library()
        accounts = {d.brand: self._account(d.brand) for d in drafts if d.brand is not None}
        prepared = [prepare(d, accounts[d.brand].profile.brand.allowed if d.brand is not None else ()) for d in drafts]
        texts = [text for p in prepared for text in p.readable()]
        vectors = self.encoder.encode(texts)
        around = library.neighbourhood(vectors)
        reports: list[Report] = []
        end = 0
        for p in prepared:
            start, end = end, end + 1 + len(p.segments.passages)
            account = accounts[p.draft.brand] if p.draft.brand is not None else None
            reports.append(self._report(p, vectors[start:end], around.part(slice(start, end)), library, account))
        return reports

    def nearest(self, text: str, count: int) -> list[Comparison]:
        """The `count` known passages nearest to a text, see `compare`. Raises InputError if it holds no word."""
        return compare(text, self._library(), self.encoder, count)

    def _report(
        self,
        prepared: Prepared,
        vectors: Vectors,
        around: Neighbourhood,
        library: Library,
        account: Account | None,
    ) -> Report:
        text, passages = prepared.text, prepared.segments.passages
        title_contrast, contrasts = around.contrast[0], around.contrast[1:]
        near = around.similarities[1:], around.keys[1:]
        floors, encode = Floors.above(library.chance), self.encoder.encode
        matches = match_passages(prepared.read, passages, near, library.known, floors, encode)
        matches = set_apart(matches, prepared.quotations)
        evasion = find_evasion(prepared.read, [m for found in matches for m in found])
        letters = letters_of(passages)
        profile = account.profile if account else None
        terms = profile.terms if profile else Terms()
        homogeneity, probabilities = self._homogeneity(prepared, contrasts, letters, matches, library.edition, terms)
        relevances = profile.contrast(vectors[1:]) if profile else None
        relevance, about = None, [None] * len(prepared.segments.paragraphs)
        each: list[list[ProductScore]] = [[] for _ in about]
        if profile is not None and relevances is not None:
            curve = self.calibration.relevance
            about = paragraph_scores(curve, prepared.segments, relevances)
            by_product = profile.product_contrast(vectors[1:], relevances)
            relevance = judge_relevance(
                profile, curve, text, prepared.segments, vectors[1:], relevances, by_product, about
            )
            each = _products(profile, curve, prepared.segments, by_product, relevance)
        repetition = _repetition(prepared, vectors[1:], account.posts, encode) if account and account.posts else None
        paragraphs = _paragraphs(prepared.segments, vectors[1:], about, each, profile)
        by_meaning = _parts_by_meaning(paragraphs, profile.states_facts(vectors[1:])) if profile else None
        promotion, parts = judge_promotion(passages, by_meaning)
        title_homogeneity = _percent(self.calibration.homogeneity.probability(title_contrast, 1))
        ordinary = library.reference.background.vectors
        title = judge_title(prepared.title, title_homogeneity, text, vectors, ordinary) if prepared.title else None
        commonness = [_percent(_with_copies(float(p), found)) for p, found in zip(probabilities, matches, strict=True)]
        of_paragraph = [p.relevance for p in paragraphs for _ in p.passages]
        passage_reports = [
            PassageReport(
                start=p.start,
                end=p.end,
                text=p.text,
                homogeneity=commonness[i],
                relevance=_percent(self.calibration.relevance.probability(relevances[i], 1))
                if relevances is not None
                else None,
                part=parts[i],
                matches=matches[i],
                fault=find_fault(p, matches[i], commonness[i], parts[i], of_paragraph[i], promotion.score),
            )
            for i, p in enumerate(passages)
        ]
        signs = [_signs(p, passage_reports) for p in paragraphs]
        taken_from = len({m.item_id for found in matches for m in found if m.kind.taken and m.counts})
        verdict, reasons = decide(
            homogeneity,
            relevance,
            promotion,
            repetition,
            title,
            signs,
            int(letters.sum()),
            taken_from,
            profile.brand.thresholds if profile else USUAL,
        )
        provenance = Provenance(
            self.encoder.name,
            self.encoder.revision,
            library.version,
            self.calibration.name,
            profile.version if profile else None,
        )
        return Report(
            id=prepared.draft.id,
            text=prepared.draft.text if prepared.draft.extracted else None,
            verdict=verdict,
            reasons=reasons,
            homogeneity=homogeneity,
            relevance=relevance,
            promotion=promotion,
            repetition=repetition,
            title=title,
            passages=passage_reports,
            paragraphs=paragraphs,
            set_aside=prepared.segments.set_aside,
            evasion=evasion,
            notices=notices_of(text, prepared.replaced, prepared.segments.set_aside, evasion),
            provenance=provenance,
        )

    def _homogeneity(
        self,
        prepared: Prepared,
        contrasts: NDArray[np.float64],
        letters: NDArray[np.int64],
        matches: list[list[Match]],
        edition: Edition,
        terms: Terms,
    ) -> tuple[Homogeneity, NDArray[np.float64]]:
        """Of the draft, by the passages that are its own words, and the probability of every passage by itself."""
        passages, curve = prepared.segments.passages, self.calibration.homogeneity
        own = own_words(passages, prepared.quotations)
        read = "\n".join(normalise(p.text).text for p in compress(passages, own))
        phrases = self._cliches.find(read)
        style = traits(find_details(read, terms, edition.everyday), phrases, int(letters[own].sum()))
        probabilities = curve.probability(contrasts + sum(t.evidence for t in style), 1)
        homogeneity = judge_homogeneity(
            curve,
            contrasts[own],
            letters[own],
            style,
            copied_by_kind(passages, matches),
            genre_profile(probabilities[own], list(compress(matches, own)), edition.genres),
            count_cliches(phrases, edition.phrases),
        )
        return homogeneity, probabilities


def _paragraphs(
    segments: Segments,
    vectors: Vectors,
    about: Sequence[float | None],
    each: Sequence[list[ProductScore]],
    profile: BrandProfile | None,
) -> list[ParagraphReport]:
    """`about`: the relevance of each; `each`: that to each product."""
    reports: list[ParagraphReport] = []
    by_product = profile.product_likeness(vectors) if profile else None
    for paragraph, score, products in zip(segments.paragraphs, about, each, strict=True):
        product = None
        if profile is not None and by_product is not None and score is not None and score >= _ABOUT:
            best = int(by_product[paragraph.passages.start : paragraph.passages.stop].mean(axis=0).argmax())
            product = profile.brand.products[best].product_id
        passages = list(paragraph.passages)
        reports.append(ParagraphReport(paragraph.start, paragraph.end, passages, score, product, products))
    return reports


def _products(
    profile: BrandProfile,
    curve: Curve,
    segments: Segments,
    by_product: NDArray[np.float64],
    relevance: Relevance,
) -> list[list[ProductScore]]:
    """Of each paragraph, with the products that the draft is most about.

    `by_product`: contrasts of the passages with each product, (n, products).
    """
    most = {p.product_id for p in relevance.products[:_MOST_PRODUCTS]}
    ids = [p.product_id for p in profile.brand.products]
    columns = [i for i, product_id in enumerate(ids) if product_id in most]
    return paragraph_products(curve, segments, by_product[:, columns], [ids[i] for i in columns])


def _repetition(prepared: Prepared, vectors: Vectors, posts: Collection, encode: Encode) -> Repetition:
    passages = prepared.segments.passages
    near = posts.nearest(vectors, NEIGHBOURS, 0)
    matches = match_passages(prepared.read, passages, near, posts, SAID_BEFORE, encode)
    return judge_repetition(prepared.draft.id, passages, set_apart(matches, prepared.quotations))


def _with_copies(probability: float, matches: list[Match]) -> float:
    """A passage taken from a known piece is common, however it reads."""
    return max([probability, *(m.similarity for m in matches if m.kind.taken and m.counts)])


def _parts_by_meaning(paragraphs: list[ParagraphReport], states_facts: NDArray[np.bool_]) -> list[Part]:
    """What each passage would be for if it sold nothing: paragraphs about a product state its facts or tell its use."""
    about = [p.relevance is not None and p.relevance >= _ABOUT for p in paragraphs for _ in p.passages]
    return [
        (Part.PRODUCT if states else Part.USE) if near else Part.OTHER
        for near, states in zip(about, states_facts, strict=True)
    ]


def _signs(paragraph: ParagraphReport, passages: list[PassageReport]) -> ParagraphSigns:
    within = paragraph.passages
    lengths = [passages[i].end - passages[i].start for i in within]
    scores = [passages[i].homogeneity for i in within]
    return ParagraphSigns(
        length=sum(lengths),
        homogeneity=float(np.average(scores, weights=lengths)),
        opening=passages[within[0]].text[:_OPENING],
        relevance=paragraph.relevance,
        selling=any(passages[i].part is Part.ADVERTISING for i in within),
    )


def _percent(probability: float | np.ndarray) -> float:
    return round(100 * float(probability), 2)
