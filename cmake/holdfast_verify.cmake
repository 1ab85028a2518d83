# SPDX-License-Identifier: Apache-2.0
# holdfast-verify, of the two lowest rooms that it needs. In the release build it is static: a partner copies one file. What
# the rooms use is then named here as archives, because their own list names shared libraries. Elsewhere it is an ordinary
# program, for the tests.
add_executable(holdfast-verify tools/holdfast_verify.cpp)
target_include_directories(holdfast-verify PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/generated)
holdfast_warnings(holdfast-verify)
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_dependencies(holdfast-verify chain-of-custody base)
  target_link_libraries(holdfast-verify PRIVATE $<TARGET_FILE:chain-of-custody> $<TARGET_FILE:base>)
  foreach(archive crypto sqlite3 zstd seccomp)
    find_library(STATIC_${archive} lib${archive}.a REQUIRED)
    target_link_libraries(holdfast-verify PRIVATE ${STATIC_${archive}})
  endforeach()
  # What libcrypto could load or look up over a network at run time is not used, and the linker warns of it.
  target_link_options(holdfast-verify PRIVATE -static-pie -Wl,--gc-sections -Wl,--no-warnings)
  set_target_properties(holdfast-verify PROPERTIES LINK_DEPENDS "$<TARGET_FILE:chain-of-custody>;$<TARGET_FILE:base>")
else()
  target_link_libraries(holdfast-verify PRIVATE chain-of-custody base)
endif()
