"""One extract used several times: its words are kept once, and each use says where, and what was changed.

A use is a place in a report. One that joins several extracts has a row for each of them.
"""

from __future__ import annotations

from difflib import SequenceMatcher

import pandas as pd

from peerbook.errors import DataError

AS_KEPT, EDITED = "as kept", "edited"


def similarity(first: str, second: str) -> float:
    """Say how alike two texts are: twice the words they share in order, by all words of both; from 0 to 1.

    Examples
    --------
    >>> similarity("we eat here", "we eat here and talk")
    0.75
    """
    return SequenceMatcher(None, first.split(), second.split(), autojunk=False).ratio()


def likeness(uses: pd.DataFrame, segments: pd.DataFrame) -> pd.Series:
    """Say how alike the words of each use are to the words that are kept.

    Parameters
    ----------
    uses : DataFrame
        `use_id`, `segment_id`, `edited_text`: the words as shown, the same in every row of a use; missing
        where they are not at hand.
    segments : DataFrame
        `segment_id`, `verbatim`: the words as kept.

    Returns
    -------
    Series
        By row of `uses`, from 0 to 1, as `similarity` has it; a use that joins extracts is held against these
        in the order of its rows. Missing where words are missing.

    Examples
    --------
    >>> uses = pd.DataFrame({"use_id": "U1", "segment_id": ["S1", "S2"], "edited_text": "we eat and talk"})
    >>> segments = pd.DataFrame({"segment_id": ["S1", "S2"], "verbatim": ["we eat", "and talk"]})
    >>> likeness(uses, segments).tolist()
    [1.0, 1.0]
    """
    kept = segments.set_index("segment_id")["verbatim"]
    found = {}
    for use, rows in uses.groupby("use_id", sort=False):
        words, shown = rows["segment_id"].map(kept), rows["edited_text"].iloc[0]
        known = words.notna().all() and pd.notna(shown)
        found[use] = similarity(" ".join(words), shown) if known else float("nan")
    return uses["use_id"].map(found).astype(float)


def repeats(uses: pd.DataFrame) -> pd.DataFrame:
    """List the uses that show again what an earlier use has shown.

    Parameters
    ----------
    uses : DataFrame
        `use_id`, `segment_id`, `edit` ("as kept" or "edited"), in the order of the report; perhaps more.

    Returns
    -------
    DataFrame
        One row per use of which every extract was shown before, with the columns of its first row, and
        `first_use`: the uses that showed these extracts first, joined by spaces.

    Examples
    --------
    >>> uses = pd.DataFrame({"use_id": ["U1", "U2", "U3", "U3"], "segment_id": ["S1", "S2", "S1", "S2"],
    ...                      "edit": ["as kept", "as kept", "edited", "edited"]})
    >>> repeats(uses)[["use_id", "first_use"]].to_numpy().tolist()
    [['U3', 'U1 U2']]
    """
    first = uses.groupby("segment_id", sort=False)["use_id"].transform("first")
    again = uses.assign(first_use=first, new=first == uses["use_id"])
    shown_before = ~again.groupby("use_id")["new"].transform("any")
    told = (
        again[shown_before]
        .groupby("use_id", sort=False)["first_use"]
        .agg(lambda ids: " ".join(dict.fromkeys(ids)))
    )
    rows = again[shown_before].drop_duplicates("use_id").drop(columns=["new", "first_use"])
    return rows.assign(first_use=rows["use_id"].map(told)).reset_index(drop=True)


def distinct(uses: pd.DataFrame, *, joined_are_one: bool = False) -> int:
    """Count the extracts that a report shows, each once.

    Parameters
    ----------
    uses : DataFrame
        As for `repeats`.
    joined_are_one : bool
        Whether extracts that some use joins count as one.

    Examples
    --------
    >>> uses = pd.DataFrame({"use_id": ["U1", "U2", "U3", "U3"], "segment_id": ["S1", "S2", "S1", "S2"]})
    >>> distinct(uses), distinct(uses, joined_are_one=True)
    (2, 1)
    """
    if not joined_are_one:
        return int(uses["segment_id"].nunique())
    groups: list[set[str]] = []
    for _, ids in uses.groupby("use_id")["segment_id"]:
        touched = [group for group in groups if group & set(ids)]
        groups = [group for group in groups if group not in touched] + [set(ids).union(*touched)]
    return len(groups)


def kept_once(uses: pd.DataFrame) -> pd.DataFrame:
    """List every extract once, with its uses.

    Parameters
    ----------
    uses : DataFrame
        As for `repeats`.

    Returns
    -------
    DataFrame
        One row per extract in the order of its first use: `segment_id`, `uses` (how many), `edited` (how
        many of them are), `where` (the ids of its uses, joined by spaces).
    """
    grouped = uses.groupby("segment_id", sort=False)
    return pd.DataFrame(
        {
            "uses": grouped["use_id"].nunique(),
            "edited": grouped["edit"].agg(lambda edits: int((edits == EDITED).sum())),
            "where": grouped["use_id"].agg(lambda ids: " ".join(dict.fromkeys(ids))),
        }
    ).reset_index()


def require_reasons(uses: pd.DataFrame, where: str) -> pd.DataFrame:
    """Refuse edited uses without a reason.

    Parameters
    ----------
    uses : DataFrame
        As for `repeats`, with `edit_reason`.
    where : str
        The table, as the message names it.

    Returns
    -------
    DataFrame
        The uses.

    Raises
    ------
    DataError
        If an edited use has no reason; the message names every one.

    Examples
    --------
    >>> require_reasons(pd.DataFrame({"use_id": ["U1"], "edit": "edited", "edit_reason": ""}), "uses.csv")
    Traceback (most recent call last):
    ...
    peerbook.errors.DataError: uses.csv, edit_reason: found none for U1; expected a reason for every use \
whose words were changed. Write it, or show the words as they are kept.
    """
    bare = uses[(uses["edit"] == EDITED) & uses["edit_reason"].fillna("").eq("")]
    if bare.empty:
        return uses
    named = ", ".join(dict.fromkeys(bare["use_id"]))
    raise DataError(
        f"{where}, edit_reason: found none for {named}; expected a reason for every use whose words were "
        "changed. Write it, or show the words as they are kept."
    )
