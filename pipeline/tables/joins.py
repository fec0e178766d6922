"""The joins that people need most, over the frames of `load_tables`.

Each takes the frames by name and gives a new frame; none changes what it was given.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

Frames = Mapping[str, "pd.DataFrame"]

# A fact table has a `number`, `date` or `issuer` of its own: what comes from its plan says so.
_OF_THE_PLAN = {
    "source": "source",
    "doc_type": "plan_type",
    "number": "plan_number",
    "issue_date": "plan_date",
    "issue_year": "plan_year",
    "place": "plan_place",
    "issuing_body": "plan_issuer",
    "issuing_body_id": "plan_issuer_id",
    "title": "plan_title",
}


_WHERE = {"level": "plan_level", "province": "plan_province", "province_id": "plan_province_id"}
_WHERE_NOW = {"province_2025": "plan_province_2025"}


def with_plan(tables: Frames, name: str, *, geo: bool = False, duplicates: bool = True) -> pd.DataFrame:
    """The facts of a table, each with the plan that it stands in.

    Args:
        tables: From `load_tables`.
        name: A table with a column `document_id`: `targets`, `citations`, `responsibilities`, …
        geo: With the level of the issuing body and its province too: `plan_level`, `plan_province`,
            `plan_province_id`, and `plan_province_2025`, its name since the mergers of 1 July 2025.
        duplicates: Whether facts of documents stay whose content another document has too (`plans.duplicate_of`).

    Returns:
        The table's rows in their order; after `document_id` stand `source`, `plan_type`, `plan_number`, `plan_date`,
        `plan_year`, `plan_place`, `plan_issuer`, `plan_issuer_id` and `plan_title`, null where the plan's field is.

    Raises:
        UsageError: There is no such table of facts.
    """
    if name == "plans" or name not in tables or "document_id" not in tables[name]:
        known = ", ".join(key for key in tables if key != "plans")
        raise UsageError(f"no table of facts is called {name!r}; there are: {known}")
    facts = tables[name]
    if not duplicates:
        again = tables["plans"].loc[tables["plans"]["duplicate_of"].notna(), "document_id"]
        facts = facts[~facts["document_id"].isin(again)].reset_index(drop=True)
    wanted = {**_OF_THE_PLAN, **_WHERE, **_WHERE_NOW} if geo else _OF_THE_PLAN
    plans = tables["plans"][["document_id", *wanted]].rename(columns=wanted)
    # `errors` and `pages` have columns of the same names: the fact's own stay.
    plans = plans.drop(columns=[column for column in plans if column in facts and column != "document_id"])
    joined = facts.merge(plans, on="document_id", how="left", validate="many_to_one")
    first = [column for column in plans if column != "document_id"]
    return joined[["document_id", *first, *(column for column in facts if column != "document_id")]]


_OBLIGATION = [
    "body", "body_id", "role", "task", "due_from", "due_to", "deadline", "recurs", "output", "report_to",
]  # fmt: skip
_PLACE = ["section", "page", "confidence", "task_id", "fact_id"]


def obligations(tables: Frames, *, geo: bool = False, duplicates: bool = True) -> pd.DataFrame:
    """Who must do what by when: a row for each body that a task charges.

    Args:
        tables: From `load_tables`.
        geo: As for `with_plan`.
        duplicates: As for `with_plan`.

    Returns:
        After `document_id` and the plan's columns (see `with_plan`): `body`, `body_id`, `role`, `task` (words),
        `due_from`, `due_to` (days), `deadline` (words or ISO day), `recurs`, `output`, `report_to`; then `section`,
        `page`, `confidence`, `task_id` and `fact_id`. In the order of the documents; a task whose days are not known
        has null for them.
    """
    charged = with_plan(tables, "responsibilities", geo=geo, duplicates=duplicates)
    keys = ["document_id", "task_id"]  # the same content under two names gives two documents with equal tasks
    tasks = tables["tasks"][[*keys, "due_from", "due_to", "recurs", "output", "report_to"]]
    joined = charged.merge(tasks, on=keys, how="left", validate="many_to_one")
    first = [column for column in joined if column == "document_id" or column in _OF_PLAN_NAMES]
    return joined[[*first, *_OBLIGATION, *_PLACE]]


_OF_PLAN_NAMES = {*_OF_THE_PLAN.values(), *_WHERE.values(), *_WHERE_NOW.values()}


def citations_within(tables: Frames) -> pd.DataFrame:
    """The citations of plans that lie in the same folder: which plan cites which.

    A citation means a plan of the folder when type and number agree, and neither the dates nor the issuers speak
    against it (a year is compared with the year). Numbers are given anew each year by every office, so several plans
    may fit: then the citation is left out, as a guess would be worse. Mentions of the plan itself are left out too.

    Args:
        tables: From `load_tables`.

    Returns:
        The rows of `with_plan(tables, "citations")` that mean exactly one plan, with `cited_document_id` and
        `cited_source` at the end.
    """
    citing = with_plan(tables, "citations")
    plans = tables["plans"][["document_id", "source", "doc_type", "number", *_COMPARED]]
    plans = plans[plans["number"].notna()].rename(
        columns={"document_id": "cited_document_id", "source": "cited_source"}
    )
    others = citing[~citing["is_self"] & citing["number"].notna()]
    pairs = others.reset_index(names="_row").merge(plans, on=["doc_type", "number"])
    fits = _dates_agree(pairs) & _issuers_agree(pairs) & (pairs["document_id"] != pairs["cited_document_id"])
    pairs = pairs[fits]
    alone = pairs.groupby("_row")["cited_document_id"].transform("size") == 1
    found: pd.DataFrame = pairs[alone].drop(columns=["_row", *_COMPARED])
    return found.reset_index(drop=True)


_COMPARED = ["issue_date", "issue_year", "issuing_body_id"]


def _dates_agree(pairs: pd.DataFrame) -> pd.Series[bool]:
    """Whether the date in the citation may be that of the plan: days are compared where both are known, else years."""
    given, day = pairs["date"], pairs["issue_date"].dt.strftime("%Y-%m-%d").astype("string")
    year = pairs["issue_year"].astype("string")
    same = (given == day).where(day.notna() & (given.str.len() == 10), given.str[:4] == year)
    agree: pd.Series[bool] = same.where(given.notna() & year.notna(), True).astype(bool)
    return agree


def _issuers_agree(pairs: pd.DataFrame) -> pd.Series[bool]:
    """Whether the issuer in the citation may be that of the plan, by their ids (`ubnd@district-492-2024#chu-tich`).

    Units changed in 2025: of ids from before and after, only the kind of body and the level of its unit are compared.
    """
    cited, own = (pairs[name].str.extract("^([^#]*)", expand=False) for name in ("issuer_id", "issuing_body_id"))
    pattern = r"^(?P<kind>.*?)-(?P<code>[^-]+)-(?P<vintage>\d{4})$"
    one, other = cited.str.extract(pattern), own.str.extract(pattern)
    renamed = (one["vintage"] != other["vintage"]) & (one["kind"] == other["kind"])
    same = (cited == own) | renamed.fillna(False)
    agree: pd.Series[bool] = same.where(cited.notna() & own.notna(), True).astype(bool)
    return agree


def targets_by_indicator(tables: Frames) -> pd.DataFrame:
    """What was promised, indicator by indicator.

    Args:
        tables: From `load_tables`.

    Returns:
        A row for each indicator, direction and unit that occur together: `plans` (how many promise it), `targets` (how
        many times), `lowest` and `highest` figure, `years` (first and last year of issue, `2021–2024`), `sources`
        (their paths). Most frequent first. Only indicators of the vocabulary (`pipeline/knowledge/indicators.toml`)
        have a code under which plans can be compared; the others stand under the document's own words.
    """
    targets = with_plan(tables, "targets").astype({"source": object})  # so that lists of them stay Python lists
    groups = targets.groupby(["indicator", "direction", "unit"], observed=True, dropna=False)
    summary = groups.agg(
        plans=("document_id", "nunique"),
        targets=("document_id", "size"),
        lowest=("low", "min"),
        highest=("high", "max"),
        first=("plan_year", "min"),
        last=("plan_year", "max"),
        sources=("source", lambda paths: list(dict.fromkeys(paths))),
    ).reset_index()
    first, last = summary.pop("first").astype("string"), summary.pop("last").astype("string")
    summary.insert(7, "years", first.where(first == last, first + "–" + last))
    ordered: pd.DataFrame = summary.sort_values(
        ["plans", "targets", "indicator"], ascending=[False, False, True], kind="stable", ignore_index=True
    )
    return ordered
