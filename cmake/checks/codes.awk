# Each code that a caller of the API may get stands in docs/reference/refusals.md, and each code that
# stands there is somewhere in the sources. Reads that page, codes.txt, then sources.
# SPDX-License-Identifier: Apache-2.0

FILENAME ~ /refusals[.]md$/ {
    if (match($0, /^[|] `[a-z_]+`/)) {
        code = substr($0, RSTART + 3, RLENGTH - 4)
        known[code] = 1
        line_of[code] = FNR
        page = FILENAME
    }
    next
}

FILENAME ~ /codes[.]txt$/ {
    if ($0 !~ /^#/ && NF > 0)
        exempt[$1] = 1
    next
}

{
    line = $0
    while (match(line, /"[a-z]+(_[a-z]+)*"/)) {
        seen[substr(line, RSTART + 1, RLENGTH - 2)] = 1
        line = substr(line, RSTART + RLENGTH)
    }
}

# The agent is a program of its own.
FILENAME !~ /^(api|commands|core\/shape|core\/crypto)\// || FILENAME ~ /^api\/node_agent\// {
    next
}

FNR == 1 {
    is_open = 0
}

# error_set_code(error, status, "code", …), error_set_field(error, "code", …): the first text of the call;
# or whatever stands behind a status.
/error_set_(code|field)\(/ {
    is_open = 1
    sub(/.*error_set_(code|field)\(/, "")
}

!is_open && match($0, /STATUS_[A-Z_]+, "[a-z_]+"/) {
    is_open = 1
    $0 = substr($0, RSTART)
}

is_open && match($0, /"[^"]*"/) {
    code = substr($0, RSTART + 1, RLENGTH - 2)
    is_open = 0
    if (code ~ /^[a-z_]+$/ && !(code in known) && !(code in exempt))
        print FILENAME ":" FNR ": " code " stands neither in docs/reference/refusals.md (api/refusals.c) " \
            "nor in cmake/checks/codes.txt"
}

END {
    for (code in known)
        if (!(code in seen))
            print page ":" line_of[code] ": no source says " code
}
