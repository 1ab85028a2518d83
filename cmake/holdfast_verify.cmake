# SPDX-License-Identifier: Apache-2.0
# holdfast-verify, of the two lowest rooms that it needs, and static: a partner copies one file. Sanitizers cannot be
# linked statically; there it is an ordinary program, for the tests.
add_executable(holdfast-verify tools/holdfast_verify.cpp)
target_link_libraries(holdfast-verify PRIVATE chain-of-custody base)
holdfast_warnings(holdfast-verify)
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  # The same archives as everywhere, in the order in which they need each other; no position-independent wrapper.
  set_target_properties(holdfast-verify PROPERTIES POSITION_INDEPENDENT_CODE OFF LINK_SEARCH_START_STATIC ON)
  target_link_options(holdfast-verify PRIVATE -static -no-pie -Wl,--gc-sections)
endif()
