// SPDX-License-Identifier: Apache-2.0
// What it is that was given: told by the first bytes, and by the names that segments have.
#include <algorithm>
#include <array>

#include "acquire/receive.h"
#include "base/error.h"
#include "base/file.h"
#include "base/words.h"
#include "image/ewf_format.h"
#include "image/segment_names.h"

namespace acquire {
namespace {

namespace fs = std::filesystem;

base::Error refused(const base::Said& what, const base::Said& advice) {
  return {base::ErrorKind::usage, what, base::say("Nothing was received. {}", advice)};
}

bool begins_with(base::ByteSource& file, std::uint64_t offset, std::string_view signature) {
  base::Buffer bytes(signature.size());
  return file.read_at(offset, bytes) == bytes.size() && base::as_text(bytes) == signature;
}

bool has_ending(const fs::path& path, std::initializer_list<std::string_view> endings) {
  std::string name = path.filename().string();
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return std::ranges::any_of(endings, [&](std::string_view ending) { return name.ends_with(ending); });
}

// The name of the archive's kind; empty where it is none. A compressed tar is told by its name: nothing is
// unpacked in order to look.
std::string archive_kind(const fs::path& path, base::ByteSource& file) {
  // PKWARE APPNOTE 4.3.7 and 4.3.16; POSIX.1-2017, pax, "ustar Interchange Format".
  if (begins_with(file, 0, "PK\x03\x04") || begins_with(file, 0, "PK\x05\x06")) return "zip";
  if (begins_with(file, 257, "ustar")) return "tar";
  const bool named_so =
      has_ending(path, {".tar.gz", ".tgz", ".tar.zst", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tbz"});
  return named_so ? "tar" : "";
}

bool named_like_an_image(const fs::path& path) {
  return has_ending(path, {".dd", ".raw", ".img", ".bin", ".ima", ".001", ".000", ".aa", ".aaa"});
}

image::NumberOf numbering_of(const fs::path& first, bool e01) {
  if (e01) return image::ewf_number;
  const auto number = image::raw_number(image::extension_of(first));
  return number && *number <= 1 && named_like_an_image(first) ? image::raw_number : nullptr;
}

// The segments of one image: those beside the first that was given, and those that were given from elsewhere.
void gather_segments(const fs::path& first, image::NumberOf number_of, const std::string& stem, bool e01,
                     Incoming& incoming, const std::vector<fs::path>& given) {
  std::vector<fs::path> further;
  for (const fs::path& file : given)
    if (file.parent_path() != first.parent_path()) further.push_back(file.parent_path());
  const unsigned lowest = *number_of(image::extension_of(first));
  for (const auto& [number, name] : image::files_beside(first, number_of, further)) {
    if (number < lowest) continue;
    incoming.files.push_back(first.parent_path() / name);
    std::string digits = std::to_string(number);
    if (digits.size() < 3) digits.insert(0, 3 - digits.size(), '0');
    incoming.names.push_back(stem + "." + (e01 ? image::ewf_extension(number) : digits));
  }
  for (const fs::path& file : given)
    if (std::ranges::find(incoming.files, file) == incoming.files.end())
      throw refused(
          base::say("{} is no segment of the image that begins with {}", file.string(), first.string()),
          base::say("Import it by itself, or all as they are with --as files."));
  if (incoming.files.size() > given.size())
    incoming.remarks.push_back(
        base::say("{} more files beside it are segments of the same image, and come with it.",
                  incoming.files.size() - given.size()));
}

// Whether an image can be opened at all: one that cannot is kept as the files that came.
bool opens(const fs::path& first, Incoming& incoming) {
  try {
    image::open_image(first);
    return true;
  } catch (const base::Error& error) {
    if (error.kind != base::ErrorKind::format) throw;
    incoming.remarks.push_back(
        base::say("{}: it is kept as it came, and not read as an image.", error.happened));
    return false;
  }
}

// By number: the lowest is the first.
std::vector<fs::path> in_order(std::vector<fs::path> given, image::NumberOf number_of) {
  std::ranges::stable_sort(
      given, {}, [&](const fs::path& path) { return number_of(image::extension_of(path)).value_or(~0u); });
  return given;
}

void as_files(const std::vector<fs::path>& given, Incoming& incoming) {
  incoming.what = "files";
  incoming.files = given;
  incoming.names.clear();
  for (std::size_t i = 0; i < given.size(); ++i) incoming.names.push_back(std::to_string(i + 1));
}

void take_one(const std::vector<fs::path>& given, const std::string& name, Incoming& incoming) {
  incoming.files = given;
  incoming.names = {name};
}

bool as_image(const std::vector<fs::path>& given, const std::string& stem, KeepAs keep, Incoming& incoming) {
  const auto by_ewf_number = in_order(given, image::ewf_number);
  base::Buffer front(8);
  const auto file = base::open_source(by_ewf_number.front());
  front.resize(file->read_at(0, front));
  const auto signature = image::ewf::signature_of(front);
  const bool e01 = signature == image::ewf::Signature::e01;
  if (!e01 && signature != image::ewf::Signature::none) return opens(by_ewf_number.front(), incoming);
  const auto ordered = e01 ? by_ewf_number : in_order(given, image::raw_number);
  if (!e01 && keep != KeepAs::image && !named_like_an_image(ordered.front())) return false;
  if (!opens(ordered.front(), incoming)) return false;
  if (const image::NumberOf number_of = numbering_of(ordered.front(), e01))
    gather_segments(ordered.front(), number_of, stem, e01, incoming, given);
  else if (given.size() > 1)
    return false;
  else
    take_one(given, stem + ".dd", incoming);
  incoming.what = "image";
  return true;
}

bool as_archive(const std::vector<fs::path>& given, const std::string& stem, Incoming& incoming) {
  if (given.size() != 1) return false;
  const std::string kind = archive_kind(given.front(), *base::open_source(given.front()));
  if (kind.empty()) return false;
  incoming.what = "archive";
  take_one(given, stem + "." + kind, incoming);
  return true;
}

void require_each_once(const std::vector<fs::path>& given) {
  for (std::size_t i = 0; i < given.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (given[i] == given[j])
        throw refused(base::say("{} is named twice", given[i].string()), base::say("Name each file once."));
}

}  // namespace

Incoming look_at_incoming(const std::vector<fs::path>& named, const std::string& stem, KeepAs keep) {
  if (named.empty())
    throw refused(base::say("no file is named"), base::say("Name what came: holdfast import FILE."));
  std::vector<fs::path> given;
  for (const fs::path& one : named) given.push_back(fs::absolute(one).lexically_normal());
  require_each_once(given);
  Incoming incoming;
  if (given.size() == 1 && fs::is_directory(given.front())) {
    incoming.what = "folder";
    incoming.files = given;
    return incoming;
  }
  for (const fs::path& one : given)
    if (fs::is_directory(one))
      throw refused(base::say("{} is a folder", one.string()),
                    base::say("Import a folder by itself: one item for each."));
  try {
    const bool archive = keep == KeepAs::told_by_content && as_archive(given, stem, incoming);
    const bool image = !archive && keep != KeepAs::files && as_image(given, stem, keep, incoming);
    if (keep == KeepAs::image && !image)
      throw refused(
          base::say("{} is not the first file of an image that can be read", given.front().string()),
          base::say("Leave --as out, or keep it as it is with --as files."));
    if (!archive && !image) as_files(given, incoming);
  } catch (const base::ReadError& error) {
    throw base::Error(
        base::ErrorKind::io, base::say("{} cannot be read: {}", given.front().string(), error.what()),
        base::say("Nothing was received. Image the medium that it lies on: `holdfast acquire`."));
  }
  for (const fs::path& one : incoming.files) incoming.bytes += base::open_source(one)->size();
  return incoming;
}

}  // namespace acquire
