"""Which scores count as too common or too far from the products, for one brand."""

from dataclasses import asdict, dataclass

from .errors import InputError

_NAMES = {"common": "套路内容", "mixed": "部分套路", "off_topic": "无关", "weak": "关系弱"}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where scores begin to count in a verdict; whole numbers 0-100. They move no score and no band.

    Attributes:
        common: homogeneity from which a draft is rejected as common content.
        mixed: homogeneity from which a part of it is called common; below `common`.
        off_topic: relevance below which a draft is rejected, and a paragraph strays.
        weak: relevance below which its tie to the products is called weak; above `off_topic`.
    """

    common: int = 70
    mixed: int = 50
    off_topic: int = 20
    weak: int = 35

    def __post_init__(self) -> None:
        """Raises InputError."""
        for field, value in asdict(self).items():
            if not 0 <= value <= 100:
                raise InputError(f"{field}（{_NAMES[field]}）的值是 {value}；应为 0 至 100")
        self._in_order("mixed", "common")
        self._in_order("off_topic", "weak")

    def _in_order(self, low: str, high: str) -> None:
        below, above = getattr(self, low), getattr(self, high)
        if below >= above:
            raise InputError(f"{low}（{_NAMES[low]}）的值是 {below}；应小于 {high}（{_NAMES[high]}）的值 {above}")


USUAL = Thresholds()
"""Of drafts without a brand, and of brands that have none of their own."""
