"""The members of a batch shared out among the computers of a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from generator.batch.rows import Job, Outcome, Setup

__all__ = ["on_cluster"]


def on_cluster(
    setup: Setup, jobs: Sequence[Job], *, scheduler: str, stopped: Callable[[], bool] = lambda: False
) -> Iterator[Outcome]:
    """Make ``jobs`` on the cluster at ``scheduler``; yield what became of each as soon as it is known."""
    raise NotImplementedError
