"""Reading: sources → postings and failures, whole or in shards."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from analyzer.errors import InputError, SettingsError
from analyzer.readers.base import Reader, Row
from analyzer.readers.detect import open_reader
from analyzer.readers.failures import ReadError, fail
from analyzer.readers.joined import indexed
from analyzer.readers.options import Description, ReadOptions, Shard
from analyzer.readers.sources import Item, Opened, expand, find_items
from analyzer.types import Failure, Posting

DEFAULT = ReadOptions()


def read(source: str, options: ReadOptions = DEFAULT) -> Iterator[Posting | Failure]:
    """Postings and failures of a source, in its order, streaming.

    ``source`` is a file, folder, glob, archive, member of an archive (``a.zip!b.csv``), URL or ``-``. Raises InputError
    where there is nothing by that name, SettingsError where an option does not fit; all else is a Failure.
    """
    items = _items(source, options)
    return _read_items(items, options) if options.join is None else _read_joined(items, options)


def _items(source: str, options: ReadOptions) -> Iterator[Item]:
    """Files of a source; one that is joined to others, and lies in the same folder, is none of postings."""
    items = find_items(source)
    return items if options.join is None else (item for item in items if Path(item.name) != Path(options.join or ""))


def _read_joined(items: Iterator[Item], options: ReadOptions) -> Iterator[Posting | Failure]:
    with indexed(options) as known:
        yield from _read_items(items, known)


def read_bytes(data: bytes, name: str, options: ReadOptions = DEFAULT) -> Iterator[Posting | Failure]:
    """Postings and failures of a file in memory, such as an upload; ``name`` is shown in their sources."""
    return _read_items(iter([Item(name if name != "-" else "input", lambda: io.BytesIO(data))]), options)


def _read_items(items: Iterator[Item], options: ReadOptions) -> Iterator[Posting | Failure]:
    for item in items:
        for inner in expand(item):
            if isinstance(inner, Failure):
                yield inner
            else:
                yield from _read_item(inner, options, lambda reader: reader.rows())


def _read_item(
    item: Item, options: ReadOptions, rows: Callable[[Reader], Iterator[Row]], ends: bool = True
) -> Iterator[Posting | Failure]:
    """Postings of the rows of one file that ``rows`` picks; the failure of the file itself where it breaks off."""
    try:
        with Opened(item) as opened:
            reader = open_reader(opened, options)
            yield from _converted(reader, rows(reader))
            if ends and opened.damage:
                yield fail(opened.damage[0], item.name, opened.damage[1])
    except ReadError as error:
        yield fail(error.code, item.name, str(error))
    except OSError as error:
        yield fail("unreadable", item.name, f"cannot be read ({error.strerror or type(error).__name__})")


def _converted(reader: Reader, rows: Iterator[Row]) -> Iterator[Posting | Failure]:
    for row in rows:
        if isinstance(row.payload, Failure):
            yield row.payload
        else:
            yield from reader.convert(row)


def describe(source: str, options: ReadOptions = DEFAULT) -> Description:
    """What is detected in a source, and its first posting or failure. Raises as ``read`` does."""
    first: Description | None = None
    files = 0
    for item in find_items(source):
        for inner in expand(item):
            files += 1
            if first is None:
                first = _describe_item(source, inner, options)
    if first is None:
        return Description(source, None, None, None, {}, None, 0)
    return Description(source, first.format, first.encoding, first.compression, first.fields, first.first, files)


def _describe_item(source: str, item: Item | Failure, options: ReadOptions) -> Description:
    if isinstance(item, Failure):
        return Description(source, None, None, None, {}, item)
    try:
        with Opened(item) as opened:
            reader = open_reader(opened, options)
            first = next(_converted(reader, reader.rows()), None)
            kinds = [
                kind for kind in (opened.compression, "zip" if "!" in item.name and item.path is None else None) if kind
            ]
            return Description(source, reader.format, reader.encoding, "+".join(kinds) or None, reader.fields, first)
    except ReadError as error:
        return Description(source, None, None, None, {}, fail(error.code, item.name, str(error)))
    except OSError as error:
        why = f"cannot be read ({error.strerror or type(error).__name__})"
        return Description(source, None, None, None, {}, fail("unreadable", item.name, why))


def plan_shards(source: str, rows: int, options: ReadOptions = DEFAULT) -> Iterator[Shard]:
    """Pieces of ``rows`` rows each, in order and the same on every run; planned while they are used.

    A row is what the format has for one: a line, record, page. A file that cannot be read is one shard, whose reading
    yields the failure. Raises InputError for ``-``, which cannot be read twice, and as ``read`` does.
    """
    if rows < 1:
        raise SettingsError("rows a shard: at least 1")
    if source == "-":
        raise InputError("-: standard input cannot be read in shards; save it to a file first")
    return _plan(_items(source, options), rows, options)


def _plan(items: Iterator[Item], rows: int, options: ReadOptions) -> Iterator[Shard]:
    index = 0
    for item in items:
        for inner in expand(item):
            for shard in _plan_item(inner, rows, options, index):
                yield shard
                index += 1


def _plan_item(item: Item | Failure, rows: int, options: ReadOptions, index: int) -> Iterator[Shard]:
    """Shards of one file, the first of which has number ``index``."""
    if isinstance(item, Failure):
        yield Shard(item.source or "", index, 0, None)
        return
    try:
        with Opened(item) as opened:
            reader = open_reader(opened, options)
            cuts = list(_row_cuts(reader, rows)) if not reader.by_bytes else None
            if cuts is None:
                yield from _byte_shards(item.name, reader, rows, index)
                return
    except (ReadError, OSError):
        cuts = [0]
    for number, start in enumerate(cuts):
        stop = cuts[number + 1] if number + 1 < len(cuts) else None
        yield Shard(item.name, index + number, start, stop, "rows", start + 1)


def _byte_shards(name: str, reader: Reader, rows: int, index: int) -> Iterator[Shard]:
    start, first, number, seen = 0, 1, 0, 0
    for seen, row in enumerate(reader.rows()):
        if seen and seen % rows == 0:
            yield Shard(name, index + number, start, row.offset, "bytes", first)
            start, first, number = row.offset, row.number, number + 1
    yield Shard(name, index + number, start, None, "bytes", first)


def _row_cuts(reader: Reader, rows: int) -> Iterator[int]:
    """Numbers of rows before which a shard begins, counted from 0."""
    total = reader.count()
    if total is None:
        total = max((row.number for row in reader.rows()), default=0)
    yield from range(0, max(total, 1), rows)


def read_shard(shard: Shard, options: ReadOptions = DEFAULT) -> Iterator[Posting | Failure]:
    """Postings and failures of a shard, as ``read`` yields them for the whole source.

    Where a file cannot be entered at a byte (compressed, JSON, Excel), a process that reads its shards in ascending
    order goes on where the last one ended instead of passing over the rows before again.
    """
    for item in find_items(shard.source):
        if shard.unit == "bytes":
            yield from _read_item(item, options, partial(_byte_rows, shard=shard), ends=shard.stop is None)
            continue
        inner = next(iter(expand(item)), None) if shard.start == 0 and shard.stop is None else item
        if isinstance(inner, Failure):
            yield inner
        elif inner is not None:
            yield from _read_on(inner, shard, options)


def _byte_rows(reader: Reader, shard: Shard) -> Iterator[Row]:
    for row in reader.rows(shard.start, shard.first):
        if shard.stop is not None and row.offset >= shard.stop:
            return
        yield row


class _Cursor:
    """A file open at a row, kept between two shards of it."""

    def __init__(self, key: tuple[object, ...], item: Item, options: ReadOptions, start: int) -> None:
        self.key, self.at = key, start
        self.opened = Opened(item)
        try:
            self.reader = open_reader(self.opened, options)
            self._rows = self.reader.skip(start)
        except BaseException:
            self.opened.close()
            raise
        self._ahead: Row | None = None

    def take(self, start: int, stop: int | None) -> Iterator[Row]:
        """Rows after the first ``start``, up to ``stop``."""
        while (row := self._ahead or next(self._rows, None)) is not None:
            self._ahead = None
            if stop is not None and row.number > stop:
                self._ahead, self.at = row, stop
                return
            if row.number > start:
                yield row


_kept: list[_Cursor] = []


def _read_on(item: Item, shard: Shard, options: ReadOptions) -> Iterator[Posting | Failure]:
    """Postings of a shard by rows, from the cursor that the shard before it left if there is one."""
    cursor = None
    try:
        cursor = _find_cursor(item, options, shard.start)
        yield from _converted(cursor.reader, cursor.take(shard.start, shard.stop))
        if shard.stop is not None and cursor.at == shard.stop:
            _kept.append(cursor)
            cursor = None
        elif cursor.opened.damage and shard.stop is None:
            yield fail(cursor.opened.damage[0], item.name, cursor.opened.damage[1])
    except ReadError as error:
        yield fail(error.code, item.name, str(error))
    except OSError as error:
        yield fail("unreadable", item.name, f"cannot be read ({error.strerror or type(error).__name__})")
    finally:
        if cursor is not None:
            cursor.opened.close()


def _find_cursor(item: Item, options: ReadOptions, start: int) -> _Cursor:
    path = Path(item.name.partition("!")[0])
    state = path.stat() if path.exists() else None
    key = (item.name, repr(options), threading.get_ident(), state and (state.st_mtime_ns, state.st_size, state.st_ino))
    while _kept:
        cursor = _kept.pop()
        if cursor.key == key and cursor.at <= start:
            return cursor
        cursor.opened.close()
    return _Cursor(key, item, options, start)
