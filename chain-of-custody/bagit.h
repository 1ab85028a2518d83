// SPDX-License-Identifier: Apache-2.0
// BagIt 1.0 (RFC 8493), the strict part of it that our bundles use: names, manifests, tag manifests. Shared
// by the writer (export) and the verifier, so that "canonical" means one thing. Pure functions; thread-safe.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/file.h"

namespace custody::bagit {

// RFC 8493 §2.1.1: these two lines, this order, no byte order mark.
inline constexpr std::string_view kDeclaration = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
inline constexpr std::string_view kSignatureFolder = "signatures/";
inline constexpr std::string_view kCustodyFolder = "data/custody/";
inline constexpr std::string_view kTagManifest = "tagmanifest-sha256.txt";

// [A-Za-z0-9._-] in every step, at most 100 characters a step and 200 in all; no step is empty, begins or
// ends with a dot, or is a name that Windows reserves (CON, AUX, COM1 …). So the percent-encoding of RFC 8493
// §2.1.3, which tools disagree about, never arises, and a name opens no other file anywhere.
bool is_safe_name(std::string_view name);

// Path -> digest in hexadecimal.
using Manifest = std::map<std::string, std::string, std::less<>>;

// The canonical text: "<hex>  <path>\n" in ascending order of the paths' bytes, as sha256sum reads it.
std::string manifest_text(const Manifest& manifest);

// A manifest that is not in the canonical form: what and in which line (from 1).
struct ManifestFault {
  std::size_t line;
  std::string what;
};
struct ParsedManifest {
  Manifest entries;
  std::vector<ManifestFault> faults;
};
// `digest_length` is in hexadecimal digits: 64 or 128. Reads on after a fault.
ParsedManifest parse_manifest(std::string_view text, std::size_t digest_length);

// What `disclose` signs: SHA-256, in hexadecimal, of the canonical SHA-256 manifest over data/ without
// data/custody/.
std::string disclosed_digest(const Manifest& payload_sha256);

struct FileDigests {
  std::string sha256, sha512;
  std::uint64_t size = 0;
};
// Reads the source once. Throws ReadError.
FileDigests digests_of(base::ByteSource& source);

}  // namespace custody::bagit
