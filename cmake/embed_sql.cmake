# Writes OUT: an array of {path, text} of all SCRIPTS, ended by a row of NULLs.
#
# CMake lists are texts with semicolons between, and SQL is full of those: every text is quoted
# here, so that none is ever taken for a list. A line of SQL becomes a line of C.
set(code "/* Made by the build from the .sql files. */\n#include \"migrations/scripts.h\"\n\n")
string(APPEND code "const struct sql_script sql_scripts[] = {\n")
foreach(script ${SCRIPTS})
    file(RELATIVE_PATH path "${ROOT}" "${script}")
    file(READ "${script}" text)
    string(REPLACE "\\" "\\\\" text "${text}")
    string(REPLACE "\"" "\\\"" text "${text}")
    string(REPLACE "\n" "\\n\"\n     \"" text "${text}")
    string(APPEND code "    {\"${path}\",\n     \"${text}\"},\n")
endforeach()
string(APPEND code "    {0, 0},\n};\n")
file(WRITE "${OUT}" "${code}")
