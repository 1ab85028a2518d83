// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/bagit.h"

#include <algorithm>
#include <array>

namespace custody::bagit {
namespace {

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == '-';
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

// Device names of Windows, which also take an extension: "con.txt" is the console.
bool is_reserved(std::string_view step) {
  static constexpr std::array<std::string_view, 4> kDevices{"CON", "PRN", "AUX", "NUL"};
  const std::string stem = upper(step.substr(0, step.find('.')));
  if (std::find(kDevices.begin(), kDevices.end(), stem) != kDevices.end()) return true;
  const std::string_view port = std::string_view(stem).substr(0, 3);
  return stem.size() == 4 && (port == "COM" || port == "LPT") && stem[3] >= '0' && stem[3] <= '9';
}

bool is_safe_step(std::string_view step) {
  return !step.empty() && step.size() <= 100 && step.front() != '.' && step.back() != '.' &&
         std::all_of(step.begin(), step.end(), is_name_character) && !is_reserved(step);
}

bool is_lower_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

void parse_line(ParsedManifest& out, std::size_t number, std::string_view line, std::size_t digest_length) {
  if (line.size() < digest_length + 3 || line.substr(digest_length, 2) != "  ") {
    out.faults.push_back({number, "not a digest, two spaces and a name"});
    return;
  }
  const std::string_view digest = line.substr(0, digest_length);
  const std::string_view path = line.substr(digest_length + 2);
  if (!is_lower_hex(digest)) out.faults.push_back({number, "the digest is not lower-case hexadecimal"});
  if (!is_safe_name(path)) {
    out.faults.push_back({number, "the name is not one that a bundle may use"});
    return;
  }
  if (!out.entries.empty() && path <= std::prev(out.entries.end())->first) {
    out.faults.push_back({number, "the name is out of order or stands twice"});
  }
  out.entries.emplace(path, digest);
}

}  // namespace

bool is_safe_name(std::string_view name) {
  if (name.size() > 200) return false;
  for (;;) {
    const std::size_t slash = name.find('/');
    if (!is_safe_step(name.substr(0, slash))) return false;
    if (slash == name.npos) return true;
    name.remove_prefix(slash + 1);
  }
}

std::string manifest_text(const Manifest& manifest) {
  std::string out;
  for (const auto& [path, digest] : manifest) out.append(digest).append("  ").append(path).append("\n");
  return out;
}

ParsedManifest parse_manifest(std::string_view text, std::size_t digest_length) {
  ParsedManifest out;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    if (end == text.npos) {
      out.faults.push_back({number, "the last line does not end"});
      parse_line(out, number, text, digest_length);
      break;
    }
    parse_line(out, number, text.substr(0, end), digest_length);
    text.remove_prefix(end + 1);
  }
  return out;
}

std::string disclosed_digest(const Manifest& payload_sha256) {
  Manifest disclosed;
  for (const auto& [path, digest] : payload_sha256) {
    if (!path.starts_with(kCustodyFolder)) disclosed.emplace(path, digest);
  }
  return base::sha256(base::as_bytes(manifest_text(disclosed))).hex();
}

FileDigests digests_of(base::ByteSource& source) {
  base::Hasher sha256(base::Algorithm::sha256);
  base::Hasher sha512(base::Algorithm::sha512);
  base::Buffer block(1 << 16);
  FileDigests out;
  for (;;) {
    const std::size_t count = source.read_at(out.size, block);
    if (count == 0) break;
    const base::Bytes bytes = base::Bytes(block).first(count);
    sha256.update(bytes);
    sha512.update(bytes);
    out.size += count;
  }
  out.sha256 = base::to_hex(sha256.finish());
  out.sha512 = base::to_hex(sha512.finish());
  return out;
}

}  // namespace custody::bagit
