"""Where a passage stands to the library is what its documentation says, computed here by brute force."""

from dataclasses import replace

import numpy as np
import pytest

from contentcheck.engine.documents import CorpusItem, Edition, Sample
from contentcheck.engine.encoder import Encoder, Vectors
from contentcheck.engine.library import Library, Neighbourhood, groups_of, shipped_library
from contentcheck.engine.normalise import normalise
from contentcheck.engine.passages import cut
from contentcheck.engine.reference import BY_SUBJECT, NEIGHBOURS, PLAIN, REFLECTIVE, Reference
from tests.in_memory import library_with

QUERIES = [
    "人生没有白走的路，每一步都算数。",
    "据知情人士透露，某顶流已经秘密领证。",
    "市交通局昨日公布，二号线延长段将于下月试运行。",
    "葛根口服液早晚各一支，开启后请当天喝完。",
    "时间会带走一切，愿你归来仍是少年。",
]
OWN = [
    CorpusItem("own-1", "余生很长，愿你被时间温柔以待。人生的每一步都有意义。", "愿你归来", "soup"),
    CorpusItem("own-2", "知情人士称，某男星深夜离婚，粉丝心碎。", "", "gossip"),
    CorpusItem("own-3", "市气象局昨日公布，未来三天有雨，气温下降四度。请市民减少外出。", "", "unheard_of"),
    CorpusItem("own-4", "二号线延长段全长十二公里，下月试运行，通电后等待三分钟。", "试运行", ""),
]


def encoded(toy: Encoder, texts: list[str]) -> np.ndarray:
    return np.array([toy.encode([normalise(t).text])[0] for t in texts]).astype(np.float64).reshape(-1, toy.dim)


def top_mean(queries: np.ndarray, known: np.ndarray, none: float) -> np.ndarray:
    if not len(known):
        return np.full(len(queries), none)
    return np.sort(queries @ known.T, axis=1)[:, -NEIGHBOURS:].mean(axis=1)


def by_group(items: list[CorpusItem], groups: list[int], toy: Encoder) -> dict[int, np.ndarray]:
    """Vectors of the passages of each group."""
    texts: dict[int, list[str]] = {REFLECTIVE: [], BY_SUBJECT: [], PLAIN: []}
    for item, group in zip(items, groups, strict=True):
        texts[group] += [p.text for p in cut(item.title, item.text)]
    return {group: encoded(toy, found) for group, found in texts.items()}


def shipped_by_group(edition: Edition, toy: Encoder) -> dict[int, np.ndarray]:
    """Vectors of the shipped passages of each group: the half that is nearest to ordinary writing is PLAIN."""
    genres = [REFLECTIVE if edition.genres[i.genre].reflective else BY_SUBJECT for i in edition.items]
    passages = [(p.text, g) for i, g in zip(edition.items, genres, strict=True) for p in cut(i.title, i.text)]
    vectors = encoded(toy, [text for text, _ in passages])
    background = encoded(toy, [p.text for s in edition.background for p in cut(s.title, s.text)])
    ordinary = top_mean(vectors, background, 0.0)
    groups = np.where(ordinary > np.median(ordinary), PLAIN, [group for _, group in passages])
    return {group: vectors[groups == group] for group in (REFLECTIVE, BY_SUBJECT, PLAIN)}


def together(*parts: dict[int, np.ndarray]) -> dict[int, np.ndarray]:
    return {group: np.concatenate([p[group] for p in parts]) for group in parts[0]}


def expected_contrast(
    edition: Edition,
    shipped: dict[int, np.ndarray],
    everything: dict[int, np.ndarray],
    queries: np.ndarray,
    toy: Encoder,
) -> np.ndarray:
    """The nearer of the two groups that count, each less what ordinary writing beside the query has gained over the
    shipped pieces, and less 0.3 of the likeness to ordinary writing."""
    background = encoded(toy, [p.text for s in edition.background for p in cut(s.title, s.text)])
    beside = np.argsort(-(queries @ background.T), axis=1)[:, :NEIGHBOURS]
    likeness = []
    for group, handicap in ((REFLECTIVE, 0.0), (BY_SUBJECT, 0.02)):
        gained = top_mean(background, everything[group], -1) - top_mean(background, shipped[group], -1)
        chance = gained[beside].mean(axis=1) if len(shipped[group]) and len(background) else 0.0
        likeness.append(top_mean(queries, everything[group], -1) - chance - handicap)
    return np.max(likeness, axis=0) - 0.3 * top_mean(queries, background, 0.0)


def grouping(groups: list[int], items: list[CorpusItem]):
    """As `library_with` wants it: the group of each passage by that of its item."""
    of_passages = np.repeat(groups, [len(cut(i.title, i.text)) for i in items]).astype(np.int8)
    return lambda genres, vectors: of_passages


def vectors_of(toy: Encoder, texts: list[str]) -> Vectors:
    return toy.encode([normalise(t).text for t in texts])


@pytest.mark.parametrize(
    "groups",
    [
        [REFLECTIVE, BY_SUBJECT, BY_SUBJECT, BY_SUBJECT],
        [REFLECTIVE, BY_SUBJECT, PLAIN, PLAIN],
        [PLAIN, PLAIN, PLAIN, PLAIN],
        [BY_SUBJECT, REFLECTIVE, REFLECTIVE, REFLECTIVE],
    ],
)
def test_contrasts_with_own_pieces_are_those_of_brute_force(
    small_edition: Edition, small_library: Library, toy: Encoder, groups: list[int]
) -> None:
    shipped = shipped_by_group(small_edition, toy)
    everything = together(shipped, by_group(OWN, groups, toy))
    library = library_with(small_library.reference, OWN, toy, grouping(groups, OWN))
    contrast = library.neighbourhood(vectors_of(toy, QUERIES)).contrast
    expected = expected_contrast(small_edition, shipped, everything, encoded(toy, QUERIES), toy)
    np.testing.assert_allclose(contrast, expected, atol=1e-5)


def test_contrasts_of_the_shipped_pieces_alone(small_edition: Edition, small_library: Library, toy: Encoder) -> None:
    shipped = shipped_by_group(small_edition, toy)
    found = small_library.neighbourhood(vectors_of(toy, QUERIES)).contrast
    np.testing.assert_allclose(
        found, expected_contrast(small_edition, shipped, shipped, encoded(toy, QUERIES), toy), atol=1e-5
    )
    assert found[0] > found[2]
    assert found.dtype == np.float64


def test_contrasts_of_a_larger_edition(edition: Edition, toy: Encoder) -> None:
    """Where every group has more passages than are looked at, and the background too."""
    smaller = replace(edition, items=edition.items[::40], background=edition.background[::60], fields=())
    own = [replace(i, id=f"own-{i.id}") for i in edition.items[7::80]]
    groups = [(REFLECTIVE, BY_SUBJECT, PLAIN)[n % 3] for n in range(len(own))]
    shipped = shipped_by_group(smaller, toy)
    everything = together(shipped, by_group(own, groups, toy))
    assert min(len(shipped[REFLECTIVE]), len(shipped[BY_SUBJECT]), len(everything[PLAIN])) > NEIGHBOURS
    library = library_with(Reference(smaller, toy), own, toy, grouping(groups, own))
    queries = encoded(toy, [i.text for i in (*edition.items[3::150], *edition.background[3::150])])
    queries += np.random.default_rng(1).normal(size=queries.shape) / 100  # so that no two neighbours are tied
    queries /= np.linalg.norm(queries, axis=1, keepdims=True)
    found = library.neighbourhood(queries.astype(np.float32)).contrast
    np.testing.assert_allclose(found, expected_contrast(smaller, shipped, everything, queries, toy), atol=1e-5)


def test_without_reflective_pieces_the_others_decide(small_edition: Edition, toy: Encoder) -> None:
    gossip = replace(small_edition, items=small_edition.items[2:])
    library = shipped_library(Reference(gossip, toy))
    queries = encoded(toy, QUERIES)
    known = shipped_by_group(gossip, toy)
    found = library.neighbourhood(vectors_of(toy, QUERIES)).contrast
    np.testing.assert_allclose(found, expected_contrast(gossip, known, known, queries, toy), atol=1e-5)
    assert found.min() > -0.6


def test_own_pieces_of_a_group_the_edition_has_none_of_count_in_full(small_edition: Edition, toy: Encoder) -> None:
    """Nothing was near before, so nothing can be said of what ordinary writing has gained."""
    gossip = replace(small_edition, items=small_edition.items[2:])
    library = library_with(Reference(gossip, toy), OWN[:1], toy)
    shipped = shipped_by_group(gossip, toy)
    everything = together(shipped, by_group(OWN[:1], [REFLECTIVE], toy))
    found = library.neighbourhood(vectors_of(toy, QUERIES)).contrast
    expected = expected_contrast(gossip, shipped, everything, encoded(toy, QUERIES), toy)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_without_background_nothing_is_taken_off(small_edition: Edition, toy: Encoder) -> None:
    bare = replace(small_edition, background=(), fields=())
    library = library_with(Reference(bare, toy), OWN, toy)
    groups = [REFLECTIVE, BY_SUBJECT, BY_SUBJECT, BY_SUBJECT]
    known = together(shipped_by_group(bare, toy), by_group(OWN, groups, toy))
    queries = encoded(toy, QUERIES)
    expected = np.maximum(top_mean(queries, known[REFLECTIVE], -1), top_mean(queries, known[BY_SUBJECT], -1) - 0.02)
    np.testing.assert_allclose(library.neighbourhood(vectors_of(toy, QUERIES)).contrast, expected, atol=1e-5)
    assert (library.chance, library.drift) == ((0.0, 0.0), 0.0)


def test_the_nearest_of_all_groups_are_named(small_library: Library, toy: Encoder) -> None:
    groups = [REFLECTIVE, BY_SUBJECT, PLAIN, PLAIN]
    library = library_with(small_library.reference, OWN, toy, grouping(groups, OWN))
    around = library.neighbourhood(vectors_of(toy, QUERIES))
    pieces = [(i, p) for i in [*library.edition.items, *OWN] for p in cut(i.title, i.text)]
    cosines = encoded(toy, QUERIES) @ encoded(toy, [p.text for _, p in pieces]).T
    np.testing.assert_allclose(around.similarities, -np.sort(-cosines, axis=1)[:, :NEIGHBOURS], atol=1e-5)
    found = library.known.passages(around.keys.ravel())
    for row, keys in enumerate(around.keys.tolist()):
        for place, key in enumerate(keys):
            same = [c for (i, p), c in zip(pieces, cosines[row], strict=True) if (i.id, p.text) == said(found, key)]
            assert same == [pytest.approx(float(around.similarities[row, place]), abs=1e-5)]
    assert "own-3" in {found[k].item_id for k in around.keys[2].tolist()}


def said(found: dict, key: int) -> tuple[str, str]:
    return found[key].item_id, found[key].text


def test_fewer_known_passages_than_are_looked_for(small_edition: Edition, toy: Encoder) -> None:
    one = replace(small_edition, items=(CorpusItem("only", "人生没有白走的路。", genre="soup"),))
    around = shipped_library(Reference(one, toy)).neighbourhood(vectors_of(toy, QUERIES[:1]))
    assert around.keys.tolist() == [[-1] + [0] * (NEIGHBOURS - 1)]
    assert around.similarities[0, 1:].tolist() == [-1.0] * (NEIGHBOURS - 1)


def test_part_of_a_neighbourhood(small_library: Library, toy: Encoder) -> None:
    whole = small_library.neighbourhood(vectors_of(toy, QUERIES))
    alone = small_library.neighbourhood(vectors_of(toy, QUERIES[1:3]))
    part = whole.part(slice(1, 3))
    assert isinstance(part, Neighbourhood)
    np.testing.assert_array_equal(part.contrast, alone.contrast)
    np.testing.assert_array_equal(part.ordinary, alone.ordinary)
    np.testing.assert_array_equal(part.keys, alone.keys)
    np.testing.assert_array_equal(part.similarities, alone.similarities)


def test_no_passages_have_an_empty_neighbourhood(small_library: Library, toy: Encoder) -> None:
    around = small_library.neighbourhood(toy.encode([]))
    assert (around.contrast.shape, around.keys.shape) == ((0,), (0, NEIGHBOURS))


def test_plain_passages_change_no_contrast_and_are_still_found(small_library: Library, toy: Encoder) -> None:
    news = [CorpusItem("news", QUERIES[2])]
    plain = library_with(small_library.reference, news, toy, grouping([PLAIN], news))
    counted = library_with(small_library.reference, news, toy)
    vectors = vectors_of(toy, QUERIES)
    before, after = small_library.neighbourhood(vectors), plain.neighbourhood(vectors)
    np.testing.assert_allclose(after.contrast, before.contrast, atol=1e-6)
    assert counted.neighbourhood(vectors).contrast[2] > before.contrast[2] + 0.05
    nearest = plain.known.passages(after.keys[2, :1])
    assert [p.item_id for p in nearest.values()] == ["news"]
    assert after.similarities[2, 0] == pytest.approx(1.0, abs=1e-5)


def test_chance_is_that_of_the_background_and_rises_with_the_library(small_library: Library, toy: Encoder) -> None:
    background = small_library.reference.background.vectors
    own = vectors_of(toy, [p.text for i in OWN for p in cut(i.title, i.text)])
    known = np.vstack([small_library.reference.vectors, own])
    best = (background.astype(np.float64) @ known.T).max(axis=1)
    for groups in ([REFLECTIVE, BY_SUBJECT, BY_SUBJECT, BY_SUBJECT], [PLAIN] * 4):
        library = library_with(small_library.reference, OWN, toy, grouping(groups, OWN))
        assert library.chance == pytest.approx((np.median(best), np.quantile(best, 0.995)), abs=1e-5)
        assert library.chance[0] > small_library.chance[0]


def test_drift_is_what_ordinary_writing_has_gained(small_library: Library, toy: Encoder) -> None:
    assert small_library.drift == 0.0
    news = [CorpusItem(f"n{i}", s.text, s.title) for i, s in enumerate(small_library.edition.background)]
    library = library_with(small_library.reference, news, toy)
    assert library.drift > 0.05
    soup = library_with(small_library.reference, [replace(OWN[0], genre="soup")], toy)
    assert soup.drift < library.drift


def test_own_passages_that_read_like_ordinary_writing_are_plain(small_library: Library, toy: Encoder) -> None:
    texts = ["人生没有白走的路，每一步都算数。", "市交通局昨日公布，二号线延长段下月试运行。"] * 3
    genres = ["soup", "soup", "gossip", "gossip", "unheard_of", ""]
    vectors = vectors_of(toy, texts)
    contrast = small_library.neighbourhood(vectors).contrast
    midpoint = float(contrast[:2].mean())
    assert contrast[0] > midpoint > contrast[1]
    found = groups_of(genres, vectors, small_library, midpoint)
    assert found.dtype == np.int8
    assert found.tolist() == [REFLECTIVE, PLAIN, BY_SUBJECT, PLAIN, BY_SUBJECT, PLAIN]
    usual = small_library.reference.usual
    assert small_library.neighbourhood(vectors).ordinary[0] <= usual < small_library.neighbourhood(vectors).ordinary[1]
    assert groups_of(genres, vectors, small_library, -9.0).tolist() == found.tolist()
    bare = shipped_library(Reference(replace(small_library.edition, background=(), fields=()), toy))
    assert groups_of(genres, vectors, bare, -9.0).tolist() == [REFLECTIVE] * 2 + [BY_SUBJECT] * 4
    assert groups_of([], vectors[:0], small_library, midpoint).tolist() == []


def test_the_reference_knows_its_passages_and_kinds(toy: Encoder, small_edition: Edition) -> None:
    samples = (*small_edition.background, Sample("news", "本市今日有雨。"))
    reference = Reference(replace(small_edition, background=samples), toy)
    passages = [(i.id, i.title, p) for i in small_edition.items for p in cut(i.title, i.text)]
    keys = list(range(-len(passages), 0))
    found = reference.passages([*keys, 0, 7])
    assert [(k.item_id, k.title, k.text, k.start, k.end) for k in found.values()] == [
        (item_id, title, p.text, p.start, p.end) for item_id, title, p in passages
    ]
    assert list(found) == keys == reference.known.keys.tolist()
    assert {k: found[k].is_title for k in keys} == {
        k: p.start == p.end for k, (_, _, p) in zip(keys, passages, strict=True)
    }
    kinds = [s.kind for s in samples for _ in cut(s.title, s.text)]
    assert reference.background.kinds.tolist() == kinds
    assert reference.known.wordings("市交通局昨日公布二号线延长段") == []


def test_the_version_of_the_edition_alone_is_its_own(small_library: Library) -> None:
    assert small_library.version == "test"
