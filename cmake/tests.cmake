# tests/<folder>/test_*.c mirror the tree: one executable per folder, linked only with what that
# folder may use, so that a forbidden dependency is a link error. Each test file exports
# `const struct suite test_x_suite`; being in the folder is being registered.
find_path(CUNIT_INCLUDE CUnit/CUnit.h REQUIRED)
find_library(CUNIT_LIBRARY cunit REQUIRED)

# A program that runs the suites of the given test files.
function(suite_program program)
    cmake_parse_arguments(ARG "" "" "SUITES;SOURCES;USES;SUPPORT" ${ARGN})
    set(declarations "")
    set(rows "")
    foreach(source ${ARG_SUITES})
        get_filename_component(suite ${source} NAME_WE)
        string(APPEND declarations "extern const struct suite ${suite}_suite;\n")
        string(APPEND rows "    &${suite}_suite,\n")
    endforeach()
    # Here and not by definitions, so that copies of the tree can share what is compiled.
    string(CONCAT places
        "const char test_source_root[] = \"${CMAKE_SOURCE_DIR}\";\n"
        "const char test_directory[] = \"${CMAKE_BINARY_DIR}/tmp\";\n"
        "const char test_server[] = \"${CMAKE_BINARY_DIR}/fleetledger\";\n"
        "const char test_node_agent[] = \"${CMAKE_BINARY_DIR}/fleetledger-agent\";\n")
    set(list ${CMAKE_BINARY_DIR}/suites/${program}.c)
    file(CONFIGURE OUTPUT ${list} CONTENT
        "#include \"tests/support/expect.h\"\n\n${declarations}\nconst struct suite *const all_suites[] = {\n${rows}    0,\n};\n\n${places}")
    set(support ${CMAKE_SOURCE_DIR}/tests/support/main.c
        ${CMAKE_SOURCE_DIR}/tests/support/watchdog.c)
    foreach(helper ${ARG_SUPPORT})
        list(APPEND support ${CMAKE_SOURCE_DIR}/tests/support/${helper}.c)
    endforeach()
    add_executable(${program} ${ARG_SUITES} ${ARG_SOURCES} ${list} ${support})
    target_include_directories(${program} SYSTEM PRIVATE ${CUNIT_INCLUDE})
    target_link_libraries(${program} PRIVATE project_options core_base ${CUNIT_LIBRARY})
    foreach(used ${ARG_USES})
        string(REPLACE "/" "_" used ${used})
        target_link_libraries(${program} PRIVATE ${used})
    endforeach()
endfunction()

function(test_folder folder)
    string(REPLACE "/" "_" name ${folder})
    file(GLOB_RECURSE suites CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/${folder}/test_*.c)
    if(NOT suites)
        return()
    endif()
    suite_program(test_${name} SUITES ${suites} ${ARGN})
    add_test(NAME ${name} COMMAND test_${name})
endfunction()

set(STORY story story_access story_authority story_labels story_notification story_output story_rolling story_rollouts story_schedules
    story_secrets story_templates story_terminals story_upgrades)

test_folder(core/base    USES core/base)
test_folder(core/unicode USES core/unicode)
test_folder(core/shape   USES core/shape)
test_folder(core/run     USES core/run)
test_folder(core/crypto  USES core/crypto deps::cjose SOURCES tests/core/crypto/library_faults.c)
test_folder(core/webauthn USES core/webauthn deps::openssl)
test_folder(core/http    USES core/http SUPPORT peer echo echo_peer)
test_folder(core/web     USES core/web core/http deps::openssl SUPPORT echo listen peer socket_peer)
test_folder(core/redis   USES core/redis core/run SUPPORT redis_server listen peer)
test_folder(core/db      USES core/db core/cluster deps::pq SUPPORT postgres socket_faults
    SOURCES tests/core/db/libpq_faults.c)
test_folder(core/cluster USES core/cluster)
test_folder(core/outbound USES core/outbound core/run SUPPORT mail_sink web_sink listen peer)
test_folder(core/files   USES core/files)
test_folder(core/time    USES core/time)
test_folder(core/label   USES core/label)
test_folder(core/mask    USES core/mask)
test_folder(core/release USES core/release)
test_folder(core/config  USES core/config)
test_folder(core/cli     USES core/cli)
test_folder(eventlog     USES eventlog SUPPORT ledger harm)
test_folder(commands     USES commands SUPPORT scenario fleet templates schedules rolling rollouts terminals people fixture json_values)
test_folder(power_loss   USES commands SUPPORT disk_recorder fixture)
test_folder(projections  USES projections migrations core/cluster
    SUPPORT postgres ledger projected ${STORY} destroyed socket_faults)
test_folder(migrations   USES migrations core/cluster SUPPORT postgres)
test_folder(api          USES api core/cluster
    SUPPORT mail_sink web_sink listen peer fixture postgres socket_faults loose_set
    ledger harm ${STORY})
test_folder(lists        USES api core/cluster SUPPORT postgres many_rows plan)
test_folder(node_agent   USES api/node_agent deps::openssl
    SUPPORT listen peer socket_peer web_sink SOURCES ${CMAKE_BINARY_DIR}/build_info.c)
test_folder(replay       USES replay
    SUPPORT postgres loose_set ledger harm ${STORY} stopped_home busy_home backup_site
    destroyed web_sink listen peer)

# tests/e2e/test_*.c: whole-server tests, a program and a CTest test each; other .c files there are
# their helpers. They start the built server themselves.
file(GLOB e2e_suites CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/e2e/test_*.c)
file(GLOB e2e_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/e2e/*.c)
if(e2e_suites AND TARGET fleetledger)
    list(REMOVE_ITEM e2e_sources ${e2e_suites})
    foreach(suite ${e2e_suites})
        get_filename_component(name ${suite} NAME_WE)
        string(REGEX REPLACE "^test_" "" name ${name})
        suite_program(
            e2e_${name} SUITES ${suite} SOURCES ${e2e_sources} USES api replay
            SUPPORT peer postgres mail_sink web_sink listen fixture harm redis_server)
        add_dependencies(e2e_${name} fleetledger fleetledger-agent)
        add_test(NAME e2e/${name} COMMAND e2e_${name})
    endforeach()
endif()

# The system's own allocator, which sanitizers replace: a program without them.
add_executable(heap_trim tests/trim/heap_trim.c core/base/heap.c)
target_include_directories(heap_trim PRIVATE ${CMAKE_SOURCE_DIR})
target_compile_definitions(heap_trim PRIVATE _GNU_SOURCE)
target_link_options(heap_trim PRIVATE -fno-sanitize=all)
add_test(NAME heap_trim COMMAND heap_trim)

# The checks are themselves checked: one violation of each kind must be found.
add_test(NAME checks COMMAND sh ${CMAKE_SOURCE_DIR}/tests/check/run.sh)

# The reference pages are what the program prints, and its OpenAPI document is valid.
if(TARGET fleetledger)
    add_test(NAME reference
        COMMAND sh ${CMAKE_SOURCE_DIR}/tests/reference/same.sh
            $<TARGET_FILE:fleetledger> ${CMAKE_BINARY_DIR}/reference)
    add_test(NAME openapi-valid
        COMMAND bash ${CMAKE_SOURCE_DIR}/tests/reference/openapi_valid.sh
            $<TARGET_FILE:fleetledger> ${CMAKE_BINARY_DIR}/openapi)
    set_tests_properties(openapi-valid PROPERTIES SKIP_RETURN_CODE 77)
endif()

# What is printed for shells and for roff, judged by them.
if(TARGET fleetledger)
    add_test(NAME command-line
        COMMAND bash ${CMAKE_SOURCE_DIR}/tests/cli/run.sh $<TARGET_FILE:fleetledger>)
endif()

# Every route as everybody; the edges of HTTP; the ledger as others verify it; what was lost, back; clients made from
# the API document; pages in a browser. Each starts the server.
if(TARGET fleetledger)
    foreach(name permissions planted rights edges evidence sinks channels factors authority providers directories replicas recovery clients sockets browser)
        add_test(NAME ${name}
            COMMAND bash ${CMAKE_SOURCE_DIR}/tests/${name}/run.sh
                $<TARGET_FILE:fleetledger> ${CMAKE_BINARY_DIR}/${name}-test)
        set_tests_properties(${name} PROPERTIES SKIP_RETURN_CODE 77)
    endforeach()
endif()

# When recurring times come next, held against an implementation of other people.
add_executable(next_times tests/recurrence/next_times.c)
target_link_libraries(next_times PRIVATE project_options core_time core_shape core_base)
add_test(NAME recurrence
    COMMAND bash ${CMAKE_SOURCE_DIR}/tests/recurrence/run.sh
        $<TARGET_FILE:next_times> ${CMAKE_BINARY_DIR}/recurrence-test)
set_tests_properties(recurrence PROPERTIES SKIP_RETURN_CODE 77)

# Formats of exports, read by other people's programs.
if(TARGET fleetledger)
    suite_program(export_files SUITES tests/export/test_export_files.c
        USES api SUPPORT ledger ${STORY})
    add_test(NAME export
        COMMAND bash ${CMAKE_SOURCE_DIR}/tests/export/run.sh $<TARGET_FILE:export_files>
            $<TARGET_FILE:fleetledger> ${CMAKE_BINARY_DIR}/export-test)
    set_tests_properties(export PROPERTIES SKIP_RETURN_CODE 77)
endif()

# Backups in an object store, which is moto's.
if(TARGET fleetledger)
    suite_program(object_store_files SUITES tests/archive/test_bucket.c USES core/outbound)
    add_test(NAME archive
        COMMAND bash ${CMAKE_SOURCE_DIR}/tests/archive/run.sh $<TARGET_FILE:object_store_files>
            $<TARGET_FILE:fleetledger> ${CMAKE_BINARY_DIR}/archive-test)
    set_tests_properties(archive PROPERTIES SKIP_RETURN_CODE 77)
endif()

# The proxy that checks the shapes of answers in .ci/conformance is itself checked.
add_test(NAME reply-shapes
    COMMAND bash ${CMAKE_SOURCE_DIR}/tests/conformance/reply_shapes.sh
        ${CMAKE_BINARY_DIR}/conformance)
set_tests_properties(reply-shapes PROPERTIES SKIP_RETURN_CODE 77)

# WebSockets, judged by Autobahn's cases.
add_executable(websocket_echo
    tests/websocket/echo_server.c tests/support/echo.c)
target_link_libraries(websocket_echo PRIVATE project_options core_http)
add_test(NAME websocket
    COMMAND bash ${CMAKE_SOURCE_DIR}/tests/websocket/run.sh
        $<TARGET_FILE:websocket_echo> ${CMAKE_BINARY_DIR}/websocket-test)
set_tests_properties(websocket PROPERTIES SKIP_RETURN_CODE 77)
