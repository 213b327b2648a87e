"""The instructor's commands: ``python -m labkit --help``."""

import json
import os
from pathlib import Path
from typing import Annotated, Any

try:
    import typer
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn
    from rich.table import Table
except ImportError:
    raise SystemExit(
        "Grading needs more packages: pip install 'descent-course[grade]', or make grade"
    ) from None

from labkit import batch, exports, feedback, manual, marks, policies, summary
from labkit.bubblewrap import Limits
from labkit.grade import Setting, read_lab, try_sandbox
from labkit.questions import Lab
from labkit.sandbox import NoSandbox
from labkit.submissions import collect

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Grade a class's notebooks, merge a person's marks, export them.",
)
console = Console(stderr=True)
Out = Annotated[Path, typer.Argument(help="The folder that `grade` wrote.")]
LabOption = Annotated[Path, typer.Option("--lab", help="The lab's folder, labs/<stem>.")]
PolicyOption = Annotated[
    Path | None,
    typer.Option("--policy", help="TOML on late work and attempts: see labs/README.md."),
]


@app.command()
def grade(
    lab: Annotated[Path, typer.Argument(help="The lab's folder, labs/<stem>.")],
    submissions: Annotated[
        Path, typer.Argument(help="A folder of notebooks, or a platform's zip archive.")
    ],
    out: Annotated[Path, typer.Option("--out", help="Where the marks go.")],
    workers: Annotated[
        int, typer.Option("--workers", min=1, help="Processes on this machine.")
    ] = os.cpu_count() or 1,
    scheduler: Annotated[
        str | None, typer.Option(help="A dask.distributed scheduler: tcp://host:8786.")
    ] = None,
    policy: PolicyOption = None,
    cell_seconds: Annotated[
        float, typer.Option(help="Processor time of one cell of a notebook.")
    ] = Limits.cell,
    call_seconds: Annotated[
        float, typer.Option(help="Processor time of one call of an answer.")
    ] = Limits.call,
    total_seconds: Annotated[
        float, typer.Option(help="Time of one submission in all, by the clock.")
    ] = Limits.total,
    memory: Annotated[
        int, typer.Option(help="MB of memory for one submission, beyond the libraries.")
    ] = Limits.memory // 2**20,
    library: Annotated[
        list[Path] | None,
        typer.Option(help="A package's folder that submissions may import, besides."),
    ] = None,
    unsafe_no_sandbox: Annotated[
        bool,
        typer.Option(
            "--unsafe-no-sandbox",
            help="Run the notebooks as ordinary programs: only on a machine of your own, "
            "for notebooks that you trust. Every row says so.",
        ),
    ] = False,
) -> None:
    """Grade a class; run again, it goes on where it stopped and changes no mark."""
    try:
        definition = read_lab(lab)
        rules = policies.load(policy) if policy else policies.Policy()
        found = collect(submissions, definition.name)
        limits = Limits(cell_seconds, call_seconds, total_seconds, memory * 2**20)
        out = out.resolve()
        setting = Setting(
            str(lab.resolve()),
            batch.drawn_seed(out, definition.name),
            limits,
            tuple(str(path.resolve()) for path in library or _course(lab)),
            (str(lab.resolve().parent), str(submissions.resolve()), str(out)),
            unsafe_no_sandbox,
        )
        if scheduler is None:
            try_sandbox(setting)
        with Progress(
            "{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
            console=console,
        ) as bar:  # fmt: skip
            task = bar.add_task(definition.name, total=len(found))
            results = batch.run(
                found, setting, out, workers, scheduler, lambda _: bar.advance(task)
            )
        notes = {s.key: result["note"] for s, result in zip(found, results)}
        batch.write(out / "class.json", json.dumps(notes, indent=1))
        report(results, definition, rules, out)
    except (OSError, ValueError, NoSandbox) as error:
        raise _refuse(error) from None
    except KeyboardInterrupt:
        console.print("Stopped. The same command goes on from here.")
        raise typer.Exit(130) from None


@app.command()
def merge(out: Out, lab: LabOption, policy: PolicyOption = None) -> None:
    """Take the points filled in in OUT/to_mark.csv, and write marks and pages anew."""
    try:
        rules = policies.load(policy) if policy else policies.Policy()
        report(_results(out), read_lab(lab), rules, out)
    except (OSError, ValueError) as error:
        raise _refuse(error) from None


@app.command()
def export(
    kind: Annotated[str, typer.Argument(help="canvas, moodle or gradescope.")],
    out: Out,
    lab: LabOption,
    policy: PolicyOption = None,
    gradebook: Annotated[
        Path | None, typer.Option(help="Canvas: its exported gradebook, to be filled in.")
    ] = None,
    assignment: Annotated[
        str, typer.Option(help="Canvas: the column, or its beginning.")
    ] = "",
) -> None:
    """Write the marks for a platform: OUT/canvas.csv, OUT/moodle.csv or OUT/gradescope."""
    try:
        definition = read_lab(lab)
        rules = policies.load(policy) if policy else policies.Policy()
        results = manual.merged(_results(out), manual.entered(out, definition))
        ready, waiting = exports.settled(policies.totals(results, rules))
        if kind == "canvas":
            title = assignment or definition.title
            batch.write(out / "canvas.csv", exports.canvas(ready, gradebook, title))
        elif kind == "moodle":
            batch.write(out / "moodle.csv", exports.moodle(ready))
        elif kind == "gradescope":
            exports.save_gradescope(results, ready, out / "gradescope")
        else:
            raise ValueError(f"canvas, moodle or gradescope, not {kind!r}")
    except (OSError, ValueError) as error:
        raise _refuse(error) from None
    console.print(f"{len(ready)} students exported.")
    for line in waiting:
        console.print(f"left out: {line}", markup=False)


def report(
    results: list[dict[str, Any]], lab: Lab, policy: policies.Policy, out: Path
) -> None:
    """Write everything that is made of the results, and say what is there."""
    entries = manual.entered(out, lab)
    left = manual.save(results, entries, lab, out)
    results = manual.merged(results, entries)
    totals = policies.totals(results, policy)
    marks.save(results, totals, out)
    each = {r["file"]: policies.totals([r], policy)[0] for r in results}
    for result in results:
        feedback.save(result, each[result["file"]], lab, out)
    batch.write(out / "summary.html", summary.summary(results, totals, lab))
    _show(results, totals, out, left)


def _show(results: list[dict], totals: list[dict], out: Path, left: int) -> None:
    table = Table("question", "mistake", "students", title="The commonest mistakes")
    for question, mistake, count in summary.mistakes(results)[:8]:
        table.add_row(question, escape(mistake), str(count))
    if table.row_count:
        console.print(table)
    problems = sum(bool(result["problem"]) for result in results)
    console.print(
        f"{len(results)} submissions, {problems} that could not be graded, "
        f"{left} answers for a person: {out / manual.FILE}"
    )
    console.print(f"Marks: {out / 'marks.csv'}, {out / 'totals.csv'}")
    console.print(f"The class: {out / 'summary.html'}; a page each: {out / 'feedback'}")


def _results(out: Path) -> list[dict[str, Any]]:
    if not (out / "class.json").is_file():
        raise ValueError(f"{out} holds no marks: run grade first, to its end")
    notes = json.loads((out / "class.json").read_text(encoding="utf-8"))
    return [
        {**json.loads((out / "results" / f"{key}.json").read_text("utf-8")), "note": note}
        for key, note in notes.items()
    ]


def _course(lab: Path) -> list[Path]:
    """The course's own packages, where the lab lies in its repository."""
    packages = (path.parent for path in lab.resolve().parents[1].glob("src/*/__init__.py"))
    return [package for package in packages if package.name != __package__]


def _refuse(error: Exception) -> typer.Exit:
    console.print(str(error), style="bold", markup=False, soft_wrap=True)
    return typer.Exit(2)


if __name__ == "__main__":
    app()
