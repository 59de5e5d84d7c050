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
[ $# -lt 3 ] || grep -qF -- "test('$3'," "$here"/*.test.mjs || { echo "There is no test '$3'." >&2 && exit 1; }
run() { # suite directory [name]
    [ $# -lt 3 ] || grep -qF -- "test('$3'," "$here/$1.test.mjs" || return 0
    (run_node_tests "$work/tests/sockets/$1.test.mjs" "$program" "$work/$2" "${@:3}")
}
run patience waiting "${@:3}" >"$work/patience.log" 2>&1 & # waits most of the time
patience=$!
status=0
for suite in sockets polling agents dispatch realtime feed terminal node_agent; do
    run $suite working "${@:3}" || status=$?
done
wait $patience || status=$?
cat "$work/patience.log"
exit $status
