"""The commands about who may come in: what they print, whether the hall is open elsewhere or not."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

import main
from app.base import paths
from app.base.clock import SystemClock
from app.base.errors import WorldError
from app.base.language import load_language
from app.bootstrap.control import ControlServer
from app.bootstrap.opening import OpenHall, open_hall
from app.bootstrap.safety_verbs import safety_verbs
from app.domain.actor import SYSTEM
from app.domain.refusal import Refusal
from app.hub.safety.safety import Safety
from app.hub.safety.settings import SafetySettings, read_settings
from app.hub.safety.totp import STEP_MS, code_at
from app.log.store import Store
from app.sync.joining.enrolment_code import proof_of, read_code
from app.sync.seats.signing import SignedIn, SignInAsked
from tests.helpers.safety import PASSWORD, quick_passwords

ENGLISH = load_language("en", paths.languages())


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The directory of a founded hall that nobody has open."""
    open_hall(tmp_path, SystemClock(), language=ENGLISH).close()
    return tmp_path


@contextmanager
def opened(data: Path) -> Iterator[tuple[OpenHall, Safety]]:
    with open_hall(data, SystemClock(), language=ENGLISH) as hall:
        assert isinstance(hall.store, Store)
        safety = Safety(hall.store, hall.commander.desk, SafetySettings(), quick_passwords())
        with closing(safety):
            yield hall, safety


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    """(exit code, standard output, standard error) of one command."""
    code = main.main([str(word) for word in words] + ["--lang", "en"])
    said = capsys.readouterr()
    return code, said.out.strip(), said.err


def test_token_prints_the_token_and_nothing_else(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, secret, _ = run(
        capsys, "token", "--data", data, "--role", "intake", "--name", "hotline", "--area", "990101"
    )
    assert code == 0
    with opened(data) as (_, safety):
        grant = safety.tokens.find(secret)
    assert grant is not None
    assert (grant.name, grant.role, grant.areas) == ("hotline", "intake", ("990101",))

    code, said, _ = run(capsys, "token", "--data", data, "--revoke", "hotline")
    assert (code, grant.token in said) == (0, True)
    with opened(data) as (_, safety):
        assert safety.tokens.find(secret) is None


def test_with_the_hall_open_the_same_goes_through_it(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with opened(data) as (_, safety), closing(ControlServer(data, safety_verbs(safety))):
        code, secret, _ = run(capsys, "token", "--data", data, "--role", "intake", "--name", "hotline")
        assert code == 0
        assert safety.tokens.find(secret) is not None
        code, _, said = run(capsys, "token", "--data", data, "--role", "intake", "--name", "hotline")
        assert code == 1
        assert said.startswith("muster: Not done: ")
        assert "hotline" in said
        assert run(capsys, "token", "--data", data, "--revoke", "hotline")[0] == 0
        assert safety.tokens.find(secret) is None


def test_with_the_hall_open_and_deaf_it_is_told(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with opened(data):
        code, out, said = run(capsys, "token", "--data", data, "--role", "intake", "--name", "hotline")
    assert (code, out) == (1, "")
    assert "is open in another program" in said


def test_a_reset_password_lets_in_once(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, one_time, _ = run(capsys, "account", "--data", data, "--operator", "op-intake", "--password-reset")
    assert code == 0
    with opened(data) as (_, safety):
        first = safety.sign_ins.judge(SignInAsked("op-intake", one_time), "A1")
        assert isinstance(first, SignedIn)
        assert first.must_change
        asked = SignInAsked("op-intake", one_time, new_password=PASSWORD)
        assert isinstance(safety.sign_ins.judge(asked, "A1"), SignedIn)


def test_a_second_factor_is_printed_for_typing_and_for_a_picture(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with opened(data) as (hall, safety), closing(ControlServer(data, safety_verbs(safety))):
        account = ("account", "--data", data, "--operator", "op-admin")
        _, one_time, _ = run(capsys, *account, "--password-reset")
        _, said, _ = run(capsys, *account, "--second-factor")
        typed, uri = said.splitlines()
        assert f"secret={typed}&" in uri
        digits = code_at(base64.b32decode(typed), hall.clock.now() // STEP_MS)
        asked = SignInAsked("op-admin", one_time, code=digits, new_password=PASSWORD)
        signed = safety.sign_ins.judge(asked, "A1")
        assert isinstance(signed, SignedIn)
        code, said, _ = run(capsys, *account, "--end-session")
        assert (code, signed.session in said) == (0, True)
        assert safety.tokens.find(signed.token) is None
        assert run(capsys, *account, "--end-session")[0] == 1


def test_a_code_for_a_pc_speaks_of_this_halls_ca(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said, _ = run(capsys, "enrol", "--data", data, "--label", "甲席")
    assert code == 0
    read = read_code(said)
    assert read is not None
    with opened(data) as (_, safety):
        assert read.proof == proof_of(safety.ca.der)
        assert isinstance(safety.enrolment.revoke("Z9", "lost", SYSTEM), Refusal)
    code, _, complaint = run(capsys, "enrol", "--data", data, "--revoke", "Z9")
    assert (code, "Z9" in complaint) == (1, True)


@pytest.mark.parametrize(
    "words",
    [
        ("token", "--name", "hotline", "--role", "king"),
        ("token", "--name", "hotline", "--role", "intake", "--unit", "NOWHERE"),
        ("token", "--name", "hotline", "--role", "intake", "--area", "1'; --"),
        ("token", "--revoke", "nobody"),
        ("account", "--operator", "op-nobody", "--password-reset"),
        ("enrol", "--letters", "../"),
    ],
)
def test_what_the_hall_does_not_know_is_refused_in_words(
    data: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    code, out, said = run(capsys, words[0], "--data", data, *words[1:])
    assert (code, out) == (1, "")
    assert said.splitlines()[-1].startswith("muster: Not done: ")
    assert "{" not in said


def test_wrong_words_leave_with_two(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "token", "--data", data, "--name", "hotline")[0] == 2
    for words in (["token"], ["token", "--data", "d"], ["account", "--data", "d"], ["enrol"]):
        with pytest.raises(SystemExit) as left:
            main.main(words)
        assert left.value.code == 2


def test_a_directory_without_a_hall_is_not_made_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "mistyped"
    assert run(capsys, "token", "--data", folder, "--role", "intake", "--name", "x")[0] == 1
    assert not folder.exists()


def test_the_shipped_settings_are_the_defaults(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == SafetySettings()
    own = paths.own_config(tmp_path)
    own.mkdir()
    (own / "safety.toml").write_text('session_h = 8\nduty_seats = ["A1"]\n', encoding="utf-8")
    settings = read_settings(tmp_path)
    assert (settings.session_h, settings.idle_lock_ms("A1"), settings.idle_lock_ms("A2")) == (8, 0, 600_000)


@pytest.mark.parametrize("text", ["session_h = 0", "session_h = 'x'", "unknown = 1", "session_h =", "\xff"])
def test_broken_settings_are_told_with_the_fault(tmp_path: Path, text: str) -> None:
    own = paths.own_config(tmp_path)
    own.mkdir()
    (own / "safety.toml").write_bytes(text.encode("latin-1"))
    with pytest.raises(WorldError, match="safety_file_broken"):
        read_settings(tmp_path)
