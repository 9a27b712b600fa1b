"""What the cohort has to meet: the printed tables as counts, and what the study says of its raw data.

Where print contradicts itself, the reading chosen is explained in the list `choices` of what the study
printed. Print and definitions reach the maker through this module only. Its frames are kept and shared: read
them, never change them.
"""

from __future__ import annotations

from functools import lru_cache, partial

import numpy as np
import pandas as pd

from peerbook import published
from peerbook.audit.effects import common_sds
from peerbook.data import Definitions, load_definitions

load = partial(published.load, "side_by_side")
TOTAL = "Total"
MISSING = "MISSING"


@lru_cache
def definitions() -> Definitions:
    """Return what `data_schema/` says of the study."""
    return load_definitions("side_by_side")


def coded(name: str) -> pd.DataFrame:
    """Return a printed list or table of the coded material, such as "quotations"."""
    return load(name)


def partners() -> pd.Series:
    """Return the strategic partner of each region (Table 1.1)."""
    return load("partners").set_index("region")["strategic_partner"]


def claim(key: str) -> int:
    """Return a whole number printed in the prose of chapters 3 and 4."""
    return int(claim_text(key))


def claim_number(key: str) -> float:
    """Return a number of the prose that need not be whole."""
    return float(claim_text(key))


def claim_text(key: str) -> str:
    """Return a date, month or number printed in the prose, as text."""
    said = _claims().loc[key]
    return said["value"] or said["printed"]


@lru_cache
def _claims() -> pd.DataFrame:
    return load("statements").set_index("name")


@lru_cache
def regions() -> tuple[str, ...]:
    """Return the nine regions and Elefriends in printed order."""
    names = load("log_completion")["region"].unique()
    return tuple(name for name in names if name != TOTAL)


@lru_cache
def logs_by_month() -> dict[str, pd.DataFrame]:
    """Return Table A4.1 as chosen: per region a frame of quarterly and monthly logs by log number.

    The two Kensington & Chelsea logs at month 15 follow a single log at month 14; month being the number of a
    person's log, they cannot be and are left out.
    """
    table = load("log_completion")
    chosen = {}
    for region in regions():
        counts = table[table["region"] == region].set_index("month")[["quarterly", "monthly"]].astype(int)
        people = counts.sum(axis=1)
        chosen[region] = counts.where(people <= people.cummin(), 0)
    return chosen


def people_by_logs(region: str) -> dict[int, int]:
    """Return how many people of a region sent in exactly 1, 2, ... logs (from Table A4.1)."""
    at_least = logs_by_month()[region].sum(axis=1).to_numpy()
    exactly = at_least - np.append(at_least[1:], 0)
    return {number + 1: int(count) for number, count in enumerate(exactly) if count}


@lru_cache
def demographics() -> pd.DataFrame:
    """Return Table A4.2: registered people, rows (variable, level), one column per region."""
    return _by_region(load("demographics"), ["variable", "level"])


@lru_cache
def service_years() -> pd.DataFrame:
    """Return mean, sd, min and max of years of service use per region (Table A4.2)."""
    table = load("demographics")
    years = table[(table["variable"] == "formal_services_years") & (table["region"] != TOTAL)]
    return years.set_index("region")[["mean", "sd", "min", "max"]]


@lru_cache
def baseline_counts() -> pd.DataFrame:
    """Return the counts of Table A4.3: rows (variable, level), one column per region."""
    return _by_region(load("baseline"), ["variable", "level"])


@lru_cache
def baseline_moments(outcome: str) -> pd.DataFrame:
    """Return mean and sd of an outcome at entry per region (Table A4.3)."""
    table = load("baseline")
    rows = table[(table["variable"] == outcome) & (table["level"] == "") & (table["region"] != TOTAL)]
    return rows.set_index("region")[["mean", "sd"]].loc[list(regions())]


@lru_cache
def baseline_use(direction: str) -> pd.DataFrame:
    """Return Table A4.4 for "given" or "received": people using each type, one column per region."""
    table = load("baseline_use")
    return _by_region(table[table["direction"] == direction], ["support_type"])


@lru_cache
def associations() -> pd.DataFrame:
    """Return Tables A4.5 to A4.11 with one reading per cell (see `peerbook.published.load`)."""
    return load("associations")


@lru_cache
def whole_sample() -> pd.DataFrame:
    """Return the rows of the models of everyone, without subgroups (Tables A4.5 to A4.9)."""
    table = associations()
    return table[(table["sample"] == "whole") & (table["subgroup_variable"] == "")]


@lru_cache
def pairs() -> pd.DataFrame:
    """Return how many pairs are in the whole-sample models: one row per outcome, one column per exposure."""
    return whole_sample().pivot_table(index="outcome", columns="exposure", values="n", aggfunc="sum")


def change_sd(outcome: str) -> float:
    """Return the sd of change over all pairs that the printed effect sizes imply."""
    return float(_change_sds()[outcome])


@lru_cache
def _change_sds() -> pd.Series:
    return common_sds(load("associations"))


def _by_region(table: pd.DataFrame, rows: list[str]) -> pd.DataFrame:
    """One column per region, missing cells 0, only rows that are counts."""
    counts = table[table["n"].notna() & (table["region"] != TOTAL)]
    wide = counts.pivot_table(index=rows, columns="region", values="n", sort=False)
    return wide.reindex(columns=list(regions())).fillna(0).astype(int)
