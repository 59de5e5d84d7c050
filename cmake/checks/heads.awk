# Every C file opens with a comment that says what it is for and ends in the licence line; every
# header has a guard named after its path (flat lists, .tbl.h, are included more than once); a .c
# file includes its own header first, which proves that the header stands alone.
# SPDX-License-Identifier: Apache-2.0

function complain(line, what)
{
    print FILENAME ":" line ": " what
}

function guard_of(path)
{
    path = toupper(path)
    gsub(/[^A-Z0-9]/, "_", path)
    return path
}

FILENAME ~ /[.]h$/ {
    is_header[FILENAME] = 1
}

FNR == 1 {
    state = $0 == "/*" ? "head" : "none"
    if (state == "none")
        complain(1, "has no head comment")
    wants_guard = FILENAME ~ /[.]h$/ && FILENAME !~ /[.]tbl[.]h$/
    previous = ""
    saw_include = 0
    next
}

state == "head" {
    if ($0 == " */") {
        if (previous != " * SPDX-License-Identifier: Apache-2.0")
            complain(FNR, "the head comment does not end in the SPDX licence line")
        else if (FNR < 4)
            complain(FNR, "the head comment does not say what the file is for")
        state = "body"
    }
    previous = $0
    next
}

wants_guard && /^[^ ]/ {
    if ($0 != "#ifndef " guard_of(FILENAME))
        complain(FNR, "the guard should be " guard_of(FILENAME))
    wants_guard = 0
}

/^#include / && !saw_include {
    saw_include = 1
    first[FILENAME] = $2
    line[FILENAME] = FNR
}

END {
    for (path in first) {
        own = path
        if (sub(/[.]c$/, ".h", own) && (own in is_header) && first[path] != "\"" own "\"")
            print path ":" line[path] ": its own header does not come first"
    }
}
