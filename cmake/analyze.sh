#!/usr/bin/env bash
# Runs three static analyzers over every C file outside tests/, or over n of them, and fails on any
# finding. They read the compile commands of the given build directory. A finding that is wrong is
# answered where it stands: NOLINT(check) and the reason.
# usage: analyze.sh build-directory [n]
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
build=$1 sample=${2:-1000000}
cd "$(dirname "${BASH_SOURCE[0]}")/.."
jobs=$(nproc)
out="$build/analysis"
mkdir -p "$out"
sh cmake/checks/sources.sh | grep '\.c$' | grep -v '^tests/' |
    bash cmake/sample.sh "$sample" >"$out/files"

# What the compile commands say about headers and the language, without what only clang takes.
gcc_flags() {
    jq -r '.[].command' "$build/compile_commands.json" | tr ' ' '\n' |
        awk '/^(-D|-I|-std=)[^"\\]*$/ { print } was { print "-isystem" $0 } { was = $0 == "-isystem" }' |
        sort -u
}

by_gcc() {
    local flags
    mapfile -t flags < <(gcc_flags)
    xargs -a "$out/files" -P "$jobs" -I{} \
        gcc "${flags[@]}" -O1 -fPIC -fanalyzer -Werror -c {} -o /dev/null
}

by_clang() {
    xargs -a "$out/files" -P "$jobs" -n 8 clang-tidy-14 -p "$build" --quiet
}

# It reads C99 with gaps: what it cannot parse is skipped, and not a finding.
by_cppcheck() {
    xargs -a "$out/files" cppcheck --quiet --std=c11 -I. -j "$jobs" --error-exitcode=1 \
        --enable=warning,performance,portability --inline-suppr --suppress=missingIncludeSystem \
        --suppress=internalAstError --suppress=syntaxError \
        --template='{file}:{line}: {id}: {message}'
}

failed=0
for analyzer in by_gcc by_clang by_cppcheck; do
    begun=$SECONDS
    if "$analyzer" >"$out/$analyzer" 2>&1; then
        printf 'analyze %-12s nothing found in %s files, %s s\n' \
            "${analyzer#by_}" "$(wc -l <"$out/files")" $((SECONDS - begun))
    else
        grep -E 'warning:|error:|: [a-zA-Z]+: ' "$out/$analyzer" | sed "s,$PWD/,," | sort -u || true
        printf 'analyze %-12s FAILED; the whole output is in %s\n' "${analyzer#by_}" "$out/$analyzer"
        failed=1
    fi
done
exit "$failed"
