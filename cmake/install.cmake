# What `cmake --install` puts where: the program, the library for programs and for find_package() and
# pkg-config, the dialects to read and to copy from, the pages.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(PL_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/phaseline)
set(PL_GENERATED_DIR ${PROJECT_BINARY_DIR}/generated)

set_target_properties(libphaseline PROPERTIES EXPORT_NAME phaseline)
target_include_directories(libphaseline INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
install(TARGETS phaseline)
install(TARGETS libphaseline EXPORT phaseline)
install(DIRECTORY include/phaseline DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

install(EXPORT phaseline NAMESPACE phaseline:: FILE phaseline-config.cmake
    DESTINATION ${PL_PACKAGE_DIR})
write_basic_package_version_file(${PL_GENERATED_DIR}/phaseline-config-version.cmake
    COMPATIBILITY SameMajorVersion)
install(FILES ${PL_GENERATED_DIR}/phaseline-config-version.cmake DESTINATION ${PL_PACKAGE_DIR})

# The paths are relative to the file, so that an installed tree can be moved.
cmake_path(RELATIVE_PATH CMAKE_INSTALL_FULL_INCLUDEDIR
    BASE_DIRECTORY ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig OUTPUT_VARIABLE PL_PC_INCLUDEDIR)
configure_file(cmake/phaseline.pc.in ${PL_GENERATED_DIR}/phaseline.pc @ONLY)
install(FILES ${PL_GENERATED_DIR}/phaseline.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

install(FILES ${PL_DIALECTS} DESTINATION ${CMAKE_INSTALL_DATADIR}/phaseline/dialects)
file(GLOB PL_PAGES CONFIGURE_DEPENDS docs/*.md)
install(FILES README.md CHANGELOG.md LICENSE ${PL_PAGES} DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES man/phaseline.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 OPTIONAL)
install(FILES completions/phaseline.bash RENAME phaseline OPTIONAL
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
