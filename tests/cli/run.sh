#!/usr/bin/env bash
# The command line as shells and roff see it: is what the program prints for them understood?
# Argument: the program. Shells that are not installed are left out; bash is always there.
# SPDX-License-Identifier: Apache-2.0
set -uo pipefail
program=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

expect() { # name, command…
    local name=$1
    shift
    if "$@" >"$work/out" 2>&1; then
        echo "ok: $name"
    else
        echo "FAILED: $name"
        sed 's/^/    /' "$work/out"
        failed=1
    fi
}

# completes 'fleetledger verify --js' '--json': the words that bash would offer for the last one.
completes() {
    local line=$1 wanted=$2
    source "$work/bash"
    # shellcheck disable=SC2206 # a line of words
    COMP_WORDS=($line)
    [[ $line != *' ' ]] || COMP_WORDS+=('')
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _fleetledger
    echo "$line: ${COMPREPLY[*]-}"
    [ "${COMPREPLY[*]-}" = "$wanted" ]
}

ends_with() { # code, part of what is said, command…
    local code=$1 part=$2 said status=0
    shift 2
    said=$("$@" 2>&1) || status=$?
    echo "$status: $said"
    [ "$status" = "$code" ] && [[ $said == *"$part"* ]]
}

# Nothing to say about the page is a page without a warning.
renders() {
    "$program" describe man >"$work/fleetledger.1" || return 1
    groff -man -ww -z -Tutf8 -Kutf8 "$work/fleetledger.1" 2>&1 | tee "$work/warnings"
    [ ! -s "$work/warnings" ]
}

# What is logged on a terminal: the warning about a setting that means nothing here.
logs_on_a_terminal() { # a part of the line, a part that must not be in it
    local said
    said=$(BCRYPT_SALT_ROUNDS=1 script -qec "'$program' verify --fleetledger-home='$work'" /dev/null)
    echo "$said" | cat -v
    [[ $said == *"$1"* ]] && { [ -z "${2-}" ] || [[ $said != *"$2"* ]]; }
}

# The unit of systemd as it is installed, measured without running it: 10 is unconfined.
is_confined() {
    sed 's,@BINDIR@,/usr/bin,' cmake/install/fleetledger.service >"$work/fleetledger.service"
    systemd-analyze security --offline=true --threshold=20 "$work/fleetledger.service"
}

# ./dev knows each word that the pages and .ci/run tell.
has_every_word() {
    local word
    for word in $(grep -ohE '\./dev [a-z]+' .ci/run README.md docs/*.md | cut -d ' ' -f 2 | sort -u); do
        grep -q "^cmd_$word()" dev || { echo "./dev $word"; return 1; }
    done
}

for shell in bash zsh fish; do
    "$program" completion "$shell" >"$work/$shell" || failed=1
    ! command -v "$shell" >/dev/null || expect "$shell takes its script" "$shell" -n "$work/$shell"
done
expect 'bash completes commands' completes 'fleetledger ver' 'verify version'
expect 'bash completes flags' completes 'fleetledger verify --js' '--json'
expect 'bash completes settings' completes 'fleetledger serve --tls-c' '--tls-certificate-file='
expect 'bash completes values' completes 'fleetledger completion f' 'fish'
! command -v groff >/dev/null || expect 'roff takes the manual page' renders
! command -v systemd-analyze >/dev/null || expect 'the unit exposes 2.0 of 10 at most' is_confined
expect 'each word that pages tell is one of ./dev' has_every_word
expect 'a version is told' ends_with 0 '(commit ' "$program" --version
expect 'a command that is not there is named' \
    ends_with 2 'there is no command serv; did you mean serve?' "$program" serv
expect 'a flag is refused before anything is opened' \
    ends_with 2 'there is no flag --prot; did you mean --port?' \
    "$program" serve --prot=3001 --fleetledger-home=/nowhere
expect 'a page that is not there is named' \
    ends_with 2 'did you mean refusals' "$program" describe refusal
expect 'a terminal gets colours' logs_on_a_terminal $'\033[1msettings.ignored'
export NO_COLOR=1
expect 'NO_COLOR takes the colours away' logs_on_a_terminal settings.ignored $'\033'
exit $failed
