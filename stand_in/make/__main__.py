"""Renew the raw data that stand in for the confidential ones of every study, or of those named."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from peerbook import paths
from stand_in.make import makers, write


def main(arguments: list[str] | None = None) -> None:
    """Write each study's raw folder and say where."""
    parser = ArgumentParser("python -m stand_in.make", description=__doc__)
    parser.add_argument("studies", nargs="*", metavar="STUDY", help="a study; by default all with a maker")
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="write FOLDER/STUDY, not stand_in/STUDY")
    given = parser.parse_args(arguments)
    for study in given.studies:
        if study not in makers():
            parser.error(f"study: found '{study}'; expected one of: {', '.join(makers())}")
    for study in given.studies or makers():
        folder = given.to / study if given.to else paths.stand_in(study)
        print(f"{study}: written to {write(study, folder)}")


if __name__ == "__main__":
    main()
