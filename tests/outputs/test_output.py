from __future__ import annotations

import hashlib
import json
from dataclasses import FrozenInstanceError

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from matplotlib.figure import Figure

from peerbook import __version__
from peerbook.errors import PeerbookError
from peerbook.outputs import Output, OutputError, figure, label, shelf, style, table, text

DATA = pd.DataFrame({"area": ["City", "<b>Rural</b>"], "n": [1200, 1], "mean": [2.5, None]})


def draw(data: pd.DataFrame) -> Figure:
    drawn = Figure(figsize=(4, 3))
    drawn.subplots().plot(data["n"])
    return drawn


def picture(**changes) -> Output:
    given = {
        "id": "fig-4.1",
        "caption": "People by area",
        "alt": lambda data: f"{data['area'][0]} leads.",
        "data": DATA,
        "draw": draw,
    }
    return figure(**(given | changes))


def soup(output: Output) -> BeautifulSoup:
    return BeautifulSoup(output._repr_html_(), "html.parser")


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"caption": " "}, "no caption"),
        ({"alt": " "}, "no alternative text"),
        ({"id": "table-4.1"}, "not a good id"),
        ({"id": "fig-4.1 a"}, "not a good id"),
        ({"id": "fig-4.1A"}, "not a good id"),
    ],
)
def test_an_output_that_would_fail_its_reader_is_refused(changes, found):
    with pytest.raises(OutputError, match=found) as caught:
        picture(**changes)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, PeerbookError)
    assert "To put it right" in str(caught.value)


def test_unknown_kind_is_refused():
    with pytest.raises(OutputError, match="unknown kind"):
        Output("fig-1", "chart")


def test_an_output_is_frozen_and_keeps_its_own_data():
    data = DATA.copy()
    output = table("table-1", "Areas", data)
    data.loc[0, "n"] = -1
    assert output.data["n"].tolist() == [1200, 1]
    with pytest.raises(FrozenInstanceError):
        output.id = "table-2"


def test_labels():
    assert [label(id) for id in ("fig-4.7a", "table-a4.2", "text-4.1")] == [
        "Figure 4.7a",
        "Table A4.2",
        "Text 4.1",
    ]


def test_table_has_caption_scopes_and_escaped_cells():
    page = soup(table("table-1", "Areas & more", DATA, notes=["one <misprint>"]))
    assert page.table.caption.text == "Table 1. Areas & more Rebuilt"
    assert [th.text for th in page.find_all("th", scope="col")] == ["Area", "n", "Mean"]
    assert [th.text for th in page.find_all("th", scope="row")] == ["City", "<b>Rural</b>"]
    assert page.find("b") is None
    assert page.find(attrs={"aria-label": "missing"}).text == "–"
    assert page.find("ul", class_="peerbook-notes").li.text == "one <misprint>"


def test_a_table_has_no_box_to_scroll_and_aligns_numbers():
    page = soup(table("table-1", "Areas", DATA))
    assert page.find(attrs={"tabindex": True}) is None
    assert "overflow" not in str(page)
    aligned = [cell["style"] for cell in page.tbody.tr.find_all("td")]
    assert all(style.startswith("text-align:right") for style in aligned)


def test_rows_and_columns_can_be_grouped():
    shown = pd.DataFrame(
        [["1 (50%)", "2"], ["1 (50%)", None]],
        index=pd.MultiIndex.from_tuples([("Gender", "Male"), ("Gender", "Female")], names=["", "answer"]),
        columns=pd.MultiIndex.from_tuples([("Leeds", "n"), ("Leeds", "mean")]),
    )
    page = soup(table("table-1", "Areas", DATA, lambda _: shown))
    assert page.find("th", scope="rowgroup")["colspan"] == "3"
    assert page.find("th", scope="colgroup")["colspan"] == "2"
    assert [th.text for th in page.find_all("th", scope="row")] == ["Male", "Female"]


def test_figure_has_alternative_text_caption_and_its_data_as_a_table():
    page = soup(picture(alt=lambda _: 'City "leads" <clearly>.'))
    assert page.img["alt"] == 'City "leads" <clearly>.'
    assert page.img["src"].startswith("data:image/svg+xml;base64,")
    assert page.figcaption.text == "Figure 4.1. People by area Rebuilt"
    assert page.find_all("details")[1].table.caption.text == "Data of Figure 4.1"


def test_the_data_of_a_figure_can_be_a_list_of_lists():
    page = soup(
        figure("fig-1", "Areas", "Areas.", DATA, arrange=lambda data: {"Big": data["area"], "<Small>": []})
    )
    below = [each for each in page.find_all("details") if each.summary.text == "Figure 1: as a list"]
    assert len(below) == 1
    assert [item.text for item in below[0].ul.li.ul.find_all("li")] == list(DATA["area"])
    assert "<Small> (0)" in below[0].ul.text


def test_a_folded_figure_shows_its_caption_only():
    page = soup(figure("fig-1", "Areas", "Two areas.", DATA, lambda data: Figure(), folded=True))
    whole, folded = page.figure, page.figure.details
    assert [child.name for child in whole.find_all(recursive=False)] == ["figcaption", "details"]
    assert folded.summary.text == "Show Figure 1"
    assert folded.img["alt"] == "Two areas."
    assert folded.find(class_="peerbook-download")


def test_a_reader_can_take_a_figure_along():
    page = soup(picture())
    links = {a.text: a for a in page.find_all("a")}
    assert list(links) == ["Link", "Picture (SVG)", "Data (CSV)"]
    for said, a in links.items():
        assert a["aria-label"].startswith(said)
        assert a["aria-label"].endswith("Figure 4.1")
    assert links["Link"]["href"] == "#fig-4.1"
    assert links["Picture (SVG)"]["href"] == page.img["src"]
    cite = page.find(class_="peerbook-download").details
    assert cite.summary.text == "Cite Figure 4.1"
    assert cite.p.text == f"Figure 4.1. People by area (rebuilt). Made with peerbook {__version__}."


def test_a_phone_gets_a_picture_of_its_own_and_a_page_keeps_its_place():
    page = soup(picture())
    narrow = page.picture.source
    assert narrow["media"] == "(max-width: 40rem)"
    assert narrow["srcset"] != page.img["src"]
    assert narrow["width"] == str(round(style.NARROW * 96))
    assert int(narrow["height"]) > 0 < int(page.img["height"])


def test_ids_on_a_page_are_unique():
    panels = [picture(id=f"fig-4.7{letter}", draw=None) for letter in "ab"]
    page = soup(picture(id="fig-4.7a-b", panels=panels))
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert ids == ["fig-4.7a-b", "fig-4.7a", "fig-4.7b"]


def test_a_text_is_markdown_with_its_numbers_as_data():
    output = text("text-4.1", lambda n: f"There are **{n['people']}** people.", {"people": 2})
    assert output._repr_html_() is None
    assert output._repr_markdown_() == "There are **2** people."
    assert output.data.to_dict("records") == [{"name": "people", "value": 2}]
    assert output.record()["text"] == "There are **2** people."


def test_the_same_data_give_the_same_bytes(tmp_path):
    first, second = (picture().save(tmp_path / name) for name in "ab")
    assert first.read_bytes() == second.read_bytes() == b"area,n,mean\nCity,1200,2.5\n<b>Rural</b>,1,\n"
    assert picture().markup == picture().markup


def test_record_describes_and_hashes_the_csv(tmp_path):
    path = picture(notes=["few people"]).save(tmp_path)
    record = json.loads((tmp_path / "fig-4.1.json").read_text(encoding="utf-8"))
    assert record["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert record["notes"] == ["few people"]
    assert (record["columns"], record["rows"]) == (["area", "n", "mean"], 2)


def test_last_bits_of_a_number_do_not_reach_the_csv():
    near = pd.DataFrame({"mean": [0.1 + 0.2]})
    assert table("table-1", "Means", near).csv() == "mean\n0.3\n"


def test_shelf_without_a_folder_writes_nothing_and_the_link_carries_the_data():
    shown = shelf("")(picture())
    links = [a["href"].partition(";")[0] for a in soup(shown).find_all("a", download=True)]
    assert links == ["data:image/svg+xml", "data:text/csv"]


def test_shelf_shows_nothing_where_there_is_nothing_to_show(tmp_path):
    assert shelf(tmp_path / "outputs")(None) is None
    assert not (tmp_path / "outputs").exists()


def test_shelf_saves_panels_too_and_links_to_the_files(tmp_path):
    shown = shelf(tmp_path / "outputs")(picture(id="fig-4.7a-b", panels=[picture(id="fig-4.7a", draw=None)]))
    assert sorted(path.name for path in (tmp_path / "outputs").iterdir()) == [
        "fig-4.7a-b-narrow.svg",
        "fig-4.7a-b.csv",
        "fig-4.7a-b.json",
        "fig-4.7a-b.svg",
        "fig-4.7a.csv",
        "fig-4.7a.json",
    ]
    page = soup(shown)
    assert [a["href"] for a in page.find_all("a", download=True)] == [
        "outputs/fig-4.7a-b.svg",
        "outputs/fig-4.7a-b.csv",
        "outputs/fig-4.7a.csv",
    ]
    assert page.img["src"] == "outputs/fig-4.7a-b.svg"
    assert page.source["srcset"] == "outputs/fig-4.7a-b-narrow.svg"


def test_words_and_pictures_are_made_of_what_protection_lets_through(monkeypatch, tmp_path):
    monkeypatch.setattr(
        "peerbook.outputs.output.protect",
        lambda held, _: held.data.assign(n=held.data["n"].where(held.data["n"] > 9)),
    )
    drawn = []
    shown = picture(
        caption=lambda data: f"{data['n'].sum():.0f} people",
        alt=lambda data: f"Rural: {data['n'].iloc[1]}.",
        draw=lambda data: drawn.append(data["n"].tolist()) or draw(data),
        notes=lambda data: [f"{data['n'].isna().sum()} withheld"],
    )
    assert shown.data["n"].tolist() == [1200, 1]
    assert (shown.caption, shown.alt, shown.notes) == ("1200 people", "Rural: nan.", ("1 withheld",))
    assert shown.save(tmp_path).read_text().splitlines()[2] == "<b>Rural</b>,,"
    assert 'aria-label="missing"' in shown._repr_html_()
    assert drawn[0][0] == 1200
    assert pd.isna(drawn[0][1])
    assert table("table-1", "Areas", DATA).shown["n"].isna().tolist() == [False, True]


def test_nothing_is_worded_or_drawn_before_it_is_shown():
    def never(data):
        raise AssertionError("worded too early")

    made = [
        picture(caption=never, alt=never, draw=never, notes=never),
        table("table-1", never, DATA, never),
        text("text-1", never, {"n": 1}),
    ]
    assert [output.id for output in made] == ["fig-4.1", "table-1", "text-1"]


def test_an_alternative_text_that_turns_out_empty_is_refused():
    with pytest.raises(OutputError, match="no alternative text"):
        picture(alt=lambda _: " ").record()


@pytest.mark.parametrize(
    ("evidence", "synthetic", "said"),
    [
        ("rebuilt", True, "Rebuilt from stand-in data"),
        ("rebuilt", False, "Rebuilt from your data"),
        ("published", True, "Published"),
        ("judgement", False, "Judgement"),
    ],
)
def test_what_an_output_rests_on_goes_with_it_everywhere(evidence, synthetic, said, tmp_path):
    shown = shelf(tmp_path, synthetic)(picture(evidence=evidence))
    page = soup(shown)
    assert page.figcaption.find(class_="peerbook-badge").text == said
    for name in ("fig-4.1.svg", "fig-4.1-narrow.svg"):
        assert f"({said.lower()})" in (tmp_path / name).read_text(encoding="utf-8").lower()
    record = json.loads((tmp_path / "fig-4.1.json").read_text(encoding="utf-8"))
    assert (record["evidence"], record["badge"]) == (evidence, said.lower())
    stand_in = evidence == "rebuilt" and synthetic
    kept = [a["download"] for a in page.find_all("a", download=True)]
    assert kept == [f"fig-4.1{'-stand-in' * stand_in}.{kind}" for kind in ("svg", "csv")]
    assert ("not a result" in page.find(class_="peerbook-download").text) == stand_in


def test_a_table_and_panels_carry_their_evidence_too():
    shown = shelf("", True)(table("table-1", "Areas", DATA))
    assert soup(shown).caption.find(class_="peerbook-badge").text == "Rebuilt from stand-in data"
    joined = shelf("", True)(picture(id="fig-4.7a-b", panels=[picture(id="fig-4.7a", draw=None)]))
    assert joined.panels[0].badge == "rebuilt from stand-in data"


def test_an_unknown_kind_of_evidence_is_refused():
    with pytest.raises(PeerbookError, match="evidence: found 'guessed'"):
        picture(evidence="guessed")
