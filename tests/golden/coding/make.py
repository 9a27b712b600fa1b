"""Count the printed quotations of Chapter 6 with the standard library alone; writes the CSVs beside it.

Run: python tests/golden/coding/make.py
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).parent
INDEX = HERE.parents[2] / "peerbook" / "published" / "side_by_side" / "quotations.csv"
VALUES = [f"V{number}" for number in range(1, 7)]
CODES = [*VALUES, *(f"D{number}" for number in range(1, 6))]
APPROACHES = ["group", "one_to_one", "online"]


def main() -> None:
    segments, people = defaultdict(int), defaultdict(set)
    with INDEX.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code = row["code_id"].partition(".")[0]
            if code in CODES:
                approach = row["recruited"].replace("co_counselling", "one_to_one")
                for column in (approach, "total"):
                    segments[code, column] += 1
                    people[code, column].add(row["person_id"])
    said = {value: people[value, "total"] for value in VALUES}
    everyone = sorted(set().union(*said.values()), key=lambda person: int(person[2:]))
    counts = [
        [code, column, segments[code, column], len(people[code, column])]
        for code in CODES
        for column in [*APPROACHES, "total"]
    ]
    write("code_by_approach", [["code", "approach", "segments", "people"], *counts])
    together = [[a, *(len(said[a] & said[b]) for b in VALUES)] for a in VALUES]
    write("values_together", [["value", *VALUES], *together])
    by_person = [[person, *(int(person in said[value]) for value in VALUES)] for person in everyone]
    write("values_by_person", [["participant_id", *VALUES], *by_person])


def write(name: str, rows: list[list]) -> None:
    with (HERE / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


if __name__ == "__main__":
    main()
