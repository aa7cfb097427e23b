"""The members of a batch shared out among the computers of a Dask cluster.

Work travels as data: the setup with every file of the library, once to each worker, and then one member at a time. The
workers need this program in the same version and the place where files are written, nothing else. Dask gives a member
whose worker was lost to another one by itself; what the lost one left behind lies out of sight and is replaced.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import pickle
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from generator.batch.lock import HIDDEN
from generator.batch.needs import program
from generator.batch.rows import Job, Outcome, Setup, Worker, place_of
from generator.batch.rules import BATCH_PLACE, WORKER_LOST
from generator.batch.store import Unfit, store_at

__all__ = ["on_cluster"]

_AHEAD = 3  # members that wait at each worker, so that none is ever idle


def on_cluster(
    setup: Setup, jobs: Sequence[Job], *, scheduler: str, stopped: Callable[[], bool] = lambda: False
) -> Iterator[Outcome]:
    """Make ``jobs`` on the cluster at ``scheduler``; yield what became of each as soon as it is known.

    Raises :class:`Unfit` where the cluster cannot be reached, runs another version of this program, or does not see the
    place of the files.
    """
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError:
        fix = "Install it: python -m pip install distributed fsspec"
        raise Unfit(BATCH_PLACE.at(None, "--engine dask needs the library distributed.", fix=fix)) from None
    try:
        client = distributed.Client(scheduler, timeout="20s", set_as_default=False)
    except (OSError, ValueError) as error:
        fix = "Check the address; it looks like tcp://10.0.0.5:8786."
        raise Unfit(BATCH_PLACE.at(None, f"No cluster answers at {scheduler}.", fix=fix)) from error
    with client:
        _fit(client, setup)
        # Kept on every worker; a worker that joins later fetches it from another.
        shared = client.scatter(setup, broadcast=True)
        waiting = deque(jobs)
        batch = os.urandom(8).hex()  # so that nothing a batch before this one left behind is taken for its own
        begun: dict[Any, Job] = {}
        finished = distributed.as_completed(loop=client.loop)
        while True:
            room = _AHEAD * max(1, sum(client.nthreads().values())) - len(begun)
            while waiting and room > 0 and not stopped():
                job = waiting.popleft()
                room -= 1
                # A member that takes four workers with it is given up.
                future = client.submit(make, shared, job, key=f"agreements-{job.index}-{batch}", pure=False)
                begun[future] = job
                finished.add(future)
            if not begun:
                return
            future = next(finished)
            job = begun.pop(future)
            yield _outcome(future, job)
            future.release()


def _outcome(future: Any, job: Job) -> Outcome:
    if future.status == "finished":
        outcome: Outcome = future.result()
        return outcome
    message = f"{job.row.name}: every worker of the cluster that made its documents was lost."
    problem = WORKER_LOST.at(place_of(job.row), message, fix="Look at the workers' memory; run the same command again.")
    return Outcome(job.index, "failed", (problem,))


def _fit(client: Any, setup: Setup) -> None:
    """Raise :class:`Unfit` unless every worker runs this very program and sees the place of the files."""
    found: dict[str, tuple[str, bool]] = client.run(look, setup.place)
    if not found:
        raise Unfit(BATCH_PLACE.at(None, "The cluster has no workers.", fix="Start some: dask worker ADDRESS"))
    for worker, (theirs, sees) in sorted(found.items()):
        if theirs != program():
            message = f"The worker {worker} runs another version of this program; its documents would differ."
            raise Unfit(BATCH_PLACE.at(None, message, fix="Install the same version on all computers."))
        if not sees:
            message = f"The worker {worker} does not see {setup.place}."
            fix = (
                "Name a folder that all computers share under the same path, or an address such as s3://bucket/folder "
                "for which each of them has the library and the keys."
            )
            raise Unfit(BATCH_PLACE.at(None, message, fix=fix))


# ---------------------------------------------------------------- on the workers


def look(place: str) -> tuple[str, bool]:
    """Return, on a worker, which program it runs, and whether it sees the mark of the batch at ``place``."""
    try:
        sees = store_at(place).read(f"{HIDDEN}/running.json") is not None
    except (OSError, Unfit):
        sees = False
    return program(), sees


_WORKING: list[Worker] = []  # the one that has read what the batch in hand is made of
_ONE_AT_A_TIME = threading.Lock()


def make(setup: Setup, job: Job) -> Outcome:
    """Make one member, on a worker that keeps what it has read for the next member of the batch, and not for another
    batch: its hub may answer otherwise, or its library say something else."""
    with _ONE_AT_A_TIME:  # the threads of a worker share one reading of the library
        if not _WORKING or not _alike(_WORKING[0].setup, setup):
            while _WORKING:
                with contextlib.suppress(OSError):
                    _WORKING.pop().close()
            _WORKING.append(Worker(setup))
        return _WORKING[0].make(job)


def _alike(one: Setup, other: Setup) -> bool:
    """Whether two setups, each as it came over the network, are the same to the byte."""
    return one is other or pickle.dumps(one) == pickle.dumps(other)
