"""Mutation testing by mutmut: does a test fail when a line of the library's core is wrong?

    python -m tools.mutants                      every module of MODULES, the labs: hours
    python -m tools.mutants sampling tape        these
    python -m tools.mutants --survivors tape     only what survived, on the tests of now
    python -m tools.mutants --report tape        write what the last run found, run nothing
    python -m tools.mutants labs                 the labs' solutions: see tools.lab_mutants

Each module is mutated in a copy, _build/mutants/<module>, and its own tests are run on
each mutant, shortest first, until one fails. A second run goes on where the first ended;
changed tests or sources begin anew. mutmut has an environment of its own, which sees the
packages of .venv. The outcome is tests/MUTANTS.md (see tools.mutants_report).
"""

import argparse
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from tools import lab_mutants, mutants_report
from tools.places import ROOT

WORK = ROOT / "_build" / "mutants"
PINS = ["mutmut==3.8.1", "libcst==1.9.0"]  # together they decide which mutants there are
MODULES = {  # and the tests that answer for each
    "sampling": "test_sampling",
    "splits": "test_sampling",
    "optimizers": "test_optimizers",
    "adaptive": "test_optimizers",
    "leafwise": "test_optimizers",
    "clipping": "test_optimizers",
    "tape": "test_tape",
    "tape_functions": "test_tape",
    "networks": "test_networks",
}
# These take longer than all others together, and every survivor would pay for them.
BUT = "not 1000_sgd_steps and not 50_000_operations"

# `fork` would hand every mutant the threads that torch's first backward has started.
SETTINGS = """\
[tool.mutmut]
source_paths = ["src/descent"]
only_mutate = ["src/descent/{module}.py"]
also_copy = ["src"]
pytest_add_cli_args = ["-p", "no:cacheprovider"]
pytest_add_cli_args_test_selection = ["tests/descent/{tests}.py", "-k", "{but}"]
process_isolation = "forkserver"
timeout_constant = 15.0
timeout_multiplier = 4.0
use_git_change_detection = false

[tool.pytest.ini_options]
pythonpath = ["src"]
"""

# A failing example needn't be made small, and the same examples must come each time.
CONFTEST = '''\
import json
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings

settings.register_profile(
    "mutants",
    database=None,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("mutants")
stats = Path(__file__).parents[2] / "mutmut-stats.json"


def pytest_collection_modifyitems(items):
    """The shortest tests first."""
    seconds = json.loads(stats.read_text())["duration_by_test"] if stats.exists() else {}
    items.sort(key=lambda item: seconds.get(item.nodeid, 0))
'''


def environment() -> Path:
    """The mutmut program, in a virtual environment that is made if there is none."""
    home = WORK / "venv"
    if not (home / "pins").exists() or (home / "pins").read_text() != "\n".join(PINS):
        print("mutants: making", home)
        venv.EnvBuilder(with_pip=True, clear=True).create(home)
        (site,) = home.glob("lib/python*/site-packages")
        (course,) = (ROOT / ".venv").glob("lib/python*/site-packages")
        (site / "course.pth").write_text(f"{course}\n")
        pip = [home / "bin" / "python", "-m", "pip", "install", "-q", *PINS]
        if subprocess.run([*pip, "--disable-pip-version-check"]).returncode:
            sys.exit(f"mutants: pip could not install {' and '.join(PINS)}")
        (home / "pins").write_text("\n".join(PINS))
    return home / "bin" / "mutmut"


def sources() -> dict[str, str]:
    """The library, by path."""
    paths = sorted((ROOT / "src" / "descent").glob("*.py"))
    return {f"src/descent/{path.name}": path.read_text() for path in paths}


def tests(module: str) -> dict[str, str]:
    """The tests that answer for a module, what they import, and how they are run."""
    files = {
        f"tests/descent/{name}.py": (ROOT / "tests" / "descent" / f"{name}.py").read_text()
        for name in (MODULES[module], "expression_graphs")
    }
    files["tests/descent/conftest.py"] = CONFTEST
    files["pyproject.toml"] = SETTINGS.format(module=module, tests=MODULES[module], but=BUT)
    return files


def holds(place: Path, files: dict[str, str]) -> bool:
    """Whether a copy has these files as they are."""
    return all(
        (place / name).exists() and (place / name).read_text() == text
        for name, text in files.items()
    )


def put(place: Path, files: dict[str, str]) -> None:
    """Write the files of a copy."""
    for name, text in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text)


def prepare(module: str) -> Path:
    """The copy in which a module is mutated; made anew if a source or a test changed."""
    place, files = WORK / module, sources() | tests(module)
    if not holds(place, files):
        shutil.rmtree(place, ignore_errors=True)
        data = ROOT / "src" / "descent" / "data"
        shutil.copytree(data, place / "src" / "descent" / "data")
        put(place, files)
    return place


def survivors(module: str, mutmut: Path) -> list[str]:
    """What the last run left alive, in a copy whose tests are now those of the course."""
    place, files = WORK / module, tests(module)
    settings = {"pyproject.toml": files["pyproject.toml"]}  # others void what was found
    if not holds(place, sources() | settings):
        sys.exit(f"mutants: the sources changed since {module} was mutated: run it whole")
    put(place, files)
    return [name for name, fate in outcome(mutmut, place).items() if fate != "killed"]


def outcome(mutmut: Path, place: Path) -> dict[str, str]:
    """Each mutant's name and what became of it."""
    command = [mutmut, "results", "--all", "true"]
    lines = subprocess.run(command, cwd=place, capture_output=True, text=True, check=True)
    return dict(line.strip().split(": ") for line in lines.stdout.splitlines())


SHOW = """\
import sys
from mutmut.__main__ import cli
for name in sys.argv[1:]:
    cli(["show", name], standalone_mode=False)
"""


def changes(mutmut: Path, place: Path, names: list[str]) -> list[str]:
    """For each mutant the lines it takes away, and those it puts in their place."""
    command = [mutmut.with_name("python"), "-c", SHOW, *names]
    text = subprocess.run(command, cwd=place, capture_output=True, text=True, check=True)
    shown = re.split(r"^# descent\..*\n", text.stdout, flags=re.MULTILINE)[1:]
    changed = re.compile(r"^[-+](?!--|\+\+).*", re.MULTILINE)
    return ["\n".join(changed.findall(diff)) for diff in shown]


def function(name: str) -> str:
    """``descent.networks.xǁMLPǁinit__mutmut_3`` is a mutant of ``MLP.init``."""
    mangled = name.rpartition(".")[2].rpartition("__mutmut_")[0]
    return mangled[1:].strip("ǁ").replace("ǁ", ".") if "ǁ" in mangled else mangled[2:]


def section(module: str, mutmut: Path, place: Path, old: str) -> str:
    """A module's part of the report, with what the old one had by hand."""
    results = outcome(mutmut, place)
    count = list(results.values()).count
    rest = set(results.values()) - {"killed", "timeout", "survived", "no tests"}
    others = "".join(f", {count(status)} {status}" for status in sorted(rest))
    alive = count("survived") + count("no tests")
    numbers = (
        f"{len(results)} mutants: {count('killed')} killed, {count('timeout')} stopped "
        f"for taking too long, {alive} survived{others}."
    )
    known = ("killed", "not checked")
    names = [name for name in results if results[name] not in known]
    diffs = changes(mutmut, place, names)
    left = [
        mutants_report.Left(function(name), diff, results[name] == "timeout")
        for name, diff in zip(names, diffs, strict=True)
    ]
    return mutants_report.section(module, numbers, left, old)


def tested(module: str, mutmut: Path, said: argparse.Namespace, old: str) -> str:
    """Mutate a module, test, and return its section of the report."""
    place, names = WORK / module, []
    if said.survivors:
        names = survivors(module, mutmut)
    elif not said.report:
        prepare(module)
    if not said.report and (names or not said.survivors):
        run = [mutmut, "run", "--max-children", "1", *names]
        if subprocess.run(run, cwd=place).returncode:
            sys.exit(f"mutants: mutmut stopped at {module}; its message is above")
    return section(module, mutmut, place, old)


def main() -> None:
    """Mutate, test, report, one module or lab after another."""
    every = [*MODULES, *lab_mutants.titles()]
    names = ", ".join(["labs", *every])
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("modules", nargs="*", metavar="module", help=names)
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--survivors", action="store_true", help="of the last run, again")
    only.add_argument("--report", action="store_true", help="of the last run; run nothing")
    only.add_argument("--tell", action="store_true", help="of the labs: every verdict")
    said = parser.parse_args()
    chosen = []
    for name in said.modules or every:
        chosen += lab_mutants.titles() if name == "labs" else [name]
    if unknown := set(chosen) - set(every):
        parser.error(f"there is no {', '.join(unknown)}, but {', '.join(every)}")
    mutmut = environment()
    for name in chosen:
        head, sections = mutants_report.read()
        old = sections.get(name, "")
        if name in MODULES:
            sections[name] = tested(name, mutmut, said, old)
        else:
            sections[name] = lab_mutants.report(name, mutmut, old, said.tell)
        mutants_report.write(sections, head, every)
        print(f"mutants: {name}: {sections[name].splitlines()[2]}", flush=True)
    mutants_report.refuse_unexplained()


if __name__ == "__main__":
    main()
