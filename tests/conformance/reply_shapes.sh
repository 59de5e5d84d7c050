#!/usr/bin/env bash
# Tests the proxy that checks the shapes of answers, in the directory given. Without npm it is
# skipped (77).
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/tools.sh"
command -v npm >/dev/null || { echo 'There is no npm here: skipped.' && exit 77; }
mkdir -p "$1"
work=$(cd "$1" && pwd)
node=$(node_20 "$work/node")
checker "$work/checker"
cd "$work/checker"
exec "$node" --test --test-reporter=spec proxy.test.mjs
