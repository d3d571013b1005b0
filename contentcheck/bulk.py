"""Score a file of drafts into a file of reports: in order, in batches, resumable after any interruption."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from contentcheck.app import Progress, no_progress
from contentcheck.corpus.reading.rows import Row, read_rows
from contentcheck.corpus.records import BadRow, json_line, optional, required
from contentcheck.engine.checker import Checker
from contentcheck.engine.documents import Draft
from contentcheck.engine.errors import InputError

_BATCH_DRAFTS = 64
_BATCH_CHARACTERS = 100_000
_LONGEST_REPORT = 2**28  # bytes of a line that are looked at before it is called no report


@dataclass(frozen=True, slots=True)
class _State:
    """How far an unfinished run has come; kept beside the output until the run is finished.

    Attributes:
        rows: input rows dealt with. reports, rejects: lines written to either file.
        digest: of those rows and the settings, so that a change is noticed.
    """

    rows: int = 0
    reports: int = 0
    rejects: int = 0
    digest: str = ""


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What a run did. `resumed`: rows that an earlier run had already dealt with."""

    reports: int
    rejects: int
    resumed: int


def run_bulk(
    source: Path,
    output: Path,
    checker: Checker,
    *,
    brand: str | None = None,
    skip_bad: bool = False,
    progress: Progress = no_progress,
) -> BulkResult:
    """Write one report a line, in input order. Called again after an interruption, it goes on.

    Args:
        brand: for rows that name none.
        skip_bad: go on after a bad row and write it, with its reason, to `<output>.rejects.jsonl`.
        progress: told rows done and rows in all.

    Raises:
        InputError: on a bad row, naming line and reason; reports before it are kept.
    """
    rows = list(read_rows(source))
    run = _Run(source, output, rows, lambda row: _fingerprint(row, brand, checker))
    done = run.state.rows
    for start, batch in _batches(rows, done):
        reports: list[str] = []
        rejects: list[str] = []
        bad: tuple[Row, str] | None = None
        drafts: list[Draft] = []
        for row in batch:
            try:
                drafts.append(draft_of(row, brand, checker.brand_version))
            except BadRow as error:
                if not skip_bad:
                    bad = row, str(error)
                    break
                rejects.append(json_line({"line": row.line, "reason": str(error), "row": row.data}))
        reports = [json_line(r.to_json()) for r in checker.check(drafts)]
        run.keep(start + len(drafts) + len(rejects), reports, rejects)
        progress(run.state.rows, len(rows))
        if bad:
            row, reason = bad
            raise InputError(
                f"{source / row.file} 第 {row.line} 行：{reason}。之前的 {run.state.reports} 篇已写入 {output}；"
                "改正后重新运行同一命令会接着做，或加 --skip-bad 跳过坏行"
            )
    run.finish()
    return BulkResult(run.state.reports, run.state.rejects, done)


class _Run:
    """The output files and the state beside them."""

    def __init__(self, source: Path, output: Path, rows: list[Row], fingerprint: Callable[[Row], str]):
        self._output, self._rows, self._fingerprint = output, rows, fingerprint
        self._rejects = output.with_name(output.name + ".rejects.jsonl")
        self._state_file = output.with_name(output.name + ".progress")
        if source.resolve() in {f.resolve() for f in (output, self._rejects, self._state_file)}:
            raise InputError(f"{output}：报告不能写进输入文件本身；请换一个 --output")
        if not output.parent.is_dir():
            raise InputError(f"{output}：文件夹 {output.parent} 不存在；请先建立它")
        self._digest = hashlib.sha256()
        self.state = self._earlier() or _State()
        if not self.state.rows:
            self._digest = hashlib.sha256()
            _refuse_other_files(output)
        try:
            _keep_lines(output, self.state.reports)
            _keep_lines(self._rejects, self.state.rejects)
            if not self.state.rejects:
                self._rejects.unlink(missing_ok=True)
        except OSError as error:
            raise InputError(f"{output}：无法写入（{error.strerror}）") from error

    def keep(self, rows: int, reports: list[str], rejects: list[str]) -> None:
        """Append lines, then note how far we are; a kill in between costs one batch, never a line."""
        _append(self._output, reports)
        if rejects:
            _append(self._rejects, rejects)
        self._read(self.state.rows, rows)
        self.state = _State(
            rows, self.state.reports + len(reports), self.state.rejects + len(rejects), self._digest.hexdigest()
        )
        temporary = self._state_file.with_name(self._state_file.name + ".tmp")
        temporary.write_text(json.dumps(asdict(self.state)), "utf-8")
        temporary.replace(self._state_file)

    def finish(self) -> None:
        self._state_file.unlink(missing_ok=True)

    def _read(self, start: int, end: int) -> None:
        for row in self._rows[start:end]:
            self._digest.update(self._fingerprint(row).encode("utf-8", "replace"))

    def _earlier(self) -> _State | None:
        """What an interrupted run left, if it was of the same rows and its lines are all there."""
        try:
            found = _State(**json.loads(self._state_file.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        self._read(0, found.rows)
        same = found.rows <= len(self._rows) and self._digest.hexdigest() == found.digest
        written = _count_lines(self._output) >= found.reports and _count_lines(self._rejects) >= found.rejects
        return found if same and written else None


def _refuse_other_files(output: Path) -> None:
    """Only reports of an earlier run may be written over, or the broken first line of a run that was killed."""
    try:
        with output.open("rb") as stream:
            first = stream.readline(_LONGEST_REPORT)
    except FileNotFoundError:
        return
    except OSError as error:
        raise InputError(f"{output}：无法写入（{error.strerror}）") from error
    is_report = first.startswith(b'{"id": ') and (b'"provenance": ' in first or not first.endswith(b"\n"))
    if first and not is_report:
        raise InputError(f"{output}：已有这个文件，而且不是报告；请换一个 --output，或先删除它")


def _batches(rows: list[Row], start: int) -> Iterator[tuple[int, list[Row]]]:
    """(position of the first row, rows) from `start` on, bounded in number and length."""
    while start < len(rows):
        end, characters = start, 0
        while end < len(rows) and end - start < _BATCH_DRAFTS and characters < _BATCH_CHARACTERS:
            characters += len(str(rows[end].data.get("text", "")))
            end += 1
        yield start, rows[start:end]
        start = end


def draft_of(row: Row, brand: str | None, need_brand: Callable[[str], object]) -> Draft:
    """The draft of a row; `brand` for rows that name none, the line for those without id.

    Args:
        need_brand: raises InputError for a brand that cannot be used.

    Raises:
        BadRow: if the row could not be read, or a field or its brand cannot be used.
    """
    if row.error:
        raise BadRow(row.error)
    named = brand_of(row, brand)
    if named:
        try:
            need_brand(named)
        except InputError as error:
            raise BadRow(str(error)) from error
    return Draft(
        id=optional(row.data, "id") or (f"{row.file}#{row.line}" if row.file else str(row.line)),
        text=required(row.data, "text"),
        title=optional(row.data, "title"),
        brand=named,
    )


def brand_of(row: Row, brand: str | None) -> str | None:
    """The brand a row names, else `brand`. Raises BadRow if what it names is no text."""
    return optional(row.data, "brand") or brand or None


def _fingerprint(row: Row, brand: str | None, checker: Checker) -> str:
    """All that goes into a row's report: where it changes, an interrupted run cannot go on."""
    try:
        named = brand_of(row, brand)
        version = checker.brand_version(named) if named else ""
    except (BadRow, InputError) as error:
        version = str(error)
    return f"{row.data!r}{row.error!r}{version}{checker.provenance!r}"


def _append(file: Path, lines: list[str]) -> None:
    with file.open("a", encoding="utf-8") as stream:
        stream.writelines(lines)
        stream.flush()
        os.fsync(stream.fileno())


def _count_lines(file: Path) -> int:
    if not file.exists():
        return 0
    with file.open("rb") as stream:
        return sum(line.endswith(b"\n") for line in stream)


def _keep_lines(file: Path, lines: int) -> None:
    """Cut a file after its first `lines` lines; make it where it is missing."""
    with file.open("a+b") as stream:
        stream.seek(0)
        for _ in range(lines):
            stream.readline()
        stream.truncate(stream.tell())
