"""The audit of a whole printed report: its tables, its tables together, and its prose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import pandas as pd

from peerbook.audit import audit
from peerbook.audit.findings import IN_DOUBT, PLACE, Finding, findings_frame
from peerbook.audit.shapes import COUNTS, MONTHS
from peerbook.published import prose
from peerbook.published.cells import PLACE as CELL
from peerbook.published.cells import placed
from peerbook.published.statements import names_in, printed_statements
from peerbook.published.tables import as_printed, load, load_list, table_index
from peerbook.shared import shared

READINGS = ("as printed only", "as printed and corrected", "corrected only")
REPEATED = "table against table"
# A mean that does not fit its interval puts all three numbers in doubt: any of them may be the slip.
_FITS = ("mean", "ci_low", "ci_high")
_IN_DOUBT = IN_DOUBT | {"mean inside interval": _FITS, "interval symmetric": _FITS}
_IN_DOUBT |= {"number against number": ("value",), "number against table": ("value",)}

Printed = Mapping[str, pd.DataFrame]


def audit_report(study: str | Path) -> pd.DataFrame:
    """Audit every printed table of a shape and the prose, before and after correcting the obvious misprints.

    Parameters
    ----------
    study : str or Path
        As for `peerbook.published.load`.

    Returns
    -------
    DataFrame
        The columns of `peerbook.audit.audit`, and `reading`: "as printed only" (the
        correction settles it), "as printed and corrected" (it remains) or "corrected only".

    Examples
    --------
    >>> audit_report("my_study")["check"].unique().tolist()  # doctest: +SKIP
    ['row adds up to total']
    """
    return _audit_report(study).copy()


def contradictions(study: str | Path) -> pd.DataFrame:
    """List the printed numbers that other printed numbers contradict, misprints with one reading corrected.

    Parameters
    ----------
    study : str or Path

    Returns
    -------
    DataFrame
        `table`, `row`, `column`, `quantity` as in `printed_cells`, and the `conflict`.
    """
    return _contradictions(study).copy()


@lru_cache
@shared()
def _audit_report(study: str | Path) -> pd.DataFrame:
    printed, corrected = (_findings(study, _printed(study, keep)) for keep in (False, True))
    key = list(PLACE)
    both = printed.merge(corrected[key].drop_duplicates(), on=key, how="left", indicator="side")
    reading = both["side"].map({"left_only": READINGS[0], "both": READINGS[1]}).astype(str)
    after = corrected.merge(printed[key].drop_duplicates(), on=key, how="left", indicator="side")
    new = after[after["side"] == "left_only"].assign(reading=READINGS[2])
    return pd.concat([both.assign(reading=reading), new], ignore_index=True).drop(columns="side")


def _printed(study: str | Path, corrected: bool) -> Printed:
    """Read every table of the index, its misprints corrected or as printed."""
    read = {name: load(study, name) for name in table_index(study)}
    return (
        read if corrected else {n: as_printed(rows, table_index(study)[n].keys) for n, rows in read.items()}
    )


def _findings(study: str | Path, printed: Printed) -> pd.DataFrame:
    found = [
        audit(printed[name].rename(columns=entry.rename), entry.number, missing_of=entry.missing_of)
        for name, entry in table_index(study).items()
        if entry.shape
    ]
    together = [finding for finding, _ in _disagreements(study, printed)]
    return pd.concat([*found, findings_frame([*together, *_on_prose(study, printed)])], ignore_index=True)


def _on_prose(study: str | Path, printed: Printed) -> Iterator[Finding]:
    """Check the prose with the lists that the study has."""
    said = printed_statements(study)
    yield from prose.against_each_other(said, load_list(study, "identities"))
    yield from prose.against_tables(said, load_list(study, "references"), printed)
    for name, rules in load_list(study, "associations_in_words").groupby("table"):
        yield from prose.associations_in_words(rules, printed[name])


def _disagreements(study: str | Path, printed: Printed) -> Iterator[tuple[Finding, list[dict[str, str]]]]:
    """Find numbers that two tables print and print differently, and name the places they put in doubt."""
    for rule in load_list(study, "repeated").to_dict("records"):
        names = [rule["again"], *rule["also"].split()]
        repeats = [
            _numbers(study, printed, name, rule["where_again"], rule["value_again"], rule["by"])
            for name in names
        ]
        first = _numbers(study, printed, rule["table"], rule["where"], rule["value"], rule["by"])
        for key, cell in first.iterrows():
            number, again = cell["number"], repeats[0]["number"].get(key, float("nan"))
            if number == again:
                continue
            place = cell[CELL[:3]].to_dict()
            doubtful = [place | {"quantity": name} for name in sorted(names_in(rule["value"]))]
            for rows in repeats:
                same = rows.loc[rows.index == key, CELL[:3]].assign(quantity=rule["value_again"])
                doubtful += same.to_dict("records")
            said = rule["words"].format(number, again)
            yield Finding(REPEATED, "error", *place.values(), f"{number:g}", f"{again:g}", said), doubtful


def _numbers(study: str | Path, printed: Printed, name: str, where: str, value: str, by: str) -> pd.DataFrame:
    """Give the numbers of some cells of a table with their places, by one of its columns."""
    rows = placed(table_index(study)[name], printed[name]).query(where)
    return rows.assign(number=rows.eval(value)).set_index(by)


@lru_cache
@shared()
def _contradictions(study: str | Path) -> pd.DataFrame:
    index, found = table_index(study), audit_report(study)
    found = found[found["check"].isin(_IN_DOUBT) & (found["reading"] != READINGS[0])]
    shapes = {entry.number: entry.shape for entry in index.values()}
    found = found.assign(
        quantity=found["check"].map(_IN_DOUBT),
        column=found["column"].where(found["table"].map(shapes).isin([COUNTS, MONTHS]), ""),
        conflict=found["check"] + ": " + found["arithmetic"],
    ).explode("quantity")
    repeated = [
        place | {"conflict": f"{REPEATED}: {finding.arithmetic}"}
        for finding, places in _disagreements(study, _printed(study, corrected=True))
        for place in places
    ]
    found = pd.concat([found[[*CELL, "conflict"]], pd.DataFrame(repeated)])
    found = pd.concat([found, _repeated_in_prose(study, found)])
    return found.groupby(CELL, sort=False)["conflict"].agg("; ".join).reset_index()


def _repeated_in_prose(study: str | Path, found: pd.DataFrame) -> pd.DataFrame:
    """Pass the conflict of a cell on to the number of the prose that repeats it."""
    names = load_list(study, "statements").set_index("name")["table"]
    conflicts: dict[tuple[str, ...], list[str]] = {}
    for *cell, conflict in found[[*CELL, "conflict"]].itertuples(index=False, name=None):
        conflicts.setdefault(tuple(cell), []).append(conflict)
    passed_on = []
    for rule in load_list(study, "references").query("relation == 'equals'").to_dict("records"):
        rows = load(study, rule["table"]).query(rule["where"])
        if len(rows) == 1:
            cells = placed(table_index(study)[rule["table"]], rows)
            cell = *cells.iloc[0][CELL[:3]], rule["value"]
            place = {"table": names[rule["name"]], "row": rule["name"], "column": "", "quantity": "value"}
            passed_on += [place | {"conflict": conflict} for conflict in conflicts.get(cell, [])]
    return pd.DataFrame(passed_on, columns=[*CELL, "conflict"])
