"""The evidence matrix: what each kind of evidence says of each statement, and what this makes of it.

A *stance* is what one kind of evidence (a log, interviews, a survey) says of a statement: it supports it,
extends it, or contradicts it. Evidence that holds no stance is silent; if it never could have spoken, because
nobody asked, it says nothing against the statement either. Where people were sure to speak of a matter if it
were theirs, their silence counts against the statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from peerbook.choices import check_one_of
from peerbook.errors import DataError
from peerbook.outputs import formats

SUPPORTS, EXTENDS, CONTRADICTS = "supports", "extends", "contradicts"
STANCES = (SUPPORTS, EXTENDS, CONTRADICTS)
SILENT, NOT_ASKED, TELLING = "silent", "not asked", "silent though expected to speak"
CONVERGENT, DIVERGENT, SINGLE = "convergent", "divergent", "single"
STATES = (CONVERGENT, DIVERGENT, SINGLE, SILENT)
NOT_RESOLVED = "not resolved yet"
_QUIET = {"no": NOT_ASKED, "expected": TELLING}  # what a kind without a stance is, by `could_speak`


def evidence_matrix(
    stances: pd.DataFrame,
    opportunities: pd.DataFrame | None = None,
    resolutions: Mapping[str, str] | None = None,
    *,
    statements: Iterable[str] = (),
) -> pd.DataFrame:
    """Set statements against kinds of evidence.

    Parameters
    ----------
    stances : DataFrame
        `statement`, `kind` of evidence, `stance` ("supports", "extends" or "contradicts"); a row for each
        stance, repeats allowed.
    opportunities : DataFrame, optional
        `statement`, `kind`, `could_speak` ("yes", "no", or "expected": its silence counts against the
        statement); where it has no row, the kind could have spoken.
    resolutions : mapping of str to str, optional
        By statement, what is made of a contradiction.
    statements : iterable of str
        Further statements that nothing need speak of; they come first, in this order.

    Returns
    -------
    DataFrame
        A row per statement: `statement`; a column per kind, in the order in which they come, with its
        stances, "silent", "not asked" or "silent though expected to speak"; `state`: "divergent" if a kind
        contradicts, or one speaks and another is silent that was expected to speak, else "convergent" if two
        or more speak, "single" if one does, "silent" if none; `resolution`: of a divergent statement what is
        made of it, or "not resolved yet"; else blank.

    Raises
    ------
    ParameterError
        If a stance is unknown.

    Examples
    --------
    >>> stances = pd.DataFrame({"statement": ["a", "a", "b", "b"],
    ...                         "kind": ["log", "talk", "log", "talk"],
    ...                         "stance": ["supports", "extends", "supports", "contradicts"]})
    >>> evidence_matrix(stances)[["statement", "log", "talk", "state"]].to_numpy().tolist()
    [['a', 'supports', 'extends', 'convergent'], ['b', 'supports', 'contradicts', 'divergent']]
    >>> evidence_matrix(stances)["resolution"].tolist()
    ['', 'not resolved yet']
    >>> asked = pd.DataFrame({"statement": ["c"], "kind": ["log"], "could_speak": ["no"]})
    >>> evidence_matrix(stances, asked).iloc[-1].tolist()
    ['c', 'not asked', 'silent', 'silent', '']
    """
    for stance in stances["stance"].unique():
        check_one_of("stance", stance, STANCES)
    asked = (
        pd.DataFrame(columns=["statement", "kind", "could_speak"]) if opportunities is None else opportunities
    )
    kinds = list(dict.fromkeys([*stances["kind"], *asked["kind"]]))
    rows = list(dict.fromkeys([*statements, *stances["statement"], *asked["statement"]]))
    held = {
        key: ", ".join(stance for stance in STANCES if stance in set(said))
        for key, said in stances.groupby(["statement", "kind"])["stance"]
    }
    quiet = {
        (row, kind): _QUIET.get(could, SILENT)
        for row, kind, could in asked[["statement", "kind", "could_speak"]].itertuples(index=False)
    }
    cells = {kind: [held.get((row, kind), quiet.get((row, kind), SILENT)) for row in rows] for kind in kinds}
    matrix = pd.DataFrame({"statement": rows, **cells})
    states = [state_of(row) for row in matrix[kinds].to_numpy().tolist()]
    known = dict(resolutions or {})
    resolved = [
        (known.get(row) or NOT_RESOLVED) if state == DIVERGENT else ""
        for row, state in zip(rows, states, strict=True)
    ]
    return matrix.assign(state=states, resolution=resolved)


def state_of(cells: Iterable[str]) -> str:
    """Say what the kinds of evidence together make of a statement, from a row of the matrix.

    Examples
    --------
    >>> state_of(["supports", "silent"]), state_of(["supports", "supports, contradicts"])
    ('single', 'divergent')
    >>> state_of(["supports", "silent though expected to speak"])
    'divergent'
    """
    cells = list(cells)
    said = [cell for cell in cells if cell not in (SILENT, NOT_ASKED, TELLING)]
    if any(CONTRADICTS in cell for cell in said) or (said and TELLING in cells):
        return DIVERGENT
    return CONVERGENT if len(said) > 1 else SINGLE if said else SILENT


def require_resolved(matrix: pd.DataFrame, where: str) -> pd.DataFrame:
    """Refuse a matrix with a divergent statement of which nobody says what to make.

    Parameters
    ----------
    matrix : DataFrame
        From `evidence_matrix`.
    where : str
        The table of resolutions, as the message names it.

    Returns
    -------
    DataFrame
        The matrix.

    Raises
    ------
    DataError
        If a divergent statement is not resolved; the message names every one.
    """
    open_ = matrix.loc[matrix["resolution"] == NOT_RESOLVED, "statement"]
    if open_.empty:
        return matrix
    raise DataError(
        f"{where}, resolution: found none for {formats.words(open_)}, where evidence differs; expected a "
        "sentence that says what to make of it. Write it; that it is left open is one, too."
    )


def require_resolutions(judgements: pd.DataFrame, statement: str, stance: str, where: str) -> pd.DataFrame:
    """Refuse recorded contradictions of which nobody says what to make.

    Parameters
    ----------
    judgements : DataFrame
        One row per recorded stance, with a column `resolution`.
    statement, stance : str
        The columns that name a statement, and its stance.
    where : str
        The table, as the message names it.

    Returns
    -------
    DataFrame
        The judgements.

    Raises
    ------
    DataError
        If a contradiction has no resolution; the message names every one.

    Examples
    --------
    >>> rows = pd.DataFrame({"on": ["a"], "relation": ["contradicts"], "resolution": [""]})
    >>> require_resolutions(rows, "on", "relation", "judgements.csv")
    Traceback (most recent call last):
    ...
    peerbook.errors.DataError: judgements.csv, resolution: found none for what contradicts a; expected a \
sentence that says what to make of each contradiction. Write it, or change the relation.
    """
    open_ = judgements[(judgements[stance] == CONTRADICTS) & (judgements["resolution"].fillna("") == "")]
    if open_.empty:
        return judgements
    named = formats.words(open_[statement].unique())
    raise DataError(
        f"{where}, resolution: found none for what contradicts {named}; expected a sentence that says what "
        "to make of each contradiction. Write it, or change the relation."
    )
