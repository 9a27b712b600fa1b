from __future__ import annotations

import json
from dataclasses import replace

from peerbook.builder.contents import read_contents
from peerbook.builder.finding import terms, write_page

GLOSSARY = "# Glossary\n\n```{glossary}\nPair (of logs)\n  Two logs.\n\nKappa\nAlpha\n  Agreement.\n```\n"


def _output(folder, id, label, kind, caption):
    folder.mkdir(parents=True, exist_ok=True)
    record = {"id": id, "label": label, "kind": kind, "caption": caption}
    (folder / f"{id}.json").write_text(json.dumps(record))
    return f"{id}.json"


def test_tables_and_figures_are_listed_by_number_and_by_title(project, tmp_path):
    pages, outputs = tmp_path / "pages", tmp_path / "outputs"
    pages.mkdir()
    (pages / "glossary.md").write_text(GLOSSARY)
    folder = outputs / "tiny"
    names = [
        _output(folder, "table-4.10", "Table 4.10", "table", "Zeal & hope"),
        _output(folder, "table-4.2", "Table 4.2", "table", "Age"),
        _output(folder, "fig-1", "Figure 1", "figure", "Months"),
        _output(folder, "text-1", "Text 1", "text", ""),
    ]
    contents = replace(read_contents(project), after=("find",))
    write_page(contents, {"tiny/alpha": {"study": "tiny", "outputs": names}}, outputs, pages)
    text = (pages / "find.md").read_text()
    assert text.index("Table 4.2. Age") < text.index("Table 4.10. Zeal &amp; hope")
    assert '<a href="tiny/alpha.html#fig-1">Months (Figure 1)</a>' in text
    assert text.index("### A") < text.index("### M") < text.index("### Z")
    assert "{term}`Alpha`, {term}`Kappa`, {term}`Pair (of logs)`" in text
    assert "Text 1" not in text


def test_a_book_that_does_not_name_the_page_has_none(project, tmp_path):
    write_page(read_contents(project), {}, tmp_path, tmp_path)
    assert not (tmp_path / "find.md").exists()


def test_terms_of_one_entry_are_words_of_their_own():
    assert terms(GLOSSARY) == ["Alpha", "Kappa", "Pair (of logs)"]
    assert terms("# No glossary") == []
