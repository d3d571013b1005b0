"""Addresses given by others: what points inside is refused when it is given, and again when it is called."""

import asyncio
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from contentcheck.api.http.problems import Problem
from contentcheck.api.jobs import outbound
from contentcheck.api.jobs.outbound import Outside, Refused, is_outside, refuse_inside
from tests.receiver import receiving, reply

PUBLIC = "93.184.216.34"


def names(monkeypatch: pytest.MonkeyPatch, **known: list[list[str]]) -> list[str]:
    """Have names (with _ for a dot) mean these addresses: one list for each time it is looked up, the last for ever.

    The names that were looked up come back; what is no known name is looked up really.
    """
    real, asked = socket.getaddrinfo, []

    def look_up(host: str, port: Any, *rest: Any, **more: Any) -> Any:
        asked.append(host)
        answers = known.get(host.replace(".", "_"))
        if answers is None:
            return real(host, port, *rest, **more)
        addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        return [found for a in addresses for found in real(a, port, *rest, **more)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


def get(url: str, allow_private: bool = False, redirects: bool = False) -> int:
    async def ask() -> int:
        async with httpx.AsyncClient(
            transport=Outside(allow_private), trust_env=False, follow_redirects=redirects, timeout=5
        ) as client:
            return (await client.post(url, content=b"x")).status_code

    return asyncio.run(ask())


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "::", "::1", "::ffff:127.0.0.1"),
        *("::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::808:808"),
        *("2002:7f00:1::", "2002:a00:1::1", "2001::1", "fe80::1", "fe80::1%1", "fec0::1", "fd00:ec2::254"),
        *("ff02::1", "ff0e::1", "2001:db8::1", "5f00::1"),
    ],
)
def test_addresses_inside(address: str) -> None:
    assert not is_outside(address)


@pytest.mark.parametrize("address", [PUBLIC, "1.1.1.1", "2606:4700::1111", "64:ff9b::101:101", "::ffff:1.1.1.1"])
def test_addresses_outside(address: str) -> None:
    assert is_outside(address)


@pytest.mark.parametrize(
    "url",
    [
        *("http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/"),
        *("http://0/", "http://127。0。0。1/", "http://１２７.0.0.1/", "http://localhost/", "http://localhost./"),
        *("http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://[fe80::1%25eth0]/"),
        *("http://169.254.169.254/latest/meta-data/", "http://inside.test/", "http://mixed.test/"),
        *("http://no-such-name.invalid/", "http://h..x/", f"http://{'a' * 70}.test/", "http://*/", "http://a b/"),
        *("ftp://one.test/", "file:///etc/passwd", "gopher://one.test/", "one.test", "//one.test/", "", "http://"),
        *("http://user:pass@one.test/", "http://one.test\\@inside.test/", "http://user@one.test/"),
        *("http://one.test:22/", "http://one.test:0/", "http://one.test:99999/", "http://one.test:x/"),
        *("http://one.test/\ud800", "http://one\0.test/"),
    ],
)
def test_what_may_not_be_called_is_refused_with_words(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    names(
        monkeypatch,
        one_test=[[PUBLIC]],
        inside_test=[["10.0.0.8"]],
        mixed_test=[[PUBLIC, "10.0.0.8"]],
        **{"no-such-name_invalid": [[]]},
    )
    with pytest.raises(Problem) as caught:
        refuse_inside(url, "body.webhook.url")
    assert (caught.value.status, caught.value.slug) == (422, "invalid")
    [wrong] = caught.value.errors
    assert (wrong.field, wrong.value) == ("body.webhook.url", url) and "https://" in wrong.remedy
    assert "10.0.0.8" not in caught.value.detail, "what a name means inside is nobody's business"


@pytest.mark.parametrize(
    "url", ["https://one.test/hook?x=1", "http://one.test:80/", "HTTP://ONE.TEST:8080", f"https://{PUBLIC}:443/"]
)
def test_what_is_outside_passes(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    names(monkeypatch, one_test=[[PUBLIC]])
    refuse_inside(url, "body.url")


def test_a_name_server_that_does_not_answer_holds_up_nobody_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answered.wait(10))
    monkeypatch.setattr(outbound, "_SECONDS", 0.1)
    try:
        with pytest.raises(Problem) as caught:
            refuse_inside("http://slow.test/", "body.url")
    finally:
        answered.set()
    assert (caught.value.status, caught.value.slug) == (422, "invalid")


def test_a_closed_network_may_allow_its_own() -> None:
    refuse_inside("http://127.0.0.1:81/", "body.url", allow_private=True)
    for url in ("ftp://127.0.0.1/", "http://a@127.0.0.1/", "nothing"):
        with pytest.raises(Problem):
            refuse_inside(url, "body.url", allow_private=True)
    with receiving() as receiver:
        assert get(receiver.url, allow_private=True) == 204


def test_a_name_that_means_another_machine_later_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    names(monkeypatch, rebinding_test=[[PUBLIC], ["127.0.0.1"]])
    with receiving() as inside:
        url = inside.url.replace("127.0.0.1", "rebinding.test")
        refuse_inside(url, "body.url")
        with pytest.raises(Refused):
            get(url)
    assert inside.bodies == []


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """127.0.0.2 stands for the public internet; the second time the name would be looked up, it means 127.0.0.1."""
    monkeypatch.setattr(outbound, "is_outside", lambda address: address == "127.0.0.2")
    asked = names(monkeypatch, one_test=[["127.0.0.2"], ["127.0.0.1"]])
    with receiving(host="127.0.0.2") as public:
        port = int(public.url.split(":")[2].split("/")[0])
        with receiving(port=port) as inside:
            assert get(f"http://one.test:{port}/hook") == 204
    assert asked.count("one.test") == 1
    assert public.headers[0]["host"] == f"one.test:{port}" and inside.bodies == []


def test_every_redirect_is_checked_where_they_are_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "is_outside", lambda address: address == "127.0.0.2")
    with (
        receiving() as inside,
        receiving(lambda handler: reply(handler, 307, location=inside.url), host="127.0.0.2") as public,
        pytest.raises(Refused),
    ):
        get(public.url, redirects=True)
    assert len(public.bodies) == 1 and inside.bodies == []


def test_a_dead_address_is_passed_over_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as receiver:
        names(monkeypatch, two_test=[["127.0.0.9", "127.0.0.1"]])
        assert get(receiver.url.replace("127.0.0.1", "two.test"), allow_private=True) == 204
        names(monkeypatch, dead_test=[["127.0.0.9"]])
        with pytest.raises(httpx.ConnectError):
            get(receiver.url.replace("127.0.0.1", "dead.test"), allow_private=True)


def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving(500) as proxy, receiving() as receiver:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert get(receiver.url, allow_private=True) == 204
    assert proxy.bodies == []


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ssl.SSLContext]:
    """A server's, for the name cms.test and no address, which this machine trusts."""
    key, chain = tmp_path / "key.pem", tmp_path / "chain.pem"
    made = f"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout {key} -out {chain}"
    name = ["-subj", "/CN=cms.test", "-addext", "subjectAltName=DNS:cms.test"]
    subprocess.run([*made.split(), *name], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    monkeypatch.setenv("SSL_CERT_FILE", str(chain))
    outbound._certificates.cache_clear()
    yield context
    outbound._certificates.cache_clear()


def test_a_certificate_is_checked_against_the_name_not_the_address(
    certificate: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    names(monkeypatch, cms_test=[["127.0.0.1"]], other_test=[["127.0.0.1"]])
    with receiving(tls=certificate) as receiver:
        assert get(receiver.url.replace("127.0.0.1", "cms.test"), allow_private=True) == 204
        for wrong in ("other.test", "127.0.0.1"):
            with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                get(receiver.url.replace("127.0.0.1", wrong), allow_private=True)
    assert len(receiver.bodies) == 1 and receiver.headers[0]["host"].startswith("cms.test:")
