#!/usr/bin/env bash
# Is the OpenAPI document of use? Judged by a linter, by two generators of clients, and by calls that
# these clients make to a started server; a warning counts as an error. Arguments: the program, a
# directory to work in, and the only test to run, if it is one. Without npm or Python's venv it is
# skipped (77).
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/../support/node.sh"
source "$here/../conformance/tools.sh"
for tool in npm python3; do
    command -v $tool >/dev/null || { echo "There is no $tool here: skipped." && exit 77; }
done
python3 -c 'import ensurepip, venv' 2>/dev/null || { echo 'No venv here: skipped.' && exit 77; }
program=$(realpath "$1")
mkdir -p "$2"
WORK=$(cd "$2" && pwd)
export WORK
cp "$here"/{calls.py,calls.ts,package.json,package-lock.json,redocly.yaml} "$WORK/"
npm_ci "$WORK"
if ! cmp -s "$here/requirements.txt" "$WORK/venv/.installed"; then
    rm -rf "$WORK/venv"
    python3 -m venv "$WORK/venv"
    "$WORK/venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$WORK/venv/.installed"
fi
cd "$WORK"
export PATH=$WORK/venv/bin:$WORK/node_modules/.bin:$PATH REDOCLY_TELEMETRY=off

"$program" describe openapi >openapi.json
echo '== redocly lint'
redocly lint openapi.json --config redocly.yaml --format=json >lint.json 2>lint.err || true
node -e 'const { totals, problems } = JSON.parse(require("fs").readFileSync("lint.json"));
    for (const problem of problems.slice(0, 20)) console.log(`${problem.ruleId}: ${problem.message}`);
    process.exit(totals.errors + totals.warnings > 0 ? 1 : 0)'
echo '== openapi-python-client'
rm -rf client
openapi-python-client generate --path openapi.json --output-path client --meta none --fail-on-warning \
    --config "$here/python.yaml"
# Without a warning, nothing was left out: as many modules as operations.
operations=$(node -p 'Object.values(JSON.parse(require("fs").readFileSync("openapi.json")).paths)
    .flatMap(Object.keys).length')
modules=$(find client/api -mindepth 2 -name '*.py' ! -name __init__.py | wc -l)
[ "$modules" = "$operations" ] || { echo "$modules of $operations operations" && exit 1; }
echo '== openapi-typescript'
openapi-typescript openapi.json --output api.d.ts
tsc --strict --noUncheckedIndexedAccess --target es2022 --module nodenext --lib es2022,dom \
    --skipLibCheck calls.ts
run_node_tests "$here/clients.test.mjs" "$program" "$WORK" "${@:3}"
