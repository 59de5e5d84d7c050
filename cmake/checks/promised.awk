# Tests that are named somewhere are there. Reads the list of tests (tests.sh), then docs/promises.md,
# bugs.md and limits.md, whose rows end with a cell of tests, and tests/mutants/*.txt.
#
#   | promise | `eventlog commits_are_synced`, `edges a repeat by the same key changes nothing again` |
#
# In backticks: the program, then the test's name; or the program alone, where all of it is meant.
# SPDX-License-Identifier: Apache-2.0

FNR == NR {
    tab = index($0, "\t")
    program = substr($0, 1, tab - 1)
    programs[program] = 1
    tests[program " " substr($0, tab + 1)] = 1
    next
}

FILENAME ~ /mutants\/[a-z_]+[.]txt$/ {
    if (/^test /) {
        sub(/^test +/, "")
        ask($0)
    }
    next
}

# The header of a table and the line below it name no test.
/^\|/ && before !~ /^\|/ { before = $0; columns = columns_of($0); next }
{ before = $0 }
/^\|[-|: ]+\|$/ { next }
/^\|/ { row($0) }

function columns_of(line,    cell)
{
    return split(line, cell, "|") - 2
}

function row(line,    cell, count, parts, n, i, asked)
{
    count = split(line, cell, "|")
    n = split(cell[count - 1], parts, "`")
    for (i = 2; i <= n; i += 2) {
        ask(parts[i])
        asked = 1
    }
    if (!asked && FILENAME !~ /limits[.]md$/)
        print FILENAME ":" FNR ": names no test in backticks"
}

function ask(text,    program)
{
    gsub(/^ +| +$/, "", text)
    program = text
    sub(/[ :].*$/, "", program)
    if (!(program in programs))
        print FILENAME ":" FNR ": there is no test program " program
    else if (text != program && !(text in tests))
        print FILENAME ":" FNR ": there is no test " text
}
