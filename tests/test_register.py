"""The register: which mentions mean one document, what they say against each other, and what is written of it."""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import networkx as nx
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from register_fakes import citation, plan_of, result, write_tables

from vnplan.batch import extract_folder
from vnplan.errors import OutputError
from vnplan.grammar.numbers import parse
from vnplan.records import PlanResult
from vnplan.register import changes, update
from vnplan.register.drawing import _BOX, draw
from vnplan.register.exports import GRAPHS
from vnplan.register.filling import known_documents
from vnplan.register.issuers import issuer_of
from vnplan.register.keys import law_name_key, may_be_law, number_key
from vnplan.register.looking import cite
from vnplan.register.resolver import Mention, Node, resolve
from vnplan.register.update import update_register
from vnplan.register.validity import can_replace, in_force_since, is_part
from vnplan.settings import Settings
from vnplan.tables.labels import worded

TRA_CU, TRA_VINH = "ban-an-toan-giao-thong@district-849-2024", "ban-an-toan-giao-thong@province-84-2024"


def register_of(
    out: Path, results: Sequence[PlanResult], formats: Sequence[str] = ("parquet",)
) -> dict[str, pd.DataFrame]:
    write_tables(out, results, formats)
    update_register(out)
    return tables_of(out)


def tables_of(out: Path) -> dict[str, pd.DataFrame]:
    return {name: pd.read_parquet(out / f"{name}.parquet") for name in ("documents", "edges", "conflicts")}


# -- Keys ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("18-CT/TW", "18/CT-TW", True),  # marks exchanged
        ("07/KH-UBND", "7/KH-UBND", True),
        ("19/KH-BATGT", "19/KH-ATGT", True),
        ("25/QĐ-UB", "25/QĐ-UBND", True),
        ("812/BNV-CCHC", "812/BNV-TL", True),  # letters of one series
        ("812/QĐ-BCA-C41", "812/QĐ-BCA", False),
        ("18-CT/TW", "18/CT-TTg", False),
        ("35-CTr/TU", "35-CTr/TW", False),
        ("22/2017/QĐ-TTg", "22/QĐ-TTg", False),  # normative acts count apart
        ("30/2020/NĐ-CP", "30/NĐ-CP", True),
        ("5/ĐA-UBND", "5/DA-UBND", False),
        ("66.7/2025/NQ-CP", "667/2025/NQ-CP", False),
        ("72/2025/QH", "72/2025/QH15", True),  # the term that the number leaves out follows from the year
        ("72/2025/QH", "72/2025/QH14", False),
        ("02/2020/UBTVQH", "02/2020/UBTVQH14", True),
        ("36/2021/QH", "36/2021/QH15", False),  # one term ended in that year, and the next began
        ("76/2025/UBTVQH15", "76/2025/NQ-UBTVQH15", True),
        ("1313/NQ-UBTVQH15", "1313/2024/UBTVQH15", False),
        ("13/2003/PL-UBTVQH11", "13/2003/NQ-UBTVQH11", False),  # ordinances have a series of their own
        ("48/2010/L-QH12", "48/2010/QH12", True),
        ("31/2003/QH", "31/2003/QH11", True),
        ("31/2010/QH", "31/2010/QH12", True),
        ("31/2012/QH", "31/2012/QH13", True),
        ("4/2007/QH", "4/2007/QH12", False),  # the eleventh term ended in that year
        ("08/2012/TTLT-BLĐTBXH-BNV-BTC", "08/2012/TTLT-BLĐTBXH-BTC-BNV", True),  # who comes second is not told
        ("08/2012/TTLT-BLĐTBXH-BNV-BTC", "08/2012/TTLT-BNV-BLĐTBXH-BTC", False),
    ],
)
def test_keys(one: str, other: str, same: bool) -> None:
    assert (number_key(one, None)[0].block == number_key(other, None)[0].block) == same


def test_a_number_that_leaves_its_body_out_takes_that_of_the_issuer() -> None:
    assert number_key("866/QĐ", "QĐ", "thu-tuong-chinh-phu")[0] == number_key("866/QĐ-TTg", "QĐ")[0]
    assert number_key("866/QĐ", "QĐ", "ubnd@province-84-2024")[0] != number_key("866/QĐ-TTg", "QĐ")[0]
    assert number_key("54/2019/NĐ", "NĐ")[0] == number_key("54/2019/NĐ-CP", "NĐ")[0]


@pytest.mark.parametrize(
    ("number", "doc_type", "whole", "same"),
    [
        ("118/TTg", "QĐ", "118/QĐ-TTg", True),
        ("244/HĐBT", "NĐ", "244/NĐ-HĐBT", True),
        ("118/TTg", "CT", "118/QĐ-TTg", False),
        ("118/TTg", "CV", "118/CV-TTg", False),  # letters bear no type
        ("118/TTg", "TB", "118/QĐ-TTg", False),
        ("02/2022/UBTVQH15", "PL", "02/2022/PL-UBTVQH15", True),
        ("02/2022/UBTVQH15", "NQ", "02/2022/PL-UBTVQH15", False),
        ("812/TTg-KTN", "QĐ", "812/QĐ-TTg", False),  # a letter, whatever the words call it
        ("158/UB", "QĐ", "158/QĐ-UBND", False),  # a body that is one of many
    ],
)
def test_a_number_that_leaves_its_type_out_takes_that_of_the_words(
    number: str, doc_type: str, whole: str, same: bool
) -> None:
    assert (number_key(number, doc_type)[0].block == number_key(whole, None)[0].block) == same


@pytest.mark.parametrize(
    ("number", "may_be"),
    [
        ("31/2024/QH15", True),
        ("72/2025/QH", True),
        ("13/2003/PL-UBTVQH11", True),
        ("12-L/CTN", True),
        ("31/2024/NĐ-CP", False),
        ("31/2024/UBND", False),
        ("31/2024/HĐND", False),
    ],
)
def test_numbers_that_may_be_of_laws(number: str, may_be: bool) -> None:
    assert may_be_law(number_key(number, "L")[0]) == may_be


def test_what_is_known_beforehand_is_sound() -> None:
    for row in known_documents():
        found = parse(row["phrase"])
        assert found is not None and row["source"], row
        assert len(row["date"]) == 10 and (found.year is None or row["date"].startswith(str(found.year))), row
        assert issuer_of(row["issuer"]) is not None
    numbers = [row["phrase"] for row in known_documents()]
    assert len(set(numbers)) == len(numbers)


# -- Resolving -------------------------------------------------------------------------------------------------------


def mention(at: int, **about: Any) -> Mention:
    issuer = issuer_of(about.pop("issuer", None))
    day = about.pop("day", None)
    about.setdefault("year", int(day[:4]) if day else None)
    return Mention(at, about.pop("document", f"d{at}"), at, day=day, issuer=issuer, **about)


def groups(number: str, mentions: Iterable[Mention]) -> set[frozenset[int]]:
    return {frozenset(m.row for m in node.mentions) for node in nodes_of(number, mentions)}


def nodes_of(number: str, mentions: Iterable[Mention]) -> list[Node]:
    key, year = number_key(number, None)
    found = list(mentions)
    for one in found:
        one.number_year = year
        one.year = one.year or year
    return resolve(key, found)


SUBJECT = "về phát động phong trào trồng cây ven sông năm 2023"

CASES = [
    # (what, number, mentions, which go together)
    ("one day and its slip", "18-CT/TW", [{"day": "2012-09-04"}, {"day": "2012-04-09"}], [{0, 1}]),
    ("a Party number in another term", "18-CT/TW", [{"day": "2012-09-04"}, {"day": "2018-05-02"}], [{0}, {1}]),
    ("a State number in another year", "48/NQ-CP", [{"day": "2022-04-05"}, {"day": "2021-04-06"}], [{0}, {1}]),
    (
        "a year misprinted",
        "48/NQ-CP",
        [{"day": "2022-04-05", "subject": SUBJECT}, {"day": "2021-04-05", "subject": SUBJECT}],
        [{0, 1}],
    ),
    (
        "a year misprinted in one mention takes no others with it",
        "48/NQ-CP",
        [
            {"day": "2022-04-05", "subject": SUBJECT},
            {"day": "2021-06-22", "subject": SUBJECT},
            {"day": "2021-04-05", "subject": SUBJECT},
        ],
        [{0}, {1, 2}],
    ),
    ("the year of the number decides", "30/2020/NĐ-CP", [{"day": "2020-03-05"}, {"day": "2021-03-05"}, {}], [{0, 1, 2}]),
    (
        "a board of the district and of the province",
        "19/KH-BATGT",
        [{"day": "2023-03-13", "issuer": TRA_VINH}, {"day": "2023-03-13", "issuer": TRA_CU}],
        [{0}, {1}],
    ),
    (
        "no issuer, but the day, and the same province",
        "19/KH-BATGT",
        [{"day": "2023-03-13", "issuer": TRA_VINH}, {"day": "2023-03-13", "province": "tra-vinh"}],
        [{0, 1}],
    ),
    (
        "no issuer, and another province",
        "19/KH-BATGT",
        [{"day": "2023-03-13", "issuer": TRA_VINH}, {"day": "2023-03-13", "province": "lai-chau"}],
        [{0}, {1}],
    ),
    (
        "no date, one candidate not long before",
        "19/KH-BATGT",
        [{"day": "2023-03-13", "issuer": TRA_VINH}, {"issuer": TRA_VINH, "citing_day": "2024-01-01"}],
        [{0, 1}],
    ),
    (
        "no date, one candidate long before",
        "19/KH-BATGT",
        [{"day": "2013-03-13", "issuer": TRA_VINH}, {"issuer": TRA_VINH, "citing_day": "2024-01-01"}],
        [{0}, {1}],
    ),
    (
        "no date, two candidates",
        "19/KH-BATGT",
        [
            {"day": "2022-03-13", "issuer": TRA_VINH},
            {"day": "2023-03-13", "issuer": TRA_VINH},
            {"issuer": TRA_VINH, "citing_day": "2024-01-01"},
        ],
        [{0}, {1}, {2}],
    ),
    (
        "no date, and the only candidate is later than the citing document",
        "19/KH-BATGT",
        [{"day": "2023-03-13", "issuer": TRA_VINH}, {"issuer": TRA_VINH, "citing_day": "2022-01-01"}],
        [{0}, {1}],
    ),
    (
        "another subject altogether",
        "48/NQ-CP",
        [
            {"day": "2022-04-05", "subject": SUBJECT},
            {"citing_day": "2023-01-01", "subject": "quản lý tiền lương trong doanh nghiệp nhà nước"},
        ],
        [{0}, {1}],
    ),
    (
        "the chairman issues what the committee numbers",
        "501/QĐ-UBND",
        [
            {"day": "2018-11-26", "issuer": "ubnd@province-51-2024#chu-tich"},
            {"day": "2018-11-26", "issuer": "ubnd@province-51-2024"},
        ],
        [{0, 1}],
    ),
    (
        "a unit by its old and its new id",
        "501/QĐ-UBND",
        [{"day": "2018-11-26", "issuer": "ubnd@province-40-2024"}, {"day": "2018-11-26", "issuer": "ubnd@province-40-2025"}],
        [{0, 1}],
    ),
    (
        "units of 2025 start anew",
        "12/QĐ-UBND",
        [{"day": "2025-01-20", "issuer": "ubnd@province-40-2024"}, {"day": "2025-07-09", "issuer": "ubnd@province-40-2025"}],
        [{0}, {1}],
    ),
    (
        "the issuer misread, all else the same",
        "60/KH-UBND",
        [
            {"day": "2023-01-18", "issuer": "ubnd@district-106-2024", "subject": SUBJECT},
            {"day": "2023-01-18", "issuer": "ubnd@province-12-2024", "subject": SUBJECT},
        ],
        [{0, 1}],
    ),
    (
        "two districts, all else the same",
        "60/KH-UBND",
        [
            {"day": "2023-01-18", "issuer": "ubnd@district-849-2024", "subject": SUBJECT},
            {"day": "2023-01-18", "issuer": "ubnd@district-844-2024", "subject": SUBJECT},
        ],
        [{0}, {1}],
    ),
    (
        "copies of one document",
        "03/KH-BATGT",
        [
            {"own": True, "content": "a", "day": "2021-02-09", "issuer": TRA_CU, "subject": SUBJECT},
            {"own": True, "content": "b", "day": "2021-02-09", "issuer": TRA_CU, "subject": SUBJECT},
        ],
        [{0, 1}],
    ),
    (
        "one number used twice, and a mention of the day of one",
        "03/KH-BATGT",
        [
            {"own": True, "content": "a", "day": "2021-02-09", "issuer": TRA_CU, "subject": SUBJECT},
            {"own": True, "content": "b", "day": "2021-03-01", "issuer": TRA_CU, "subject": "kiểm tra bếp ăn trường học"},
            {"day": "2021-03-01", "issuer": TRA_CU},
        ],
        [{0}, {1, 2}],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("what", "number", "found", "together"), CASES, ids=[case[0] for case in CASES])
def test_resolver(what: str, number: str, found: list[dict[str, Any]], together: list[set[int]]) -> None:
    mentions = [mention(at, **about) for at, about in enumerate(found)]
    assert groups(number, mentions) == set(map(frozenset, together))
    random.Random(1).shuffle(mentions)
    assert groups(number, mentions) == set(map(frozenset, together))


def test_what_is_left_open_lists_its_candidates() -> None:
    found = [
        mention(0, day="2022-03-13", issuer=TRA_VINH),
        mention(1, day="2023-03-13", issuer=TRA_VINH),
        mention(2, issuer=TRA_VINH, citing_day="2024-01-01"),
    ]
    left = next(node for node in nodes_of("19/KH-BATGT", found) if node.is_open)
    assert left.candidates == ("vn/kh/19-kh-batgt/2022/tinh-tra-vinh", "vn/kh/19-kh-batgt/2023/tinh-tra-vinh")


def test_mentions_that_nothing_tells_apart_have_ids_of_their_own() -> None:
    found = [mention(at, day="2018-01-05") for at in range(3)]
    nodes = nodes_of("3/KH-UBND", found)
    again = nodes_of("3/KH-UBND", reversed(found))
    assert len({node.id for node in nodes}) == len(nodes) == 3
    assert {node.id for node in again} == {node.id for node in nodes}


def test_ids_are_readable_and_their_own() -> None:
    ids = [
        node.id
        for number, about in (
            ("45-KL/TW", {"day": "2019-02-01"}),
            ("30/2020/NĐ-CP", {"day": "2020-03-05"}),
            ("22/2017/QĐ-TTg", {"day": "2017-06-22"}),
            ("22/QĐ-TTg", {"day": "2017-01-05"}),
            ("03/KH-BATGT", {"day": "2021-02-09", "issuer": TRA_CU}),
        )
        for node in nodes_of(number, [mention(0, **about)])
    ]
    assert ids == [
        "vn/kl/45-kl-tw/2019",
        "vn/nd/30-nd-cp/2020",
        "vn/qd/22-2017-qd-ttg/2017",
        "vn/qd/22-qd-ttg/2017",
        "vn/kh/3-kh-batgt/2021/tinh-tra-vinh/huyen-tra-cu",
    ]


@pytest.mark.parametrize(
    ("years", "day", "joins"),
    [([2013], "2014-05-01", True), ([2013], "2013-12-01", False), ([2013], "2023-12-01", False), ([2013, 2024], "2025-02-01", True)],
)  # fmt: skip
def test_a_law_without_a_year_is_the_version_in_force(years: list[int], day: str, joins: bool) -> None:
    key = law_name_key("Luật Đất đai", "L")
    found = [mention(year, year=year, doc_type="L") for year in years] + [mention(1, citing_day=day, doc_type="L")]
    nodes = resolve(key, found)
    node = next(node for node in nodes if any(m.row == 1 for m in node.mentions))
    assert (len(node.mentions) > 1) == joins
    assert not joins or max(years) in node.years


# -- The register of a folder ----------------------------------------------------------------------------------------


def test_documents_edges_and_chain(tmp_path: Path) -> None:
    plan = result(
        "a.txt",
        plan_of("12/KH-UBND", "2023-05-20", "ubnd@district-849-2024", "Thực hiện kế hoạch của tỉnh"),
        citation("40/KH-UBND", "2023-04-02", "ubnd@province-84-2024", relation="implements"),
        citation("23-CT/TW", "2023-03-25", "ban-bi-thu", relation="implements", via="KH:40/KH-UBND"),
        citation("12/KH-UBND", None, None, is_self=True),
    )
    tables = register_of(tmp_path, [plan])
    documents = tables["documents"].set_index("id")
    assert list(documents.index) == [
        "vn/ct/23-ct-tw/2023", "vn/kh/12-kh-ubnd/2023/tinh-tra-vinh/huyen-tra-cu", "vn/kh/40-kh-ubnd/2023/tinh-tra-vinh",
    ]  # fmt: skip
    assert list(documents["status"]) == ["cited", "here", "cited"]
    assert list(documents["level"]) == ["central", "district", "province"]
    edges = tables["edges"]
    assert list(zip(edges["source"], edges["target"], edges["relation"], strict=True)) == [
        ("vn/kh/12-kh-ubnd/2023/tinh-tra-vinh/huyen-tra-cu", "vn/kh/40-kh-ubnd/2023/tinh-tra-vinh", "implements"),
        ("vn/kh/40-kh-ubnd/2023/tinh-tra-vinh", "vn/ct/23-ct-tw/2023", "implements"),
    ]
    (dossier,) = cite("12/KH-UBND", tmp_path)
    assert [[link.target for link in way] for way in dossier.up] == [
        ["vn/kh/40-kh-ubnd/2023/tinh-tra-vinh", "vn/ct/23-ct-tw/2023"]
    ]


def test_a_plan_that_is_carried_out_is_found_in_the_folder(tmp_path: Path) -> None:
    above = result("above.txt", plan_of("40/KH-UBND", "2023-04-02", "ubnd@province-84-2024", SUBJECT), target=10.0)
    below = result(
        "below.txt",
        plan_of("12/KH-UBND", "2023-05-20", "ubnd@district-849-2024", "Thực hiện kế hoạch của tỉnh"),
        citation("40/KH-UBND", "2023-04-02", "ubnd@province-84-2024", relation="implements"),
        target=5.0,
    )
    tables = register_of(tmp_path, [above, below])
    (edge,) = tables["edges"].to_dict("records")
    assert edge["source_is_here"] and edge["target_is_here"]
    (dossier,) = cite("12/KH-UBND", tmp_path)
    assert [one.verdict for one in dossier.targets] == ["lower"]


def test_a_law_by_name_is_the_law_by_number(tmp_path: Path) -> None:
    tables = register_of(
        tmp_path,
        [
            result("a.txt", plan_of("1/KH-UBND", "2025-02-01"), citation("31/2024/QH15", None, "quoc-hoi", doc_type="L", subject="Đất đai")),
            result("b.txt", plan_of("2/KH-UBND", "2025-02-01"), citation(None, "2024-01-18", None, doc_type="L", name="Luật Đất đai")),
            result("c.txt", plan_of("3/KH-UBND", "2025-02-01"), citation(None, None, None, doc_type="L", name="Luật Đất đai")),
            result("d.txt", plan_of("4/KH-UBND", "2015-02-01"), citation(None, "2013", None, doc_type="L", name="Luật Đất đai")),
            result("e.txt", plan_of("5/KH-UBND", "2025-02-01"), citation("9/2024/NĐ-CP", "2024-01-18", None, doc_type="L", subject="Đất đai")),
        ],
    )  # fmt: skip
    laws = tables["documents"][tables["documents"]["doc_type"] == "L"].set_index("id")
    assert dict(laws["cited_by"]) == {"vn/l/31-qh15/2024": 3, "vn/l/dat-dai/2013": 1}
    assert laws.loc["vn/l/31-qh15/2024", "date"] == "2024-01-18"


def test_of_two_laws_of_a_name_and_year_that_of_the_day_is_meant(tmp_path: Path) -> None:
    def law(source: str, day: str | None, number: str | None = None, of: str = "2025-09-01") -> PlanResult:
        said: dict[str, Any] = {"subject": "Thủy sản"} if number else {"name": "Luật Thủy sản"}
        cited = citation(number, day or "2025", "quoc-hoi" if number else None, doc_type="L", **said)
        return result(f"{source}.txt", plan_of(f"{source}/KH-UBND", of), cited)

    tables = register_of(
        tmp_path,
        [
            law("1", "2025-02-19", "65/2025/QH15", of="2025-03-01"),
            law("10", "2025-02-19", "65/2025/QH15"),
            law("2", "2025-06-16", "72/2025/QH15"),
            law("3", "2025-06-16", "72/2025/QH15"),
            law("4", "2025-06-16", "65/2025/QH15"),  # a slip does not make the day doubtful
            law("5", "2025-06-16"),
            law("6", "2025-02-19", of="2025-04-01"),
            law("7", None),  # the latest before the plan
            law("8", None, of="2025-05-01"),
            law("9", "2025-11-30", of="2025-12-01"),  # neither
        ],
    )
    laws = tables["documents"][tables["documents"]["doc_type"] == "L"].set_index("id")
    assert dict(laws["cited_by"]) == {"vn/l/65-qh15/2025": 5, "vn/l/72-qh15/2025": 4, "vn/l/thuy-san/2025": 1}


def test_a_decree_that_is_cited_as_a_law_gives_no_law_its_number(tmp_path: Path) -> None:
    wrong = citation("37/2019/NĐ-CP", "2019-05-07", None, doc_type="L", subject="Quy hoạch")
    named = citation(None, "2019", None, doc_type="L", name="Luật Quy hoạch")
    tables = register_of(tmp_path, [citing("a.txt", wrong), citing("b.txt", named, number="8/KH-UBND")])
    assert {"vn/nd/37-nd-cp/2019", "vn/l/quy-hoach/2019"} < set(tables["documents"]["id"])


def conflict_rows(tmp_path: Path, *results: PlanResult) -> list[dict[str, Any]]:
    """The conflicts among results; each can be said in Vietnamese, with its reason."""
    found = register_of(tmp_path, results)["conflicts"].to_dict("records")
    for row in found:
        warning = f"{row['kind'].replace('_', ' ')}: {row['document']}: {' / '.join(row['values'])} ({row['reason']})"
        words = worded(f"conflict: {warning}", "vi")
        assert not words.startswith("conflict") and row["reason"] not in words, words
    return found


def citing(source: str, *cited: Any, number: str = "7/KH-UBND", day: str = "2024-05-20", text: str = "") -> PlanResult:
    return result(source, plan_of(number, day, "ubnd@district-849-2024", f"Kế hoạch {source}"), *cited, text=text)


def test_two_dates_of_one_document(tmp_path: Path) -> None:
    right, wrong = (citation("48/NQ-CP", day, "chinh-phu") for day in ("2022-05-04", "2022-04-05"))
    (row,) = conflict_rows(tmp_path, citing("a.txt", right), citing("b.txt", right, number="8/KH-UBND"), citing("c.txt", wrong, number="9/KH-UBND"))  # fmt: skip
    assert (row["kind"], row["document"], row["likely"]) == ("date", "vn/nq/48-nq-cp/2022", "2022-05-04")
    assert list(row["values"]) == ["2022-05-04", "2022-04-05"]
    assert "2 of 3 documents" in row["reason"] and "day and month exchanged" in row["reason"]
    assert len(row["evidence"]) == 3 and any("a.txt" in words for words in row["evidence"])
    warned = tables_of(tmp_path)["documents"].set_index("id")["warnings"]
    assert "48-nq-cp" in warned["vn/kh/9-kh-ubnd/2024/tinh-tra-vinh/huyen-tra-cu"][0]


def test_a_date_that_a_mention_takes_over_is_no_second_witness(tmp_path: Path) -> None:
    full = citation("48/NQ-CP", "2022-05-04", "chinh-phu")
    short = citation("48/NQ-CP", "2022-04-05", "chinh-phu", is_short_form=True, text="Nghị quyết số 48")
    assert conflict_rows(tmp_path, citing("a.txt", full, short)) == []


def test_a_body_in_front_of_a_number_of_another_did_not_issue_it(tmp_path: Path) -> None:
    """`nhiệm vụ của Bộ Xây dựng tại Nghị định số …`."""
    right = citation("48/2022/NĐ-CP", "2022-05-04", "chinh-phu")
    front = citation("48/2022/NĐ-CP", "2022-05-04", "bo-xay-dung", text="Nghị định số 48/2022/NĐ-CP ngày 04/5/2022")
    assert conflict_rows(tmp_path, citing("a.txt", right), citing("b.txt", front, number="8/KH-UBND")) == []
    behind = replace(front, issuer="Bộ Xây dựng", evidence=replace(front.evidence, text="Nghị định … của Bộ Xây\ndựng"))
    (row,) = conflict_rows(tmp_path, citing("a.txt", right), citing("b.txt", behind, number="8/KH-UBND"))
    assert row["kind"] == "issuer"


@pytest.mark.parametrize(
    ("number", "issuer", "found"),
    [
        ("3/2025/TT-BYT", "bo-xay-dung", True),
        ("3/2025/TT-BYT", "bo-y-te", False),
        ("3/2025/TT-BYT", "bo-y-te#bo-truong", False),
        ("3/QĐ-TTg", "chinh-phu", False),  # is cited so everywhere
        ("3/2025/TTLT-BYT-BXD", "bo-xay-dung", False),
        ("3-CT/TW", "ban-bi-thu", False),  # the bodies of the Party's centre have one symbol
    ],
)
def test_an_issuer_that_the_number_contradicts(tmp_path: Path, number: str, issuer: str, found: bool) -> None:
    cited = citation(number, "2025-03-04", issuer)
    rows = conflict_rows(tmp_path, citing("a.txt", cited, day="2025-08-01"))
    assert [row["kind"] for row in rows] == ["issuer"] * found
    if found:
        assert set(rows[0]["values"]) == {"bo-y-te", "bo-xay-dung"} and pd.isna(rows[0]["likely"])


def test_its_own_letterhead_decides(tmp_path: Path) -> None:
    own = result("own.txt", plan_of("40/KH-UBND", "2023-04-02", "ubnd@province-84-2024", SUBJECT))
    wrong = citation("40/KH-UBND", "2023-04-03", "ubnd@province-84-2024")
    (row,) = conflict_rows(tmp_path, own, citing("a.txt", wrong), citing("b.txt", wrong, number="8/KH-UBND"))
    assert row["likely"] == "2023-04-02" and "letterhead" in row["reason"]


def test_what_is_known_beforehand_decides_between_two(tmp_path: Path) -> None:
    row = known_documents()[0]
    swapped = f"{row['date'][:5]}{row['date'][8:]}-{row['date'][5:7]}"
    cited = [citation(row["phrase"], day, row["issuer"]) for day in (row["date"], swapped)]
    (found,) = conflict_rows(tmp_path, citing("a.txt", cited[0]), citing("b.txt", cited[1], number="8/KH-UBND"))
    assert found["likely"] == row["date"] and row["source"] in found["reason"]


def test_two_issuers(tmp_path: Path) -> None:
    one, other = citation("48/NQ-CP", "2022-04-05", "chinh-phu"), citation("48/NQ-CP", "2022-04-05", "quoc-hoi")
    (row,) = conflict_rows(tmp_path, citing("a.txt", one), citing("b.txt", other, number="8/KH-UBND"))
    assert (row["kind"], row["likely"]) == ("issuer", "chinh-phu")


def test_a_type_that_the_number_contradicts(tmp_path: Path) -> None:
    cited = citation("48/NQ-CP", "2022-04-05", "chinh-phu", text="Nghị định số 48/NQ-CP ngày 05/4/2022 của Chính phủ")
    (row,) = conflict_rows(tmp_path, citing("a.txt", cited))
    assert (row["kind"], row["likely"], list(row["values"])) == ("type", "NQ", ["NQ", "NĐ"])


def test_a_number_of_another_year_than_its_date(tmp_path: Path) -> None:
    cited = citation("46/2002/QĐ-UBND", "2022-09-12", "ubnd@province-40-2024")
    (row,) = conflict_rows(tmp_path, citing("a.txt", cited))
    assert row["kind"] == "number_year"


def test_an_impossible_date(tmp_path: Path) -> None:
    words = "Chỉ thị số 9/CT-TTg ngày 31/14/2023 của Thủ tướng Chính phủ"
    (row,) = conflict_rows(tmp_path, citing("a.txt", citation("9/CT-TTg", "2023", "thu-tuong-chinh-phu", text=words)))
    assert (row["kind"], list(row["values"])) == ("impossible_date", ["31/14/2023"])


def test_a_basis_of_a_later_date(tmp_path: Path) -> None:
    later = citation("48/NQ-CP", "2024-06-01", "chinh-phu")
    (row,) = conflict_rows(tmp_path, citing("a.txt", later, day="2024-05-20"))
    assert row["kind"] == "order" and "one of the two dates" in row["reason"]
    both = [later, citation("9/CT-TTg", "2024-07-01", "thu-tuong-chinh-phu")]
    (row,) = conflict_rows(tmp_path / "two", citing("a.txt", *both, day="2024-05-20"))
    assert "its own date is likely wrong" in row["reason"]


def test_a_number_used_twice(tmp_path: Path) -> None:
    one = result("a.txt", plan_of("7/KH-UBND", "2024-05-20", "ubnd@district-849-2024", "Trồng cây ven sông mùa xuân"))
    two = result("b.txt", plan_of("7/KH-UBND", "2024-06-11", "ubnd@district-849-2024", "Kiểm tra bếp ăn trường học"))
    tables = register_of(tmp_path, [one, two])
    assert list(tables["conflicts"]["kind"]) == ["own_number"]
    assert tables["documents"]["id"].is_unique and len(tables["documents"]) == 2


REPLACING = "Nghị định này có hiệu lực thi hành từ ngày {day} và thay thế Nghị định số 8/2018/NĐ-CP."


@pytest.mark.parametrize(
    ("since", "number", "found"),
    [
        ("01 tháng 01 năm 2024", "85/2023/NĐ-CP", True),
        ("01 tháng 7 năm 2024", "85/2023/NĐ-CP", False),  # not yet in force when the plan was issued
        ("01 tháng 01 năm 2024", "773/QĐ-TTg", False),  # a decision replaces no decree
    ],
)
def test_a_basis_that_was_replaced(tmp_path: Path, since: str, number: str, found: bool) -> None:
    new = result(
        "new.txt",
        plan_of(number, "2023-11-30", "chinh-phu", "Quy định chi tiết", doc_type="NĐ" if "NĐ" in number else "QĐ"),
        citation("8/2018/NĐ-CP", "2018-01-15", "chinh-phu", relation="replaces"),
        text=REPLACING.format(day=since),
    )
    plan = citing("plan.txt", citation("8/2018/NĐ-CP", "2018-01-15", "chinh-phu"), day="2024-05-20")
    rows = conflict_rows(tmp_path, new, plan)
    assert [row["kind"] for row in rows] == (["basis_replaced"] if found else [])
    documents = tables_of(tmp_path)["documents"].set_index("id")
    assert len(documents.loc["vn/nd/8-nd-cp/2018", "replaced_by"]) == 1


def test_since_when_a_document_holds() -> None:
    assert in_force_since("Thông tư này có hiệu lực thi\nhành kể từ ngày 15/3/2024.", "2024-01-30") == "2024-03-15"
    assert in_force_since("Quyết định này có hiệu lực kể từ ngày ký.", "2024-01-30") == "2024-01-30"
    assert in_force_since("Văn bản hết hiệu lực thi hành.", "2024-01-30") is None
    whole = "Nghị định này có hiệu lực và bãi bỏ Nghị định số 8/2018/NĐ-CP."
    assert not is_part(whole, "Nghị định số 8/2018/NĐ-CP", whole.index("Nghị định số"))
    part = "1. Sửa điều 3; 2. Bãi bỏ Chương III Nghị định số 8/2018/NĐ-CP."
    assert is_part(part, "Nghị định số 8/2018/NĐ-CP", part.index("Nghị định số"))
    assert not is_part("1. Sửa Điều 3; thay thế X.", "X", 24)
    assert can_replace(("L", "1/2024/QH15"), ("NĐ", "2/2020/NĐ-CP")) and can_replace(("KH", None), ("KH", None))
    assert not can_replace(("QĐ", "3/QĐ-TTg"), ("PL", "1/2005/PL-UBTVQH11"))


def test_a_document_without_a_number_is_its_own(tmp_path: Path) -> None:
    results = [result(f"{name}.txt", plan_of(None, "2024-01-02", TRA_CU, f"Kế hoạch {name}")) for name in "ab"]
    documents = register_of(tmp_path, results)["documents"]
    assert len(documents) == 2 and set(documents["status"]) == {"here"}


# -- Order and batches -----------------------------------------------------------------------------------------------

NUMBERS = (
    "18-CT/TW", "23/CT-TTg", "23/TTg", "19/KH-BATGT", "30/2020/NĐ-CP", "31/2024/QH15", "32/2024/QH15", "32/2024/QH", "18",
    "4625/BNV-CCHC",
)  # fmt: skip
DAYS = (None, "2012-09-04", "2012-04-09", "2020-03-05", "2023-03-13", "2024", "2024-01-18", "2024-06-27", "2025-07-09")
ISSUERS = (None, "ban-bi-thu", TRA_CU, TRA_VINH, "chinh-phu")
SUBJECTS = (None, SUBJECT, "Đất đai", "kiểm tra bếp ăn trường học mầm non")

CITED = st.builds(
    citation,
    st.sampled_from(NUMBERS),
    st.sampled_from(DAYS),
    st.sampled_from(ISSUERS),
    subject=st.sampled_from(SUBJECTS),
    relation=st.sampled_from(("basis", "implements", "mentions", "replaces")),
    via=st.sampled_from((None, "CT:18-CT/TW")),
) | st.builds(
    citation, st.none(), st.sampled_from((None, "2024", "2024-01-18", "2024-06-27", "2013")), st.none(), name=st.just("Luật Đất đai"), doc_type=st.just("L")
)  # fmt: skip
OWN = st.builds(
    plan_of,
    st.sampled_from((None, "19/KH-BATGT", "7/KH-BATGT")),
    st.sampled_from((None, "2023-03-13", "2025-07-09")),
    st.sampled_from((None, TRA_CU, TRA_VINH)),
    st.sampled_from(("Trồng cây ven sông", "Kiểm tra bếp ăn trường học")),
)


@settings(max_examples=25)
@given(st.lists(st.tuples(OWN, st.lists(CITED, max_size=4)), min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_order_and_batches_do_not_matter(
    tmp_path_factory: pytest.TempPathFactory, documents: list[Any], draw: random.Random
) -> None:
    results = [result(f"{at}.txt", plan, *cited) for at, (plan, cited) in enumerate(documents)]
    formats = ("csv", "parquet", "jsonl")
    all_at_once = tmp_path_factory.mktemp("whole")
    whole = register_of(all_at_once, results, formats)
    folder = tmp_path_factory.mktemp("parts")
    shuffled = draw.sample(results, len(results))
    cut = draw.randint(0, len(shuffled))
    stranger = result(
        "stranger.txt", plan_of("1/KH-UBND", "2020-01-01"), citation("18-CT/TW", "2013-01-01", "ban-bi-thu")
    )
    with patch.object(changes, "_MOST", 99):  # rows that changed are put among those that are there, however many
        for part in ([stranger, *shuffled[:cut]], shuffled):
            parts = register_of(folder, part, formats)
    for name, frame in whole.items():
        pd.testing.assert_frame_equal(frame, parts[name])
    for name in (*GRAPHS, *(f"{table}.{format_}" for table in whole for format_ in ("csv", "jsonl"))):
        assert (folder / name).read_text(encoding="utf-8") == (all_at_once / name).read_text(encoding="utf-8")


def test_a_batch_that_joins_does_not_read_the_others_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    results = [
        citing(f"{at}.txt", citation("48/NQ-CP", "2022-05-04", "chinh-phu"), number=f"{at}/KH-UBND")
        for at in range(1, 5)
    ]
    register_of(tmp_path, results[:3])
    read: list[str] = []
    rows = update.Filler.add

    def add(self: Any, tables: Any, new: set[str]) -> None:
        read.extend(new)
        rows(self, tables, new)

    monkeypatch.setattr(update.Filler, "add", add)
    register_of(tmp_path, results)
    assert read == [results[3].document_id]
    summary = update_register(tmp_path)
    assert not summary.written and summary.documents == 5


# -- Bad input -------------------------------------------------------------------------------------------------------


def test_documents_that_carry_out_each_other(tmp_path: Path) -> None:
    numbers = ["1/KH-UBND", "2/KH-UBND", "3/KH-UBND"]
    results = [
        result(
            f"{at}.txt",
            plan_of(number, "2023-05-20", "ubnd@district-849-2024", f"Kế hoạch {at}"),
            citation(numbers[at - 2], "2023-05-20", "ubnd@district-849-2024", relation="implements"),
            citation(number, "2023-05-20", "ubnd@district-849-2024", relation="implements"),
        )
        for at, number in enumerate(numbers)
    ]
    tables = register_of(tmp_path, results)
    assert len(tables["edges"]) == 3 and not (tables["edges"]["source"] == tables["edges"]["target"]).any()
    (dossier,) = cite("1/KH-UBND", tmp_path)
    assert [len(way) for way in dossier.up] == [2]
    assert draw(tmp_path).drawn == 3


def test_a_document_that_cites_5000_others(tmp_path: Path) -> None:
    cited = [citation(f"{at}/QĐ-TTg", "2021-05-04", "thu-tuong-chinh-phu") for at in range(1, 5001)]
    tables = register_of(tmp_path, [citing("a.txt", *cited)])
    assert len(tables["documents"]) == 5001 and len(tables["edges"]) == 5000
    assert draw(tmp_path, "7/KH-UBND").drawn == 60
    assert len(cite("7/KH-UBND", tmp_path)[0].up) <= 200


def test_two_runs_at_once(tmp_path: Path) -> None:
    results = [
        citing(f"{at}.txt", citation("48/NQ-CP", "2022-05-04", "chinh-phu"), number=f"{at}/KH-UBND")
        for at in range(1, 40)
    ]
    write_tables(tmp_path, results)
    code = f"from vnplan.register.update import update_register; update_register({str(tmp_path)!r})"
    runs = [subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True) for _ in range(3)]
    assert [(run.communicate(timeout=120)[1], run.returncode) for run in runs] == [("", 0)] * 3
    assert len(tables_of(tmp_path)["documents"]) == 40


@pytest.mark.parametrize("name", ["register.sqlite", "search.sqlite"])
def test_a_damaged_index_is_made_again_and_said(tmp_path: Path, name: str) -> None:
    results = [citing("a.txt", citation("48/NQ-CP", "2022-05-04", "chinh-phu"))]
    before = register_of(tmp_path, results)
    path = tmp_path / "register" / name
    path.write_bytes(b"no database" * 500)
    said: list[str] = []
    update_register(tmp_path, said.append)
    assert len(said) == 1 and name in said[0] and "made again" in said[0]
    for table, frame in tables_of(tmp_path).items():
        pd.testing.assert_frame_equal(frame, before[table])


@pytest.mark.parametrize("name", ["register.sqlite", "search.sqlite", "register.sqlite-journal", "lock"])
@pytest.mark.parametrize("what", ["link", "link to nothing", "pipe"])
def test_what_is_no_file_in_the_place_of_an_index_is_made_anew(tmp_path: Path, name: str, what: str) -> None:
    """A link is not followed: who may write in the output could have any file written to. A pipe holds nothing up."""
    out, other = tmp_path / "out", tmp_path / "other"
    results = [citing("a.txt", citation("48/NQ-CP", "2022-05-04", "chinh-phu"))]
    before = register_of(out, results)
    path = out / "register" / name
    path.unlink(missing_ok=True)
    if what == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(other)
    if what == "link":
        other.write_bytes(b"")
    said: list[str] = []
    update_register(out, said.append)
    assert len(said) == (name != "lock")
    assert path.is_file() or name.endswith("journal")
    assert not path.is_symlink()
    assert other.exists() == (what == "link") and (what != "link" or other.read_bytes() == b"")
    for table, frame in tables_of(out).items():
        pd.testing.assert_frame_equal(frame, before[table])


def test_a_register_that_is_a_link_is_refused(tmp_path: Path) -> None:
    out, other = tmp_path / "out", tmp_path / "other"
    write_tables(out, [citing("a.txt", citation("48/NQ-CP", "2022-05-04", "chinh-phu"))])
    other.mkdir()
    (out / "register").symlink_to(other)
    with pytest.raises(OutputError, match="is a link"):
        update_register(out)
    assert list(other.iterdir()) == []


def test_a_killed_update_leaves_the_register_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    results = [
        citing(f"{at}.txt", citation("48/NQ-CP", "2022-05-04", "chinh-phu"), number=f"{at}/KH-UBND") for at in (1, 2)
    ]
    register_of(tmp_path, results[:1])
    write_tables(tmp_path, results)
    with monkeypatch.context() as patch:
        patch.setattr(update, "_connect", lambda database: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            update_register(tmp_path)
    with sqlite3.connect(tmp_path / "register/register.sqlite") as database:
        assert database.execute("SELECT count(*) FROM documents").fetchone() == (1,)
    assert update_register(tmp_path).added == 1


def test_tables_that_a_run_exchanges_meanwhile_are_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    results = [
        citing(f"{at}.txt", citation("48/NQ-CP", "2022-05-04", "chinh-phu"), number=f"{at}/KH-UBND") for at in (1, 2)
    ]
    write_tables(tmp_path, results[:1])
    join, turns = update._join, iter([True])

    def exchanged(*arguments: Any) -> None:
        join(*arguments)
        if next(turns, False):
            write_tables(tmp_path, results)

    monkeypatch.setattr(update, "_join", exchanged)
    update_register(tmp_path)
    assert len(tables_of(tmp_path)["documents"]) == 3


def test_csv_alone(tmp_path: Path) -> None:
    results = [citing("a.txt", citation("48/NQ-CP", "2022-05-04", "chinh-phu"))]
    write_tables(tmp_path, results, ("csv",))
    assert update_register(tmp_path).documents == 2
    assert not (tmp_path / "documents.parquet").exists()
    assert (tmp_path / "documents.csv").read_text(encoding="utf-8-sig").startswith("id,status,")


# -- Files for others ------------------------------------------------------------------------------------------------


def test_the_graph_loads_in_networkx(tmp_path: Path) -> None:
    tables = register_of(
        tmp_path, [citing("a.txt", citation("48/NQ-CP", "2022-05-04", "chinh-phu", subject="a < b & “c”\x01"))]
    )
    graph = nx.read_graphml(tmp_path / GRAPHS[0])
    assert set(graph.nodes) == set(tables["documents"]["id"])
    assert graph.number_of_edges() == len(tables["edges"])
    loaded = nx.node_link_graph(json.loads((tmp_path / GRAPHS[1]).read_text(encoding="utf-8")), edges="edges")
    assert set(loaded.nodes) == set(graph.nodes)


def test_the_drawing_is_whole(tmp_path: Path) -> None:
    cited = [
        citation(f"{at}/QĐ-TTg", "2021-05-04", "thu-tuong-chinh-phu", subject="PHÁT TRIỂN HẠ TẦNG TRONG CÁC KHU CÔNG NGHỆ CAO " * 5)
        for at in range(1, 20)
    ]  # fmt: skip
    register_of(tmp_path, [citing("a.txt", *cited)])
    picture = draw(tmp_path)
    assert picture.svg == draw(tmp_path).svg
    root = ET.fromstring(picture.svg)
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    boxes = [box for box in root.iter("{http://www.w3.org/2000/svg}rect") if box.attrib["width"] == str(_BOX[0])]
    assert len(boxes) == 20
    corners = sorted((float(box.attrib["x"]), float(box.attrib["y"])) for box in boxes)
    assert len(set(corners)) == 20
    assert all(x >= 0 and x + _BOX[0] <= width and y >= 0 and y + _BOX[1] <= height for x, y in corners)
    texts = [text.text or "" for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert max(map(len, texts)) <= 40


# -- Real documents --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def seeds(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    out = tmp_path_factory.mktemp("seeds")
    shutil.copytree(shared / "seeds", out / "in")
    extract_folder(out / "in", out / "out", settings=Settings(ner="none"), formats=("parquet",), cache=False)
    update_register(out / "out")
    return tables_of(out / "out")


def test_seeds(seeds: dict[str, pd.DataFrame]) -> None:
    documents, edges, conflicts = (seeds[name] for name in ("documents", "edges", "conflicts"))
    assert list(documents[documents["number"] == "18-CT/TW"]["id"]) == ["vn/ct/18-ct-tw/2012"]
    (conflict,) = conflicts.to_dict("records")
    assert (conflict["kind"], conflict["likely"]) == ("date", "2012-09-04") and conflict["reason"]
    assert sorted(conflict["values"]) == ["2012-04-09", "2012-09-04"]
    ways = set(zip(edges["source"], edges["target"], strict=True))
    chain = [documents[documents["number"] == number]["id"].item() for number in ("140-KH/TU", "35-CTr/TU", "23-CT/TW")]
    assert {(chain[0], chain[1]), (chain[1], chain[2])} <= ways
    boards = documents[documents["number"].fillna("").str.endswith("KH-BATGT") & (documents["province"] == "tra-vinh")]
    assert sorted(boards["level"]) == ["district", "district", "province", "province"]
    assert not (edges["source"] == edges["target"]).any()
