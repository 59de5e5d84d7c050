#!/usr/bin/env bash
# The property-based run against the OpenAPI document. Arguments: the program, a directory to work
# in, seconds. The tool comes from PyPI into a virtual environment below the directory.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "$2"
export PROGRAM SECONDS_IN_ALL=$3 WORK TOOL
PROGRAM=$(realpath "$1")
WORK=$(cd "$2" && pwd)
venv=$WORK/venv
if ! cmp -s "$here/requirements.txt" "$venv/.installed"; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$venv/.installed"
fi
TOOL=$venv/bin/st
exec node "$here/property.mjs"
