# layer(folder [MAY_USE folders…] [LIBRARIES targets…] [EXCEPT path]): one static library of all
# sources below a folder, but for those of a part of it that is another program. The include path is the tree's root; what may be included is checked by the .may_include
# files, what may be called by the edges here.
add_library(project_options INTERFACE)
target_include_directories(project_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(project_options INTERFACE ${WARNINGS} ${HARDENING})
target_compile_definitions(project_options INTERFACE _GNU_SOURCE)
target_link_libraries(project_options INTERFACE Threads::Threads)

function(layer folder)
    cmake_parse_arguments(ARG "" "EXCEPT" "MAY_USE;LIBRARIES" ${ARGN})
    string(REPLACE "/" "_" name ${folder})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.c)
    if(ARG_EXCEPT)
        list(FILTER sources EXCLUDE REGEX "^${CMAKE_SOURCE_DIR}/${ARG_EXCEPT}(/|$)")
    endif()
    file(GLOB_RECURSE scripts CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.sql)
    if(NOT sources)
        add_library(${name} INTERFACE)
        return()
    endif()
    embed_sql(${name} "${scripts}" embedded)
    add_library(${name} STATIC ${sources} ${embedded})
    target_link_libraries(${name} PUBLIC project_options)
    foreach(used ${ARG_MAY_USE})
        string(REPLACE "/" "_" used ${used})
        target_link_libraries(${name} PUBLIC ${used})
    endforeach()
    target_link_libraries(${name} PRIVATE ${ARG_LIBRARIES})
endfunction()

# SQL scripts become C strings, so that the binary carries its schema.
function(embed_sql name scripts out)
    if(NOT scripts)
        set(${out} "" PARENT_SCOPE)
        return()
    endif()
    set(target ${CMAKE_BINARY_DIR}/embedded/${name}_sql.c)
    add_custom_command(
        OUTPUT ${target}
        COMMAND ${CMAKE_COMMAND} -DOUT=${target} -DROOT=${CMAKE_SOURCE_DIR} "-DSCRIPTS=${scripts}"
                -P ${CMAKE_SOURCE_DIR}/cmake/embed_sql.cmake
        DEPENDS ${scripts} ${CMAKE_SOURCE_DIR}/cmake/embed_sql.cmake
        VERBATIM)
    set(${out} ${target} PARENT_SCOPE)
endfunction()

function(program name)
    cmake_parse_arguments(ARG "" "" "USES" ${ARGN})
    foreach(source ${ARG_UNPARSED_ARGUMENTS})
        if(NOT EXISTS ${CMAKE_SOURCE_DIR}/${source})
            message(STATUS "${name}: ${source} is not there yet")
            return()
        endif()
    endforeach()
    add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
    target_link_libraries(${name} PRIVATE project_options ${ARG_USES})
endfunction()

# alone(program): one file that needs no library where it runs. Sanitizers have no static form. The
# linker warns of calls to the C library's name service in libevent and OpenSSL; none is reached: names
# go through evdns (core/web), and OpenSSL loads no module.
function(alone program)
    if(NOT SANITIZE)
        set_target_properties(${program} PROPERTIES ALONE ON)
        target_link_options(${program} PRIVATE -static-pie -Wl,--no-warnings)
    endif()
endfunction()
