#!/usr/bin/env bash
# Speaks to the server by the clients that its dashboard uses, and by hand. Arguments: the program, a directory to
# work in, and the only test to run, if it is one. Without npm it is skipped (77).
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/../support/node.sh"
source "$here/../conformance/tools.sh"
command -v npm >/dev/null || { echo 'There is no npm here: skipped.' && exit 77; }
program=$(realpath "$1")
mkdir -p "$2/tests/sockets" "$2/tests/support"
work=$(cd "$2" && pwd)
cp "$here"/*.mjs "$here"/package.json "$here"/package-lock.json "$work/tests/sockets/"
cp "$here"/../support/*.mjs "$work/tests/support/"
npm_ci "$work/tests/sockets"
[ $# -lt 3 ] || grep -qF "$3" "$here"/*.test.mjs || { echo "No suite has the test: $3" >&2 && exit 1; }
# lane directory "suites" [name]: one after the other; of a named test only the suite that has it.
lane() {
    local suite status=0
    for suite in $2; do
        [ $# -lt 3 ] || grep -qF "$3" "$work/tests/sockets/$suite.test.mjs" || continue
        (run_node_tests "$work/tests/sockets/$suite.test.mjs" "$program" "$work/$1" "${@:3}") || status=$?
    done
    return $status
}
lane waiting patience "${@:3}" >"$work/patience.log" 2>&1 & # waits most of the time
patience=$!
lane terminals 'terminal node_agent redis' "${@:3}" >"$work/terminals.log" 2>&1 &
terminals=$!
status=0
lane working 'sockets polling agents dispatch realtime feed' "${@:3}" || status=$?
wait $terminals || status=$?
wait $patience || status=$?
cat "$work/terminals.log" "$work/patience.log"
exit $status
