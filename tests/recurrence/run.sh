#!/usr/bin/env bash
# Recurring times against an independent implementation from PyPI. Arguments: the program that answers, a
# directory to work in. Without Python's venv it is skipped (77).
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
python3 -c 'import ensurepip, venv' 2>/dev/null || { echo 'No venv here: skipped.' && exit 77; }
mkdir -p "$2"
venv=$(cd "$2" && pwd)/venv
if ! cmp -s "$here/requirements.txt" "$venv/.installed"; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$venv/.installed"
fi
exec "$venv/bin/python" "$here/compare.py" "$1"
