"""What the assistant proposes, how sure it is and why; people's data go to the vault or nowhere."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.intake.mapping_check import check_mapping
from app.intake.mapping_file import load_mapping
from app.intake.proposing.choosing import choose, columns_for
from app.intake.proposing.drafting import draft, source_name
from app.intake.proposing.looks import Known
from app.intake.proposing.proposal import LeftWhy, Proposal, Sureness
from app.intake.proposing.propose import FIELDS, VAULT, propose
from app.intake.proposing.words import mapping_file_text
from tests.unit.intake.sinks import language

SHARED = Path(__file__).parents[5] / "shared" / "data"

KNOWN = Known(
    areas={"990101001001": "990101001001", "滨河社区": "990101001001", "东湖社区": "990101001002"},
    categories={"0602": "0602", "路灯": "0602", "0601": "0601", "井盖": "0601"},
    channels={"电话": "phone", "热线转办": "hotline", "phone": "phone"},
)

REGISTER = {
    "工单编号": ["H-1", "H-2", "H-3"],
    "受理渠道": ["电话", "热线转办", "电话"],
    "标题": ["灯坏了", "井盖没了", "灯一直闪"],
    "诉求内容": ["滨河路118号路灯不亮三天了", "井盖缺失请尽快处理一下", "路灯闪烁影响行人通行"],
    "来电时间": ["2026年3月2日 09:05", "2026/3/2 9:10", "2026-03-02 09:15:00"],
    "所属社区": ["滨河社区", "东湖社区", "滨河社区"],
    "联系人": ["王小明", "李四", "欧阳先生"],
    "联系电话": ["13800001111", "0551-62345678", "139 0000 2222"],
    "事项": ["路灯", "井盖", "路灯"],
    "是否紧急": ["否", "是", "否"],
    "高德经度": ["117.123456", "117.2345", "117.35"],
    "高德纬度": ["30.123456", "30.2345", "30.35"],
    "身份证": ["340101199001011234", "340101199001011235", "34010119900101123X"],
    "备注": ["", "", ""],
}


def rows_of(table: dict[str, list[str]]) -> tuple[list[str], list[list[str]]]:
    return list(table), [list(row) for row in zip(*table.values(), strict=True)]


def of(proposal: Proposal) -> dict[str, tuple[tuple[str, ...], str]]:
    return {one.field: (one.columns, one.sureness) for one in proposal.fields}


def test_a_register_of_the_trade() -> None:
    proposal = propose(*rows_of(REGISTER), KNOWN)
    assert proposal.kind == "reports"
    assert of(proposal) == {
        "external": (("工单编号",), "sure"),
        "channel": (("受理渠道",), "sure"),
        "what": (("标题", "诉求内容"), "sure"),
        "occurred_at": (("来电时间",), "sure"),
        "reporter_phone": (("联系电话",), "sure"),
        "reporter_name": (("联系人",), "sure"),
        "area": (("所属社区",), "sure"),
        "category": (("事项",), "guess"),
        "urgent": (("是否紧急",), "sure"),
        "lon": (("高德经度",), "likely"),
        "lat": (("高德纬度",), "likely"),
    }
    assert {one.field for one in proposal.fields if one.vault} == {"reporter_phone", "reporter_name"}
    assert {over.column: over.why for over in proposal.left_over} == {"身份证": "personal", "备注": "empty"}
    assert proposal.personal == {"联系人", "联系电话", "身份证"}
    assert proposal.crs == "gcj02"
    assert set(proposal.time_formats) == {"%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y年%m月%d日 %H:%M"}
    assert proposal.missing == ()


def test_reasons_count_what_they_saw() -> None:
    phone = next(one for one in propose(*rows_of(REGISTER), KNOWN).fields if one.field == "reporter_phone")
    assert [(reason.key, reason.n, reason.of) for reason in phone.reasons] == [
        ("header_is", 0, 0),
        ("looks_phone", 3, 3),
    ]


def test_headers_that_say_nothing_leave_what_values_tell() -> None:
    header, rows = rows_of(REGISTER)
    proposal = propose([f"F{n}" for n in range(len(header))], rows, KNOWN)
    found = of(proposal)
    assert found["reporter_phone"] == (("F7",), "guess")
    assert found["area"] == (("F5",), "guess")
    assert found["channel"] == (("F1",), "guess")
    assert "external" in proposal.missing
    taken = {column for columns, _ in found.values() for column in columns}
    # A name and an identity number under a header that says nothing are still people's.
    assert {"F6", "F12"} & taken == set()
    assert {"F6", "F7", "F12"} <= proposal.personal


def test_a_lying_header_is_not_believed() -> None:
    table = {
        "编号": ["1", "1"],
        "发生时间": ["滨河路", "东湖路"],
        "经度": ["东", "西"],
        "纬度": ["1.123", "2.123"],
    }
    found = of(propose(*rows_of(table), KNOWN))
    # Numbers that come twice are none, half a position is none, and words are no times.
    assert {"external", "occurred_at", "lon", "lat"} & found.keys() == set()


def test_what_is_closed_is_history_and_keeps_no_people() -> None:
    table = {**REGISTER, "办结时间": ["2026-03-03 10:00:00"] * 3}
    proposal = propose(*rows_of(table), KNOWN)
    assert proposal.kind == "history"
    assert of(proposal)["closed_at"] == (("办结时间",), "sure")
    taken = {column for one in proposal.fields for column in one.columns}
    assert taken & proposal.personal == set()
    left = {over.column: over.why for over in proposal.left_over}
    assert (left["联系人"], left["联系电话"]) == ("personal", "personal")


def test_a_person_chooses_otherwise() -> None:
    header, rows = rows_of(REGISTER)
    proposal = propose(header, rows, KNOWN)
    other = choose(proposal, header, "address", ["标题"])
    assert of(other)["address"] == (("标题",), "sure")
    assert "what" not in of(other)
    assert other.missing == ("what",)
    assert "诉求内容" in {over.column for over in other.left_over}
    again = choose(other, header, "what", ["诉求内容"])
    assert again.missing == ()
    assert of(choose(again, header, "channel", constant="grid"))["channel"] == ((), "sure")
    assert "area" not in of(choose(again, header, "area"))
    with pytest.raises(ValueError, match="what"):
        choose(proposal, header, "what", ["联系电话"])
    with pytest.raises(ValueError, match="closed_at"):
        choose(proposal, header, "closed_at", ["来电时间"])
    assert "联系电话" in columns_for(proposal, "reporter_phone", header)


_CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["13800001111", "2026-03-02 09:05", "117.1234", "30.1234", "是", "路灯", "滨河社区", ""]),
)
_NAMES = st.one_of(
    st.sampled_from([*REGISTER, "id", "time", "lon", "lat", "name", "phone"]), st.text(max_size=6)
)


@given(
    st.lists(_NAMES, max_size=8, unique=True).flatmap(
        lambda names: st.tuples(
            st.just(names),
            st.lists(st.lists(_CELLS, min_size=len(names), max_size=len(names)), max_size=5),
        )
    )
)
def test_whatever_comes_the_mapping_is_sound_and_people_stay_out(
    table: tuple[list[str], list[list[str]]],
) -> None:
    header, rows = table
    for kind in (None, *FIELDS):
        proposal = propose(header, rows, KNOWN, kind)  # type: ignore[arg-type]
        columns = [column for one in proposal.fields if one.field not in VAULT for column in one.columns]
        assert not set(columns) & proposal.personal
        if not proposal.missing:
            mapping = draft(proposal, KNOWN, "s")
            assert list(check_mapping(mapping, {"0602", "0601"})) == []


@pytest.mark.parametrize("code", ["zh", "en"])
def test_the_file_reads_back_as_the_mapping(tmp_path: Path, code: str) -> None:
    table = {**REGISTER, '引"号\n列': ["a", "b", "c"]}
    header, rows = rows_of(table)
    proposal = choose(propose(header, rows, KNOWN), header, "address", ['引"号\n列'])
    mapping = draft(proposal, KNOWN, source_name("登记表 2026-03-02"), records="data.rows")
    path = tmp_path / "m.toml"
    path.write_text(mapping_file_text(language(code), mapping, proposal, "登记\n表.csv"), encoding="utf-8")
    assert load_mapping(path, {"0602", "0601"}) == msgspec.structs.replace(
        mapping, position=load_mapping(path).position
    )
    assert mapping.source == "登记表"
    assert mapping.areas["滨河社区"] == "990101001001"


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("登记表 2026-03-02", "登记表"),
        ("requests311", "requests311"),
        ("export20260302", "export"),
        ("a:b c", "a_b_c"),
        ("20260302", "20260302"),
        ("热线（2026年3月）", "热线"),
        ("", "table"),
    ],
)
def test_a_source_is_named_without_its_date(stem: str, name: str) -> None:
    assert source_name(stem) == name


@pytest.mark.skipif(not SHARED.exists(), reason="the real data of ../shared/data is not here")
@pytest.mark.parametrize(
    ("file", "kind", "wanted"),
    [
        (
            "messages/replies.csv",
            "history",
            {"external": "msg_id", "received_at": "time", "closed_at": "reply_time", "what": "detail"},
        ),
        ("messages/hotspot_messages.csv", "reports", {"external": "msg_id", "occurred_at": "time"}),
        (
            "requests311/requests.csv",
            "history",
            {"external": "id", "received_at": "CreatedDate", "due_at": "DueDate", "what": "SRType"},
        ),
    ],
)
def test_real_tables(file: str, kind: str, wanted: dict[str, str]) -> None:
    with (SHARED / file).open(encoding="utf-8", newline="") as source:
        header, *rows = [row for _, row in zip(range(200), csv.reader(source), strict=False)]
    proposal = propose(header, rows, KNOWN)
    found = {one.field: one.columns[-1] for one in proposal.fields if one.columns}
    assert (proposal.kind, proposal.missing) == (kind, ())
    assert wanted.items() <= found.items()


def test_everything_the_assistant_says_has_words() -> None:
    looks = {"time", "phone", "name", "area", "category", "channel", "text", "yes_no", "lon", "lat"}
    reasons = {"header_is", "header_has", "empty", "no_column", "no_text", "chosen"}
    keys = {f"import.why.{key}" for key in reasons | {f"looks_{look}" for look in looks}}
    keys |= {f"import.field.{field}" for fields in FIELDS.values() for field in fields}
    keys |= {f"import.sure.{word}" for word in get_args(Sureness)}
    keys |= {f"import.left.{word}" for word in get_args(LeftWhy)}
    keys |= {f"import.kind.{kind}" for kind in FIELDS}
    assert [key for key in sorted(keys) for code in ("zh", "en") if not language(code).has(key)] == []
    header, rows = rows_of({**REGISTER, "办结时间": ["2026-03-03 10:00"] * 3})
    said = {
        reason.key
        for names in (header, [f"F{n}" for n in range(len(header))])
        for kind in FIELDS
        for one in propose(names, rows, KNOWN, kind).fields  # type: ignore[arg-type]
        for reason in one.reasons
    }
    assert {f"import.why.{key}" for key in said} <= keys
