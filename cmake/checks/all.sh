#!/bin/sh
# Runs every static check over the tree below the present directory. Each prints one line per
# violation, "path:line: what is wrong", and nothing when all is well.
#
#   includes.awk  who may include whom           (.may_include of each folder)
#   banned.awk    calls that have another home   (banned.txt)
#   sizes.awk     the size ratchet               (exceptions.txt)
#   heads.awk     head comments, licence lines, guards
#   names.awk     functions carry their module's name (names.txt, libc.txt)
#   circles.awk   files call each other one way only (circles.txt)
#   sentences.awk descriptions that reach users are sentences
#   words.txt     what no file may say
#   mutants.awk   the faults of tests/mutants fit their files
#   codes.awk     what callers may be refused with stands in docs/reference/refusals.md (codes.txt)
#   alarms.awk    what the log warns of stands in docs/operations.md or docs/agents.md
#   shellcheck    what machines run as root: *.sh below api
#   promised.awk  tests that mutants, promises, bugs and limits name are there (tests.sh)
#   clang-format  the layout                     (.clang-format)
# SPDX-License-Identifier: Apache-2.0
set -eu
checks=$(dirname "$0")
failed=''
found=$(mktemp)
named=$(mktemp)
trap 'rm -f "$found" "$named"' EXIT

# check name command…: runs it on the list of sources on its standard input.
check() {
    name=$1
    shift
    if "$@" >"$found" 2>&1 && [ ! -s "$found" ]; then
        printf '%-10s ok\n' "$name"
    else
        printf '%-10s FAILED\n' "$name"
        sed 's/^/    /' "$found"
        failed="$failed $name"
    fi
}

sources() {
    sh "$checks/sources.sh"
}

on_sources() {
    sources | xargs -r "$@"
}

includes() {
    { find . -path ./build -prune -o -name .may_include -print | sed 's,^\./,,'; sources; } |
        xargs -r awk -f "$checks/includes.awk"
}

# Every source twice, and all in one run.
names() {
    list=$(sources)
    # shellcheck disable=SC2086 # paths of sources have no blanks
    awk -f "$checks/code.awk" -f "$checks/names.awk" "$checks/names.txt" "$checks/libc.txt" \
        $list $list
}

circles() {
    # shellcheck disable=SC2046 # as above
    awk -f "$checks/code.awk" -f "$checks/circles.awk" "$checks/circles.txt" $(sources)
}

words() {
    grep -v '^#' "$checks/words.txt" |
        grep -rInEf - --exclude-dir=.git --exclude=.git --exclude-dir=build --exclude-dir=var \
            --exclude-dir=node_modules --exclude=words.txt --exclude-dir=check . |
        sed 's,^\./,,' || true
    # Another program could use core: it does not know what this one is about.
    grep -rInwiE --include='*.[ch]' 'fleetledger|ledgers?|tenants?|workspaces?' core || true
}

mutants() {
    [ ! -d tests/mutants ] || awk -v task=check -f "$checks/mutants.awk" tests/mutants/*.txt
}

alarms() {
    pages=$(ls docs/operations.md docs/agents.md 2>/dev/null || true)
    # shellcheck disable=SC2086 # as above
    [ -z "$pages" ] || sources | xargs awk -f "$checks/alarms.awk" $pages
}

codes() {
    [ ! -f docs/reference/refusals.md ] ||
        sources | xargs awk -f "$checks/codes.awk" docs/reference/refusals.md "$checks/codes.txt"
}

promised() {
    [ -d tests ] || return 0
    sh "$checks/tests.sh" >"$named"
    # shellcheck disable=SC2046 # as above
    awk -f "$checks/promised.awk" "$named" \
        $(find docs tests/mutants \( -name promises.md -o -name bugs.md -o -name limits.md \
            -o -path 'tests/mutants/*.txt' \) 2>/dev/null)
}

# Without options that only some shells have: machines have the one that they have.
scripts() {
    [ ! -d api ] || find api -name '*.sh' -exec shellcheck -s sh -f gcc {} +
}

# Two at a time; each gives its lines at once, so that they do not mix.
format() {
    sources | xargs -r -n 16 -P 2 sh -c '
        lines=$(clang-format-14 --dry-run --Werror "$@" 2>&1 | awk -F: "
            /error:/ && !seen[\$1]++ { print \$1 \":\" \$2 \": not as ./dev fmt would have it\" }")
        [ -z "$lines" ] || printf "%s\n" "$lines"' format
}

check includes includes
check banned on_sources awk -f "$checks/code.awk" -f "$checks/banned.awk" "$checks/banned.txt"
check sizes on_sources awk -f "$checks/code.awk" -f "$checks/sizes.awk" "$checks/exceptions.txt"
check heads on_sources awk -f "$checks/heads.awk"
check names names
check circles circles
check sentences on_sources awk -f "$checks/sentences.awk"
check words words
check mutants mutants
check promised promised
check alarms alarms
check codes codes
check scripts scripts
check format format

if [ -n "$failed" ]; then
    echo "Checks failed:$failed"
    exit 1
fi
echo "All checks passed over $(sources | wc -l) C files."
