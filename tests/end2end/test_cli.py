"""The headless commands as a person meets them: `python main.py …` in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.base import paths
from app.log.files.folder import DataFolder
from app.log.files.keys import FileKeys
from tests.helpers.halls import hall

ROOT = paths.program_folder()
MAPPING = paths.config() / "mappings" / "muster_reports.toml"
WAIT_S = 120

ROWS = 2_000
"""Four writes to the log, so that one of them can be interrupted."""

pytestmark = pytest.mark.slow

SMALL = """来源编号,渠道,内容,发生时间,区域代码,类别代码
T1,电话,滨河路118号门前路灯不亮,2026-03-09 08:00,,0602
T2,网格,井盖缺失,2026-03-09 08:10,,0601
T3,邮件,门前堆放杂物,2026-03-09 08:20,,
T4,热线,积水,,990101999,
"""


def command(*words: str | Path) -> list[str]:
    return [sys.executable, str(ROOT / "main.py"), *map(str, words)]


def environment(**more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("LANG", "LC_ALL", "LC_MESSAGES")}
    return {**kept, "LANG": "en_GB.UTF-8", "PYTHONUTF8": "1", **more}


def muster(*words: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*words),
        cwd=ROOT,
        env=environment(**more),
        capture_output=True,
        encoding="utf-8",
        timeout=WAIT_S,
        check=False,
    )


def refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """The world failed: exit code 1, nothing on standard output, one line with these words."""
    assert done.returncode == 1, done.stderr
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("muster: ")
    for word in words:
        assert word in lines[0]


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with a small table taken in."""
    folder = tmp_path_factory.mktemp("cli")
    table = folder / "small.csv"
    table.write_text(SMALL, encoding="utf-8")
    done = muster("import", table, "--mapping", MAPPING, "--data", folder / "data")
    assert done.returncode == 0, done.stderr
    return folder / "data"


@pytest.fixture
def data(taken_in: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(taken_in, tmp_path / "data"))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "small.csv"
    path.write_text(SMALL, encoding="utf-8")
    return path


def entries(folder: Path) -> int:
    done = muster("verify", "--data", folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return int(done.stdout.split()[1])


# Import


def test_an_import_tells_what_came_of_it_and_a_second_run_changes_nothing(
    table: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.csv"
    words = ("import", table, "--mapping", MAPPING, "--data", tmp_path / "data", "--refused", bad)
    first = muster(*words)
    assert first.returncode == 0, first.stderr
    told = first.stdout.splitlines()
    assert told[0].startswith("small.csv (utf-8): 4 rows, 2 taken, 0 known before, 2 refused;")
    assert any("line 4" in line and "邮件" in line for line in told)
    assert any("line 5" in line and "990101999" in line for line in told)
    assert told[-1].endswith(f"{bad}, with their reasons.")
    assert "small.csv: 100%" in first.stderr
    rows = bad.read_text(encoding="utf-8-sig").splitlines()
    assert [row.partition(",")[0] for row in rows[1:]] == ["4", "5"]
    before = entries(tmp_path / "data")
    again = muster(*words, "--lang", "zh")
    assert again.returncode == 0
    assert again.stdout.startswith("small.csv（utf-8）：共 4 行，导入 0，已有 2，未导入 2")
    assert entries(tmp_path / "data") == before


def test_a_dry_run_makes_nothing(table: Path, tmp_path: Path) -> None:
    done = muster("import", table, "--mapping", MAPPING, "--data", tmp_path / "data", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "4 rows, 3 taken" in done.stdout
    assert done.stdout.endswith("A dry run: nothing was written.\n")
    assert not (tmp_path / "data").exists()


def test_a_dry_run_adds_nothing_to_a_hall(table: Path, data: Path) -> None:
    before = entries(data)
    done = muster("import", table, "--mapping", MAPPING, "--data", data, "--dry-run")
    assert done.returncode == 0, done.stderr
    assert entries(data) == before


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ("small.csv", "empty")),
        ("内容,渠道\nx,电话\n", ()),
        ("渠道\n电话\n", ("small.csv", "内容")),
        ("渠道,内容,发生时间\n电话,\ud800,2026\n", ("small.csv", "UTF-8")),
    ],
    ids=["empty", "no identity", "column missing", "neither encoding"],
)
def test_a_file_that_cannot_be_taken_is_one_line(tmp_path: Path, text: str, words: tuple[str, ...]) -> None:
    table = tmp_path / "small.csv"
    table.write_bytes(text.encode("utf-8", "surrogatepass"))
    done = muster("import", table, "--mapping", MAPPING, "--data", tmp_path / "data")
    if words:
        refused(done, *words)
    else:
        assert done.returncode == 0, done.stderr
        assert "0 taken" in done.stdout


def test_a_faulty_mapping_and_a_missing_file_are_one_line(table: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('kind = "reports"\nsource = "t"\ntimezone = "Asia/Shanghai"\nnonsense = 1\n')
    refused(muster("import", table, "--mapping", mapping, "--data", tmp_path / "d"), "nonsense")
    refused(
        muster("import", tmp_path / "none.csv", "--mapping", MAPPING, "--data", tmp_path / "d"), "none.csv"
    )


def test_one_refused_file_cannot_serve_two_tables(table: Path, tmp_path: Path) -> None:
    other = Path(shutil.copy(table, tmp_path / "other.csv"))
    done = muster(
        *("import", table, other, "--mapping", MAPPING, "--data", tmp_path / "d"),
        *("--refused", tmp_path / "bad.csv"),
    )
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert not (tmp_path / "d").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for another process")
def test_an_interrupted_import_is_quiet_whole_and_taken_up_again(tmp_path: Path) -> None:
    table = tmp_path / "long.csv"
    rows = (f"L{n},电话,路灯不亮 {n},2026-03-09 08:00" for n in range(ROWS))
    table.write_text("来源编号,渠道,内容,发生时间\n" + "\n".join(rows) + "\n", encoding="utf-8")
    words = ("import", table, "--mapping", MAPPING, "--data", tmp_path / "data")
    with subprocess.Popen(
        command(*words),
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as running:
        assert running.stderr is not None
        first = running.stderr.readline()
        assert "long.csv" in first, first
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=WAIT_S)
    assert running.returncode == 130
    assert out == ""
    assert all(line.startswith("long.csv: ") for line in err.splitlines()), err
    assert entries(tmp_path / "data") > 0
    done = muster(*words)
    assert done.returncode == 0, done.stderr
    told = done.stdout.split()
    taken, known = int(told[told.index("taken,") - 1]), int(told[told.index("known") - 1])
    assert taken + known == ROWS
    assert taken > 0
    assert known > 0


# The data directory


def in_the_way(data: Path) -> Iterator[subprocess.CompletedProcess[str]]:
    """What each command that writes says."""
    yield muster("import", __file__, "--mapping", MAPPING, "--data", data)
    yield muster("config", "adopt", "--data", data)
    yield muster("rebuild", "--data", data)


def test_a_second_program_on_the_same_directory_is_refused(data: Path) -> None:
    with DataFolder(data).locked():
        for done in in_the_way(data):
            refused(done, str(data), str(os.getpid()))
        # Proving reads beside the one that writes.
        assert muster("verify", "--data", data).returncode == 0


def newer(data: Path) -> None:
    sidecar = DataFolder(data).sidecar
    about = json.loads(sidecar.read_text(encoding="utf-8"))
    sidecar.write_text(json.dumps({**about, "format": 99}), encoding="utf-8")


def wrong_key(data: Path) -> None:
    DataFolder(data).key.unlink()
    FileKeys(DataFolder(data).key).create()


def no_key(data: Path) -> None:
    DataFolder(data).key.unlink()


def foreign(data: Path) -> None:
    DataFolder(data).database.write_bytes(b"SQLite format 3\x00" + bytes(4080))


def cut_off(data: Path) -> None:
    with DataFolder(data).database.open("r+b") as file:
        file.truncate(10_000)


def gone(data: Path) -> None:
    DataFolder(data).database.unlink()


def empty(data: Path) -> None:
    shutil.rmtree(data)
    data.mkdir()


@pytest.mark.parametrize(
    ("spoil", "name", "words"),
    [
        (newer, "verify", ("newer version", "99")),
        (newer, "rebuild", ("newer version", "99")),
        (wrong_key, "verify", ("key",)),
        (no_key, "rebuild", ("muster.key",)),
        (foreign, "verify", ("not a Muster database",)),
        (cut_off, "rebuild", ("cut off",)),
        (gone, "adopt", ("muster.db",)),
        (gone, "rebuild", ("muster.db",)),
        (empty, "verify", ("no Muster database",)),
    ],
)
def test_a_directory_that_cannot_be_opened_says_why_in_one_line(
    data: Path, spoil: Callable[[Path], None], name: str, words: tuple[str, ...]
) -> None:
    spoil(data)
    asked = ("config", "adopt") if name == "adopt" else (name,)
    refused(muster(*asked, "--data", data), str(data), *words)


def test_a_mistyped_directory_is_not_made(tmp_path: Path) -> None:
    for words in (("verify",), ("rebuild",), ("config", "adopt")):
        refused(muster(*words, "--data", tmp_path / "typo"), "typo")
    assert list(tmp_path.iterdir()) == []


# Proof


def test_verify_and_rebuild_agree_on_the_digest(data: Path) -> None:
    proved = muster("verify", "--data", data)
    assert proved.returncode == 0, proved.stderr
    lines = proved.stdout.splitlines()
    assert lines[-1] == "The data is whole and unchanged."
    made = muster("rebuild", "--data", data)
    assert made.returncode == 0, made.stderr
    assert made.stdout.splitlines()[-1] == lines[2]
    assert lines[2].startswith("Digest of a fresh fold: sha256:")
    assert muster("verify", "--data", data).stdout == proved.stdout


def test_verify_finds_damage_and_says_where(data: Path) -> None:
    database = DataFolder(data).database
    with database.open("r+b") as file:
        file.seek(database.stat().st_size // 2)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 1]))
    done = muster("verify", "--data", data, "--lang", "zh")
    assert done.returncode == 1
    assert "文件已损坏" in done.stdout
    assert "数据完整" not in done.stdout
    assert done.stdout.splitlines()[-1].startswith("共发现 1 处问题。")


# Rules


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return Path(shutil.copytree(paths.config() / "rules", tmp_path / "rules"))


def change(file: Path, old: str, new: str) -> int:
    """Replace `old` once; the line it stands on."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_check_finds_nothing_in_the_shipped_rules() -> None:
    done = muster("config", "check")
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith("The rules are sound. sha256:")


def test_check_names_file_line_and_rule_of_every_fault(rules: Path) -> None:
    holiday = change(rules / "calendars.toml", "workdays_extra = [", 'workdays_extra = ["2026-01-01", ')
    nowhere = change(rules / "transitions" / "dispatch.toml", 'to = "handling"', 'to = "nowhere"')
    done = muster("config", "check", rules)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert len(lines) >= 3, done.stdout
    assert any(line.startswith("calendars.toml:") and "2026-01-01" in line for line in lines)
    assert any(line.startswith("transitions/dispatch.toml:") and "nowhere" in line for line in lines)
    assert all(line.endswith("]") for line in lines[:-1])
    assert lines[-1] == f"Faults found: {len(lines) - 1}. No rules were adopted."
    assert done.stderr == ""
    assert min(holiday, nowhere) > 0


def test_adopt_refuses_faulty_rules(rules: Path, data: Path) -> None:
    before = entries(data)
    change(rules / "sla.toml", 'handle = "3 wd"', 'handle = "3 days"')
    done = muster("config", "adopt", rules, "--data", data)
    assert done.returncode == 1
    assert "sla.toml:" in done.stdout
    assert entries(data) == before


def test_adopt_writes_one_entry_and_says_what_moved(rules: Path, data: Path) -> None:
    before = entries(data)
    same = muster("config", "adopt", "--data", data)
    assert same.returncode == 0, same.stderr
    assert same.stdout.startswith("These rules are in force already")
    assert entries(data) == before
    change(rules / "sla.toml", 'accept = "15 min_natural"', 'accept = "20 min_natural"')
    done = muster("config", "adopt", rules, "--data", data)
    assert done.returncode == 0, done.stderr
    # One of the two is urgent by its category, and has the urgent limit.
    assert done.stdout.splitlines()[1] == "1 of 2 open cases have other due times now."
    assert done.stdout.startswith(f"The rules are in force from entry {before + 1} on.")
    assert entries(data) == before + 1


def test_adopt_keeps_a_state_in_which_cases_stand(rules: Path, tmp_path: Path) -> None:
    with hall(tmp_path / "data") as opened:
        case = opened.register()
    workflow = (rules / "workflow.toml").read_text(encoding="utf-8")
    (rules / "workflow.toml").write_text(
        workflow.replace('id = "reported"', 'id = "came_in"'), encoding="utf-8"
    )
    for file in (rules / "transitions").glob("*.toml"):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace('"reported"', '"came_in"'), encoding="utf-8")
    refused(muster("config", "adopt", rules, "--data", tmp_path / "data"), "reported", case.code)


def test_the_language_is_the_one_asked_for_else_the_systems() -> None:
    assert muster("config", "check", "--lang", "zh").stdout.startswith("规则没有问题")
    assert muster("config", "check", LANG="C.UTF-8").stdout.startswith("规则没有问题")


def test_a_terminal_without_chinese_ends_nothing() -> None:
    done = muster("config", "check", "--lang", "zh", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert "sha256:" in done.stdout
