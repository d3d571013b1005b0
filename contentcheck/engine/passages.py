"""Known texts cut into the passages by which they are found."""

from dataclasses import dataclass
from typing import Protocol

from .normalise import replace_unencodable
from .segment import Passage, segment


@dataclass(frozen=True, slots=True)
class KnownPassage:
    """A passage of a known item: `text` is the item's text[start:end]; a title has start == end.

    Attributes:
        title, published: of the item, for telling a reader which one it is.
    """

    item_id: str
    genre: str
    title: str
    published: str
    text: str
    start: int
    end: int

    @property
    def is_title(self) -> bool:
        return self.start == self.end


class PassageSource(Protocol):
    """Where the passages are kept whose keys an index gives.

    The passages of an item have keys in a row, its title first, then in the order of its text.
    """

    def passages(self, keys: list[int]) -> dict[int, KnownPassage]:
        """The passages with these keys; one that is gone is left out."""
        ...


def cut(title: str, text: str) -> list[Passage]:
    """Passages of a known text, its title first (start == end == 0); a text without sentences is one passage."""
    clean, _ = replace_unencodable(text)
    passages = segment(clean).passages
    if not passages and clean.strip():
        passages = [Passage(clean, 0, len(clean))]
    heading, _ = replace_unencodable(title)
    return [Passage(heading, 0, 0), *passages] if heading.strip() else passages
