# Every warning and error that the program logs stands in docs/operations.md, the agent's in
# docs/agents.md. Reads these pages, then sources; the key of a line stands within three lines of its call.
# SPDX-License-Identifier: Apache-2.0

FILENAME ~ /(operations|agents)[.]md$/ {
    line = $0
    while (match(line, /`[a-z_]+[.][a-z_]+`/)) {
        known[substr(line, RSTART + 1, RLENGTH - 2)] = 1
        line = substr(line, RSTART + RLENGTH)
    }
    next
}

FILENAME ~ /^tests\// || FILENAME ~ /core\/base\/log[.]/ {
    next
}

FNR == 1 {
    left = 0
}

/log_(warning|error)\(/ {
    left = 3
    sub(/.*log_(warning|error)\(/, "")
}

left > 0 {
    line = $0
    while (match(line, /"[a-z_]+[.][a-z_]+"/)) {
        key = substr(line, RSTART + 1, RLENGTH - 2)
        if (!(key in known))
            print FILENAME ":" FNR ": docs/operations.md (docs/agents.md) does not say what " key " means"
        line = substr(line, RSTART + RLENGTH)
    }
    left = line ~ /;/ ? 0 : left - 1
}
