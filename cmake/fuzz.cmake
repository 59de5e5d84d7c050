# tests/fuzz/fuzz_<target>.c: one file for each parser of what we did not write, each defining
# LLVMFuzzerTestOneInput(). It is linked with the layers whose headers it includes.
#   FUZZ on (clang): libFuzzer programs, gathered in the target fuzz_targets
#   FUZZ off:        plain programs that run over tests/fuzz/corpus/<target>/, as CTest tests
option(FUZZ "Build the fuzz targets with libFuzzer" OFF)
add_custom_target(fuzz_targets)

function(layers_included_by source out)
    file(STRINGS ${source} includes REGEX "^#include \"")
    set(layers "")
    foreach(include ${includes})
        if(include MATCHES "\"(core/[a-z]+|api/node_agent|eventlog|commands|projections|migrations|api|replay)/")
            string(REPLACE "/" "_" layer ${CMAKE_MATCH_1})
            list(APPEND layers ${layer})
        endif()
    endforeach()
    list(REMOVE_DUPLICATES layers)
    set(${out} ${layers} PARENT_SCOPE)
endfunction()

file(GLOB fuzz_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/fuzz/fuzz_*.c)
foreach(source ${fuzz_sources})
    get_filename_component(name ${source} NAME_WE)
    string(REGEX REPLACE "^fuzz_" "" target ${name})
    layers_included_by(${source} layers)
    if(FUZZ)
        add_executable(${name} EXCLUDE_FROM_ALL ${source})
        target_link_options(${name} PRIVATE -fsanitize=fuzzer)
        add_dependencies(fuzz_targets ${name})
    else()
        add_executable(${name} ${source} ${CMAKE_SOURCE_DIR}/tests/fuzz/driver.c)
        add_test(NAME fuzz/${target}
            COMMAND ${name} ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${target})
    endif()
    target_link_libraries(${name} PRIVATE project_options ${layers})
endforeach()
