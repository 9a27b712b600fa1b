"""Checks on the quotations of a report: labels that change, words that come twice, people never quoted."""

from __future__ import annotations

import pandas as pd

from peerbook.coding.material import Material


def changed_labels(material: Material) -> pd.DataFrame:
    """List quotations whose approach is not the one the person was recruited from, or is left out.

    Approaches that count as another have its name. This need not be an error: a person recruited from one
    may speak of another.

    Returns
    -------
    DataFrame
        `segment_id`, `person_id`, `recruited`, `context`, `locator`.
    """
    people = material.people[["person_id", "approach"]].rename(columns={"approach": "recruited"})
    quoted = material.segments.query("quoted == 'yes'").merge(people.query("recruited != ''"), on="person_id")
    counted_as = material.defined.counted_as
    differs = quoted["context"].replace(counted_as) != quoted["recruited"].replace(counted_as)
    columns = ["segment_id", "person_id", "recruited", "context", "locator"]
    return quoted.loc[differs, columns].reset_index(drop=True)


def repeated(material: Material) -> pd.DataFrame:
    """List segments that repeat the words of another, and whether both have the same speaker.

    Of one region, words that repeat what was said in another one repeat nothing.

    Returns
    -------
    DataFrame
        `segment_id`, `repeats`, `person_id`, `first_person`, `same_person`.
    """
    segments = material.segments[["segment_id", "person_id", "repeats"]]
    first = segments[["segment_id", "person_id"]].rename(
        columns={"segment_id": "repeats", "person_id": "first_person"}
    )
    found = segments[segments["repeats"] != ""].merge(first, on="repeats")
    found = found.assign(same_person=found["person_id"] == found["first_person"])
    return found[["segment_id", "repeats", "person_id", "first_person", "same_person"]]


def never_quoted(material: Material) -> list[str]:
    """Name the people interviewed whom the report does not quote."""
    quoted = material.segments.loc[material.segments["quoted"] == "yes", "person_id"]
    people = material.interviewed()["person_id"]
    return sorted(people[~people.isin(quoted)])
