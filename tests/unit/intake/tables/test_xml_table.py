"""XML: the element that repeats is found, attributes and children are columns, bombs are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.base.errors import WorldError
from app.intake.tables.opening import open_table
from app.intake.tables.table import COLUMNS_MAX, RECORD_CHARS_MAX
from app.intake.tables.xml_shape import PATHS_MAX
from tests.unit.intake.tables.faults import fault, read

ORDERS = """<?xml version="1.0" encoding="{declared}"?>
<exchange xmlns:h="urn:hotline"><head sent="2026-03-08"><unit>热线</unit></head>
<body>
<h:order id="H-1" urgent="1"><what>路灯不亮
坏了三天</what><place crs="gcj02"><lon>117.1</lon></place><phone>1</phone><phone>2</phone></h:order>
<h:order id="H-2"><what><![CDATA[井盖 <缺失> & 破损]]></what><note/></h:order>
</body></exchange>"""


def written(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "a.xml"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("UTF-8", "utf-8"), ("UTF-8", "utf-8-sig"), ("GB2312", "gb18030"), ("GBK", "gbk"), ("UTF-16", "utf-16")],
)
def test_attributes_and_children_are_columns(tmp_path: Path, declared: str, encoding: str) -> None:
    header, records = read(written(tmp_path, ORDERS.format(declared=declared), encoding))
    assert header == ["@id", "@urgent", "what", "place.@crs", "place.lon", "phone", "note"]
    assert records[0].cells == ["H-1", "1", "路灯不亮\n坏了三天", "gcj02", "117.1", "1; 2", ""]
    assert records[1].cells == ["H-2", "", "井盖 <缺失> & 破损", "", "", "", ""]
    assert [record.line for record in records] == [4, 6]


@pytest.mark.parametrize("records", ["order", "body.order", "exchange.body.order"])
def test_the_element_may_be_named(tmp_path: Path, records: str) -> None:
    path = written(tmp_path, ORDERS.format(declared="UTF-8"))
    assert len(read(path, records=records)[1]) == 2
    assert fault(path, records="case") == "import_records_missing"


def test_one_record_alone_is_found_too(tmp_path: Path) -> None:
    header, records = read(written(tmp_path, "<all><case><what>灯</what></case></all>"))
    assert (header, [record.cells for record in records]) == (["what"], [["灯"]])
    assert read(written(tmp_path, "<case><what>灯</what></case>"))[1][0].cells == ["灯"]


BOMB = """<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><all><case><what>&c;</what></case></all>"""
FETCH = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><all><case><what>&e;</what></case></all>'


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "import_empty"),
        (BOMB, "import_xml_dtd"),
        (FETCH, "import_xml_dtd"),
        ('<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd"><x/>', "import_xml_dtd"),
        ("no xml", "import_xml_syntax"),
        ("<all><case><what>灯</case></all>", "import_xml_syntax"),
        ("<all><case>&unknown;</case></all>", "import_xml_syntax"),
        ("<all><case><what>灯</what></case>", "import_xml_syntax"),
        ("<all>text</all>", "import_xml_none"),
        ("<a>" * 40 + "</a>" * 40, "import_deep_file"),
        ("<a>" + "".join(f"<b{n}/>" for n in range(PATHS_MAX)) + "</a>", "import_xml_names"),
        ("<a>" + "".join(f"<c><b{n}/></c>" for n in range(COLUMNS_MAX + 1)) + "</a>", "import_columns_many"),
        ("<a><b x='1'/><b x='2'/><c x='1'/><c x='2'/></a>", "import_records_which"),
        ('<?xml version="1.0" encoding="nothing"?><a/>', "import_xml_encoding"),
        ('<?xml version="1.0" encoding="base64"?><a/>', "import_xml_encoding"),
    ],
)
def test_a_file_that_is_no_table(tmp_path: Path, text: str, key: str) -> None:
    assert fault(written(tmp_path, text)) == key


def test_text_in_another_encoding_than_declared(tmp_path: Path) -> None:
    assert fault(written(tmp_path, ORDERS.format(declared="UTF-8"), "gb18030")) == "import_xml_encoding"


def test_a_record_that_says_too_much_is_refused_alone(tmp_path: Path) -> None:
    long = "x" * RECORD_CHARS_MAX
    text = f"<all><c a='{long}'><w>y</w></c><c><w>{long}y</w></c><c><w>灯</w></c></all>"
    _, records = read(written(tmp_path, text))
    assert [record.fault.code if record.fault else record.cells for record in records] == [
        "import_record_long",
        "import_record_long",
        ["", "灯"],
    ]


def test_progress_counts_bytes(tmp_path: Path) -> None:
    path = written(tmp_path, "<all>" + "<c><w>灯</w></c>" * 20_000 + "</all>")
    with open_table(path) as table:
        told = [table.done for _ in table.records()]
        assert told[0] < told[-1] <= table.total == path.stat().st_size
        assert len(told) == 20_000


def test_a_file_changed_between_the_walks_is_noticed(tmp_path: Path) -> None:
    path = written(tmp_path, "<all><c><w>1</w></c><c><w>2</w></c></all>")
    with open_table(path) as table:
        path.write_text("<all><c><w>1</w></c><c><v>2</v></c></all>", encoding="utf-8")
        with pytest.raises(WorldError) as caught:
            list(table.records())
    assert caught.value.key == "import_changed"
