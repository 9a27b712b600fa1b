"""What each source of each study gives to count by: its codes, who or what has them, and out of how many."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.lsbu.rows import FOCUS_GROUP, INTERVIEW, took_part
from peerbook.coding import survey
from peerbook.coding.material import Material
from peerbook.data.text import text_of
from peerbook.outputs import formats

if TYPE_CHECKING:
    from peerbook.study import Study

NO_CODINGS = ("code", "unit")
WORDS, NOT_PEER_SUPPORT = "words", "not_peer_support"  # the questions of the survey


@dataclass(frozen=True)
class Source:
    """One source of a study.

    Attributes
    ----------
    codes : DataFrame
        One row per code that its rows know: `code`, `label`, `line` of the transcription, or blank.
    codings : DataFrame
        One row per code and person, quotation or work with it: `code`, `unit`; perhaps `stance`, where a
        unit may speak for a code or against it; perhaps `difficulty`: counted under its own code only.
    base : int
        How many units there are; 0 where nothing can be counted.
    """

    codes: pd.DataFrame
    codings: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(NO_CODINGS)))
    base: int = 0

    def units(self, code: str, stance: str) -> set[str]:
        """Name what has a code, or one below it, and speaks that way."""
        rows = self.codings
        own = rows["code"] == code
        below = rows["code"].str.startswith(f"{code}.")
        if "difficulty" in rows:
            below &= ~rows["difficulty"]
        found = rows[own | below]
        if "stance" in rows:
            found = found[found["stance"] == stance]
        return set(found["unit"])


@dataclass(frozen=True, eq=False)
class Beside:
    """A study that is read beside others.

    Attributes
    ----------
    study : Study
    cited : DataFrame
        The others as it cites them: `name`, `year`.
    """

    study: Study
    cited: pd.DataFrame

    def table(self, name: str) -> pd.DataFrame:
        """Return one of its tables."""
        return self.study.table(name)

    @cached_property
    def material(self) -> Material:
        """Its coded material."""
        return Material.of(self.study.coding, self.study.region, self.study.definitions.codes)


def sources_of(study: Study) -> dict[str, Source]:
    """Read the sources of every study that is read beside this one, by the name of the source.

    A source whose tables the data do not have is left out.
    """
    listed = study.table("sources")[["source_id", "study"]].astype(str).to_numpy()
    cited = study.table("study_citations")
    others = {name: Beside(other, cited[cited["study"] == name]) for name, other in study.others.items()}
    found = {}
    for name, of in listed:
        needs, read = READERS[name]
        if of in others and all(table in others[of].study.tables for table in needs):
            found[name] = read(others[of])
    return found


def citations_of(name: str, study: Study) -> pd.DataFrame:
    """Return whom a study cites: `name`, `year`, `work`, one row per citation; empty without such rows.

    Parameters
    ----------
    name : str
        Of the study.
    study : Study
    """
    if name not in CITED or CITED[name][0] not in study.tables:
        return pd.DataFrame(columns=["name", "year", "work"])
    table, columns = CITED[name]
    rows = text_of(study.table(table)[list(columns)]).set_axis(["name", "year"], axis=1)
    works = study.table(table).get("ref_id", rows["name"] + " " + rows["year"])
    return rows.assign(work=text_of(works))


def named(rows: pd.DataFrame, known: pd.DataFrame) -> pd.Series:
    """Say of each row of citations whether it is one of those known by `name` and `year`."""
    keys = set(text_of(known[["name", "year"]]).itertuples(index=False, name=None))
    pairs = rows[["name", "year"]].itertuples(index=False, name=None)
    return pd.Series([pair in keys for pair in pairs], rows.index, dtype=bool)


def _codes(rows: pd.DataFrame, code: str, label: str, line: str = "") -> pd.DataFrame:
    lines = text_of(rows[line]) if line else pd.Series("", rows.index)
    lines = lines.str.removeprefix("lines ").str.removeprefix("line ")
    found = {"code": text_of(rows[code]), "label": text_of(rows[label]), "line": lines}
    return pd.DataFrame(found).drop_duplicates("code").reset_index(drop=True)


def _codings(rows: pd.DataFrame, code: str, unit: str) -> pd.DataFrame:
    named = text_of(rows[[code, unit]]).set_axis(["code", "unit"], axis=1)
    return named[(named != "").all(axis=1)].drop_duplicates(ignore_index=True)


def _words(beside: Beside) -> Source:
    material = beside.material
    given = _codings(survey.grouped_phrases(material, WORDS), "code_id", "person_id")
    return Source(
        _codes(material.codes("words"), "code_id", "label"), given, survey.answered(material, WORDS)
    )


def _not_peer_support(beside: Beside) -> Source:
    material = beside.material
    given = _codings(survey.themes_given(material, NOT_PEER_SUPPORT), "code_id", "person_id")
    answered = survey.answered(material, NOT_PEER_SUPPORT)
    codes = _codes(material.codes("not_peer_support"), "code_id", "label")
    labels = "not peer support: " + codes["label"].map(formats.lower_first)
    return Source(codes.assign(label=labels), given, answered)


def _said_in(material: Material, *strands: str) -> pd.DataFrame:
    """Return the final codes of segments of some strands: `code_id`, `person_id`, `source_id`, `valence`."""
    here = material.sources.loc[material.sources["strand"].isin(strands), "source_id"]
    segments = material.segments[material.segments["source_id"].isin(here)]
    return segments[["segment_id", "person_id", "source_id"]].merge(material.final_codes(), on="segment_id")


def _hubs(beside: Beside) -> Source:
    material = beside.material
    codes = material.codes("draft", "component")
    said = _said_in(material, "hub interview")
    said = said[said["code_id"].isin(codes["code_id"])]
    return Source(
        _codes(codes, "code_id", "label"),
        _codings(said, "code_id", "source_id"),
        said["source_id"].nunique(),
    )


def _people(beside: Beside, *strands: str) -> Source:
    """Return the people of some strands with the codes of what they say."""
    material = beside.material
    said = _said_in(material, *strands)
    given = text_of(said[["code_id", "person_id"]]).set_axis(["code", "unit"], axis=1)
    given = given.assign(difficulty=said["valence"] != "supports")
    base = {person for strand in strands for person in material.took_part(strand)["person_id"]}
    codes = _codes(material.codebooks, "code_id", "label")
    return Source(codes, given[given["unit"] != ""].drop_duplicates(ignore_index=True), len(base))


def _listed(table: str, code: str, label: str, line: str) -> Callable[[Beside], Source]:
    """Return a reader of a list whose rows nothing counts."""
    return lambda beside: Source(_codes(beside.table(table), code, label, line))


def _agreed(beside: Beside) -> Source:
    """Read who of those asked ticked what a peer should share."""
    answers, options = beside.table("survey/answers"), beside.table("survey/options")
    ticked = {name: answers[name] for name in answers.columns if name.startswith("q3_")}
    labels = options[options["question"] == "q3"].set_index("option")["label"].astype(str).to_dict()
    codes = [(name, labels.get(name.removeprefix("q3_"), name), "") for name in ticked]
    asked = answers["q2"].eq("yes").fillna(value=False)
    given = [
        (name, person)
        for name, cells in ticked.items()
        for person in answers.loc[asked & cells.eq("yes").fillna(value=False), "respondent_id"]
    ]
    return Source(
        pd.DataFrame(codes, columns=["code", "label", "line"]),
        pd.DataFrame(given, columns=list(NO_CODINGS)),
        int(asked.sum()),
    )


def _themes(beside: Beside) -> Source:
    shown = beside.table("excerpts")
    first = shown[text_of(shown["repeats"]) == ""]
    codes = _codes(beside.table("coding/codebooks"), "code_id", "label", "definition")
    return Source(codes, _codings(first, "code_id", "excerpt_id"), first["excerpt_id"].nunique())


def _papers_of_the_review(beside: Beside) -> Source:
    known = citations_of("uwe", beside.study)
    studies = set(known.loc[named(known, beside.cited), "work"])
    evidence = beside.table("evidence")
    evidence = evidence[~evidence["ref_id"].isin(studies)]
    codes = _codes(beside.table("claims"), "claim_id", "label", "line")
    return Source(codes, _codings(evidence, "claim_id", "ref_id"), evidence["ref_id"].nunique())


def _quoted_people(beside: Beside) -> Source:
    said = beside.table("codings").merge(beside.table("speakers")[["segment_id", "participant_id"]])
    came = took_part(beside.study, FOCUS_GROUP, "attended").query("role != 'staff'")
    interviews = int(text_of(beside.table("sources")["kind"]).eq(INTERVIEW).sum())
    codes = _codes(beside.table("codebook"), "theme_id", "label", "line")
    return Source(codes, _codings(said, "theme_id", "participant_id"), interviews + len(came))


def _findings(beside: Beside) -> Source:
    stances = beside.table("stances").astype({"stance": object}).dropna(subset="stance")
    ways = stances["stance"].map(lambda stance: "supports" if stance == "extends" else stance)
    given = text_of(stances[["finding_id", "kind"]]).set_axis(["code", "unit"], axis=1).assign(stance=ways)
    codes = _codes(beside.table("findings"), "finding_id", "finding", "line")
    return Source(codes, given.drop_duplicates(ignore_index=True), beside.table("stances")["kind"].nunique())


def _facts(beside: Beside) -> Source:
    rows = beside.table("participant_facts")
    fields = beside.study.definitions.tables["participant_facts"].fields
    names = [name for name in rows if set(text_of(rows[name])) <= {"", "yes", "no"} and name in fields]
    given = [
        (name, person)
        for name in names
        for person in rows.loc[rows[name].eq("yes").fillna(value=False), "participant_id"]
    ]
    codes = pd.DataFrame({"code": names, "label": [fields[name].title for name in names], "line": ""})
    return Source(codes, pd.DataFrame(given, columns=list(NO_CODINGS)), len(rows))


def _quotations(beside: Beside) -> Source:
    codes, shown = beside.table("codes"), beside.table("excerpts")
    given = _codings(shown, "code", "excerpt_id")
    return Source(
        _codes(codes[codes["material"] == "interviews"], "code", "label", "lines"),
        given,
        given["unit"].nunique(),
    )


def _papers_of_the_scoping(beside: Beside) -> Source:
    codes, rows = beside.table("codes"), citations_of("leeds", beside.study)
    rows = rows.assign(code=text_of(beside.table("literature_citations")["code"]))
    rows = rows[~named(rows, beside.cited)]
    return Source(
        _codes(codes[codes["material"] == "literature"], "code", "label", "lines"),
        _codings(rows, "code", "work"),
        rows["work"].nunique(),
    )


CODED = ("coding/codebooks", "coding/segments", "coding/segment_codes", "coding/sources", "coding/people")
# The tables that a source needs, and what reads it.
READERS: Mapping[str, tuple[tuple[str, ...], Callable[[Beside], Source]]] = MappingProxyType(
    {
        "sbs_words": ((*CODED, "coding/lexicon"), _words),
        "sbs_not": (CODED, _not_peer_support),
        "sbs_hubs": (CODED, _hubs),
        "sbs_interviews": (CODED, lambda beside: _people(beside, "interview")),
        "sbs_capacity": (CODED, lambda beside: _people(beside, "capacity interview")),
        "sbs_commissioners": (
            CODED,
            lambda beside: _people(beside, "commissioner interview", "commissioner survey"),
        ),
        "sbs_log": (
            ("evidence/statements",),
            _listed("evidence/statements", "statement_id", "label", "line"),
        ),
        "sbs_conclusions": (
            ("conclusions/conclusions",),
            _listed("conclusions/conclusions", "conclusion_id", "label", "line"),
        ),
        "together_survey": (("survey/answers", "survey/options"), _agreed),
        "together_themes": (("coding/codebooks", "excerpts"), _themes),
        "uwe_works": (("claims", "evidence", "citations"), _papers_of_the_review),
        "lsbu_themes": (
            ("codebook", "codings", "speakers", "sources", "participants", "participation_events"),
            _quoted_people,
        ),
        "lsbu_findings": (("findings", "stances"), _findings),
        "lsbu_facts": (("participant_facts",), _facts),
        "leeds_interviews": (("codes", "excerpts"), _quotations),
        "leeds_papers": (("codes", "literature_citations"), _papers_of_the_scoping),
        "leeds_areas": (("recommendations",), _listed("recommendations", "rec_id", "area", "lines")),
    }
)
# Where a study lists whom it cites, with the columns of name and year.
CITED = MappingProxyType(
    {
        "side_by_side": ("literature/citations", ("surname", "year")),
        "uwe": ("citations", ("cited_as", "year_as_cited")),
        "lsbu": ("citations", ("name", "year_as_cited")),
        "leeds": ("literature_citations", ("source", "year")),
    }
)
