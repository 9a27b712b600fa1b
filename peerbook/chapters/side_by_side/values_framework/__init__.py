"""Chapter 6: core values and key decisions of peer support.

Who was interviewed stands here, the values and decisions in `framework`, the counts that the report asserts
and never tabulates in `counts`. Table 6.1 and Figures 6.1 to 6.4 have the numbers of the report; the second
Figure 6.1 is Figure 6.5 here, and all else is added. `__all__` has what the notebook shows, in its order.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side import beside_print, pages
from peerbook.chapters.side_by_side.beside_print import discrepancies, quotation_checks, statements
from peerbook.chapters.side_by_side.coded_rows import FROM, INTERVIEWED, material_of, row_origins
from peerbook.chapters.side_by_side.values_framework.counts import (
    code_by_approach,
    coder_agreement,
    in_short,
    person_by_value,
    project_coverage,
    unit_of_counting,
    values_together,
    values_together_drawn,
)
from peerbook.chapters.side_by_side.values_framework.framework import (
    approaches,
    components_of_safety,
    creating_safety,
    decision_options,
    extracts,
    membership_factors,
    options_taken,
    six_values,
    spoken_of,
    subthemes,
    value_differences,
    values,
    values_and_decisions,
)
from peerbook.coding.sample import characteristics, leading_roles
from peerbook.disclosure import Cell, Counted
from peerbook.outputs import Output, formats, markup, table, text
from peerbook.outputs.folding import folded

if TYPE_CHECKING:
    from peerbook.coding import Material
    from peerbook.study import Study

__all__ = [  # noqa: RUF022 the order of the page
    "in_short",
    "interviews",
    "sample",
    "stages",
    "approaches",
    "six_values",
    "values",
    "spoken_of",
    "extracts",
    "subthemes",
    "value_differences",
    "creating_safety",
    "components_of_safety",
    "values_and_decisions",
    "decision_options",
    "options_taken",
    "membership_factors",
    "project_coverage",
    "unit_of_counting",
    "values_together_drawn",
    "values_together",
    "code_by_approach",
    "person_by_value",
    "coder_agreement",
    "quotation_checks",
    "printed_tables",
    "statements",
    "discrepancies",
    "row_origins",
]

SAMPLE = {
    "age_band": "Age",
    "gender": "Gender",
    "ethnicity": "Ethnicity",
    "approach": FROM,
    "locality": "Type of locality",
    "sexual_orientation": "Sexual orientation",
}
NOT_STATED = "not stated"


def interviews(study: Study) -> Output:
    """Say how many people were interviewed, and how the interviews were kept."""
    material = material_of(study)
    people, approaches = material.interviewed(), material.defined.approaches
    kept = _interviews(material)["recorded"]
    first = next(iter(approaches), "")
    counts = {
        "people": len(people),
        "group": int((people["approach"] == first).sum()) if first else 0,
        "recorded": int((kept == "yes").sum()),
        "notes": int((kept == "no").sum()),
    }
    counted = Counted(
        counts={
            "people": INTERVIEWED,
            "group": Cell(INTERVIEWED, {FROM: approaches.get(first, "")}),
            "recorded": Cell("interviews", {"recorded": "yes"}),
            "notes": Cell("interviews", {"recorded": "no"}),
        }
    )
    by = f"by the approach “{markup.plain(approaches[first])}”" if first else ""
    recruited = "from groups" if study.definitions.printed else by
    return text("text-6.1", partial(_interviews_in_words, recruited=recruited), counts, people=counted)


def _interviews_in_words(n: dict[str, int], recruited: str) -> str:
    """Say how many there were, and what is known of where they came from and how interviews were kept."""
    people = f"{formats.plural(n['people'], 'person', 'people')} {'was' if n['people'] == 1 else 'were'}"
    came = (
        f", {formats.count_percent(n['group'], n['people'])} of them recruited {recruited}"
        if recruited
        else ""
    )
    how = (
        f" {formats.plural(n['recorded'], 'interview')} were recorded and transcribed; "
        f"{formats.count(n['notes'])} were kept as notes."
    )
    unknown = not formats.is_missing(n["recorded"]) and n["recorded"] == 0 == n["notes"]
    return f"{people} interviewed{came}.{'' if unknown and n['people'] else how}"


def sample(study: Study) -> Output | None:
    """Table 6.1: the people interviewed, by characteristic; None if nothing is known of them."""
    material = material_of(study)
    people, defined = material.interviewed(), material.defined
    people = people.assign(approach=people["approach"].replace(dict(defined.approaches)))
    known = {name: called for name, called in SAMPLE.items() if (people[name] != "").any()}
    if not known and not study.definitions.printed:
        return None
    known = SAMPLE if study.definitions.printed else known
    leading = leading_roles(people, defined.leading)
    counted = pd.concat([characteristics(people, known), leading])
    return folded(
        "table-6.1",
        _sample_in_words,
        counted.assign(_everyone=len(people)),
        lambda data: data.assign(percent=data["percent"].map(formats.percent)).set_index(
            ["characteristic", "category"]
        ),
        notes=["People in a leading role are counted in the other rows as well."]
        if len(leading) or study.definitions.printed
        else [],
        people=Counted(
            counts={"people": INTERVIEWED, "_everyone": Cell(INTERVIEWED, alone=True)},
            by=(("characteristic", "category"),),
            percents={"percent": "people"},
            bases={"percent": "_everyone"},
        ),
    )


def _sample_in_words(data: pd.DataFrame) -> str:
    """Count everyone by one of the characteristics: people without an answer are in its rows as well."""
    first = (
        SAMPLE["gender"]
        if (data["characteristic"] == SAMPLE["gender"]).any()
        else data["characteristic"].iloc[0]
    )
    everyone = data.loc[data["characteristic"] == first, "people"].sum(skipna=False)
    return f"{formats.plural(everyone, 'person', 'people')} interviewed, by characteristic"


def stages(study: Study) -> Output | None:
    """Table 6.2: interviews by stage of the research; None if the study knows no stages."""
    material = material_of(study)
    if not material.defined.waves:
        return None
    waves = _interviews(material)["wave"].replace("", NOT_STATED)
    counts = waves.value_counts().reindex([*material.defined.waves, NOT_STATED], fill_value=0)
    return table(
        "table-6.2",
        pages.added(
            lambda data: f"{formats.plural(data['interviews'].sum(skipna=False), 'interview')}, by stage",
            study.definitions.printed,
        ),
        counts.rename_axis("stage").reset_index(name="interviews"),
        people=Counted("interviews", ("interviews",), ("stage",)),
    )


def _interviews(material: Material) -> pd.DataFrame:
    sources = material.sources[material.sources["strand"].isin(material.defined.interviewed)]
    return sources[sources["person_id"].isin(material.people["person_id"])]


def printed_tables(study: Study) -> Output:
    """Table 6.16: Table 6.1 as printed and as rebuilt, cell by cell."""
    asked = sample(study)
    made = None if asked is None else asked.data.rename(columns={"people": "n"})
    return beside_print.printed_tables("table-6.16", {"table_6_1": made}, study.region)
