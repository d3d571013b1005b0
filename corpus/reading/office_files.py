"""What has to be known of a docx or xlsx file before anything in it is unpacked."""

import re
from typing import BinaryIO
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError
from xml.sax import SAXException
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError

from contentcheck.engine.errors import InputError

# What the libraries behind raise on damaged files, found by damaging some: they have few errors of their own.
UNREADABLE = (
    BadZipFile,
    ZlibError,
    ParseError,
    ExpatError,
    SAXException,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    EOFError,
    RuntimeError,
    OSError,
)
_MOST_PARTS = 10_000
_LARGEST = 200 * 2**20  # bytes of all parts that are held in memory, unpacked
_LARGEST_SHEET = 4 * 2**30  # worksheets are read row by row
_LARGEST_DOCUMENT = 20 * 2**20  # XML of a docx: reading it takes 50 seconds and 40 times as much memory
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROGRAMS = {"docx": "Word", "xlsx": "Excel"}


def check_office_file(name: str, stream: BinaryIO, kind: str) -> None:
    """Refuse what is no docx or xlsx (`kind`), is locked by a password, or would fill memory when unpacked.

    The sizes are those the file declares; no more than that is ever unpacked from it.

    Raises:
        InputError
    """
    stream.seek(0)
    if stream.read(len(_OLE)) == _OLE:
        raise InputError(
            f"{name}：加了密码，或其实是旧格式的文件；请用 {_PROGRAMS[kind]} 打开、去掉密码，另存为 {kind} 后再试"
        )
    try:
        with ZipFile(stream) as archive:
            parts = archive.infolist()
    except (BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise damaged(name, kind) from error
    stream.seek(0)
    if len(parts) > _MOST_PARTS:
        raise InputError(f"{name}：里面有 {len(parts)} 个部件，超过上限 {_MOST_PARTS} 个；请另存一次或拆分后再试")
    sheets = [p.file_size for p in parts if kind == "xlsx" and _SHEET.fullmatch(p.filename)]
    held = sum(p.file_size for p in parts) - sum(sheets)
    if held > _LARGEST:
        raise InputError(f"{name}：解压后有 {held >> 20} MB，超过上限 {_LARGEST >> 20} MB；请拆分后再试")
    document = sum(p.file_size for p in parts if kind == "docx" and p.filename.endswith(".xml"))
    if document > _LARGEST_DOCUMENT:
        raise InputError(
            f"{name}：文字部分解压后有 {document >> 20} MB，超过上限 {_LARGEST_DOCUMENT >> 20} MB；"
            "请拆分，或另存为 txt 后再试"
        )
    if max(sheets, default=0) > _LARGEST_SHEET:
        raise InputError(
            f"{name}：一张工作表解压后有 {max(sheets) >> 20} MB，超过上限 {_LARGEST_SHEET >> 20} MB；请拆分后再试"
        )


def damaged(name: str, kind: str) -> InputError:
    """What to tell the user of a docx or xlsx that cannot be read."""
    return InputError(f"{name}：不是可读取的 {kind} 文件；请用 {_PROGRAMS[kind]} 另存一次")
