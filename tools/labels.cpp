// SPDX-License-Identifier: Apache-2.0
#include "tools/labels.h"

#include <algorithm>

#include <fmt/format.h>

#include "acquire/nbd_source.h"
#include "base/error.h"
#include "base/file.h"
#include "base/words.h"

namespace tools {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// In powers of ten, as it stands on the device.
std::string size_on_label(std::uint64_t bytes) {
  const auto number = static_cast<double>(bytes);
  if (number >= 1e12) return fmt::format("{:.1f} TB", number / 1e12);
  if (number >= 1e9) return fmt::format("{:.1f} GB", number / 1e9);
  return fmt::format("{:.1f} MB", number / 1e6);
}

base::Error no_assignment(const std::filesystem::path& file, std::size_t line) {
  return {base::ErrorKind::usage,
          base::say("{}, line {}: no serial number or device name with a label", file.string(), line),
          base::say("Nothing was read from any device. Write a line as 4C530001230512, KK-A-0007.")};
}

std::optional<Assignment> assignment_in(std::string_view line) {
  const std::size_t comma = line.rfind(',');
  const std::size_t split = comma != line.npos ? comma : line.find_last_of(" \t");
  if (split == line.npos) return std::nullopt;
  Assignment out{std::string(trimmed(line.substr(0, split))), std::string(trimmed(line.substr(split + 1)))};
  return out.key.empty() || out.label.empty() ? std::nullopt : std::optional(out);
}

}  // namespace

std::string Unlabelled::words() const {
  std::string facts;
  const auto add = [&](const std::string& fact) {
    if (!fact.empty()) facts += (facts.empty() ? "" : ", ") + fact;
  };
  add(model);
  if (bytes > 0) add(size_on_label(bytes));
  if (!serial.empty()) add(base::say("serial number {}", serial));
  return facts.empty() ? name : name + " (" + facts + ")";
}

Unlabelled unlabelled(const acquire::AttachedDevice& device) {
  return {device.name, device.path, device.bytes, device.model, device.serial, false};
}

Unlabelled unlabelled(const std::string& source) {
  Unlabelled out;
  out.given = true;
  out.path = source;
  if (acquire::is_nbd_uri(source)) {
    out.name = acquire::without_password(source);
    return out;
  }
  constexpr std::string_view kDevices = "/dev/";
  out.name = source.starts_with(kDevices) ? source.substr(kDevices.size()) : source;
  std::error_code none;  // a device has no size of a file
  const auto bytes = std::filesystem::file_size(source, none);
  if (!none) out.bytes = bytes;
  return out;
}

std::vector<Assignment> read_assignments(const std::filesystem::path& file) {
  const base::Buffer bytes = base::read_file(file);
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::vector<Assignment> out;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view whole = text.substr(0, end);
    const std::string_view line = trimmed(whole.substr(0, whole.find('#')));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    auto assignment = assignment_in(line);
    if (!assignment) throw no_assignment(file, number);
    out.push_back(std::move(*assignment));
  }
  return out;
}

const Assignment* assignment_for(const Unlabelled& source, const std::vector<Assignment>& assignments) {
  const auto by = [&](const std::string& text) {
    const auto found = std::find_if(assignments.begin(), assignments.end(),
                                    [&](const auto& assignment) { return assignment.key == text; });
    return text.empty() || found == assignments.end() ? nullptr : &*found;
  };
  for (const std::string& text : {source.name, source.path, source.serial}) {
    if (const Assignment* found = by(text)) return found;
  }
  return nullptr;
}

std::optional<Answer> understood(std::string_view line, const std::deque<Unlabelled>& waiting) {
  line = trimmed(line);
  if (line.empty() || waiting.empty()) return std::nullopt;
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    for (const std::string& name : {waiting[i].name, waiting[i].path}) {
      if (!line.starts_with(name) || line.size() == name.size()) continue;
      const std::string_view rest = line.substr(name.size());
      if (rest.front() == ' ' || rest.front() == '\t') return Answer{i, std::string(trimmed(rest))};
    }
  }
  return Answer{0, std::string(line)};
}

}  // namespace tools
