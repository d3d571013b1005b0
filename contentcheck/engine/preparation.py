"""A draft as it is read: cleaned, cut up, its brand's standing texts and its quotations told."""

from dataclasses import dataclass, replace

from .allowed import allowed_spans
from .documents import Draft
from .normalise import normalise, replace_unencodable
from .quotations import attributed_quotations
from .segment import Segments, blank, segment
from .spans import Span


@dataclass(frozen=True, slots=True)
class Prepared:
    """A draft cut up, its unencodable characters replaced.

    Attributes:
        read: the text without what is set aside, offsets unchanged.
        quotations: those that name their source.
        replaced: how many characters could not be encoded.
    """

    draft: Draft
    text: str
    read: str
    title: str
    segments: Segments
    quotations: list[Span]
    replaced: int

    def readable(self) -> list[str]:
        """What is encoded: the normalised title, then the normalised passages."""
        return [normalise(t).text for t in (self.title, *(p.text for p in self.segments.passages))]


def prepare(draft: Draft, allowed: tuple[str, ...]) -> Prepared:
    """`allowed`: the brand's standing texts."""
    text, replaced = replace_unencodable(draft.text)
    title, in_title = replace_unencodable(draft.title)
    identifier, _ = replace_unencodable(draft.id)
    segments = segment(text, allowed_spans(text, allowed))
    return Prepared(
        draft=replace(draft, id=identifier),
        text=text,
        read=blank(text, segments.set_aside),
        title=title.strip(),
        segments=segments,
        quotations=attributed_quotations(text),
        replaced=replaced + in_title,
    )
