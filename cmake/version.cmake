# SPDX-License-Identifier: Apache-2.0
# The version goes into a generated header and from there into every ledger entry, segment and report.
configure_file(${CMAKE_SOURCE_DIR}/cmake/version.h.in ${CMAKE_BINARY_DIR}/generated/version.h @ONLY)
