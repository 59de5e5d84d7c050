# What scripts of tests written for Node share; to be sourced by bash.
# SPDX-License-Identifier: Apache-2.0

# run_node_tests file program directory [name]: all tests of the file, or the one of that name; the
# program's output goes to the directory. Without Node they are skipped (77).
run_node_tests() {
    local options=(--test-reporter=spec)
    command -v node >/dev/null || { echo 'There is no Node here: skipped.' && exit 77; }
    mkdir -p "$3"
    [ $# -lt 4 ] || options+=("--test-name-pattern=^$(sed 's/[].[*^$()+?{|\\\/]/\\&/g' <<<"$4")\$")
    export PROGRAM=$2 SITE_LOG=$3/server
    exec node --test "${options[@]}" "$1"
}
