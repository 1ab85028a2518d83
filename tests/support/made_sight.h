// SPDX-License-Identifier: Apache-2.0
// What ledgers that a test makes let be seen.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "store/sight.h"
#include "tests/chain-of-custody/made_ledger.h"

namespace support {

// No ledger states an authority or restricts anything.
inline store::Sight sight_of_all() {
  return {std::make_shared<const custody::Authorities>(std::vector<custody::LedgerContent>{}), 0};
}

// One ledger that registers exhibits under authorities, and bars and lifts. Everything happens minutes after
// the other, and is looked at an hour later.
class MadeSight {
 public:
  using Json = base::Json;

  void exhibit(const std::string& uid, const std::string& authority = "") {
    Json statement = Json::object({{"label", "L-" + uid.substr(0, 4)}, {"kind", "phone"}});
    if (!authority.empty()) statement.set("authority", authority);
    add("exhibit.add", {{uid, statement}});
  }
  // `limits`: data, periods, until.
  void authority(const std::string& number, const std::string& kind, Json limits = Json::object()) {
    limits.set("number", number).set("kind", kind).set("issuer", "court");
    limits.set("from", base::format_utc(custody::test::kRaid_us - custody::test::kHour_us));
    add("authority.add", {}, std::move(limits));
  }
  void restrict(const std::string& uid, const std::string& reason, const std::vector<std::string>& ids = {}) {
    add("restrict", {{uid, records(ids)}}, Json::object({{"reason", reason}}));
  }
  // `lifts`: restriction, validity, scope, records.
  void unrestrict(const std::string& uid, const std::string& lifts,
                  const std::vector<std::string>& ids = {}) {
    add("unrestrict", {{uid, records(ids)}}, Json::object({{"reason", "ruling 4"}, {"lifts", lifts}}));
  }
  store::Sight sight() const {
    return {std::make_shared<const custody::Authorities>(std::vector{ledger_.content()}),
            custody::test::kRaid_us + custody::test::kHour_us};
  }

 private:
  static Json records(const std::vector<std::string>& ids) {
    Json statement = Json::object();
    if (!ids.empty()) statement.set("records", Json(Json::Array(ids.begin(), ids.end())));
    return statement;
  }
  void add(const std::string& act, const custody::test::MadeLedger::Statements& statements,
           Json members = Json::object()) {
    ledger_.add(act, ++minute_, statements, std::move(members));
  }
  custody::test::MadeLedger ledger_{"station-a"};
  int minute_ = 0;
};

}  // namespace support
