#!/usr/bin/env bash
# Exports in each format, read by other people's programs; and those that a server makes. Arguments: the
# program that writes examples, the server, a directory to work in, and the only test of the server to run, if
# it is one. Without Node or Python's venv it is skipped (77).
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/../support/node.sh"
python3 -c 'import ensurepip, venv' 2>/dev/null || { echo 'No venv here: skipped.' && exit 77; }
mkdir -p "$3"
EXPORT_FILES=$(cd "$3" && pwd)
export EXPORT_FILES
if ! cmp -s "$here/requirements.txt" "$EXPORT_FILES/venv/.installed"; then
    rm -rf "$EXPORT_FILES/venv"
    python3 -m venv "$EXPORT_FILES/venv"
    "$EXPORT_FILES/venv/bin/pip" install --quiet --disable-pip-version-check \
        -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$EXPORT_FILES/venv/.installed"
fi
"$1"
mapfile -t types < <("$2" describe events | sed -n 's/^### `\([a-z]*\.[a-z_]*\)`.*/\1/p')
[ "${#types[@]}" -gt 50 ] || { echo "Only ${#types[@]} types of events" && exit 1; }
"$EXPORT_FILES/venv/bin/python" "$here/validate.py" "$EXPORT_FILES" "${types[@]}"
run_node_tests "$here/export.test.mjs" "$2" "${@:3}"
