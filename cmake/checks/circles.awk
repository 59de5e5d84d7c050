# Files call each other one way only: who reads one must not have to read the other and come back.
# Reads circles.txt (exceptions), then all sources, and prints every call between two files that
# lie on a circle of calls. tests/ are left alone.
# SPDX-License-Identifier: Apache-2.0

FILENAME ~ /circles[.]txt$/ {
    if ($0 !~ /^(#|[ \t]*$)/) {
        granted[$1, $2] = FILENAME ":" FNR
        if ($3 == "")
            print FILENAME ":" FNR ": an exception without a reason"
    }
    next
}

FNR == 1 {
    declaration = ""
    in_body = in_macro = 0
    is_source = FILENAME ~ /[.]c$/ && FILENAME !~ /^tests\//
    if (is_source)
        files[++file_count] = FILENAME
}

!is_source {
    next
}

{
    code = code_of($0)
}

in_macro || code ~ /^[ \t]*#/ {
    in_macro = code ~ /\\$/
    next
}

in_body {
    note_calls(code)
    in_body = code !~ /^}/
    next
}

{
    declaration = declaration " " code
}

code ~ /^{/ {
    if (match(declaration, /[A-Za-z_][A-Za-z0-9_]*\(/)) {
        name = substr(declaration, RSTART, RLENGTH - 1)
        if (declaration ~ /^ *static /)
            is_local[FILENAME, name] = 1
        else
            home[name] = FILENAME
    }
}

code ~ /^{/ || code ~ /= {$/ || code ~ /^[^(]*{$/ {
    in_body = 1
    declaration = ""
    next
}

code ~ /;[ \t]*$/ {
    declaration = ""
}

function note_calls(code,    name)
{
    while (match(code, /[A-Za-z_][A-Za-z0-9_]*\(/)) {
        name = substr(code, RSTART, RLENGTH - 1)
        code = substr(code, RSTART + RLENGTH)
        if (!((FILENAME, name) in line)) {
            line[FILENAME, name] = FNR
            called[FILENAME] = called[FILENAME] " " name
        }
    }
}

END {
    find_circles(0)
    for (call in granted) {
        split(call, ends, SUBSEP)
        if (!(ends[1] in circle) || circle[ends[1]] != circle[ends[2]])
            print granted[call] ": an exception that is not needed"
    }
    find_circles(1)
    for (f = 1; f <= file_count; f++)
        print_circular_calls(files[f])
}

# Gives files that reach each other the same number (Tarjan's algorithm).
function find_circles(with_exceptions,    f)
{
    split("", circle)
    split("", order)
    visited = height = 0
    for (f = 1; f <= file_count; f++) {
        if (!(files[f] in order))
            visit(files[f], with_exceptions)
    }
}

function visit(file, with_exceptions,    i, n, names, other)
{
    order[file] = low[file] = ++visited
    stack[++height] = file
    n = split(called[file], names, " ")
    for (i = 1; i <= n; i++) {
        other = callee(file, names[i])
        if (other == "" || (with_exceptions && (file, other) in granted))
            continue
        if (!(other in order))
            visit(other, with_exceptions)
        if (!(other in circle) && low[other] < low[file])
            low[file] = low[other]
    }
    if (low[file] != order[file])
        return
    do {
        other = stack[height--]
        circle[other] = order[file]
    } while (other != file)
}

# The other file that a name of this one's leads to, or "".
function callee(file, name)
{
    if ((file, name) in is_local || !(name in home) || home[name] == file)
        return ""
    return home[name]
}

function print_circular_calls(file,    i, n, names, other)
{
    n = split(called[file], names, " ")
    for (i = 1; i <= n; i++) {
        other = callee(file, names[i])
        if (other != "" && circle[file] == circle[other] && !((file, other) in granted))
            print file ":" line[file, names[i]] ": calls " names[i] "() of " other ", in a circle"
    }
}
