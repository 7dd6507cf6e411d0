"""The first rows as a person sees them: bounded, shortened, and nobody in them to be recognised."""

from __future__ import annotations

import json
from pathlib import Path

from app.intake.proposing.looks import Known
from app.intake.proposing.preview import CELL_CHARS, SHOWN_ROWS, preview


def test_people_are_masked_wherever_they_stand(tmp_path: Path) -> None:
    rows = [
        {
            "id": n,
            "content": f"我是王小明，电话13800001111，住3栋2单元301，{'反映路灯不亮' * 20}",
            "name": "王小明",
            "phone": "13800001111",
            "x": "340101199001011234",
        }
        for n in range(SHOWN_ROWS + 5)
    ]
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"data": {"rows": rows}}, ensure_ascii=False), encoding="utf-8")
    looked = preview(path, Known())
    assert (looked.read_as, looked.chosen, len(looked.rows)) == ("json utf-8", "data.rows", SHOWN_ROWS)
    first = dict(zip(looked.header, looked.rows[0], strict=True))
    assert (first["name"], first["phone"]) == ("王*", "138****1111")
    assert first["x"] == "3*"
    assert "13800001111" not in first["content"]
    assert "301" not in first["content"]
    assert len(first["content"]) == CELL_CHARS + 1
    assert looked.proposal.personal == {"name", "phone", "x"}


def test_broken_rows_do_not_hide_the_others(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('id,what\n1,"lamp\n2,路灯不亮已经三天\n', encoding="utf-8")
    looked = preview(path, Known())
    assert (looked.lines, looked.rows) == ((3,), (("2", "路灯不亮已经三天"),))
