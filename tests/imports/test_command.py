"""The command reads an export, says how it was read, and overwrites nothing."""

from __future__ import annotations

TAGUETTE = "id,document,tag,content\n1,Interview 1,Safety,we agreed\n"


def test_an_export_becomes_a_folder_of_tables_once(run, tmp_path):
    export = tmp_path / "highlights.csv"
    export.write_text(TAGUETTE)
    words = ("import-coding", str(export), str(tmp_path / "raw"), "--codebook", "values")
    code, said = run(*words)
    assert code == 0
    assert "highlights.csv: highlights have no offsets; segments are known by document and words" in said
    assert "1 codings of 1 segments written to" in said
    assert "import_record.json and import_issues.csv" in said
    assert "values,1,Safety" in (tmp_path / "raw" / "coding" / "codebooks.csv").read_text()
    assert "we agreed" not in (tmp_path / "raw" / "coding" / "segments.csv").read_text()
    code, said = run(*words)
    assert code == 10
    assert "would be overwritten" in said


def test_another_file_has_the_exit_code_of_data(run, tmp_path):
    code, said = run("import-coding", str(tmp_path / "missing.qdpx"), str(tmp_path))
    assert code == 10
    assert "no such file" in said
