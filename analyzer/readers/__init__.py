"""Files of every format → a stream of postings and failures.

Failures, by code:

| code | what happened | what is lost |
| --- | --- | --- |
| ``no-text`` | the description is empty, or no field holds one | the row; the file where it has no such column |
| ``other-language`` | the text is not in English (kept with ``any_language``) | the row |
| ``bad-json`` | not JSON, or nested too deeply | the line or array element |
| ``bad-record`` | JSON, but no object with the fields of a posting; a broken WARC record | the record |
| ``bad-row`` | a CSV record with a wrong number of fields or an open quote | the lines up to the next good record |
| ``bad-quad`` | a line that is no N-Quad | the line |
| ``bad-encoding`` | bytes that are not in the encoding of the file | the row |
| ``too-large`` | a record over 50 MB, a document over 100 MB, 500-fold packing | the record; the rest of a bomb |
| ``damaged-archive`` | gzip, zstd or zip data damaged or cut off | what follows the damage |
| ``damaged-file`` | Parquet, SQLite, Excel, Word or PDF data damaged | what follows the damage |
| ``encrypted`` | a password is needed | the file |
| ``unsupported-format`` | binary data of another kind | the file |
| ``missing-library`` | an extra is not installed; the message names it | the file |
| ``unreadable`` | the system does not give the file out (rights, network) | the file |
"""

from __future__ import annotations

from analyzer.readers.detect import FORMATS
from analyzer.readers.options import Description, ReadOptions, Shard
from analyzer.readers.shards import describe, plan_shards, read, read_bytes, read_shard

__all__ = [
    "FORMATS",
    "Description",
    "ReadOptions",
    "Shard",
    "describe",
    "plan_shards",
    "read",
    "read_bytes",
    "read_shard",
]
