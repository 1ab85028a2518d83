// SPDX-License-Identifier: Apache-2.0
// How a record struct becomes a RecordType and a Record. Included by base/records.h only.
#pragma once

#include <array>
#include <type_traits>

namespace base {
namespace detail {

template <typename Member>
constexpr FieldType field_type() {
  if constexpr (std::is_same_v<Member, OptionalText>)
    return FieldType::text;
  else if constexpr (std::is_same_v<Member, OptionalWord>)
    return FieldType::word;
  else if constexpr (std::is_same_v<Member, OptionalInteger>)
    return FieldType::integer;
  else if constexpr (std::is_same_v<Member, OptionalTime>)
    return FieldType::time;
  else if constexpr (std::is_same_v<Member, OptionalFlag>)
    return FieldType::flag;
  else if constexpr (std::is_same_v<Member, OptionalRecord>)
    return FieldType::record;
  else if constexpr (std::is_same_v<Member, RecordList>)
    return FieldType::records;
  else if constexpr (std::is_same_v<Member, TextList>)
    return FieldType::texts;
  else
    return FieldType::object;
}

template <typename Struct>
constexpr auto field_table() {
  return std::apply(
      [](const auto&... field) {
        return std::array<Field, sizeof...(field)>{Field{
            field.name, field_type<std::remove_cvref_t<decltype(std::declval<Struct>().*field.member)>>(),
            field.visibility, field.meaning}...};
      },
      Struct::fields());
}
template <typename Struct>
inline constexpr auto kFieldTable = field_table<Struct>();

template <typename T>
void add_value(Record& record, std::size_t index, const std::optional<T>& value) {
  if (value) record.values.emplace_back(index, *value);
}
template <typename T>
void add_value(Record& record, std::size_t index, const std::vector<T>& values) {
  if (!values.empty()) record.values.emplace_back(index, values);
}

}  // namespace detail

template <typename Struct>
const RecordType& type_of() {
  static constexpr RecordType kType{Struct::kName, Struct::kMeaning, detail::kFieldTable<Struct>};
  return kType;
}

template <typename Struct>
Record record_of(const Struct& values, Place place) {
  Record record;
  record.type = &type_of<Struct>();
  record.place = std::move(place);
  std::size_t index = 0;
  std::apply([&](const auto&... field) { (detail::add_value(record, index++, values.*field.member), ...); },
             Struct::fields());
  return record;
}

}  // namespace base
