from __future__ import annotations

import pytest

from peerbook.audit.file import audit_file
from peerbook.errors import DataError


def write(folder, text):
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_in_a_file_is_audited_under_the_name_of_the_file(tmp_path):
    path = write(tmp_path, "outcome,change,mean,ci_low,ci_high,p_value\nhope,less,0.1,0,0.4,<0.001\n")
    found = audit_file(path)
    assert found.loc[0, ["table", "check"]].tolist() == ["table", "interval symmetric"]


def test_a_cell_that_is_no_number_is_named_by_row_and_column(tmp_path):
    path = write(tmp_path, "region,month,quarterly,monthly\nLeeds,1,5,2\nLeeds,2,five,2\n")
    with pytest.raises(DataError, match=r"row 3, column quarterly: found 'five', expected a number"):
        audit_file(path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DataError, match=r"missing\.csv: cannot be read"):
        audit_file(tmp_path / "missing.csv")
