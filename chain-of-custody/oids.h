// SPDX-License-Identifier: Apache-2.0
// Object identifiers as the content of their DER.
#pragma once

#include <string_view>

namespace custody::oid {

inline constexpr std::string_view kSignedData =
    "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";                                        // 1.2.840.113549.1.7.2
inline constexpr std::string_view kData = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";  // ….1.7.1
inline constexpr std::string_view kContentType = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03";    // ….1.9.3
inline constexpr std::string_view kMessageDigest = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04";  // ….1.9.4
inline constexpr std::string_view kSigningTime = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x05";    // ….1.9.5
inline constexpr std::string_view kSigningCertificateV2 =
    "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x2f";                                  // ….1.9.16.2.47
inline constexpr std::string_view kSha256 = "\x60\x86\x48\x01\x65\x03\x04\x02\x01";  // 2.16.840.1.101.3.4.2.1
inline constexpr std::string_view kEcdsaWithSha256 =
    "\x2a\x86\x48\xce\x3d\x04\x03\x02";  // 1.2.840.10045.4.3.2
inline constexpr std::string_view kRsaEncryption =
    "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";  // 1.2.840.113549.1.1.1
inline constexpr std::string_view kSha256WithRsa = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b";  // ….1.1.11
inline constexpr std::string_view kEcPublicKey = "\x2a\x86\x48\xce\x3d\x02\x01";  // 1.2.840.10045.2.1

}  // namespace custody::oid
