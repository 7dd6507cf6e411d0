"""Machine tokens: what they give, that revoking ends them, and that nothing else opens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.commands.tokens import revoke_token
from app.domain.actor import SYSTEM
from app.domain.refusal import Refusal
from app.hub.safety.bearer_secret import hash_of, token_of
from app.hub.safety.safety import Safety
from app.hub.safety.tokens import IssuedToken
from app.log.safety.bearers import HELD_MS, Bearer, Bearers
from tests.helpers.halls import TestHall, actor
from tests.helpers.safety import guarded

Guarded = tuple[TestHall, Safety]


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Guarded]:
    with guarded(tmp_path) as both:
        yield both


def issued(safety: Safety, name: str = "hotline", role: str = "intake") -> IssuedToken:
    made = safety.tokens.issue(name, role, SYSTEM, unit="ZZZX", areas=("990101001",))
    assert isinstance(made, IssuedToken), made
    return made


def test_a_token_gives_its_role_unit_and_areas(here: Guarded) -> None:
    hall, safety = here
    made = issued(safety)
    grant = safety.tokens.find(made.secret)
    assert grant is not None
    assert (grant.token, grant.name, grant.role) == (made.token, "hotline", "intake")
    assert (grant.unit, grant.areas, grant.operator) == ("ZZZX", ("990101001",), "")
    assert grant.actor.operator == f"token:{made.token}"
    assert hall.store.history(f"token:{made.token}")[-1].entry.kind == "token_issued"


def test_the_secret_is_kept_nowhere(here: Guarded) -> None:
    hall, safety = here
    made = issued(safety)
    log = b"".join(n.raw for n in hall.store.read_after(0, 1000))
    assert made.secret.rsplit("_", 1)[1].encode() not in log
    row = Bearers(hall.store, hall.clock.boot).get(made.token)
    assert row is not None
    assert row.secret_hash == hash_of(made.secret)
    assert hash_of(made.secret).hex().encode() not in log


def test_a_revoked_token_opens_nothing(here: Guarded) -> None:
    hall, safety = here
    made, other = issued(safety), issued(safety, "sensors")
    assert safety.tokens.revoke("hotline", "lost", SYSTEM) == made.token
    assert safety.tokens.find(made.secret) is None
    assert safety.tokens.find(other.secret) is not None
    assert hall.store.history(f"token:{made.token}")[-1].entry.kind == "token_revoked"
    assert safety.tokens.revoke("hotline", "again", SYSTEM) == Refusal(
        "token_unknown", params={"name": "hotline"}
    )


def test_what_another_process_revoked_ends_with_its_entry(here: Guarded) -> None:
    hall, safety = here
    made = issued(safety)
    revoke_token(hall.commander.desk, made.token, "lost", SYSTEM)
    assert Bearers(hall.store, hall.clock.boot).get(made.token) is not None, "the row is still there"
    assert safety.tokens.find(made.secret) is None


def test_a_row_without_its_entry_opens_nothing(here: Guarded) -> None:
    hall, safety = here
    made = issued(safety)
    lone = "0198c1de-0000-7000-8000-000000000009"
    secret = made.secret.replace(made.token, lone)
    Bearers(hall.store, hall.clock.boot).put(Bearer(lone, hash_of(secret), "", "{}", hall.clock.now(), 0))
    assert token_of(secret) == lone
    assert safety.tokens.find(secret) is None


def test_what_is_refused_leaves_no_row(here: Guarded) -> None:
    hall, safety = here
    issued(safety)
    for answer in (
        safety.tokens.issue("hotline", "intake", SYSTEM, unit="ZZZX"),
        safety.tokens.issue("other", "king", SYSTEM, unit="ZZZX"),
        safety.tokens.issue("other", "system", SYSTEM, unit="ZZZX"),
        safety.tokens.issue("other", "intake", SYSTEM, unit="NOWHERE"),
        safety.tokens.issue("other", "intake", actor("intake"), unit="ZZZX"),
    ):
        assert isinstance(answer, Refusal)
    assert (
        hall.store.write(lambda c: c.exec_driver_sql("SELECT count(*) FROM bearer").scalar_one()).result()
        == 1
    )


def test_what_only_looks_like_a_token_opens_nothing(here: Guarded) -> None:
    _, safety = here
    made = issued(safety)
    head, tail = made.secret[:-1], made.secret[-1]
    wrong_end = head + ("0" if tail != "0" else "1")
    for secret in (
        "",
        "muster_",
        made.token,
        wrong_end,
        made.secret.upper(),
        made.secret + " ",
        made.secret[:-2],
        "muster_' OR 1=1 --_" + "0" * 64,
        "夜" * 100,
        "x" * 1_000_000,
    ):
        assert safety.tokens.find(secret) is None, secret[:80]


def test_tokens_are_known_after_a_restart(tmp_path: Path) -> None:
    with guarded(tmp_path) as (_, safety):
        secret = issued(safety).secret
    with guarded(tmp_path) as (_, safety):
        assert safety.tokens.find(secret) is not None


def test_a_client_that_asks_without_end_costs_one_look_at_the_disk(here: Guarded) -> None:
    hall, safety = here
    made = issued(safety)
    looks: list[int] = []
    reader = hall.store.reader

    class Counted:
        write = hall.store.write

        def reader(self) -> object:
            looks.append(1)
            return reader()

    bearers = Bearers(Counted(), hall.clock.boot)  # type: ignore[arg-type]
    for _ in range(100):
        assert bearers.get(made.token) is not None
    assert len(looks) == 1
    hall.time.advance(HELD_MS)
    assert bearers.get(made.token) is not None
    assert len(looks) == 2, "another process may have changed it"
    assert bearers.remove(made.token)
    assert bearers.get(made.token) is None, "what this process changes it sees at once"
