"""Dates as pages, tables and scripts write them, brought to one form."""

import re
from datetime import date, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
_SECONDS = re.compile(r"(\d{10})(?:\d{3})?")  # since 1970; with milliseconds it has 13 digits
_DATE = re.compile(r"(?<!\d)(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)")
_YEARS = range(1990, 2101)  # beyond them it is a number that only looks like a date


def iso_date(text: str) -> str:
    """The day a text names, in China, as YYYY-MM-DD; empty where it names none.

    Takes 2024-03-05 18:20, 2024/3/5, 2024年3月5日, ISO 8601 with its offset, and seconds or milliseconds since 1970.
    """
    day = _day(text.strip())
    return day.isoformat() if day and day.year in _YEARS else ""


def _day(text: str) -> date | None:
    if seconds := _SECONDS.fullmatch(text):
        return datetime.fromtimestamp(int(seconds[1]), CHINA).date()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        found = _DATE.search(text)
        return _calendar_day(*map(int, found.groups())) if found else None
    # an offset at the very end of the calendar can lead out of it
    return moment.astimezone(CHINA).date() if moment.tzinfo and moment.year in _YEARS else moment.date()


def _calendar_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
