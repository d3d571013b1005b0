"""What this account has said before, and in which post."""

from collections import defaultdict
from dataclasses import dataclass

from .matching import Match, copied_share
from .paraphrase import Floors
from .segment import Passage

# Posts about one product resemble one another more than pieces of a library do, so nearness alone has to be closer,
# and a common theme is no repetition.
SAID_BEFORE = Floors(theme=0.74, candidate=0.8, paraphrase=0.8, margin=0.0, chance=0.46)


@dataclass(frozen=True, slots=True)
class RepeatedPost:
    """A post that the draft repeats, and how much of the draft is in it (0-1)."""

    post_id: str
    title: str
    published: str
    share: float


@dataclass(frozen=True, slots=True)
class Repetition:
    """How much of the draft the account has published before (`score`, 0-100), where, and passage by passage.

    Attributes:
        posts: the repeated ones, the most repeated first.
        matches: the draft's stretches and the posts' (`item_id` is the post's id), in the draft's order.
    """

    score: float
    posts: list[RepeatedPost]
    matches: list[Match]


def judge_repetition(draft_id: str, passages: list[Passage], matches: list[list[Match]]) -> Repetition:
    """The share of the draft's characters that earlier posts hold; a post does not repeat itself.

    Args:
        matches: for each passage, against the account's posts.
    """
    before = [[m for m in found if m.kind.taken and m.item_id != draft_id] for found in matches]
    by_post: defaultdict[str, list[list[Match]]] = defaultdict(lambda: [[] for _ in passages])
    for i, found in enumerate(before):
        for match in found:
            by_post[match.item_id][i].append(match)
    posts: list[RepeatedPost] = []
    for post_id, found in by_post.items():
        first = next(m for of_passage in found for m in of_passage)
        share = round(copied_share(passages, found), 4)
        posts.append(RepeatedPost(post_id, first.item_title, first.item_published, share))
    return Repetition(
        score=round(100 * copied_share(passages, before), 2),
        posts=sorted((p for p in posts if p.share), key=lambda p: (-p.share, p.post_id)),
        matches=sorted((m for found in before for m in found), key=lambda m: (m.start, m.end, m.item_id)),
    )
