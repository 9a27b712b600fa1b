"""An invented study of coded material: four values, two ways of asking, and nothing of the printed study.

Nobody of it exists. Its data folder is all that it is: what its codes are stands in its `study.yml`.
"""

from __future__ import annotations

import csv
import json
from itertools import cycle
from pathlib import Path

import yaml

TITLE = "Harbour companions"
PLACES = ("Oakmere", "Tarnby", "Wellholm")
VALUES = {"steady": "Steadiness", "candour": "Candour", "play": "Playfulness", "patience": "Patience"}
WORDS = ("quiet", "honest talk", "a laugh", "somebody steady", "time")
CODES = {
    "codebooks": {"values": "harbour", "draft": "sketch", "grouping": "night"},
    "kinds": {"value": "norm", "decision": "fork", "part": "facet", "difficulty": "snag"},
    "levels": ["crown", "root"],
    "strands": {
        "postcard": {"name": "Postcards", "said": "the postcards", "holds": "answers"},
        "round table": {"name": "Round tables", "said": "round tables", "holds": "lists"},
        "walk": {"name": "Walking interviews", "said": "walks", "holds": "interviews"},
    },
    "questions": {
        "one_word": {
            "name": "A word for a good companion",
            "by": "phrases",
            "asked": "Asked for a word for a good companion",
            "did": "sent a word for a good companion",
        },
        "never": {"name": "What a companion never does", "did": "said what a companion never does"},
    },
    "approaches": {"pairs": "In pairs", "circles": "In circles", "letters": "By letter"},
    "counted_as": {"letters": "pairs"},
    "waves": ["thaw", "harvest"],
    "roles": ["host", "guest"],
    "leading": ["host"],
    "grouping": {"some": "night-shift", "others": "daytime", "types": ["carers", "drivers"]},
}
SAID = {
    "title": TITLE,
    "regions": list(PLACES),
    "period": ["2031-01-01", "2031-12-31"],
    "holder": "Harbour Mutual",
    "not_asked": ["registrations", "logs", "projects"],
    "codes": CODES,
}


def write_own_study(folder: Path, *, synthetic: bool = True, people: int = 14) -> Path:
    """Write the data folder of the invented study.

    Parameters
    ----------
    folder : Path
    synthetic : bool
        Whether it says that its people are made up; otherwise they count as real ones.
    people : int
        How many walked and talked; half as many sent a postcard.
    """
    (folder / "coding").mkdir(parents=True)
    (folder / "study.yml").write_text(yaml.safe_dump(SAID, sort_keys=False), encoding="utf-8")
    described = {"study": "side_by_side", "title": TITLE, "synthetic": synthetic}
    (folder / "datapackage.json").write_text(json.dumps(described), encoding="utf-8")
    status = "synthetic" if synthetic else "collected"
    for name, rows in _tables(people).items():
        _write(folder / "coding" / f"{name}.csv", [{**row, "status": status} for row in rows])
    return folder


def _write(file: Path, rows: list[dict[str, object]]) -> None:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with file.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.DictWriter(opened, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def _tables(people: int) -> dict[str, list[dict[str, object]]]:
    projects = [
        {"project_id": "K1", "region": "Oakmere", "approach": "pairs"},
        {"project_id": "K2", "region": "Tarnby", "approach": "circles"},
        {"project_id": "K3", "region": "Wellholm", "approach": "circles", "types": "carers;drivers"},
        {"project_id": "K4", "region": "Oakmere", "approach": "letters", "types": "carers"},
        {"project_id": "K5", "region": "Tarnby", "approach": "pairs"},
    ]
    walkers = [f"W{number:02}" for number in range(1, people + 1)]
    senders = [f"C{number:02}" for number in range(1, people // 2 + 1)]
    home = dict(zip(walkers, cycle(projects[:4]), strict=False))
    said = [_walked(walker, number, home[walker]) for number, walker in enumerate(walkers)]
    sent = [_sent(sender, number) for number, sender in enumerate(senders)]
    listed = [
        ("L1", "Quiet company", "sketch.calm"),
        ("L2", "A joke now and then", "sketch.fun"),
        ("L3", "Turning up", "sketch.turn_up"),
    ]
    return {
        "projects": projects,
        "people": [_person(walker, number, home[walker]) for number, walker in enumerate(walkers)]
        + [{"person_id": sender, "strands": "postcard"} for sender in senders]
        + [{"person_id": f"T{number}", "strands": "round table"} for number in range(1, 5)],
        "sources": [
            {"source_id": f"S-{walker}", "strand": "walk", "person_id": walker, "characters": 400,
             "place": home[walker]["region"], "wave": wave, "recorded": "yes"}
            for walker, wave in zip(walkers, cycle(["thaw", "harvest"]), strict=False)
        ]
        + [{"source_id": "Q-word", "strand": "postcard", "question": "one_word"},
           {"source_id": "Q-never", "strand": "postcard", "question": "never"},
           {"source_id": "R-1", "strand": "round table", "title": "Oakmere table", "ranked": "yes"}],
        "segments": [segment for segments, _ in [*said, *sent] for segment in segments]
        + [{"segment_id": name, "source_id": "R-1", "position": place, "text": text, "quotable": "yes"}
           for place, (name, text, _) in enumerate(listed, 1)],
        "segment_codes": [_given(*pair) for _, codes in [*said, *sent] for pair in codes]
        + [_given(name, code) for name, _, code in listed],
        "codebooks": _codebooks(),
        "lexicon": [
            {"code_id": code, "phrase": phrase, "match": "phrase"}
            for code, phrase in (("calm", "quiet"), ("calm", "time"), ("open", "honest talk"),
                                 ("merry", "a laugh"), ("there", "somebody steady"), ("there", "time"))
        ],
        "links": [
            _link("calm", "sketch.calm", "counts towards", polarity="+", basis="quiet is calm"),
            _link("merry", "sketch.fun", "counts towards", polarity="+", basis="laughing is fun"),
            _link("judge", "sketch.calm", "counts towards", polarity="-", basis="the opposite"),
            _link("steady", "play", "foundation"),
        ],
        "decisions": [
            {"decision_id": "where", "aspect": "place", "project_id": "K1", "approach": "pairs",
             "option": "quay"},
            {"decision_id": "where", "aspect": "place", "project_id": "K2", "approach": "circles",
             "option": "kitchen"},
            {"decision_id": "where", "aspect": "place", "project_id": "K3", "approach": "circles",
             "option": "kitchen"},
        ],
    }  # fmt: skip


def _person(walker: str, number: int, project: dict[str, object]) -> dict[str, object]:
    return {
        "person_id": walker,
        "strands": "walk",
        "project_id": project["project_id"],
        "region": project["region"],
        "approach": project["approach"],
        "gender": ("Woman", "Man")[number % 2],
        "role": ("host", "guest", "guest")[number % 3],
    }


def _walked(walker: str, number: int, project: dict[str, object]) -> tuple[list[dict], list[tuple]]:
    """Return what one person said on a walk: two segments on values, one on something hard."""
    source, about = f"S-{walker}", {"context": project["approach"], "person_id": walker}
    facets = ("steady.turn_up", "candour", "play.jokes", "patience")
    first, second = facets[number % 4], facets[(number + 1 + number % 3) % 4]
    texts = {
        f"{source}-1": (first, f"Words of walker {number + 1} on the first thing.", 0),
        f"{source}-2": (second, f"Words of walker {number + 1} on the second thing.", 40),
        f"{source}-3": ("patience.snag" if number % 2 else "night.shifts", "Words on something hard.", 120),
    }
    segments = [
        {"segment_id": name, "source_id": source, "start": start, "end": start + len(text), "text": text,
         "quotable": "yes" if number % 3 else "no", **about}
        for name, (_, text, start) in texts.items()
    ]  # fmt: skip
    codes = [(name, code) for name, (code, *_) in texts.items()]
    return segments, [*codes, (f"{source}-1", first, "second reader")]


def _sent(sender: str, number: int) -> tuple[list[dict], list[tuple]]:
    word = {
        "segment_id": f"{sender}-w",
        "source_id": "Q-word",
        "person_id": sender,
        "text": WORDS[number % len(WORDS)],
    }
    never = {"segment_id": f"{sender}-n", "source_id": "Q-never", "person_id": sender, "text": "Not shown."}
    return [word, never], [(f"{sender}-n", ("judge", "hurry")[number % 2])]


def _given(segment: str, code: str, coder: str = "first reader") -> dict[str, object]:
    return {"segment_id": segment, "code_id": code, "coder": coder, "round": "final", "valence": "supports"}


def _link(start: str, end: str, relation: str, **said: str) -> dict[str, object]:
    return {"from_code": start, "to_code": end, "relation": relation, **said}


def _codebooks() -> list[dict[str, object]]:
    """Return the codebooks: the values stand below a code that only holds them together."""
    rows = [
        ("harbour", "all", "", "What matters", "shelf", ""),
        *(("harbour", code, "all", label, "norm", "root" if code in ("steady", "patience") else "crown")
          for code, label in VALUES.items()),
        ("harbour", "steady.turn_up", "steady", "Turning up", "facet", ""),
        ("harbour", "play.jokes", "play", "Jokes", "facet", ""),
        ("harbour", "patience.snag", "patience", "Waiting wears thin", "snag", ""),
        ("harbour", "where", "", "Where to meet", "fork", ""),
        ("sketch", "sketch.calm", "", "Calm company", "component", ""),
        ("sketch", "sketch.fun", "", "Fun", "component", ""),
        ("sketch", "sketch.turn_up", "", "Being there", "component", ""),
        ("sketch", "sketch.turn_up.often", "sketch.turn_up", "every week", "indicator", ""),
        ("one_word", "calm", "", "Calm", "code", ""),
        ("one_word", "open", "", "Open talk", "code", ""),
        ("one_word", "merry", "", "Merry", "code", ""),
        ("one_word", "there", "", "Being there", "code", ""),
        ("never", "judge", "", "Judges others", "code", ""),
        ("never", "hurry", "", "Hurries", "code", ""),
        ("night", "night.all", "", "In common", "shelf", ""),
        ("night", "night.shifts", "night.all", "Working at night", "aspect", ""),
        ("night", "night.carers", "", "Night carers", "type", "carers"),
        ("night", "night.drivers", "", "Night drivers", "type", "drivers"),
    ]  # fmt: skip
    columns = ("codebook", "code_id", "parent_id", "label", "kind", "level")
    return [
        {**dict(zip(columns, row, strict=True)), "version": 1, "order": place, "definition": ""}
        for place, row in enumerate(rows, 1)
    ]
