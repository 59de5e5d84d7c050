#!/usr/bin/env bash
# Backups in an object store: moto's, of PyPI, which this starts itself. Arguments: the suites of the store, the
# program, a directory to work in, and the only test for Node to run, if it is one. Without Python and moto, which is
# installed where that can be done, it is skipped (77); without Node, what is tested by it.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
suites=$(realpath "$1")
program=$(realpath "$2")
mkdir -p "$3"
cd "$3"
source "$here/../support/node.sh"
source "$here/object_server.sh"
object_server_begin
[ $# -gt 3 ] || "$suites"
(run_node_tests "$here/archive.test.mjs" "$program" "$PWD" "${@:4}")
