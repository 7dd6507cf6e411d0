"""Two hub processes over one database guard one hall: one CA, one count of attempts, one set of sessions."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from app.base import paths
from app.base.clock import MINUTE_MS, ManualClock
from app.base.errors import WorldError
from app.base.language import load_language
from app.bootstrap.new_hall import NewHall
from app.bootstrap.opening import NumberingHall
from app.bootstrap.pg_opening import open_pg_hall
from app.domain.actor import SYSTEM
from app.domain.area import AreasAdopted
from app.domain.hall import HallFounded, OperatorGranted
from app.domain.label import Label
from app.domain.refusal import Refusal
from app.hub.safety.ca import CaFolder, open_ca
from app.hub.safety.safety import Safety
from app.hub.safety.settings import SafetySettings
from app.hub.safety.shared_ca import CA
from app.log.safety.accounts import Accounts, Begun
from app.sync.seats.lockout import FAILURES_MAX, LOCK_MS
from app.sync.seats.signing import SignedIn, SignInAsked
from tests.helpers.counting import NOON
from tests.helpers.halls import AREAS, shipped_rules
from tests.helpers.postgres import Cluster, cluster
from tests.helpers.safety import PASSWORD, give_password, quick_passwords

pytestmark = pytest.mark.slow

WHO = "op-dispatcher-ZZZX"
SOON_S = 10


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    with cluster() as running:
        yield running


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


def new_hall() -> NewHall:
    return NewHall(
        HallFounded(Label("演示区综治中心", "Demo District Governance Centre"), "990101", "demo"),
        shipped_rules(),
        AreasAdopted("test", AREAS),
        (OperatorGranted(WHO, Label("调度员", "dispatcher"), ("dispatcher",), "ZZZX"),),
    )


@pytest.fixture
def halls(
    tmp_path: Path, server: Cluster, clock: ManualClock
) -> Iterator[tuple[NumberingHall, NumberingHall]]:
    url, language = server.make_database(), load_language("en", paths.languages())

    def begun(folder: Path) -> NumberingHall:
        return open_pg_hall(folder, url, clock, language=language, mark="demo", founder=new_hall)

    with ExitStack() as held:
        one = held.enter_context(begun(tmp_path / "one"))
        (tmp_path / "two").mkdir()
        shutil.copy(tmp_path / "one" / "muster.key", tmp_path / "two")
        two = held.enter_context(begun(tmp_path / "two"))
        yield one, two


@pytest.fixture
def guards(halls: tuple[NumberingHall, NumberingHall]) -> Iterator[tuple[Safety, Safety]]:
    with ExitStack() as held:
        made = [
            Safety(hall.safe, hall.commander.desk, SafetySettings(), quick_passwords(), hall.shared)
            for hall in halls
        ]
        for safety in made:
            held.enter_context(closing(safety))
        yield made[0], made[1]


def fresh(hall: NumberingHall) -> None:
    assert hall.fresh is not None
    hall.fresh().result(SOON_S)


def test_of_two_first_starts_at_once_one_makes_the_ca(
    guards: tuple[Safety, Safety], halls: tuple[NumberingHall, NumberingHall], server: Cluster
) -> None:
    start, made = threading.Barrier(2), list[str]()

    def begin(safety: Safety) -> None:
        start.wait()
        made.append(safety.ca.pem)

    threads = [threading.Thread(target=begin, args=(safety,)) for safety in guards]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 2
    assert made[0] == made[1]
    for hall in halls:
        folder = CaFolder(hall.store.folder)
        assert folder.certificate.read_text() == made[0]
        # The key that can pass for any device lies in no directory.
        assert not folder.key.exists()
    assert halls[0].shared is not None
    kept = halls[0].shared.keepsakes.get(CA)
    assert kept is not None
    assert b"PRIVATE KEY" in kept


def test_the_ca_lies_encrypted_on_the_server_and_a_change_is_told(
    guards: tuple[Safety, Safety], halls: tuple[NumberingHall, NumberingHall], server: Cluster
) -> None:
    one, two = guards
    assert one.ca.pem
    database = halls[0].store.safe.reader().exec_driver_sql("SELECT current_database()").scalar()  # type: ignore[union-attr]
    with server.connect(server.url(str(database))) as there:
        (sealed,) = there.execute("SELECT sealed FROM keepsake").fetchall()
        assert b"PRIVATE" not in sealed[0]
        there.execute("UPDATE keepsake SET sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1)")
    with pytest.raises(WorldError, match="keepsake_damaged"):
        _ = two.ca


def test_a_ca_of_files_becomes_that_of_all_and_a_second_one_is_refused(
    guards: tuple[Safety, Safety], halls: tuple[NumberingHall, NumberingHall]
) -> None:
    folders = [hall.store.folder for hall in halls]
    old = open_ca(folders[0], halls[0].store.about.stream, NOON)
    other = open_ca(folders[1], halls[1].store.about.stream, NOON)
    assert old.pem != other.pem
    assert guards[0].ca.pem == old.pem
    with pytest.raises(WorldError, match="ca_differs"):
        _ = guards[1].ca
    shutil.rmtree(folders[1] / "ca")
    assert guards[1].ca.pem == old.pem


def test_a_token_of_one_opens_the_other_until_either_revokes_it(
    guards: tuple[Safety, Safety], halls: tuple[NumberingHall, NumberingHall], clock: ManualClock
) -> None:
    one, two = guards
    issued = one.tokens.issue("cad", "dispatcher", SYSTEM, unit="ZZZX")
    assert not isinstance(issued, Refusal)
    fresh(halls[1])
    granted = two.tokens.find(issued.secret)
    assert granted is not None
    assert granted.name == "cad"
    assert isinstance(two.tokens.issue("cad", "dispatcher", SYSTEM, unit="ZZZX"), Refusal)
    assert two.tokens.revoke("cad", "lost", SYSTEM) == issued.token
    fresh(halls[0])
    assert one.tokens.find(issued.secret) is None


def test_a_session_in_use_at_one_is_not_idle_at_the_other(
    guards: tuple[Safety, Safety], halls: tuple[NumberingHall, NumberingHall], clock: ManualClock
) -> None:
    one, two = guards
    give_password(one, WHO)
    signed = one.sign_ins.judge(SignInAsked(WHO, PASSWORD), "A1")
    assert isinstance(signed, SignedIn)
    fresh(halls[1])
    for _ in range(4):
        clock.advance(9 * MINUTE_MS)
        assert one.tokens.find(signed.token) is not None
    # What was told of the last use is on the server once this is.
    halls[0].safe.write(lambda _: 0).result(SOON_S)
    assert two.tokens.find(signed.token) is not None
    clock.advance(11 * MINUTE_MS)
    assert (one.tokens.find(signed.token), two.tokens.find(signed.token)) == (None, None)


def test_attempts_at_two_processes_are_counted_together(
    guards: tuple[Safety, Safety], halls: tuple[NumberingHall, NumberingHall]
) -> None:
    give_password(guards[0], WHO)
    begun: list[Begun] = []

    def attempt(hall: NumberingHall) -> None:
        accounts = Accounts(hall.safe)
        begun.extend(accounts.begin(WHO, NOON, FAILURES_MAX, LOCK_MS) for _ in range(FAILURES_MAX))

    threads = [threading.Thread(target=attempt, args=(hall,)) for hall in halls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert begun.count(Begun.ADMITTED) == FAILURES_MAX
    assert begun.count(Begun.LOCKED_NOW) == 1
