"""The rows of the evaluation as its chapters look at them, and the numbers that the report states."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.coding import consent, uses
from peerbook.data.text import text_of
from peerbook.disclosure import Cell, Nobody
from peerbook.evidence import beside_print
from peerbook.evidence.matrix import evidence_matrix, require_resolved
from peerbook.outputs import formats, label
from peerbook.review import citations

if TYPE_CHECKING:
    from peerbook.study import Study

STUDY = "lsbu"
STATEMENTS = "table-evaluation-statements"
INTERVIEW, FOCUS_GROUP, FILM = "interview", "focus_group", "film"
SMALLEST = 3  # people; a smaller number of them is not told
# Statements that count wishes and needs of people, whose rebuilt number is held back where it is small, and a
# share that would tell it.
OF_FEW = {"editors": "editors", "editors_percent": "editors", "no_face": "no_face", "withdrew": "withdrew",
          "access_needs": "access_needs"}  # fmt: skip
FIRST_YEAR, LAST_YEAR, DATABASES = "First year", "Last year", "Databases"
MONTH = "%b %Y"
OF_QUOTATIONS = Nobody("counts findings, works and quotations that were chosen to be shown, not people")
EXTRACTS = "extracts"
INTERVIEWED = Cell("interviews with facilitators")
CAME = Cell("people who came to the focus group")


def few(n: int, smallest: int = SMALLEST) -> str:
    """Word a number of people, and hold it back where it is small: nobody is not told from one.

    Examples
    --------
    >>> few(4), few(2), few(0)
    ('4', 'fewer than 3', 'fewer than 3')
    """
    return formats.count(n) if n >= smallest else f"fewer than {formats.count(smallest)}"


def told(study: Study, n: int, smallest: int = SMALLEST) -> str | int:
    """Word a number of people who do not exist; of real people the rules for their data decide about it."""
    return few(n, smallest) if study.synthetic else n


def said(n: str | float) -> str:
    """Write what `told` gives, or what is left of it."""
    return n if isinstance(n, str) else formats.count(n)


def took_part(study: Study, activity: str, *events: str) -> pd.DataFrame:
    """Return who has one of some events of an activity, each person once: `participant_id`, `role`."""
    rows = study.table("participation_events")
    here = text_of(rows["activity"]).eq(activity) & text_of(rows["event"]).isin(events)
    people = study.table("participants")[["participant_id", "role"]].astype(str)
    return people[people["participant_id"].isin(set(rows.loc[here, "participant_id"]))]


def film_people(study: Study) -> list[str]:
    """Name everybody who decided on the film."""
    events = study.table("consent_events")
    return list(dict.fromkeys(events.loc[text_of(events["activity"]) == FILM, "participant_id"]))


def extracts(study: Study, day: str = "") -> pd.DataFrame:
    """Return every extract once, with its consent on a day: `consent`, `may_be_quoted`."""
    segments = study.table("segments")
    speakers = study.table("speakers").drop(columns="status")
    known = segments.merge(speakers, on="segment_id", how="left")
    known = known.assign(activity=text_of(known["activity"]))
    return consent.may_be_quoted(known, study.table("consent_events"), day or None)


def placements(study: Study) -> pd.DataFrame:
    """Return the uses of extracts with the role of who speaks; an edited one must have a reason.

    Where the words are at hand, their likeness is computed.
    """
    rows = uses.require_reasons(study.table("segment_uses"), "segment_uses")
    segments = study.table("segments")
    if "edited_text" in rows and "verbatim" in segments:
        rows = rows.assign(likeness=uses.likeness(rows, segments).fillna(rows["likeness"]))
    said = segments[["segment_id", "speaker_role", "is_note"]]
    return rows.astype({"edit": str}).merge(said, on="segment_id", how="left")


def triangulation(study: Study) -> pd.DataFrame:
    """Set findings against kinds of evidence; see `peerbook.evidence.matrix`.

    Raises
    ------
    DataError
        If evidence differs on a finding and no row says what to make of it.
    """
    findings, stances = study.table("findings"), study.table("stances")
    stances = stances.astype({"stance": object, "could_speak": str})
    named = stances.rename(columns={"finding_id": "statement"})
    resolutions = findings.set_index("finding_id")["resolution"].dropna().to_dict()
    matrix = evidence_matrix(
        named.dropna(subset="stance")[["statement", "kind", "stance"]],
        named[["statement", "kind", "could_speak"]],
        resolutions,
        statements=findings["finding_id"],
    )
    return require_resolved(matrix, "findings")


def numbers(study: Study) -> Mapping[str, float | str]:
    """Compute what the report states, by the name of the statement."""
    return _of_background(study) | _of_people(study) | _of_film(study) | _of_method(study) | _of_facts(study)


def claims(study: Study, smallest: int = SMALLEST) -> pd.DataFrame:
    """Set every statement of the report beside what its rows give.

    The status comes from the number itself; where it counts wishes or needs of fewer than `smallest` people,
    a reader is not told it.
    """
    found = numbers(study)
    compared = beside_print.stated(STUDY, found, STATEMENTS)
    held = [found[OF_FEW[name]] < smallest if name in OF_FEW else False for name in compared["claim"]]
    shown = compared["rebuilt"].mask(pd.Series(held, compared.index, dtype=bool), few(0, smallest))
    return compared.assign(rebuilt=shown)


def works(study: Study) -> pd.DataFrame:
    """Return the works that the text cites, each once: `name`, `year_as_cited`."""
    return study.table("citations")[["name", "year_as_cited"]].drop_duplicates()


def listed(study: Study) -> int:
    """Count the references of the list, if there is one."""
    return len(study.table("references")) if "references" in study.tables else 0


def misspelt(study: Study) -> list[str]:
    """Name the authors whose name some citation spells in another way, as it is spelt elsewhere."""
    found = []
    for cited, name in study.table("citations")[["cited_as", "name"]].astype(str).to_numpy():
        said, known = (" ".join(citations.surnames(names)[:1]) for names in (cited, name))
        if not (said.startswith(known) or known.startswith(said)):
            found.append(known)
    return list(dict.fromkeys(found))


def _of_background(study: Study) -> dict[str, float | str]:
    fields, models = study.table("search_fields"), study.table("models")
    aims = models[text_of(models["list"]) == "aims"]
    meanings = study.table("terms")["means"].nunique()
    return {
        "papers": int(text_of(study.table("literature_records")["decision"]).eq("include").sum()),
        "databases": fields.loc[fields["field"] == DATABASES, "value"].nunique(),
        "year_from": _number(fields, FIRST_YEAR),
        "year_to": _number(fields, LAST_YEAR),
        "label_search": label("table-1"),
        "caption_2": "a caption" if text_of(aims["caption"]).eq("yes").all() else "nothing",
        "models": int(text_of(models["list"]).eq("models").sum()),
        "aims": len(aims),
        "references": listed(study),
        "spelling": formats.words(misspelt(study)),
        "one_thing": "one thing" if meanings == 1 else formats.plural(meanings, "thing"),
    }


def _number(fields: pd.DataFrame, name: str) -> float:
    found = pd.to_numeric(fields.loc[fields["field"] == name, "value"], errors="coerce").dropna()
    return float(found.iloc[0]) if len(found) else float("nan")


def _of_people(study: Study) -> dict[str, float | str]:
    asked = took_part(study, INTERVIEW, "invited").query("role == 'facilitator'")
    sources = study.table("sources")
    interviews = int(text_of(sources["kind"]).eq(INTERVIEW).sum())
    editors = study.table("transcript_edits")["participant_id"].nunique()
    invited = took_part(study, FOCUS_GROUP, "invited").query("role == 'member'")
    came = took_part(study, FOCUS_GROUP, "attended")
    guests, members = came.query("role != 'staff'"), came.query("role == 'member'")
    late = took_part(study, FILM, "late")
    return {
        "facilitators_invited": len(asked),
        "interviews": interviews,
        "completion": formats.share(interviews, len(asked)),
        "editors": editors,
        "editors_percent": formats.share(editors, interviews),
        "members_invited": len(invited),
        "uptake": formats.share(len(members), len(invited)),
        "attended": len(guests),
        "attended_members": len(members),
        "researchers": int(came["role"].eq("staff").sum()),
        "late": len(late),
        "film_pool": len(set(guests["participant_id"]) | set(late["participant_id"])),
        **_of_days(sources),
    }


def _of_days(sources: pd.DataFrame) -> dict[str, float | str]:
    kinds = text_of(sources["kind"])
    sessions = sources[kinds == FOCUS_GROUP]
    days = pd.to_datetime(sources.loc[kinds.isin([INTERVIEW, FOCUS_GROUP]), "date"]).dropna()
    held = pd.to_datetime(sessions["date"]).dropna()
    found: dict[str, float | str] = {"sessions": len(sessions)}
    if len(days):
        found["window"] = f"{days.min():{MONTH}}-{days.max():{MONTH}}"
    if len(held) == 1:
        found["session_day"] = formats.day(held.iloc[0])
    return found


def _of_film(study: Study) -> dict[str, float | str]:
    states = consent.jointly_usable(study.table("consent_events"), film_people(study), FILM)
    films = int(text_of(study.table("sources")["kind"]).eq(FILM).sum())
    return {
        "no_face": states[consent.RESTRICTED],
        "withdrew": states[consent.WITHDRAWN],
        "films": films if states["usable"] == "yes" else 0,
        "film_usable": states["usable"],
    }


def _of_method(study: Study) -> dict[str, float | str]:
    guide = study.table("guide_questions")
    asked = text_of(guide.loc[guide["question_no"].notna(), "section"]).value_counts()
    parts = ("opening", "during", "on reflection", "closure")
    return {
        **{f"questions_{part.replace(' ', '_')}": int(asked.get(part, 0)) for part in parts},
        "questions": int(asked.sum()),
        "label_guide": label("table-2"),
        "demographics": "shown" if "demographics" in study.table("participants") else "withheld",
    }


def _of_facts(study: Study) -> dict[str, float | str]:
    facts = study.table("participant_facts")
    paid = int(text_of(facts["paid_work_started_during"]).eq("yes").sum())
    months = facts["months_in_group"].dropna()
    return {
        "paid_work": paid,
        "paid_percent": formats.share(paid, len(facts)),
        "access_needs": int(text_of(facts["access_need"]).eq("yes").sum()),
        "word_of_mouth": int(text_of(facts["referral_source"]).eq("word_of_mouth").sum()),
        "shortest": "months" if months.min() < 12 else "a year or more",
        "longest": f"over {formats.count(months.max() // 60 * 5)} years" if len(months) else "",
        **_of_codebook(study),
        **_of_uses(study),
    }


def _of_codebook(study: Study) -> dict[str, float | str]:
    codes = study.table("codebook")
    kinds = text_of(codes["parent"]).value_counts()
    factors = codes[text_of(codes["parent"]) == "facilitator_factor"]
    names = {
        "facilitator_factors": "facilitator_factor", "member_impacts": "member_impact", "core_themes": "core",
        "outcome_themes": "outcome", "facilitation_themes": "facilitation", "barriers": "barrier",
    }  # fmt: skip
    return {
        **{name: int(kinds.get(kind, 0)) for name, kind in names.items()},
        "factors_on_facilitators": int(text_of(factors["concerns"]).eq("facilitator").sum()),
    }


def _of_uses(study: Study) -> dict[str, float | str]:
    placed = placements(study)
    again = uses.repeats(placed)
    edited = int(again["edit"].eq(uses.EDITED).sum())
    differing = f"{formats.count(edited)} of {formats.plural(len(again), 'repeat')} differ"
    in_table_6 = placed[placed["shown_in"] == "table 6"]
    return {
        "placements": placed["use_id"].nunique(),
        "repeats": len(again),
        "distinct": uses.distinct(placed, joined_are_one=True),
        "distinct_apart": uses.distinct(placed),
        "same_words": differing if edited else "the same words",
        "spoken_in_table_6": int(text_of(in_table_6["is_note"]).eq("no").sum()),
    }
