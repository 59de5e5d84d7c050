#!/usr/bin/env bash
# Opens the page of the API document in a headless browser. Arguments: the program, a directory to
# work in. Without npm or Chromium it is skipped (77).
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/../conformance/tools.sh"
command -v npm >/dev/null || { echo 'There is no npm here: skipped.' && exit 77; }
BROWSER=$(command -v chromium) || { echo 'There is no Chromium here: skipped.' && exit 77; }
mkdir -p "$2"
work=$(cd "$2" && pwd)
mkdir -p "$work/tests/viewer" "$work/tests/support"
cp "$here"/{viewer.test.mjs,package.json,package-lock.json} "$work/tests/viewer/"
cp "$here"/../support/*.mjs "$work/tests/support/"
npm_ci "$work/tests/viewer"
node=$(node_20 "$work/node")
export PROGRAM=$1 SITE_LOG=$work/server BROWSER
exec "$node" --test --test-reporter=spec "$work/tests/viewer/viewer.test.mjs"
