"""What is wrong with a passage, and which of several an editor gains most by mending."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentcheck.engine.checker import Checker
from contentcheck.engine.documents import Draft
from contentcheck.engine.faults import Fault, FaultKind, find_fault
from contentcheck.engine.matching import Match, MatchKind
from contentcheck.engine.promotion import Part
from contentcheck.engine.segment import Passage

PASSAGE = Passage("人生没有白走的路啊。", 20, 30)


def match(kind: MatchKind, similarity: float = 1.0, start: int = 20, end: int = 30, *, counts: bool = True) -> Match:
    return Match("soup-1", kind, similarity, start, end, 0, end - start, "", "", "", "soup", counts)


def found(
    *matches: Match,
    homogeneity: float = 0,
    part: Part = Part.OTHER,
    relevance: float | None = None,
    promotion: float = 0,
) -> Fault | None:
    return find_fault(PASSAGE, list(matches), homogeneity, part, relevance, promotion)


def gravity(*matches: Match, part: Part = Part.OTHER, **scores: float) -> float:
    fault = found(*matches, part=part, **scores)
    assert fault is not None
    return fault.gravity


THEME = match(MatchKind.THEME, 0.5)
FEW_WORDS = match(MatchKind.VERBATIM, counts=False)
QUOTED = replace(FEW_WORDS, quoted=True)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (found(), None),
        (found(homogeneity=59.99, relevance=20), None),
        (found(THEME), None),
        (found(QUOTED), None),
        (found(FEW_WORDS), None),
        (found(match(MatchKind.EDITED), match(MatchKind.VERBATIM), THEME, homogeneity=99), FaultKind.EDITED),
        (found(QUOTED, match(MatchKind.PARAPHRASE)), FaultKind.PARAPHRASE),
        (found(homogeneity=60, part=Part.ADVERTISING, relevance=0), FaultKind.THEME),
        (found(FEW_WORDS, THEME, homogeneity=60), FaultKind.THEME),
        (found(part=Part.ADVERTISING, relevance=0), FaultKind.ADVERTISING),
        (found(part=Part.PRODUCT, relevance=19.99), FaultKind.OFF_TOPIC),
        (found(QUOTED, relevance=19.99), FaultKind.OFF_TOPIC),
    ],
)
def test_one_thing_is_wrong_with_a_passage(fault: Fault | None, kind: FaultKind | None) -> None:
    assert (fault and fault.kind) == kind


def test_a_few_borrowed_words_are_less_than_a_sentence_that_everyone_has_read() -> None:
    graver_first = [
        gravity(match(MatchKind.VERBATIM)),
        gravity(match(MatchKind.EDITED)),
        gravity(match(MatchKind.PARAPHRASE)),
        gravity(match(MatchKind.THEME, 0.7), homogeneity=99),
        gravity(THEME, homogeneity=65),
        gravity(match(MatchKind.EDITED, 0.7, 20, 23), homogeneity=99.9),
        gravity(relevance=0, homogeneity=50),
    ]
    assert graver_first == sorted(set(graver_first), reverse=True)


def test_where_most_sentences_sell_one_of_them_is_graver_than_an_old_theme() -> None:
    few, most = (gravity(part=Part.ADVERTISING, promotion=score) for score in (8, 95))
    assert few < gravity(THEME, homogeneity=70) < most


def test_a_match_weighs_by_what_of_the_passage_it_takes_up() -> None:
    within, around = match(MatchKind.VERBATIM, 1.0, 22, 27), match(MatchKind.VERBATIM, 1.0, 0, 99)
    beside = match(MatchKind.VERBATIM, 1.0, 0, 20)
    assert (gravity(within), gravity(around), gravity(beside)) == (1.5, 3.0, 0.0)
    assert gravity(within, match(MatchKind.PARAPHRASE)) == 2.0  # the graver of the two


spans = st.tuples(st.integers(0, 40), st.integers(1, 40)).map(lambda s: (s[0], s[0] + s[1]))
matches = st.builds(
    lambda kind, similarity, span, counts: match(kind, similarity, *span, counts=counts),
    *(st.sampled_from(MatchKind), st.floats(0, 1), spans, st.booleans()),
)
percent = st.floats(0, 100)


@given(st.lists(matches, max_size=5), percent, st.sampled_from(Part), st.none() | percent, percent)
def test_gravity_is_from_0_to_3_and_kinds_are_what_the_passage_gives(
    matches: list[Match], homogeneity: float, part: Part, relevance: float | None, promotion: float
) -> None:
    fault = find_fault(PASSAGE, matches, homogeneity, part, relevance, promotion)
    counted = {m.kind for m in matches if m.kind.taken and m.counts}
    if fault is None:
        assert not counted and homogeneity < 60 and part is not Part.ADVERTISING
    else:
        assert 0 <= fault.gravity <= 3
        assert counted <= {fault.kind} or fault.kind in counted
    uncounted = [m for m in matches if not m.counts and m.kind.taken]
    assert find_fault(PASSAGE, matches + uncounted, homogeneity, part, relevance, promotion) == fault


def test_a_report_tells_it_of_each_passage(checker: Checker) -> None:
    use = "出门前一刻钟把防晒抹匀，脸和脖子都要照顾到，鼻翼和耳后最容易漏。"
    news = "市交通局昨天公布，二号线延长运营，末班车推迟到夜里十一点四十，三条公交线路同时调整。"
    sells = "今日下单立减二十元，限时三天，先到先得。"
    text = f"{use}\n{sells}\n{use}人生没有白走的路，每一步都算数。\n{news}"
    [report] = checker.check([Draft("d", text, brand="苔朵")])
    kinds = [passage.fault and passage.fault.kind for passage in report.passages]
    assert kinds == [None, FaultKind.ADVERTISING, None, FaultKind.THEME, FaultKind.OFF_TOPIC]
    assert report.passages[1].fault == Fault(FaultKind.ADVERTISING, round(report.promotion.score / 100, 4))
