// SPDX-License-Identifier: Apache-2.0
#include "acquire/stated.h"

#include <algorithm>
#include <set>

#include "acquire/json_text.h"

namespace acquire {
namespace {

using base::Algorithm;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_in_any_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

// What stands after the last step, of either kind of system.
std::string_view last_step(std::string_view name) {
  const std::size_t at = name.find_last_of("/\\");
  return at == name.npos ? name : name.substr(at + 1);
}

// The one file that the statement can mean; nothing where there is none or more than one.
std::optional<std::size_t> only_file(const std::vector<ReceivedFile>& files, const auto& is_meant) {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (!is_meant(files[i].name)) continue;
    if (found) return std::nullopt;
    found = i;
  }
  return found;
}

std::optional<std::size_t> file_named(const std::vector<ReceivedFile>& files, const std::string& of) {
  if (const auto exact = only_file(files, [&](const auto& name) { return name == of; })) return exact;
  const std::string_view step = last_step(of);
  if (const auto same = only_file(files, [&](const auto& name) { return last_step(name) == step; }))
    return same;
  return only_file(files, [&](const auto& name) { return same_in_any_case(last_step(name), step); });
}

Comparison compared(const Stated& stated, const Digests& digests, std::string with) {
  const auto computed = digests.find(stated.algorithm);
  return {stated, std::move(with), computed != digests.end() && computed->second == stated.digest};
}

std::string file_text(std::size_t index) {
  return "file " + std::to_string(index + 1);
}

// Of the evidence: the media where there are any, or a file of it. Nothing where neither was computed with
// that algorithm.
std::optional<Comparison> of_evidence(const Stated& stated, const Digests& media,
                                      const std::vector<ReceivedFile>& files) {
  std::optional<Comparison> found;
  if (media.contains(stated.algorithm)) found = compared(stated, media, "media");
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (stated.of_media || (found && found->equal)) return found;
    if (!files[i].digests.contains(stated.algorithm)) continue;
    Comparison with_file = compared(stated, files[i].digests, file_text(i));
    if (!found || with_file.equal) found = std::move(with_file);
  }
  return found;
}

bool is_strong(Algorithm algorithm) {
  return algorithm == Algorithm::sha256 || algorithm == Algorithm::sha512;
}

StatedResult result_of(const Received& received) {
  if (received.comparisons.empty()) return StatedResult::none;
  std::set<std::string> strong;
  for (const Comparison& one : received.comparisons) {
    if (!one.equal) return StatedResult::different;
    if (is_strong(one.stated.algorithm)) strong.insert(one.with);
  }
  if (strong.contains("media")) return StatedResult::equal;
  for (std::size_t i = 0; i < received.files.size(); ++i)
    if (!strong.contains(file_text(i))) return StatedResult::weak;
  return StatedResult::equal;
}

base::Json digests_to_json(const Digests& digests) {
  base::Json object = base::Json::object();
  for (const auto& [algorithm, digest] : digests) object.set(base::name_of(algorithm), base::to_hex(digest));
  return object;
}

base::Json to_json(const Comparison& one) {
  base::Json json = base::Json::object({{"algorithm", base::name_of(one.stated.algorithm)},
                                        {"digest", base::to_hex(one.stated.digest)},
                                        {"by", text(one.stated.by)},
                                        {"compared_with", one.with},
                                        {"result", one.equal ? "equal" : "different"}});
  if (!one.stated.of.empty()) json.set("of", text(one.stated.of));
  return json;
}

}  // namespace

std::string_view name_of(StatedResult result) {
  switch (result) {
    case StatedResult::equal:
      return "equal";
    case StatedResult::different:
      return "different";
    case StatedResult::none:
      return "none";
    case StatedResult::weak:
      return "weak";
  }
  return "unknown";
}

void compare_with_stated(const std::vector<Stated>& stated, const Digests& media, Received& received) {
  for (const Stated& one : stated) {
    if (one.of.empty()) {
      if (auto found = of_evidence(one, media, received.files))
        received.comparisons.push_back(std::move(*found));
      else
        ++received.not_compared;
      continue;
    }
    const auto file = file_named(received.files, one.of);
    if (file)
      received.comparisons.push_back(compared(one, received.files[*file].digests, file_text(*file)));
    else
      ++received.not_compared;
  }
  received.result = result_of(received);
}

base::Json Received::to_json() const {
  base::Json json = base::Json::object({{"from", text(from)},
                                        {"what", what},
                                        {"in_place", in_place},
                                        {"result", name_of(result)},
                                        {"stated_not_compared", number(not_compared)}});
  if (!request.empty()) json.set("request", text(request));
  base::Json stated = base::Json::array(), came = base::Json::array();
  for (const Comparison& one : comparisons) stated.push(acquire::to_json(one));
  json.set("stated", std::move(stated));
  // The files of a folder stand in `files` of the report under their own names.
  if (what == "folder") return json;
  for (const ReceivedFile& file : files)
    came.push(base::Json::object({{"name", text(file.name)},
                                  {"bytes", number(file.bytes)},
                                  {"digests", digests_to_json(file.digests)}}));
  return json.set("files", std::move(came));
}

}  // namespace acquire
