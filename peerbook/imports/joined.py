"""Rows of another export join those that a folder has: what is the same stays one, conflicts are listed.

- A *source* is the same if it has the same name and length. Of the same name and another length it is another
  text: positions in the one say nothing of the other.
- A *code* is the same if the rules of the join say so, else if it has the same GUID, else the same path of
  labels. The folder's label, place and definition stay.
- A *segment* is the same if it has the same place in the same source or, without a place, the same words.
- A *coder* is the same if she has the same name. But two who share a name are two people if both coded a
  source and neither has all that the other has there.
- A *person* is the same if she has the same ID. What the folder does not know of her is filled in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from uuid import NAMESPACE_URL, UUID, uuid5

import pandas as pd

from peerbook.choices import did_you_mean
from peerbook.data.described import build, read_yaml
from peerbook.data.schema import coding_schema
from peerbook.errors import DataError
from peerbook.imports.assembled import ISSUES, Export, Imported

READ_BY = "read_by"
JOIN = "joined"  # the kind of issues that a join finds
STEP = " > "  # between a code and the one below it, in a path of labels
BOOKS, CODES = "codebooks", "segment_codes"
_CODE = ("code_id", "parent_id", "label")
Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Rules:
    """What a file says about names in an export.

    Attributes
    ----------
    codes : mapping of str to str
        Codes that were renamed or moved: the label, path (`Safety > Rules`) or ID of the export, and that of
        the folder.
    coders : mapping of str to str
        Names of coders in the export, and whom they mean: two people who share a name get two names, and one
        person who has two gets one.
    """

    codes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    coders: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Joined:
    """A part of the join: rows, the new name of each ID of the export, and what to say of it."""

    rows: pd.DataFrame
    ids: Mapping[str, str]
    issues: Sequence[tuple[str, str, str]] = ()


def read_rules(path: Path) -> Rules:
    """Read the rules of a join: YAML with `codes` and `coders`.

    Raises
    ------
    DataError
        If it is not such a file.
    """
    if not path.is_file():
        raise DataError(f"--rules: {path}: no such file. Give a YAML file with codes: or coders: in it.")
    return build(Rules, read_yaml(path, as_text=True) or {}, path.name, strict=True)


def with_coders(export: Export, rules: Rules) -> Export:
    """Name the coders of an export as the rules say."""
    codings = (replace(each, coder=rules.coders.get(each.coder, each.coder)) for each in export.codings)
    return replace(export, codings=tuple(codings))


def guid_of(codebook: str, code_id: str) -> str:
    """Return the GUID of a code: its own, or one that follows from its codebook and ID.

    Examples
    --------
    >>> guid_of("values", "V1") == guid_of("values", "V1") != guid_of("others", "V1")
    True
    """
    return str(UUID(code_id)) if _is_guid(code_id) else str(uuid5(NAMESPACE_URL, f"{codebook}/{code_id}"))


def join(existing: Tables, new: Imported, rules: Rules | None = None) -> Imported:
    """Join the rows of an export with those that a folder has.

    Parameters
    ----------
    existing : mapping of str to DataFrame
        Tables of coded material as text, blank where nothing is said. No row of them is lost.
    new : Imported
        Its `issues` come first in those of the result.
    rules : Rules, optional

    Returns
    -------
    Imported
        All rows, and in `issues` every conflict: what was found and what was done. Joined with itself an
        export adds nothing.

    Raises
    ------
    DataError
        If the rules name a code that is not there.
    """
    old = {name: _completed(name, existing.get(name), table) for name, table in new.tables.items()}
    new_rows = {name: _completed(name, table, old[name]) for name, table in new.tables.items()}
    books = _join_codes(old[BOOKS], new_rows[BOOKS], rules or Rules())
    sources = _join_sources(old["sources"], new_rows["sources"])
    people = _filled(old["people"], new_rows["people"], "person_id", together=("strands",))
    segments = _join_segments(old["segments"], _with_ids(new_rows["segments"], source_id=sources.ids))
    given = _with_ids(new_rows[CODES], segment_id=segments.ids, code_id=books.ids)
    coders = _join_coders(old[CODES], given, segments.rows)
    sources = replace(sources, rows=_with_readers(sources.rows, new_rows["sources"], sources.ids, coders.ids))
    parts = {BOOKS: books, "sources": sources, "people": people, "segments": segments, CODES: coders}
    others = {
        name: _stacked(
            old[name],
            _with_ids(table, segment_id=segments.ids, code_id=books.ids, source_id=sources.ids),
            name,
        )
        for name, table in new_rows.items()
        if name not in parts
    }
    said = [(source, JOIN, found, done, 1) for part in parts.values() for source, found, done in part.issues]
    issues = pd.concat([new.issues, pd.DataFrame(said, columns=list(ISSUES))], ignore_index=True)
    return replace(new, tables={name: part.rows for name, part in parts.items()} | others, issues=issues)


# Codebooks


def _join_codes(old: pd.DataFrame, new: pd.DataFrame, rules: Rules) -> Joined:
    """Find each code of the export in the latest version of the folder's codebook of that name."""
    book = next(iter(new["codebook"]), "")
    mine = _latest(old[old["codebook"] == book])
    asked = _as_asked(rules, mine, new)
    paths, by_path = _paths(mine), {}
    for code, path in paths.items():
        by_path.setdefault(path, []).append(code)
    by_guid = {guid_of(book, code): code for code in mine["code_id"]}
    taken = set(old["code_id"])
    said = mine.set_index("code_id")
    ids: dict[str, str] = {}
    added, issues, alike, renamed = [], [], [], 0
    for row in _parents_first(new):
        own, parent = row["code_id"], ids.get(row["parent_id"], "")
        path = (*paths.get(parent, ()), _plain(row["label"]))
        same = [
            asked.get(own),
            by_guid.get(str(UUID(own))) if _is_guid(own) else None,
            *by_path.get(path, ()),
        ]
        found = next(filter(None, same), None)
        if found is None:
            ids[own] = _fresh(own, taken)
            taken.add(ids[own])
            paths[ids[own]] = path
            added.append(row | {"code_id": ids[own], "parent_id": parent})
            alike += [row["label"]] if any(path[-1] == other[-1] for other in by_path) else []
            continue
        ids[own] = found
        renamed += paths[found] != path and found != asked.get(own)
        issues += _differences(said.loc[found], row) if found in said.index else ()
    more = pd.DataFrame(added, columns=new.columns).astype(object)
    if len(mine) and len(more):
        last = max([int(place) for place in mine["order"] if place.isdigit()], default=0)
        places = [str(last + place) for place in range(1, len(more) + 1)]
        more = more.assign(version=mine["version"].iloc[0], order=places)
    if len(mine):
        matched = len(ids) - len(added)
        issues.insert(
            0, ("", f"{matched} of {len(ids)} codes are in the codebook", f"{len(added)} added to it")
        )
    if renamed:
        what = f"{renamed} codes have another label or place in the codebook"
        issues.append(("", what, "the same code by its GUID; label and place of the folder kept"))
    if alike:
        what = f"{len(alike)} codes have the label of a code that stands elsewhere in the codebook"
        issues.append(
            ("", f"{what} ({_some(alike)})", "kept as codes of their own; if one, say so with --rules")
        )
    twice = len(ids) - len(set(ids.values()))
    if twice:
        issues.append(("", f"{twice} codes of the export are the same code of the folder", "counted as one"))
    return Joined(pd.concat([old, more], ignore_index=True), ids, issues)


def _latest(codes: pd.DataFrame) -> pd.DataFrame:
    versions = pd.to_numeric(codes["version"])
    return codes[versions == versions.max()]


def _as_asked(rules: Rules, mine: pd.DataFrame, new: pd.DataFrame) -> dict[str, str]:
    """Say for each code of the export that the rules name which code of the folder it is."""
    if mine.empty:
        return {}
    known, given = _names(mine), _names(new)
    said = {_plain(name): _plain(meant) for name, meant in rules.codes.items() if _plain(name) in given}
    for meant in said.values():
        if meant not in known:
            raise _no_code("the codebook of the folder does not have", meant, known)
    return {
        _the_one(given, name, "the export"): _the_one(known, meant, "the folder")
        for name, meant in said.items()
    }


def check_rules(exports: Iterable[Export], rules: Rules) -> None:
    """Refuse rules that name what is in none of the exports: a slip would otherwise go unseen.

    Raises
    ------
    DataError
        For a code or a coder that none has.
    """
    given: set[str] = set()
    coders: set[str] = set()
    for export in exports:
        given |= set(
            _names(pd.DataFrame([[getattr(c, n) for n in _CODE] for c in export.codes], columns=list(_CODE)))
        )
        coders |= {coding.coder for coding in export.codings}
    for name in rules.codes:
        if _plain(name) not in given:
            raise _no_code("none of the exports has", name, given)
    for name in rules.coders:
        if name not in coders:
            hint = did_you_mean(name, coders) or f"; there are: {', '.join(sorted(coders))}"
            raise DataError(f"--rules, coders: none of the exports has a coder '{name}'{hint}.")


def _no_code(where: str, name: str, known: Iterable[str]) -> DataError:
    return DataError(
        f"--rules, codes: {where} a code '{name}'{did_you_mean(_plain(name), known)}. Write its label, or "
        f"its path such as Safety{STEP}Rules."
    )


def _the_one(names: Mapping[str, set[str]], name: str, where: str) -> str:
    if len(names[name]) > 1:
        raise DataError(
            f"--rules, codes: {where} has several codes '{name}'. Write the path of the one that is meant, "
            f"such as Safety{STEP}Rules."
        )
    return next(iter(names[name]))


def _names(codes: pd.DataFrame) -> dict[str, set[str]]:
    """Return the codes that an ID, a label or a path may mean."""
    names: dict[str, set[str]] = {}
    for code, path in _paths(codes).items():
        for name in {_plain(code), path[-1], STEP.join(path)}:
            names.setdefault(name, set()).add(code)
    whole = {STEP.join(path): {code} for code, path in _paths(codes).items()}
    return names | whole  # a label at the top is a path, and means the code there


def _paths(codes: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    labels = dict(zip(codes["code_id"], codes["label"].map(_plain), strict=True))
    parents = dict(zip(codes["code_id"], codes["parent_id"], strict=True))

    def path(code: str) -> tuple[str, ...]:
        steps = [code]
        while (above := parents[steps[0]]) in labels and above not in steps:
            steps.insert(0, above)
        return tuple(labels[step] for step in steps)

    return {code: path(code) for code in labels}


def _parents_first(codes: pd.DataFrame) -> Iterator[dict[str, str]]:
    depth = {code: len(path) for code, path in _paths(codes).items()}
    yield from codes.iloc[codes["code_id"].map(depth).argsort(kind="stable")].to_dict("records")


def _plain(label: str) -> str:
    return " ".join(label.split()).casefold()


def _is_guid(code_id: str) -> bool:
    return bool(re.fullmatch(r"\{?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}?", code_id))


def _differences(old: pd.Series, new: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    if old["definition"] and new["definition"] and _plain(old["definition"]) != _plain(new["definition"]):
        yield "", f"the code '{old['label']}' is defined in other words", "the folder's definition kept"


def _some(names: Sequence[str], most: int = 5) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


# Sources, people, segments


def _join_sources(old: pd.DataFrame, new: pd.DataFrame) -> Joined:
    lengths = dict(zip(old["source_id"], old["characters"], strict=True))
    ids: dict[str, str] = {}
    issues = []
    for own, length in zip(new["source_id"], new["characters"], strict=True):
        same = [name for name in _versions(own, lengths) if not length or lengths[name] in (length, "")]
        ids[own] = same[0] if same else _fresh(own, lengths)
        if not same:
            lengths[ids[own]] = length
            if own != ids[own]:
                found = f"{length} characters; in the folder a source of this name has {lengths[own]}"
                issues.append((own, found, f"kept apart as {ids[own]}: places in the two cannot be compared"))
    known = new.assign(read_by="") if READ_BY in new else new  # coders have their labels later
    rows = _filled(old, _with_ids(known, source_id=ids), "source_id")
    return Joined(rows.rows, ids, [*issues, *rows.issues])


def _with_readers(
    rows: pd.DataFrame, new: pd.DataFrame, sources: Mapping[str, str], coders: Mapping[str, str]
) -> pd.DataFrame:
    """Add to each source the coders of the export who read it, by the labels that they have now."""
    if READ_BY not in rows:
        return rows
    read = {
        sources[source]: [coders.get(name, name) for name in names.split(";") if name]
        for source, names in zip(new["source_id"], new[READ_BY], strict=True)
    }
    joined = [
        ";".join(dict.fromkeys([*filter(None, names.split(";")), *read.get(source, ())]))
        for source, names in zip(rows["source_id"], rows[READ_BY], strict=True)
    ]
    return rows.assign(**{READ_BY: joined})


def _filled(old: pd.DataFrame, new: pd.DataFrame, key: str, together: Sequence[str] = ()) -> Joined:
    """Add new rows; of a row that is there fill the blanks, join lists, and list cells that differ."""
    rows = {row[key]: row for row in old.to_dict("records")}
    issues = []
    for row in new.to_dict("records"):
        before = rows.get(row[key])
        if before is None:
            rows[row[key]] = row
            continue
        after = dict(before)
        for name, cell in row.items():
            if name in together:
                after[name] = ";".join(dict.fromkeys(filter(None, f"{before[name]};{cell}".split(";"))))
            elif not before[name]:
                after[name] = cell
            elif cell and cell != before[name] and name not in ("title", "status"):
                issues.append((row[key], f"{name} differs from the folder's", "the folder's kept"))
        rows[row[key]] = after
    return Joined(pd.DataFrame(list(rows.values()), columns=old.columns).astype(object), {}, issues)


def _join_segments(old: pd.DataFrame, new: pd.DataFrame) -> Joined:
    there = {key: segment for key, segment in zip(_places(old), old["segment_id"], strict=True) if key}
    number = max([int(name[1:]) for name in old["segment_id"] if re.fullmatch(r"X\d+", name)], default=0)
    taken, ids, added = set(old["segment_id"]), {}, []
    fresh = old.empty
    lost = 0
    for key, row in zip(_places(new), new.to_dict("records"), strict=True):
        own = row["segment_id"]
        if key in there and key:
            ids[own] = there[key]
            continue
        if fresh:
            name = own
        else:
            number += 1
            name = f"X{number:04}"
        ids[own] = name if name not in taken else _fresh(name, taken)
        taken.add(ids[own])
        lost += not key
        added.append(row | {"segment_id": ids[own]})
    rows, issues = _with_words(old, new, ids)
    if lost and not fresh:
        found = f"{lost} segments have neither a place nor words"
        issues.append(("", found, "added without a comparison; keep the words (--keep-text) to compare them"))
    return Joined(pd.concat([rows, pd.DataFrame(added, columns=new.columns)], ignore_index=True), ids, issues)


def _places(segments: pd.DataFrame) -> list[tuple | None]:
    """Say where each segment is: its borders or, without, its words and how often they came before."""
    counted: dict[tuple, int] = {}
    places: list[tuple | None] = []
    columns = segments[["source_id", "start", "end", "text"]]
    for source, start, end, text in columns.itertuples(index=False, name=None):
        if start and end:
            places.append((source, start, end))
        elif text:
            words = source, _plain(text)
            counted[words] = counted.get(words, 0) + 1
            places.append((*words, counted[words], "words"))
        else:
            places.append(None)
    return places


def _with_words(
    old: pd.DataFrame, new: pd.DataFrame, ids: Mapping[str, str]
) -> tuple[pd.DataFrame, list[tuple[str, str, str]]]:
    """Fill what the folder does not say of a segment, and list speakers that differ."""
    if old.empty:
        return old, []
    again = new.assign(segment_id=new["segment_id"].map(ids)).drop_duplicates("segment_id")
    again = again.set_index("segment_id").reindex(old["segment_id"]).fillna("").reset_index()
    again.index = old.index
    names = [name for name in ("person_id", "speakers", "text", "locator") if name in old]
    filled = {name: old[name].mask(old[name] == "", again[name]) for name in names}
    differ = (again["person_id"] != "") & (filled["person_id"] != again["person_id"])
    issues = []
    if differ.any():
        found = f"{int(differ.sum())} segments have another speaker than in the folder"
        issues.append(("", found, "the folder's kept"))
    return old.assign(**filled), issues


# Coders


def _join_coders(old: pd.DataFrame, new: pd.DataFrame, segments: pd.DataFrame) -> Joined:
    source = dict(zip(segments["segment_id"], segments["source_id"], strict=True))
    there, given = _by_coder(old, source), _by_coder(new, source)
    ids: dict[str, str] = {}
    issues = []
    for own, codes in given.items():
        same = next((name for name in _versions(own, there) if _same_coder(there[name], codes)), None)
        ids[own] = same or _fresh(own, {*there, *ids.values()})
        if ids[own] != own:
            found = f"{own}: codings of the same source that are not those of the folder's coder of this name"
            issues.append(("", found, f"kept apart as {ids[own]}; if it is one person, say so with --rules"))
    renamed = new.assign(coder=new["coder"].map(ids))
    return Joined(_stacked(old, renamed, CODES), ids, issues)


def _by_coder(codes: pd.DataFrame, source: Mapping[str, str]) -> dict[str, dict[str, set]]:
    """Return what each coder gave in each source."""
    given: dict[str, dict[str, set]] = {}
    for segment, code, coder in codes[["segment_id", "code_id", "coder"]].itertuples(index=False, name=None):
        given.setdefault(coder, {}).setdefault(source.get(segment, ""), set()).add((segment, code))
    return given


def _same_coder(one: Mapping[str, set], other: Mapping[str, set]) -> bool:
    """Say whether two sets of codings may be one person's: in each source that both coded, one has all."""
    shared = one.keys() & other.keys()
    return all(one[name] <= other[name] or other[name] <= one[name] for name in shared)


# Rows


def _completed(name: str, table: pd.DataFrame | None, like: pd.DataFrame | None) -> pd.DataFrame:
    """Give a table the columns of the schema and of the other part, blank where it has none."""
    own = [] if table is None else list(table.columns)
    try:
        known = list(coding_schema(name).fields)
    except DataError:
        known = []
    columns = list(dict.fromkeys([*known, *own, *([] if like is None else like.columns)]))
    rows = pd.DataFrame(columns=columns) if table is None else table.reindex(columns=columns)
    return rows.astype(object).where(rows.notna(), "").astype(str).astype(object)


def _with_ids(rows: pd.DataFrame, **ids: Mapping[str, str]) -> pd.DataFrame:
    changed = {
        column: [new.get(cell, cell) for cell in rows[column]]
        for column, new in ids.items()
        if column in rows
    }
    return rows.assign(**changed)


def _stacked(old: pd.DataFrame, new: pd.DataFrame, name: str) -> pd.DataFrame:
    """Put new rows below those that are there, without those that are there already."""
    whole = pd.concat([old, new], ignore_index=True)
    try:
        key = list(coding_schema(name).primary_key)
    except DataError:
        key = []
    again = whole.duplicated(key or None)
    again.iloc[: len(old)] = False
    return whole[~again].reset_index(drop=True)


def _fresh(name: str, taken: object) -> str:
    """Return a name that is not taken: the name itself, or with a number behind it."""
    number, fresh = 1, name
    while fresh in taken:
        number += 1
        fresh = f"{name} ({number})"
    return fresh


def _versions(name: str, names: Mapping[str, object]) -> list[str]:
    """Return a name and those that `_fresh` made of it, as far as they are there."""
    found, number = [], 1
    while (each := name if number == 1 else f"{name} ({number})") in names:
        found.append(each)
        number += 1
    return found
