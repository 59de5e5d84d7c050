#!/usr/bin/env bash
# docs/recovery.md to the letter: everything is lost once, and comes back. Arguments: the program, a directory to work
# in, and the only test to run, if it is one. Without Node it is skipped (77).
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/../support/node.sh"
mkdir -p "$2"
run_node_tests "$here/recovery.test.mjs" "$@"
