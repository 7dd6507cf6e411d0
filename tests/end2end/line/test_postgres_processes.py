"""Hub programs over one PostgreSQL: one CA, one set of tokens and contents, whichever of them is asked."""

from __future__ import annotations

import hashlib
import json
import os
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.sync.attachments.attached import PIECE_HASH
from tests.helpers.contents import named, picture, pieces
from tests.helpers.hubs import HubProcess, until
from tests.helpers.pg_programs import Pair
from tests.helpers.postgres import Cluster, cluster
from tests.helpers.programs import muster

pytestmark = pytest.mark.slow

BODY = picture()
SHA = named(BODY)
CUT = pieces(BODY)


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    with cluster() as running:
        yield running


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "LANG": "en_GB.UTF-8", "PYTHONUTF8": "1", "XDG_DATA_HOME": str(tmp_path)}


@pytest.fixture
def hubs(tmp_path: Path, server: Cluster, environment: dict[str, str]) -> Iterator[Pair]:
    pair = Pair(tmp_path, server.make_database(), environment)
    try:
        yield pair
    finally:
        pair.close()


def ask(
    hub: HubProcess,
    tls: ssl.SSLContext,
    token: str,
    method: str,
    path: str,
    body: bytes = b"",
    **headers: str,
) -> tuple[int, bytes]:
    request = urllib.request.Request(f"{hub.url}/api/v1{path}", body or None, method=method)
    request.add_header("Authorization", f"Bearer {token}")
    for name, value in headers.items():
        request.add_header(name.replace("_", "-"), value)
    try:
        with urllib.request.urlopen(request, timeout=30, context=tls) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def in_json(answer: tuple[int, bytes]) -> Any:
    assert answer[0] in (200, 201), answer
    return json.loads(answer[1])


def put(hub: HubProcess, tls: ssl.SSLContext, token: str, index: int) -> Any:
    proof = {PIECE_HASH.replace("-", "_"): hashlib.sha256(CUT[index]).hexdigest()}
    path = f"/attachments/{SHA}/{index}"
    return in_json(
        ask(hub, tls, token, "PUT", path, CUT[index], Content_Type="application/octet-stream", **proof)
    )


def test_either_serves_what_the_other_let_in_and_took(hubs: Pair) -> None:
    tls = hubs.ca()
    # A token that a program beside the first was asked for opens the second, whose certificate is the CA's.
    token = hubs.one.command("token", "--db", hubs.url, "--role", "dispatcher", "--name", "cad")
    until(lambda: ask(hubs.two, tls, token, "GET", "/head")[0] == 200)

    kind = {"Content_Type": "application/json"}
    asked = json.dumps({"sha256": SHA, "bytes": len(BODY), "media": "image/jpeg"}).encode()
    in_json(ask(hubs.one, tls, token, "POST", "/attachments", asked, **kind))
    for index in (0, 1):
        put((hubs.one, hubs.two)[index], tls, token, index)
    hubs.one.kill()
    for index in (2, 3):
        standing = put(hubs.two, tls, token, index)
    assert standing["whole"]

    intake = hubs.two.command("token", "--db", hubs.url, "--role", "intake", "--name", "intake")
    report: dict[str, object] = {"channel": "phone", "text": "滨河路路灯不亮"}
    report["attachments"] = [SHA]
    in_json(ask(hubs.two, tls, intake, "POST", "/reports", json.dumps(report).encode(), **kind))
    hubs.one.start("--db", hubs.url)
    for hub in (hubs.one, hubs.two):
        until(lambda hub=hub: ask(hub, tls, token, "GET", f"/attachments/{SHA}")[0] == 200)  # type: ignore[misc]
        assert ask(hub, tls, token, "GET", f"/attachments/{SHA}")[1] == BODY

    # What one puts out, both turn away.
    hubs.two.command("token", "--db", hubs.url, "--revoke", "cad")
    for hub in (hubs.one, hubs.two):
        until(lambda hub=hub: ask(hub, tls, token, "GET", "/head")[0] == 401)  # type: ignore[misc]
    assert (hubs.one.stop(), hubs.two.stop()) == (0, 0)
    # And beside no hub at all.
    later = hubs.one.command("token", "--db", hubs.url, "--role", "dispatcher", "--name", "cad")
    assert later.startswith("muster_")


def test_which_hall_is_meant_must_be_clear(
    tmp_path: Path, server: Cluster, environment: dict[str, str]
) -> None:
    url, empty = server.make_database(), server.make_database()
    data = tmp_path / "one"
    words = ("token", "--role", "dispatcher", "--name", "x")

    def refused(*more: str) -> str:
        done = muster(environment, *words, *more)
        assert (done.returncode, done.stdout) == (1, ""), done
        (line,) = done.stderr.splitlines()
        return line

    # A mistyped name must not found a hall.
    assert "holds no hall yet" in refused("--data", str(data), "--db", url)
    assert not data.exists()
    hub = HubProcess(data, environment)
    hub.start("--db", url)
    other = HubProcess(tmp_path / "other", environment)
    other.start()
    try:
        assert "is on PostgreSQL" not in refused("--data", str(tmp_path / "no"))
        assert "is not the directory of a hub process" in refused("--data", str(other.data), "--db", url)
        assert "there is no key" in refused("--data", str(tmp_path / "no"), "--db", url)
        assert "holds no hall yet" in refused("--data", str(data), "--db", empty)
        assert "cannot be reached" in refused("--data", str(data), "--db", url.replace(str(server.port), "1"))
        hub.stop()
        assert "is on PostgreSQL" in refused("--data", str(data))
        assert not (tmp_path / "no").exists()
        wrong = muster(environment, *words, "--data", str(data), "--db", "mysql://h/x")
        assert (wrong.returncode, wrong.stdout) == (2, "")
    finally:
        hub.close()
        other.close()
