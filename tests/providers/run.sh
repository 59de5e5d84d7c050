#!/usr/bin/env bash
# Signs people in through providers: npm's oidc-provider, and one that lies. Arguments: the program, a
# directory to work in, and the only test to run, if it is one. Without npm it is skipped (77).
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/../support/node.sh"
source "$here/../conformance/tools.sh"
command -v npm >/dev/null || { echo 'There is no npm here: skipped.' && exit 77; }
program=$(realpath "$1")
mkdir -p "$2"
WORK=$(cd "$2" && pwd)
export WORK NODE_NO_WARNINGS=1
cp "$here"/{package.json,package-lock.json} "$WORK/"
npm_ci "$WORK"
run_node_tests "$here/providers.test.mjs" "$program" "$WORK" "${@:3}"
