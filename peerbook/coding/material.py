"""The nine tables of coded material, completed and narrowed to a region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from types import MappingProxyType

import pandas as pd

from peerbook.data.schema import FINAL, coding_schema
from peerbook.data.text import text_of


@dataclass(frozen=True)
class Material:
    """The coded material of a study, one frame a table.

    Columns are those of `data_schema/coding`. Blank text is an empty string, never missing; blank numbers
    are missing. A table that was not handed over is empty.

    Attributes
    ----------
    people : DataFrame
        One row per person who took part.
    projects : DataFrame
        One row per project, interviewed or not.
    sources : DataFrame
        One row per interview, focus group, survey question, list or set of notes.
    segments : DataFrame
        One row per coded piece.
    segment_codes : DataFrame
        One row per segment, code, coder and round.
    codebooks : DataFrame
        One row per code of each version of each codebook.
    links : DataFrame
        One row per link between two codes.
    lexicon : DataFrame
        One row per phrase and group of words.
    decisions : DataFrame
        One row per aspect of a decision, for an approach or a project.
    """

    people: pd.DataFrame
    projects: pd.DataFrame
    sources: pd.DataFrame
    segments: pd.DataFrame
    segment_codes: pd.DataFrame
    codebooks: pd.DataFrame
    links: pd.DataFrame
    lexicon: pd.DataFrame
    decisions: pd.DataFrame

    @classmethod
    def of(cls, tables: Mapping[str, pd.DataFrame], region: str = "all") -> Material:
        """Complete the tables of a study; tables and columns that are missing come out empty.

        Parameters
        ----------
        tables : mapping of str to DataFrame
            `study.coding`: frames by table name.
        region : str
            Keep people, projects and what was said there; "all" keeps everything. The consultation was made
            for the whole programme and is kept.

        Examples
        --------
        >>> Material.of({"people": pd.DataFrame({"person_id": ["PV1"]})}).people["gender"].tolist()
        ['']
        """
        whole = cls(**{field.name: _completed(field.name, tables.get(field.name)) for field in fields(cls)})
        return whole if region == "all" else whole._within(region)

    def codes(self, codebook: str, *kinds: str) -> pd.DataFrame:
        """Return the codes of the latest version of a codebook, in order.

        Parameters
        ----------
        codebook : str
            Its name, such as "core_values".
        *kinds : str
            Only codes of these kinds; all if none is given.

        Returns
        -------
        DataFrame
            Rows of `codebooks`; empty if there is no such codebook.
        """
        mine = self.codebooks[self.codebooks["codebook"] == codebook]
        mine = mine[mine["version"] == mine["version"].max()]
        return mine[mine["kind"].isin(kinds)] if kinds else mine

    def labels(self, codebook: str, *kinds: str) -> pd.Series:
        """Return the labels of these codes, by code id; the arguments are those of `codes`."""
        return self.codes(codebook, *kinds).set_index("code_id")["label"]

    def final_codes(self) -> pd.DataFrame:
        """Return the codes of the final round, each segment and code once, whoever gave it."""
        final = self.segment_codes[self.segment_codes["round"] == FINAL]
        return final.drop_duplicates(["segment_id", "code_id"])[["segment_id", "code_id", "valence"]]

    def took_part(self, strand: str) -> pd.DataFrame:
        """Return the people who took part in a strand; one person may have taken part in several."""
        taken = self.people["strands"].str.split(";").map(lambda strands: strand in strands)
        return self.people[taken.astype(bool)]

    def _within(self, region: str) -> Material:
        people = self.people
        asked = people["strands"].str.contains("survey|event|hub interview", regex=True)
        people = people[asked | (people["region"] == region)]
        spoke = self.segments["person_id"]
        return replace(
            self,
            people=people,
            projects=self.projects[self.projects["region"] == region],
            segments=self.segments[(spoke == "") | spoke.isin(people["person_id"])],
        )


def _completed(name: str, table: pd.DataFrame | None) -> pd.DataFrame:
    types = _column_types(name)
    table = pd.DataFrame(columns=list(types)) if table is None else table.reindex(columns=list(types))
    return pd.DataFrame(
        {
            column: _whole(table[column]) if kind == "integer" else text_of(table[column])
            for column, kind in types.items()
        }
    )


@lru_cache
def _column_types(name: str) -> Mapping[str, str]:
    fields = coding_schema(name).fields
    return MappingProxyType({column: field.type for column, field in fields.items()})


def _whole(cells: pd.Series) -> pd.Series:
    return pd.to_numeric(cells.replace("", None)).astype("Int64")
