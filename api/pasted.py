"""Pasted HTML as an article, a few at a time: in the worst case one takes 200 MB to read."""

import asyncio

from fastapi.concurrency import run_in_threadpool

from contentcheck.corpus.reading.articles import Article, html_text

from .http.problems import Problem
from .service import Service

_PATIENCE = 10.0  # seconds; an ordinary paste is read in hundredths of one


async def read_html(html: str, service: Service) -> Article:
    """Its title and text, images as marks; without a thread, which others may need, until its turn has come.

    Raises:
        InputError: as `html_text`.
        Problem: 503 where its turn does not come.
    """
    try:
        async with asyncio.timeout(_PATIENCE):
            await service.pasting.acquire()
    except TimeoutError as error:
        raise Problem(503, "overloaded", "正在读取别的网页内容，请稍后再试", headers={"Retry-After": "3"}) from error
    try:
        return await run_in_threadpool(html_text, html, images=True)
    finally:
        service.pasting.release()
