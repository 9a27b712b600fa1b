"""Who was found, who answered, who was interviewed: the two samples of commissioners and their regions."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side.raw_rows import rows_of
from peerbook.choices import check_one_of

if TYPE_CHECKING:
    from peerbook.study import Study

# What numbers count, in the words that tie the outputs of a book together; see `peerbook.disclosure`.
FOUND, ANSWERED, ANALYSED, TALKS = (
    f"commissioners {what}" for what in ("found and asked", "answered", "analysed", "interviewed")
)

TABLES = tuple(
    f"commissioning/{name}"
    for name in (
        "plan",
        "contacts",
        "responses",
        "response_codes",
        "interviews",
        "codes",
        "extracts",
        "extract_codes",
    )
)
SURVEY = ("commissioning/contacts", "commissioning/responses")
# Which reasons to leave a response out are followed.
REASONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "all": ("no_data", "not_mental_health"),
        "no_data": ("no_data",),
        "not_mental_health": ("not_mental_health",),
        "none": (),
    }
)


def left_out(study: Study, exclusion_reasons: str) -> pd.DataFrame:
    """Return the responses that are left out."""
    check_one_of("exclusion_reasons", exclusion_reasons, REASONS)
    rows = rows_of(study, "commissioning/responses")
    return rows[rows["excluded"].isin(REASONS[exclusion_reasons])]


def analysed(study: Study, exclusion_reasons: str) -> pd.DataFrame:
    """Return the responses that are analysed: the base of every share of the survey."""
    rows = rows_of(study, "commissioning/responses")
    return rows.drop(index=left_out(study, exclusion_reasons).index)


def interviewed(study: Study, include_pilot: bool) -> pd.DataFrame:
    """Return the interviews, with or without the pilot."""
    rows = rows_of(study, "commissioning/interviews")
    return rows if include_pilot else rows[rows["pilot"] != "yes"]


def of_regions(study: Study, exclusion_reasons: str, include_pilot: bool) -> pd.Series:
    """Count survey responses and interviews together by region, most first; blank: outside, or not stated."""
    regions = [analysed(study, exclusion_reasons)["region"], interviewed(study, include_pilot)["region"]]
    return pd.concat(regions).value_counts()


def normalised(tag: str) -> str:
    """Return the name of a speaker with the capital letter that was meant: print has a small L for an I.

    Examples
    --------
    >>> normalised("Cl23"), normalised("CS7")
    ('CI23', 'CS7')
    """
    return f"CI{tag[2:]}" if tag.startswith("Cl") else tag


def planned(study: Study) -> int | None:
    """Return how many responses were planned; None if nobody wrote it down."""
    plan = rows_of(study, "commissioning/plan")["planned"].dropna()
    return int(plan.sum()) if len(plan) else None
