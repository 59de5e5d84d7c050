# The viewer of the API document comes from npm by its lock file and into the binary. Without npm, or
# without a network, the program is built without it, and says so where the page would be.
find_program(NPM npm)
set(viewer_code ${CMAKE_BINARY_DIR}/embedded/viewer.c)
file(GLOB viewer_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/cmake/viewer/*)
add_custom_command(
    OUTPUT ${viewer_code}
    COMMAND ${CMAKE_COMMAND} -DOUT=${viewer_code} -DSOURCE=${CMAKE_SOURCE_DIR}/cmake/viewer
            -DWORK=${CMAKE_BINARY_DIR}/viewer -DNPM=${NPM}
            -P ${CMAKE_SOURCE_DIR}/cmake/embed_viewer.cmake
    DEPENDS ${viewer_sources} ${CMAKE_SOURCE_DIR}/cmake/embed_viewer.cmake
    VERBATIM)
target_sources(api PRIVATE ${viewer_code})
