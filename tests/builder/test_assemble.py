from __future__ import annotations

from peerbook.builder.assemble import less_absent, unlink_absent


def test_links_to_chapters_of_other_books_become_words():
    text = "[Alpha](tiny/alpha.ipynb#a), [Beta](tiny/beta.ipynb), [Gone](tiny/gone.ipynb), [](how_to_read.md)"
    left = less_absent(text, {"tiny/beta"})
    assert left == "[Alpha](tiny/alpha.ipynb#a), Beta, [Gone](tiny/gone.ipynb), [](how_to_read.md)"


def test_links_to_chapters_that_were_not_built_leave_their_words(tmp_path):
    page = tmp_path / "tiny" / "beta.html"
    page.parent.mkdir()
    page.write_text(
        '<a href="alpha.html">all results</a>, <a class="x" href="alpha.html#fig-1"><b>one</b></a>, '
        '<a href="gamma.html">gamma</a>, <a href="my_alpha.html">mine</a>',
        encoding="utf-8",
    )
    unlink_absent(tmp_path, ["tiny/alpha"])
    assert page.read_text(encoding="utf-8") == (
        'all results, <b>one</b>, <a href="gamma.html">gamma</a>, <a href="my_alpha.html">mine</a>'
    )
