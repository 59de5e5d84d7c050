#!/usr/bin/env bash
# Backups in an object store: moto's, of PyPI, which this starts itself. Arguments: the suites of the store, a
# directory to work in. Without Python and moto, which is installed where that can be done, it is skipped (77).
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
suites=$(realpath "$1")
mkdir -p "$2"
cd "$2"
source "$here/object_server.sh"
object_server_begin
"$suites"
