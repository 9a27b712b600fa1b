"""Raw files in, checked and typed tables out.

`load_definitions` reads what `data_schema/` says, `validate` lists every problem of a raw folder at once,
`read_tables` gives the typed tables of a folder that has no errors.
"""

from __future__ import annotations

from peerbook.data.definitions import Definitions, load_definitions
from peerbook.data.package import definitions_of, descriptor, is_synthetic
from peerbook.data.questionnaires import Questionnaire, load_questionnaires
from peerbook.data.schema import Field, Schema, load_schema
from peerbook.data.subgroups import Subgroup, load_subgroups
from peerbook.data.support_types import SupportTypes, load_support_types
from peerbook.data.validate import read_tables, validate

__all__ = [
    "Definitions",
    "Field",
    "Questionnaire",
    "Schema",
    "Subgroup",
    "SupportTypes",
    "definitions_of",
    "descriptor",
    "is_synthetic",
    "load_definitions",
    "load_questionnaires",
    "load_schema",
    "load_subgroups",
    "load_support_types",
    "read_tables",
    "validate",
]
