# Writes ${OUT}, the source that says which program this is; leaves it alone when nothing changed. As
# a script: cmake -DOUT=… -DVERSION=… -DBUILD=… -DROOT=… -P build_info.cmake
if(CMAKE_SCRIPT_MODE_FILE)
    execute_process(
        COMMAND git -C ${ROOT} describe --always --dirty --abbrev=12 --exclude *
        OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
    if(failed)
        set(commit unknown)
    endif()
    file(CONFIGURE OUTPUT ${OUT} CONTENT
        "#include \"core/base/build_info.h\"\n\nconst struct build_info build_info = {\"${VERSION}\", \"${commit}\", \"${BUILD}\"};\n")
    return()
endif()

# build_info(targets…): asked at each build, because the commit changes without any file of ours.
function(build_info)
    set(out ${CMAKE_BINARY_DIR}/build_info.c)
    string(JOIN ", " build
        ${CMAKE_BUILD_TYPE} "${CMAKE_C_COMPILER_ID} ${CMAKE_C_COMPILER_VERSION}" ${SANITIZE})
    add_custom_target(build_info BYPRODUCTS ${out}
        COMMAND ${CMAKE_COMMAND} -DOUT=${out} -DVERSION=${PROJECT_VERSION} "-DBUILD=${build}"
                -DROOT=${CMAKE_SOURCE_DIR} -P ${CMAKE_SOURCE_DIR}/cmake/build_info.cmake
        VERBATIM)
    foreach(target ${ARGN})
        target_sources(${target} PRIVATE ${out})
        add_dependencies(${target} build_info)
    endforeach()
endfunction()
