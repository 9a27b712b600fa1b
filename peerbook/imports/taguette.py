"""Taguette: its CSV of highlights (one row a highlight and tag) and of the codebook. Neither has offsets."""

from __future__ import annotations

from pathlib import Path

from peerbook.imports import tables
from peerbook.imports.assembled import Code, Coding, Export, Issue, Source

HIGHLIGHTS = ("id", "document", "tag", "content")
CODEBOOK = ("tag", "description", "number of highlights")


def recognises(path: Path) -> bool:
    """Say whether a CSV has the columns of one of the two."""
    columns = set(tables.header(path))
    return columns.issuperset(HIGHLIGHTS) or columns.issuperset(CODEBOOK)


def read_csv(path: Path) -> Export:
    """Read highlights, or a codebook. A tag such as "V1.V1a" belongs to the tag "V1", if there is one.

    Raises
    ------
    DataError
        If the CSV is damaged.
    """
    rows = tables.rows(path)
    if not set(rows).issuperset(HIGHLIGHTS):
        described = dict(zip(rows["tag"], rows["description"], strict=True))
        parents = dict(zip(rows["tag"], rows["parent"], strict=True)) if "parent" in rows else {}
        return Export(codes=tuple(_codes(described, parents)))
    codings = tuple(
        Coding(row["document"], row["tag"], row["content"])
        for row in rows.sort_values("id", key=lambda ids: ids.str.zfill(12), kind="stable").to_dict("records")
    )
    untagged = int((rows["tag"] == "").sum())
    issues = [Issue("", "highlights have no offsets", "segments are known by document and words")]
    issues += (
        [Issue("", f"{untagged} highlights without a tag", "kept as segments without a code")]
        if untagged
        else []
    )
    return Export(
        codes=tuple(_codes(dict.fromkeys(sorted(set(rows["tag"]) - {""}), ""), {})),
        sources=tuple(Source(name, name) for name in rows["document"].drop_duplicates()),
        codings=codings,
        issues=tuple(issues),
    )


def _codes(described: dict[str, str], parents: dict[str, str]) -> list[Code]:
    return [
        Code(tag, tag.rpartition(".")[2] or tag, parents.get(tag) or _parent(tag, described), text)
        for tag, text in described.items()
    ]


def _parent(tag: str, known: dict[str, str]) -> str:
    parent = tag.rpartition(".")[0]
    return parent if parent in known else ""
