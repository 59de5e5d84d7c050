# Every warning that both compilers keep quiet about in clean code is an error.
set(WARNINGS
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wcast-qual -Wcast-align -Wpointer-arith
    -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wredundant-decls
    -Wnested-externs -Wwrite-strings -Wformat=2 -Wundef -Wvla -Wimplicit-fallthrough
    -Wnull-dereference -Wdouble-promotion -Werror)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    list(APPEND WARNINGS
        -Wlogical-op -Wduplicated-cond -Wduplicated-branches -Walloca -Warith-conversion
        -Wformat-signedness -Wtrampolines)
else()
    list(APPEND WARNINGS
        -Wcomma -Wconditional-uninitialized -Wunreachable-code-aggressive -Wassign-enum
        -Wno-string-conversion) # must(!"a sentence") says why a place cannot be reached
endif()
