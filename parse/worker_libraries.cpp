// SPDX-License-Identifier: Apache-2.0
#include "parse/worker_libraries.h"

#include <archive.h>
#include <tsk/libtsk.h>
#include <unicode/uversion.h>

#include "base/sqlite.h"

namespace parse {
namespace {

// Asked through base, which alone knows SQLite: an empty file is an empty database.
std::string sqlite_version() {
  base::Database database = base::Database::open_evidence({{"", base::in_memory({})}});
  base::Statement statement = database.prepare("SELECT sqlite_version()");
  return statement.step() ? statement.text(0).value_or("") : "";
}

std::string icu_version() {
  UVersionInfo version;
  char text[U_MAX_VERSION_STRING_LENGTH];
  u_getVersion(version);
  u_versionToString(version, text);
  return text;
}

}  // namespace

base::Json library_versions() {
  return base::Json::object({{"icu", icu_version()},
                             {"libarchive", archive_version_string()},
                             {"sqlite", sqlite_version()},
                             {"tsk", tsk_version_get_str()}});
}

}  // namespace parse
