"""A source as named by a user → the files in it → their bytes, decompressed as they are read."""

from __future__ import annotations

import contextlib
import glob
import io
import os
import re
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, BinaryIO

from analyzer.errors import InputError
from analyzer.readers.failures import MAX_SPOOL, ReadError, fail
from analyzer.types import Failure

HEAD = 1 << 18
"""Bytes from the beginning of a file on which everything about it is detected."""
_BUFFER = 1 << 17
_MAX_LAYERS = 3
_MAX_NESTED = 2
_FREE_BYTES = 16_000_000
_MAX_RATIO = 500
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_GLOB = re.compile(r"[*?\[]")
_GZIP, _ZSTD, _ZIP = b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", (b"PK\x03\x04", b"PK\x05\x06")
_OFFICE = ("xl/workbook.", "word/document")


@dataclass(frozen=True, slots=True)
class Item:
    """One file: its name as shown in sources, how to open it, and where it lies if it is a plain local file."""

    name: str
    opener: Callable[[], IO[bytes]] = field(repr=False)
    path: Path | None = None


class Unpacked(io.RawIOBase):
    """Bytes out of a compressed stream. Damage ends the stream as if it were over and is kept in ``damage``."""

    def __init__(self, stream: Any, consumed: Callable[[], int], name: str) -> None:
        self._stream, self._consumed, self._name = stream, consumed, name
        self._produced = 0
        self.damage: tuple[str, str] | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = b"" if self.damage else self._read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def _read(self, size: int) -> bytes:
        try:
            data: bytes = self._stream.read1(size) if hasattr(self._stream, "read1") else self._stream.read(size)
        except Exception as error:  # gzip, zlib, zipfile and zstandard share no base error
            self.damage = ("damaged-archive", f"damaged or cut off: {error}; what came before it was read")
            return b""
        self._produced += len(data)
        if self._produced > _FREE_BYTES and self._produced > _MAX_RATIO * max(self._consumed(), 1):
            self.damage = (
                "too-large",
                f"unpacks to more than {_MAX_RATIO} times its size; unpack it by hand if that is right",
            )
            return b""
        return data


class _Prefixed(io.RawIOBase):
    """A stream whose first bytes have been read already."""

    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        self._head, self._rest = memoryview(head), rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._head:
            return self._fill(buffer, self._rest.read(len(buffer)) or b"")
        head, self._head = self._head[: len(buffer)], self._head[len(buffer) :]
        return self._fill(buffer, head)

    def _fill(self, buffer: Any, data: Any) -> int:
        buffer[: len(data)] = data
        return len(data)


class Opened:
    """An open file, decompressed: ``stream`` from its first byte, ``head`` its first bytes.

    ``path`` is set where the stream is a plain local file, which can be read from any byte.
    """

    def __init__(self, item: Item) -> None:
        self.name, self.path = item.name, item.path
        self.compression: str | None = None
        self._layers: list[Unpacked] = []
        self._spool: BinaryIO | None = None
        self._closing = contextlib.ExitStack()
        try:
            self._open(item)
        except BaseException:
            self.close()
            raise

    def _open(self, item: Item) -> None:
        raw: IO[bytes] = self._closing.enter_context(_opened(item))
        if isinstance(raw, _Member):
            self._layers.append(raw.layer)
        head = _read_head(raw)
        kinds: list[str] = []
        while (kind := _compression(head)) and len(kinds) < _MAX_LAYERS:
            kinds.append(kind)
            raw = self._unpack(kind, _rewound(head, raw))
            head = _read_head(raw)
        self.head, self.compression = head, "+".join(kinds) or None
        self.path = None if kinds else item.path
        self.stream: BinaryIO = _rewound(head, raw)

    def _unpack(self, kind: str, stream: BinaryIO) -> IO[bytes]:
        counted = _Counted(stream)
        layer = Unpacked(_DECOMPRESSORS[kind](counted), counted.tell, self.name)
        self._layers.append(layer)
        return io.BufferedReader(layer, _BUFFER)

    @property
    def damage(self) -> tuple[str, str] | None:
        """Code and message where a compressed layer broke off."""
        return next((layer.damage for layer in self._layers if layer.damage), None)

    def seekable(self, limit: int = MAX_SPOOL) -> BinaryIO:
        """The file as a seekable stream, through a temporary file where need be. ReadError beyond ``limit`` bytes."""
        if self.path is not None:
            if self.path.stat().st_size > limit:
                raise ReadError("too-large", f"over {limit // 1_000_000} MB")
            return self.stream
        if self._spool is not None:
            self._spool.seek(0)
            return self._spool
        spool: Any = tempfile.SpooledTemporaryFile(max_size=1 << 24)  # noqa: SIM115  # closed with this object
        self._closing.callback(spool.close)
        while chunk := self.stream.read(1 << 20):
            if spool.tell() + len(chunk) > limit:
                raise ReadError("too-large", f"over {limit // 1_000_000} MB unpacked")
            spool.write(chunk)
        spool.seek(0)
        self._spool = spool
        return self._spool

    def local(self, suffix: str = "") -> Path:
        """The file as a path, through a temporary file where need be."""
        if self.path is not None:
            return self.path
        folder = self._closing.enter_context(tempfile.TemporaryDirectory(prefix="analyzer-"))
        target = Path(folder) / f"file{suffix}"
        with target.open("wb") as sink:
            while chunk := self.stream.read(1 << 20):
                if sink.tell() + len(chunk) > MAX_SPOOL:
                    raise ReadError("too-large", f"over {MAX_SPOOL // 1_000_000} MB unpacked")
                sink.write(chunk)
        return target

    def keep(self, close: Callable[[], object]) -> None:
        """Call ``close`` when the file is closed."""
        self._closing.callback(close)

    def close(self) -> None:
        self._closing.close()

    def __enter__(self) -> Opened:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Counted(io.RawIOBase):
    """A stream that knows how many bytes were taken from it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._taken = stream, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        self._taken += len(data)
        return len(data)

    def tell(self) -> int:
        return self._taken


def find_items(source: str) -> Iterator[Item]:
    """The files that a source names, in a fixed order: a file, folder, glob, URL or ``-``.

    Archives are not looked into here. Raises InputError where there is nothing by that name.
    """
    if source == "-":
        return iter([Item("-", lambda: sys.stdin.buffer)])
    if _URL.match(source):
        return iter(_remote_items(source))
    path = Path(source)
    if path.is_dir():
        return _walk(path)
    if path.exists():
        return iter([_file_item(path)])
    if _GLOB.search(source):
        return _globbed(source)
    return iter([_member_item(source)])


def expand(item: Item, depth: int = 0) -> Iterator[Item | Failure]:
    """The item itself, or what is in it where it is a zip archive (not where it is an Excel or Word file)."""
    if item.name == "-":
        yield item
        return
    try:
        with Opened(item) as opened:
            names = _members(opened) if opened.head.startswith(_ZIP) else None
    except (ReadError, InputError) as error:
        yield fail(error.code, item.name, str(error))
        return
    except OSError as error:
        yield fail("unreadable", item.name, f"cannot be read ({error.strerror or type(error).__name__})")
        return
    if names is None:
        yield item
    elif depth >= _MAX_NESTED:
        yield fail("unsupported-format", item.name, "an archive in an archive in an archive; unpack it by hand")
    else:
        for name in names:
            yield from expand(_archived(item, name), depth + 1)


def _members(opened: Opened) -> list[str] | None:
    """Names of an archive's files; None where the archive is an office document."""
    try:
        with zipfile.ZipFile(opened.seekable()) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError, RuntimeError) as error:
        raise ReadError("damaged-archive", f"zip archive damaged or cut off: {error}") from error
    if any(name.startswith(_OFFICE) for name in names):
        return None
    return sorted(name for name in set(names) if not name.endswith("/") and not _hidden(Path(name)))


def _archived(item: Item, name: str) -> Item:
    return Item(f"{item.name}!{name}", lambda: _open_member(item, name))


def _open_member(item: Item, name: str) -> IO[bytes]:
    opened = Opened(item)
    try:
        archive = zipfile.ZipFile(opened.seekable())
        info = archive.getinfo(name)
        layer = Unpacked(archive.open(info), lambda: info.compress_size, item.name)
    except (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError, ValueError, zlib.error, EOFError) as error:
        opened.close()
        code = "encrypted" if "encrypted" in str(error) else "damaged-archive"
        raise ReadError(code, f"cannot be unpacked: {error}") from error
    return _Member(layer, opened)


class _Member(io.BufferedReader):
    """A member of an archive, which keeps the archive open as long as itself."""

    def __init__(self, layer: Unpacked, archive: Opened) -> None:
        super().__init__(layer, _BUFFER)
        self.layer, self._archive = layer, archive

    def close(self) -> None:
        super().close()
        self._archive.close()


def _member_item(source: str) -> Item:
    """The item of ``archive.zip!member``; InputError where the archive is missing."""
    archive, mark, rest = source.partition("!")
    while mark:
        if Path(archive).is_file():
            item = _file_item(Path(archive))
            for name in rest.split("!"):
                item = _archived(item, name)
            return item
        more, mark, rest = rest.partition("!")
        archive = f"{archive}!{more}"
    raise InputError(f"{source}: no such file")


def _file_item(path: Path) -> Item:
    return Item(str(path), lambda: path.open("rb", buffering=_BUFFER), path if path.is_file() else None)


def _walk(folder: Path) -> Iterator[Item]:
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _hidden(Path(name)))
        for name in sorted(files):
            if not _hidden(Path(name)):
                yield _file_item(Path(root) / name)


def _hidden(path: Path) -> bool:
    """Whether a file is not for readers: hidden, or a mark such as ``_SUCCESS`` beside data files."""
    return path.name.startswith((".", "_")) or path.parts[:1] == ("__MACOSX",)


def _globbed(source: str) -> Iterator[Item]:
    names = sorted(glob.glob(source, recursive=True))  # noqa: PTH207  # a pattern may be absolute, which Path.glob refuses
    if not names:
        raise InputError(f"{source}: no file matches")
    return (item for name in names for item in (_walk(Path(name)) if Path(name).is_dir() else [_file_item(Path(name))]))


def _remote_items(url: str) -> list[Item]:
    try:
        import fsspec
    except ImportError:
        raise InputError(
            f"{url}: reading from URLs needs the extra 'remote': pip install 'job-posting-analyzer[remote]'"
        ) from None
    member = url.partition("!")
    try:
        system, path = fsspec.core.url_to_fs(member[0])
        names = system.glob(path) if "*" in path else [path]
    except Exception as error:  # each storage library raises its own errors
        raise InputError(f"{url}: cannot be opened: {error}") from error
    if not names:
        raise InputError(f"{url}: no file matches")
    items = [Item(system.unstrip_protocol(name), _remote_opener(system, name)) for name in sorted(names)]
    return [_archived(items[0], member[2])] if member[1] else items


def _remote_opener(system: Any, name: str) -> Callable[[], IO[bytes]]:
    def open_remote() -> IO[bytes]:
        try:
            stream: IO[bytes] = system.open(name, "rb")
        except Exception as error:  # each storage library raises its own errors
            raise ReadError("unreadable", f"cannot be opened: {error}") from error
        return stream

    return open_remote


def _opened(item: Item) -> contextlib.AbstractContextManager[IO[bytes]]:
    if item.name == "-":
        return contextlib.nullcontext(item.opener())
    return item.opener()


def _read_head(stream: IO[bytes]) -> bytes:
    pieces, missing = [], HEAD
    while missing and (piece := stream.read(missing)):
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)


def _rewound(head: bytes, stream: IO[bytes]) -> BinaryIO:
    if len(head) < HEAD:
        return io.BytesIO(head)
    if stream.seekable() and not isinstance(stream, _Member):
        stream.seek(-len(head), io.SEEK_CUR)
        return stream  # type: ignore[return-value]  # IO[bytes] is what BinaryIO stands for
    return io.BufferedReader(_Prefixed(head, stream), _BUFFER)


def _compression(head: bytes) -> str | None:
    if head.startswith(_GZIP):
        return "gzip"
    return "zstd" if head.startswith(_ZSTD) else None


def _gunzip(stream: Any) -> Any:
    import gzip

    return gzip.GzipFile(fileobj=stream, mode="rb")


def _unzstd(stream: Any) -> Any:
    try:
        import zstandard
    except ImportError:
        raise ReadError(
            "missing-library", "zstd needs the extra 'formats': pip install 'job-posting-analyzer[formats]'"
        ) from None
    return zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader(stream, read_across_frames=True)


_DECOMPRESSORS: dict[str, Callable[[Any], Any]] = {"gzip": _gunzip, "zstd": _unzstd}
