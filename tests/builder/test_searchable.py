from __future__ import annotations

import re

from peerbook.builder.searchable import apart


def test_words_of_neighbouring_cells_stay_words():
    html = "<tr><th>hope</th><td>decreased</td><td>283</td></tr><p>One</p><p>Two</p>"
    stripped = re.sub(r"<[^<]+?>", "", apart(html))
    assert stripped.split() == ["hope", "decreased", "283", "One", "Two"]


def test_what_is_apart_stays_as_it_is():
    html = "<td>hope</td>\n<td>283</td> <em>x</em>y, see <a>a</a>, <span>b</span>."
    assert apart(html) == html
