# The libraries, an interface target each, so that only the folder that names one can see it. Programs
# with the property ALONE are linked with the static forms, and need nothing where they run.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

function(dep name)
    pkg_check_modules(${name} REQUIRED IMPORTED_TARGET ${ARGN})
    add_library(deps_${name} INTERFACE)
    target_link_libraries(deps_${name} INTERFACE
        "$<IF:$<BOOL:$<TARGET_PROPERTY:ALONE>>,${${name}_STATIC_LIBRARIES},PkgConfig::${name}>")
    add_library(deps::${name} ALIAS deps_${name})
endfunction()

function(dep_plain name header library)
    find_path(${name}_INCLUDE ${header} REQUIRED)
    find_library(${name}_LIBRARY ${library} REQUIRED)
    add_library(deps_${name} INTERFACE)
    target_include_directories(deps_${name} SYSTEM INTERFACE ${${name}_INCLUDE})
    target_link_libraries(deps_${name} INTERFACE
        $<IF:$<BOOL:$<TARGET_PROPERTY:ALONE>>,${library},${${name}_LIBRARY}>)
    add_library(deps::${name} ALIAS deps_${name})
endfunction()

dep(jansson jansson)
dep(event libevent libevent_pthreads libevent_openssl)
dep(openssl openssl)
dep(argon2 libargon2)
dep(oath liboath)
dep(cjose cjose)
dep(cbor libcbor)
dep(zlib zlib)
dep(zstd libzstd)
dep(pq libpq)
dep(hiredis hiredis)
dep(curl libcurl)
dep(icu icu-i18n)
dep_plain(msgpack msgpack.h msgpackc)
dep_plain(lmdb lmdb.h lmdb)
dep_plain(wslay wslay/wslay.h wslay)
