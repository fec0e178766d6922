"""Two versions of a plan: what changed in its fields, its facts and its text."""

from __future__ import annotations

from pathlib import Path

import pytest
from register_fakes import citation, plan_of, result

from vnplan import cli
from vnplan.records import Charge, Deadline, Evidence, Task
from vnplan.register.commands import marked_changes
from vnplan.register.differences import compare

OLD = """ỦY BAN NHÂN DÂN
HUYỆN ĐỒNG PHÚ
Số: 27/KH-UBND

Đồng Phú, ngày 14 tháng 3 năm 2023

KẾ HOẠCH
Trồng cây ven sông năm 2023

Thực hiện Kế hoạch số 08/KH-UBND ngày 05/01/2023 của Ủy ban nhân dân tỉnh, Ủy ban nhân dân huyện ban hành kế hoạch:
1. Giảm 5% số vụ cháy so với năm 2022.
2. Phòng Văn hóa và Thông tin báo cáo trước ngày 15/12/2023.
3. Các xã chuẩn bị cây giống.
"""


def test_the_same_gives_nothing() -> None:
    one = result("a.txt", plan_of("1/KH-UBND", "2024-01-02"), citation("48/NQ-CP", "2022-04-05", "chinh-phu"), text=OLD)
    assert compare(one, one) == []


def test_fields_facts_and_paragraphs() -> None:
    def version(date: str, title: str, figure: float, *cited: str, text: str) -> object:
        due = Deadline(Evidence("hạn", 0, 3), date, None, "report", "Công an xã", "báo cáo kết quả")
        citations = [citation(number, "2022-04-05", "chinh-phu") for number in cited]
        return result(
            "a.txt",
            plan_of("1/KH-UBND", "2024-01-02", title=title),
            *citations,
            text=text,
            target=figure,
            deadlines=[due],
        )

    old = version("2023-12-15", "Trồng cây", 5.0, "48/NQ-CP", "12/NQ-CP", text="Một.\nHai ba bốn năm sáu.\nBảy.")
    new = version("2023-11-30", "Trồng rừng", 5.0, "48/NQ-CP", text="Một.\nHai ba bốn năm mười.\nTám chín.")
    found = [(one.kind, one.change, one.before, one.after) for one in compare(old, new)]  # type: ignore[arg-type]
    assert found == [
        ("field", "changed", "Trồng cây", "Trồng rừng"),
        (
            "deadline",
            "changed",
            "2023-12-15 · Công an xã · báo cáo kết quả",
            "2023-11-30 · Công an xã · báo cáo kết quả",
        ),
        ("citation", "removed", "NQ 12/NQ-CP 2022-04-05 chinh-phu", None),
        ("text", "changed", "Hai ba bốn năm sáu.", "Hai ba bốn năm mười."),
        ("text", "removed", "Bảy.", None),
        ("text", "added", None, "Tám chín."),
    ]


def test_a_long_text_takes_no_longer_than_its_length() -> None:
    one, other = ("\n".join(f"Dòng {at % 50}" for at in range(60_000)) + f"\n{last}" for last in ("cuối", "hết"))
    found = compare(result("a.txt", plan_of("1/KH-UBND"), text=one), result("a.txt", plan_of("1/KH-UBND"), text=other))
    assert [(one.before, one.after) for one in found] == [("cuối", None), (None, "hết")]


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("Hạn: 15/12.", "Hạn: 20/12.", ("Hạn: «15/12.»", "Hạn: «20/12.»")),
        ("True", "False", ("True", "False")),
        ("một hai", "một hai ba", ("một hai", "một hai «ba»")),
        ("c " * 30 + "x", "c " * 30 + "y", ("c c c … c c c c c c «x»", "c c c … c c c c c c «y»")),
        ("x" + " c" * 30 + " y", "z" + " c" * 30 + " y", ("«x» c c c c c c …", "«z» c c c c c c …")),
    ],
)
def test_the_words_that_changed_are_marked(before: str, after: str, shown: tuple[str, str]) -> None:
    assert marked_changes(before, after) == shown


def test_the_order_of_bodies_is_no_change() -> None:
    charges = [Charge(Evidence(body, 0, 1), body, "implement") for body in ("Sở Nội vụ", "Công an xã")]
    one, other = (
        result("a.txt", plan_of("1/KH-UBND"), text="Một.", tasks=[Task(Evidence("gửi báo cáo", 0, 1), "gửi báo cáo", "order", tuple(order))])
        for order in (charges, charges[::-1])
    )  # fmt: skip
    assert compare(one, other) == []


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, other = tmp_path / "a.txt", tmp_path / "b.txt"
    one.write_text(OLD, encoding="utf-8")
    other.write_text(OLD.replace("15/12/2023", "30/11/2023").replace("Giảm 5%", "Giảm 10%"), encoding="utf-8")
    assert cli.main(["diff", str(one), str(other), "--ner", "none"]) == cli.OK
    shown = capsys.readouterr().out
    assert "2023-11-30" in shown and "→ reduce fires «10» % vs 2022" in shown and "Giảm «10%» số vụ cháy" in shown
    assert cli.main(["diff", str(one), str(one), "--ner", "none"]) == cli.OK
    assert capsys.readouterr().out == "no difference\n"
    assert cli.main(["diff", str(one), str(tmp_path / "gone.txt")]) == cli.USAGE
