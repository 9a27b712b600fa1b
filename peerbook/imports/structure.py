"""The structure of a LimeSurvey survey (.lss, or the .lss in a .lsa): what its codes stand for.

Only used to match columns with fields: the wording of questions is not kept.
"""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from peerbook.errors import DataError

LARGEST = 50_000_000  # bytes of a structure
YES_NO = {"Y": "Yes", "N": "No"}
FIXED = {  # answers that LimeSurvey itself gives to a type of question
    "Y": YES_NO,
    "G": {"M": "Male", "F": "Female"},
    "C": {"Y": "Yes", "U": "Uncertain", "N": "No"},
    "E": {"I": "Increase", "S": "Same", "D": "Decrease"},
}
TEXTS = {"S", "T", "U", "Q", ";", "|"}
BOXES = {"M", "P"}


@dataclass(frozen=True)
class Question:
    """What a column of an export asks.

    Attributes
    ----------
    text, part : str
        The question, and its row or box; without markup.
    answers : mapping of str to str
        Answer codes and what they say.
    free_text : bool
        Whether any text may be typed.
    """

    text: str
    part: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    free_text: bool = False


def read_structures(paths: Iterable[str | Path]) -> list[dict[str, Question]]:
    """Return the questions of each of some surveys by the code that heads their column.

    Raises
    ------
    DataError
        If a file is not there or is no structure of LimeSurvey.
    """
    return [_questions(_tables(Path(path))) for path in paths]


def _tables(path: Path) -> dict[str, list[dict[str, str]]]:
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    wrong = DataError(f"{path.name}: not the structure of a LimeSurvey survey. Export it as .lss.")
    try:
        raw = path.read_bytes()
        if raw.startswith(b"PK"):
            with zipfile.ZipFile(path) as archive:
                inner = next(entry for entry in archive.infolist() if entry.filename.endswith(".lss"))
                raw = archive.read(inner) if inner.file_size <= LARGEST else b""
        root = fromstring(raw[:LARGEST])
    except (OSError, StopIteration, zipfile.BadZipFile, ParseError, DefusedXmlException, ValueError) as error:
        raise wrong from error
    if root.tag != "document" or root.findtext("LimeSurveyDocType") != "Survey":
        raise wrong
    return {
        table.tag: [{cell.tag: cell.text or "" for cell in row} for row in table.iterfind("rows/row")]
        for table in root
    }


def _questions(tables: Mapping[str, list[dict[str, str]]]) -> dict[str, Question]:
    texts = {row["qid"]: row.get("question", "") for row in tables.get("question_l10ns", ()) if "qid" in row}
    said = {row["aid"]: row.get("answer", "") for row in tables.get("answer_l10ns", ()) if "aid" in row}
    answers: dict[str, dict[str, str]] = {}
    for row in tables.get("answers", ()):
        label = row.get("answer") or said.get(row.get("aid", ""), "")
        answers.setdefault(row.get("qid", ""), {})[row.get("code", "")] = plain(label)
    parts: dict[str, list[dict[str, str]]] = {}
    inner = [row for row in tables.get("questions", ()) if row.get("parent_qid", "0") not in ("0", "")]
    for row in sorted(
        (*tables.get("subquestions", ()), *inner), key=lambda row: _order(row, "question_order")
    ):
        parts.setdefault(row.get("parent_qid", ""), []).append(row)
    found = {}
    groups = {row.get("gid", ""): _order(row, "group_order") for row in tables.get("groups", ())}
    asked = [row for row in tables.get("questions", ()) if row.get("parent_qid", "0") in ("0", "")]
    asked.sort(key=lambda row: (groups.get(row.get("gid", ""), 0), _order(row, "question_order")))
    for row in asked:
        if row.get("title"):
            found |= _columns(row, parts.get(row.get("qid", ""), []), answers, texts)
    return found


def _order(row: Mapping[str, str], name: str) -> int:
    return int(row[name]) if row.get(name, "").isdigit() else 0


def _columns(
    row: Mapping[str, str],
    parts: list[dict[str, str]],
    answers: Mapping[str, Mapping[str, str]],
    texts: Mapping[str, str],
) -> dict[str, Question]:
    """Return the columns that a question has in an export."""

    def words(of: Mapping[str, str]) -> str:
        return plain(of.get("question") or texts.get(of.get("qid", ""), ""))

    code, kind = row.get("title", ""), row.get("type", "")
    asked = words(row)
    labels = FIXED.get(kind) or dict(answers.get(row.get("qid", ""), {}))
    free = kind in TEXTS
    if kind in BOXES:
        labels = {"Y": "Yes"}
    by_scale = [[part for part in parts if part.get("scale_id", "0") == scale] for scale in ("0", "1")]
    found = {}
    if not parts:
        found[code] = Question(asked, "", labels, free)
    for part in by_scale[0]:
        for across in by_scale[1] or [{}]:
            name = "_".join(filter(None, (part.get("title", ""), across.get("title", ""))))
            part_words = ", ".join(filter(None, (words(part), words(across) if across else "")))
            found[f"{code}[{name}]"] = Question(asked, part_words, labels, free)
    if row.get("other") == "Y":
        found[f"{code}[other]"] = Question(asked, "other", free_text=True)
        if not parts:
            found[code] = Question(asked, "", {**labels, "-oth-": "Other"}, free)
    if kind in ("O", "P"):
        found[f"{code}[comment]"] = Question(asked, "comment", free_text=True)
    return found


def plain(text: str) -> str:
    """Return words without markup.

    Examples
    --------
    >>> plain("<p>How <b>often</b>&nbsp;did you?</p>")
    'How often did you?'
    """
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", text))).replace("\xa0", " ").strip()
