// SPDX-License-Identifier: Apache-2.0
// find: search in every exhibit at once.
#include <array>

#include <fmt/format.h>

#include "base/counted.h"
#include "base/words.h"
#include "tools/exit_code.h"
#include "tools/verbs.h"
#include "tools/view.h"
#include "tools/workplace.h"

namespace tools {
namespace {

constexpr std::size_t kDefaultLimit = 1000;

std::size_t limit_of(const Arguments& arguments) {
  const std::string text = arguments.value("limit").value_or(std::to_string(kDefaultLimit));
  if (text.empty() || text.size() > 9 || text.find_first_not_of("0123456789") != text.npos) {
    throw base::Error(base::ErrorKind::usage, base::say("--limit takes a number"),
                      base::say("Nothing was searched, and nothing was changed. Write it in digits."));
  }
  return std::stoul(text);
}

base::Json json_of(const store::Hit& hit, const std::string& label) {
  base::Json out = base::Json::object({{"exhibit", label},
                                       {"record", hit.record.record.id},
                                       {"type", hit.record.record.type->name},
                                       {"field", hit.field},
                                       {"line", base::line_of(hit.record.record)}});
  if (hit.record.quote_not_shown) out.set("not_shown", base::Json::array({"quoted_text"}));
  return out;
}

int run(const Arguments& arguments, Console& console) {
  const std::string query = arguments.required("TEXT");
  const std::size_t limit = limit_of(arguments);
  View view(arguments, console, "find", query, {});
  const auto hits =
      arguments.has("exact") ? view.records().scan(query, limit) : view.records().find(query, limit);
  std::set<std::string> found_in;
  for (const store::Hit& hit : hits) found_in.insert(hit.record.exhibit_uid);
  view.looked(found_in, hits.size());
  for (const store::Hit& hit : hits) {
    const base::Record& record = hit.record.record;
    const std::string label = label_of(view.exhibits(), hit.record.exhibit_uid);
    console.result(fmt::format("{}  {}  {}.{}\n    {}", label, record.id, record.type->name, hit.field,
                               visible(hit.text)),
                   json_of(hit, label));
  }
  console.note(fmt::format("{}{}", base::say_counted(hits.size(), "hit", "hits"),
                           hits.size() == limit ? base::say("; there may be more, see --limit") : ""));
  view.end();
  return kDone;
}

constexpr std::array kOptions{
    Option{"TEXT", OptionKind::positional, "TEXT", base::phrase("words to look for, in any script")},
    Option{"limit", OptionKind::value, "N", base::phrase("show at most so many hits; else 1000")},
    Option{"exact", OptionKind::flag, "", base::phrase("scan every text instead of the index")}};

}  // namespace

const Verb kFind{"",
                 "find",
                 base::phrase("search messages, names, addresses, files"),
                 kOptions,
                 "  holdfast find 护照\n  holdfast find 'transfer usdt' --json",
                 base::phrase("0 (also without hits); 2 usage; 4 failed"),
                 run};

}  // namespace tools
