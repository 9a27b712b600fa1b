"""Count the printed quotations of Chapter 6 with the standard library alone; writes the CSVs beside it.

Run: python tests/golden/coding/make.py
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).parent
PRINTED = HERE.parents[2] / "peerbook" / "published" / "side_by_side"
VALUES = [f"V{number}" for number in range(1, 7)]
CODES = [*VALUES, *(f"D{number}" for number in range(1, 6))]
APPROACHES = ["group", "one_to_one", "online"]


def main() -> None:
    kind = {row["code_id"]: row["kind"] for row in read("codebooks")}
    quotations = {"supports": defaultdict(int), "challenge": defaultdict(int)}
    people = {"supports": defaultdict(set), "challenge": defaultdict(set)}
    for row in read("quotations"):
        code = row["code_id"].partition(".")[0]
        if code in CODES:
            valence = "challenge" if kind[row["code_id"]] == "challenge" else "supports"
            approach = row["recruited"].replace("co_counselling", "one_to_one")
            for column in (approach, "total"):
                quotations[valence][code, column] += 1
                people[valence][code, column].add(row["person_id"])
    said = {value: people["supports"][value, "total"] for value in VALUES}
    only = {value: people["challenge"][value, "total"] - said[value] for value in VALUES}
    counts = [
        [
            *(code, column, quotations["supports"][code, column], len(people["supports"][code, column])),
            quotations["challenge"][code, column],
        ]
        for code in CODES
        for column in [*APPROACHES, "total"]
    ]
    write("code_by_approach", [["code", "approach", "segments", "people", "difficulties"], *counts])
    together = [[a, *(len(said[a] & said[b]) for b in VALUES), len(only[a])] for a in VALUES]
    write("values_together", [["value", *VALUES, "difficulties_only"], *together])
    everyone = sorted(set().union(*said.values(), *only.values()), key=lambda person: int(person[2:]))
    by_person = [
        [
            person,
            *(int(person in said[value]) for value in VALUES),
            sum(person in only[value] for value in VALUES),
        ]
        for person in everyone
    ]
    write("values_by_person", [["participant_id", *VALUES, "difficulties_only"], *by_person])


def read(name: str) -> list[dict[str, str]]:
    with (PRINTED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(name: str, rows: list[list]) -> None:
    with (HERE / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


if __name__ == "__main__":
    main()
