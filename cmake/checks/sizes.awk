# The size ratchet: reads exceptions.txt, then all sources (formatted: a function's braces stand in
# the first column, nesting is indentation).
#
# Rows of tables do not count towards the length of a file: a long table of one kind of row is one
# idea. Of parameters those are counted that a caller must think about: not the arena, not what
# comes out, not the error, which every such function has.
# SPDX-License-Identifier: Apache-2.0

BEGIN {
    limit["file"] = 600
    limit["header"] = 250
    limit["function"] = 70
    limit["parameters"] = 5
    limit["nesting"] = 3
    limit["includes"] = 19
}

FILENAME ~ /exceptions[.]txt$/ {
    if ($0 !~ /^(#|[ \t]*$)/) {
        granted[$1, $2] = $3
        place[$1, $2] = FILENAME ":" FNR
    }
    next
}

function measure(subject, kind, size, line)
{
    if (size <= limit[kind])
        return
    needed[subject, kind] = 1
    if (!((subject, kind) in granted))
        print path ":" line ": " kind " of " size ", at most " limit[kind] " (" subject ")"
    else if (size > granted[subject, kind])
        print path ":" line ": " kind " grew to " size " from " granted[subject, kind]
    else if (size < granted[subject, kind])
        print place[subject, kind] ": shrank to " size ", so lower the entry"
}

# Ends the file before the present one.
function end_file()
{
    if (path == "")
        return
    measure(path, path ~ /[.]h$/ ? "header" : "file", lines, 1)
    measure(path, "includes", includes, 1)
}

FNR == 1 {
    end_file()
    path = FILENAME
    lines = includes = 0
    in_table = in_function = 0
    definition = ""
}

{
    code = code_of($0)
    if (!in_table)
        lines++
}

code ~ /^#[ \t]*include/ {
    includes++
}

in_table {
    if (code ~ /^}/) {
        in_table = 0
        lines++
    }
    next
}

in_function {
    if (code ~ /^}/) {
        measure(FILENAME ":" name, "function", FNR - begun - 1, begun)
        measure(FILENAME ":" name, "nesting", deepest, begun)
        in_function = 0
    } else if (match(code, /^ +(if|for|while|switch|do)[ ({]/)) {
        match(code, /^ +/)
        if (RLENGTH / 4 > deepest)
            deepest = int(RLENGTH / 4)
    }
    next
}

code ~ /^{/ {
    in_function = 1
    begun = FNR
    deepest = 0
    defined(definition)
    next
}

code ~ /^[^ #].*= {$/ {
    in_table = 1
    next
}

# What stands before a function's brace is its definition.
code ~ /^[A-Za-z]/ {
    definition = ""
}

{
    definition = definition " " code
}

# Takes the name of the function and counts its parameters.
function defined(text,    n, i, depth, c, part)
{
    if (!match(text, /[A-Za-z0-9_]+\(/))
        return
    name = substr(text, RSTART, RLENGTH - 1)
    text = substr(text, RSTART + RLENGTH)
    n = depth = 0
    part = ""
    for (i = 1; i <= length(text) && depth >= 0; i++) {
        c = substr(text, i, 1)
        depth += (c == "(") - (c == ")")
        if ((c == "," && depth == 0) || depth < 0) {
            n += is_counted(part)
            part = ""
        } else {
            part = part c
        }
    }
    measure(FILENAME ":" name, "parameters", n, FNR)
}

function is_counted(part)
{
    return part !~ /struct (arena|error) \*/ && part !~ /[* ]\**out(_[a-z0-9_]+)?(\[[^]]*\])?$/ &&
        part !~ /^ *(void)?$/
}

END {
    end_file()
    for (entry in granted) {
        if (!(entry in needed))
            print place[entry] ": an exception that is not needed"
    }
}
