# SPDX-License-Identifier: Apache-2.0
# Installation and the Debian package.
include(GNUInstallDirs)
install(TARGETS holdfast holdfast-verify RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES docs/holdfast.1 docs/holdfast-verify.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES README.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY checklists DESTINATION ${CMAKE_INSTALL_DATADIR}/holdfast)
install(DIRECTORY ${CMAKE_BINARY_DIR}/share/locale DESTINATION ${CMAKE_INSTALL_DATADIR} FILES_MATCHING PATTERN "holdfast.mo")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "Holdfast maintainers <maintainers@holdfast.invalid>")
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS libcurl4)  # loaded when it is needed, so shlibdeps does not see it
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_STRIP_FILES ON)
include(CPack)
