# cmake --install: the program (which carries the agent), its manual page, completion for shells, the
# unit for systemd, and the licence. The texts are printed by the program itself.
include(GNUInstallDirs)

set(printed ${CMAKE_BINARY_DIR}/printed)
add_custom_command(
    OUTPUT ${printed}/fleetledger.1 ${printed}/bash ${printed}/zsh ${printed}/fish
    COMMAND ${CMAKE_COMMAND} -E make_directory ${printed}
    COMMAND sh -c "$<TARGET_FILE:fleetledger> describe man >fleetledger.1"
    COMMAND sh -c "for shell in bash zsh fish; do $<TARGET_FILE:fleetledger> completion $shell >$shell || exit 1; done"
    WORKING_DIRECTORY ${CMAKE_BINARY_DIR}/printed
    DEPENDS fleetledger VERBATIM)
file(MAKE_DIRECTORY ${printed})
add_custom_target(printed DEPENDS ${printed}/fleetledger.1)
set(BINDIR ${CMAKE_INSTALL_FULL_BINDIR})
configure_file(${CMAKE_SOURCE_DIR}/cmake/install/fleetledger.service ${printed}/fleetledger.service @ONLY)

install(TARGETS fleetledger)
install(FILES ${printed}/fleetledger.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${printed}/fleetledger.service DESTINATION lib/systemd/system)
install(FILES ${printed}/bash RENAME fleetledger
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${printed}/zsh RENAME _fleetledger DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES ${printed}/fish RENAME fleetledger.fish
    DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)
