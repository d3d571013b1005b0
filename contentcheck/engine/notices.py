"""What an editor should know of the text itself, in Chinese."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from .evasion import Evasion, EvasionKind
from .images import IMAGE
from .normalise import is_han
from .segment import ALLOWED, SetAside

_WAYS = {
    EvasionKind.TRADITIONAL: "夹用繁体字",
    EvasionKind.ZERO_WIDTH: "夹入看不见的字符",
    EvasionKind.INSERTED_MARKS: "在词中间插入符号",
    EvasionKind.HOMOGLYPH: "用形似的字符代替",
    EvasionKind.FULL_WIDTH: "全角半角字母混写",
    EvasionKind.SOUND: "用拼音、同音字或图形代替",
}


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about the text itself that the reader has to know."""

    code: str
    message: str


def notices_of(text: str, replaced: int, set_aside: Sequence[SetAside], evasion: list[Evasion]) -> list[Notice]:
    """All notices on a draft.

    Args:
        text: without the marks of images.
        replaced: how many of its characters could not be encoded.
    """
    notices: list[Notice] = []
    if replaced:
        message = f"有 {replaced} 个无法编码的字符（孤立代理项或空字符）已逐个替换为 U+FFFD。"
        notices.append(Notice("replaced_characters", message))
    if evasion:
        notices.append(Notice("evasion", _hidden(evasion)))
    letters = [c for c in text if c.isalpha()]
    if letters and sum(map(is_han, letters)) < len(letters) / 2:
        notices.append(Notice("not_chinese", "正文大半不是中文；内容库只有中文，分数不可靠。"))
    kinds = Counter(part.kind for part in set_aside)
    images, standing = kinds[IMAGE], kinds[ALLOWED]
    if images:
        notices.append(Notice("images", f"有 {images} 张图片，图片里的文字没有读，也不计入评分；请自己看一遍。"))
    if lines := len(set_aside) - images - standing:
        notices.append(Notice("set_aside", f"有 {lines} 行引导关注、二维码、署名或声明文字，不计入评分。"))
    if standing:
        notices.append(Notice("allowed", f"有 {standing} 处本品牌的固定用语，不计入评分。"))
    return notices


def _hidden(evasion: list[Evasion]) -> str:
    """What was undone, with the first place of each kind as far as it can be seen."""
    ways = (f"{_WAYS[e.kind]} {e.count} 处（“{''.join(filter(str.isprintable, e.text))}”）" for e in evasion)
    return f"有些写法会遮住原来的字，比对时已还原：{'、'.join(ways)}；请改回通常的写法。"
