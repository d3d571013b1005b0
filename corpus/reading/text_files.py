"""Text files of any length and encoding, read line by line."""

import codecs
import io
import os
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from charset_normalizer import from_bytes

from contentcheck.engine.errors import InputError

LONGEST = 50 * 2**20  # bytes of one text: a draft, a line, a field; a year of a daily account is shorter
_CHUNK = 2**20
_SAMPLE = 2**18  # bytes that are enough to tell text from anything else
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_STRAY_BYTE = re.compile("[\udc80-\udcff]")  # how Python's surrogateescape keeps a byte that is no text


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its line break, or why it could not be read.

    Attributes:
        number: from 1.
        done: the share of the file that has been read, 0 to 1.
    """

    number: int
    text: str
    done: float
    error: str | None = None


def read_lines(file: Path, newline: str | None) -> Generator[Line, None, None]:
    """Lines of a text file; memory holds one of them, and nothing of one over `LONGEST` bytes.

    Args:
        newline: which line breaks there are and whether they are translated, as for `open`.

    Raises:
        InputError: if the file cannot be opened or is no text.
    """
    try:
        with file.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            encoding = encoding_of(file.name, stream)
            stream.seek(0)
            wide = encoding in ("utf-16", "utf-32")  # where a stray byte cannot be told from its neighbours
            lines = io.TextIOWrapper(stream, encoding, "replace" if wide else "surrogateescape", newline)
            number = 0
            while True:
                text = _next_line(lines)
                if not text:
                    return
                number += 1
                done = min(1.0, stream.tell() / size)
                if isinstance(text, int):
                    error = f"第 {number} 行有 {text >> 20} MB，超过单行上限 {LONGEST >> 20} MB；请拆分后再试"
                    yield Line(number, "", done, error)
                elif not text.isascii() and _STRAY_BYTE.search(text):
                    shown = encoding.removesuffix("-sig").upper()
                    error = f"第 {number} 行有不是 {shown} 编码的字节；请改正这一行，或把文件另存为 UTF-8 文本后再试"
                    yield Line(number, "", done, error)
                else:
                    yield Line(number, text, done)
    except OSError as error:
        raise unreadable(file, error) from error


def encoding_of(name: str, stream: BinaryIO) -> str:
    """The encoding of a whole file: by its mark, UTF-8, GB18030, or what charset-normalizer makes of the beginning.

    A file that is UTF-8 or GB18030 but for a few damaged bytes is taken as such.

    Raises:
        InputError: if it is no text.
    """
    stream.seek(0)
    sample = stream.read(_SAMPLE)
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return encoding
    if _decodes(stream, "utf-8") or _nearly(sample, "utf-8"):
        return "utf-8"
    if not any(b"\0" in chunk for chunk in _chunks(stream)):
        if _decodes(stream, "gb18030") or _nearly(sample, "gb18030"):
            encoding = "gb18030"
        else:
            guess = from_bytes(sample).best()
            encoding = guess.encoding if guess else ""
        if encoding and _printable(sample.decode(encoding, "ignore")):
            return encoding
    raise InputError(f"{name}：不是文本文件，或编码无法识别；请另存为 UTF-8 文本后再试")


def unreadable(file: Path, error: OSError) -> InputError:
    """What to tell the user of a file that the system will not give us."""
    if isinstance(error, FileNotFoundError):
        return InputError(f"{file}：文件不存在；请检查路径")
    if isinstance(error, IsADirectoryError):
        return InputError(f"{file}：不是文件")
    return InputError(f"{file}：无法读取（{error.strerror}）")


def _next_line(stream: io.TextIOWrapper) -> str | int:
    """The next line, empty at the end of the file; of a line over the limit only its length in UTF-8."""
    piece = stream.readline(_CHUNK)
    if len(piece) < _CHUNK:
        return piece
    pieces: list[str] = []
    length = 0
    while piece:
        length += len(piece.encode("utf-8", "replace"))
        if length <= LONGEST:
            pieces.append(piece)
        else:
            pieces.clear()
        # a piece that ends in \r may be one half of \r\n
        piece = "" if len(piece) < _CHUNK or piece.endswith("\n") else stream.readline(_CHUNK)
    return "".join(pieces) if length <= LONGEST else length


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    stream.seek(0)
    while chunk := stream.read(_CHUNK):
        yield chunk


def _decodes(stream: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in _chunks(stream):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _nearly(sample: bytes, encoding: str) -> bool:
    """Whether of what is beyond ASCII less than one part in fifty is not in the encoding."""
    text = sample.decode(encoding, "surrogateescape")
    whole = _STRAY_BYTE.sub("", text)
    return sum(c > "\x7f" for c in whole) > 49 * (len(text) - len(whole))


def _printable(text: str) -> bool:
    return sum(c.isprintable() or c.isspace() for c in text) >= 0.95 * len(text) > 0
