"""What the engine compares: drafts, known pieces, ordinary writing, products."""

from dataclasses import dataclass

from .thresholds import USUAL, Thresholds


@dataclass(frozen=True, slots=True)
class Draft:
    """An article before it is published.

    Attributes:
        extracted: whether `text` is not the file as it stands (HTML, a document, Markdown without its title), so
            that a report has to carry it.
    """

    id: str
    text: str
    title: str = ""
    brand: str | None = None
    extracted: bool = False


@dataclass(frozen=True, slots=True)
class CorpusItem:
    """A known piece of common content, or a published post of a brand's own account.

    `genre` is a slug; slugs the program does not know are fine. `published` is a date, YYYY-MM-DD, or empty.
    """

    id: str
    text: str
    title: str = ""
    genre: str = ""
    source: str = ""
    licence: str = ""
    tags: tuple[str, ...] = ()
    published: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """A piece of ordinary writing of one kind (news, manuals, another trade's products): never a match."""

    kind: str
    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Product:
    """One product of a brand, the short facts an article about it should mention, and other names it goes by."""

    product_id: str
    name: str
    text: str
    key_points: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Brand:
    """A brand by its unique name, what it sells, and what is its own.

    Attributes:
        words: kept whole when texts are cut into words.
        allowed: slogans, legal lines, a column's first and last lines: set aside wherever they stand in a draft.
        thresholds: which scores count in the verdicts on its drafts.
    """

    name: str
    products: tuple[Product, ...] = ()
    words: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    thresholds: Thresholds = USUAL


@dataclass(frozen=True, slots=True)
class Genre:
    """A genre of common content.

    Attributes:
        name: its Chinese name.
        reflective: whether it is told by its feelings and wisdom (soup, counsel, aphorisms) rather than by
            its subjects, which it shares with ordinary news (gossip, scares, marvels).
    """

    slug: str
    name: str
    reflective: bool


@dataclass(frozen=True, slots=True)
class Phrase:
    """A set phrase or sentence pattern of a genre, and how many of the shipped pieces use it."""

    genre: str
    pieces: int


@dataclass(frozen=True, slots=True)
class Edition:
    """The collection that is shipped with the program: what drafts are held against from the first day.

    Attributes:
        phrases: by the phrase; `…` in it stands for some words.
        everyday: words that the dictionary takes for names and common pieces use as well.
    """

    version: str
    items: tuple[CorpusItem, ...]
    background: tuple[Sample, ...]
    fields: tuple[Sample, ...]
    field_names: dict[str, str]
    genres: dict[str, Genre]
    phrases: dict[str, Phrase]
    everyday: frozenset[str] = frozenset()
