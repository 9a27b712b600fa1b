"""How long people go on sending in forms: the Kaplan-Meier estimate of statsmodels, with numbers at risk.

A person is in from the first form on. Who has sent none for the months that the rules call silence has left,
in the month after the last one; who withdrew has too. Of all others it is known only that they had not left.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from peerbook.fieldwork.records import Records
from peerbook.fieldwork.schedule import months_after, whole_months


def months_in(records: Records) -> pd.DataFrame:
    """Say how many months each person was in, and whether they had left.

    Returns
    -------
    DataFrame
        One row per person with a form: `person_id`, `months`, `left`. Of a person who left, `months` is the
        month without a form that came first, counted from the first form; of others the whole months that
        they were seen.
    """
    until = records.as_of if pd.isna(records.ends) else min(records.as_of, records.ends)
    days = records.forms.groupby("person_id")["came_in_on"].agg(["min", "max"])
    first, last = days["min"], days["max"]
    withdrawn = records.people.dropna(subset=["withdrawn_on"])["person_id"]
    silent = months_after(last, records.rules.silent_months) <= until.to_datetime64()
    left = silent | days.index.isin(withdrawn)
    seen = np.maximum(whole_months(first, until), 0)
    months = np.where(left, whole_months(first, last) + 1, seen)
    return pd.DataFrame({"months": months, "left": left}, index=days.index).reset_index()


def retention(stays: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """Estimate the share of people who are still in, month by month.

    Parameters
    ----------
    stays : DataFrame
        With `months` and `left`, one row per person; see `months_in`.
    level : float
        Of the intervals.

    Returns
    -------
    DataFrame
        `month`, `n` (people at risk: seen for so long, and not gone before), `left` (who left in the month),
        `share` still in at its end, `ci_low`, `ci_high`. Month 0 is the first form. The last row is the last
        month with people at risk.

    Notes
    -----
    Kaplan and Meier (1958), by `statsmodels.duration.survfunc.SurvfuncRight`. The interval is that of the
    logarithm of minus the logarithm of the share, which stays between 0 and 1 (Kalbfleisch and Prentice,
    2002, section 1.4). Where the share is 1 or 0 there is none.
    """
    from scipy.stats import norm
    from statsmodels.duration.survfunc import SurvfuncRight

    columns = ["month", "n", "left", "share", "ci_low", "ci_high"]
    if stays.empty:
        return pd.DataFrame(columns=columns)
    time, left = stays["months"].to_numpy(dtype=float), stays["left"].to_numpy(dtype=int)
    months = np.arange(int(time.max()) + 1)
    at_risk = (time[:, None] >= months).sum(axis=0)
    gone = ((time[:, None] == months) & (left[:, None] == 1)).sum(axis=0)
    share, se = np.ones(len(months)), np.zeros(len(months))
    if left.any():
        curve = SurvfuncRight(time, left)
        place = np.searchsorted(curve.surv_times, months, side="right") - 1
        share = np.where(place >= 0, curve.surv_prob[place], 1.0)
        se = np.where(place >= 0, curve.surv_prob_se[place], 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        width = norm.ppf(0.5 + level / 2) * se / (share * np.log(share))
        low, high = (share ** np.exp(sign * width) for sign in (-1, 1))
    inside = (share > 0) & (share < 1)
    return pd.DataFrame(
        {
            "month": months,
            "n": at_risk,
            "left": gone,
            "share": share,
            "ci_low": np.where(inside, np.minimum(low, high), np.nan),
            "ci_high": np.where(inside, np.maximum(low, high), np.nan),
        }
    )[columns]
