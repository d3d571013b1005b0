"""A server that webhooks are sent to."""

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

from sqlalchemy import insert
from standardwebhooks import Webhook

from contentcheck.corpus.store import Store, schema
from contentcheck.corpus.store.deliveries import announce

SECRET = "whsec_Y29udGVudGNoZWNrLWV4YW1wbGUtc2VjcmV0LTMyYnl0"

Answer = int | Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Receiver:
    """What came; `answers` are given in turn, the last one from then on."""

    answers: list[Answer]
    url: str = ""
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    @property
    def ids(self) -> list[str]:
        return [h["webhook-id"] for h in self.headers]

    def verified(self, number: int, secret: str = SECRET) -> Any:
        """What one of them says, if its signature is right; raises otherwise."""
        return Webhook(secret).verify(self.bodies[number], self.headers[number])

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        data = handler.rfile.read(int(handler.headers["content-length"]))
        with self.lock:
            answer = self.answers[min(len(self.bodies), len(self.answers) - 1)]
            self.headers.append({k.lower(): v for k, v in handler.headers.items()})
            self.bodies.append(data)
        if callable(answer):
            answer(handler)
        else:
            reply(handler, answer)


def reply(handler: BaseHTTPRequestHandler, status: int, **headers: str) -> None:
    """An answer without a body; names of headers with _ for -."""
    handler.send_response(status)
    for name, value in {"content_length": "0", **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender that breaks off is what some tests are about."""


@contextmanager
def receiving(
    *answers: Answer, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
) -> Iterator[Receiver]:
    """A receiver on this machine that answers so; 204 if nothing is said."""
    receiver = Receiver(list(answers) or [204])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            receiver.answer(self)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = _Server((host, port), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    receiver.url = f"{'https' if tls else 'http'}://{host}:{server.server_port}/hook"
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def trickle(handler: BaseHTTPRequestHandler) -> None:
    """Headers without end, each soon after the last."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(100):
        handler.wfile.write(b"X-%d: y\r\n" % number)
        time.sleep(0.05)


def add_job(store: Store, job_id: str, url: str | None, *, key_id: int = 0, brand_id: int | None = None) -> None:
    """A job that is done, with a webhook if there is an address."""
    row = {
        "id": job_id,
        "brand_id": brand_id,
        "key_id": key_id,
        "name": "drafts.csv",
        "state": "done",
        "total": 3,
        "webhook": url and {"url": url, "secret": SECRET},
        "made_at": "2026-11-01T00:00:00Z",
    }
    with store.database.writing() as connection:
        connection.execute(insert(schema.jobs).values(row))


def add_delivery(store: Store, job_id: str, **data: Any) -> None:
    """What the end of a job does."""
    with store.database.writing() as connection:
        announce(connection, job_id, "job.finished", {"job_id": job_id, **data})
