"""Grade a class: over the machine's cores or a cluster, resumable, nothing lost.

In the output folder, ``run.json`` holds the class's seed and ``results`` one file per
submission, written in one stroke as soon as it is graded. What is there and still fits
its submission is not graded again, so that a second run goes on where the first stopped.
"""

import json
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from labkit.grade import UNSAFE, Setting, failed, fingerprint, grade, read_lab
from labkit.sandbox import NoSandbox
from labkit.submissions import Submission


def write(path: Path, text: str) -> None:
    """Put ``text`` into ``path`` in one stroke: it is there in full, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("w", encoding="utf-8", errors="replace", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def drawn_seed(out: Path, lab: str) -> int:
    """The class's seed: drawn at the first run, read at every later one.

    Raises
    ------
    ValueError
        The folder holds the marks of another lab.
    """
    path = out / "run.json"
    if path.exists():
        run = json.loads(path.read_text(encoding="utf-8"))
        if run["lab"] != lab:
            raise ValueError(f"{out} holds the marks of the lab {run['lab']!r}")
        return run["seed"]
    seed = secrets.randbits(64)
    write(path, json.dumps({"lab": lab, "seed": seed}) + "\n")
    path.chmod(0o600)
    return seed


def stored(out: Path, submission: Submission, setting: Setting) -> dict[str, Any] | None:
    """The result of an earlier run, if it still holds."""
    try:
        text = (out / "results" / f"{submission.key}.json").read_text(encoding="utf-8")
        result = json.loads(text)
    except (OSError, ValueError):
        return None
    same = result.get("fingerprint") == fingerprint(submission, setting)
    return {**result, "note": _note(submission, result)} if same else None


def _note(submission: Submission, result: dict[str, Any]) -> str:
    """The note as of now: another file of the student may have come since."""
    return ", ".join(filter(None, (submission.note, UNSAFE * (UNSAFE in result["note"]))))


def run(
    submissions: Sequence[Submission],
    setting: Setting,
    out: Path,
    workers: int = 1,
    scheduler: str | None = None,
    done: Callable[[dict[str, Any]], None] = lambda result: None,
) -> list[dict[str, Any]]:
    """Grade what isn't graded yet.

    Parameters
    ----------
    submissions : sequence of Submission
    setting : Setting
    out : Path
        Holds everything that is written.
    workers : int
        Processes on this machine.
    scheduler : str, optional
        Address of a dask.distributed scheduler: its workers do it instead.
    done : callable
        Called with each result, for a progress bar.

    Returns
    -------
    list of dict
        A result per submission, in their order.

    Raises
    ------
    NoSandbox
    """
    results: dict[str, dict[str, Any]] = {}
    waiting = []
    for submission in submissions:
        result = stored(out, submission, setting)
        if result is None:
            waiting.append(submission)
        else:
            results[submission.file] = result
            done(result)

    def keep(submission: Submission, result: dict[str, Any]) -> None:
        write(out / "results" / f"{submission.key}.json", json.dumps(result, indent=1))
        results[submission.file] = result
        done(result)

    crashed: list[Submission] = []
    for attempt in range(2):
        todo, crashed = (waiting, []) if attempt == 0 else (crashed, [])
        # Whoever broke the pool is among those in flight: alone, only he suffers.
        alone = attempt == 1
        for submission, result in _graded(
            todo, setting, 1 if alone else workers, scheduler, alone
        ):
            if result is None:
                crashed.append(submission)
                continue
            keep(submission, result)
    lab = read_lab(setting.folder) if crashed else None
    for submission in crashed:
        # Without a fingerprint it fits nothing: the next run tries again.
        bare = {"student": submission.student, "file": submission.file, "cells": {}}
        bare |= {"id": submission.id, "note": submission.note, "time": submission.time}
        bare |= {"fingerprint": "", "seconds": 0.0}
        keep(submission, failed(bare, lab, "the grading process crashed"))
    return [results[submission.file] for submission in submissions]


def _graded(
    submissions: Sequence[Submission],
    setting: Setting,
    workers: int,
    scheduler: str | None,
    alone: bool,
) -> Iterator[tuple[Submission, dict[str, Any] | None]]:
    """Each submission with its result, None if the worker died of it."""
    queue = list(reversed(submissions))
    while queue:
        with _executor(min(workers, len(queue)), scheduler) as (executor, width):
            flying: dict[Any, Submission] = {}
            broken = False
            while (queue and not broken) or flying:
                while queue and not broken and len(flying) < (1 if alone else width):
                    submission = queue.pop()
                    flying[executor.submit(grade, submission, setting)] = submission
                for future in wait(flying, return_when=FIRST_COMPLETED).done:
                    submission = flying.pop(future)
                    try:
                        yield submission, future.result()
                    except NoSandbox:
                        raise
                    except BrokenProcessPool:
                        broken = True
                        yield submission, None
                    except Exception:
                        yield submission, None


@contextmanager
def _executor(workers: int, scheduler: str | None) -> Iterator[tuple[Executor, int]]:
    """Something with ``submit``, and how many submissions to have under way."""
    if scheduler is None:
        pool = ProcessPoolExecutor(
            max(workers, 1),
            mp_context=get_context("spawn"),
            initializer=_end_with,
            initargs=(os.getpid(),),
        )
        try:
            yield pool, 2 * max(workers, 1)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in list((pool._processes or {}).values()):
                process.kill()
            raise
        pool.shutdown()
        return
    from distributed import Client

    with Client(scheduler) as client:
        threads = sum(client.nthreads().values())
        yield client.get_executor(pure=False), 4 * max(threads, 1)


def _end_with(parent: int) -> None:
    """End this worker when the grading process is gone, however it went."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
