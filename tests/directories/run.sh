#!/usr/bin/env bash
# Directories as other people's program knows them: PyPI's scim2-tester asks a started server all that it asks
# of any. Arguments: the program, a directory to work in, and the only test to run, if it is one.
# Without Python's venv it is skipped (77).
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/../support/node.sh"
python3 -c 'import ensurepip, venv' 2>/dev/null || { echo 'No venv here: skipped.' && exit 77; }
program=$(realpath "$1")
mkdir -p "$2"
WORK=$(cd "$2" && pwd)
export WORK
if ! cmp -s "$here/requirements.txt" "$WORK/venv/.installed"; then
    rm -rf "$WORK/venv"
    python3 -m venv "$WORK/venv"
    "$WORK/venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$WORK/venv/.installed"
fi
run_node_tests "$here/directories.test.mjs" "$program" "$WORK" "${@:3}"
