# Headers, package files for CMake (share/cmake/hone) and pkg-config (share/pkgconfig), and the licence; all relocatable, none bound to an architecture.
include(CMakePackageConfigHelpers)
set(package_folder "${CMAKE_INSTALL_DATADIR}/cmake/hone")

install(DIRECTORY include/hone DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(TARGETS hone EXPORT honeTargets)
install(EXPORT honeTargets NAMESPACE hone:: DESTINATION "${package_folder}")

configure_package_config_file(cmake/honeConfig.cmake.in "${PROJECT_BINARY_DIR}/package/honeConfig.cmake" INSTALL_DESTINATION "${package_folder}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/package/honeConfigVersion.cmake" COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES "${PROJECT_BINARY_DIR}/package/honeConfig.cmake" "${PROJECT_BINARY_DIR}/package/honeConfigVersion.cmake"
              cmake/honeDependencies.cmake DESTINATION "${package_folder}")

file(RELATIVE_PATH prefix_from_pc "/${CMAKE_INSTALL_DATADIR}/pkgconfig" "/")
configure_file(cmake/hone.pc.in "${PROJECT_BINARY_DIR}/package/hone.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/package/hone.pc" DESTINATION "${CMAKE_INSTALL_DATADIR}/pkgconfig")
install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DATADIR}/licenses/hone")
