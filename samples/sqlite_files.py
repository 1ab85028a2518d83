# SPDX-License-Identifier: Apache-2.0
"""SQLite databases with the same bytes on each run, optionally with the newest rows only in a -wal.

WAL format: https://www.sqlite.org/fileformat2.html section 4. Its two salts are random; they are replaced by
fixed ones and the checksums, which cover them, are computed again.
"""

import os
import sqlite3
import struct

_FIXED_SALTS = (0x486F6C64, 0x66617374)


def build(path, statements, early, late=None, user_version=0):
    """Makes a database: `statements` (DDL), then `early(connection)`. What `late(connection)` writes stays in
    the -wal, as on a phone whose app was running. Deleted rows are not overwritten."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    work = path + ".building"
    connection = sqlite3.connect(work, isolation_level=None)
    connection.execute("PRAGMA page_size=4096")
    connection.execute("PRAGMA secure_delete=OFF")
    if late:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA wal_autocheckpoint=0")
    connection.execute("BEGIN")
    for statement in statements:
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version={user_version}")
    connection.execute("COMMIT")
    _in_transaction(connection, early)
    if late:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        _in_transaction(connection, late)
        _copy(work, path)
        _write(path + "-wal", with_fixed_salts(_read(work + "-wal")))
        connection.close()
    else:
        connection.close()
        _copy(work, path)
    for suffix in ("", "-wal", "-shm"):
        if os.path.exists(work + suffix):
            os.remove(work + suffix)


def insert(connection, table, **columns):
    """Inserts one row; returns its rowid."""
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    return connection.execute(f'INSERT INTO "{table}" ({names}) VALUES ({marks})',
                              tuple(columns.values())).lastrowid


def with_fixed_salts(wal):
    """The same log under fixed salts; its checksums are big-endian, as its magic number says on writing."""
    if not wal:
        return wal  # nothing was written since the checkpoint
    magic, version, page_size, sequence = struct.unpack(">4I", wal[:16])
    order = ">" if magic & 1 else "<"
    header = struct.pack(">4I", magic, version, page_size, sequence) + struct.pack(">2I", *_FIXED_SALTS)
    sums = _checksum(order, header, (0, 0))
    result = bytearray(header + struct.pack(">2I", *sums))
    for start in range(32, len(wal) - 24 - page_size + 1, 24 + page_size):
        head, page = wal[start:start + 8], wal[start + 24:start + 24 + page_size]
        sums = _checksum(order, page, _checksum(order, head, sums))
        result += head + struct.pack(">2I", *_FIXED_SALTS) + struct.pack(">2I", *sums) + page
    return bytes(result)


def _checksum(order, data, sums):
    first, second = sums
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for even, odd in zip(words[::2], words[1::2]):
        first = (first + even + second) & 0xFFFFFFFF
        second = (second + odd + first) & 0xFFFFFFFF
    return first, second


def _in_transaction(connection, write):
    connection.execute("BEGIN")
    write(connection)
    connection.execute("COMMIT")


def _read(path):
    with open(path, "rb") as file:
        return file.read()


def _write(path, data):
    with open(path, "wb") as file:
        file.write(data)


def _copy(source, target):
    _write(target, _read(source))
