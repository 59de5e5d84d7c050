#!/usr/bin/env bash
# Puts each fault of tests/mutants/*.txt into a copy of the tree, one at a time, and looks whether a
# its test finds it. usage: run.sh [--sample n] [area | area/beginning of a name]…
#
#   the tree ──► build/mutate/tree ──► fault in ──► its test's program ──► the test ──► fault out
#
# --sample takes so many, others for each commit. A fault is found by an assertion: of the test, of
# the program while the test runs (must, a sanitizer), never by time that ran out. The run fails if
# one survives, only hangs, no longer fits its file or does not compile, or if a test fails without it.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
root=$PWD work=$PWD/build/mutate tree=$PWD/build/mutate/tree
reader=cmake/checks/mutants.awk
least_s=30 # for a test with a fault in it, and four times as long as it takes without one
no_tests='^ +tests +[0-9]+ +0 |^. pass 0$' some_tests='^. pass [1-9]' # said by CUnit, Node; a script may run several files
sample=0 areas=()
killed=0 survived=() ended=() stale=() broken=() failing=()
export CCACHE_BASEDIR=$tree CCACHE_NOHASHDIR=1

while [ $# -gt 0 ]; do
    case $1 in
    --sample) sample=$2 && shift ;;
    -*) echo "usage: run.sh [--sample n] [area | area/beginning of a name]…" >&2 && exit 2 ;;
    *) areas+=("$1") ;;
    esac
    shift
done

# Files that did not change keep their time, so that only what changed is built again.
copy_tree() {
    local path
    mkdir -p "$tree"
    while IFS= read -r -d '' path; do
        if [ -f "$path" ] && ! cmp -s "$path" "$tree/$path"; then
            mkdir -p "$tree/$(dirname "$path")"
            cp "$path" "$tree/$path"
        fi
    done < <(git ls-files -z -co --exclude-standard)
    (cd "$tree" && find . -path ./build -prune -o -type f -print0) |
        while IFS= read -r -d '' path; do
            [ -f "$root/$path" ] || rm "$tree/$path"
        done
}

# "area <tab> name <tab> file <tab> test" of the mutants whose "area/name" begins as one wanted does.
wanted_mutants() {
    local line wanted
    awk -v task=list -f "$reader" tests/mutants/*.txt | while IFS= read -r line; do
        for wanted in "${areas[@]:-}"; do
            if [[ ${line/$'\t'/\/} == "$wanted"* ]]; then
                printf '%s\n' "$line"
                break
            fi
        done
    done | pick
}

pick() {
    if [ "$sample" -gt 0 ]; then bash cmake/sample.sh "$sample"; else cat; fi
}

# Tests that are written for Node have a script.
is_script() { # program
    [ -f "$tree/tests/$1/run.sh" ]
}

# The target that a test's program needs.
target_of() { # program
    if is_script "$1"; then
        echo fleetledger
    else
        case $1 in
        e2e/*) echo "e2e_${1#e2e/}" ;;
        *) echo "test_$1" ;;
        esac
    fi
}

build() { # program
    cmake --build "$tree/build/dev" --target "$(target_of "$1")" >"$work/build.log" 2>&1
}

run_test() { # seconds program test; passes when it does
    local seconds=$1 program=$2 test=$3 built=$tree/build/dev directory status=0
    local command=("$built/$(target_of "$program")" "$test")
    if is_script "$program"; then
        command=(bash "$tree/tests/$program/run.sh" "$built/fleetledger" "$work/$program" "$test")
    fi
    directory=$(mktemp -d)
    chmod 755 "$directory" # the database's own user must get through
    TMPDIR=$directory timeout -k 10 "$seconds" "${command[@]}" >"$work/test.log" 2>&1 </dev/null ||
        status=$?
    rm -rf "$directory"
    return $status
}

# Without a fault the test passes, and is there at all; asked once for each. How long may it take?
declare -A bound_of
test_is_sound() { # program test
    local key="$*" begun
    if [ -z "${bound_of[$key]:-}" ]; then
        bound_of[$key]=none
        if build "$1" && begun=$SECONDS && run_test 600 "$@" &&
            { grep -aqE "$some_tests" "$work/test.log" || ! grep -aqE "$no_tests" "$work/test.log"; }; then
            bound_of[$key]=$((least_s + 4 * (SECONDS - begun)))
        fi
    fi
    [ "${bound_of[$key]}" != none ]
}

# The first test that failed; where the program came to an end, the one that was under way.
finder() {
    awk '/^ *Test: / { name = $2 }
        /FAILED$/ { exit }
        /^ *✖ .* [(][0-9.]+ms[)]$/ { sub(/^ *✖ /, ""); sub(/ [(][0-9.]+ms[)]$/, ""); name = $0; exit }
        END { print name }' "$work/test.log"
}

# How a test that did not pass ended, in a word and a reason.
verdict() { # status
    local said
    said=$(assertion)
    # 124, 137: ended by timeout; else by tests/support/watchdog.c
    if [ "$1" -eq 124 ] || [ "$1" -eq 137 ] || grep -aq "^hangs for " "$work/test.log"; then
        echo "ended $(finder) hangs"
    elif [ -z "$said" ]; then
        echo "ended $(finder) fails without a word"
    else
        echo "killed by $(finder): $said"
    fi
}

# What it said: an assertion of CUnit or of Node (or that something awaited has not come), an
# invariant of ours, a sanitizer.
assertion() {
    grep -a -m 1 -oE '^ +1\. .*|fatal: .*|ERROR: (Address|Leak)Sanitizer.*|runtime error: .*' \
        "$work/test.log" | sed -E 's/^ +//' | cut -c1-160 ||
        grep -a -m 1 -oE '[A-Za-z]*Error( \[[A-Za-z_]+\])?: .*' "$work/test.log" | cut -c1-160 || true
}

# The copy's file with the fault in it: the tree itself may change meanwhile.
fault() { # area name
    (cd "$tree" && awk -v task=apply -v of="$1" -v wanted="$2" -f "$reader" tests/mutants/*.txt)
}

# What became of it, in a word and a reason.
try_mutant() { # area name file program test
    local area=$1 name=$2 file=$3 status=0
    shift 3
    test_is_sound "$@" || { echo "failing $* fails without it, or is not there" && return; }
    fault "$area" "$name" >"$work/mutated" || { echo stale && return; }
    cp "$tree/$file" "$work/original"
    cat "$work/mutated" >"$tree/$file"
    if ! build "$1"; then
        echo "broken $(grep -a -m 1 -E "error|FAILED" "$work/build.log" || true)"
        return
    fi
    run_test "${bound_of[$*]}" "$@" || status=$?
    if [ $status -eq 0 ]; then
        echo survived
    else
        verdict $status
    fi
}

take_out() { # file
    [ ! -f "$work/original" ] || cat "$work/original" >"$tree/$1"
    rm -f "$work/original"
}

report() { # area name seconds outcome reason
    printf '%-9s %s: %s (%s s) %s\n' "$4" "$1" "$2" "$3" "$5"
    case $4 in
    killed) killed=$((killed + 1)) ;;
    survived) survived+=("$1: $2") ;;
    ended) ended+=("$1: $2") ;;
    stale) stale+=("$1: $2") ;;
    broken) broken+=("$1: $2") ;;
    *) failing+=("$1: $2") ;;
    esac
}

run_all() {
    local area name file test begun outcome reason
    while IFS=$'\t' read -r -u 3 area name file test; do
        begun=$SECONDS
        # Not in a subshell: which tests are sound is remembered.
        try_mutant "$area" "$name" "$file" "${test%% *}" "${test#* }" >"$work/outcome"
        read -r outcome reason <"$work/outcome" || true
        take_out "$file"
        report "$area" "$name" $((SECONDS - begun)) "$outcome" "$reason"
    done 3<"$work/wanted"
}

name_those() { # word names…
    local word=$1 name
    shift
    for name in "$@"; do
        echo "$word: $name" >&2
    done
}

mkdir -p "$work"
wanted_mutants >"$work/wanted"
[ -s "$work/wanted" ] || { echo 'mutate: there is no such mutant' >&2 && exit 2; }
copy_tree
if ! (cd "$tree" && cmake --preset dev) >"$work/build.log" 2>&1; then
    tail -n 20 "$work/build.log" >&2
    exit 1
fi
trap 'exit 130' INT TERM
run_all
name_those survived "${survived[@]}"
name_those 'ends without an assertion' "${ended[@]}"
name_those stale "${stale[@]}"
name_those 'does not compile' "${broken[@]}"
name_those 'test fails without it' "${failing[@]}"
printf 'mutate: %s mutants, %s killed, %s survived, %s ended, %s stale, %s broken, %s s\n' \
    "$(wc -l <"$work/wanted")" "$killed" "${#survived[@]}" "${#ended[@]}" "${#stale[@]}" \
    $((${#broken[@]} + ${#failing[@]})) "$SECONDS"
[ "$killed" -eq "$(wc -l <"$work/wanted")" ]
