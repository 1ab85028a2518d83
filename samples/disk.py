# SPDX-License-Identifier: Apache-2.0
"""Containers: ext4 file systems by mke2fs and debugfs, GPT and MBR tables, tar. All as an ordinary user.

Files are put in by debugfs in a fixed order and not by `mke2fs -d`, which takes owner, change time and order
from the machine it runs on. GPT: UEFI specification 2.10, chapter 5.
"""

import io
import os
import struct
import subprocess
import tarfile
import uuid
import zlib

SECTOR = 512
_ALIGNMENT = 2048  # sectors
LINUX_DATA = uuid.UUID("0FC63DAF-8483-4772-8E79-3D69D8477DE4")
WINDOWS_DATA = uuid.UUID("EBD0A0A2-B9E5-4433-87C0-68B6B72699C7")


def fixed_uuid(name):
    return uuid.uuid5(uuid.NAMESPACE_DNS, name + ".samples.example")


_EXT4_FEATURES = ("none,extent,huge_file,flex_bg,64bit,dir_nlink,extra_isize,dir_index,filetype,"
                  "sparse_super,large_file")


def make_ext4(path, tree, mebibytes, time, name, journal=True, checksums=True):
    """A file system holding `tree`: {"/a/b": bytes}. Every file and folder belongs to root."""
    with open(path, "wb") as file:
        file.truncate(mebibytes << 20)
    environment = dict(os.environ, E2FSPROGS_FAKE_TIME=str(int(time)), MKE2FS_CONFIG="/dev/null",
                       PATH=os.environ.get("PATH", "") + ":/usr/sbin:/sbin", DEBUGFS_PAGER="cat")
    features = _EXT4_FEATURES + (",has_journal" if journal else "") + (",metadata_csum" if checksums else "")
    _run(["mke2fs", "-q", "-F", "-b", "4096", "-I", "256", "-N", "1024", "-m", "0", "-O", features,
          "-U", str(fixed_uuid(name)), "-L", name, *(["-J", "size=4"] if journal else []),
          "-E", f"hash_seed={fixed_uuid(name + ' hash')},lazy_itable_init=0,nodiscard,root_owner=0:0",
          path], environment)
    _fill(path, tree, environment)


def _fill(path, tree, environment):
    commands, sources = [], path + ".sources"
    os.makedirs(sources, exist_ok=True)
    for folder in sorted({parent for name in tree for parent in _parents(name)}):
        commands.append(f'mkdir "{folder}"')
    for number, (name, content) in enumerate(sorted(tree.items())):
        source = os.path.join(sources, str(number))
        with open(source, "wb") as file:
            file.write(content)
        folder, leaf = name.rsplit("/", 1)
        commands += [f'cd "{folder or "/"}"', f'write {source} "{leaf}"']
    script = path + ".commands"
    with open(script, "w", encoding="utf-8") as file:
        file.write("\n".join(commands) + "\n")
    output = _run(["debugfs", "-w", "-f", script, path], environment)
    refused = [line for line in output.splitlines() if line and not line.startswith(("debugfs", "Allocated"))]
    if refused:
        raise RuntimeError(f"debugfs refused: {refused[0]}")
    for number in range(len(tree)):
        os.remove(os.path.join(sources, str(number)))
    os.rmdir(sources)
    os.remove(script)


def _parents(name):
    steps = name.strip("/").split("/")[:-1]
    return ["/" + "/".join(steps[:count]) for count in range(1, len(steps) + 1)]


def _run(command, environment=None):
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} failed: {done.stderr.strip()}")
    return done.stdout + "".join(line + "\n" for line in done.stderr.splitlines() if line.strip())


def run(command):
    return _run(command, dict(os.environ, PATH=os.environ.get("PATH", "") + ":/usr/sbin:/sbin"))


def copy_sparse(source_path, target, offset):
    """Copies a file into an open disk; blocks of zeros stay holes."""
    with open(source_path, "rb") as source:
        position = offset
        while block := source.read(1 << 16):
            if block.count(0) != len(block):
                target.seek(position)
                target.write(block)
            position += len(block)


def make_gpt_disk(path, name, partitions):
    """partitions: [(file of the partition's content, type, label)], in order."""
    starts, next_free = [], _ALIGNMENT
    for source, _, _ in partitions:
        starts.append(next_free)
        sectors = os.path.getsize(source) // SECTOR
        next_free += -(-sectors // _ALIGNMENT) * _ALIGNMENT
    total = next_free + _ALIGNMENT
    entries = b""
    for number, ((source, kind, label), start) in enumerate(zip(partitions, starts)):
        entries += (kind.bytes_le + fixed_uuid(f"{name} partition {number}").bytes_le +
                    struct.pack("<QQQ", start, start + os.path.getsize(source) // SECTOR - 1, 0) +
                    label.encode("utf-16-le").ljust(72, b"\x00"))
    entries = entries.ljust(128 * 128, b"\x00")
    with open(path, "wb") as disk:
        disk.truncate(total * SECTOR)
        disk.write(_protective_mbr(total) + _gpt_header(name, total, 1, total - 1, 2, entries) + entries)
        disk.seek((total - 33) * SECTOR)
        disk.write(entries + _gpt_header(name, total, total - 1, 1, total - 33, entries))
        for (source, _, _), start in zip(partitions, starts):
            copy_sparse(source, disk, start * SECTOR)


def _gpt_header(name, total, own, other, entries_at, entries):
    def header(checksum):
        return struct.pack("<8sIIIIQQQQ16sQIII", b"EFI PART", 0x10000, 92, checksum, 0, own, other, 34,
                           total - 34, fixed_uuid(name).bytes_le, entries_at, 128, 128, zlib.crc32(entries))
    return header(zlib.crc32(header(0))).ljust(SECTOR, b"\x00")


def _protective_mbr(total):
    return _mbr([(0xEE, 1, total - 1)])


def _mbr(partitions):
    entries = b"".join(struct.pack("<B3sB3sII", 0, b"\x00\x02\x00", kind, b"\xff\xff\xff", start, sectors)
                       for kind, start, sectors in partitions)
    return b"\x00" * 440 + b"HFSM\x00\x00" + entries.ljust(64, b"\x00") + b"\x55\xaa"


def make_mbr_disk(path, source, kind, extra=()):
    """One primary partition at sector 2048, and entries of the table for which nothing is written."""
    sectors = os.path.getsize(source) // SECTOR
    with open(path, "wb") as disk:
        disk.truncate((_ALIGNMENT + sectors) * SECTOR)
        disk.write(_mbr([(kind, _ALIGNMENT, sectors), *extra]))
        copy_sparse(source, disk, _ALIGNMENT * SECTOR)


def make_tar(path, tree, time):
    """The tree as a tar with every folder, in order of the names."""
    folders = {parent: None for name in tree for parent in _parents(name)}
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as tar:
        for name, content in sorted({**folders, **tree}.items()):
            entry = tarfile.TarInfo(name.strip("/"))
            entry.mtime, entry.uname, entry.gname = int(time), "root", "root"
            if content is None:
                entry.type, entry.mode = tarfile.DIRTYPE, 0o771
                tar.addfile(entry)
            else:
                entry.size, entry.mode = len(content), 0o660
                tar.addfile(entry, io.BytesIO(content))
