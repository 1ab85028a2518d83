// SPDX-License-Identifier: Apache-2.0
// convert: an image in another format or in other pieces. Works outside a case and writes no ledger entry.
#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/counted.h"
#include "base/time.h"
#include "base/words.h"
#include "image/convert.h"
#include "tools/console.h"
#include "tools/damage_text.h"
#include "tools/exit_code.h"
#include "tools/interrupt.h"
#include "tools/verbs.h"

namespace tools {
namespace {

using Outcome = image::Conversion::Outcome;

constexpr auto kNothingRead = base::phrase("Nothing was read or written.");

// "734003200", "700M", "2G": in bytes, units are powers of 1024.
std::uint64_t bytes_of(const std::string& text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, trouble] = std::from_chars(text.data(), end, number);
  const std::string_view unit(rest, static_cast<std::size_t>(end - rest));
  const unsigned shift = unit == "K" ? 10 : unit == "M" ? 20 : unit == "G" ? 30 : 0;
  const bool known = trouble == std::errc{} && (unit.empty() || shift != 0);
  if (!known || number == 0 || number > (std::uint64_t{1} << 62) >> shift) {
    throw base::Error(base::ErrorKind::usage, base::say("--segment-size {} is no number of bytes", text),
                      base::say("{} Give bytes, or a number with K, M or G: 700M.", kNothingRead));
  }
  // The Sleuth Kit reads no raw image in other pieces.
  if ((number << shift) % 512 != 0) {
    throw base::Error(
        base::ErrorKind::usage, base::say("--segment-size {} is no multiple of 512", text),
        base::say("{} Choose whole sectors: other programs read no pieces of broken ones.", kNothingRead));
  }
  return number << shift;
}

image::Format format_of(const Arguments& arguments, const image::ImageFacts& source) {
  const auto wanted = arguments.value("format");
  if (!wanted) return source.format == image::Format::e01 ? image::Format::raw : image::Format::e01;
  if (*wanted == "e01") return image::Format::e01;
  if (*wanted == "raw") return image::Format::raw;
  throw base::Error(base::ErrorKind::usage, base::say("no format is called {}", *wanted),
                    base::say("{} Choose e01 or raw.", kNothingRead));
}

std::string stem_of(const Arguments& arguments, const std::filesystem::path& source) {
  const std::string stem = arguments.value("name").value_or(source.stem().string());
  if (stem.empty() || stem[0] == '.' || stem.find('/') != std::string::npos) {
    throw base::Error(base::ErrorKind::usage, base::say("an image cannot be called \"{}\"", stem),
                      base::say("{} Give a name without folders with --name.", kNothingRead));
  }
  return stem;
}

std::string digest_line(const image::ImageFacts& source, base::Algorithm algorithm,
                        const base::Buffer& digest) {
  const bool stated = source.stored_digests.contains(algorithm);
  return fmt::format("  {:<7} {} ({})", base::name_of(algorithm), base::to_hex(digest),
                     stated ? base::say("the source states the same") : base::say("the source states none"));
}

base::Json ranges_json(const std::vector<image::SectorRange>& ranges) {
  base::Json list = base::Json::array();
  for (const auto& range : ranges)
    list.push(base::Json::array({std::to_string(range.first), std::to_string(range.count)}));
  return list;
}

base::Json to_json(const image::ImageFacts& source, const image::Conversion& conversion) {
  base::Json digests = base::Json::object(), files = base::Json::array(), damage = base::Json::array(),
             left_out = base::Json::object();
  for (const auto& [algorithm, digest] : conversion.source.digests)
    digests.set(base::name_of(algorithm), base::to_hex(digest));
  for (const auto& file : conversion.files) files.push(visible(file));
  for (const auto& line : damage_lines(conversion.source.damage, source))
    damage.push(
        base::Json::object({{"code", line.code}, {"file", visible(line.file)}, {"what", line.words}}));
  for (const auto& [name, value] : conversion.header_left_out) left_out.set(name, visible(value));
  return base::Json::object({{"converted", conversion.outcome == Outcome::converted},
                             {"media_bytes", std::to_string(source.media_bytes)},
                             {"digests", digests},
                             {"files", files},
                             {"damage", damage},
                             {"bad_ranges", ranges_json(source.bad)},
                             {"bad_ranges_left_out", ranges_json(conversion.bad_left_out)},
                             {"header_left_out", left_out}});
}

// Seconds since 1970 as `header2` holds them, for people; other forms as they are.
std::string value_text(const std::string& name, const std::string& value) {
  const bool digits =
      !value.empty() && value.size() <= 10 && value.find_first_not_of("0123456789") == value.npos;
  if (!name.ends_with("_date") || !digits) return visible(value);
  return base::format_utc_for_people(std::stoll(value) * 1'000'000);
}

// What the result cannot say, so that somebody else can: a list of bad sectors must not get lost.
void show_left_out(Console& console, const image::Conversion& conversion) {
  if (!conversion.bad_left_out.empty()) {
    console.warn(
        base::say("the source states that these could not be read when it was made, and are zeros; the "
                  "result has no place for it, so keep this list: {}",
                  ranges_text(conversion.bad_left_out)));
  }
  if (conversion.header_left_out.empty()) return;
  console.line(base::say("  stated by the source only:"));
  for (const auto& [name, value] : conversion.header_left_out)
    console.line(fmt::format("    {}: {}", name, value_text(name, value)));
}

void show(Console& console, const image::ImageFacts& source, const image::Conversion& conversion,
          const image::ConvertPlan& plan) {
  console.object(to_json(source, conversion));
  for (const DamageLine& line : damage_lines(conversion.source.damage, source))
    console.warn(fmt::format("{}: {}", visible(line.file), line.words));
  if (conversion.outcome != Outcome::converted) return;
  console.line(base::say("{} in {}: {} bytes, read back and equal",
                         visible((plan.folder / conversion.files.front()).string()),
                         base::say_counted(conversion.files.size(), "file", "files"), source.media_bytes));
  for (const auto& [algorithm, digest] : conversion.source.digests)
    console.line(digest_line(source, algorithm, digest));
  if (source.bad.size() > conversion.bad_left_out.size())
    console.line(
        base::say("  sectors that could not be read when the source was made: {}", ranges_text(source.bad)));
  show_left_out(console, conversion);
}

[[noreturn]] void throw_interrupted() {
  throw base::Error(base::ErrorKind::interrupted, base::say("the conversion was stopped"),
                    base::say("The source was only read, and nothing was left behind. Convert again."));
}

// A damaged source is a finding, not a failure: it goes to standard output, with its exit code.
int exit_code_of(Console& console, const image::ImageFacts& source, const image::Conversion& conversion) {
  switch (conversion.outcome) {
    case Outcome::converted: {
      const bool flawless = conversion.source.damage.empty() && conversion.bad_left_out.empty();
      return flawless ? kDone : kLookAtIt;
    }
    case Outcome::source_unreadable:
      console.line(
          base::say("DAMAGED  {} of {} bytes of the media cannot be read: nothing was converted, for zeros "
                    "are not evidence",
                    conversion.source.unreadable_bytes, source.media_bytes));
      return kDamaged;
    case Outcome::source_digest_differs:
      console.line(
          base::say("DAMAGED  the media do not have the digest that the image states: nothing was converted, "
                    "for a new image would state another one"));
      return kDamaged;
    case Outcome::read_back_differs:
      throw base::Error(
          base::ErrorKind::io, base::say("the new image does not read back as it was written"),
          base::say(
              "The source was only read, and nothing was left behind. Convert again, to another volume."));
    case Outcome::interrupted:
      throw_interrupted();
  }
  return kFailed;
}

int run(const Arguments& arguments, Console& console) {
  const std::filesystem::path first_file = arguments.required("IMAGE");
  image::ConvertPlan plan;
  plan.folder = arguments.required("to");
  plan.stem = stem_of(arguments, first_file);
  if (const auto size = arguments.value("segment-size")) plan.segment_bytes = bytes_of(*size);
  const auto& also = arguments.values("also");
  const auto reader = image::open_image(first_file, {also.begin(), also.end()});
  const std::uint64_t total = reader->facts().media_bytes;
  plan.format = format_of(arguments, reader->facts());
  plan.progress = [&console, total](image::ConvertPlan::Phase phase, std::uint64_t done) {
    const bool reading = phase == image::ConvertPlan::Phase::convert;
    console.progress({reading ? "converting" : base::say("reading back"), done, total, true, 0, 0, ""});
  };
  Interrupt interrupt;
  plan.stop = [&interrupt] { return interrupt.token().stop_requested(); };
  const image::Conversion conversion = image::convert_image(*reader, plan);
  console.end_progress();
  show(console, reader->facts(), conversion, plan);
  return exit_code_of(console, reader->facts(), conversion);
}

constexpr std::array kOptions{
    Option{"IMAGE", OptionKind::positional, "IMAGE",
           base::phrase("the first file of an E01, raw or split raw image")},
    Option{"also", OptionKind::value_many, "DIR",
           base::phrase("a further folder that holds files of the image")},
    Option{"to", OptionKind::value_required, "DIR",
           base::phrase("folder for the new image; nothing in it is overwritten")},
    Option{"name", OptionKind::value, "STEM",
           base::phrase("its name without extension; else that of the source")},
    Option{"format", OptionKind::value, "e01|raw",
           base::phrase("of the new image; else raw for an E01 and e01 for the others")},
    Option{"segment-size", OptionKind::value, "N",
           base::phrase("bytes in a file, also as 700M or 2G; else 400M for an E01 and one file for raw")}};

}  // namespace

const Verb kConvert{
    "",
    "convert",
    base::phrase("an image in another format or in other pieces"),
    kOptions,
    "  holdfast convert disk.E01 --to /media/out\n"
    "  holdfast convert disk.dd --to /media/out --name KK-A-0001 --segment-size 2G",
    base::phrase(
        "0 converted and read back equal; 1 the source is damaged, nothing was converted; 2 usage; 3 "
        "converted, with damage or bad ranges to look at; 4 failed; 130 interrupted"),
    run};

}  // namespace tools
