"""The command line: parses, calls, prints."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from peerbook.choices import check_one_of
from peerbook.errors import ChapterError, ParameterError, PeerbookError

if TYPE_CHECKING:
    from peerbook.builder.order import Order
    from peerbook.builder.parameters import Parameter
    from peerbook.data import Definitions

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Rebuild an evaluation report from raw peer support data, as an accessible book.",
    epilog=(
        "Exit codes: 0 done; 1 two books differ; 2 wrong use of a command; 10 data have problems; "
        "11 unknown or wrong parameter; 12 a chapter stopped; 13 the pages could not be made; "
        "14 a model cannot be fitted; 15 something of real people was not checked; 130 interrupted."
    ),
)

_NOTHING = "Nothing has changed since the last book, so nothing was run: {}"

Studies = Annotated[
    list[str] | None,
    typer.Argument(metavar="[STUDY]...", help="Studies the book is of; all if none is named."),
]
Data = Annotated[
    list[str] | None,
    typer.Option(
        "--data",
        metavar="[STUDY=]FOLDER",
        help="Raw data of a study; without it, its synthetic stand-in data. May be repeated.",
    ),
]
Study = Annotated[
    str,
    typer.Option(metavar="STUDY", help="The study whose definitions hold; by default the one the data name."),
]
Folder = Annotated[
    Path | None,
    typer.Option("--data", metavar="FOLDER", help="Raw data; without it, synthetic stand-in data."),
]
AsOf = Annotated[
    str, typer.Option("--as-of", metavar="DATE", help="The day, such as 2016-02-29; later days are not read.")
]
Only = Annotated[
    list[str] | None,
    typer.Option("--only", metavar="CHAPTER", help="Run this chapter only; may be repeated."),
]
Jobs = Annotated[
    int | None,
    typer.Option(min=1, metavar="N", help="Chapters to run at a time; by default one per processor."),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "-p",
        "--parameter",
        metavar="NAME=VALUE",
        help="Set a parameter of every chapter that has it, or of one: CHAPTER.NAME=VALUE. May be repeated.",
    ),
]


@app.command(
    epilog="Example: peerbook build --data exports/2026 --only log_findings",
)
def build(
    studies: Studies = None,
    data: Data = None,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the book goes.")] = Path("_build"),
    only: Only = None,
    parameter: Settings = None,
    jobs: Jobs = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Keep the last book if any chapter stops.")
    ] = False,
    time_limit: Annotated[
        float, typer.Option(min=0.01, metavar="MINUTES", help="A chapter that takes longer is stopped.")
    ] = 60,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Run chapters even if nothing that they depend on has changed.")
    ] = False,
) -> None:
    """Build the book.

    Checks parameters and data, runs the chapters, makes the pages, and only then replaces the last book.
    A chapter runs only if something that it reads or reaches has changed since the last book: a column, a
    parameter, its code, the definitions, a package. peerbook plan --why says what.
    Chapters without their data are left out. If a chapter stops, its page says so; the book is made, and
    the exit code is 12.
    With --only, the other chapters stay as they were in the last book; those that are stale run again, with
    the choices they had.
    """
    import os

    from peerbook.builder.order import Order
    from peerbook.builder.parameters import read_settings
    from peerbook.builder.state import changed_files

    settings, jobs = read_settings(parameter or ()), jobs or os.cpu_count() or 1
    order = Order(
        out,
        tuple(studies or ()),
        _folders(data),
        tuple(only or ()),
        settings,
        jobs,
        strict=strict,
        limit=60 * time_limit,
        fresh=fresh,
    )
    changed = changed_files(order)  # before anything is imported that takes long
    if changed == set():
        print(_NOTHING.format(out / "html" / "index.html"))
        return
    _build(order, only_words=changed is not None and all(name.startswith("book/") for name in changed))


def _build(order: Order, only_words: bool) -> None:
    from peerbook.builder.ahead import Ahead

    with Ahead() as ahead:
        ahead.start(kernels=not only_words)  # what it loads takes as long as what is imported here

        from rich.console import Console

        from peerbook.builder.run import build as make

        out, manifest = order.out, make(order, Console(), ahead)
    if manifest.get("unchanged"):
        print(_NOTHING.format(out / "html" / "index.html"))
        return
    _print_agreement(out / "outputs")
    pages, seconds = len(manifest["pages"]), manifest["seconds"]
    print(f"{pages} pages in {seconds:.0f} s: {out / 'html' / 'index.html'}")
    stopped = [record["name"] for record in manifest.get("chapters", ()) if "stopped" in record]
    if stopped:
        raise ChapterError(f"The book was made without: {', '.join(stopped)}. Their pages say why.")


@app.command(epilog="Example: peerbook editions month --data exports/2026 --only log_findings")
def editions(
    kind: Annotated[str, typer.Argument(metavar="region|project|month", help="What each book is of.")],
    study: Annotated[
        str, typer.Argument(metavar="[STUDY]", help="The study; by default the one the data name.")
    ] = "",
    data: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Raw data; without them, the synthetic stand-in data."),
    ] = None,
    first: Annotated[str, typer.Option("--from", metavar="MONTH", help="First month, such as 2016-01.")] = "",
    last: Annotated[str, typer.Option("--to", metavar="MONTH", help="Last month, such as 2016-12.")] = "",
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="CHAPTER", help="Books of this chapter only; may be repeated."),
    ] = None,
    parameter: Settings = None,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="A folder in it has index and books.")] = Path(
        "_build/editions"
    ),
    jobs: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Books to build at a time; by default one per processor."),
    ] = None,
    scheduler: Annotated[
        str,
        typer.Option(metavar="ADDRESS", help="A Dask scheduler, as tcp://10.0.0.1:8786: its workers build."),
    ] = "",
) -> None:
    """Build many books at once: one per region, per project, or per month of what was known on its last day.

    Each is a whole book in a folder of its own, and an index page leads to all of them. Books that are fresh
    are not built again. One that fails keeps its last good book, and stops no other; the exit code is 12.
    """
    import os

    from rich.console import Console

    from peerbook.builder.edition import Series
    from peerbook.builder.editions import make, refuse_failed
    from peerbook.builder.parameters import read_settings

    settings, jobs = read_settings(parameter or ()), jobs or os.cpu_count() or 1
    chapters = tuple(only or ())
    series = Series(kind, out, study, data, first, last, chapters, settings, jobs, scheduler)
    made = make(series, Console())
    print(series.place / "index.html")
    refuse_failed(made)


@app.command(epilog="Example: peerbook export word --chapter log_findings")
def export(
    formats: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FORMAT]...", help="Of pdf, summary, word, xlsx, epub; all if none is named."
        ),
    ] = None,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the book is.")] = Path("_build"),
    chapter: Annotated[
        list[str] | None,
        typer.Option("--chapter", metavar="CHAPTER", help="Word: this chapter only; may be repeated."),
    ] = None,
) -> None:
    """Make files to take away of the last book: PDF, Word, Excel, EPUB.

    They are listed on the book's page Downloads. A file that cannot be made leaves the last one in place.
    For coded material as REFI-QDA, see peerbook export-coding.
    """
    from peerbook import paths
    from peerbook.exports.make import export as make

    make(out, paths.root(), formats or (), chapter or (), lambda made: print(made.line(out)))


@app.command(epilog="Example: peerbook verify _build --data my_study=exports/2026")
def verify(
    crate: Annotated[
        Path, typer.Argument(help="Folder of a book, or its ro-crate-metadata.json from anywhere.")
    ] = Path("_build"),
    data: Data = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Keep the new book here; otherwise it is removed.")
    ] = None,
    jobs: Jobs = None,
) -> None:
    """Make a book again from its record, and say whether it is the same.

    Says "equal", or what is missing (data that are not at hand), what is not as it was (packages, code), and
    which files differ, by hash. The exit code is 1 if the book is not equal or could not be made again.
    """
    import os
    from tempfile import TemporaryDirectory

    from rich.console import Console

    from peerbook import paths
    from peerbook.builder.verify import verify as make_again

    with TemporaryDirectory(prefix="peerbook-") as temporary:
        folder = out or Path(temporary) / "book"
        verdict = make_again(
            crate, _folders(data), folder, paths.root(), jobs or os.cpu_count() or 1, Console()
        )
    print("\n".join(verdict.lines()))
    if not verdict.is_equal:
        if verdict.differs and not verdict.missing:
            book = crate if crate.is_dir() else crate.parent
            keep = "" if out else "keep the new book with --out again, and then: "
            print(f"What differs in numbers and words: {keep}peerbook compare {book} {out or 'again'}")
        raise SystemExit(1)


@app.command(epilog="Example: peerbook plan --why -p level=0.9")
def plan(
    studies: Studies = None,
    data: Data = None,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the last book is.")] = Path("_build"),
    only: Only = None,
    parameter: Settings = None,
    why: Annotated[
        bool, typer.Option("--why", help="A line for each chapter: fresh, or stale and why; and the pages.")
    ] = False,
) -> None:
    """Show what a build would run: chapters with their state, notebooks, parameters. Runs nothing.

    A chapter is stale if something that it reads or reaches is not as it was for the last book.
    """
    from peerbook.builder.order import Order
    from peerbook.builder.parameters import read_settings
    from peerbook.builder.state import look, pages_in_words

    settings = read_settings(parameter or ())
    outlook = look(Order(out, tuple(studies or ()), _folders(data), tuple(only or ()), settings))
    names = [state.task.chapter.name for state in outlook.states]
    for state in outlook.states:
        task, name = state.task, state.task.chapter.name
        if why:
            print(f"{name if names.count(name) == 1 else task.chapter.place}: {state.in_words()}")
            continue
        print(f"{name}: {task.chapter.title}")
        print(f"  state       {state.word}")
        print(f"  notebook    notebooks/{task.chapter.source}.ipynb")
        for key, value in task.values.items():
            print(f"  parameter   {key} = {value}\n              {_explained(task.chapter.parameters[key])}")
    if why:
        print("\n".join(pages_in_words(outlook)))


@app.command(epilog="Example: peerbook run log_findings -p level=0.9")
def run(
    chapter: Annotated[str, typer.Argument(help="Name of the chapter, or STUDY/NAME.")],
    parameter: Settings = None,
    data: Data = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Where its small book goes; by default _run/CHAPTER."),
    ] = None,
    against: Annotated[
        Path, typer.Option(metavar="FOLDER", help="The book to compare it with; it stays as it is.")
    ] = Path("_build"),
) -> None:
    """Run one chapter with other choices, and say what changed against the last book.

    The chapter gets a small book of its own. A line on top of its page names the choices that are not the
    defaults. Beside the book lies a page that shows what changed.
    """
    import os

    from rich.console import Console

    from peerbook.builder.compare.told import summary
    from peerbook.builder.order import Order
    from peerbook.builder.parameters import read_settings
    from peerbook.builder.rerun import rerun

    order = Order(
        out or Path("_run") / chapter,
        data=_folders(data),
        settings=read_settings(parameter or ()),
        jobs=os.cpu_count() or 1,
    )
    made = rerun(chapter, order, against, Console())
    print(f"The page: {made.page}")
    if made.comparison is None:
        print(
            f"Nothing to compare it with: {against} has no book with this chapter. Make one: peerbook build"
        )
        return
    if made.chosen:
        said = ", ".join(f"{name} = {value}" for name, value in made.chosen.items())
        print(f"The book in {against} was made with other choices than the defaults too: {said}.")
    print(summary(made.comparison))
    print(f"Side by side: {made.changes}")


@app.command(epilog="Example: peerbook compare _build last_month/_build --html changes.html")
def compare(
    a: Annotated[
        Path, typer.Argument(metavar="BEFORE", help="Folder of a book, as peerbook build makes it.")
    ],
    b: Annotated[Path, typer.Argument(metavar="AFTER", help="Folder of another book.")],
    tolerance: Annotated[
        float,
        typer.Option(
            min=0.0,
            metavar="X",
            help="Numbers that differ by at most X, or by this share of them if above one, are the same.",
        ),
    ] = 0.0,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="CHAPTER", help="Compare this chapter only; may be repeated."),
    ] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write what differs as a page.")] = None,
    csv: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write every difference to this file.")
    ] = None,
    word: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a Word document with tracked changes.")
    ] = None,
) -> None:
    """Say what differs between two books, and why: findings, outputs, cells, sentences, pictures.

    Ends with 0 if nothing differs, and with 1 if anything does.
    """
    import math

    from peerbook.builder.compare import as_frame, compare_books, places_of, read_book
    from peerbook.builder.compare.told import summary
    from peerbook.inert import inert_table

    if not math.isfinite(tolerance):
        raise ParameterError(f"--tolerance: found {tolerance}; expected a number such as 0.001.")
    before, after = read_book(a), read_book(b)
    found = compare_books(before, after, tolerance, places_of(before, after, only or ()))
    if html:
        from peerbook.builder.compare.page import write_page

        write_page(found, html)
    if csv:
        csv.parent.mkdir(parents=True, exist_ok=True)
        inert_table(as_frame(found)).to_csv(csv, index=False, lineterminator="\n")
    if word:
        from peerbook.builder.compare.tracked import write_word

        write_word(found, word)
    print(summary(found))
    for file in filter(None, (html, csv, word)):
        print(f"Written: {file}")
    raise typer.Exit(1 if found.differences else 0)


@app.command(epilog="Example: peerbook validate exports/2026 --csv problems.csv")
def validate(
    folder: Annotated[Path, typer.Argument(help="Folder of raw data.")],
    csv: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write every problem to this file.")
    ] = None,
    study: Study = "",
) -> None:
    """List every problem of raw data at once: file, row, column, what was found, what to do."""
    from peerbook.data import validate as check

    if csv and csv.resolve().is_relative_to(folder.resolve()):
        raise ParameterError(f"--csv: {csv} lies among the raw data. Name a file outside of {folder}.")
    report = check(folder, study)
    if csv:
        report.to_csv(csv)
    report.raise_if_errors()
    print(report)


@app.command(epilog="Example: peerbook audit table_4.csv --csv findings.csv")
def audit(
    file: Annotated[
        Path, typer.Argument(help="A table as CSV; the chapter Audit lists the shapes it may have.")
    ],
    csv: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write every finding to this file.")
    ] = None,
) -> None:
    """Check the arithmetic of a table before it goes to print: sums, percentages, intervals, effect sizes."""
    from peerbook.audit.file import audit_file
    from peerbook.inert import inert_table
    from peerbook.outputs import formats

    findings = audit_file(file)
    if csv:
        inert_table(findings).to_csv(csv, index=False)
    for finding in findings.itertuples():
        place = ", ".join(filter(None, [finding.row, finding.column]))
        print(f"{finding.severity}: {place}: {finding.check}: {finding.arithmetic}")
    print(f"{file.name}: {formats.plural(len(findings), 'finding')}")


@app.command(epilog="Example: peerbook simulate my_data --rows 50")
def simulate(
    folder: Annotated[Path, typer.Argument(help="Folder to write to.")],
    study: Study = "",
    rows: Annotated[int, typer.Option(min=1, metavar="N", help="Rows of the largest table.")] = 100,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same files.")] = 1,
    form: Annotated[
        str,
        typer.Option("--as", metavar="PROGRAM", help="Write them as exports of limesurvey or excel instead."),
    ] = "",
    headings: Annotated[
        str, typer.Option(help="Of LimeSurvey's columns: code, full, abbreviated or codetext.")
    ] = "code",
) -> None:
    """Write made-up raw data that fit a study's definitions, to try things out before there are answers.

    A study.yml in the folder is followed: its regions, days and IDs.
    """
    from peerbook.data import as_told, read_about
    from peerbook.data.sampler import write_sample
    from peerbook.imports.pretend import FORMATS, HEADINGS, write_pretended

    definitions = as_told(_definitions_of(study), read_about(folder))
    if form:
        check_one_of("--as", form, FORMATS)
        check_one_of("--headings", headings, HEADINGS)
        for path in write_pretended(folder, definitions, form, rows, seed, headings):
            print(path)
    else:
        write_sample(folder, definitions, rows=rows, seed=seed)
    print(f"Made-up data of {definitions.study}, {rows} rows, written to {folder}")


@app.command(epilog="Example: peerbook due --as-of 2016-03-01 --data exports/2026 --csv due.csv")
def due(
    as_of: AsOf,
    data: Folder = None,
    study: Study = "",
    region: Annotated[str, typer.Option(help="Only people who registered there.")] = "all",
    project: Annotated[str, typer.Option(metavar="ID", help="Only people of this project.")] = "all",
    csv: Annotated[Path, typer.Option(metavar="FILE", help="The list to write.")] = Path("due.csv"),
) -> None:
    """List who is due which form on a day, and who needs a reminder, by personal ID.

    The list is for the field team and no part of a book. It holds no contact details: whoever holds the key
    file adds them. People who withdrew, or never registered, are not on it.
    """
    from peerbook.fieldwork.lists import check_is_apart, open_records
    from peerbook.fieldwork.schedule import to_do
    from peerbook.inert import inert_table

    check_is_apart(csv, "--csv", data)
    listed = to_do(open_records(data, study, as_of, region, project))
    csv.parent.mkdir(parents=True, exist_ok=True)
    inert_table(listed).to_csv(csv, index=False, lineterminator="\n", date_format="%Y-%m-%d")
    for (what, form), number in listed.groupby(["to_do", "form"]).size().items():
        print(f"{what}, {form}: {number}")
    print(f"{len(listed)} on the list: {csv}")


@app.command(epilog="Example: peerbook draw --seed 4711 --as-of 2016-02-29 --data exports/2026")
def draw(
    seed: Annotated[
        int,
        typer.Option(min=0, metavar="N", help="Drawn in public once the month is over; repeats the draw."),
    ],
    as_of: AsOf,
    data: Folder = None,
    study: Study = "",
    ledger: Annotated[
        Path, typer.Option(metavar="FILE", help="Where draws are written down; one is drawn once.")
    ] = Path("draws.csv"),
) -> None:
    """Draw the prizes of the last month that is over: one entry for each form that came in during it.

    Nobody wins twice in a round unless the rules of the study say so. Winners are told by personal ID and
    written to a ledger, outside of any book. The same data, day and seed give the same winners.
    """
    from peerbook.fieldwork.draw import draw as draw_round
    from peerbook.fieldwork.draw import in_ledger
    from peerbook.fieldwork.lists import check_is_apart, open_records, read_ledger
    from peerbook.inert import inert_table

    check_is_apart(ledger, "--ledger", data)
    drawn = draw_round(open_records(data, study, as_of), seed)
    kept = in_ledger(read_ledger(ledger), drawn)
    ledger.parent.mkdir(parents=True, exist_ok=True)
    inert_table(kept).to_csv(ledger, index=False, lineterminator="\n")
    people = drawn.entries["person_id"].nunique()
    print(f"Round {drawn.round}: {len(drawn.entries)} entries of {people} people")
    for won in drawn.winners.itertuples():
        print(
            f"{won.prize}: {won.project_id if won.prize == 'project' else won.person_id}, form {won.log_id}"
        )
    for prize in [name for name in drawn.prizes if name not in set(drawn.winners["prize"])]:
        print(f"{prize}: nobody left to draw")
    print(f"Written to {ledger}")


@app.command(epilog="Example: peerbook new our_log --like STUDY --region North --region South")
def new(
    study: Annotated[str, typer.Argument(help="Name of its folders: small letters and underscores.")],
    title: Annotated[str, typer.Option(help="Its name for readers; by default made from STUDY.")] = "",
    like: Annotated[
        str, typer.Option(metavar="STUDY", help="A study whose questions it asks: no code is needed then.")
    ] = "",
    data: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="With --like: its data folder; usually data/STUDY."),
    ] = None,
    region: Annotated[
        list[str] | None, typer.Option("--region", help="With --like: a region; may be repeated.")
    ] = None,
    first: Annotated[str, typer.Option(metavar="DAY", help="With --like: first day of the data.")] = "",
    last: Annotated[str, typer.Option(metavar="DAY", help="With --like: last day of the data.")] = "",
    ids: Annotated[
        str, typer.Option(metavar="PATTERN", help="With --like: what personal IDs look like, as [0-9]{6}.")
    ] = "",
    holder: Annotated[str, typer.Option(help="With --like: who holds the data.")] = "",
    contact: Annotated[str, typer.Option(help="With --like: how to reach them.")] = "",
) -> None:
    """Begin a new study. What is not said is asked for, if somebody is there to answer.

    With --like it asks the questions of another study, and has a data folder of its own that describes it:
    title, period, regions, who holds the data. Without, the skeleton of a study is written: definitions, a
    chapter and made-up raw data, ready to be built.
    """
    from peerbook import paths
    from peerbook.builder.skeleton import new_folder, new_study
    from peerbook.data import About, studies

    usual = study.replace("_", " ").capitalize()
    if not (like or title):
        like = _asked(f"Whose questions does it ask? One of: {', '.join(studies())}; empty: its own", "")
    title = title or _asked("Its name for readers", usual)
    if like:
        known = ",".join(region or ()) or _asked("Its regions, with commas between", "")
        first = first or _asked("First day of the data (YYYY-MM-DD)", "")
        last = last or (_asked("Last day of the data (YYYY-MM-DD)", "") if first else "")
        about = About(
            title=title,
            regions=tuple(filter(None, (name.strip() for name in known.split(",")))) or None,
            period=(first, last) if first or last else (),
            ids=ids or _asked("What personal IDs look like, such as [0-9]{6} for six digits", ""),
            holder=holder or _asked("Who holds the data", ""),
            contact=contact or _asked("How to reach them", ""),
        )
        folder = data or Path("data") / study
        for path in new_folder(like, about, folder):
            print(path)
        print(f"Put its tables into {folder}, then try: peerbook validate {folder}")
        return
    root = paths.root()
    for path in new_study(study, title, root):
        print(path.relative_to(root))
    print(f"Now try: peerbook build {study} --out _build/{study}")


def _asked(question: str, usual: str) -> str:
    """Ask somebody at the terminal; take the usual answer if nobody is there."""
    if not sys.stdin.isatty():
        return usual
    return typer.prompt(question, default=usual, show_default=bool(usual)).strip()


@app.command(
    "map", epilog="Example: peerbook map results.csv forms.xlsx --structure survey.lss --out mapping.yml"
)
def map_files(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Exports of LimeSurvey, CSV and Excel files.")
    ],
    out: Annotated[Path, typer.Option(metavar="FILE", help="The mapping to write.")] = Path("mapping.yml"),
    structure: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE", help="A survey's structure (.lss): what its codes stand for. May be repeated."
        ),
    ] = None,
    study: Study = "",
    title: Annotated[str, typer.Option(help="What the study is called, for readers.")] = "",
    keep_text: Annotated[
        bool, typer.Option("--keep-text", help="Map free text too; otherwise it is dropped.")
    ] = False,
    keep_ids: Annotated[
        bool, typer.Option("--keep-ids", help="The IDs of people are pseudonyms already; keep them.")
    ] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Write over a mapping that is there.")] = False,
) -> None:
    """Draft what the columns of some files mean, and list what is not sure. A person checks the draft."""
    from peerbook.errors import DataError
    from peerbook.imports.draft import draft

    if out.exists() and not replace:
        raise DataError(
            f"{out}: it is there already, perhaps with your corrections. Name another, or add --replace."
        )
    definitions = _definitions_of(study)
    made = draft(files, definitions, structure or (), keep_text=keep_text, keep_ids=keep_ids, title=title)
    out.write_text(made.text, encoding="utf-8")
    for line in made.summary:
        print(line)
    print("Not sure:" if made.unsure else "Nothing is unsure; look at it all the same.")
    for line in made.unsure:
        print(f"  {line}")
    print(f"Written to {out}. Check it, then: peerbook import FILE... FOLDER --mapping {out}")


@app.command("import", epilog="Example: peerbook import results.csv forms.xlsx my_data --mapping mapping.yml")
def import_files(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Exports of LimeSurvey, CSV and Excel files.")
    ],
    folder: Annotated[Path, typer.Argument(help="Folder of raw data to write; made if it is not there.")],
    mapping: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What the columns mean; by default that of the last import."),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Secret of the pseudonyms; made on first use, by default FOLDER.key beside the folder.",
        ),
    ] = None,
    study: Study = "",
    add: Annotated[bool, typer.Option("--add", help="Keep the rows that are there; add new ones.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Write tables anew that are there.")] = False,
) -> None:
    """Bring files of a survey team in as tables of raw data; columns that identify people stay outside."""
    from peerbook.imports.bring_in import ADD, NEW, REPLACE
    from peerbook.imports.bring_in import import_files as bring_in

    if add and replace:
        raise ParameterError("--add and --replace: choose one of them.")
    existing = ADD if add else REPLACE if replace else NEW
    print(bring_in(files, folder, mapping, key=key, study=study, existing=existing))
    print(f"Written to {folder}. Now try: peerbook validate {folder}")


@app.command(
    "import-coding",
    epilog="Example: peerbook import-coding anna.qdpx ben.qdpx my_data --codebook core_values",
)
def import_coding(
    exports: Annotated[
        list[Path],
        typer.Argument(
            metavar="EXPORT...",
            help="Files .qdpx or .qdc, CSV or projects of Taguette or QualCoder; of several coders.",
        ),
    ],
    folder: Annotated[
        Path, typer.Argument(help="Folder of raw data; the tables go into its folder `coding`.")
    ],
    codebook: Annotated[str, typer.Option(help="The name to give its codebook.")] = "imported",
    keep_text: Annotated[bool, typer.Option("--keep-text", help="Keep the words of segments.")] = False,
    keep_names: Annotated[
        bool,
        typer.Option(
            "--keep-names", help="Keep the names of people, sources and coders, if they are pseudonyms."
        ),
    ] = False,
    key: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Secret of the pseudonyms; made on first use, by default FOLDER.key beside the folder.",
        ),
    ] = None,
    people: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="CSV outside the folder: name (in the export), person_id (in the survey or log).",
        ),
    ] = None,
    rules: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="YAML with codes: that were renamed, and coders: who they are."),
    ] = None,
    read_all: Annotated[
        bool,
        typer.Option("--read-all", help="The coders read all sources, those too where they coded nothing."),
    ] = False,
) -> None:
    """Read coding done in other programs into the tables of raw data, or join it with what is there.

    Nothing that is there is lost or overwritten. The same code, source, segment or coder stays one; conflicts
    are listed.
    """
    from peerbook.imports.coded import import_coding as bring_in
    from peerbook.imports.import_record import ISSUES_FILE, RECORD

    imported = bring_in(
        exports,
        folder,
        codebook,
        keep_text=keep_text,
        keep_names=keep_names,
        key=key,
        people=people,
        rules=rules,
        read_all=read_all,
    )
    for issue in imported.issues.itertuples():
        print(f"{issue.source or folder}: {issue.found}; {issue.done}")
    codings, segments = len(imported.tables["segment_codes"]), len(imported.tables["segments"])
    print(f"{codings} codings of {segments} segments are in {folder / 'coding'} now.")
    print(f"How it was read, and what was not: {RECORD} and {ISSUES_FILE} in {folder}")


@app.command(
    "export-coding", epilog="Example: peerbook export-coding my_data values.qdpx --codebook core_values"
)
def export_coding(
    folder: Annotated[Path, typer.Argument(help="Folder of raw data.")],
    file: Annotated[
        Path, typer.Argument(help="What to write: .qdpx for a project, .qdc for the codebook alone.")
    ],
    codebook: Annotated[str, typer.Option(help="Which codebook, if the folder has several.")] = "",
    study: Study = "",
) -> None:
    """Write the public part of coded material as REFI-QDA, for NVivo, ATLAS.ti, MAXQDA, QualCoder and others.

    Words are in it only with consent to be quoted. Of real people there is the codebook, and extracts that
    may be quoted, without who said them.
    """
    from peerbook.exports.coded import export_coding as write

    print(f"{file}: {write(folder, file, codebook, study)}.")


@app.command(epilog="Example: peerbook withdraw 0412 my_data")
def withdraw(
    person: Annotated[
        str, typer.Argument(help="The person's own number or name, as the survey or the export had it.")
    ],
    folder: Annotated[Path, typer.Argument(help="Folder of raw data.")],
    key: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Secret of the pseudonyms; by default FOLDER.key beside the folder."
        ),
    ] = None,
    people: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="CSV of name (in an export) and person_id (in the survey or log), if there is one.",
        ),
    ] = None,
    study: Study = "",
) -> None:
    """Take everything of a person out of a folder of raw data; later imports leave it out.

    Rows leave every table, with what hangs on them: logs, answers, interviews, segments and their codes. No
    copy is kept. Then build the book anew: what it shows of the person is in it until then.
    """
    from peerbook.imports.withdrawal import withdraw as take_out

    done = take_out(person, folder, key=key, people=people, study=study)
    print(done)
    if done.changes:
        print(f"Now build the book anew, and take down the last one: peerbook build --data {folder}")


@app.command(epilog="Example: peerbook references library.bib exports/review/references.csv")
def references(
    source: Annotated[Path, typer.Argument(help="A .ris or .bib file, or a table of references as .csv.")],
    target: Annotated[Path, typer.Argument(help="A .csv or a .ris file that is not there yet.")],
) -> None:
    """Turn references of a reference manager into a raw table, or a raw table into RIS."""
    from peerbook.imports.references import convert

    print(f"{convert(source, target)} references written to {target}")


def _definitions_of(study: str) -> Definitions:
    """Return the definitions of a study, or of the only one there is."""
    from peerbook.data import load_definitions, studies

    known = studies()
    if not study and len(known) != 1:
        raise ParameterError(f"--study: name the study, one of: {', '.join(known)}.")
    return load_definitions(study or known[0])


def _folders(data: Iterable[str] | None) -> dict[str, Path]:
    """Read `--data STUDY=FOLDER`, or `--data FOLDER` for the one study there is."""
    folders: dict[str, Path] = {}
    for given in data or ():
        study, equals, folder = given.partition("=")
        name, place = (study, folder) if equals and not Path(given).exists() else ("", given)
        if name in folders:
            raise ParameterError(f"--data: the data of {name or 'the study'} are given twice.")
        folders[name] = Path(place)
    return folders


def _print_agreement(outputs: Path) -> None:
    """Say at the end of a build how each study agrees with print, if it has that chapter."""
    from peerbook.published import summary_lines

    for folder in sorted(path for path in outputs.glob("*") if path.is_dir()):
        if lines := summary_lines(folder):
            print("Rebuilt beside printed (on synthetic data agreement is recovery of what was planted):")
            print("\n".join(lines))


def _explained(parameter: Parameter) -> str:
    kind = f"One of: {', '.join(parameter.choices)}." if parameter.choices else f"({parameter.expected})"
    return f"{parameter.help} {kind}"


def main() -> None:
    """Run the command line; end with the exit code of the error, if there is one."""
    try:
        app()
    except PeerbookError as error:
        typer.echo(f"peerbook: {error}", err=True)
        raise SystemExit(error.exit_code) from None
