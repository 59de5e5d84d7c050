#!/usr/bin/env bash
# Roles that count by grants that a product root key has signed. Arguments: the program, a directory to work in, and the only
# test to run, if it is one. Without Node it is skipped (77).
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/../support/node.sh"
(run_node_tests "$here/insecure.test.mjs" "$@")
run_node_tests "$here/authority.test.mjs" "$@"
