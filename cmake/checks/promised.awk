# Tests that are named somewhere are there. Reads the list of tests (tests.sh), then docs/promises.md,
# bugs.md and limits.md, whose rows end with a cell of tests, and tests/mutants/*.txt.
#
#   | promise | `eventlog`: `commits_are_synced`, `appends_are_atomic`; `permissions` |
#
# In backticks: the program, then names of its tests; or the program alone, where all of it is meant.
# A limit may have no test: its cell is empty.
# A mutant has one: "eventlog commits_are_synced". A program alone would be found by chance.
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
        if ($0 in programs)
            print FILENAME ":" FNR ": which test of " $0 "?"
        else
            ask($0)
    }
    next
}

# The header of a table and the line below it name no test.
/^\|/ && before ~ /^\|/ && !/^\|[-|: ]+\|$/ { row($0) }
{ before = $0 }

function row(line,    cell, count, parts, n, i, asked, program)
{
    count = split(line, cell, "|")
    program = ""
    n = split(cell[count - 1], parts, "`")
    for (i = 2; i <= n; i += 2) {
        if (parts[i] in programs)
            program = parts[i]
        else
            ask(program " " parts[i])
        asked = 1
    }
    if (!asked && (FILENAME !~ /limits[.]md$/ || cell[count - 1] !~ /^ *$/))
        print FILENAME ":" FNR ": names no test in backticks"
}

function ask(text)
{
    if (!(text in programs) && !(text in tests))
        print FILENAME ":" FNR ": there is no test " text
}
