# SPDX-License-Identifier: Apache-2.0
# The translations of po/, compiled beside the program: <build>/share/locale when it is built, <prefix>/share/locale when it is
# installed, so that it finds them from where it lies. docs/translating.md.
file(STRINGS ${CMAKE_SOURCE_DIR}/po/LINGUAS languages REGEX "^[a-z]")
set(catalogues "")
foreach(language ${languages})
  set(catalogue ${CMAKE_BINARY_DIR}/share/locale/${language}/LC_MESSAGES/holdfast.mo)
  add_custom_command(OUTPUT ${catalogue}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/share/locale/${language}/LC_MESSAGES
    COMMAND ${MSGFMT} --check -o ${catalogue} ${CMAKE_SOURCE_DIR}/po/${language}.po
    DEPENDS ${CMAKE_SOURCE_DIR}/po/${language}.po VERBATIM)
  list(APPEND catalogues ${catalogue})
endforeach()
add_custom_target(translations ALL DEPENDS ${catalogues})
add_dependencies(holdfast translations)
