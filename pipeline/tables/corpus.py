"""The tables of the register: `documents`, `edges`, `conflicts`, declared as those of the facts are.

The room `register` fills them; they are declared here, so that whoever reads tables reads these too.
"""

# One column a line, however long: this file is read as a table.
# ruff: noqa: E501
# fmt: off
from __future__ import annotations

from typing import Literal, get_args

from ..records import Level, Relation
from .schema import Column, Table

DocumentStatus = Literal["here", "cited", "open"]
ConflictKind = Literal["date", "issuer", "type", "number_year", "order", "impossible_date", "own_number", "basis_replaced"]

DOCUMENTS = Table(
    "documents",
    "A document that was read, or that one which was read cites.",
    (
        Column("id", "string", "Canonical id: type, number, year, and the units of an issuer that is one of many: `vn/kl/45-kl-tw/2019`.", "id", required=True),
        Column("status", "string", "`here`: its own text was read; `cited`: only cited; `open`: cited in a way that leaves open which document is meant.", "status", get_args(DocumentStatus), True),
        Column("doc_type", "string", "Abbreviation of its type.", "doc_type"),
        Column("number", "string", "Its number; null for a document without one.", "number"),
        Column("date", "string", "ISO day that is best supported, a year where no more is known.", "date"),
        Column("date_reason", "string", "Why this date: own letterhead, the directives known beforehand, or how many documents give it.", "date_reason"),
        Column("issuer", "string", "Issuing body, in the words of the best mention.", "issuer"),
        Column("issuer_id", "string", "Canonical id of the issuing body.", "issuer_id"),
        Column("level", "string", "Level of the issuing body.", "level", get_args(Level)),
        Column("province", "string", "Province of the issuing body, without marks; null for a central body.", "province"),
        Column("subject", "string", "What it is about: its own title, else as it is cited.", "subject"),
        Column("mentions", "integer", "How often other documents mention it.", "mentions", required=True),
        Column("cited_by", "integer", "How many other documents mention it.", "cited_by", required=True),
        Column("document_ids", "strings", "Keys in `plans` of its own text; several for copies.", "document_ids", required=True),
        Column("candidates", "strings", "Ids of the documents that an open one may be.", "candidates", required=True),
        Column("replaced_by", "strings", "Ids of documents that, in the words of a document here, replace or repeal it.", "replaced_by", required=True),
        Column("amended_by", "strings", "Ids of documents that, in the words of a document here, amend it.", "amended_by", required=True),
        Column("conflicts", "strings", "Ids of its conflicts.", "conflicts", required=True),
        Column("warnings", "strings", "Those of its conflicts that concern its own text, in words.", "warnings", required=True),
        Column("known_from", "string", "Source of what was known beforehand of it.", "known_from"),
    ),
    None,
    formats=("csv", "parquet", "jsonl"),
)

EDGES = Table(
    "edges",
    "A relation between two documents in the words of a third, or of the first.",
    (
        Column("source", "string", "Id of the document that stands in the relation: key of `documents`.", "source", required=True),
        Column("target", "string", "Id of the document it stands to.", "target", required=True),
        Column("relation", "string", "How the source stands to the target.", "relation", get_args(Relation), True),
        Column("documents", "integer", "How many documents say so.", "documents", required=True),
        Column("mentions", "integer", "How often they say so.", "mentions", required=True),
        Column("document_ids", "strings", "Keys in `plans` of those documents, twenty at most.", "document_ids", required=True),
        Column("text", "string", "The words of the first of them.", "text", required=True),
        Column("page", "integer", "Page of these words, 1-based; null for formats without pages.", "page"),
        Column("section", "string", "Where they stand.", "section"),
        Column("fact_id", "string", "Their citation: key of `citations`; null for a letterhead.", "fact_id"),
        Column("source_is_here", "boolean", "The text of the source was read.", "source_is_here", required=True),
        Column("target_is_here", "boolean", "The text of the target was read.", "target_is_here", required=True),
    ),
    None,
    formats=("csv", "parquet", "jsonl"),
)

CONFLICTS = Table(
    "conflicts",
    "What documents say against each other, or against themselves.",
    (
        Column("id", "string", "Names the conflict.", "id", required=True),
        Column("kind", "string", "What it is about.", "kind", get_args(ConflictKind), True),
        Column("document", "string", "Id of the document that it is about: key of `documents`.", "document", required=True),
        Column("values", "strings", "What is said, each once; the likely one first.", "values", required=True),
        Column("likely", "string", "The likely reading; null where nothing speaks for one.", "likely"),
        Column("reason", "string", "Why they contradict, in words.", "reason", required=True),
        Column("evidence", "strings", "Each value with its source, page and words.", "evidence", required=True),
        Column("document_ids", "strings", "Keys in `plans` of the documents that say so.", "document_ids", required=True),
        Column("fact_ids", "strings", "Their citations: keys of `citations`; '' for a letterhead.", "fact_ids", required=True),
    ),
    None,
    formats=("csv", "parquet", "jsonl"),
)

REGISTER_TABLES = (DOCUMENTS, EDGES, CONFLICTS)
REGISTER_FILES = tuple(f"{table.name}.{format_}" for table in REGISTER_TABLES for format_ in table.formats)
