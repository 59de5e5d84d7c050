# Release builds are hardened and keep their beliefs (must) switched on; SANITIZE names sanitizers.
set(SANITIZE "" CACHE STRING "Sanitizers to build with, e.g. address,undefined")
set(HARDENING -fvisibility=hidden -fno-strict-overflow)
if(SANITIZE)
    list(APPEND HARDENING -fsanitize=${SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${SANITIZE})
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
    list(APPEND HARDENING -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong
         -fstack-clash-protection)
    add_link_options(-Wl,-z,relro,-z,now -pie)
endif()
set(CMAKE_C_FLAGS_RELEASE "-O2 -g1")
set(CMAKE_C_FLAGS_DEBUG "-O1 -g")
