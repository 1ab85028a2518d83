// SPDX-License-Identifier: Apache-2.0
#include "image/image.h"

#include "base/error.h"
#include "base/file.h"
#include "base/words.h"
#include "image/ewf_format.h"
#include "image/ewf_reader.h"
#include "image/raw_reader.h"
#include "image/segment_names.h"

namespace image {
namespace {

// An E01 whose first bytes are damaged must not be taken for raw: a section descriptor follows them.
bool section_follows(base::ByteSource& file) {
  base::Buffer bytes(ewf::kDescriptorBytes);
  if (file.read_at(ewf::kFileHeaderBytes, bytes) != bytes.size()) return false;
  return ewf::parse_descriptor(bytes, ewf::kFileHeaderBytes, file.size()).has_value();
}

[[noreturn]] void refuse(const base::Said& what) {
  throw base::Error(
      base::ErrorKind::format, what,
      base::say("Nothing was changed. Convert it to E01 or raw with the program that made it."));
}

}  // namespace

std::string_view name_of(Format format) {
  switch (format) {
    case Format::raw:
      return "raw";
    case Format::split_raw:
      return "split_raw";
    case Format::e01:
      return "e01";
  }
  return "unknown";
}

std::unique_ptr<ImageReader> open_image(const std::filesystem::path& first_file,
                                        const std::vector<std::filesystem::path>& further) {
  const auto file = base::open_source(first_file);
  base::Buffer front(8);
  front.resize(file->read_at(0, front));
  const bool ewf_name =
      ewf::signature_of(front) == ewf::Signature::none && ewf_number(extension_of(first_file));
  switch (ewf::signature_of(front)) {
    case ewf::Signature::e01:
      return ewf::open_e01(first_file, further);
    case ewf::Signature::e01_version_2:
      refuse(base::say("{} is an Ex01 image, which is not read", first_file.string()));
    case ewf::Signature::logical:
      refuse(base::say("{} is an L01 image, which is not read", first_file.string()));
    case ewf::Signature::none:
      break;
  }
  if (ewf_name && section_follows(*file)) return ewf::open_e01(first_file, further);
  if (ewf_name && extension_of(first_file).substr(1) == "01") {
    refuse(base::say("{} is named like an E01 image and does not begin as one", first_file.string()));
  }
  return open_raw(first_file, further);
}

}  // namespace image
