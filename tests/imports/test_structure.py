from __future__ import annotations

import zipfile

import pytest

from peerbook.errors import DataError
from peerbook.imports.structure import read_structures

LSS = """<?xml version="1.0" encoding="UTF-8"?>
<document><LimeSurveyDocType>Survey</LimeSurveyDocType><DBVersion>{version}</DBVersion>
{tables}</document>"""


def table(name: str, *rows: dict[str, object]) -> str:
    cells = ["".join(f"<{key}><![CDATA[{value}]]></{key}>" for key, value in row.items()) for row in rows]
    return f"<{name}><rows>{''.join(f'<row>{row}</row>' for row in cells)}</rows></{name}>"


OLD = LSS.format(
    version=178,
    tables=table("answers", {"qid": 1, "code": "A1", "answer": "North"},
                 {"qid": 1, "code": "A2", "answer": "South"})
    + table(
        "questions",
        {"qid": 2, "parent_qid": 0, "title": "EMP", "type": "M", "question": "Work", "question_order": 2},
        {"qid": 1, "parent_qid": 0, "title": "REG", "type": "L", "question": "<p>Where&nbsp;from?</p>",
         "other": "Y", "question_order": 1},
    )
    + table("subquestions", {"qid": 3, "parent_qid": 2, "title": "SQ001", "question": "Full-time"}),
)  # fmt: skip
NEW = LSS.format(
    version=600,
    tables=table("answers", {"aid": 9, "qid": 1, "code": "A1"})
    + table("answer_l10ns", {"aid": 9, "answer": "North"})
    + table("questions", {"qid": 1, "parent_qid": 0, "title": "REG", "type": "L"},
            {"qid": 4, "parent_qid": 0, "title": "SUP", "type": ":"},
            {"qid": 7, "parent_qid": 0, "title": "OK", "type": "Y"})
    + table("question_l10ns", {"qid": 1, "question": "Where from?"}, {"qid": 5, "question": "Informal"},
            {"qid": 6, "question": "given"})
    + table("subquestions", {"qid": 5, "parent_qid": 4, "title": "INF", "scale_id": 0},
            {"qid": 6, "parent_qid": 4, "title": "GIV", "scale_id": 1}),
)  # fmt: skip


def test_an_old_structure_has_its_texts_in_line(tmp_path):
    (tmp_path / "survey.lss").write_text(OLD)
    (found,) = read_structures([tmp_path / "survey.lss"])
    assert list(found) == ["REG", "REG[other]", "EMP[SQ001]"]
    assert found["REG"].text == "Where from?"
    assert found["REG"].answers == {"A1": "North", "A2": "South", "-oth-": "Other"}
    assert (found["EMP[SQ001]"].text, found["EMP[SQ001]"].part, found["EMP[SQ001]"].answers) == (
        "Work",
        "Full-time",
        {"Y": "Yes"},
    )
    assert found["REG[other]"].free_text


def test_a_new_structure_has_its_texts_apart_and_may_be_in_an_archive(tmp_path):
    with zipfile.ZipFile(tmp_path / "survey.lsa", "w") as archive:
        archive.writestr("survey_1.lss", NEW)
        archive.writestr("survey_1_tokens.lst", "<names/>")
    (found,) = read_structures([tmp_path / "survey.lsa"])
    assert found["REG"].answers == {"A1": "North"}
    assert (found["SUP[INF_GIV]"].part, found["OK"].answers["Y"]) == ("Informal, given", "Yes")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "words",
        "<document/>",
        "<a><b></a>",
        '<!DOCTYPE x [<!ENTITY a "b">]><document>&a;</document>',
        "PK\x03\x04",
    ],
)
def test_another_file_is_refused(tmp_path, text):
    (tmp_path / "survey.lss").write_text(text)
    with pytest.raises(DataError, match=r"survey.lss: not the structure of a LimeSurvey survey"):
        read_structures([tmp_path / "survey.lss"])
