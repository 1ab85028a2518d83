// SPDX-License-Identifier: Apache-2.0
// find: search in every exhibit at once.
#include <array>

#include <fmt/format.h>

#include "base/counted.h"
#include "tools/exit_code.h"
#include "tools/record_text.h"
#include "tools/verbs.h"
#include "tools/workplace.h"

namespace tools {
namespace {

constexpr std::size_t kDefaultLimit = 1000;

std::size_t limit_of(const Arguments& arguments) {
  const std::string text = arguments.value("limit").value_or(std::to_string(kDefaultLimit));
  if (text.empty() || text.size() > 9 || text.find_first_not_of("0123456789") != text.npos) {
    throw base::Error(base::ErrorKind::usage, "--limit takes a number", "Nothing was searched.");
  }
  return std::stoul(text);
}

int run(const Arguments& arguments, Console& console) {
  const store::CaseFolder folder = the_case(arguments);
  const auto exhibits = GatheredCase(folder).exhibits();
  store::RecordStore records = open_records(folder);
  const std::string query = arguments.required("TEXT");
  const std::size_t limit = limit_of(arguments);
  const auto hits = arguments.has("exact") ? records.scan(query, limit) : records.find(query, limit);
  for (const store::Hit& hit : hits) {
    const base::Record& record = hit.record.record;
    console.result(fmt::format("{}  {}  {}.{}\n    {}", label_of(exhibits, hit.record.exhibit_uid), record.id,
                               record.type->name, hit.field, visible(hit.text)),
                   base::Json::object({{"exhibit", label_of(exhibits, hit.record.exhibit_uid)},
                                       {"record", record.id},
                                       {"type", record.type->name},
                                       {"field", hit.field},
                                       {"line", base::line_of(record)}}));
  }
  console.note(fmt::format("{}{}", base::counted(hits.size(), "hit", "hits"),
                           hits.size() == limit ? "; there may be more, see --limit" : ""));
  return kDone;
}

constexpr std::array kOptions{
    Option{"TEXT", OptionKind::positional, "TEXT", "words to look for, in any script"},
    Option{"limit", OptionKind::value, "N", "show at most so many hits; else 1000"},
    Option{"exact", OptionKind::flag, "", "scan every text instead of the index"}};

}  // namespace

const Verb kFind{"",
                 "find",
                 "search messages, names, addresses, files",
                 kOptions,
                 "  holdfast find 护照\n  holdfast find 'transfer usdt' --json",
                 "0 (also without hits); 2 usage; 4 failed",
                 run};

}  // namespace tools
