#!/usr/bin/env bash
# Runs one fuzz target, built by the preset fuzz, on a copy of its corpus below build/, so that the
# tree stays as it is. usage: run.sh tests/fuzz/fuzz_<target>.c seconds
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
target=$(basename "$1" .c) seconds=$2
name=${target#fuzz_}
work="build/fuzz/work/$name" found="tests/fuzz/corpus/$name" options=()

[ -f "$1" ] || { echo "There is no $1." >&2 && exit 1; }
mkdir -p "$work/corpus" "$work/crashes"
[ ! -d "$found" ] || cp -R "$found/." "$work/corpus/"
[ ! -f "tests/fuzz/$name.dict" ] || options+=("-dict=tests/fuzz/$name.dict")
if ! "build/fuzz/$target" -max_total_time="$seconds" -print_final_stats=0 -timeout=10 \
    -rss_limit_mb=2048 -artifact_prefix="$work/crashes/" "${options[@]}" "$work/corpus" \
    >"$work/log" 2>&1; then
    tail -n 40 "$work/log"
    echo "fuzz $name: FAILED; the input is in $work/crashes/" >&2
    exit 1
fi
printf 'fuzz %-16s %s  %s\n' "$name" \
    "$(grep -aoE 'cov: [0-9]+ ft: [0-9]+' "$work/log" | tail -n 1)" \
    "$(grep -a '^Done ' "$work/log")"
