"""A real city's requests through the shipped mapping into a real hall; and an import killed half-way."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import openpyxl
import pytest

from app.base.language import load_language
from app.domain.report import ReportImported
from app.intake.import_report import ImportReport
from app.intake.importing import BATCH_ROWS, import_table
from app.intake.mapping_file import load_mapping
from app.log.files.failpoints import VARIABLE
from tests.helpers.halls import TestHall, actor, hall

ROOT = Path(__file__).parents[2]
REQUESTS = ROOT.parent / "shared" / "data" / "requests311" / "requests.csv"
MAPPINGS = ROOT / "config" / "mappings"

pytestmark = pytest.mark.slow


def direct_rows() -> list[dict[str, str]]:
    with REQUESTS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def take(
    open_hall: TestHall, path: Path, refused: Path | None = None, mapping: str = "requests311"
) -> ImportReport:
    return import_table(
        path,
        load_mapping(MAPPINGS / f"{mapping}.toml", open_hall.commander.desk.book().categories),
        open_hall.commander,
        actor("intake"),
        language=load_language("en", ROOT / "resources" / "language"),
        now=open_hall.clock.now(),
        refused_path=refused,
    )


def imported(open_hall: TestHall) -> list[ReportImported]:
    """What the log holds, read from its bytes."""
    found, after = [], 0
    while entries := open_hall.store.read_after(after, 5_000):
        after = entries[-1].gseq
        found += [
            msgspec.json.decode(numbered.entry.body, type=ReportImported)
            for numbered in entries
            if numbered.entry.kind == "report_imported"
        ]
    return found


@pytest.mark.skipif(not REQUESTS.exists(), reason="the real data of ../shared/data is not here")
def test_every_row_is_in_and_the_late_share_is_that_of_the_file(tmp_path: Path) -> None:
    rows = direct_rows()
    # The file's own times compare as texts, without any of our code.
    both = [row for row in rows if row["DueDate"] and row["CloseDate"]]
    late = [row for row in both if row["CloseDate"] > row["DueDate"]]
    with hall(tmp_path / "data") as open_hall:
        report = take(open_hall, REQUESTS, tmp_path / "refused.csv")
        assert report.rows == len(rows)
        assert (report.taken, report.known, report.refused) == (len(rows), 0, 0)
        assert report.by_flag["placeholder"] == sum(
            row["Latitude"] == "39.0" and row["Longitude"] == "-77.0" for row in rows
        )
        bodies = imported(open_hall)
        assert {body.external for body in bodies} == {f"requests311:{row['id']}" for row in rows}
        judged = [
            body.history.closed_at > body.history.due_at
            for body in bodies
            if body.history.closed_at is not None and body.history.due_at is not None
        ]
        assert (len(judged), sum(judged)) == (len(both), len(late))
        assert len(late) > 0

        head = open_hall.store.head()
        again = take(open_hall, REQUESTS)
        assert (again.rows, again.taken, again.known) == (len(rows), 0, len(rows))
        assert open_hall.store.head() == head


REPLIES = ROOT.parent / "shared" / "data" / "messages" / "replies.csv"


@pytest.mark.skipif(not REPLIES.exists(), reason="the real data of ../shared/data is not here")
@pytest.mark.parametrize("form", ["csv", "xlsx", "json", "xml"])
def test_messages_with_their_replies_are_history_in_every_format(tmp_path: Path, form: str) -> None:
    """The same table in another coat makes the same log."""
    with REPLIES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    path = dressed(tmp_path / f"replies.{form}", rows) if form != "csv" else REPLIES
    with hall(tmp_path / "data") as open_hall:
        report = take(open_hall, path, tmp_path / "refused.csv", mapping="replies")
        assert (report.rows, report.taken, report.refused) == (len(rows), len(rows), 0)
        bodies = {body.external.removeprefix("replies:"): body for body in imported(open_hall)}
        assert bodies.keys() == {row["msg_id"] for row in rows}
        row = rows[0]
        body = bodies[row["msg_id"]]
        # The file's own clock, without any of our code.
        shanghai = timezone(timedelta(hours=8))
        at = datetime.strptime(row["time"], "%Y/%m/%d %H:%M:%S").replace(tzinfo=shanghai)
        replied = datetime.strptime(row["reply_time"], "%Y/%m/%d %H:%M:%S").replace(tzinfo=shanghai)
        assert body.received_at == round(at.timestamp() * 1000)
        assert body.history.closed_at == round(replied.timestamp() * 1000)
        assert (body.channel, body.history.unit) == ("mailbox", row["weak_department"])
        assert body.what.startswith(row["title"])
        assert take(open_hall, path, mapping="replies").known == len(rows)


def dressed(path: Path, rows: list[dict[str, str]]) -> Path:
    """The rows as another format."""
    if path.suffix == ".json":
        path.write_text(json.dumps({"data": rows}, ensure_ascii=False), encoding="utf-8")
    elif path.suffix == ".xml":
        root = ElementTree.Element("messages")
        for row in rows:
            message = ElementTree.SubElement(root, "message")
            for name, value in row.items():
                ElementTree.SubElement(message, name).text = value
        ElementTree.ElementTree(root).write(path, encoding="utf-8")
    else:
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet()
        sheet.append(list(rows[0]))
        for row in rows:
            sheet.append(list(row.values()))
        book.save(path)
    return path


_IMPORTER = """
import sys
from pathlib import Path
from tests.end2end.test_import_requests311 import take
from tests.helpers.halls import hall

with hall(Path(sys.argv[1])) as open_hall:
    take(open_hall, Path(sys.argv[2]))
"""

HEADER = "id,SRType,MethodReceived,CreatedDate,DueDate,CloseDate,Agency,Address,Latitude,Longitude"
ROWS = 4 * BATCH_ROWS


@pytest.mark.parametrize(
    ("failpoint", "batches_kept"),
    # The third batch is lost while it is being written, or stays although nobody was told.
    [("after_write:3", 2), ("before_ack:3", 3)],
)
def test_a_killed_import_leaves_whole_batches_and_the_next_completes_it(
    tmp_path: Path, failpoint: str, batches_kept: int
) -> None:
    path, data = tmp_path / "requests.csv", tmp_path / "data"
    row = "{},SW-Dirty Alley,Phone,2018-04-16 05:30:13,2018-04-23 05:30:13,,Solid Waste,,39.3,-76.6"
    path.write_text("\n".join([HEADER, *map(row.format, range(ROWS))]), encoding="utf-8")
    with hall(data) as open_hall:
        founded = open_hall.store.head().gseq
    environment = os.environ | {"PYTHONPATH": str(ROOT), VARIABLE: failpoint}
    importer = [sys.executable, "-c", _IMPORTER, str(data), str(path)]
    killed = subprocess.run(importer, cwd=ROOT, env=environment, timeout=120, check=False)
    assert killed.returncode == -signal.SIGKILL
    with hall(data) as open_hall:
        assert len(imported(open_hall)) == batches_kept * BATCH_ROWS
        report = take(open_hall, path)
        assert (report.known, report.taken) == (batches_kept * BATCH_ROWS, (4 - batches_kept) * BATCH_ROWS)
        assert {body.external for body in imported(open_hall)} == {f"requests311:{n}" for n in range(ROWS)}
        assert open_hall.store.head().gseq == founded + ROWS


def test_new_reports_become_cases_once(tmp_path: Path) -> None:
    """With the source's number or without: a second run, or the same rows in another order, adds nothing."""
    lines = [
        "来源编号,渠道,内容,区域代码,类别代码,紧急,联系电话,发生时间",
        "H-1,热线,滨河路118号门前路灯不亮,990101001001,0602,否,13800000000,2026-03-08 21:05",
        ",网格,滨河路120号井盖缺失,990101001001001,0601,是,,2026-03-08 21:10",
        "H-2,热线,不在本区,110101,0602,否,,2026-03-08 21:15",
    ]
    path = tmp_path / "reports.csv"
    path.write_text("\r\n".join(lines), encoding="gb18030", newline="")
    with hall(tmp_path / "data") as open_hall:
        before = open_hall.store.head().gseq
        first = take(open_hall, path, mapping="muster_reports")
        assert (first.taken, first.refused, first.read_as) == (2, 1, "gb18030")
        refused = first.first_refused[0]
        assert (refused.line, refused.field, refused.rule) == (4, "区域代码", "field_area")
        assert open_hall.store.head().gseq == before + 2
        lines[1:] = lines[:0:-1]
        path.write_text("\n".join(lines), encoding="utf-8")
        again = take(open_hall, path, mapping="muster_reports")
        assert (again.taken, again.known, again.refused, again.read_as) == (0, 2, 1, "utf-8")
        assert open_hall.store.head().gseq == before + 2
