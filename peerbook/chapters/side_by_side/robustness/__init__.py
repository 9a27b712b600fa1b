"""The robustness chapter: which headline findings stand up when the same question is asked otherwise.

`text-in-short-robustness`, `text-r.1` (how many findings pass each check), `table-r.1` (finding by check),
`fig-r.1` to `fig-r.3` (how far findings from the whole sample, subgroups, subsamples reach over all
specifications; without findings a text), `table-r.2` (the same in numbers), `table-r.3` to `table-r.5` (how
the model and the checks behave on simulated data).
"""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side.associations.grid import (
    CELL,
    MODEL,
    PAIRS,
    associations,
    counted,
    pairs_of,
    ranges_of,
)
from peerbook.chapters.side_by_side.associations.words import Names, cell_title, names_of
from peerbook.chapters.side_by_side.robustness import checks, specification_curve
from peerbook.chapters.side_by_side.robustness.chained import chained_readings, differing
from peerbook.chapters.side_by_side.robustness.checks import (
    CHECKS,
    FEW_PEOPLE,
    LEAST_PEOPLE,
    NO,
    ROUTES,
    TESTS,
    YES,
    headlines,
    kind_of,
)
from peerbook.chapters.side_by_side.robustness.specification_curve import (
    DRAWN,
    REACH,
    reach,
    summarise,
)
from peerbook.disclosure import Cell, Counted, Nobody
from peerbook.disclosure.withheld import withheld_in
from peerbook.outputs import Output, figure, formats, plots, table, text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from peerbook.log import Log

__all__ = [
    "associations",
    "chained_readings_table",
    "chained_table",
    "check_findings",
    "checks_in_words",
    "checks_table",
    "coverage_table",
    "curves_figure",
    "error_rates_table",
    "in_short",
    "specification_curves",
    "specifications_table",
    "verdicts",
    "zero_variance",
]

CURVES = MappingProxyType({"r.1": "whole sample", "r.2": "subgroup", "r.3": "subsample"})
SPECIFICATION = "_specification"
# The options that leave out pairs; the others do not change which pairs are analysed.
LEAVING_OUT = MappingProxyType(
    {
        "projects_term": "complete_case",
        "ticked": "left out",
        "short": "left out",
        "long_gaps": "left out",
    }
)
CHOICES = MappingProxyType(
    {
        "projects_term": "projects",
        "ticked": "ticks",
        "short": "short versions",
        "long_gaps": "long gaps",
        "ddf": "degrees of freedom",
        "wellbeing": "score",
    }
)
_SIMULATED = MappingProxyType(
    {
        ("model", "now"): "Test of the model",
        ("interval", "now"): "Interval of a mean",
        ("family_wise", "now"): CHECKS["family_wise"],
        ("bootstrap", "now"): CHECKS["bootstrap"],
        ("within_person", "now"): CHECKS["within_person"],
        ("cluster_robust", "now"): CHECKS["cluster_robust"],
        ("within_person", "before"): f"Before: {CHECKS['within_person'].lower()}",
        ("gee", "before"): "Before: GEE",
    }
)
NEIGHBOURS = 30  # pairs that share a log with the next: with fewer, their correlation may be anything
# Columns of what checks compute: they rest on the pairs of a finding.
_ESTIMATED = ("_p", "_low", "_high", "_resamples", "_model", "_difference")
SIMULATED = Nobody("is of simulated data")
_BEHIND = "Behind the sign ±: the standard error that comes from the number of data sets."
_METHODS = MappingProxyType({"satterthwaite": "Satterthwaite", "kenward-roger": "Kenward-Roger"})
_EFFECTS = MappingProxyType({"main_effect": "Effect", "lowest": "Lowest", "highest": "Highest"})
_SHARES = MappingProxyType(
    {
        "same_direction": "Same direction",
        "without_zero": "Interval without zero",
        "reading_rule": "Reading rule met",
    }
)


def check_findings(log: Log, results: pd.DataFrame, bootstraps: int, seed: int, jobs: int) -> pd.DataFrame:
    """Put every headline finding to every check; see `checks.check_findings`."""
    return checks.check_findings(
        pairs_of(log), results, ranges_of(log.definitions), bootstraps=bootstraps, seed=seed, jobs=jobs
    )


def verdicts(log: Log, results: pd.DataFrame, checked: pd.DataFrame) -> pd.DataFrame:
    """Say of every finding from the whole sample how strong it is: its size, its interval, its checks.

    Parameters
    ----------
    log : Log
    results : DataFrame
        From `associations`.
    checked : DataFrame
        From `check_findings`, of the same results.

    Returns
    -------
    DataFrame
        One row per finding, in printed order: `finding` (in a few words), `sentence` (in plain words, with
        its numbers), `outcome`, `exposure` (names, as in the results), `outcome_label`, `measure_label` (for
        readers), `change` (in the use of support: decreased, unchanged or increased), `n` (pairs), `people`,
        `mean`, `ci_low`, `ci_high` (points), `effect_size`, `size` (its word), `sd_change` (points),
        `p_value` (of the model), `corrected` (the strictest correction for the number of models that it
        survives: "Holm", "Benjamini-Hochberg", or empty), a column for each of `CHECKS` (yes, no, or why it
        was not asked), `passed` and `asked` (how many checks).
    """
    names = names_of(log.definitions)
    of_all = checked[checked["kind"] == "whole sample"]
    numbers = ["ci_low", "ci_high", "effect_size", "size", "sd_change"]
    found = of_all.merge(results[[*CELL, *numbers]], on=list(CELL), how="left", validate="1:1")
    rows = found.to_dict("records")
    strictest = ("holm", "false_discovery")
    said = {
        "finding": [names.finding(row) for row in rows],
        "sentence": [names.sentence(row) for row in rows],
        "outcome_label": [names.outcome(row) for row in rows],
        "measure_label": [names.measure(row) for row in rows],
        "corrected": [next((CHECKS[name] for name in strictest if row[name] == YES), "") for row in rows],
        "passed": (found[list(CHECKS)] == YES).sum(axis=1),
        "asked": _asked(found[list(CHECKS)]).sum(axis=1),
    }
    columns = [
        "finding", "sentence", "outcome", "exposure", "outcome_label", "measure_label", "change", "n",
        "people", "mean", *numbers, "p_value", "corrected", *CHECKS, "passed", "asked",
    ]  # fmt: skip
    return found.assign(**said)[columns]


def specification_curves(log: Log, results: pd.DataFrame, jobs: int) -> pd.DataFrame:
    """Estimate every headline finding under every specification; see `specification_curve`."""
    return specification_curve.specification_curves(
        pairs_of(log), headlines(results), log.definitions, jobs, log.all_pairs
    )


def in_short(log: Log, checked: pd.DataFrame) -> Output:
    """Say in three lines how many findings of all people stand up, which do best, and what of other findings.

    Parameters
    ----------
    log : Log
    checked : DataFrame
        From `check_findings`.
    """
    names = names_of(log.definitions)
    data = checked[[*CELL, "kind", "n", "mean", *CHECKS]].assign(_people=checked["people"])
    return text(
        "text-in-short-robustness",
        lambda checked: _in_short(checked, names),
        data,
        people=counted(data, words=tuple(CHECKS)),
    )


def _in_short(checked: pd.DataFrame, names: Names) -> str:
    if checked.empty:
        return (
            "- There is no finding to check: no change in the models rests on pairs enough to be told.\n"
            "- That does not show that support does nothing. There may be too few logs to tell."
        )
    checked = _known(checked)
    if checked.empty:
        return "- All findings are withheld: they are about few people."
    of_all, others = (checked[(checked["kind"] == "whole sample") == kind] for kind in (True, False))
    lines = [
        f"{_standing(of_all)} of {formats.plural(len(of_all), 'finding')} about all people stand up to every "
        "check that could be asked of them."
        if len(of_all)
        else "There is no finding about all people to check."
    ]
    best = of_all[_stands(of_all)]
    if len(best):
        most = best.loc[(best[list(CHECKS)] == YES).sum(axis=1).idxmax()]
        said = formats.lower_first(names.plain(most)).removesuffix(".")
        lines.append(f"One of them: {said} ({formats.plural(most['n'], 'pair')}).")
    else:
        lines.append("So no link should be passed on without a word of doubt.")
    some = f"Of {formats.plural(len(others), 'finding')} about some people, {_standing(others)} stand up. "
    lines.append(f"{some if len(others) else ''}To fail a check does not make a finding false.")
    return "\n".join(f"- {line}" for line in lines)


def _known(checked: pd.DataFrame) -> pd.DataFrame:
    """Leave out findings of too few people to tell."""
    return checked[~withheld_in(checked["n"])]


def _stands(checked: pd.DataFrame) -> pd.Series:
    """Say which findings pass every check that could be asked, if there is one."""
    answers = checked[list(CHECKS)]
    return ~(answers == NO).any(axis=1) & (answers == YES).any(axis=1)


def _standing(checked: pd.DataFrame) -> str:
    return formats.count(_stands(checked).sum())


def checks_in_words(log: Log, checked: pd.DataFrame) -> Output:
    """Say how many findings pass each check, and which of all people pass all that could be computed.

    Parameters
    ----------
    log : Log
    checked : DataFrame
        From `check_findings`.
    """
    named = _named(checked, names_of(log.definitions))
    keys = {f"_{name}": name for name in CELL}
    return text(
        "text-r.1",
        _checks_in_words,
        named[["finding", "kind", "n", *CHECKS]].assign(
            _people=named["people"], **{hidden: named[name] for hidden, name in keys.items()}
        ),
        people=Counted(
            counts={"n": PAIRS, "_people": "people in models"},
            by=("_sample", ("_subgroup_variable", "_subgroup_level"), "_change"),
            each=("_exposure", "_outcome"),
            called=keys,
            words=tuple(CHECKS),
        ),
    )


def _checks_in_words(checked: pd.DataFrame) -> str:
    if checked.empty:
        return "No mean change of these models meets the reading rule and rests on pairs enough."
    checked = _known(checked)
    answers = checked[list(CHECKS)]
    passed, asked = (answers == YES).sum(), _asked(answers).sum()
    few = (answers == FEW_PEOPLE).sum()
    of_all = checked[checked["kind"] == "whole sample"]
    others = len(checked) - len(of_all)
    lines = [
        f"{formats.plural(len(checked), 'finding')} {'was' if len(checked) == 1 else 'were'} put to the "
        f"checks: {formats.count(len(of_all))} about all people, {formats.count(others)} about some.",
        "",
    ]
    for name, title in CHECKS.items():
        left = f" ({few[name]} not asked: too few people)" if few[name] else ""
        lines.append(f"- {title}: passed by {passed[name]} of {formats.plural(asked[name], 'finding')}{left}")
    every = (of_all[list(CHECKS)] == YES).all(axis=1)
    lines += _findings("Findings about all people that pass every check:", of_all[every])
    open_ = of_all[_stands(of_all) & ~every]
    if len(open_):
        lines += _findings("And those that fail no check, but could not be put to each:", open_)
    return "\n".join(lines)


def _asked(answers: pd.DataFrame) -> pd.DataFrame:
    return answers.isin([YES, NO])


def _findings(heading: str, found: pd.DataFrame) -> list[str]:
    """List findings with the pairs they rest on."""
    said = [f"{row['finding']} ({formats.plural(row['n'], 'pair')})" for row in found.to_dict("records")]
    return ["", heading, "", *(f"- {finding}" for finding in said or ["none"])]


def checks_table(log: Log, checked: pd.DataFrame) -> Output | None:
    """Table of every headline finding by every check: the answer, and the numbers it rests on.

    None without findings, unless the report prints some.

    Parameters
    ----------
    log : Log
    checked : DataFrame
        From `check_findings`.
    """
    if checked.empty and not log.definitions.printed:
        return None
    names = names_of(log.definitions)

    def arrange(checked: pd.DataFrame) -> pd.DataFrame:
        answers, rows = checked[list(CHECKS)], checked.to_dict("records")
        passed = (answers == YES).sum(axis=1).astype(str)
        asked = _asked(answers).sum(axis=1).astype(str)
        shown = checked[["mean", "p_value"]].assign(
            **{title: [_beside(row, name) for row in rows] for name, title in CHECKS.items()},
            Passed=passed + " of " + asked,
        )
        return shown.set_index(_headings(checked, names))

    least = [f"{CHECKS[name]}: {number}" for name, number in LEAST_PEOPLE.items()]
    return table(
        "table-r.1",
        "Headline findings and the checks they pass",
        _named(checked, names),
        arrange,
        notes=[
            "Benjamini-Hochberg, Holm and the largest test are about the test of the model, among all models "
            "of its kind (whole sample, subgroups, subsamples); findings of one model share the answer.",
            "Other people: the interval of the mean over the people drawn, and the people of the cell.",
            "Within person and cluster-robust: the category of the finding less the one it differs from most "
            "clearly, p adjusted for all pairs of categories, and people of the smaller of the two cells.",
            f"People that a check asks for in the smallest cell concerned: {'; '.join(least)}.",
        ],
        people=counted(
            checked,
            words=(*CHECKS, *(f"{route}_against" for route in ROUTES)),
            models=dict.fromkeys([name for name in checked if name.endswith(_ESTIMATED)], "n"),
            extremes=("people_least", *(f"{route}_people" for route in ROUTES)),
            plain=("models",),
        ),
    )


def _beside(row: dict, name: str) -> str:
    """Write the answer of a check with its estimate, and how many it rests on."""
    answer = row[name]
    if name in TESTS:
        found = [formats.p_phrase(row[f"{name}_p"]), formats.plural(row["models"], "model")]
        if name in LEAST_PEOPLE:
            found.append(f"{formats.plural(row['people_least'], 'person', 'people')} in the smallest cell")
    elif name in ROUTES:
        difference, people = row[f"{name}_difference"], row[f"{name}_people"]
        if formats.is_missing(difference):
            return answer
        against = f"{formats.number(difference, 2)} against {row[f'{name}_against']}"
        found = [against, formats.p_phrase(row[f"{name}_p"]), formats.plural(people, "person", "people")]
    else:
        limits = formats.interval(row["bootstrap_low"], row["bootstrap_high"])
        found = [limits, formats.plural(row["people"], "person", "people")]
    if answer not in (YES, NO):  # what is not asked has no p value and no interval, but has people
        found = found[-1:] if name not in ROUTES else [found[0], found[-1]]
    return f"{answer}: {', '.join(found)}"


def curves_figure(log: Log, curves: pd.DataFrame, number: str) -> Output:
    """How far the findings of one kind reach over all specifications, a line each; without any, a sentence.

    Parameters
    ----------
    log : Log
    curves : DataFrame
        From `specification_curves`.
    number : str
        A key of `CURVES`, such as "r.1".
    """
    kind = CURVES[number]
    names = names_of(log.definitions)
    of_kind = curves[[kind_of(row) == kind for row in curves.to_dict("records")]]
    if of_kind.empty:
        return text(
            f"text-fig-{number}", f"No finding comes from the {kind} models: there is no figure of them."
        )
    ours = "the report" if log.definitions.printed else "the other pages"
    return figure(
        f"fig-{number}",
        f"Findings from the {kind} models under every specification, in standard deviations of change. "
        f"Thick: from the lowest to the highest mean. Thin: the widest intervals. The mark is the "
        f"specification of {ours}; it is filled where no interval reaches zero. At the end of a line: pairs.",
        lambda curves: _curves_in_words(reach(curves), names),
        _specified(_named(of_kind, names))[["finding", *CELL, "n", "_people", *DRAWN, SPECIFICATION]],
        lambda curves: _draw_reach(curves, names),
        arrange=lambda curves: _named(reach(curves), names)[["finding", *REACH]].set_index("finding"),
        people=counted(of_kind[[*CELL, "n", "_people"]], by=(SPECIFICATION,)),
    )


def _specified(curves: pd.DataFrame) -> pd.DataFrame:
    """Say of each row which pairs its specification leaves out; nothing for those of the report."""
    left_out = [
        [name for name, option in LEAVING_OUT.items() if row[name] == option]
        for row in curves[list(LEAVING_OUT)].to_dict("records")
    ]
    return curves.assign(**{SPECIFICATION: [", ".join(names) for names in left_out]})


def _draw_reach(curves: pd.DataFrame, names: Names) -> Figure:
    found = reach(curves)
    known = curves.groupby(list(CELL), sort=False)
    own = curves[curves["main"].astype(bool)].set_index(list(CELL))
    rows = found.to_dict("records")
    keys = list(found[list(CELL)].itertuples(index=False, name=None))
    drawn = pd.DataFrame(
        {
            "panel": "",
            "heading": [names.model_title(row) for row in rows],
            "label": [cell_title(row) for row in rows],
            "estimate": found["main_effect"],
            "low": known["effect_low"].min().loc[keys].to_numpy(),
            "high": known["effect_high"].max().loc[keys].to_numpy(),
            "inner_low": found["lowest"],
            "inner_high": found["highest"],
            "marked": found["without_zero"] == 100,
            "n": own["n"].loc[keys].to_numpy(),
            "missing": "",
        }
    )
    return plots.forest(drawn, "Effect (SDs of change)")


def specifications_table(log: Log, curves: pd.DataFrame) -> Output | None:
    """Table of the specification curves in numbers: a row per finding; its data are the curves themselves.

    None without findings, unless the report prints some.

    Parameters
    ----------
    log : Log
    curves : DataFrame
        From `specification_curves`.
    """
    if curves.empty and not log.definitions.printed:
        return None
    names = names_of(log.definitions)

    def arrange(curves: pd.DataFrame) -> pd.DataFrame:
        summary = summarise(curves)
        effects = {name: summary[name].map(lambda effect: formats.number(effect, 2)) for name in _EFFECTS}
        shares = {name: summary[name].map(lambda share: formats.percent(share, digits=0)) for name in _SHARES}
        shown = summary[["specifications"]].assign(**effects, **shares)
        shown = shown.assign(matters_most=summary["matters_most"].map(CHOICES).fillna(""))
        return shown.rename(columns={**_EFFECTS, **_SHARES}).set_index(_headings(summary, names))

    return table(
        "table-r.2",
        "How far the headline findings depend on choices of the analysis",
        _specified(_named(curves, names)),
        arrange,
        people=counted(curves, by=(SPECIFICATION,)),
        notes=[
            "Effects are in standard deviations of change, shares of the specifications that can be "
            "estimated. Specifications with the same mean count once, with the widest of their intervals. "
            "The file holds every specification of every finding."
        ],
    )


def coverage_table() -> Output:
    """Table of how the model behaves on simulated data in which nothing is to be found."""
    from peerbook import stats

    return table(
        "table-r.3",
        "Simulated data of the size of the report, pairs that share no log: how often 95% intervals cover "
        "the true mean, and how often the test of the change in support finds something where there is "
        "nothing",
        pd.read_csv(Path(stats.__file__).with_name("coverage.csv")),
        _coverage,
        people=SIMULATED,
        notes=[
            _BEHIND,
            "Made once, by tests/benchmarks/coverage.py, and not remade with the book.",
        ],
    )


def chained_table(log: Log) -> Output:
    """Table of how the model behaves on simulated scores of the logs themselves.

    Parameters
    ----------
    log : Log
        Whose definitions name the models.
    """
    names = names_of(log.definitions)

    def arrange(data: pd.DataFrame) -> pd.DataFrame:
        titles = [names.model_title(row) for row in data.to_dict("records")]
        shown = {
            "People in the smallest cell": data["people_least"].map(formats.count),
            "Intervals that cover": _with_error(data["coverage"], data["coverage_error"]),
            "Tests with p below 0.05": _with_error(data["rejection"], data["rejection_error"]),
            "No variance between people": data["zero"].map(lambda share: formats.percent(100 * share)),
            "Not estimated": data["refused"].map(lambda share: formats.percent(100 * share)),
        }
        return pd.DataFrame(shown).set_index(pd.Index(titles, name="Model"))

    return table(
        "table-r.4",
        "Simulated scores for the logs of the cohort: pairs that share logs, turnout and drop-out, and small "
        "subgroups are as they are, and support makes no difference",
        pd.read_csv(Path(__file__).with_name("coverage.csv"), keep_default_na=False, na_values=["nan"]),
        arrange,
        people=SIMULATED,
        notes=lambda data: [
            f"{formats.plural(data['data_sets'].max(), 'data set')}. {_BEHIND}",
            "Made once, by tests/benchmarks/coverage.py, and not remade with the book.",
        ],
    )


def error_rates_table() -> Output:
    """Table of how often each check finds something in simulated scores, by people in the smallest cell."""
    return table(
        "table-r.5",
        "How often each check finds something where there is nothing (5% is right), by the number of people "
        "in the smallest cell concerned",
        pd.read_csv(Path(__file__).with_name("error_rates.csv")),
        _error_rates,
        people=SIMULATED,
        notes=[
            "Checks of differences err if any of three pairs of categories is called different; Holm's "
            "adjustment is strict, since these pairs share categories.",
            "Not asked: the check is not put to a finding with so few people.",
            "The two checks as they were before: the pair of categories that lies furthest apart, without "
            "adjustment; GEE with its usual standard errors.",
            f"{_BEHIND} Made once, by tests/benchmarks/checks.py, and not remade with the book.",
        ],
    )


def _error_rates(data: pd.DataFrame) -> pd.DataFrame:
    """Set the classes of people side by side, a row for each check, now and before."""
    classes = {
        low: f"{low} or more" if formats.is_missing(high) else f"{low} to {high:.0f}"
        for low, high in data.sort_values("low")[["low", "high"]].drop_duplicates().itertuples(index=False)
    }
    rows = data.assign(error=_with_error(data["error"], data["error_error"]))
    asked = [
        row["when"] == "before" or row["low"] >= LEAST_PEOPLE.get(row["check"], 0)
        for row in rows.to_dict("records")
    ]
    rows = rows.assign(error=rows["error"].where(asked, rows["error"] + ", not asked"))
    shown = pd.DataFrame(
        {low: part.set_index(["check", "when"])["error"] for low, part in rows.groupby("low")},
        index=pd.MultiIndex.from_tuples(_SIMULATED),
    )
    shown.index = pd.Index(list(_SIMULATED.values()), name="Check")
    return shown[list(classes)].rename(columns=classes).rename_axis(columns=None).fillna("")


def zero_variance(log: Log, results: pd.DataFrame) -> Output:
    """Say how many models have no variance between people, and what that means.

    Parameters
    ----------
    log : Log
    results : DataFrame
        From `associations`.
    """
    names = names_of(log.definitions)
    models = results.drop_duplicates(list(MODEL))
    counts = models.assign(
        models=models["p_value"].notna(),
        zero=models["warnings"].str.contains("between groups is estimated as zero"),
    )
    data = counts.groupby("outcome", sort=False)[["models", "zero"]].sum().reset_index()
    neighbours = [neighbouring_changes(log.pairs, outcome) for outcome in data["outcome"]]
    data = data.assign(
        chained=[count for count, _ in neighbours], correlation=[related for _, related in neighbours]
    )
    said = Counted(
        "pairs that share a log",
        counts=("chained",),
        by=(),
        each=("outcome",),
        models=("correlation",),
        plain=("models", "zero"),
    )
    return text("text-zero-variance", lambda data: _zero_variance(data, names), data, people=said)


def _zero_variance(data: pd.DataFrame, names: Names) -> str:
    if not data["models"].sum():
        return "No model could be estimated."
    known = data.dropna(subset="correlation")
    models = formats.plural(data["models"].sum(), "model")
    if not data["zero"].sum():
        return f"In none of {models} the variance between people is estimated as zero."
    lines = [
        f"In {formats.count(data['zero'].sum())} of {models} the "
        "variance between people is estimated as zero. This does not say that people are alike; they differ "
        "widely in their scores. It says that *changes* of one person resemble each other no more than "
        "changes of different people."
    ]
    if len(known):
        low, high = known.loc[known["correlation"].idxmin()], known.loc[known["correlation"].idxmax()]
        ends = [
            f"{formats.number(row['correlation'], 2)} ({names.outcome(row).lower()})"
            for row in ([low, high] if len(known) > 1 else [low])
        ]
        lines.append(
            "The log that ends a pair also starts the next one, so that a good day raises one change and "
            "lowers the other. With the start value allowed for, two changes that share a log have a "
            f"correlation of {' to '.join(ends)} here. A random intercept can say that changes of a person "
            "are alike, never that they are opposed, and stops at zero. The tests are then those of an "
            "ordinary regression, which takes pairs as unrelated."
        )
    return " ".join(lines)


def chained_readings_table(log: Log, results: pd.DataFrame, jobs: int) -> Output | None:
    """Table of the means that count as changed with or without errors that chain, and how they compare.

    None if no mean counts as changed either way, unless the report prints some.

    Parameters
    ----------
    log : Log
    results : DataFrame
        From `associations`.
    jobs : int
        Processes.
    """
    names = names_of(log.definitions)
    data = chained_readings(pairs_of(log), ranges_of(log.definitions), results, jobs)
    printed = log.definitions.printed
    if not printed and not (data["changed"].any() or data["chained_changed"].eq(True).any()):
        return None

    def arrange(data: pd.DataFrame) -> pd.DataFrame:
        chained = data["chained_changed"].map({True: YES, False: NO}).fillna("not computable")
        told = data["changed"] | (chained == YES)
        shown = {"Pairs": data["n"].map(formats.count), "People": data["people"].map(formats.count)}
        for title, before in (("Random intercept", ""), ("Chained errors", "chained_")):
            numbers = data[[f"{before}{name}" for name in ("mean", "ci_low", "ci_high")]]
            shown[f"{title}: mean"] = [formats.mean_ci(*row) for row in numbers.itertuples(index=False)]
            shown[f"{title}: p"] = data[f"{before}p_value"].map(formats.p_value)
            shown[f"{title}: changed"] = (
                data["changed"].map({True: YES, False: NO}) if not before else chained
            )
        shown["Correlation of errors"] = data["correlation"].map(lambda value: formats.number(value, 2))
        return pd.DataFrame(shown).set_index(_headings(data, names))[told.to_numpy()]

    return table(
        "table-r.6",
        "Means of the whole sample that count as changed, with and without a correlation of the errors of "
        "pairs that share a log",
        _named(data, names),
        arrange,
        notes=lambda data: [_chained_in_words(data, printed)],
        people=counted(
            data,
            counts={"links": Cell("pairs in models that share a log", without=("change",))},
            models=dict.fromkeys([name for name in data if name.startswith("chained_")], "n")
            | {"correlation": "n"},
            words=("chained_changed",),
        ),
    )


def _chained_in_words(data: pd.DataFrame, printed: bool) -> str:
    known = data.dropna(subset="chained_changed")
    if known.empty:
        return "No model could be fitted with errors that chain."
    other = differing(data)
    lost, same = int(other["changed"].sum()), len(known) - len(other)
    low, high = (formats.number(end, 2) for end in (known["correlation"].min(), known["correlation"].max()))
    return (
        f"Of {formats.plural(len(known), 'mean')} with pairs enough to be told, {formats.count(same)} read "
        f"the same both ways; {formats.count(lost)} count as changed only without chained errors, "
        f"{formats.count(len(other) - lost)} only with them. Between the models, the correlation of the "
        f"errors of two pairs that share a log lies from {low} to {high}. The file holds every such mean "
        f"of the {'printed ' if printed else ''}models of the whole sample."
    )


def neighbouring_changes(pairs: pd.DataFrame, outcome: str) -> tuple[int, float]:
    """Correlate the changes of pairs with the changes of the pairs that start with the log they end with.

    Parameters
    ----------
    pairs : DataFrame
        One row per pair of consecutive logs.
    outcome : str
        Both changes are taken after a straight line on the start value.

    Returns
    -------
    tuple of int and float
        How many pairs have such a neighbour, and the correlation; missing with fewer than `NEIGHBOURS`.
    """
    start, change = f"{outcome}_start", f"{outcome}_change"
    known = pairs.dropna(subset=[start, change])
    if len(known) < 3 or known[start].nunique() < 2:
        return 0, float("nan")
    slope = known[change].cov(known[start]) / known[start].var()
    left = known.assign(left=known[change] - slope * known[start])
    both = left.merge(left, left_on="log_id_end", right_on="log_id_start", suffixes=("", "_next"))
    enough = len(both) >= NEIGHBOURS and both[["left", "left_next"]].nunique().min() > 1
    return len(both), float(both["left"].corr(both["left_next"])) if enough else float("nan")


def _coverage(data: pd.DataFrame) -> pd.DataFrame:
    sets = data["data_sets"].map(lambda number: formats.plural(number, "data set"))
    rows = data["correlation"].map("{:.0%} between people, ".format) + data["ddf"].map(_METHODS)
    return pd.DataFrame(
        {
            "Intervals that cover": _with_error(data["coverage"], data["coverage_error"]),
            "Tests with p below 0.05": _with_error(data["rejection"], data["rejection_error"]),
        },
        index=pd.MultiIndex.from_arrays([sets, rows], names=["", "Share of the variance"]),
    )


def _with_error(share: pd.Series, error: pd.Series) -> list[str]:
    return [
        f"{formats.percent(100 * part)} ± {formats.number(100 * width)}"
        for part, width in zip(share, error, strict=True)
    ]


def _named(rows: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Add the finding in words, in front."""
    named = rows.assign(finding=[names.finding(row) for row in rows.to_dict("records")])
    return named[["finding", *rows.columns]]


def _headings(rows: pd.DataFrame, names: Names) -> pd.MultiIndex:
    """Head each finding with its model, over the rows of the table, and its cell."""
    records = rows.to_dict("records")
    titles = [[names.model_title(row) for row in records], [cell_title(row) for row in records]]
    return pd.MultiIndex.from_arrays(titles, names=["", "Change in support"])


def _curves_in_words(summary: pd.DataFrame, names: Names) -> str:
    """Say how firm the curves of a picture are, and which is the least so."""
    known = summary.dropna(subset="without_zero")
    if known.empty:
        return f"{formats.plural(len(summary), 'line')}, one for each finding. All are withheld."
    alike, apart = (int((summary[name] == 100).sum()) for name in ("same_direction", "without_zero"))
    least = summary.loc[summary["without_zero"].idxmin()]
    share = formats.percent(least["without_zero"], digits=0)
    span = f"from {formats.number(least['lowest'], 2)} to {formats.number(least['highest'], 2)}"
    return (
        f"{formats.plural(len(summary), 'line')}, one for each finding. In {alike} every specification has "
        f"the same direction, in {apart} every interval leaves out zero. The least firm is "
        f"{names.finding(least)}: {span} over {formats.plural(least['specifications'], 'specification')}, "
        f"with an interval that leaves out zero in {share} of them."
    )
