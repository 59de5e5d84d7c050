# embed(target name file): the bytes of a file become `const struct embedded_file name` of the target
# (core/base/embedded_file.h). The assembler takes them in as they are; one more, 0, ends them.
function(embed target name file)
    set(code ${CMAKE_BINARY_DIR}/embedded/${name}.c)
    file(CONFIGURE OUTPUT ${code} @ONLY CONTENT [=[
/* Made by the build. */
#include "core/base/embedded_file.h"

__asm__(".pushsection .rodata\n@name@_start:\n.incbin \"@file@\"\n"
        "@name@_end:\n.byte 0\n.popsection\n");
extern const char @name@_start[] __asm__("@name@_start");
extern const char @name@_end[] __asm__("@name@_end");

extern const struct embedded_file @name@;
const struct embedded_file @name@ = {@name@_start, @name@_end};
]=])
    set_source_files_properties(${code} PROPERTIES OBJECT_DEPENDS ${file})
    target_sources(${target} PRIVATE ${code} ${file})
endfunction()
