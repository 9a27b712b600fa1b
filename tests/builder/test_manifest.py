from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest

from peerbook.builder import manifest


def test_hashes_name_every_file_relative_to_the_folder(tmp_path):
    (tmp_path / "coding").mkdir()
    (tmp_path / "coding" / "a.csv").write_text("a")
    (tmp_path / "logs.csv").write_text("")
    assert manifest.hashes(tmp_path) == {
        "coding/a.csv": "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
        "logs.csv": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    }


def test_data_count_as_real_unless_they_are_declared_synthetic(raw):
    package = raw / "datapackage.json"
    assert manifest.data_record(raw)["synthetic"] is True
    for text in ('{"synthetic": "true"}', '{"synthetic": false}', "{}"):
        package.write_text(text)
        assert manifest.data_record(raw)["synthetic"] is False
    package.unlink()
    assert manifest.data_record(raw)["synthetic"] is False


def test_a_data_record_holds_hashes_and_no_path(raw):
    record = manifest.data_record(raw)
    assert set(record["files"]) == {"datapackage.json", "answers.csv"}
    assert str(raw) not in json.dumps(record)
    (raw / "answers.csv").write_text("changed")
    assert manifest.data_record(raw) != record


def test_software_names_python_and_the_packages_that_make_the_numbers():
    versions = manifest.software()
    assert {"python", "pandas", "numpy", "papermill", "jupyter-book", "peerbook"} <= set(versions)
    assert all(re.match(r"\d", version) for version in versions.values())


@pytest.mark.parametrize("is_there", [False, True])
def test_without_a_git_that_runs_there_is_no_revision(tmp_path, monkeypatch, is_there):
    (tmp_path / ".git").mkdir()
    (tmp_path / "bin").mkdir()
    if is_there:
        (tmp_path / "bin" / "git").touch(mode=0o600)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert manifest.revision(tmp_path) is None


@pytest.mark.skipif(not shutil.which("git"), reason="needs git, to make a clone")
def test_a_revision_is_that_of_the_clone_only(tmp_path):
    assert manifest.revision(tmp_path) is None
    git = ["git", "-C", str(tmp_path), "-c", "user.name=x", "-c", "user.email=x@example.org"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "Start"], check=True)
    commit = manifest.revision(tmp_path)
    assert re.fullmatch(r"[0-9a-f]{40}", commit["commit"])
    assert commit["changed"] is False
    (tmp_path / "new").touch()
    assert manifest.revision(tmp_path)["changed"] is True
    (tmp_path / "inside").mkdir()
    assert manifest.revision(tmp_path / "inside") is None
