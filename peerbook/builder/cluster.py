"""Build editions on a Dask cluster: data go to a worker as bytes, a whole book comes back as bytes.

A worker needs the same peerbook, and the same notebooks and definitions; nothing else is shared with it. If
it dies, another worker builds what it was building. What it wrote is in Dask's own folder of the worker,
which Dask removes, and with it the raw data.
"""

from __future__ import annotations

import io
import shutil
import tarfile
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from peerbook import paths
from peerbook.builder import hashes, packages, protection, publish, reach
from peerbook.builder.inputs import digest_of
from peerbook.errors import BookError, ParameterError

if TYPE_CHECKING:
    from peerbook.builder.edition import Made, Task
    from peerbook.builder.order import Order

RETRIES = 3
WAIT = 30  # seconds for the scheduler to answer
_OTHER = "the worker has another peerbook, or other notebooks and definitions; give it the same"


def on_cluster(address: str, tasks: Sequence[Task], in_order: bool) -> Iterator[Made]:
    """Build editions on the workers of a Dask scheduler, and yield how each came out.

    Parameters
    ----------
    address
        Of the scheduler, such as "tcp://10.0.0.1:8786".
    tasks
        The editions.
    in_order
        Whether each needs the lists of decisions of the others.

    Raises
    ------
    ParameterError
        If Dask is not installed, or nothing answers at the address.
    """
    if not tasks:
        return
    with _client(address) as client:
        from distributed import as_completed

        source = source_of(tasks[0].edition.order.root)
        for wave in [[task] for task in tasks] if in_order else [list(tasks)]:
            started = time.perf_counter()
            futures = {
                client.submit(_remotely, *_packed(task), source, pure=False, retries=RETRIES): task
                for task in wave
            }
            for future in as_completed(futures):
                yield _taken(futures[future], future, started)


@contextmanager
def _client(address: str) -> Iterator[Any]:
    try:
        from distributed import Client
    except ModuleNotFoundError:
        raise ParameterError(
            "--scheduler needs Dask. Install it beside peerbook: pip install 'distributed>=2024.8'."
        ) from None
    try:
        client = Client(address, timeout=WAIT)
    except (OSError, ValueError) as error:
        raise ParameterError(
            f"--scheduler: no Dask scheduler answers at '{address}'. Start one with: dask scheduler."
        ) from error
    with client:
        yield client


def source_of(root: Path) -> str:
    """Return a digest of all that is not data: code, definitions, notebooks, pages, packages."""
    return digest_of([packages.everything(), hashes.of_project(root, reach.PACKAGE)])


def _packed(task: Task) -> tuple[Order, str, dict[str, bytes], dict[str, bytes], bytes]:
    """Return the arguments of `_remotely`: what to build, and the bytes that it is built from."""
    order = task.order
    folders = order.data or {task.study: task.place}
    data = {study: _archive(folder) for study, folder in folders.items()}
    others = {f"{at}/{file.parent.name}": file.read_bytes() for at, file in enumerate(order.published)}
    own = b"".join(file.read_bytes() for file in protection.published_in(order.out))
    return order, task.edition.name, data, others, own


def _remotely(
    order: Order,
    name: str,
    data: Mapping[str, bytes],
    others: Mapping[str, bytes],
    own: bytes,
    source: str,
) -> tuple[Made, bytes]:
    """Build an edition on a worker; return how it came out, and the folder of the book.

    `others` and `own` are the lists of decisions of other editions, and of its own last book.
    """
    from distributed import get_worker

    from peerbook.builder.edition import FAILED, Made, built

    root = order.root if (order.root / "notebooks").is_dir() else paths.root()
    if source_of(root) != source:
        return Made(name, FAILED, _OTHER, exit_code=BookError.exit_code), b""
    with tempfile.TemporaryDirectory(prefix="peerbook-", dir=get_worker().local_directory) as scratch:
        here = Path(scratch)
        folders = {study: _unpack(packed, here / "raw" / study) for study, packed in data.items()}
        published = tuple(_put(text, here / "others" / folder) for folder, text in others.items())
        out = here / "book" / name
        if own:
            _put(own, out)
        made = built(replace(order, out=out, data=folders, published=published, root=root), name)
        return made, b"" if made.state == FAILED else _archive(out)


def _put(text: bytes, folder: Path) -> Path:
    folder.mkdir(parents=True)
    file = folder / protection.LIST
    file.write_bytes(text)
    return file


def _taken(task: Task, future: Any, started: float) -> Made:
    """Put the book that a worker made in its place."""
    from peerbook.builder.edition import FAILED, Made

    name, out = task.edition.name, task.edition.order.out
    try:
        made, packed = future.result()
        if made.state == FAILED:
            return made
        with publish.staging(out) as staging:
            _unpack(packed, staging / "book")
            for part in (staging / "book").iterdir():
                shutil.move(part, staging / part.name)
            (staging / "book").rmdir()
            publish.publish(staging)
        return made
    except Exception as error:  # of the cluster: the other editions are built
        said = f"no worker could build it ({type(error).__name__}: {str(error).partition(chr(10))[0]})"
        return Made(name, FAILED, said, time.perf_counter() - started, exit_code=BookError.exit_code)


def _archive(folder: Path) -> bytes:
    """Return what is in a folder as bytes; files whose name begins with a dot stay."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", compresslevel=1) as archive:
        for file in sorted(folder.iterdir()):
            if not file.name.startswith("."):
                archive.add(file, file.name)
    return packed.getvalue()


def _unpack(packed: bytes, folder: Path) -> Path:
    folder.mkdir(parents=True)
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    return folder
