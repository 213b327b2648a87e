"""Run, compare and tidy the notebooks of the course.

python -m tools.notebooks run [NAME…]        execute what is stale, or what is named
python -m tools.notebooks run --all          execute everything
python -m tools.notebooks stale              list what is stale; exit 1 if any is
python -m tools.notebooks canonical [--check] [NAME…]
python -m tools.notebooks check [NAME…]      captions, alt texts, sizes, digits
"""

import argparse
import sys
from pathlib import Path

from tools.canonical import canonical, read, to_text, write
from tools.places import select, shown
from tools.stale import is_stale


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.notebooks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    runner = commands.add_parser("run", help="execute notebooks and store their outputs")
    runner.add_argument("names", nargs="*", metavar="NAME", help="a stem or a path")
    which = runner.add_mutually_exclusive_group()
    which.add_argument("--all", action="store_true", help="whether stale or not")
    which.add_argument("--stale", action="store_true", help="only if stale (as is usual)")
    runner.add_argument("--jobs", type=int, default=2, help="processes (default 2)")
    for name, text in (
        ("stale", "list notebooks older than what they depend on"),
        ("canonical", "bring files to the canonical form"),
        ("check", "hold notebooks to the rules of a page"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument("names", nargs="*", metavar="NAME", help="a stem or a path")
        if name == "canonical":
            command.add_argument("--check", action="store_true", help="change nothing")
    options = parser.parse_args(arguments)
    try:
        paths = select(options.names)
    except ValueError as error:
        parser.error(str(error))
    if options.command == "run":
        if options.stale or not (options.names or options.all):
            paths = stale(paths)
        return run(paths, options.jobs)
    if options.command == "stale":
        found = stale(paths)
        for path in found:
            print(shown(path))
        return int(bool(found))
    if options.command == "check":
        return check(paths)
    return tidy(paths, options.check)


def stale(paths: list[Path]) -> list[Path]:
    """Those of ``paths`` that must run again."""
    return [path for path in paths if is_stale(read(path), path.parent)]


def run(paths: list[Path], jobs: int) -> int:
    """Execute ``paths`` over ``jobs`` processes, a line for each as it ends."""
    if not paths:
        print("every notebook is up to date")
        return 0
    from concurrent.futures import ProcessPoolExecutor, as_completed

    from tools.execute import Failed
    from tools.execute import run as run_one

    failures = 0
    with ProcessPoolExecutor(max(1, min(jobs, len(paths)))) as pool:
        futures = {pool.submit(run_one, path): path for path in paths}
        for future in as_completed(futures):
            path = futures[future]
            try:
                seconds, changed = future.result()
            except Failed as error:
                failures += 1
                print(f"FAILED  {shown(path)}: {error}", file=sys.stderr, flush=True)
                continue
            what = f"changed: {', '.join(changed)}" if changed else "outputs as before"
            print(f"ran     {shown(path)}  {seconds:.1f} s  {what}", flush=True)
            for problem in rules_broken(path):
                print(f"        to mend: {problem}", flush=True)
    return int(failures > 0)


def rules_broken(path: Path) -> list[str]:
    """What keeps the notebook at ``path`` from being a page of the course."""
    from tools.rules import problems

    return problems(read(path))


def check(paths: list[Path]) -> int:
    """Print what breaks a rule; exit code 1 if anything does."""
    broken = [(path, problem) for path in paths for problem in rules_broken(path)]
    for path, problem in broken:
        print(f"{shown(path)}: {problem}", file=sys.stderr)
    return int(bool(broken))


def tidy(paths: list[Path], only_check: bool) -> int:
    """Rewrite ``paths`` in canonical form, or say which are not in it."""
    if not only_check:
        for path in paths:
            if write(path, read(path)):
                print(f"tidied  {shown(path)}")
        return 0
    wrong = [
        p for p in paths if p.read_text(encoding="utf-8") != to_text(canonical(read(p)))
    ]
    for path in wrong:
        print(
            f"{shown(path)} is not canonical: make it so with "
            "python -m tools.notebooks canonical",
            file=sys.stderr,
        )
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
