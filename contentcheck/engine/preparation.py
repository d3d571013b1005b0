"""A draft as it is read: cleaned, cut up, its brand's standing texts and its quotations told."""

from dataclasses import dataclass, replace

from .allowed import allowed_spans
from .documents import Draft
from .images import IMAGE, image_marks
from .normalise import normalise, replace_unencodable
from .quotations import attributed_quotations
from .segment import Segments, SetAside, blank, segment
from .spans import Span


@dataclass(frozen=True, slots=True)
class Prepared:
    """A draft cut up, its unencodable characters replaced.

    Attributes:
        draft: with the text as it stands, marks of images included.
        text: line ends in place of those marks, offsets unchanged.
        read: the text without anything that is set aside, likewise.
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
    images = [SetAside(start, end, text[start:end], IMAGE) for start, end in image_marks(text)]
    words = blank(text, images)
    cut = segment(words, allowed_spans(words, allowed))
    return Prepared(
        draft=replace(draft, id=identifier, text=text),
        text=words,
        read=blank(words, cut.set_aside),
        title=title.strip(),
        segments=replace(cut, set_aside=sorted([*images, *cut.set_aside], key=lambda part: part.start)),
        quotations=attributed_quotations(words),
        replaced=replaced + in_title,
    )
