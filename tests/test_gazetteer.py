"""Administrative units of both orders, and the kinds of bodies: whole, consistent, and found by any of their spellings."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnplan.knowledge import rows
from vnplan.linking import naming
from vnplan.linking.places import COUNTRY, Unit, Vintage, by_id, closest, in_force, predecessors, successors, units

OLD, NEW = units("2024"), units("2025")


@pytest.mark.parametrize(
    ("vintage", "level", "count"),
    [
        ("2024", "province", 63),
        ("2024", "district", 696),
        ("2024", "commune", 10035),
        ("2025", "province", 34),
        ("2025", "district", 0),
        ("2025", "commune", 3321),
    ],
)
def test_numbers_of_units_are_those_of_record(vintage: Vintage, level: str, count: int) -> None:
    assert len(units(vintage).all(level)) == count  # type: ignore[arg-type]


def test_every_old_unit_has_a_successor_of_its_province() -> None:
    heirs = {province.code: {unit.code for unit in successors(province)} for province in OLD.all("province")}
    assert all(len(codes) == 1 for codes in heirs.values())
    assert {code for codes in heirs.values() for code in codes} == {unit.code for unit in NEW.all("province")}
    for level in ("district", "commune"):
        for unit in OLD.all(level):  # type: ignore[arg-type]
            province = OLD.above(unit, "province")
            now = successors(unit)
            assert province is not None and now, unit
            assert {one.parent for one in now} == heirs[province.code], unit


def test_every_new_unit_has_a_predecessor_that_names_it_among_its_successors() -> None:
    for level in ("province", "commune"):
        for unit in NEW.all(level):  # type: ignore[arg-type]
            before = predecessors(unit)
            assert before, unit
            assert all(unit in successors(one) for one in before)


def test_every_unit_stands_in_one_above_it_and_its_id_leads_back() -> None:
    ids = set()
    for known in (OLD, NEW):
        for level in ("province", "district", "commune"):
            for unit in known.all(level):  # type: ignore[arg-type]
                assert known.above(unit, "province") is not None
                assert unit.type and unit.bare
                assert by_id(unit.id) == unit
                ids.add(unit.id)
    assert len(ids) == 63 + 696 + 10035 + 34 + 3321


@pytest.mark.parametrize("unit_id", ["", "x", "province-84", "province-84-2023", "district-84-2024", "commune-1-2025"])
def test_an_unknown_id_is_a_key_error(unit_id: str) -> None:
    with pytest.raises(KeyError):
        by_id(unit_id)


def test_codes_used_again_are_two_units() -> None:
    before, since = by_id("province-91-2024"), by_id("province-91-2025")
    assert (before.bare, since.bare) == ("Kiên Giang", "An Giang")
    assert successors(before) == (since,)
    assert {unit.bare for unit in predecessors(since)} == {"Kiên Giang", "An Giang"}


@pytest.mark.parametrize(
    ("old", "level", "new"),
    [
        ("Trà Vinh", "province", {"Vĩnh Long"}),
        ("Hà Giang", "province", {"Tuyên Quang"}),
        ("Lạng Sơn", "province", {"Lạng Sơn"}),
        ("Lý Sơn", "district", {"Lý Sơn"}),
        ("Côn Đảo", "district", {"Côn Đảo"}),
    ],
)
def test_known_mergers(old: str, level: str, new: set[str]) -> None:
    (unit,) = OLD.named(old, level)  # type: ignore[arg-type]
    assert {one.bare for one in successors(unit)} == new


@pytest.mark.parametrize(
    ("words", "level", "code"),
    [
        ("HOÀ BÌNH", "province", "17"),
        ("hòa bình", "province", "17"),
        ("Bà Rịa-Vũng Tàu", "province", "77"),
        ("BR-VT", "province", "77"),
        ("Thừa Thiên Huế", "province", "46"),
        ("HCM", "province", "79"),
        ("Đắc Lắc", "province", "66"),
        ("Hà Tây", "province", "01"),
    ],
)
def test_names_are_found_in_any_spelling(words: str, level: str, code: str) -> None:
    assert [unit.code for unit in OLD.named(words, level)] == [code]  # type: ignore[arg-type]


def test_a_short_name_does_not_pass_to_the_new_bearer_of_a_code() -> None:
    assert NEW.named("Kontum", "province") == []
    assert [unit.bare for unit in NEW.named("HCM", "province")] == ["Hồ Chí Minh"]


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("Trà Cũ", ["Trà Cú"]),
        ("Tra Cu", ["Trà Cú"]),
        ("Cầu Kẻ", ["Cầu Kè"]),
        ("Tiểu Cản", ["Tiểu Cần"]),
        ("Xyz Abc", []),
    ],
)
def test_a_misread_name_is_the_clearly_best_one(words: str, meant: list[str]) -> None:
    province = by_id("province-84-2024")
    assert [unit.bare for unit in closest(words, province, "district", "2024")] == meant


def test_a_misread_number_is_no_other_number() -> None:
    district = next(unit for unit in OLD.all("district") if unit.name == "quận 1")
    assert closest("31", district, "commune", "2024") == []


@pytest.mark.parametrize(
    ("day", "orders"),
    [
        (dt.date(2025, 6, 30), ("2024",)),
        (dt.date(2025, 7, 1), ("2025",)),
        (None, ("2024", "2025")),
    ],
)
def test_the_order_follows_the_day(day: dt.date | None, orders: tuple[str, ...]) -> None:
    assert in_force(day) == orders


def test_the_country_holds_all() -> None:
    assert OLD.above(by_id("commune-29461-2024"), "country") == COUNTRY
    assert by_id("vn") == COUNTRY


def test_tables_are_read_in_milliseconds() -> None:
    from vnplan.linking.places import Gazetteer

    def fastest(level: str) -> float:
        times = []
        for _ in range(3):
            started = time.perf_counter()
            Gazetteer("2024").named("Trà Cú", level)  # type: ignore[arg-type]
            times.append(time.perf_counter() - started)
        return min(times)

    assert fastest("district") < 0.1
    assert fastest("commune") < 0.5


# -- bodies ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", rows("organisations"), ids=lambda row: row["words"][0])
def test_a_kind_is_found_by_its_example_and_all_its_forms(row: dict[str, object]) -> None:
    kind = naming._kind(row)
    for text in (row["example"], *row["words"]):  # type: ignore[misc]
        names = naming.parse(str(text))
        assert names and names[0].bodies[0].kind.id == kind.id, text
    assert set(row["levels"]) <= {"central", "province", "district", "commune"}  # type: ignore[call-overload]
    assert set(kind.into) | ({kind.of} if kind.of else set()) <= set(naming.kinds())
    if kind.since and kind.until:
        assert kind.since < kind.until


def test_kinds_have_one_row_each() -> None:
    assert len(naming.kinds()) == len(rows("organisations"))


@pytest.mark.parametrize("row", rows("name_abbreviations"), ids=lambda row: row["words"][0])
def test_an_abbreviation_is_written_out(row: dict[str, object]) -> None:
    words = " ".join(word.text for word in naming.words_of(str(row["example"])))
    assert str(row["full"]) in words


@pytest.mark.parametrize("row", rows("positions"), ids=lambda row: row["words"][0])
def test_a_position_stands_before_its_body(row: dict[str, list[str]]) -> None:
    (name,) = naming.parse(f"{row['words'][0]} Ủy ban nhân dân huyện")
    assert name.bodies[0].kind.id == "ubnd"
    assert name.positions == (row.get("id") or naming.slug(row["words"][0]),)


@given(st.sampled_from(OLD.all("district") + NEW.all("province")))
def test_units_are_found_by_their_names_without_case(unit: Unit) -> None:
    known = units(unit.vintage)
    assert unit in known.named(unit.bare.upper(), unit.level)
    assert unit in closest(naming.skeleton(unit.bare), COUNTRY, unit.level, unit.vintage)
