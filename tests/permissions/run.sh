#!/usr/bin/env bash
# Calls every route of the program as everybody. Arguments: the program, a directory to work in.
# Without Node it is skipped (77).
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
command -v node >/dev/null || { echo 'There is no Node here: skipped.' && exit 77; }
mkdir -p "$2"
export PROGRAM=$1 SITE_LOG=$2/server
exec node --test --test-reporter=spec "$here/matrix.test.mjs"
