# Whose function is it? Reads names.txt (exceptions), libc.txt (names that are taken), then all
# sources, twice: types are gathered before functions are judged.
#
# A function that a header declares starts with a noun of its module: the folder, a file of the
# folder (or the first words of the header's name), or a struct, union or enum defined there.
#     commands/task/task.h   task_…
#     core/http/parser.h     http_…  parser_…
#     core/base/text.h       text_…  bytes_… (struct bytes)
#     core/crypto/crypto.h   crypto_…  jwt_… (jwt.c)
#     eventlog/ledger_read.h ledger_…
# tests/ speak in sentences (given_…, expect_…) and are left alone. And no function, exported or
# not, has a name of the C library's, nor a file's own function the name of another one that a header
# declares: tools (and readers) that follow calls by name would be led astray.
# SPDX-License-Identifier: Apache-2.0

FILENAME ~ /names[.]txt$/ {
    if ($0 !~ /^(#|[ \t]*$)/) {
        granted[$1] = FILENAME ":" FNR
        prefix[$1] = $1 ~ /[*]$/ ? substr($1, 1, length($1) - 1) : " "
        if ($2 == "")
            print FILENAME ":" FNR ": an exception without a reason"
    }
    next
}

FILENAME ~ /libc[.]txt$/ {
    for (i = 1; i <= NF && $0 !~ /^#/; i++)
        is_taken[$i] = 1
    next
}

FNR == 1 {
    is_second_pass = seen[FILENAME]++
    is_header = FILENAME ~ /[.]h$/ && FILENAME !~ /^tests\//
    folder = FILENAME
    sub("/[^/]*$", "", folder)
    module = FILENAME
    sub("^.*/", "", module)
    sub("([.]tbl)?[.][ch]$", "", module)
    sub("_internal$", "", module)
    is_noun[folder, module] = 1
    declaration = ""
    in_body = in_macro = 0
}

{
    code = code_of($0)
}

in_macro || code ~ /^[ \t]*#/ {
    in_macro = code ~ /\\$/
    next
}

in_body {
    in_body = code !~ /^}/
    next
}

code ~ /^(static |const |extern )*(struct|union|enum)( [a-z0-9_]+)? {/ {
    if (match(code, /(struct|union|enum) [a-z0-9_]+/)) {
        split(substr(code, RSTART, RLENGTH), words, " ")
        is_noun[folder, words[2]] = 1
    }
    in_body = code !~ /}/
    declaration = ""
    next
}

{
    declaration = declaration " " code
}

code ~ /^{/ || code ~ /= {$/ {
    if (code ~ /^{/)
        judge()
    in_body = 1
    declaration = ""
    next
}

code ~ /;[ \t]*$/ {
    judge()
    declaration = ""
}

# The declaration of a function, if that is what has been read.
function judge(    name)
{
    if (declaration ~ /typedef|=/)
        return
    gsub(/(PRINTF_LIKE|CLEANUP|_Generic|_Static_assert)\([^)]*\)/, "", declaration)
    if (!match(declaration, /[A-Za-z_][A-Za-z0-9_]*\(/))
        return
    name = substr(declaration, RSTART, RLENGTH - 1)
    if (!is_second_pass) {
        if (is_header)
            header_of[name] = FILENAME
        return
    }
    if (!is_header && declaration ~ /^ *static / && (name in header_of) && FILENAME !~ /^tests\//)
        complain(name, "has the name of a function of " header_of[name])
    if (name in is_taken)
        complain(name, "has the name of a function of the C library's")
    else if (is_header && !starts_with_noun(name))
        complain(name, "does not start with a noun of its module")
}

function starts_with_noun(name,    n, i, parts, start, area)
{
    area = folder
    sub("^.*/", "", area)
    n = split(name, parts, "_")
    for (i = 1; i <= n; i++) {
        start = i == 1 ? parts[1] : start "_" parts[i]
        if (start == area || (folder, start) in is_noun || index(module, start "_") == 1)
            return 1
    }
    return 0
}

function complain(name, what,    entry)
{
    for (entry in granted) {
        if (name == entry || index(name, prefix[entry]) == 1) {
            is_needed[entry] = 1
            return
        }
    }
    print FILENAME ":" FNR ": " name "() " what
}

END {
    for (name in granted) {
        if (!(name in is_needed))
            print granted[name] ": an exception that is not needed"
    }
}
