"""The drafts and published articles of an official account, as rows to import or to check."""

import html
from collections.abc import Iterator
from dataclasses import dataclass, field

from pydantic import AliasChoices, BaseModel, Field, ValidationError

from contentcheck.corpus.reading.articles import html_text
from contentcheck.corpus.reading.columns import Row
from contentcheck.corpus.reading.dates import iso_date
from contentcheck.engine.normalise import replace_unencodable

from .wechat_api import WechatClient
from .wechat_errors import WechatError

DRAFTS = "/cgi-bin/draft/batchget"
PUBLISHED = "/cgi-bin/freepublish/batchget"

_PAGE = 20  # items, the most there can be
_STALE_PAGES = 3  # in a row without anything new, after which there is nothing more to come
# As WeChat's own page, so that the reader knows the title and leaves it out where the text repeats it.
_AS_PAGE = '<meta property="og:url" content="https://mp.weixin.qq.com/"><meta property="og:title" content="{}">{}'


@dataclass(slots=True)
class LeftOut:
    """Articles that did not become rows.

    Attributes:
        wordless: titles of those that are pictures or video only.
        older: those from before the day asked for.
    """

    deleted: int = 0
    older: int = 0
    wordless: list[str] = field(default_factory=list)


class _Article(BaseModel):
    title: str | None = None
    content: str | None = None
    article_type: str | None = None
    is_deleted: bool | None = None


class _Articles(BaseModel):
    news_item: list[_Article] = []
    create_time: int | None = None
    update_time: int | None = None


class _Item(BaseModel):
    """What is published or saved at once: one article or several."""

    id: str = Field(validation_alias=AliasChoices("article_id", "media_id"), min_length=1)
    content: _Articles = _Articles()
    update_time: int | None = None

    @property
    def day(self) -> str:
        """In China, as YYYY-MM-DD; empty where no time is given."""
        return iso_date(str(self.update_time or self.content.update_time or self.content.create_time or ""))


class _Page(BaseModel):
    total_count: int = 0
    item: list[_Item] = []


def article_pages(client: WechatClient, path: str, left_out: LeftOut, since: str = "") -> Iterator[list[Row]]:
    """Rows with id, title, text and, where known, published, up to twenty items' at a time.

    An id is the item's and, after #, the number of the article in it from 1. `line` counts articles, `done` is the
    share of all items.

    Args:
        path: DRAFTS or PUBLISHED.
        left_out: is told of articles that give no row, before the page they are on is given.
        since: a day as YYYY-MM-DD; articles last changed before it are left out.

    Raises:
        WechatError: if WeChat does not answer, or refuses.
    """
    line = 0
    for items, done in _new_items(client, path):
        rows: list[Row] = []
        for item in items:
            for number, article in enumerate(item.content.news_item, 1):
                line += 1
                if data := _data(item, number, article, left_out, since):
                    rows.append(Row(line, data, done=done))
        yield rows


def _new_items(client: WechatClient, path: str) -> Iterator[tuple[list[_Item], float]]:
    """Items page by page, each once, and the share of all that ends with them; others may come and go meanwhile."""
    seen: set[str] = set()
    offset = total = stale = 0
    while stale < _STALE_PAGES:
        page = _page(client, path, offset)
        gone, total = max(total - page.total_count, 0), page.total_count
        if gone:  # what stood behind them has moved up, past the place where we are: look there again
            offset = max(offset - gone, 0)
        elif page.item:
            offset += len(page.item)
        else:
            return
        new = {item.id: item for item in page.item if item.id not in seen}
        seen.update(new)
        stale = 0 if new else stale + 1
        yield list(new.values()), min(len(seen) / total, 1.0) if total else 1.0
        if total and offset >= total and not gone:
            return


def _page(client: WechatClient, path: str, offset: int) -> _Page:
    answer = client.call(path, {"offset": offset, "count": _PAGE, "no_content": 0})
    try:
        return _Page.model_validate(answer)
    except ValidationError as error:
        place = ".".join(map(str, error.errors(include_input=False)[0]["loc"]))
        name = path.removeprefix("/cgi-bin/")
        raise WechatError(f"微信接口 {name}：应答的字段 {place} 与文档不符；请升级 contentcheck 后再试") from None


def _data(item: _Item, number: int, article: _Article, left_out: LeftOut, since: str) -> dict[str, str] | None:
    if article.is_deleted:
        left_out.deleted += 1
        return None
    if item.day and item.day < since:
        left_out.older += 1
        return None
    written = replace_unencodable(html.unescape(article.title or ""))[0]
    content = replace_unencodable(article.content or "")[0]
    if article.article_type == "newspic":  # pictures with plain text, which has lines of its own
        content = content.replace("\n", "<br>")
    read = html_text(_AS_PAGE.format(html.escape(written), content))
    if not read.text:
        left_out.wordless.append(read.title or f"{item.id}#{number}")
        return None
    data = {"id": f"{item.id}#{number}", "title": read.title, "text": read.text, "published": item.day}
    return {name: value for name, value in data.items() if value}
