"""The command line: parses, calls, prints."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from peerbook.errors import PeerbookError

if TYPE_CHECKING:
    from peerbook.builder.parameters import Parameter

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Rebuild an evaluation report from raw peer support data, as an accessible book.",
    epilog=(
        "Exit codes: 0 done; 2 wrong use of a command; 10 data have problems; 11 unknown or wrong parameter; "
        "12 a chapter stopped; 13 the pages could not be made; 14 a model cannot be fitted; 130 interrupted."
    ),
)

Data = Annotated[
    Path | None,
    typer.Option("--data", metavar="FOLDER", help="Raw data; without it, the synthetic stand-in cohort."),
]
Only = Annotated[
    list[str] | None,
    typer.Option("--only", metavar="CHAPTER", help="Run this chapter only; may be repeated."),
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
    epilog="Example: peerbook build --data exports/2026 -p region=Leeds",
)
def build(
    data: Data = None,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the book goes.")] = Path("_build"),
    only: Only = None,
    parameter: Settings = None,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Chapters to run at a time; by default one per processor."),
    ] = None,
) -> None:
    """Build the book.

    Checks parameters and data, runs the chapters, makes the pages, and only then replaces the last book.
    With --only, the pages of the other chapters stay as they were in the last book.
    """
    import os

    from rich.console import Console

    from peerbook.builder.parameters import read_settings
    from peerbook.builder.run import Order
    from peerbook.builder.run import build as make

    settings, jobs = read_settings(parameter or ()), jobs or os.cpu_count() or 1
    manifest = make(Order(out, data, tuple(only or ()), settings, jobs), Console())
    _print_agreement(out / "outputs")
    pages, seconds = len(manifest["pages"]), manifest["seconds"]
    print(f"{pages} pages in {seconds:.0f} s: {out / 'html' / 'index.html'}")


@app.command(epilog="Example: peerbook plan --only log_findings -p region=Leeds")
def plan(only: Only = None, parameter: Settings = None) -> None:
    """Show what a build would run: chapters, notebooks, parameters, raw tables. Runs nothing."""
    from peerbook.builder.parameters import read_settings
    from peerbook.builder.run import Order

    order = Order(only=tuple(only or ()), settings=read_settings(parameter or ()))
    for task in order.tasks():
        print(f"{task.chapter.name}: {task.chapter.title}")
        print(f"  notebook    notebooks/side_by_side/{task.chapter.notebook.name}")
        print(f"  raw tables  {', '.join(task.chapter.reads)}")
        for name, value in task.values.items():
            print(
                f"  parameter   {name} = {value}\n              {_explained(task.chapter.parameters[name])}"
            )


@app.command(epilog="Example: peerbook validate exports/2026 --csv problems.csv")
def validate(
    folder: Annotated[Path, typer.Argument(help="Folder of raw data.")],
    csv: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write every problem to this file.")
    ] = None,
) -> None:
    """List every problem of raw data at once: file, row, column, what was found, what to do."""
    from peerbook.data import validate as check

    report = check(folder)
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
    from peerbook.outputs import formats

    findings = audit_file(file)
    if csv:
        findings.to_csv(csv, index=False)
    for finding in findings.itertuples():
        place = ", ".join(filter(None, [finding.row, finding.column]))
        print(f"{finding.severity}: {place}: {finding.check}: {finding.arithmetic}")
    print(f"{file.name}: {formats.plural(len(findings), 'finding')}")


@app.command(epilog="Example: peerbook simulate my_data --seed 1")
def simulate(
    folder: Annotated[Path, typer.Argument(help="Folder to write to.")],
    seed: Annotated[int, typer.Option(help="The same seed gives the same files.")],
) -> None:
    """Write a stand-in cohort: synthetic raw data, as if they had been collected."""
    from stand_in.make import write

    write("side_by_side", folder, seed=seed)
    print(f"Synthetic data written to {folder}")


@app.command(
    "import-coding", epilog="Example: peerbook import-coding study.qdpx my_data --codebook core_values"
)
def import_coding(
    export: Annotated[
        Path, typer.Argument(help="A .qdpx or .qdc file, a CSV of Taguette or QualCoder, a .qda folder.")
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
) -> None:
    """Read coding done in another program into the tables of raw data; nothing is overwritten."""
    from peerbook.imports import read_export

    imported = read_export(export, codebook, keep_text=keep_text, keep_names=keep_names)
    target = imported.write(folder)
    for issue in imported.issues.itertuples():
        print(f"{issue.source or export.name}: {issue.found}; {issue.done}")
    print(f"{len(imported.tables['segments'])} segments written to {target}")


def _print_agreement(outputs: Path) -> None:
    """Say at the end of a build how the book agrees with print, if it has that chapter."""
    from peerbook.published import summary_lines

    lines = summary_lines(outputs)
    if lines:
        print("Rebuilt beside printed (on synthetic data agreement is recovery of what was planted):")
        print("\n".join(lines))


def _explained(parameter: Parameter) -> str:
    kind = f"One of: {', '.join(parameter.choices)}." if parameter.choices else f"({parameter.type})"
    return f"{parameter.help} {kind}"


def main() -> None:
    """Run the command line; end with the exit code of the error, if there is one."""
    try:
        app()
    except PeerbookError as error:
        typer.echo(f"peerbook: {error}", err=True)
        raise SystemExit(error.exit_code) from None
