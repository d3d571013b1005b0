"""Take rows of a file into a shelf: in batches, so that memory does not grow, and so that it can be done again.

An import that was killed is simply started again: a piece that is there already is left as it is, and the end is the
same as if it had never been killed.
"""

import sqlite3
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import IO

from contentcheck.corpus.reading.columns import Row
from contentcheck.engine.documents import CorpusItem
from contentcheck.engine.errors import InputError

from .records import BadRow, json_line
from .store.pieces import Fate, Outcome, Piece, prepare
from .store.shelf import Shelf
from .store.vectors import StoredVectors, text_digest

_BATCH_ROWS = 2048
_BATCH_CHARACTERS = 400_000  # of a batch: what is held in memory, and what a kill can cost
_EXAMPLES = 5


@dataclass(slots=True)
class Intake:
    """What an import did, in rows.

    Attributes:
        repeated: rows that are the same as an earlier one of this file, id and all: stored once.
        exact, near: new pieces that duplicate one already there, stored or, where asked for, skipped.
        examples: the first few of these: (id, id of the earlier piece, likeness 0-1).
        rejects: bad rows that were skipped.
    """

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    skipped: int = 0
    repeated: int = 0
    exact: int = 0
    near: int = 0
    rejects: int = 0
    examples: list[tuple[str, str, float]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Good rows."""
        return self.added + self.replaced + self.unchanged + self.skipped + self.repeated

    def count(self, item: CorpusItem, outcome: Outcome) -> None:
        """Take note of what became of a piece."""
        match outcome.fate:
            case Fate.ADDED:
                self.added += 1
            case Fate.REPLACED:
                self.replaced += 1
            case Fate.UNCHANGED:
                self.unchanged += 1
            case Fate.SKIPPED:
                self.skipped += 1
        if outcome.duplicate_of is not None:
            self.exact += outcome.likeness == 1
            self.near += outcome.likeness < 1
            if len(self.examples) < _EXAMPLES:
                self.examples.append((item.id, outcome.duplicate_of, outcome.likeness))


def take_in(
    rows: Iterable[Row],
    source: str,
    shelf: Shelf,
    vectors: StoredVectors,
    convert: Callable[[Row], CorpusItem],
    *,
    skip_duplicates: bool = False,
    bad: Callable[[Row, str], None] | None = None,
    progress: Callable[[float], None] = lambda done: None,
    intake: Intake | None = None,
) -> Intake:
    """Store every row as a piece of the shelf.

    Args:
        source: what the rows come from, for messages.
        convert: a piece with its id, or with an empty one where the row has none.
        skip_duplicates: leave out new pieces that duplicate, exactly or nearly, one that is there.
        bad: told of each bad row and its reason, after which the import goes on; without, the first one ends it.
        progress: told the share of the source that is stored, 0 to 1.
        intake: what was done with earlier rows of the same source, to which these are added.

    Raises:
        InputError: on a bad row, naming line and reason; what comes before it is stored.
    """
    intake = Intake() if intake is None else intake

    def prepared() -> Iterator[_Batch]:
        for batch in _batches(rows):
            items, stop = _named(batch, source, seen, convert, bad, intake)
            yield _Batch(prepare(items, vectors.remember), batch[-1].done, stop)
            if stop is not None:
                return

    with closing(Seen()) as seen, closing(_one_ahead(prepared())) as batches:
        for batch in batches:
            outcomes = shelf.add(batch.pieces, skip_duplicates=skip_duplicates)
            for piece, outcome in zip(batch.pieces, outcomes, strict=True):
                intake.count(piece.item, outcome)
            progress(batch.done)
            if batch.stop is not None:
                raise InputError(
                    f"{batch.stop}。之前的 {intake.rows} 行已导入；改正后重新运行同一命令，或加 --skip-bad 跳过坏行"
                )
    return intake


def take_in_together(
    items: Sequence[CorpusItem], shelf: Shelf, vectors: StoredVectors, *, skip_duplicates: bool = False
) -> list[tuple[str, Outcome]]:
    """Store a few pieces, all or none; the id of each, given or made, and what became of it.

    One that is the same as an earlier one of them, id and all, is stored once and unchanged by the second.

    Raises:
        BadRow: if another of them has the same id and says something else.
    """
    with closing(Seen()) as seen:
        named = [(item.id, seen.named(item)) for item in items]
    pieces = prepare([item for _, item in named if item is not None], vectors.remember)
    outcomes = iter(shelf.add(pieces, skip_duplicates=skip_duplicates))
    return [(item.id, next(outcomes)) if item else (given, Outcome(Fate.UNCHANGED)) for given, item in named]


@dataclass(frozen=True, slots=True)
class _Batch:
    """Pieces ready to be stored, the share of the source that ends with them, and the bad row they stop at."""

    pieces: list[Piece]
    done: float
    stop: str | None


def _one_ahead(batches: Iterator[_Batch]) -> Generator[_Batch]:
    """The same batches: while one is being stored, the next is read and encoded in a thread."""
    with ThreadPoolExecutor(1, "contentcheck-intake") as thread:
        coming = thread.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = thread.submit(next, batches, None)
            yield batch


def _named(
    batch: list[Row],
    source: str,
    seen: "Seen",
    convert: Callable[[Row], CorpusItem],
    bad: Callable[[Row, str], None] | None,
    intake: Intake,
) -> tuple[list[CorpusItem], str | None]:
    """The pieces of good rows, and what is wrong with the row at which to stop."""
    items: dict[str, CorpusItem] = {}
    for row in batch:
        try:
            item = seen.named(convert(row))
        except BadRow as error:
            if bad is None:
                return list(items.values()), _place(source, row, str(error))
            bad(row, str(error))
            intake.rejects += 1
            continue
        if item is None:
            intake.repeated += 1
        else:
            items[item.id] = item
    return list(items.values()), None


def _place(source: str, row: Row, reason: str) -> str:
    return f"{source}{'/' + row.file if row.file else ''} 第 {row.line} 行：{reason}"


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    characters = 0
    for row in rows:
        batch.append(row)
        characters += len(str(row.data.get("text", "")))
        if len(batch) >= _BATCH_ROWS or characters >= _BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


class Seen:
    """The ids of the rows of a source so far, on disk: there may be millions.

    A row without an id is known by its text. The second of the same text in one file is another piece, `-2`, so that
    duplicates are kept, and importing the file again finds each one there.
    """

    def __init__(self) -> None:
        # A temporary file that goes when it is closed; whichever thread prepares the next batch asks.
        self._table = sqlite3.connect("", check_same_thread=False)
        self._table.execute("CREATE TABLE seen (key BLOB PRIMARY KEY, digest BLOB, copies INTEGER) WITHOUT ROWID")

    def close(self) -> None:
        self._table.close()

    def named(self, item: CorpusItem) -> CorpusItem | None:
        """The item with its id; None if it repeats an earlier row.

        Raises:
            BadRow: if another row with the same id said something else.
        """
        key = item.id or f"item-{text_digest(item.text).hex()}"
        digest = text_digest(repr(item))
        first, copies = self._noted(text_digest(key), digest)
        if not item.id:
            return replace(item, id=key if copies == 1 else f"{key}-{copies}")
        if copies == 1:
            return item
        if first != digest:
            raise BadRow(f"编号“{item.id}”与前面的一行重复，内容却不同；每条内容的编号应各不相同")
        return None

    def _noted(self, key: bytes, digest: bytes) -> tuple[bytes, int]:
        add = "INSERT INTO seen VALUES (?, ?, 1) ON CONFLICT (key) DO UPDATE SET copies = copies + 1"
        row: tuple[bytes, int] = self._table.execute(f"{add} RETURNING digest, copies", (key, digest)).fetchone()
        return row


class Rejects:
    """A file for bad rows and their reasons, made when there is one."""

    def __init__(self, file: Path):
        self._file = file
        self._stream: IO[str] | None = None

    def __enter__(self) -> "Rejects":
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        if self._stream:
            self._stream.close()

    def write(self, row: Row, reason: str) -> None:
        """Raises InputError if the file cannot be written."""
        try:
            self._stream = self._stream or self._file.open("w", encoding="utf-8")
            place = {"file": row.file} if row.file else {}
            self._stream.write(json_line({**place, "line": row.line, "reason": reason, "row": row.data}))
        except OSError as error:
            raise InputError(f"{self._file}：无法写入（{error.strerror}）") from error
