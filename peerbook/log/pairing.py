"""Consecutive logs of a person become pairs: what changed over a period."""

from __future__ import annotations

import numpy as np
import pandas as pd

from peerbook.data.definitions import Definitions

CHANGES = ("decreased", "unchanged", "increased")
ABOUT_THE_LOG = ["person_id", "region", "log_id", "month", "completed_on", "registered", "ticked", "short"]


def pairs(logs: pd.DataFrame, definitions: Definitions) -> pd.DataFrame:
    """Pair each log with the next log of the same person.

    Parameters
    ----------
    logs : DataFrame
        Scored logs, sorted by person and date. Logs without a `month` are in no pair.
    definitions : Definitions
        Which scores and measures there are.

    Returns
    -------
    DataFrame
        One row per pair: `person_id`, `region` (of the earlier log), `log_id_start`, `log_id_end`,
        `month_start`, `month_end`, `days`, `registered`, `any_ticked`, `any_short`; for every score
        `<score>_start` (earlier value) and `<score>_change` (later minus earlier); for every support measure
        `<measure>_category`: "decreased", "unchanged" or "increased", missing if either log lacks it.
    """
    measured = [*definitions.scores, *definitions.support_types.measures]
    ordered = logs.loc[logs["month"].notna().to_numpy(), [*ABOUT_THE_LOG, *measured]]
    person = ordered["person_id"].to_numpy()
    first = np.flatnonzero(person[1:] == person[:-1])
    start, end = (ordered.iloc[place].reset_index(drop=True) for place in (first, first + 1))
    columns = {
        "person_id": start["person_id"],
        "region": start["region"],
        "log_id_start": start["log_id"],
        "log_id_end": end["log_id"],
        "month_start": start["month"],
        "month_end": end["month"],
        "days": (end["completed_on"] - start["completed_on"]).dt.days,
        "registered": start["registered"],
        "any_ticked": start["ticked"] | end["ticked"],
        "any_short": start["short"] | end["short"],
    }
    for score in definitions.scores:
        columns[f"{score}_start"] = start[score]
        columns[f"{score}_change"] = end[score] - start[score]
    for measure in definitions.support_types.measures:
        columns[f"{measure}_category"] = change_category(end[measure] - start[measure])
    return pd.DataFrame(columns)


def change_category(difference: pd.Series) -> pd.Series:
    """Return "decreased", "unchanged" or "increased" by the sign of a difference.

    Examples
    --------
    >>> change_category(pd.Series([-2.0, 0.0, 1.0, float("nan")])).tolist()
    ['decreased', 'unchanged', 'increased', nan]
    """
    signs = np.sign(difference.to_numpy(dtype=float, na_value=np.nan))
    codes = np.where(np.isnan(signs), -1, signs + 1).astype(int)
    return pd.Series(pd.Categorical.from_codes(codes, CHANGES, ordered=True), index=difference.index)
