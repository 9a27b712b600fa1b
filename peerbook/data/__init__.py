"""Raw files in, checked and typed tables out.

`load_definitions` reads what `data_schema/` says of a study; `open_folder` opens a raw folder: its
descriptor, its definitions, its typed tables and every problem at once.
"""

from __future__ import annotations

from peerbook.data.about import About, as_told, read_about
from peerbook.data.definitions import Definitions, load_definitions, studies
from peerbook.data.folder import RawFolder, open_folder, validate
from peerbook.data.questionnaires import Questionnaire
from peerbook.data.schema import Field, Schema, coding_schema, load_schema
from peerbook.data.services import Service
from peerbook.data.subgroups import Subgroup
from peerbook.data.support_types import SupportTypes

__all__ = [
    "About",
    "Definitions",
    "Field",
    "Questionnaire",
    "RawFolder",
    "Schema",
    "Service",
    "Subgroup",
    "SupportTypes",
    "as_told",
    "coding_schema",
    "load_definitions",
    "load_schema",
    "open_folder",
    "read_about",
    "studies",
    "validate",
]
