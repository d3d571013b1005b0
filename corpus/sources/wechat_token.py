"""The token of an official account, kept between runs in a file that nobody else can read."""

import hashlib
import logging
import os
import stat
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from pydantic import BaseModel, ConfigDict

_MARGIN = 60.0  # seconds before its end from which a token is not used: the calls take time, and clocks differ
_LONGEST = 7200.0  # seconds a token can live
_log = logging.getLogger(__name__)


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    base: str
    appid: str
    token: str
    expires: float  # seconds since 1970


class TokenCache:
    """The token of one account at one address, in memory and in a file of the home folder (mode 0600)."""

    def __init__(self, home: Path, base: str, appid: str):
        self._base, self._appid = base, appid
        name = hashlib.sha256(f"{base}\n{appid}".encode("utf-8", "replace")).hexdigest()[:16]
        self.file = home / f"wechat-token-{name}.json"
        self._kept: _Kept | None = None

    def get(self) -> str | None:
        """The token, if it is good for a minute more. A file that is damaged or not this user's own is ignored."""
        self._kept = self._kept or self._read()
        left = self._kept.expires - time.time() if self._kept else 0.0
        return self._kept.token if self._kept and _MARGIN < left <= _LONGEST else None

    def put(self, token: str, seconds: float) -> None:
        """Keep a token that lives so many seconds from now."""
        expires = time.time() + min(seconds, _LONGEST)
        self._kept = _Kept(base=self._base, appid=self._appid, token=token, expires=expires)
        try:
            self._write(self._kept)
        except OSError as error:  # then the next run asks for the token again, which costs one call
            _log.warning("token cache %s cannot be written (%s)", self.file, error.strerror)

    def forget(self) -> None:
        """Drop the token, which WeChat no longer takes."""
        self._kept = None
        with suppress(OSError):
            self.file.unlink(missing_ok=True)

    def _read(self) -> _Kept | None:
        try:
            about = self.file.lstat()
            if not stat.S_ISREG(about.st_mode) or (os.name == "posix" and not _own_alone(about)):
                return None
            kept = _Kept.model_validate_json(self.file.read_bytes())
        except (OSError, ValueError):
            return None
        return kept if (kept.base, kept.appid) == (self._base, self._appid) else None

    def _write(self, kept: _Kept) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=self.file.parent, prefix=self.file.name)  # with mode 0600
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(kept.model_dump_json())
            Path(temporary).replace(self.file)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise


def _own_alone(about: os.stat_result) -> bool:
    return about.st_uid == os.geteuid() and not about.st_mode & 0o077
