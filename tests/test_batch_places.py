"""Where a batch writes may be lost or fail: no half file under a final name, no member called done, and it goes on."""

from __future__ import annotations

import errno
import io
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from test_batch import Desk, in_turn

from generator.batch import store as stores
from generator.batch.rows import Job, Outcome, Worker
from generator.batch.store import RemoteStore, Unfit

pytestmark = pytest.mark.slow


# ---------------------------------------------------------------- a folder of a network


@pytest.mark.parametrize("instead", ["nothing", "an empty folder", "an empty folder, seen by a new worker"])
def test_a_folder_that_is_lost_ends_the_batch_and_nothing_is_written_elsewhere(tmp_path: Path, instead: str):
    desk = Desk(tmp_path)
    away = tmp_path / "away"

    def losing(worker: Worker, jobs: Sequence[Job]) -> Iterator[Outcome]:
        for job in jobs:
            yield worker.make(job)
            if job.index == 0:
                desk.output.rename(away)
                if instead != "nothing":
                    desk.output.mkdir()
                if "a new worker" in instead:
                    worker = Worker(worker.setup)

    result = desk.run(engine=losing)
    assert result.stopped == "computer"
    assert not any(m.state == "done" for m in result.members)
    if instead == "nothing":
        assert not desk.output.exists()
    else:
        assert list(desk.output.iterdir()) == []
        desk.output.rmdir()
    away.rename(desk.output)
    again = desk.run()
    assert again.counted("done") == 3
    assert desk.asked == [1, 2]  # the first was ready
    assert len(list(desk.output.glob("*/*.docx"))) == 3


def test_a_folder_lost_after_the_last_member_was_made_calls_nobody_done(tmp_path: Path):
    desk = Desk(tmp_path)

    def losing(worker: Worker, jobs: Sequence[Job]) -> Iterator[Outcome]:
        yield from in_turn(worker, jobs)
        desk.output.rename(tmp_path / "away")

    with pytest.raises(OSError, match="The folder is gone"):
        desk.run(engine=losing)
    assert not desk.output.exists()


def test_what_somebody_removed_before_it_was_put_into_place_calls_nobody_done(tmp_path: Path):
    desk = Desk(tmp_path)

    def losing(worker: Worker, jobs: Sequence[Job]) -> Iterator[Outcome]:
        yield from in_turn(worker, jobs)
        worker.store.remove(".agreements-batch/rows")

    with pytest.raises(OSError, match="The folder is gone"):
        desk.run(engine=losing)
    assert not (desk.output / "batch.json").exists()
    assert desk.run().counted("done") == 3


# ---------------------------------------------------------------- a storage service


class Lost(Exception):
    """An error of a service: none that Python knows as one of the computer."""


class Shaky(MemoryFileSystem):  # type: ignore[misc]
    """A storage service in memory, whose objects appear whole, as those of S3 do, and that fails when it is told to."""

    protocol = "shaky"
    store: ClassVar[dict[str, Any]] = {}
    pseudo_dirs: ClassVar[list[str]] = [""]
    cachable = False
    fails: ClassVar[Any] = lambda what: False

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return str(MemoryFileSystem._strip_protocol(path.replace("shaky://", "memory://")))

    def asked(self, what: str) -> None:
        if type(self).fails(what):
            raise Lost(what)

    def cat_file(self, path: str, *args: Any, **more: Any) -> bytes:
        self.asked("get")
        return bytes(super().cat_file(path, *args, **more))

    def mv(self, old: str, new: str, **more: Any) -> None:
        self.asked("copy")
        self.cp_file(old, new)
        self.asked("delete")
        self.rm_file(old)

    def _open(self, path: str, mode: str = "rb", **more: Any) -> Any:
        if mode != "wb":
            return super()._open(path, mode, **more)
        outer, whole = self, super()

        class Put(io.BytesIO):
            def close(self) -> None:
                if not self.closed:
                    data = self.getvalue()
                    super().close()
                    outer.asked("put")  # lost before all of it has come: the object does not appear
                    with whole._open(path, "wb") as file:
                        file.write(data)

        return Put()


@pytest.fixture
def shaky(monkeypatch: pytest.MonkeyPatch) -> type[Shaky]:
    fsspec.register_implementation("shaky", Shaky, clobber=True)
    monkeypatch.setattr(stores, "_WAITS", (0.0, 0.0))
    Shaky.store.clear()
    Shaky.pseudo_dirs[:] = [""]
    Shaky.fails = lambda what: False
    return Shaky


def objects(shaky: type[Shaky]) -> dict[str, bytes]:
    return {name: bytes(file.getvalue()) for name, file in sorted(shaky.store.items())}


def on(desk: Desk) -> Desk:
    desk.output = "shaky://contracts/2027"  # type: ignore[assignment]
    return desk


def test_a_service_that_fails_now_and_then_is_asked_again(shaky: type[Shaky]):
    count = itertools.count()
    shaky.fails = lambda what: next(count) % 3 == 1
    store = RemoteStore("shaky://bucket/a")
    store.write("one/x.bin", b"x" * 3_000_000)
    store.move("one/x.bin", "two/y.bin")
    shaky.fails = lambda what: False
    assert objects(shaky) == {"/bucket/a/two/y.bin": b"x" * 3_000_000}


def test_a_service_that_is_gone_is_told_as_such(shaky: type[Shaky]):
    shaky.fails = lambda what: True
    with pytest.raises(OSError, match=r"The storage service does not answer \(Lost\)"):
        RemoteStore("shaky://bucket/a").write("x", b"x")
    assert objects(shaky) == {}


@pytest.mark.parametrize("at", [6, 20, 33])
def test_a_batch_whose_service_is_lost_leaves_whole_objects_and_is_gone_on_with(
    tmp_path: Path, shaky: type[Shaky], at: int
):
    whole = {}
    for place in ("undisturbed", "disturbed"):
        shaky.store.clear()
        desk = on(Desk(tmp_path / place))
        if place == "disturbed":
            count = itertools.count()
            shaky.fails = lambda what, count=count: next(count) >= at
            try:
                ended = desk.run()
                assert ended.stopped == "computer"
                assert not any(m.state == "done" for m in ended.members)
            except OSError as error:
                assert "The storage service does not answer" in str(error)  # noqa: PT017 - it may end in either way
            left = {n: d for n, d in objects(shaky).items() if ".agreements-" not in n}
            assert left.items() <= whole.items()
            shaky.fails = lambda what: False
            shaky.store.pop("/contracts/2027/.agreements-batch/running.json", None)
        assert desk.run().counted("done") == 3
        whole = whole or objects(shaky)
    assert {n: d for n, d in objects(shaky).items() if ".agreements-" not in n} == whole


def test_no_bucket_is_made_that_nobody_asked_for(shaky: type[Shaky], monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError

    def missing(*_: object, **__: object) -> None:
        raise FileNotFoundError("The specified bucket does not exist")

    monkeypatch.setattr(stores, "_BUCKETS", frozenset({"shaky"}))
    monkeypatch.setattr(shaky, "makedirs", refuse)
    store = RemoteStore("shaky://nobody/2027")
    store.write("a/b.txt", b"x")
    assert store.read("a/b.txt") == b"x"
    monkeypatch.setattr(shaky, "open", missing)
    with pytest.raises(OSError, match="There is no such bucket") as told:
        store.write("a/b.txt", b"x")
    assert told.value.errno == errno.ENODEV


@pytest.mark.parametrize(
    ("address", "error", "said"),
    [
        ("s3://bucket/x", ImportError("Install s3fs to access S3"), "pip install fsspec s3fs"),
        ("nothing://bucket/x", ValueError("Protocol not known: nothing"), "Name a folder"),
    ],
)
def test_an_address_that_cannot_be_written_to_is_told_before_anything_is_begun(
    address: str, error: Exception, said: str, monkeypatch: pytest.MonkeyPatch
):
    def fails(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(fsspec.core, "url_to_fs", fails)
    with pytest.raises(Unfit) as told:
        RemoteStore(address)
    assert said in told.value.problem.fix
