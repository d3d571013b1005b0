"""What was answered to writes that may be repeated, kept for a day."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, true, update

from . import schema
from .database import Database, now
from .overwriting import for_good

_A = schema.answers.c
_KEPT = timedelta(hours=24)
_PATIENCE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a write.

    Attributes:
        key_id: of the caller; each has tokens of its own.
        token: the caller's name for the write, the same whenever it is tried again.
        request: SHA-256 of what is to be done.
        made_at: as `database.now`.
    """

    key_id: int
    token: str
    request: bytes
    made_at: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered."""

    status: int
    headers: dict[str, str]
    body: bytes


class AlreadyRunning(Exception):
    """An earlier attempt has not been answered yet."""


class OtherRequest(Exception):
    """The token has been used for something else."""


class Answers:
    """The answers of a database."""

    def __init__(self, database: Database):
        self._database = database

    def begin(self, attempt: Attempt) -> Answer | None:
        """What was answered to an earlier attempt. None: this one is to be made, then `keep` or `drop` it.

        Raises:
            AlreadyRunning: if an earlier attempt is being made.
            OtherRequest: if the token stands for another request.
        """
        row = {"key_id": attempt.key_id, "token": attempt.token, "request": attempt.request, "made_at": attempt.made_at}
        with self._database.writing() as connection:
            _drop_old(connection, attempt.made_at)
            kept = connection.execute(select(schema.answers).where(_same_token(attempt))).first()
            if kept is None:
                connection.execute(insert(schema.answers), row)
                return None
            if kept.request != attempt.request:
                raise OtherRequest
            if kept.status is not None:
                return Answer(kept.status, kept.headers, kept.body)
            if not abandoned(kept.made_at, attempt.made_at):
                raise AlreadyRunning
            connection.execute(update(schema.answers).where(_same_token(attempt)).values(made_at=attempt.made_at))
            return None

    def keep(self, attempt: Attempt, answer: Answer) -> None:
        """Answer every later attempt like this."""
        values = {"status": answer.status, "headers": answer.headers, "body": answer.body}
        with self._database.writing() as connection:
            connection.execute(update(schema.answers).where(_own(attempt)).values(values))

    def drop_old(self) -> None:
        """Delete what nobody will be answered with any more."""
        with for_good(self._database) as connection:
            _drop_old(connection, now())

    def drop(self, attempt: Attempt) -> None:
        """Have a later attempt made as if this one had not been."""
        with self._database.writing() as connection:
            connection.execute(delete(schema.answers).where(_own(attempt)))


def forget(connection: Connection, key_id: int | None = None) -> None:
    """Take away what was answered to a caller (None: to anyone): it may tell of what has to go for good."""
    whose = true() if key_id is None else _A.key_id == key_id
    connection.execute(delete(schema.answers).where(whose, _A.status.is_not(None)))


def forget_answer(connection: Connection, location: str) -> None:
    """Take away what was answered when the thing at this path was made: it may tell all of it."""
    connection.execute(delete(schema.answers).where(_A.headers["location"].as_string() == location))


def abandoned(begun: str, now: str) -> bool:
    """Whether an attempt without an answer was left behind by a server that died; both as `database.now`."""
    return begun < _earlier(now, _PATIENCE)


def _drop_old(connection: Connection, moment: str) -> None:
    connection.execute(delete(schema.answers).where(_A.made_at < _earlier(moment, _KEPT)))


def _earlier(moment: str, by: timedelta) -> str:
    return (datetime.fromisoformat(moment) - by).strftime("%Y-%m-%dT%H:%M:%SZ")


def _same_token(attempt: Attempt):
    return (_A.key_id == attempt.key_id) & (_A.token == attempt.token)


def _own(attempt: Attempt):
    """The row, unless another attempt has taken it over meanwhile."""
    return _same_token(attempt) & (_A.made_at == attempt.made_at) & _A.status.is_(None)
