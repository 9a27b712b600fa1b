"""How far two coders who read the same segments saw the same in them."""

from __future__ import annotations

import pandas as pd

from peerbook.coding.codings import top_codes
from peerbook.coding.material import Material

COLUMNS = ["code_id", "segments", "by_both", "by_one", "kappa", "alpha"]


def coded_by_several(material: Material, codebook: str) -> pd.DataFrame:
    """Return the judgements on segments that at least two coders coded with a codebook, in any round.

    Parameters
    ----------
    material : Material
    codebook : str

    Returns
    -------
    DataFrame
        One row per segment, coder and top code: `segment_id`, `coder`, `top`. A coder who gave a segment no
        code of the codebook did not code it.
    """
    tops = top_codes(material.codes(codebook))
    given = material.segment_codes[material.segment_codes["code_id"].isin(tops.index)]
    given = given.assign(top=given["code_id"].map(tops))[["segment_id", "coder", "top"]].drop_duplicates()
    coders = given.groupby("segment_id")["coder"].nunique()
    return given[given["segment_id"].map(coders) > 1].reset_index(drop=True)


def agreement(judgements: pd.DataFrame, codes: list[str]) -> pd.DataFrame:
    """Measure for each code whether coders agree that it is there.

    Each segment is judged "there" or "not there" by each of its coders. Cohen's kappa (the mean over pairs
    of coders, if there are more than two) and Krippendorff's alpha (nominal; not every coder need have coded
    every segment) are those of `nltk.metrics.agreement`.

    Parameters
    ----------
    judgements : DataFrame
        From `coded_by_several`.
    codes : list of str
        Top codes.

    Returns
    -------
    DataFrame
        One row per code: `code_id`, `segments` (coded by several), `by_both` (all coders of the segment gave
        the code), `by_one` (some did, not all), `kappa` and `alpha` (1 perfect, 0 as by chance; missing
        where all judgements are the same, as there is then nothing to agree on). Empty without such segments.

    References
    ----------
    Cohen (1960), A coefficient of agreement for nominal scales.
    Krippendorff (2004), Content Analysis, chapter 11.
    """
    if judgements.empty:
        return pd.DataFrame(columns=COLUMNS)
    pairs = judgements[["segment_id", "coder"]].drop_duplicates()
    rows = []
    for code in codes:
        seen = set(
            judgements.query("top == @code")[["segment_id", "coder"]].itertuples(index=False, name=None)
        )
        judged = pairs.assign(there=[pair in seen for pair in pairs.itertuples(index=False, name=None)])
        share = judged.groupby("segment_id")["there"].mean()
        kappa, alpha = _coefficients(judged)
        rows.append(
            (
                code,
                len(share),
                int((share == 1).sum()),
                int(share.between(0, 1, "neither").sum()),
                kappa,
                alpha,
            )
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def _coefficients(judged: pd.DataFrame) -> tuple[float, float]:
    from nltk.metrics.agreement import AnnotationTask

    if judged["there"].nunique() < 2:
        return float("nan"), float("nan")
    task = AnnotationTask(judged[["coder", "segment_id", "there"]].itertuples(index=False, name=None))
    everyone_coded_all = len(judged) == judged["coder"].nunique() * judged["segment_id"].nunique()
    return float(task.kappa()) if everyone_coded_all else float("nan"), float(task.alpha())
