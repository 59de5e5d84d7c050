# tests/bench/*.c: the one program behind ./dev bench. It sees everything, the bare libraries that
# its figures are held against included.
file(GLOB bench_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/bench/*.c)
if(bench_sources)
    add_executable(fleetledger-bench ${bench_sources} tests/e2e/document.c
        tests/support/echo.c tests/support/listen.c)
    target_link_libraries(fleetledger-bench PRIVATE project_options commands projections migrations
        core_cluster core_http core_web deps::hiredis deps::jansson deps::lmdb deps::pq m)
    add_dependencies(fleetledger-bench fleetledger)
endif()
