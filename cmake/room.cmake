# SPDX-License-Identifier: Apache-2.0
# add_room(name NEEDS lower rooms... USES third-party...): one folder, one namespace, one static library.
# What a room needs is seen by those above it; what it uses stays inside its .cpp files.

function(holdfast_warnings target)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
    -Wnon-virtual-dtor -Woverloaded-virtual -Wformat=2)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # With optimisation g++ 12 sees a std::optional that is empty as one that was not initialised.
    target_compile_options(${target} PRIVATE -Wno-maybe-uninitialized)
  endif()
  if(HOLDFAST_WARNINGS_AS_ERRORS)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()

function(add_room name)
  cmake_parse_arguments(room "" "" "NEEDS;USES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${name}/*.cpp)
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/generated)
  target_link_libraries(${name} PUBLIC ${room_NEEDS} PRIVATE ${room_USES})
  holdfast_warnings(${name})
endfunction()
