from __future__ import annotations

from peerbook.builder.assemble import less_absent


def test_links_to_chapters_of_other_books_become_words(project):
    text = "[Alpha](tiny/alpha.ipynb#a), [Beta](tiny/beta.ipynb), [Gone](tiny/gone.ipynb), [](how_to_read.md)"
    left = less_absent(text, {"tiny/alpha"}, project / "notebooks")
    assert left == "[Alpha](tiny/alpha.ipynb#a), Beta, [Gone](tiny/gone.ipynb), [](how_to_read.md)"
