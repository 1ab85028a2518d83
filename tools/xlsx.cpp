// SPDX-License-Identifier: Apache-2.0
#include "tools/xlsx.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <memory>
#include <optional>

#include <archive.h>
#include <archive_entry.h>
#include <expat.h>
#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "base/handle.h"
#include "base/words.h"

namespace tools {
namespace {

using std::string_view;

constexpr std::size_t kMostFile = 16 << 20, kMostPart = 64 << 20, kMostParts = 10'000;
constexpr std::size_t kMostRows = 20'000, kMostCells = 200, kMostText = 64 << 20;
constexpr char kStrings[] = "xl/sharedStrings.xml", kSheet[] = "xl/worksheets/sheet1.xml";

base::Error fault(const base::Said& what) {
  return {
      base::ErrorKind::usage, what,
      base::say("Nothing was registered. Save the sheet as CSV in UTF-8, or mend the workbook, and repeat.")};
}

// The two parts of the workbook that count, by name.
std::map<std::string, std::string, std::less<>> parts_of(base::Bytes file, const std::string& name) {
  const std::unique_ptr<archive, base::Free<archive_read_free>> zip(archive_read_new());
  archive_read_support_format_zip(zip.get());
  if (archive_read_open_memory(zip.get(), file.data(), file.size()) != ARCHIVE_OK)
    throw fault(base::say("{} is no workbook", name));
  std::map<std::string, std::string, std::less<>> parts;
  archive_entry* entry = nullptr;
  for (std::size_t count = 0; archive_read_next_header(zip.get(), &entry) == ARCHIVE_OK; ++count) {
    const char* path = archive_entry_pathname(entry);
    if (count == kMostParts) throw fault(base::say("{} has too many parts", name));
    if (path == nullptr || (string_view(path) != kStrings && string_view(path) != kSheet)) continue;
    std::string& part = parts[path];
    std::string block(1 << 16, 0);
    la_ssize_t got = 0;
    while ((got = archive_read_data(zip.get(), block.data(), block.size())) > 0) {
      part.append(block, 0, static_cast<std::size_t>(got));
      if (part.size() > kMostPart) throw fault(base::say("{} is larger than a sheet of things may be", name));
    }
    if (got < 0) throw fault(base::say("{} is damaged", name));
  }
  if (!parts.contains(kSheet)) throw fault(base::say("{} has no first sheet, or is no workbook", name));
  return parts;
}

// Hands out elements and their text; names without their prefixes.
class XmlReader {
 public:
  virtual ~XmlReader() = default;
  void read(string_view text, const std::string& name) {
    const std::unique_ptr<XML_ParserStruct, base::Free<XML_ParserFree>> parser(XML_ParserCreate(nullptr));
    parser_ = parser.get();
    XML_SetUserData(parser_, this);
    XML_SetElementHandler(parser_, &on_start, &on_end);
    XML_SetCharacterDataHandler(parser_, &on_text);
    // Entities of its own are what a workbook never has, and what a hostile one would have.
    XML_SetStartDoctypeDeclHandler(parser_, &on_doctype);
    const auto status = XML_Parse(parser_, text.data(), static_cast<int>(text.size()), XML_TRUE);
    if (!fault_.empty()) throw fault(fault_);
    if (status != XML_STATUS_OK) throw fault(base::say("{} is damaged: its XML cannot be read", name));
  }

 protected:
  virtual void start(string_view element, const char** attributes) = 0;
  virtual void end(string_view element) = 0;
  virtual void text(string_view text) = 0;
  // Handlers are called from C: they stop, and the error is thrown when the parser has returned.
  void stop(std::string why) {
    if (fault_.empty()) fault_ = std::move(why);
    XML_StopParser(parser_, XML_FALSE);
  }
  static string_view attribute(const char** attributes, string_view name) {
    for (; *attributes != nullptr; attributes += 2)
      if (local(attributes[0]) == name) return attributes[1];
    return {};
  }

 private:
  static string_view local(string_view name) {
    const std::size_t colon = name.rfind(':');
    return colon == name.npos ? name : name.substr(colon + 1);
  }
  static void on_start(void* self, const char* name, const char** attributes) {
    static_cast<XmlReader*>(self)->start(local(name), attributes);
  }
  static void on_end(void* self, const char* name) { static_cast<XmlReader*>(self)->end(local(name)); }
  static void on_text(void* self, const char* text, int size) {
    static_cast<XmlReader*>(self)->text({text, static_cast<std::size_t>(size)});
  }
  static void on_doctype(void* self, const char*, const char*, const char*, int) {
    static_cast<XmlReader*>(self)->stop("the workbook declares a document type, which none needs");
  }
  XML_Parser parser_ = nullptr;
  std::string fault_;
};

// 18.4: <si> with <t>, or with runs <r> of it; readings of East Asian text (<rPh>) are no part of it.
class SharedStrings final : public XmlReader {
 public:
  std::vector<std::string> strings;

 private:
  void start(string_view element, const char**) override {
    if (element == "si") strings.emplace_back();
    if (element == "rPh") ++readings_;
    in_text_ = element == "t" && readings_ == 0 && !strings.empty();
  }
  void end(string_view element) override {
    if (element == "rPh") --readings_;
    in_text_ = false;
  }
  void text(string_view text) override {
    if (in_text_) strings.back() += text;
  }
  int readings_ = 0;
  bool in_text_ = false;
};

std::optional<std::size_t> number_of(string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

// 18.3.1.73: <row> of <c r="B5" t="s"><v>12</v></c>. Cells and rows that are empty are left out of the file.
class SheetRows final : public XmlReader {
 public:
  explicit SheetRows(const std::vector<std::string>& strings) : strings_(strings) {}
  std::vector<TableRow> rows;

 private:
  void start(string_view element, const char** attributes) override {
    if (element == "row") return start_row(attribute(attributes, "r"));
    if (element == "c") return start_cell(attribute(attributes, "r"), attribute(attributes, "t"));
    in_value_ = element == "v" || (element == "t" && type_ == "inlineStr");
  }

  void start_row(string_view number) {
    const std::size_t last = rows.empty() ? 0 : rows.back().number;
    const auto stated = number.empty() ? last + 1 : number_of(number);
    if (!stated || *stated <= last || *stated > kMostRows)
      return stop("its rows are not in order, or more than 20000");
    rows.push_back({*stated, {}});
    column_ = 0;
  }

  void start_cell(string_view place, string_view type) {
    place_ = place;
    type_ = type;
    value_.clear();
    std::size_t column = 0;
    for (; !place.empty() && place.front() >= 'A' && place.front() <= 'Z'; place.remove_prefix(1))
      column =
          std::min<std::size_t>(column * 26 + static_cast<std::size_t>(place.front() - 'A' + 1), 100'000);
    column_ = column == 0 ? column_ + 1 : column;
    if (rows.empty() || column_ > kMostCells) stop("the cell " + place_ + " is outside of what a sheet has");
  }

  void end(string_view element) override {
    in_value_ = false;
    if (element == "c") end_cell();
  }

  void end_cell() {
    if (rows.empty() || column_ > kMostCells) return;  // told when the cell began
    if (type_ == "e") return stop("the cell " + place_ + " holds an error");
    if (type_ == "s" && !value_.empty()) {
      const auto index = number_of(value_);
      if (!index || *index >= strings_.size()) return stop("the cell " + place_ + " names no text");
      value_ = strings_[*index];
    } else if (is_number() && (value_.size() > 15 || value_.find_first_of("eE.") != value_.npos)) {
      // A spreadsheet's number has 15 digits; of a longer one the rest was lost when it was typed.
      return stop("the cell " + place_ +
                  " holds a number that is not whole, or lost digits: format it as text");
    }
    // One long text of the workbook may stand in a million cells.
    text_ += value_.size();
    if (text_ > kMostText) return stop("it holds more text than a sheet of things may");
    auto& cells = rows.back().cells;
    if (cells.size() < column_) cells.resize(column_);
    cells[column_ - 1] = value_;
  }
  bool is_number() const { return type_.empty() || type_ == "n"; }

  void text(string_view text) override {
    if (in_value_) value_ += text;
  }

  const std::vector<std::string>& strings_;
  std::string place_, type_, value_;
  std::size_t column_ = 0, text_ = 0;  // text_: bytes in all cells
  bool in_value_ = false;
};

}  // namespace

std::vector<TableRow> read_xlsx(const std::filesystem::path& file) {
  const base::Buffer bytes = base::read_file(file, kMostFile);
  const auto parts = parts_of(bytes, file.string());
  SharedStrings strings;
  if (const auto found = parts.find(kStrings); found != parts.end())
    strings.read(found->second, file.string());
  SheetRows sheet(strings.strings);
  sheet.read(parts.at(kSheet), file.string());
  std::erase_if(sheet.rows, [](const TableRow& row) { return row.cells.empty(); });
  return sheet.rows;
}

}  // namespace tools
