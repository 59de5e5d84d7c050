#!/bin/sh
# Lists the tests of the tree below the present directory, "program <tab> name" one a line: of C
# programs what stands in TEST(…), of the others the sentences that their scripts give.
# SPDX-License-Identifier: Apache-2.0

# tests/core/run/test_loop.c → core_run; tests/api/task/test_x.c → api; tests/e2e/test_x.c → e2e/x.
c_tests() {
    find tests -name 'test_*.c' -exec grep -HoE '\<TEST\([a-z0-9_]+\)' {} + 2>/dev/null | awk '{
        split($0, part, ":")
        count = split(part[1], folder, "/")
        name = part[2]
        gsub(/^TEST[(]|[)]$/, "", name)
        program = folder[2]
        if (program == "core")
            program = program "_" folder[3]
        if (program == "e2e") {
            program = "e2e/" folder[count]
            sub(/test_/, "", program)
            sub(/[.]c$/, "", program)
        }
        print program "\t" name
    }'
}

# The first text in quotes of calls at the beginning of a line.
quoted() { # program, call, files…
    program=$1
    call=$2
    shift 2
    cat "$@" 2>/dev/null | sed -nE "s/^$call[( ]+(['\"])(.*)/\\1\\2/p" | awk -v program="$program" '{
        quote = substr($0, 1, 1)
        rest = substr($0, 2)
        print program "\t" substr(rest, 1, index(rest, quote) - 1)
    }'
}

c_tests
quoted permissions test tests/permissions/*.test.mjs
quoted providers test tests/providers/*.test.mjs
quoted directories test tests/directories/*.test.mjs
quoted factors test tests/factors/*.test.mjs
quoted rights test tests/rights/*.test.mjs
quoted edges test tests/edges/*.test.mjs
quoted evidence test tests/evidence/*.test.mjs
quoted sinks test tests/sinks/*.test.mjs
quoted channels test tests/channels/*.test.mjs
quoted replicas test tests/replicas/*.test.mjs
quoted archive test tests/archive/*.test.mjs
quoted recovery test tests/recovery/*.test.mjs
quoted export test tests/export/*.test.mjs
quoted clients test tests/clients/*.test.mjs
quoted sockets test tests/sockets/*.test.mjs
quoted command-line expect tests/cli/run.sh
quoted reply-shapes test tests/conformance/proxy.test.mjs
quoted browser test tests/browser/*.test.mjs
quoted install say tests/install/run.sh
quoted checks 'expect_[a-z]+' tests/check/run.sh
for program in reference openapi-valid property lists bench websocket heap_trim; do
    printf '%s\t\n' "$program"
done
for target in tests/fuzz/fuzz_*.c; do
    printf 'fuzz/%s\t\n' "$(basename "$target" .c | sed 's/^fuzz_//')"
done
