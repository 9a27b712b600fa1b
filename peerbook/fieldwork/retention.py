"""How long people go on sending in forms: the Kaplan-Meier estimate of statsmodels, with numbers at risk.

A person is in from the first form on, and has left in the month after the last one. Whether a form was the
last is known only after the months that the rules call silence. So everybody is followed until so long before
the day: whoever sends a form after that was still in then, and of the others it is known that they had left.
To follow people up to the day itself would count who came back, but not yet who did not.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from peerbook.fieldwork.records import Records
from peerbook.fieldwork.schedule import months_after, whole_months


def months_in(records: Records) -> pd.DataFrame:
    """Say how many months each person was followed, and whether they left.

    Returns
    -------
    DataFrame
        One row per person with a form: `person_id`, `months`, `left`. Of a person who left, `months` is the
        first month without a form to come, counted from the first form; of others the whole months for which
        they were followed.
    """
    until = records.as_of if pd.isna(records.ends) else min(records.as_of, records.ends)
    days = records.forms.groupby("person_id")["came_in_on"].agg(["min", "max"])
    followed = np.maximum(whole_months(days["min"], until) - records.rules.silent_months, 0)
    gone_in = whole_months(days["min"], days["max"]) + 1
    months = np.minimum(gone_in, followed)
    return pd.DataFrame({"months": months, "left": gone_in <= followed}, index=days.index).reset_index()


def silent(records: Records) -> pd.Series:
    """Return the people who have sent forms, and none for the months that the rules call silence."""
    last = records.forms.groupby("person_id")["came_in_on"].max()
    months = records.rules.silent_months
    return pd.Series(last.index[months_after(last, months) <= records.as_of.to_datetime64()])


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
