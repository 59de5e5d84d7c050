#!/usr/bin/env bash
# Opens pages in a headless browser: that of the API document, one with a terminal on a node, one with security keys. Arguments:
# the program, a directory to work in. Without npm or Chromium it is skipped (77).
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/../conformance/tools.sh"
command -v npm >/dev/null || { echo 'There is no npm here: skipped.' && exit 77; }
BROWSER=$(command -v chromium) || { echo 'There is no Chromium here: skipped.' && exit 77; }
mkdir -p "$2/tests/browser" "$2/tests/support"
work=$(cd "$2" && pwd)
cp -r "$here"/{*.mjs,page,package.json,package-lock.json} "$work/tests/browser/"
cp "$here"/../support/*.mjs "$work/tests/support/"
npm_ci "$work/tests/browser"
node=$(node_20 "$work/node")
PROGRAM=$(realpath "$1")
export PROGRAM SITE_LOG=$work/server BROWSER
exec "$node" --test --test-concurrency=1 --test-reporter=spec "$work"/tests/browser/*.test.mjs
