"""The log of a service: lines of JSON in which no draft stands, not even after an error nobody foresaw."""

import json
import subprocess
import sys

_PROGRAM = """
import logging, sys
import structlog
from contentcheck.api.http.logs import configure_logs

configure_logs(sys.stderr)
structlog.contextvars.bind_contextvars(request_id="r-1")
log = structlog.get_logger("contentcheck.api.some")
log.info("request", path="/v1/品牌/\\ud800")
try:
    raise ValueError("the whole draft")
except ValueError as error:
    log.error("unexpected error", exc_info=error)
    logging.getLogger("uvicorn.error").exception("Exception in %s", "ASGI application")
logging.getLogger("httpx").info("GET http://user:password@host")
"""


def test_every_line_is_json_without_the_words_of_an_error() -> None:
    done = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, check=True)
    request, ours, servers = (json.loads(line) for line in done.stderr.splitlines())
    assert (request["event"], request["path"], request["request_id"]) == ("request", "/v1/品牌/\ud800", "r-1")
    assert (ours["event"], servers["event"]) == ("unexpected error", "Exception in ASGI application")
    for line in (ours, servers):
        assert (line["level"], line["error"], line["at"]) == ("error", "ValueError", ["<string>:11 <module>"])
    assert b"draft" not in done.stderr and done.stdout == b""
