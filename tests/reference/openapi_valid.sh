#!/usr/bin/env bash
# Are the printed documents of OpenAPI and AsyncAPI valid? Judged by validators that others wrote.
# Arguments: the program, a directory to work in. Without npm it is skipped (77).
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/../conformance/tools.sh"
command -v npm >/dev/null || { echo 'There is no npm here: skipped.' && exit 77; }
mkdir -p "$2"
work=$(cd "$2" && pwd)
cp "$here"/{validate.mjs,validate_asyncapi.mjs,package.json,package-lock.json} "$work/"
npm_ci "$work"
node=$(node_20 "$work/node")
"$1" describe openapi >"$work/openapi.json"
"$node" "$work/validate.mjs" "$work/openapi.json"
"$1" describe asyncapi >"$work/asyncapi.json"
"$node" "$work/validate_asyncapi.mjs" "$work/asyncapi.json"
