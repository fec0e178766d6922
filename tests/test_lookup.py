"""Look-up of names as people type them: no diacritics, abbreviations, wrong letters."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import cache

import pytest

from vnplan.knowledge import rows
from vnplan.linking.codes import official_code, province_code, province_code_2025
from vnplan.linking.lookup import Meaning, lookup
from vnplan.linking.places import Level, Unit, Vintage, loose_key, successors, units
from vnplan.text.normalise import strip_marks

SHORT = {
    "tỉnh": "T.", "thành phố": "TP.", "huyện": "H.", "quận": "Q.", "thị xã": "TX", "xã": "x.", "phường": "P.",
    "thị trấn": "TT.", "đặc khu": "đặc khu",
}  # fmt: skip


def bare(unit: Unit) -> str:
    return strip_marks(unit.bare)


def within(unit: Unit) -> str:
    """The name with the province that a commune lies in: thousands of communes share their names."""
    province = units(unit.vintage).above(unit, "province")
    return f", {strip_marks(province.bare)}" if province is not None and unit.level == "commune" else ""


def misspelt(name: str, rng: random.Random) -> str:
    at = rng.choice([k for k, letter in enumerate(name) if letter.isalpha()][1:])
    return rng.choice([
        name[:at] + name[at + 1 :], name[:at] + name[at] + name[at:], name[:at] + rng.choice("aeionht") + name[at + 1 :],
        name[:at] + name[at + 1 : at + 2] + name[at] + name[at + 2 :],
    ])  # fmt: skip


def wrong_letter(unit: Unit) -> str:
    name = misspelt(bare(unit), random.Random(unit.id)) if len(bare(unit)) >= 5 else bare(unit)
    return f"{strip_marks(unit.type)} {name}{within(unit)}"


WAYS: dict[str, Callable[[Unit], str]] = {
    "bare": lambda unit: bare(unit) + within(unit),
    "without diacritics": lambda unit: strip_marks(unit.name),
    "abbreviated": lambda unit: f"{SHORT[unit.type]} {bare(unit)}",
    "wrong letter": wrong_letter,
}


def is_right(found: list[Meaning], unit: Unit) -> bool:
    """Whether the unit, or today's of its name, is the answer, or among those that one is asked to choose from."""
    meant = meant_by(unit)
    return any(one.id in meant or (not one.id and any(other in meant for other, _ in one.candidates)) for one in found)


def meant_by(unit: Unit) -> set[str]:
    heirs = (one for one in successors(unit) if one.level == unit.level)
    return {unit.id, *(one.id for one in heirs if loose_key(one.bare) == loose_key(unit.bare))}


def stands_beside_a_province(found: list[Meaning], unit: Unit) -> bool:
    """Whether a bare name gave the province that has it, and the unit among the others that may be meant."""
    return any(one.level == "province" and any(other in meant_by(unit) for other, _ in one.candidates) for one in found)


@cache
def drawn(vintage: Vintage, level: Level) -> list[Unit]:
    all_of_them = units(vintage).all(level)
    return random.Random(2026).sample(all_of_them, min(60, len(all_of_them)))


MAPS: list[tuple[Vintage, Level]] = [
    ("2024", "province"), ("2025", "province"), ("2024", "district"), ("2024", "commune"), ("2025", "commune"),
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("vintage", "level"), MAPS)
def test_sixty_of_each_level_are_right_or_asked(vintage: Vintage, level: Level, way: str) -> None:
    tried = [(WAYS[way](unit), unit) for unit in drawn(vintage, level)]
    homonyms = level == "district" and way == "bare"  # `Quang Tri` is the province, and the town beside it
    wrong = [
        (words, unit.name)
        for words, unit in tried
        if not is_right(found := lookup(words), unit) and not (homonyms and stands_beside_a_province(found, unit))
    ]
    assert len(wrong) <= 0.03 * len(tried), wrong


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("Vinh Long", "province-86-2025"),
        ("Ha Noi", "province-01-2025"),
        ("hcm", "province-79-2025"),
        ("TP.HCM", "province-79-2025"),
        ("T. Hai Duong", "province-30-2024"),
        ("H. Tra Cu", "district-849-2024"),
        ("h tra cu", "district-849-2024"),
        ("q1", "district-760-2024"),
        ("Q. 1", "district-760-2024"),
        ("quan Binh Thanh", "district-765-2024"),
        ("tx Duyen Hai", "district-851-2024"),
        ("Tra Vihn", "province-84-2024"),
        ("xa Luu Nghiep Anh, Vinh Long", "commune-29476-2025"),
        ("ubnd tinh tra vinh", "ubnd@province-84-2024"),
        ("cong an huyen tra cu", "cong-an@district-849-2024"),
        ("Phong KT&HT h. Tra Cu", "phong-kinh-te-va-ha-tang@district-849-2024"),
        ("Phòng KT&HT huyện Trà Cú", "phong-kinh-te-va-ha-tang@district-849-2024"),
        ("so y te ha giang", "so-y-te@province-02-2024"),
    ],
)
def test_what_is_typed_is_understood(words: str, meant: str) -> None:
    assert [one.id for one in lookup(words)] == [meant]


def test_others_that_may_be_meant_stand_beside_the_likeliest() -> None:
    (found,) = lookup("Vinh Long")
    assert [unit.name for unit in found.before] == ["tỉnh Bến Tre", "tỉnh Trà Vinh", "tỉnh Vĩnh Long"]
    assert ("district-855-2024", "thành phố Vĩnh Long, tỉnh Vĩnh Long") in found.candidates


def test_a_name_of_several_units_is_asked() -> None:
    (found,) = lookup("Tra Cu")
    assert found.id == ""
    assert {one for one, _ in found.candidates} == {"district-849-2024", "commune-29461-2025"}


@pytest.mark.parametrize(
    ("words", "level"),
    [
        ("xa Thanh Hoa", "commune"),
        ("xa Binh Phuoc", "commune"),
        ("P. Binh Thuan", "commune"),
        ("Thanh Phuoc, Vinh Long", "commune"),
    ],
)
def test_a_type_or_holder_that_is_said_holds(words: str, level: str) -> None:
    (found,) = lookup(words)  # not a province of that name, nor a shorter name with a place behind it
    assert found.id == "" and len(found.candidates) > 1
    assert {one.partition("-")[0] for one, _ in found.candidates} == {level}


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("Thanh Phuc, Kien Giang", "commune-30910-2024"),  # Thạnh Phước, among many that are nearer to other provinces
        ("xa A Luoo 5, Hue", "commune-20050-2025"),  # figures are never wrong letters
        ("xa Cat Tienn 2, Lam Dong", "commune-25180-2025"),
        ("thi xa Sa Pn", "district-088-2024"),  # a short name is asked where its type is said,
        ("Bo a, Bac Ninh", ""),  # and never taken for a shorter one elsewhere
        ("Vinh T, Quang Tri", ""),
        ("Son a", "province-14-2025"),  # a commune, and a province with a letter lost
    ],
)
def test_wrong_letters_are_asked(words: str, offered: str) -> None:
    (found,) = lookup(words)
    assert found.id in ("", offered, "commune-04660-2024")
    assert not offered or offered == found.id or offered in {one for one, _ in found.candidates}


@pytest.mark.parametrize("row", rows("agency_codes"), ids=lambda row: row["code"])
def test_bodies_have_their_official_code(row: dict[str, str]) -> None:
    (found,) = lookup(row["name"])
    assert (found.id or found.kind, found.code or row["code"]) == (row["id"], row["code"])
    assert official_code(f"{row['id']}#bo-truong") == row["code"] and official_code("ubnd@province-84-2024") is None


def test_a_province_that_keeps_its_name_keeps_the_code_of_its_committee() -> None:
    assert official_code("ubnd@province-46-2024") == official_code("ubnd@province-46-2025") == "H57"


@pytest.mark.parametrize(
    ("province", "then", "now"),
    [
        ("province-91-2024", "91", "91"),  # Kiên Giang, in An Giang, which took its code
        ("province-89-2024", "89", "91"),  # An Giang, which had another
        ("province-84-2024", "84", "86"),
        ("province-86-2025", "86", "86"),
        (None, None, None),
    ],
)
def test_provinces_have_the_codes_of_both_orders(province: str | None, then: str | None, now: str | None) -> None:
    assert (province_code(province), province_code_2025(province)) == (then, now)


def test_every_province_has_a_code_in_both_orders() -> None:
    for vintage, count in (("2024", 63), ("2025", 34)):
        known = units(vintage).all("province")
        assert len(known) == count and all(province_code_2025(unit.id) for unit in known)
    assert len({province_code_2025(unit.id) for unit in units("2024").all("province")}) == 34


def test_marks_that_are_there_decide() -> None:
    assert lookup("huyện Thạnh Hóa")[0].name == "huyện Thạnh Hóa"
    assert lookup("tỉnh Thanh Hóa")[0].name == "tỉnh Thanh Hóa"


def test_a_body_without_its_head_is_known_by_its_kind() -> None:
    assert [one.name for one in lookup("KT&HT")] == ["Phòng Kinh tế và Hạ tầng"]


@pytest.mark.parametrize("words", ["", "abc xyz", "x", ",,,", "T.", "Q.", "1", "a" * 5000, "xã " * 2000, "ha, " * 2000])
def test_nonsense_gives_nothing_and_takes_no_time(words: str) -> None:
    lookup("Ha Noi")
    begin = time.process_time()
    assert [one for one in lookup(words) if one.id] == []
    assert time.process_time() - begin < 2
