"""Mutants of the labs' worked solutions: the checks must refuse each, as grading does.

mutmut's operators change one thing in a solution. The mutant then answers its question
in a process of its own: the checks on the seeds of a class, the hidden cases after them.
A call that grading would stop ("takes too long") is stopped here, and counts as refused.
"""

import ast
import difflib
import json
import multiprocessing
import resource
import subprocess
import textwrap
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labkit.ask import LocalAsk
from labkit.loading import load_lab
from labkit.proofs import defined
from labkit.verdicts import judge
from tools.mutants_report import Left, section
from tools.places import labs

SEEDS = (1, 2, 3)
SECONDS, MEMORY = 20, 4 * 2**30
SURVIVED, STOPPED, FAILED = "survived", "takes too long", "the check failed"

# Runs in mutmut's environment: sources come in as JSON, their mutants go out.
GENERATE = """\
import json, sys
from mutmut.mutation.file_mutation import create_mutations, deep_replace

found = []
for source in json.load(sys.stdin):
    module, mutations, *_ = create_mutations("solution.py", source)
    found.append([
        [m.contained_by_top_level_function.name.value,
         deep_replace(module, m.original_node, m.mutated_node).code]
        for m in mutations if m.contained_by_top_level_function is not None
    ])
json.dump(found, sys.stdout)
"""


@dataclass(frozen=True)
class Mutant:
    """One change of a worked solution.

    Attributes
    ----------
    question : str
        Which question's cell it is in.
    where : str
        The function, ``"gd"`` or ``"Value.tanh"``.
    diff : str
        The lines that went and those that came.
    source : str
        The whole program: the notebook's imports and all its solutions, one changed.
    """

    question: str
    where: str
    diff: str
    source: str


def titles() -> list[str]:
    """The sections of the report, one a lab."""
    return [f"labs/{folder.name}" for folder in labs()]


def solutions(folder: Path) -> tuple[str, dict[str, str]]:
    """The imports of a lab's notebook, and its worked solutions by question."""
    notebook = json.loads((folder / f"{folder.name}.ipynb").read_text(encoding="utf-8"))
    imports, answers = [], {}
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        source = "".join(cell["source"])
        if mark := cell["metadata"].get("labkit"):
            lines = source.splitlines()
            kept = (line for line in lines if not line.strip().startswith("### "))
            answers[mark["question"]] = "\n".join(kept) + "\n"
        else:
            imports += [
                ast.unparse(statement)
                for statement in ast.parse(source).body
                if isinstance(statement, (ast.Import, ast.ImportFrom))
                and "labkit" not in ast.unparse(statement)
            ]
    return "\n".join(imports) + "\n", answers


def mutants(folder: Path, mutmut: Path) -> list[Mutant]:
    """Every mutant that mutmut makes of a lab's solutions."""
    imports, answers = solutions(folder)
    command = [mutmut.with_name("python"), "-c", GENERATE]
    run = subprocess.run(
        command,
        input=json.dumps(list(answers.values())),
        capture_output=True,
        text=True,
        check=True,
    )
    found = []
    for (question, source), changed in zip(
        answers.items(), json.loads(run.stdout), strict=True
    ):
        for function, text in changed:
            where = function if function in answers else f"{question}.{function}"
            others = {**answers, question: text}
            program = imports + "\n\n".join(others.values())
            found.append(Mutant(question, where, difference(source, text), program))
    return found


def difference(before: str, after: str) -> str:
    """The lines that went, with a minus, and those that came, with a plus."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    kept = [line for line in lines if line[:3] not in ("---", "+++") and line[:2] != "@@"]
    bare = textwrap.dedent("\n".join(line[1:] for line in kept)).splitlines()
    return "\n".join(f"{line[0]}{text}" for line, text in zip(kept, bare, strict=True))


def fate(folder: Path, mutant: Mutant) -> tuple[str, str]:
    """The name of the mistake that the checks see in a mutant, and the message.

    The name is ``"survived"`` if they see none, and ``"the check failed"`` if a person
    would have to look.
    """
    ours, theirs = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(
        target=_judge, args=(folder, mutant, theirs)
    )
    child.start()
    theirs.close()
    try:
        told = ours.recv()
    except EOFError:
        told = (STOPPED, "")
    child.join()
    return told


def _judge(folder: Path, mutant: Mutant, wire: Any) -> None:
    mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (mapped + MEMORY, mapped + MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    question = load_lab(folder, hidden=True).questions[mutant.question]
    try:
        answer = defined(mutant.question, mutant.source)
    except Exception as error:
        wire.send((f"raises {type(error).__name__}", str(error)))
        return
    verdict = judge(question, LocalAsk(mutant.question, answer), SEEDS)
    if verdict.status == "failed":
        wire.send((FAILED, verdict.message))
    else:
        wire.send((verdict.mistake or SURVIVED, verdict.message))


def report(title: str, mutmut: Path, old: str, tell: bool = False) -> str:
    """A lab's section of the report; ``tell`` prints what each mutant was called."""
    [folder] = [folder for folder in labs() if f"labs/{folder.name}" == title]
    made = mutants(folder, mutmut)
    fates = [fate(folder, mutant) for mutant in made]
    if tell:
        for mutant, (name, message) in zip(made, fates, strict=True):
            print(f"\n{mutant.where}: {name}: {message}\n{mutant.diff}")
    count = Counter(name for name, _ in fates)
    alive = count[SURVIVED] + count[FAILED]
    numbers = (
        f"{len(made)} mutants: {len(made) - alive} refused, {count[STOPPED]} of them "
        f"stopped for taking too long, {alive} survived."
    )
    left = [
        Left(mutant.where, mutant.diff)
        for mutant, (name, _) in zip(made, fates, strict=True)
        if name in (SURVIVED, FAILED)
    ]
    return section(title, numbers, left, old)
