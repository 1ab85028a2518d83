// SPDX-License-Identifier: Apache-2.0
// Time-stamps and replies of time authorities. What the strict reader takes, OpenSSL's TS reads as the same;
// what is trusted is over the digest that was asked about, by a certificate that the authority signed.
#include <ctime>
#include <optional>

#include <openssl/pkcs7.h>
#include <openssl/ts.h>

#include "chain-of-custody/openssl.h"
#include "chain-of-custody/time_authority.h"
#include "fixed_people.h"
#include "promise.h"
#include "token_input.h"

namespace {

using custody::TimeToken;
using fuzz::must;
using InfoHandle = std::unique_ptr<TS_TST_INFO, base::Free<TS_TST_INFO_free>>;

std::optional<TimeToken> read(base::Bytes input) {
  try {
    return custody::read_reply(input);
  } catch (const custody::TimeStampError& error) {
    for (const char* c = error.what(); *c != '\0'; ++c) must(static_cast<unsigned char>(*c) >= 0x20);
    return std::nullopt;
  }
}

std::int64_t number(const ASN1_INTEGER* integer) {
  std::int64_t value = 0;
  if (integer) must(ASN1_INTEGER_get_int64(&value, integer) == 1);
  return value;
}

// OpenSSL has whole seconds only.
void compare(const TimeToken& token) {
  const unsigned char* at = custody::data_of(base::Bytes(token.info));
  const InfoHandle info(d2i_TS_TST_INFO(nullptr, &at, static_cast<long>(token.info.size())));
  custody::crypto_error("", "");  // empties OpenSSL's queue
  if (!info) return;
  const ASN1_OCTET_STRING* imprint = TS_MSG_IMPRINT_get_msg(TS_TST_INFO_get_msg_imprint(info.get()));
  must(ASN1_STRING_length(imprint) == 32);
  const auto* bytes = reinterpret_cast<const std::byte*>(ASN1_STRING_get0_data(imprint));
  must(std::equal(token.imprint.bytes.begin(), token.imprint.bytes.end(), bytes));
  std::tm parts{};
  must(ASN1_TIME_to_tm(TS_TST_INFO_get_time(info.get()), &parts) == 1);
  must(token.time_us / 1'000'000 == timegm(&parts) && token.time_us >= 0);
  TS_ACCURACY* accuracy = TS_TST_INFO_get_accuracy(info.get());
  const std::int64_t bound = accuracy == nullptr ? 0
                                                 : number(TS_ACCURACY_get_seconds(accuracy)) * 1'000'000 +
                                                       number(TS_ACCURACY_get_millis(accuracy)) * 1000 +
                                                       number(TS_ACCURACY_get_micros(accuracy));
  must(token.accuracy_us == bound);
  must((TS_TST_INFO_get_nonce(info.get()) == nullptr) == token.nonce.empty());
}

void judge(const TimeToken& token) {
  static const custody::TimeAuthorities kTrusting({fuzz::authority().certificate},
                                                  {fuzz::list_of_revoked("")});
  static const custody::TimeAuthorities kRevoking({fuzz::authority().certificate},
                                                  {fuzz::list_of_revoked("\x14")});
  const auto found = kTrusting.judge(token, fuzz::stamped_digest());
  must(found.outcome == custody::TokenOutcome::trusted || !found.why.empty());
  must(kRevoking.judge(token, fuzz::stamped_digest()).outcome != custody::TokenOutcome::trusted);
  if (found.outcome != custody::TokenOutcome::trusted) return;
  must(token.imprint == fuzz::stamped_digest() && token.certificate == fuzz::time_authority().certificate);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto token = read(fuzz::bytes_of(data, size));
  if (!token) return 0;
  const TimeToken again = custody::read_token(token->der);
  must(again.info == token->info && again.signature == token->signature);
  compare(*token);
  judge(*token);
  return 0;
}
