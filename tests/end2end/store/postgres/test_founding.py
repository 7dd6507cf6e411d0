"""A database is founded once, under one key, and refused in clear words when it must not be used."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from app.base.clock import ManualClock, SystemClock
from app.base.errors import MusterError, UsageError, WorldError
from app.base.language import load_language
from app.base.paths import languages
from app.log.files.schema import FORMAT
from app.log.files.tables import metadata
from app.log.postgres import founding
from app.log.postgres.opening import open_pg_hub
from app.log.postgres.server import open_server
from app.log.safety.tables import safety_metadata
from app.log.store import open_store
from tests.helpers.counting import NOON, Counting, counted
from tests.helpers.pg_hubs import KEY, pair, pg_hub, written
from tests.helpers.postgres import OWNER, PASSWORD, Cluster

pytestmark = pytest.mark.slow


def refusal(folder: Path, url: str, mark: str | None = "demo") -> MusterError:
    """Why no hub can be opened; that there is a sentence for it in both languages, filled, is part of it."""
    with pytest.raises(MusterError) as caught:
        open_pg_hub(folder, url, ManualClock(NOON), Counting(), mark=mark)
    for code in ("zh", "en"):
        said = load_language(code, languages()).error(caught.value)
        assert PASSWORD not in said
        assert caught.value.key not in said
    return caught.value


def test_an_empty_database_is_founded_and_found_again(tmp_path: Path, url: str) -> None:
    with pg_hub(tmp_path / "hub", url) as hub:
        about = hub.about
        assert (about.format, about.role, about.mark, hub.head().gseq) == (FORMAT, "hub", "demo", 0)
        written(hub, counted("a"))
    with pg_hub(tmp_path / "hub", url) as hub:
        assert hub.about == about
        assert hub.head().gseq == 1


def test_a_lost_directory_is_made_anew_from_the_database(tmp_path: Path, url: str) -> None:
    first = Counting()
    with pg_hub(tmp_path / "hub", url, first) as hub:
        for name in "abcab":
            written(hub, counted(name))
        folded = first.digest(hub.reader())
    with pg_hub(tmp_path / "other", url, again := Counting(), key_of=tmp_path / "hub") as hub:
        assert hub.head().gseq == 5
        assert again.digest(hub.reader()) == folded


def test_many_that_found_at_once_found_one(tmp_path: Path, url: str) -> None:
    (tmp_path / "key").mkdir()
    open_store(tmp_path / "key", ManualClock(NOON), Counting(), mark="demo").close()
    found = []

    def work(number: int) -> None:
        with pg_hub(tmp_path / str(number), url, key_of=tmp_path / "key") as hub:
            found.append(hub.about)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len({about.stream for about in found}) == 1


def test_its_tables_are_those_of_the_log(tmp_path: Path, url: str) -> None:
    pg_hub(tmp_path / "hub", url).close()
    engine = create_engine(open_server(url).reading.url)
    there = inspect(engine)
    for table in (*metadata.sorted_tables, *safety_metadata.sorted_tables):
        columns = {column["name"]: column["nullable"] for column in there.get_columns(table.name)}
        assert columns == {column.name: column.nullable for column in table.columns}, table.name
        key = there.get_pk_constraint(table.name)["constrained_columns"]
        assert key == [column.name for column in table.primary_key], table.name
    engine.dispose()


def test_without_its_key_a_database_is_of_no_use(tmp_path: Path, url: str) -> None:
    pg_hub(tmp_path / "hub", url).close()
    assert refusal(tmp_path / "new", url).key == "hub_key_missing"
    # Nothing was made: the right key may be put there and the directory used.
    assert not (tmp_path / "new" / "muster.db").exists()
    pg_hub(tmp_path / "new", url, key_of=tmp_path / "hub").close()


def test_another_databases_key_is_refused(tmp_path: Path, url: str, server: Cluster) -> None:
    pg_hub(tmp_path / "hub", url).close()
    pg_hub(tmp_path / "stranger", server.make_database()).close()
    assert refusal(tmp_path / "stranger", url).key == "hub_key_wrong"


def test_an_empty_database_does_not_take_the_place_of_a_full_one(
    tmp_path: Path, url: str, server: Cluster
) -> None:
    pg_hub(tmp_path / "hub", url).close()
    assert refusal(tmp_path / "hub", server.make_database()).key == "hub_database_empty"


def test_a_database_that_was_set_back_is_not_gone_on_with(tmp_path: Path, url: str, server: Cluster) -> None:
    with pg_hub(tmp_path / "hub", url) as hub:
        for name in "abc":
            written(hub, counted(name))
        kept = hub.read_after(1, 1)[0]
    with server.connect(url) as there:
        for table in ("subject", "unique_subject", "entry"):
            there.execute(f"DELETE FROM {table} WHERE gseq > 2")
        there.execute("UPDATE log_head SET head = 2, hash = %s, oseq = 2", (kept.hash,))
    assert refusal(tmp_path / "hub", url).key == "hub_database_behind"


def test_a_mark_must_fit(tmp_path: Path, url: str) -> None:
    pg_hub(tmp_path / "hub", url).close()
    assert refusal(tmp_path / "hub", url, mark="drill").key == "mark_differs"


def test_a_directory_of_a_log_of_its_own_is_refused(tmp_path: Path, url: str) -> None:
    open_store(tmp_path / "hub", ManualClock(NOON), Counting(), mark="demo").close()
    assert refusal(tmp_path / "hub", url).key == "role_differs"


@pytest.mark.parametrize(
    "words",
    [
        "",
        "muster",
        "mysql://u:made-for-tests@h/x",
        "postgresql://u:made-for-tests@h",
        "postgresql://h:port/x",
    ],
)
def test_other_words_than_a_database_url_are_refused(tmp_path: Path, words: str) -> None:
    error = refusal(tmp_path / "hub", words)
    assert isinstance(error, UsageError)
    assert error.key == "hub_database_url"
    assert not error.params


def test_a_wrong_password_or_name_is_told_from_silence(tmp_path: Path, server: Cluster) -> None:
    assert refusal(tmp_path / "hub", server.url(password="wrong")).key == "hub_database_refused"
    assert refusal(tmp_path / "hub", server.url("nowhere")).key == "hub_database_refused"
    nobody = server.url().replace(f":{server.port}/", ":1/")
    assert refusal(tmp_path / "hub", nobody).key == "hub_database_gone"
    assert not (tmp_path / "hub").exists()


def test_another_programs_database_is_left_alone(tmp_path: Path, url: str, server: Cluster) -> None:
    with server.connect(url) as there:
        there.execute("CREATE TABLE meta(key text, value text)")
    assert refusal(tmp_path / "hub", url).key == "hub_database_foreign"


def test_a_newer_database_is_left_alone(tmp_path: Path, url: str, server: Cluster) -> None:
    pg_hub(tmp_path / "hub", url).close()
    with server.connect(url) as there:
        there.execute("UPDATE meta SET value = '99' WHERE key = 'format'")
    error = refusal(tmp_path / "hub", url)
    assert (error.key, error.params["format"]) == ("hub_database_newer", 99)


def test_another_encoding_is_refused(tmp_path: Path, server: Cluster) -> None:
    latin = server.make_database("ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    assert refusal(tmp_path / "hub", latin).key == "hub_database_encoding"


def test_an_old_server_is_refused(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(founding, "VERSION_MIN", 99)
    assert refusal(tmp_path / "hub", url).key == "hub_database_old"


def test_a_user_without_rights_is_told_so(tmp_path: Path, url: str, server: Cluster) -> None:
    with server.connect(url) as there:
        there.execute("CREATE ROLE guest LOGIN PASSWORD 'made-for-tests'")
    guest = url.replace(f"//{OWNER}:", "//guest:")
    assert refusal(tmp_path / "hub", guest).key == "hub_database_rights"


def test_a_clock_far_from_the_servers_is_refused(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = SystemClock().now()
    monkeypatch.setattr(SystemClock, "now", lambda _self: now + 3_600_000)
    with pytest.raises(WorldError) as caught:
        open_pg_hub(tmp_path / "hub", url, SystemClock(), Counting())
    assert caught.value.key == "hub_clock_off"
    assert caught.value.params["seconds"] in range(3_500, 3_700)


def test_a_clock_that_was_made_up_has_no_place_in_a_real_database(tmp_path: Path, url: str) -> None:
    with pytest.raises(UsageError) as caught:
        open_pg_hub(tmp_path / "hub", url, ManualClock(NOON), Counting())
    assert caught.value.key == "clock_not_allowed"


@pytest.mark.parametrize("change", [('"by":1', '"by":2'), ('"wall"', '"wbll"')])
def test_whoever_changes_the_database_is_found_by_the_next_process(
    tmp_path: Path, url: str, server: Cluster, change: tuple[str, str]
) -> None:
    first, second = pair(tmp_path, url)
    with first, second:
        written(first, counted("a"))
    with server.connect(url) as there:
        changed = "convert_to(replace(convert_from(raw, 'UTF8'), %s, %s), 'UTF8')"
        assert there.execute(f"UPDATE entry SET raw = {changed}", change).rowcount == 1
    folder = tmp_path / "three"
    folder.mkdir()
    (folder / KEY).write_bytes((tmp_path / "one" / KEY).read_bytes())
    assert refusal(folder, url).key == "hub_database_diverged"
