# Calls that have another home: reads banned.txt (its columns are told there), then all sources.
# SPDX-License-Identifier: Apache-2.0

FILENAME ~ /banned[.]txt$/ {
    if ($0 !~ /^(#|[ \t]*$)/) {
        split($0, column, /  +/)
        rules++
        call[rules] = "(^|[^A-Za-z0-9_.>])(" column[1] ")"
        homes[rules] = column[2]
        advice[rules] = column[3]
    }
    next
}

FNR == 1 {
    active = 0
    for (i = 1; i <= rules; i++) {
        if (!at_home(homes[i]))
            here[++active] = i
    }
}

function at_home(list,    n, i, paths)
{
    n = split(list, paths, ",")
    for (i = 1; i <= n; i++) {
        if (index(FILENAME, paths[i]) == 1 &&
            (length(FILENAME) == length(paths[i]) || substr(FILENAME, length(paths[i]) + 1, 1) == "/"))
            return 1
    }
    return 0
}

# The first rule that a line of code breaks, or 0.
function broken_by(code,    i)
{
    for (i = 1; i <= active; i++) {
        if (code ~ call[here[i]])
            return here[i]
    }
    return 0
}

{
    excuse = match($0, /\/\* allowed: [^ ].* \*\//)
    code = code_of($0)
    if (index(code, "(") == 0 && !excuse)
        next
    rule = broken_by(code)
    if (rule && !excuse) {
        match(code, call[rule])
        found = substr(code, RSTART, RLENGTH)
        gsub(/^[^A-Za-z]|\(.*/, "", found)
        print FILENAME ":" FNR ": " found "() is banned here: " advice[rule]
    } else if (excuse && !rule) {
        print FILENAME ":" FNR ": an exception that is not needed"
    }
}
