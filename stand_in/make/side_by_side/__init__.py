"""The stand-in cohort: made-up raw data that meet the printed tables.

It stands in for the confidential logs so that the whole report can be rebuilt, and shows nothing about peer
support: what its results say was put into it.
"""

from __future__ import annotations

from stand_in.make.side_by_side.cohort import SEED, make_tables, simulate

__all__ = ["SEED", "make_tables", "simulate"]
