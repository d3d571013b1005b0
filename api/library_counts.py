"""How much the library holds: the edition that comes with the program, and the user's own pieces."""

from collections import Counter

from pydantic import BaseModel, Field

from contentcheck.corpus import shipped
from contentcheck.corpus.store import Store


class OfGenre(BaseModel):
    """How many pieces of a genre there are. `name`: its Chinese name, empty for a genre of the user's own."""

    genre: str
    name: str
    shipped: int
    own: int


class OfMonth(BaseModel):
    """How many pieces were published in a month."""

    month: str = Field(description="YYYY-MM; empty: of those whose date is not known")
    shipped: int
    own: int


class Stats(BaseModel):
    """What drafts are held against: the edition that comes with the program, and the user's own pieces."""

    edition: str
    shipped: int
    own: int
    background: int = Field(description="pieces of ordinary writing in the edition")
    fields: int = Field(description="trades in the edition")
    genres: list[OfGenre]
    months: list[OfMonth] = Field(description="of publication, the earliest first; months without a piece are left out")


def library_counts(store: Store) -> Stats:
    """As they are now."""
    edition, own, own_months = shipped.shipped_edition(), Counter(store.library.genres()), store.library.months()
    theirs, their_months = Counter(i.genre for i in edition.items), Counter(i.published[:7] for i in edition.items)
    genres = [
        OfGenre(
            genre=genre,
            name=edition.genres[genre].name if genre in edition.genres else "",
            shipped=theirs[genre],
            own=own[genre],
        )
        for genre in sorted(theirs | own)
    ]
    return Stats(
        edition=edition.version,
        shipped=theirs.total(),
        own=own.total(),
        background=len(edition.background),
        fields=len(edition.field_names),
        genres=genres,
        months=[
            OfMonth(month=month, shipped=their_months[month], own=own_months.get(month, 0))
            for month in sorted(their_months.keys() | own_months.keys())
        ],
    )
