"""A book of real people: what its chapters held back is decided about as a whole, and only then shown.

While chapters run, outputs of data that are not synthetic are held in the build's own folder. When all have
run, every count of the book is one system; `peerbook.disclosure` decides what is withheld, and each output is
worded, drawn and saved from what is left. `disclosure.csv` lists the decisions for whoever is responsible for
the data; a page tells readers how much was withheld, and by which rules.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from peerbook.builder.execute import ADDED_BY_PAPERMILL
from peerbook.builder.orphans import watched
from peerbook.builder.plan import Task
from peerbook.disclosure import (
    Decisions,
    Entry,
    Held,
    Key,
    Policy,
    System,
    decide,
    joined,
    read_policy,
    release,
)
from peerbook.disclosure.counted import ANSWERED, MISSING
from peerbook.disclosure.editions import before_and_after, beside, earlier, grown
from peerbook.disclosure.suppress import BEFORE, FURTHER, SMALL
from peerbook.disclosure.system import ELSEWHERE
from peerbook.errors import DisclosureError
from peerbook.outputs import formats, markup
from peerbook.outputs.evidence import REBUILT
from peerbook.outputs.protect import HELD, refuse_unchecked

if TYPE_CHECKING:
    import pandas as pd

    from peerbook.data import RawFolder
    from peerbook.outputs import Output

LIST, PAGE = "disclosure.csv", "what_is_withheld"
TITLE = "What is withheld"
COLUMNS = ("study", "edition", "output", "column", "row", "counts", "shown", "decision", "rule")
_PLACE = re.compile(r'<template data-held="([^"]+)"></template>')
_RULES = {
    SMALL: "the count is at or below the threshold",
    FURTHER: "it would tell a count that is withheld",
    BEFORE: "an earlier book withheld it",
}


@dataclass(frozen=True)
class Protected:
    """What was decided about one study of a book."""

    study: str
    policy: Policy
    system: System
    decisions: Decisions
    edition: str
    outputs: Mapping[str, str] = field(default_factory=dict)  # label by id

    def counts(self) -> pd.DataFrame:
        """Count, for each output by its label, its `counts` and those of them that are `withheld`."""
        import pandas as pd

        stand = [
            (self.outputs[entry.output], entry.key in self.decisions.withheld)
            for entry in self.system.entries
            if entry.role == "count" and entry.output in self.outputs
        ]
        rows = pd.DataFrame(stand, columns=["output", "withheld"]).groupby("output", sort=False)["withheld"]
        return rows.agg(["size", "sum"]).astype(int).set_axis(["counts", "withheld"], axis=1)

    def summary(self) -> str:
        """Say for whoever builds the book what was decided."""
        rules = list(self.decisions.withheld.values())
        return (
            f"{self.study}: {formats.plural(len(self.system.counts), 'count')} decided about in "
            f"{self.decisions.seconds:.1f} s; withheld {rules.count(SMALL)} as small, {rules.count(FURTHER)} "
            f"further, {rules.count(BEFORE)} as before; {self.decisions.attacked} attacked, "
            f"{len(self.decisions.exposed)} worked out; gap {self.decisions.gap:.0%}"
        )


def prepare(folder: Path, tasks: Iterable[Task], data: Mapping[str, Mapping[str, Any]]) -> None:
    """Make the folders in which chapters of data of real people hold their outputs.

    `data` is what the manifest says of the data of each study.
    """
    for task in tasks:
        if not data[task.chapter.study]["synthetic"]:
            (folder / task.chapter.place / HELD).mkdir(parents=True)


def published_in(out: Path) -> tuple[Path, ...]:
    """Return the list of decisions of the last good book of a folder, if it is of real people.

    The list holds those of the books that it took the place of, too; see `write_list`.
    """
    file = out.resolve() / LIST
    return (file,) if file.is_file() else ()


def protect(
    folder: Path,
    tasks: Iterable[Task],
    opened: Mapping[str, RawFolder],
    jobs: int = 1,
    published: Iterable[Path] = (),
) -> tuple[Protected, ...]:
    """Decide what may be published of the chapters that ran, and write it where they would have.

    Parameters
    ----------
    folder
        Where they ran; the outputs they held are removed.
    tasks
        What ran.
    opened
        The raw folder of each study.
    jobs
        How many chapters to write at a time.
    published
        Lists of decisions of books that were published before, besides those that `disclosure.yml` names.

    Returns
    -------
    tuple of Protected
        One for each study of real people; of synthetic data there is nothing to decide.

    Raises
    ------
    DisclosureError
        If anything that a chapter shows was not checked, or a withheld number can be worked out.
    """
    from joblib import Parallel, delayed

    made, found, published = list(tasks), [], tuple(map(str, published))
    for study in dict.fromkeys(task.chapter.study for task in made):
        mine, raw = [task for task in made if task.chapter.study == study], opened[study]
        if raw.synthetic:
            continue
        outputs = {task.chapter.place: _held(folder / task.chapter.place) for task in mine}
        _refuse_what_passed_by(folder, outputs)
        decided = _decided(study, raw, [output for each in outputs.values() for output in each], published)
        Parallel(n_jobs=jobs)(
            delayed(watched)(
                os.getpid(), _write, study, folder / place, [_released(output, decided) for output in each]
            )
            for place, each in outputs.items()
        )
        found.append(decided)
    return tuple(found)


def _held(folder: Path) -> list[Output]:
    """Take the outputs that a chapter held, in the order in which it showed them."""
    import cloudpickle

    files = sorted((folder / HELD).glob("*.pkl"))
    outputs = [cloudpickle.loads(file.read_bytes()) for file in files]
    for file in files:
        file.unlink()
    return outputs


def _refuse_what_passed_by(folder: Path, outputs: Mapping[str, list[Output]]) -> None:
    """Refuse a chapter that shows or writes something which is no output of its study."""
    import nbformat

    from peerbook.study import READS

    faults = []
    for place, each in outputs.items():
        known, elsewhere = {output.id for output in each}, _of_no_people(folder / place / "outputs")
        cells = nbformat.read(folder / place / "chapter.ipynb", as_version=4).cells
        authors = (cell for cell in cells if ADDED_BY_PAPERMILL.isdisjoint(cell.metadata.get("tags", [])))
        for number, cell in enumerate(authors, start=1):
            shown = [one for one in cell.get("outputs", []) if one.get("name") != "stderr"]  # never published
            for data in (one.get("data", {}) for one in shown):
                held = _PLACE.fullmatch(data.get("text/html", "").strip())
                opening = "peerbook-notice" in data.get("text/html", "")
                printed = re.match(r"Output\(id='([^']+)'", data.get("text/plain", ""))
                if not (opening or (held and held[1] in known) or (printed and printed[1] in elsewhere)):
                    # Not what it shows: that may be an answer.
                    faults.append(f"{place}: cell {number} shows something without show()")
        written = {file.name for file in (folder / place / "outputs").rglob("*")} - {READS}
        written -= {name for id in elsewhere for name in (*markup.pictures(id), f"{id}.csv", f"{id}.json")}
        faults += [f"{place}: it writes {name} by itself" for name in sorted(written)]
    if faults:
        raise DisclosureError(
            "Of data of real people only outputs that pass disclosure control may be published; nothing is "
            "published.\n" + "\n".join(faults)
        )


def _of_no_people(outputs: Path) -> set[str]:
    """Name the outputs that a chapter saved by itself and that are of printed numbers or of methods."""
    records = (json.loads(file.read_text(encoding="utf-8")) for file in outputs.glob("*.json"))
    found = (record for record in records if isinstance(record, dict))
    return {record["id"] for record in found if record.get("evidence", REBUILT) != REBUILT}


def _decided(
    study: str, raw: RawFolder, outputs: Iterable[Output], published: tuple[str, ...] = ()
) -> Protected:
    from peerbook.data.editions import fingerprint

    policy = read_policy(raw.place)
    edition = fingerprint(raw.place, policy.earlier)
    policy = replace(policy, earlier=(*policy.earlier, *published))
    parts = [part for output in outputs for part in output.parts() if part.is_protected]
    held = [part.held for part in parts]
    refuse_unchecked(held)
    system, before = joined_with_earlier(held, policy, raw.place, study, edition)
    try:
        decisions = decide(system, policy, before)
    except ArithmeticError as error:
        if not before:
            raise
        raise DisclosureError(
            f"{study}: these data do not hold all that earlier books counted, so nobody can say what the "
            f"books tell together; nothing is published.{_remedy(published)}"
        ) from error
    if decisions.exposed:
        raise DisclosureError(
            f"{study}: {formats.plural(len(decisions.exposed), 'withheld number')} could be worked out from "
            f"what is published, whatever else is withheld; nothing is published.{_remedy(published)}\n"
            + "\n".join(map(str, decisions.exposed[:10]))
        )
    return Protected(study, policy, system, decisions, edition, {part.id: part.label for part in parts})


def _remedy(published: Iterable[str]) -> str:
    """Say what to do if other books that count as published do not go with the new one."""
    books = [str(Path(each).parent.name) for each in published]
    if len(books) == 1:
        return (
            f" The last book in {books[0]} counts as published. If nobody else has it, or it is of other "
            "people, remove it, or name another folder with --out."
        )
    named = formats.words([*books[:3], *(["others"] if len(books) > 3 else [])])
    said = (
        f" The last books in {named} count as published. If nobody else has one of them, or it is of other "
        "people, remove it, or name another folder with --out."
    )
    return said if books else ""


def joined_with_earlier(
    held: Iterable[Held], policy: Policy, folder: Path, study: str, edition: str
) -> tuple[System, dict[Key, float | None]]:
    """Make one system of a book and of those that were published before, as far as their lists tell.

    Parameters
    ----------
    held : iterable of Held
        What the new book holds.
    policy : Policy
        Its `earlier` names the lists.
    folder : Path
        Where they are: that of the raw data.
    study, edition : str
        Of which study the book is, and of which edition of its data.

    Returns
    -------
    System, dict of Key to float or None
        And what is public already: a count as it was shown, or None if it was withheld.

    Raises
    ------
    DisclosureError
        If a list is not there.
    """
    held, lists = list(held), _earlier(policy, folder, study)
    levels = _levels(held, [key for rows in lists.values() for _, key, _ in rows])
    system = joined(held, levels=levels)
    public = {name: _shown(rows) for name, rows in lists.items()}
    before = public.pop(edition, {})
    known = [(name, key, system.counts.get(key, before[key])) for name, key, _ in lists.get(edition, [])]
    if known:
        extra = [Entry(f"{ELSEWHERE}{name}", 0, "", key, round(n)) for name, key, n in known if n is not None]
        untold = {key for _, key, n in known if n is None}
        system = beside(joined(held, extra, levels, untold), untold)
    for past, shown in public.items():
        before |= {earlier(key, past): n for key, n in shown.items() if n is not None}
    shows = {key: policy.rounded(n) for key, n in system.counts.items()}
    past, later = before_and_after(shows, public)
    return grown(
        system, [(name, public[name]) for name in past], policy, [(name, public[name]) for name in later]
    ), before


def _levels(held: Iterable[Held], elsewhere: Iterable[Key]) -> dict[str, set[str]]:
    """Return the known values of the conditions that a book is narrowed in, such as all regions."""
    levels = {name: {value} for each in held for name, value in each.where}
    for name, value in (pair for key in elsewhere for pair in key.where):
        if name in levels and value not in (ANSWERED, MISSING):
            levels[name].add(value)
    return levels


def _earlier(policy: Policy, folder: Path, study: str) -> dict[str, list[tuple[str, Key, float | None]]]:
    """Read what was published before: for each edition the outputs with their counts, None if withheld."""
    import pandas as pd

    found: dict[str, list[tuple[str, Key, float | None]]] = {}
    for name in policy.earlier:
        file = folder / name
        if not file.is_file():
            raise DisclosureError(f"disclosure.yml names {name}, an earlier list of decisions: no such file.")
        rows = pd.read_csv(file, dtype=str, keep_default_na=False)
        for row in rows[rows["study"] == study].to_dict("records"):
            said = json.loads(row["counts"])
            key = Key(said["unit"], frozenset(said["where"].items()))
            shown = None if row["decision"] == "withheld" else float(row["shown"])
            found.setdefault(row["edition"], []).append((row["output"], key, shown))
    return found


def _shown(rows: Iterable[tuple[str, Key, float | None]]) -> dict[Key, float | None]:
    """Return each count as it was shown anywhere, or None if it was withheld everywhere."""
    found: dict[Key, float | None] = {}
    for _, key, shown in rows:
        found[key] = shown if found.get(key) is None else found[key]
    return found


def _released(output: Output, decided: Protected) -> Output:
    released = {
        part.id: release(part.held, decided.system, decided.decisions, decided.policy)
        for part in output.parts()
        if part.is_protected
    }
    return output.with_released(released)


def _write(study: str, folder: Path, outputs: Iterable[Output]) -> None:
    """Save the outputs of a chapter, and show each in its notebook where it was held."""
    import nbformat

    shown = {}
    for output in outputs:
        try:
            output.save(folder / "outputs")
        except Exception as error:
            raise DisclosureError(
                f"{output.label} of {study} cannot be shown with numbers withheld: "
                f"{type(error).__name__} in {_line(error)}"
            ) from error
        shown[output.id] = output.linked()
    file = folder / "chapter.ipynb"
    notebook = nbformat.read(file, as_version=4)
    for cell in notebook.cells:
        for each in cell.get("outputs", []):
            held = _PLACE.fullmatch(each.get("data", {}).get("text/html", "").strip())
            if held:
                each["data"] = _bundle(shown[held[1]])
    nbformat.write(notebook, file)


def _line(error: Exception) -> str:
    """Say where in the code an error arose; its words may hold a value."""
    import traceback

    *_, last = traceback.extract_tb(error.__traceback__)
    ours = [
        each for each in traceback.extract_tb(error.__traceback__) if "peerbook" in Path(each.filename).parts
    ]
    found = (ours or [last])[-1]
    return f"{Path(found.filename).name}, line {found.lineno}, {found.name}"


def _bundle(output: Output) -> dict[str, str]:
    html, text = output._repr_html_(), output._repr_markdown_()
    found = {"text/plain": repr(output), "text/html": html, "text/markdown": text}
    return {kind: value for kind, value in found.items() if value is not None}


def write_list(protected: Iterable[Protected], folder: Path, published: Iterable[Path] = ()) -> None:
    """Write every decision to `disclosure.csv`: for whoever is responsible for the data, not for readers.

    Of a count that is withheld it tells the rule, never the count. Below stand the decisions of books that
    this one takes the place of, as far as it does not decide about the same again: they were published.
    """
    import pandas as pd

    rows = [row for each in protected for row in _decisions(each)]
    before = [pd.read_csv(file, dtype=str, keep_default_na=False) for file in published if protected]
    if rows:
        now = pd.DataFrame(rows, columns=COLUMNS).astype(str)
        same = ["study", "edition", "output", "counts"]
        whole = pd.concat([now, *before], ignore_index=True)
        again = pd.MultiIndex.from_frame(whole[same]).isin(pd.MultiIndex.from_frame(now[same]))
        whole[~again | (whole.index < len(now))].to_csv(folder / LIST, index=False, lineterminator="\n")


def _decisions(decided: Protected) -> Iterable[tuple[Any, ...]]:
    withheld, policy = decided.decisions.withheld, decided.policy
    for entry in decided.system.entries:
        if entry.output not in decided.outputs:
            continue
        key = json.dumps({"unit": entry.key.unit, "where": dict(sorted(entry.key.where))}, ensure_ascii=False)
        rule = withheld.get(entry.key)
        shown = "" if rule else policy.rounded(entry.n)
        state = "withheld" if rule else "rounded" if policy.rounding > 1 else "shown"
        yield (
            decided.study, decided.edition, entry.output, entry.column, entry.row + 1, key, shown, state,
            _RULES.get(rule or "", ""),
        )  # fmt: skip


def page(protected: Iterable[Protected]) -> str:
    """Return the page that tells readers what is withheld; it does not tell which numbers are small."""
    protected = tuple(protected)
    parts = [
        f"# {TITLE}",
        "Some numbers of this book are about so few people that somebody could be recognised. They are "
        "withheld, and marked [c] for confidential. The mark is neither zero nor missing.",
    ]
    for each in protected:
        summed = each.counts()
        total = summed.sum()
        parts += [
            f"## The rules{f' of {each.study}' if len(protected) > 1 else ''}",
            f"They follow {each.policy.source}",
            "\n".join(f"- {line}" for line in each.policy.in_words()),
            f"{formats.count(total['withheld'])} of {formats.plural(total['counts'], 'count')} are withheld. "
            + (
                "That is the fewest that keep every withheld number unknown."
                if each.decisions.gap < 1e-6
                else f"At most {formats.percent(each.decisions.gap, 1, 0)} of those withheld besides the "
                "small ones could have been spared."
            ),
            "```{raw} html\n"
            + markup.grid(summed[summed["withheld"] > 0].rename_axis("output"), "Counts withheld, by output")
            + "\n```",
        ]
    return "\n\n".join(parts) + "\n"
