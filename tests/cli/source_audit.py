# SPDX-License-Identifier: Apache-2.0
"""source_audit.py SOURCE TRACE...: reads what strace -f -ff -y -s 256 -x recorded, and objects to every system call that
could change SOURCE. Whatever names the source or a descriptor on it and stands in none of the lists below is objected to, so
that a call nobody thought of is seen. Exit code 1 where there is an objection."""
import re
import sys

# Calls on a descriptor of the source that cannot change it.
READING = set("""read pread64 preadv preadv2 readv lseek _llseek fstat fstat64 statx newfstatat close fadvise64 readahead fgetxattr
flistxattr fstatfs dup dup2 dup3 poll ppoll select pselect6 flock fsync fdatasync""".split())
# Calls with the path of the source that cannot change it.
LOOKING = set("stat lstat stat64 lstat64 newfstatat statx statfs access faccessat faccessat2 readlink readlinkat getxattr lgetxattr listxattr".split())
# BLKROSET sets a device read-only; all others ask. CDROM_* and FDGETFDCSTAT: libblkid asks what kind of drive it is.
IOCTLS = set("""BLKROSET BLKROGET BLKGETSIZE64 BLKGETSIZE BLKSSZGET BLKPBSZGET BLKIOMIN BLKIOOPT BLKALIGNOFF BLKROTATIONAL
BLKGETDISKSEQ BLKGETZONESZ SG_GET_VERSION_NUM NVME_IOCTL_ID CDROM_GET_CAPABILITY CDROM_LAST_WRITTEN FDGETFDCSTAT""".split())
# Within SCSI ATA PASS-THROUGH (16), 85h: command and, where the command has several, feature. All of them read: ACS-3.
ATA_READING = {(0xEC, None), (0xF8, None), (0x27, None), (0xB1, 0xC2), (0x78, 0x00), (0xB0, 0xD0)}
SCSI_READING = {0x00, 0x12, 0x25, 0x9E}  # TEST UNIT READY, INQUIRY, READ CAPACITY (10), SERVICE ACTION IN (16)
NVME_READING = {0x02, 0x06}  # Get Log Page, Identify


def without_strings(line):
    return re.sub(r'"(?:\\.|[^"\\])*"(?:\.\.\.)?', '""', line)


def scsi_objection(line):
    command = re.search(r'cmdp="((?:\\x[0-9a-f]{2})*)"', line)
    data = bytes.fromhex(command.group(1).replace("\\x", "")) if command else b""
    if not data:
        return "SG_IO with a command that the trace does not show"
    if data[0] == 0x85 and len(data) == 16:
        ok = (data[14], None) in ATA_READING or (data[14], data[4]) in ATA_READING
        return None if ok else f"SG_IO: ATA command {data[14]:#04x}, feature {data[4]:#04x}"
    return None if data[0] in SCSI_READING else f"SG_IO: SCSI command {data[0]:#04x}"


def ioctl_objection(line, plain):
    if "SG_IO" in plain:
        return scsi_objection(line)
    if "NVME_IOCTL_ADMIN_CMD" in plain:
        opcode = re.search(r"opcode=(?:0x)?([0-9a-f]+)", plain)
        return None if opcode and int(opcode.group(1), 16) in NVME_READING else "an NVMe command that is not one of those that read"
    request = re.match(r"ioctl\([^,]*, (_IOC\([^)]*\)|[A-Z0-9_]+)", plain)
    name = request.group(1) if request else "?"
    return None if name in IOCTLS else f"the ioctl {name} is none of those that are allowed"


def open_objection(plain):
    flags = re.search(r"\bO_[A-Z_|]+", plain)
    flags = set(flags.group(0).split("|")) if flags else set()
    if "O_RDONLY" not in flags or flags & {"O_WRONLY", "O_RDWR", "O_TRUNC", "O_CREAT"}:
        return "opened, and not for reading only"
    return None


def descriptor_objection(name, line, plain, at):
    if name in READING:
        return None
    if name == "ioctl":
        return ioctl_objection(line, plain)
    if name == "mmap":
        return "mapped to be written" if "PROT_WRITE" in plain and "MAP_SHARED" in plain else None
    if name in ("fcntl", "fcntl64"):
        harmless = re.search(r"F_(GETFL|SETFL|GETFD|SETFD|DUPFD|DUPFD_CLOEXEC|GETLK|SETLK|OFD_GETLK|OFD_SETLK)\b", plain)
        return None if harmless else "a fcntl that is none of those that are allowed"
    # From one descriptor to another: the source may only be where it comes from.
    if name in ("copy_file_range", "splice", "tee"):
        return None if at == 0 else "written to"
    if name == "sendfile":
        return None if at == 1 else "written to"
    return "a call that is none of those that are allowed"


def objection(line, source):
    plain = without_strings(line)
    call = re.match(r"(\w+)\(", line)
    if not call:
        return None
    name = call.group(1)
    if name in ("io_uring_setup", "io_uring_enter"):
        return "reads and writes that no trace shows"
    arguments = plain.rsplit(" = ", 1)[0]
    descriptors = re.findall(r"\b(\d+)<((?:\\.|[^>])*)>", arguments)
    here = [i for i, (_, path) in enumerate(descriptors) if path.removesuffix(" (deleted)") == source]
    if name in ("open", "openat", "openat2", "creat"):
        returned = plain.rsplit(" = ", 1)[-1]
        named = f'"{source}"' in line
        return open_objection(plain) if named or f"<{source}>" in returned else None
    if here:
        return descriptor_objection(name, line, plain, here[0])
    # The path as an argument. In what is read or written as data, it is a text like any other.
    if f'"{source}"' in line and not re.search(r"\d+<", arguments) and name not in LOOKING | {"execve", "execveat"}:
        return "a call with its path that is none of those that are allowed"
    return None


def main():
    source, seen = sys.argv[1], 0
    objections = []
    for file in sys.argv[2:]:
        for line in open(file, encoding="utf-8", errors="replace"):
            seen += f"<{source}>" in line
            why = objection(line, source)
            if why:
                objections.append(f"{why}: {line.strip()[:160]}")
    print(f"{seen} calls on descriptors of the source, {len(objections)} objections")
    print("\n".join(objections[:10]))
    if seen == 0:
        print("the trace does not show the source at all")
    sys.exit(1 if objections or seen == 0 else 0)


main()
