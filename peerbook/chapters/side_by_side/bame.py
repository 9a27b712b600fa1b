"""Chapter 7: peer support for people of Black, Asian and minority ethnic (BaME) communities.

`OUTPUTS` lists every output in order. Table 7.1 has the number of the report; Figure 7.1 is the diagram that
the report leaves without a number.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side import beside_print
from peerbook.chapters.side_by_side.beside_print import discrepancies, statements
from peerbook.chapters.side_by_side.coded_rows import material_of, row_origins
from peerbook.chapters.side_by_side.values_framework.counts import WHICH, said
from peerbook.chapters.side_by_side.values_framework.diagrams import BOOK as VALUES
from peerbook.coding import counting
from peerbook.coding.codings import codings
from peerbook.coding.sample import characteristics, grouped, people_of_bame_projects
from peerbook.outputs import Output, diagrams, figure, formats, table, text

if TYPE_CHECKING:
    from peerbook.coding import Material
    from peerbook.study import Study

BOOK = "bame"
BAME, MAINSTREAM = "BaME-specific", "mainstream"


def people_spoken_to(study: Study) -> Output:
    """Say how many people were spoken to, how, and in how many projects and regions."""
    material = material_of(study)
    people = people_of_bame_projects(material)
    in_both = people["strands"].str.contains("interview") & people["strands"].str.contains("focus group")
    sources = material.sources[material.sources["person_id"].isin(people["person_id"])]
    counts = {
        "people": len(people),
        "in focus groups": int(people["strands"].str.contains("focus group").sum()),
        "interviewed": int(people["strands"].str.contains("interview").sum()),
        "in both": int(in_both.sum()),
        "projects": people["project_id"].nunique(),
        "regions": people["region"].nunique(),
        "through an interpreter": int((sources["interpreter"] == "yes").sum()),
    }
    sentence = (
        f"{formats.plural(counts['people'], 'person', 'people')} were spoken to, of "
        f"{formats.plural(counts['projects'], 'project')} in {formats.plural(counts['regions'], 'region')}: "
        f"{formats.count(counts['in focus groups'])} in focus groups and "
        f"{formats.count(counts['interviewed'])} in interviews, {formats.count(counts['in both'])} in both. "
        f"{formats.plural(counts['through an interpreter'], 'interview')} went through an interpreter."
    )
    return text("text-7.1", sentence, counts)


def sample(study: Study) -> Output:
    """Table 7.1: the people spoken to, by ethnic group, gender and region."""
    people = people_of_bame_projects(material_of(study))
    gender = characteristics(people, {"gender": "Gender"})[["category", "people"]].assign(part_of="")
    blocks = {
        "Ethnicity": grouped(people, "ethnicity", study.definitions.groups["ethnicity"]),
        "Gender": gender,
        "Region": grouped(people, "region", study.definitions.groups["region"]),
    }
    data = pd.concat([block.assign(characteristic=name) for name, block in blocks.items()], ignore_index=True)
    data = data[["characteristic", "category", "part_of", "people"]]
    named = data["category"].where(data["part_of"] == "", "of these: " + data["category"])
    shown = data.assign(category=named).set_index(["characteristic", "category"])[["people"]]
    return table(
        "table-7.1",
        f"{formats.plural(len(people), 'person', 'people')} of BaME-specific projects",
        data,
        shown=shown,
        notes=[
            "Someone who was interviewed and in a focus group counts once.",
            "Detailed labels are grouped by a list of this project, which is partly inferred.",
        ],
    )


def types(study: Study) -> Output:
    """Table 7.2: types of BaME-specific support; a project may be of several."""
    material = material_of(study)
    codes, members = _types(material)
    people = people_of_bame_projects(material)["project_id"]
    data = pd.DataFrame(
        {
            "type": codes["label"],
            "projects": [int(members[label].sum()) for label in codes["label"]],
            "people": [int(people.isin(members.index[members[label]]).sum()) for label in codes["label"]],
            "meaning": codes["definition"],
        }
    )
    note = f"{_several(members)} of several types, so the rows do not add up."
    return table("table-7.2", "Types of BaME-specific peer support", data, notes=[note])


def overlaps(study: Study) -> Output:
    """Figure 7.1: how the types overlap."""
    _, members = _types(material_of(study))
    combined = diagrams.combinations(members)
    sets = list(members.columns)
    parts = [
        f"{formats.plural(row['members'], 'project')}: {' with '.join(name for name in sets if row[name])}"
        for _, row in combined.iterrows()
    ]
    return figure(
        "fig-7.1",
        "How the types of BaME-specific peer support overlap",
        f"A bar for each combination of types that occurs. {'; '.join(parts) or 'No project'}.",
        combined.rename(columns={"members": "projects"}),
        lambda: diagrams.overlaps(members),
        notes=[
            f"{_several(members)} of several types.",
            "The report's own diagram is lost; this one is drawn anew.",
        ],
    )


def dimensions(study: Study) -> Output:
    """Table 7.3: what BaME-specific projects differ in, beside mainstream projects."""
    material = material_of(study)
    group = _group_of(material)
    approach = material.projects["approach"].replace({"co_counselling": "co-counselling"})
    setting = material.projects.assign(aspect="setting", option=approach.str.replace("_", " "))
    taken = material.decisions.query("project_id != ''")
    every = pd.concat(
        [setting[["project_id", "aspect", "option"]], taken[["project_id", "aspect", "option"]]]
    )
    every = every.assign(group=every["project_id"].map(group)).dropna(subset="group")
    counted = pd.crosstab([every["aspect"], every["option"]], every["group"])
    counted = counted.reindex(columns=[BAME, MAINSTREAM], fill_value=0)
    counted = counted.reindex(every["aspect"].unique(), level=0) if len(every) else counted
    sizes = group.value_counts()
    return table(
        "table-7.3",
        "What projects differ in: number of projects",
        counted.reset_index().rename_axis(columns=None),
        row_headers=2,
        notes=[
            f"{formats.plural(int(sizes.get(kind, 0)), f'{kind} project')}." for kind in (BAME, MAINSTREAM)
        ],
    )


def reasons(study: Study) -> Output:
    """Table 7.4: reasons for taking part that people shared with other peers."""
    material = material_of(study)
    named = material.codes(BOOK, "reason")
    coded = codings(material, BOOK)
    under = coded[coded["top"].isin(named["parent_id"])]
    n = formats.plural(under["segment_id"].nunique(), "segment")
    who = formats.plural(under["person_id"].nunique(), "person", "people")
    return table(
        "table-7.4",
        "Reasons for peer support shared with mainstream projects",
        named[["order", "label"]].rename(columns={"label": "reason"}),
        notes=[f"{n} of {who} stand under this heading; they are not coded reason by reason."],
    )


def common_experience(study: Study) -> Output:
    """Table 7.5: aspects of common experience, with the segments and people behind each."""
    material = material_of(study)
    aspects = material.codes(BOOK, "aspect")
    coded = codings(material, BOOK)
    rows = []
    for aspect in aspects.itertuples():
        mine = coded[coded["code_id"] == aspect.code_id]
        rows.append(
            {
                "aspect": aspect.label,
                "segments": mine["segment_id"].nunique(),
                "people": mine["person_id"].nunique(),
                "counter_examples": int((mine["valence"] == "challenge").sum()),
                "what_it_covers": aspect.definition,
            }
        )
    columns = ["aspect", "segments", "people", "counter_examples", "what_it_covers"]
    return table(
        "table-7.5",
        "Aspects of common experience in BaME-specific peer support",
        pd.DataFrame(rows, columns=columns),
        notes=["A counter-example is a segment coded as speaking against the aspect."],
    )


def compared(study: Study, segments: str = "all") -> Output:
    """Figure 7.2: the core values in BaME-specific and in mainstream projects.

    Parameters
    ----------
    study : Study
    segments : {"quoted", "all"}
    """
    material = material_of(study)
    labels = material.labels(VALUES, "value")
    people = material.took_part("interview")
    kind = people.set_index("person_id")["project_id"].map(_group_of(material)).dropna()
    present = counting.presence(said(material, segments), list(labels.index))
    present = present.reindex(kind.index, fill_value=False)
    data = pd.concat([_shares(present[kind == name], name, labels) for name in (BAME, MAINSTREAM)])
    shares = pd.DataFrame(
        {name: data.loc[data["projects"] == name].set_index("value")["share"] for name in (BAME, MAINSTREAM)}
    )
    gap = (shares[BAME] - shares[MAINSTREAM]).abs().dropna()
    largest = (
        f"The largest difference is {100 * gap.max():.0f} percentage points, for {gap.idxmax()}"
        if len(gap)
        else "No two groups to compare"
    )
    bases = kind.value_counts()
    sizes = " and ".join(f"{int(bases.get(name, 0))} of {name} projects" for name in (BAME, MAINSTREAM))
    return figure(
        "fig-7.2",
        "Share of people interviewed who speak of each value, by kind of project",
        f"One row of marks for each value. {largest}.",
        data,
        lambda: diagrams.dots(shares, "Percent of people interviewed"),
        notes=[
            WHICH[segments],
            f"People interviewed: {sizes}. They were chosen on purpose, so no test is made: a difference may "
            "lie in who was asked.",
        ],
    )


def printed_tables(study: Study) -> Output:
    """Table 7.7: Table 7.1 as printed and as rebuilt, cell by cell."""
    made = sample(study).data.rename(columns={"people": "n"})
    whole = made["part_of"].where(made["part_of"] == "", made["part_of"] + "-")
    made = made.assign(category=whole + made["category"])
    return beside_print.printed_tables("table-7.7", {"table_7_1": made}, study.region)


def _shares(present: pd.DataFrame, name: str, labels: pd.Series) -> pd.DataFrame:
    people = present.sum().astype(int)
    return pd.DataFrame(
        {
            "projects": name,
            "value": [labels[code] for code in people.index],
            "people": people.to_numpy(),
            "base": len(present),
            "share": people.to_numpy() / len(present) if len(present) else float("nan"),
        }
    )


def _types(material: Material) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the types and, for each BaME-specific project, which of them it is."""
    codes = material.codes(BOOK, "type")
    projects = (
        material.projects.query("bame_types != ''").set_index("project_id")["bame_types"].str.split(";")
    )
    members = {
        code.label: projects.map(lambda types, name=code.level: name in types).astype(bool)
        for code in codes.itertuples()
    }
    return codes, pd.DataFrame(members, index=projects.index)


def _several(members: pd.DataFrame) -> str:
    several = int((members.sum(axis=1) > 1).sum()) if members.shape[1] else 0
    return f"{several} of {formats.plural(len(members), 'project')} {'is' if several == 1 else 'are'}"


def _group_of(material: Material) -> pd.Series:
    """Say for each project whether it is BaME-specific or mainstream."""
    types = material.projects.set_index("project_id")["bame_types"]
    return (types != "").map({True: BAME, False: MAINSTREAM}).astype(object)


OUTPUTS: MappingProxyType[str, Callable[[Study], Output]] = MappingProxyType(
    {
        "text-7.1": people_spoken_to,
        "table-7.1": sample,
        "table-7.2": types,
        "fig-7.1": overlaps,
        "table-7.3": dimensions,
        "table-7.4": reasons,
        "table-7.5": common_experience,
        "fig-7.2": compared,
        "table-7.6": partial(row_origins, id="table-7.6"),
        "table-7.7": printed_tables,
        "table-7.8": partial(statements, chapter="7", id="table-7.8"),
        "table-7.9": partial(discrepancies, chapter="7", id="table-7.9"),
    }
)
