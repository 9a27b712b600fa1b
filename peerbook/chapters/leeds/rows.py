"""The scoping as its chapters look at it: one place or the region, and the numbers that the report states."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from peerbook import published
from peerbook.choices import check_one_of
from peerbook.disclosure import Nobody
from peerbook.evidence import beside_print
from peerbook.evidence.scoping import NO_PLACE, by_place, rates, tags_by_place, top_tags
from peerbook.outputs import diagrams, formats

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from peerbook.study import Study

STUDY = "leeds"
REGION = "West Yorkshire & Harrogate"
PROJECT = "project"  # what the statements are called that are about no place
PHYSICAL, BAME = "physical health", "BAME"
INTERVIEWED = "people interviewed"
OF_ACTIVITIES = Nobody("counts activities, places and what is printed, not people")
MOST, VERY_LARGE, FEW = 0.5, 0.75, 0.05  # what this book takes "most", "a very large majority" and "few" for


@dataclass(frozen=True)
class Place:
    """What was found in one place, or in the whole region.

    Attributes
    ----------
    name : str
    code : str
        Blank for the region.
    places, services, focus, interviews : DataFrame
        Rows of the raw tables that belong to it; the region has also activities without a place.
    """

    name: str
    code: str
    places: pd.DataFrame
    services: pd.DataFrame
    focus: pd.DataFrame
    interviews: pd.DataFrame

    @property
    def slug(self) -> str:
        """Its name as ids of outputs have it."""
        return slug(self.name)


def slug(name: str) -> str:
    """Write a name with small letters and hyphens.

    Examples
    --------
    >>> slug("Bradford & Craven")
    'bradford-craven'
    """
    return "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split())


def place_of(study: Study, name: str) -> Place:
    """Return what was found in a place, by its name, or in the region.

    Raises
    ------
    ParameterError
        If there is no such place.
    """
    places, services = study.table("places"), study.table("services")
    focus, interviews = study.table("service_focus"), study.table("interviews")
    if name == REGION:
        return Place(name, "", places, services, focus, interviews)
    check_one_of("place", name, [REGION, *places["place"]])
    here = places[places["place"] == name]
    code = here["place_code"].iloc[0]
    of_place = services[services["place_code"].eq(code).fillna(value=False)]
    return Place(
        name,
        code,
        here,
        of_place,
        focus[focus["service_id"].isin(of_place["service_id"])],
        interviews[interviews["place_code"] == code],
    )


def activities_by_place(services: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Count activities by place beside its people; a last row is for those without a place.

    `place`, `n`, `population`, `population_source`, `per_100000` (missing where no rate can be said).
    """
    found = by_place(services, places)
    found = found.assign(place=found["place"].fillna(NO_PLACE), per_100000=rates(found))
    return found[["place", "n", "population", "population_source", "per_100000"]]


def activities_shown(data: pd.DataFrame) -> pd.DataFrame:
    """Lay `activities_by_place` out for a reader, with columns that were added."""
    heads = {
        "n": "activities",
        "population": "people",
        "population_source": "source of people",
        "per_100000": "per 100,000 people",
    }
    written = [None if formats.is_missing(rate) else formats.number(rate) for rate in data["per_100000"]]
    return data.assign(per_100000=written).set_index("place").rename(columns=heads)


def draw_activities(data: pd.DataFrame) -> Figure:
    """Draw a bar for each row; its first column names it, and `activities` is how long it is."""
    values = data.set_index(data.columns[0])[["activities"]]
    return diagrams.bars(values, [formats.count(n) for n in values["activities"]], "Activities")


def experiences(place: Place) -> pd.Series:
    """Count the activities of a place by shared experience, most common first."""
    counts = tags_by_place(place.services, place.focus, "service_id", "focus")
    return counts.sum(axis=1).astype(int)


def experiences_everywhere(study: Study) -> pd.DataFrame:
    """Count the activities by shared experience and place, places by their names."""
    counts = tags_by_place(study.table("services"), study.table("service_focus"), "service_id", "focus")
    names = study.table("places").set_index("place_code")["place"].to_dict()
    return counts.rename(columns=names).rename_axis(columns=None)


def categories(study: Study, table: str, column: str) -> dict[str, str]:
    """Return the labels of a column's categories, in the order of its schema."""
    return dict(study.definitions.tables[table].fields[column].categories)


def counted(study: Study, table: str, column: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Count rows by the categories of a column, in their order; a last row counts those without one."""
    labels = categories(study, table, column)
    counts = rows[column].astype(object).value_counts()
    found = [(label, int(counts.get(value, 0))) for value, label in labels.items()]
    unknown = int(rows[column].isna().sum())
    return pd.DataFrame([*found, ("Not stated", unknown)] if unknown else found, columns=[column, "n"])


def share(values: pd.Series, *wanted: str) -> float:
    """Return the share of stated values that are among those wanted; missing if none is stated."""
    stated = values.dropna().astype(object)
    return float(stated.isin(wanted).mean()) if len(stated) else float("nan")


def _said(holds: bool, printed: str, otherwise: str) -> str:
    return printed if holds else otherwise


def _most(values: pd.Series, printed: str, *wanted: str, above: float = MOST) -> str:
    found = share(values, *wanted)
    if pd.isna(found):
        return ""
    return _said(found > above, printed, f"{formats.percent(100 * found, digits=0)} of those stated")


def _sectors(place: Place) -> dict[str, int]:
    return place.services["sector"].astype(object).value_counts().to_dict()


def _counts(place: Place, *sectors: str) -> str:
    found = _sectors(place)
    return ", ".join(f"{sector}: {found.get(sector, 0)}" for sector in sectors)


def _calderdale(place: Place) -> dict[str, str]:
    n, tagged = len(place.services), experiences(place).get(BAME, 0)
    town = place.services["settlement"].eq("Halifax").sum()
    return {
        "halifax": _said(town > MOST * n, "most are in Halifax", f"{town} of {n}"),
        "few_bame": _said(0 < tagged <= FEW * n, "few", f"{tagged} of {n}"),
        "interviews_third": _most(place.interviews["sector"], "most", "third"),
        "interviews_role": _most(
            place.interviews["role"], "a very large majority", "paid_worker", above=VERY_LARGE
        ),
    }


def _harrogate(place: Place) -> dict[str, str]:
    interviews = place.interviews["sector"].astype(object).value_counts()
    nhs, community = int(interviews.get("nhs", 0)), int(interviews.get("community", 0))
    return {
        "third_sector": _most(place.services["sector"], "the majority", "third"),
        "nhs_present": _said(_sectors(place).get("nhs", 0) > 0, "present", "none"),
        "interviews_third_partnership": _most(
            place.interviews["sector"], "the majority", "third", "partnership_nhs"
        ),
        "interviews_nhs_community": _said(
            bool(len(interviews)) and abs(nhs - community) <= 1, "nearly equal", f"{nhs} and {community}"
        ),
        "paid_workers": _most(place.interviews["role"], "over 50%", "paid_worker"),
    }


def _kirklees(place: Place) -> dict[str, str]:
    found = _sectors(place)
    equal = bool(found.get("nhs")) and found.get("nhs") == found.get("local_authority")
    return {
        "nhs_local_authority": _said(equal, "equal", _counts(place, "nhs", "local_authority")),
        "interviews_third": _most(place.interviews["sector"], "most", "third"),
        "interviews_role": _most(
            place.interviews["role"], "a very large majority", "paid_worker", above=VERY_LARGE
        ),
    }


def _leeds(place: Place) -> dict[str, str]:
    tagged = set(place.focus.loc[place.focus["focus"] == PHYSICAL, "service_id"])
    here = place.services.query("sector == 'nhs'")["service_id"].isin(tagged).any()
    return {"hospitals": _said(bool(here), "there is some", "none")}


def _wakefield(place: Place) -> dict[str, str]:
    tagged = set(place.focus.loc[place.focus["focus"] == BAME, "service_id"])
    only = place.services[place.services["exclusive"].eq("yes").fillna(value=False)]
    n, found = int(only["service_id"].isin(tagged).sum()), _sectors(place)
    more = found.get("nhs", 0) > found.get("community", 0)
    return {
        "exclusive_bame": _said(not n, "none", str(n)),
        "interviews_third_nhs": _most(place.interviews["sector"], "the majority", "third", "nhs"),
        "nhs_community": _said(more, "NHS high, community fewer", _counts(place, "nhs", "community")),
        "third_sector": _most(place.services["sector"], "the majority", "third"),
        "interviews_role": _most(
            place.interviews["role"], "a very large majority", "volunteer", above=VERY_LARGE
        ),
    }


SAID: dict[str, Callable[[Place], dict[str, str]]] = {
    "CAL": _calderdale, "HAR": _harrogate, "KIR": _kirklees, "LEE": _leeds, "WAK": _wakefield,
}  # fmt: skip


def place_numbers(place: Place) -> dict[str, float | str]:
    """Compute what the report states of a place, by the name of its statement."""
    code = place.code or "WYH"
    printed = published.load(STUDY, "place_focus").query("place_code == @code")
    top = top_tags(experiences(place), len(printed))
    people = float(place.places["population"].sum())
    found = {
        "activities": len(place.services),
        "population": people if place.code else people / 1e6,
        "focus": "; ".join(top[: len(printed)]),
        **(SAID[code](place) if code in SAID else {}),
    }
    return {f"{code.lower()}_{name}": value for name, value in found.items() if value != ""}


def place_claims(study: Study, name: str) -> pd.DataFrame:
    """Set what the report states of a place beside what its rows give, as claims."""
    place = place_of(study, name)
    output = f"table-stated-{place.slug}"
    return published.claims(STUDY, name, place_numbers(place), beside_print.NO_ROWS, output)


def project_numbers(study: Study) -> dict[str, float | str]:
    """Compute what the report states of the project, its review and findings, by name of the statement."""
    events = study.table("events").set_index("label")["date"]
    begins, ends = (pd.Timestamp(events[label]) for label in ("Project begins", "Project ends"))
    codes, rules = study.table("codes"), study.table("rules")
    points, kinds = study.table("points"), study.table("sources")["kind"].astype(object).value_counts()
    years = pd.to_numeric(study.table("literature_citations")["year"].str[:4], errors="coerce")
    per_theme = codes[codes["level"] == "code"].groupby("parent").size()
    guides = study.table("questions")["schedule"].value_counts()
    lists = points["list"].value_counts()
    consent = points["list"].str.startswith("consent form").sum()
    return {
        "months": (ends.year - begins.year) * 12 + ends.month - begins.month + 1,
        "places": len(study.table("places")),
        "networks": int(lists.get("networks visited", 0)),
        "must_haves": int(rules["list"].eq("scoping must have").sum()),
        "included_kinds": int(rules["list"].eq("scoping includes").sum()),
        "works": len(study.table("sources")),
        **{f"works_{kind}": int(kinds.get(kind, 0)) for kind in ("academic", "grey", "experiential")},
        "earliest_work": float(years.min()),
        "ways_to_define_peer": int(per_theme.get("PEER", 0)),
        "ways_to_define_support": int(per_theme.get("PS", 0)),
        "values": int(per_theme.get("VAL", 0)),
        "challenges_in_literature": int(per_theme.get("CH", 0)),
        "benefits_in_literature": int(per_theme.get("BEN", 0)),
        "key_duties": int(per_theme.get("D", 0)),
        "benefits_of_working": int(per_theme.get("BW", 0)),
        "challenges_of_working": int(per_theme.get("CW", 0)),
        "benefits_integrated": int(per_theme.get("BI", 0)),
        "institutional_challenges": int(per_theme.get("CI", 0)),
        "recommendations": len(study.table("recommendations")),
        "actions": len(study.table("actions")),
        "worker_questions": int(guides.get("worker/volunteer", 0)),
        "manager_questions": int(guides.get("manager/co-ordinator", 0)),
        "consent_statements": int(consent),
        "guidelines": int(lists.get("interview guidelines", 0)),
        "lockdown": formats.day(pd.Timestamp(events["Lockdown"]).date()),
        "withdrawal": formats.calendar_month(pd.Timestamp(events["Last month to withdraw"]).date()),
    }


def all_claims(study: Study, output: str) -> pd.DataFrame:
    """Return the claims of the project and of every place."""
    names = [REGION, *study.table("places")["place"]]
    parts = [place_claims(study, name) for name in names]
    return pd.concat([project_claims(study, output), *parts], ignore_index=True)


def project_claims(study: Study, output: str) -> pd.DataFrame:
    """Return the claims that are about no place, with the output that lists them."""
    return published.claims(STUDY, PROJECT, project_numbers(study), beside_print.NO_ROWS, output)
