"""Chapter 1: who delivered the programme and where, what it aimed at, and what the evaluation asked.

Table 1.1 and Figure 1.1 have the numbers of the report. All else is added: told in the text, or counted.
`__all__` has what the notebook shows, in its order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from peerbook.chapters.side_by_side import beside_print, pages, raw_rows
from peerbook.chapters.side_by_side.beside_print import discrepancies
from peerbook.chapters.side_by_side.raw_rows import has_rows, rows_of
from peerbook.disclosure import Cell, Nobody
from peerbook.evidence.register import register
from peerbook.evidence.targets import planned_against_actual, targets_counted
from peerbook.outputs import Output, diagrams, figure, formats, plots, style, table, text
from peerbook.outputs.folding import folded

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from peerbook.study import Study

PROGRAMME = Nobody("counts projects, plans and questions, not people")

__all__ = [  # noqa: RUF022 the order of the page
    "in_short",
    "hubs",
    "projects",
    "partners_and_targets",
    "targets",
    "timeline",
    "questions",
    "work_streams",
    "coproduction",
    "area_names",
    "printed_tables",
    "statements",
    "discrepancies",
    "row_origins",
]

TABLES = tuple(
    f"programme/{name}"
    for name in (
        *("organisations", "partnerships", "areas", "area_names", "actions"),
        *("milestones", "work_streams", "coproduction"),
    )
)
TARGETS = "evidence/targets"
PRINTED_IN = "Figure 1.1"  # the version of the targets that the figure has
PARTNER, GRANT = "Strategic partner", "Grant"
# What counts towards a target, by its name: rows of the programme, and columns of the monitoring.
HUBS, GRANTS = "hubs and strategic partnerships", "groups with a grant"
MONITORED = {"groups and organisations engaged": "groups_engaged", "new people": "new_people"}
EACH = {"programme": "The programme", "hub": "Each hub", "area": "Each strategic partner"}
# The titles of pages that answer a question.
PAGES = {
    "log_findings": "Log findings",
    "associations": "Associations",
    "consultation": "Consultation",
    "values_framework": "Values framework",
    "bame": "BaME-specific peer support",
    "capacity_building": "Capacity building",
    "commissioning": "Commissioning",
}


def in_short(study: Study) -> Output:
    """Say in three lines who delivered the programme, how many projects there were, and what was asked.

    Parameters
    ----------
    study : Study
    """
    if not has_rows(study, *TABLES):
        return raw_rows.absent("text-in-short-programme", "account of the programme", TABLES)
    counted = project_counts(study)
    asked = rows_of(study, "programme/work_streams")
    numbers = {
        "areas": len(rows_of(study, "programme/areas")),
        "partners": int(counted["partner_projects"].sum()),
        "grants": int(counted["grant_projects"].sum()),
        "projects": int(counted["projects"].sum()),
        "questions": len(asked),
        "streams": asked["work_stream"].nunique(),
    }
    return text("text-in-short-programme", _in_short, numbers, people=PROGRAMME)


def _in_short(n: dict[str, int]) -> str:
    lines = [
        f"The programme ran in {formats.plural(n['areas'], 'area')}. In each one a hub helped local groups, "
        "and a partner set up new peer support.",
        f"There were {formats.plural(n['projects'], 'project')}: {formats.count(n['partners'])} of partners "
        f"and {formats.count(n['grants'])} of small groups that got a grant.",
        f"The study asked {formats.plural(n['questions'], 'question')} in "
        f"{formats.plural(n['streams'], 'part')}. This page says where in the book each is answered.",
    ]
    return "\n".join(f"- {line}" for line in lines)


def hubs(study: Study) -> Output | None:
    """Table 1.1: the hub and the strategic partner of each area.

    Parameters
    ----------
    study : Study
    """
    if not has_rows(study, "programme/partnerships"):
        return None
    return table(
        "table-1.1",
        "Hubs and strategic partners by area",
        partners_of_areas(study),
        lambda data: data.rename(
            columns={"region": "area", "delivery_area": "where the partner delivers"}
        ).set_index("area"),
        notes=_partners_in_words,
    )


def partners_of_areas(study: Study) -> pd.DataFrame:
    """Join hubs, partners and organisations.

    Returns
    -------
    DataFrame
        One row per area: `region`, `hub`, `strategic_partner`, `partner_is`, `delivery_area`, `close_focus`.
    """
    rows = rows_of(study, "programme/partnerships")
    kinds = rows_of(study, "programme/organisations").drop_duplicates("organisation")
    of_role = {
        role: rows[rows["role"] == role].drop_duplicates("region").set_index("region")
        for role in ("hub", "partner")
    }
    titles = dict(study.definitions.tables["programme/organisations"].fields["kind"].categories)
    partner = of_role["partner"]["organisation"]
    kind = partner.map(kinds.set_index("organisation")["kind"]).map(titles)
    focus = rows_of(study, "programme/areas").drop_duplicates("region").set_index("region")["close_focus"]
    areas = pd.Index(rows["region"].unique(), name="region")
    found = pd.DataFrame(
        {
            "hub": of_role["hub"]["organisation"].reindex(areas),
            "strategic_partner": partner.reindex(areas),
            "partner_is": kind.reindex(areas),
            "delivery_area": of_role["partner"]["delivery_area"].reindex(areas),
            "close_focus": focus.reindex(areas),
        },
        index=areas,
    )
    return found.reset_index()


def _partners_in_words(data: pd.DataFrame) -> list[str]:
    kinds = data["partner_is"].value_counts()
    said = formats.words(f"{formats.lower_first(kind)} {formats.count(n)}" for kind, n in kinds.items())
    close = (data["close_focus"] == "yes").sum()
    both = (data["hub"] == data["strategic_partner"]).sum()
    return [
        f"Strategic partners by kind: {said}. In {formats.plural(both, 'area')} hub and partner are one "
        "organisation.",
        f"Close focus: the evaluation looked more closely at {formats.plural(close, 'area')}.",
    ]


def projects(study: Study) -> Output:
    """Table 1.2: projects of strategic partners and projects with a grant, by area.

    Parameters
    ----------
    study : Study
    """
    return table(
        "table-1.2",
        pages.added("Projects by area"),
        project_counts(study),
        lambda data: data.rename(columns={"region": "area"}).set_index("area"),
        notes=_projects_in_words,
        people=PROGRAMME,
    )


def project_counts(study: Study) -> pd.DataFrame:
    """Count projects by area: `region`, `partner_projects`, `grant_projects`, `projects`.

    Projects that neither a strategic partner nor a grant pays for are not counted.
    """
    rows = rows_of(study, "projects")
    rows = rows[rows["funding"].isin([PARTNER, GRANT])]
    regions = [region for region in study.definitions.regions if region in set(rows["region"])]
    counted = pd.crosstab(rows["region"], rows["funding"]).reindex(
        index=regions, columns=[PARTNER, GRANT], fill_value=0
    )
    counted.columns = ["partner_projects", "grant_projects"]
    return counted.assign(projects=counted.sum(axis=1)).rename_axis("region").reset_index()


def _projects_in_words(data: pd.DataFrame) -> list[str]:
    if data.empty:
        return ["There are no projects."]
    partner, grant, every = (
        formats.count(data[column].sum(skipna=False))
        for column in ("partner_projects", "grant_projects", "projects")
    )
    low, high = data["grant_projects"].min(), data["grant_projects"].max()
    return [
        f"{every} projects in all: {partner} of strategic partners and {grant} with a grant, from "
        f"{formats.count(low)} to {formats.count(high)} with a grant in an area."
    ]


def partners_and_targets(study: Study) -> Output | None:
    """Figure 1.1: who was to do what, with the targets.

    Parameters
    ----------
    study : Study
    """
    if not has_rows(study, TARGETS, "programme/actions"):
        return None
    planned = rows_of(study, TARGETS).query("version == @version", local_dict={"version": PRINTED_IN})
    planned = planned[planned["each"].isin(EACH)].assign(what=planned["target"])
    actions = rows_of(study, "programme/actions")
    actions = actions.assign(each=actions["actor"].replace({"partner": "area"}), what=actions["action"])
    data = pd.concat([planned[["each", "what", "planned"]], actions[["each", "what"]]], ignore_index=True)
    data = data.sort_values("each", key=lambda each: each.map(list(EACH).index), kind="stable")
    return figure(
        "fig-1.1",
        "Partners in developing peer support, and their targets",
        _aims_in_words,
        data.astype({"planned": "Float64"}).reset_index(drop=True),
        _aims_drawn,
        arrange=lambda data: data.assign(each=data["each"].map(EACH)).set_index(["each", "what"]),
        people=PROGRAMME,
    )


def _aims(data: pd.DataFrame) -> dict[str, list[str]]:
    """List the aims of each actor, with their numbers."""
    return {
        EACH[each]: [
            formats.upper_first(row.what)
            if formats.is_missing(row.planned)
            else f"{formats.count(row.planned)} {row.what}"
            for row in rows.itertuples()
        ]
        for each, rows in data.groupby("each", sort=False)
    }


def _aims_in_words(data: pd.DataFrame) -> str:
    said = [f"{actor}: {'; '.join(aims)}." for actor, aims in _aims(data).items()]
    return " ".join(["A list for each actor, with its aims.", *said])


def _aims_drawn(data: pd.DataFrame) -> Figure:
    return diagrams.lists(_aims(data))


def targets(study: Study) -> Output | None:
    """Table 1.3: every version of each target, added up over hubs and areas, and what was reached.

    Parameters
    ----------
    study : Study
    """
    if not has_rows(study, TARGETS, "programme/partnerships"):
        return None
    plan = rows_of(study, TARGETS)
    plan = plan[plan["target"].isin(plan.loc[plan["version"] == PRINTED_IN, "target"])]
    areas = rows_of(study, "programme/partnerships").query("role == 'hub'")["region"].nunique()
    many = plan["each"].map({"programme": 1, "hub": areas, "area": areas})
    totals = plan.assign(planned=plan["planned"].astype("Float64") * many.astype("Float64"))
    done = reached(study)
    compared = planned_against_actual(totals, done)
    compared.insert(1, "for_each", plan["planned"].astype("Float64").to_numpy(dtype=float, na_value=np.nan))
    return table(
        "table-1.3",
        pages.added("Targets and what was reached, for the whole programme"),
        compared,
        _targets_shown,
        notes=[
            "A target of each hub or area is multiplied by their number. Versions that do not agree each "
            "have a row.",
            "What nobody counted in these data is not known. The page on capacity building has the areas.",
        ],
        people=targets_counted(_reached, plain=("for_each",)),
    )


def _reached(row: Mapping[str, object]) -> Cell | None:
    """Return what was reached: new people of all areas, or groups and plans, which are none."""
    return Cell("new people of areas") if row["target"] == "new people" else None


def reached(study: Study) -> pd.DataFrame:
    """Count what was reached, by target: hubs, grants, and sums of the monitoring; missing: not counted."""
    partnerships = rows_of(study, "programme/partnerships")
    found: dict[str, float | None] = dict.fromkeys(rows_of(study, TARGETS)["target"].unique())
    found[HUBS] = int((partnerships["role"] == "hub").sum())
    found[GRANTS] = int(project_counts(study)["grant_projects"].sum())
    if has_rows(study, "capacity/monitoring"):
        monitored = rows_of(study, "capacity/monitoring")
        found |= {target: monitored[column].sum(min_count=1) for target, column in MONITORED.items()}
    return pd.DataFrame(found.items(), columns=["target", "reached"])


def _targets_shown(data: pd.DataFrame) -> pd.DataFrame:
    shown = data.set_index(["target", "version"])[["for_each", "planned", "reached", "percent", "met"]]
    return shown.assign(
        **{name: [formats.count(n) for n in shown[name]] for name in ("for_each", "planned", "reached")},
        percent=[formats.percent(value, digits=0) for value in shown["percent"]],
    ).rename(columns={"planned": "planned in all"})


def timeline(study: Study) -> Output | None:
    """Figure 1.2: when the programme and its evaluation ran.

    Parameters
    ----------
    study : Study
    """
    rows = rows_of(study, "programme/milestones")
    if rows.empty:
        return None
    data = rows[["kind", "title", "starts", "ends"]].sort_values(["kind", "starts"], kind="stable")
    data = data.sort_values("kind", ascending=False, kind="stable").reset_index(drop=True)
    return figure(
        "fig-1.2",
        pages.added("When the programme and its evaluation ran"),
        _timeline_in_words,
        data,
        _timeline_drawn,
        arrange=lambda data: data.set_index(["kind", "title"]),
        notes=["Plain bars are of the programme, hatched bars of the evaluation. Dots: no end is stated."],
    )


def _timeline_in_words(data: pd.DataFrame) -> str:
    rows = [f"{row.title}: {_month(row.starts)} to {_month(row.ends)}" for row in data.itertuples()]
    return f"A bar for each stretch of time, in months. {'; '.join(rows)}."


def _month(written: str) -> str:
    return formats.calendar_month(pd.Timestamp(f"{written}-01")) if written else "an end not stated"


def _number(written: pd.Series) -> pd.Series:
    """Count months from the year 0."""
    return written.str[:4].astype(int) * 12 + written.str[5:].astype(int) - 1


def _timeline_drawn(data: pd.DataFrame) -> Figure:
    """Draw a bar for each row; one without an end fades into a dotted line."""
    known = data["ends"] != ""
    start = _number(data["starts"])
    end = start.copy()
    end[known] = _number(data.loc[known, "ends"]) + 1
    last = max(end.max(), start.max() + 1)
    drawn = plots.blank(style.width(), 0.9 + 0.55 * len(data))
    axes = drawn.subplots()
    looks = dict(zip(data["kind"].unique(), ("", "///"), strict=False))
    for place, row in enumerate(data.itertuples()):
        colour = style.COLOURS[list(looks).index(row.kind)] if row.kind in looks else style.GREY
        if known[place]:
            axes.barh(
                place,
                end[place] - start[place],
                0.36,
                start[place],
                color=colour,
                hatch=looks.get(row.kind),
                edgecolor="white",
            )
        else:
            axes.plot([start[place], last], [place, place], ":", color=colour, linewidth=4)
        axes.text(start.min(), place - 0.26, row.title, va="bottom", fontsize=11)
    at_most = 4 if style.is_narrow() else 8
    step = max(3, -(-int(last - start.min()) // (3 * at_most)) * 3)
    ticks = list(range(int(start.min()), int(last) + 1, step))
    axes.set_xticks(ticks, [f"{pd.Timestamp(n // 12, n % 12 + 1, 1):%b %Y}" for n in ticks])
    axes.tick_params(axis="x", rotation=0 if style.is_narrow() else 30)
    axes.set_yticks([])
    axes.set_ylim(len(data) - 0.5, -0.8)
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)
    return drawn


def questions(study: Study) -> Output | None:
    """Say in a list which page answers which question.

    Parameters
    ----------
    study : Study
    """
    rows = rows_of(study, "programme/work_streams")
    return text("text-1.1", _linked, rows[["title", "question", "pages"]]) if len(rows) else None


def _linked(data: pd.DataFrame) -> str:
    """Write a nested list: work streams, their questions, links to pages."""
    lines = []
    for title, rows in data.groupby("title", sort=False):
        lines.append(f"- {title}")
        for row in rows.itertuples():
            links = [
                f'<a href="{page}.html">{PAGES[page]}</a>' for page in row.pages.split() if page in PAGES
            ]
            see = f" See {formats.words(links)}." if links else ""
            lines.append(f"    - {row.question}{see}")
    return "\n".join(lines)


def work_streams(study: Study) -> Output | None:
    """Table 1.4: work streams, their questions, and the chapters that the report names for them.

    Parameters
    ----------
    study : Study
    """
    rows = rows_of(study, "programme/work_streams")
    if rows.empty:
        return None
    return folded(
        "table-1.4",
        pages.added("Work streams, questions and chapters"),
        rows[["work_stream", "title", "number", "question", "chapters_printed", "chapters"]],
        lambda data: data.drop(columns="work_stream").set_index(["title", "number"]),
        notes=["Chapters: where the report names another chapter than the one that answers, both are given."],
        people=PROGRAMME,
    )


def coproduction(study: Study) -> Output | None:
    """Table 1.5: what makes research co-produced.

    Parameters
    ----------
    study : Study
    """
    rows = rows_of(study, "programme/coproduction")
    if rows.empty:
        return None
    schema = study.definitions.tables["programme/coproduction"]
    caption = pages.added("What makes research co-produced")
    return register("table-1.5", caption, rows, schema, ["order", "characteristic"])


def area_names(study: Study) -> Output | None:
    """Table 1.6: other names that areas go by in the report.

    Parameters
    ----------
    study : Study
    """
    rows = rows_of(study, "programme/area_names")
    if rows.empty:
        return None
    schema = study.definitions.tables["programme/area_names"]
    caption = pages.added("Areas and the other names they go by")
    return register("table-1.6", caption, rows, schema, ["name", "region", "chapter"])


def printed_tables(study: Study) -> Output | None:
    """Table 1.7: Table 1.1 as printed and as joined from rows, cell by cell.

    Parameters
    ----------
    study : Study
    """
    if not has_rows(study, "programme/partnerships"):
        return None
    return beside_print.printed_tables("table-1.7", {"partners": partners_of_areas(study)}, study.region)


def statements(study: Study) -> Output:
    """Table 1.8: what the chapter states, and what the rows give.

    Parameters
    ----------
    study : Study
    """
    found = computed(study) if has_rows(study, *TABLES, TARGETS) else {}
    return beside_print.statements_table("table-1.8", "chapter 1", found, study.region)


def computed(study: Study) -> dict[str, float | str]:
    """Compute what the chapter states, by the names of its statements."""
    areas, counted = partners_of_areas(study), project_counts(study)
    local = areas["partner_is"] == "Local member charity"
    national = areas.loc[~local, "strategic_partner"].value_counts()
    months = rows_of(study, "programme/milestones").drop_duplicates("milestone").set_index("milestone")
    months = months.reindex(["partners", "grants"])[["starts", "ends"]].fillna("")
    plan = rows_of(study, TARGETS).query("version == @version", local_dict={"version": PRINTED_IN})
    plan = plan.drop_duplicates("target").set_index("target")["planned"].astype("Float64")
    names = {
        "planned_aware": "people reached by awareness work",
        "planned_online": "people using online peer support",
        "planned_face_to_face": "people using face-to-face peer support",
        "planned_coached": "groups and organisations engaged",
        "planned_new_people": "new people",
    }
    grants = counted["grant_projects"]
    return {
        "areas": len(areas),
        "partners_by_kind": "; ".join(
            str(n) for n in [int(local.sum()), *national.sort_index(ascending=False)]
        ),
        "grant_projects": int(grants.sum()),
        "grants_per_area": f"{grants.min()} to {grants.max()}" if len(grants) else "",
        "projects": int(counted["projects"].sum()),
        "starts_and_end": "; ".join([*months["starts"], months.loc["grants", "ends"]]),
        "close_focus_areas": int((areas["close_focus"] == "yes").sum()),
        **{name: _or_missing(plan.get(target)) for name, target in names.items()},
    }


def _or_missing(value: float | None) -> float:
    return float("nan") if value is None or pd.isna(value) else float(value)


def row_origins(study: Study) -> Output | None:
    """Table 1.10: how many rows are printed, judged or made up.

    Parameters
    ----------
    study : Study
    """
    return raw_rows.origins(study, "table-1.10", TABLES) if has_rows(study, *TABLES) else None
