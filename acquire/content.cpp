// SPDX-License-Identifier: Apache-2.0
// Signatures and where they stand. Each was read against util-linux, libblkid/src/superblocks (bitlocker.c,
// luks.c, lvm.c, linux_raid.c, cs_fvault2.c), and what else is named.
#include "acquire/content.h"

#include <algorithm>
#include <array>

#include "acquire/read_window.h"
#include "base/error.h"

namespace acquire {
namespace {

using Kind = Container::Kind;
using Found = std::optional<Container>;

constexpr std::size_t kHeadBytes =
    20 * 1024;  // the farthest signature: the second header of LUKS 2, at 16 KiB

// A cut head holds what it holds: whoever reads beyond it finds no signature.
bool has(base::Bytes bytes, std::size_t offset, std::string_view signature) {
  return bytes.size() >= offset + signature.size() &&
         base::as_text(bytes.subspan(offset, signature.size())) == signature;
}

base::ByteReader at(base::Bytes bytes, std::size_t offset) {
  base::ByteReader reader(bytes);
  reader.skip(offset);
  return reader;
}

// To Go stands within a FAT boot sector and is known by its GUID, 4967d63b-2e29-4ad8-8399-f6a339e3d001, at
// 424.
Found bitlocker(base::Bytes head) {
  constexpr std::string_view kGuid("\x3B\xD6\x67\x49\x29\x2E\xD8\x4A\x83\x99\xF6\xA3\x39\xE3\xD0\x01", 16);
  constexpr std::string_view kUsedSpaceGuid(
      "\x3B\x4D\xA8\x92\x80\xDD\x0E\x4D\x9E\x4E\xB1\xE3\x28\x4E\xAE\xD8", 16);
  if (has(head, 3, "-FVE-FS-")) return Container{Kind::bitlocker, {}, true};
  if (has(head, 3, "MSWIN4.1") && (has(head, 424, kGuid) || has(head, 424, kUsedSpaceGuid)))
    return Container{Kind::bitlocker_to_go, {}, true};
  return std::nullopt;
}

Found luks(base::Bytes head) {
  constexpr std::string_view kFirst("LUKS\xBA\xBE", 6), kSecond("SKUL\xBA\xBE", 6);
  if (has(head, 0, kFirst)) return Container{Kind::luks, std::to_string(at(head, 6).u16be()), true};
  if (has(head, 0x4000, kSecond)) return Container{Kind::luks, "2", true};  // the first header is damaged
  return std::nullopt;
}

// Apple File System Reference, nx_superblock_t: block size at 36, nx_flags at 1264, nx_keylocker (block,
// count) at 1296. Without a key locker no volume is encrypted by software; what a T2 or Apple chip encrypts
// in hardware does not show here.
Found apfs(base::Bytes head) {
  constexpr std::uint64_t kSoftwareEncryption = 0x4;  // NX_CRYPTO_SW
  if (!has(head, 32, "NXSB")) return std::nullopt;
  const std::uint64_t flags = at(head, 1264).u64le();
  const std::uint64_t keys = at(head, 1296 + 8).u64le();
  Container found{Kind::apfs, {}, std::nullopt};
  if (keys != 0 && (flags & kSoftwareEncryption) != 0) found.encrypted = true;
  if (keys == 0 && flags == 0) found.encrypted = false;
  return found;
}

// FileVault 2 (libfvde's documentation, volume header): block type at 10, key data size and method at 168.
Found core_storage(base::Bytes head) {
  if (!has(head, 88, "CS") || at(head, 8).u16le() != 1 || at(head, 10).u16le() != 0x10) return std::nullopt;
  base::ByteReader keys = at(head, 168);
  const bool has_key = keys.u32le() != 0;
  return Container{Kind::core_storage, "1", has_key && keys.u32le() == 2};  // 2: AES-XTS
}

// A label stands in one of the first four sectors of 512 bytes and states which.
Found lvm2(base::Bytes head) {
  for (std::size_t sector = 0; sector < 4; ++sector) {
    const std::size_t offset = sector * 512;
    if (has(head, offset, "LABELONE") && has(head, offset + 24, "LVM2 001") &&
        at(head, offset + 8).u64le() == sector)
      return Container{Kind::lvm2, "2", std::nullopt};
  }
  return std::nullopt;
}

constexpr std::uint32_t kRaidMagic = 0xA92B4EFC;

// Version 1: magic, major version, and at 144 the sector of the superblock itself, from the start of the
// volume.
bool is_raid_1(base::Bytes block, std::uint64_t offset) {
  return block.size() >= 256 && at(block, 0).u32le() == kRaidMagic && at(block, 4).u32le() == 1 &&
         at(block, 144).u64le() == offset / 512;
}

Found raid_at_start(base::Bytes head) {
  if (is_raid_1(head, 0)) return Container{Kind::md_raid, "1.1", std::nullopt};
  if (head.size() > 4096 && is_raid_1(head.subspan(4096), 4096))
    return Container{Kind::md_raid, "1.2", std::nullopt};
  return std::nullopt;
}

base::Bytes as_bytes(const Window& window) {
  return window.bytes;
}

// Version 1.0 lies 8 KiB before the end, 0.90 in the last whole 64 KiB, in either byte order. The latter does
// not say where its volume starts.
Found raid_at_end(Source& source, std::uint64_t offset, std::uint64_t bytes, Extent extent) {
  constexpr std::uint64_t kReserved = 64 * 1024;
  if (bytes < 2 * kReserved) return std::nullopt;
  const std::uint64_t near_end = bytes / 4096 * 4096 - 8192;
  if (is_raid_1(as_bytes(read_window(source, offset + near_end, 256)), near_end))
    return Container{Kind::md_raid, "1.0", std::nullopt};
  if (extent == Extent::has_partitions) return std::nullopt;
  const Window old = read_window(source, offset + bytes / kReserved * kReserved - kReserved, 4);
  if (old.bytes.size() < 4) return std::nullopt;
  if (at(old.bytes, 0).u32le() != kRaidMagic && at(old.bytes, 0).u32be() != kRaidMagic) return std::nullopt;
  return Container{Kind::md_raid, "0.90", std::nullopt};
}

Found container_in(base::Bytes head) {
  for (const auto recognise : {bitlocker, luks, apfs, core_storage, lvm2, raid_at_start}) {
    try {
      if (auto found = recognise(head)) return found;
    } catch (const base::Truncated&) {
      continue;  // shorter than what the signature promises: no container of that kind
    }
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(Kind kind) {
  constexpr std::array<std::string_view, 7> kNames = {
      "bitlocker", "bitlocker_to_go", "luks", "apfs", "core_storage", "lvm2", "md_raid"};
  return kNames.at(static_cast<std::size_t>(kind));
}

Found find_container(Source& source, std::uint64_t offset, std::uint64_t bytes, Extent extent,
                     std::string& trouble) {
  const std::uint64_t size = source.facts().bytes;
  if (offset >= size) {
    trouble = "it lies beyond the end of the disk";
    return std::nullopt;
  }
  const std::uint64_t there = std::min(bytes, size - offset);
  try {
    const Window head =
        read_window(source, offset, static_cast<std::size_t>(std::min<std::uint64_t>(there, kHeadBytes)));
    if (head.read != Source::Read::ok) {
      trouble = "its start cannot be read";
      return std::nullopt;
    }
    if (auto found = container_in(head.bytes)) return found;
    return raid_at_end(source, offset, there, extent);
  } catch (const base::Error& error) {
    trouble = error.what();
    return std::nullopt;
  }
}

}  // namespace acquire
