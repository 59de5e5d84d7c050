# Writes OUT: the files of the viewer as an array, ended by a row of NULLs. SOURCE holds its lock file
# and what we add; WORK is where NPM installs. Scripts of packages are not run.
set(code "/* Made by the build from npm's swagger-ui-dist. */\n#include \"api/platform/viewer.h\"\n\n")
set(rows "")
set(number 0)

# The assembler takes the bytes in as they are; one more, 0, ends them.
function(embed file type)
    get_filename_component(name ${file} NAME)
    set(part viewer_part_${number})
    string(APPEND code "__asm__(\".pushsection .rodata\\n${part}:\\n.incbin \\\"${file}\\\"\\n\"\n"
        "        \"${part}_end:\\n.byte 0\\n.popsection\\n\");\n"
        "extern const char ${part}[] __asm__(\"${part}\");\n"
        "extern const char ${part}_end[] __asm__(\"${part}_end\");\n\n")
    string(APPEND rows "    {\"${name}\", \"${type}\", ${part}, ${part}_end},\n")
    math(EXPR number "${number} + 1")
    set(code "${code}" PARENT_SCOPE)
    set(rows "${rows}" PARENT_SCOPE)
    set(number ${number} PARENT_SCOPE)
endfunction()

set(result 1)
if(NPM)
    file(COPY ${SOURCE}/package.json ${SOURCE}/package-lock.json DESTINATION ${WORK})
    execute_process(COMMAND ${NPM} ci --ignore-scripts --no-audit --no-fund --silent
        WORKING_DIRECTORY ${WORK} RESULT_VARIABLE result TIMEOUT 300 OUTPUT_QUIET ERROR_QUIET)
endif()
if(result EQUAL 0)
    set(package ${WORK}/node_modules/swagger-ui-dist)
    embed(${package}/swagger-ui.css "text/css; charset=utf-8")
    embed(${package}/swagger-ui-bundle.js "text/javascript; charset=utf-8")
    embed(${package}/swagger-ui-bundle.js.LICENSE.txt "text/plain; charset=utf-8")
    embed(${package}/LICENSE "text/plain; charset=utf-8")
    embed(${package}/NOTICE "text/plain; charset=utf-8")
    embed(${package}/favicon-32x32.png "image/png")
    embed(${SOURCE}/start.js "text/javascript; charset=utf-8")
else()
    message("Without npm's packages: the program is built without the viewer of its API document.")
endif()
string(APPEND code "const struct viewer_file viewer_files[] = {\n${rows}    {0, 0, 0, 0},\n};\n")
file(WRITE ${OUT} "${code}")
