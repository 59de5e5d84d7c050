#!/usr/bin/env bash
# Are WebSockets those of RFC 6455? Judged by the cases of Autobahn|Testsuite, which kosoku drives.
# Arguments: the echoing server, and a directory to work in. Without Python's venv it is skipped (77).
# Left out: compression (12, 13), which the server does not offer.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
python3 -c 'import ensurepip, venv' 2>/dev/null || { echo 'No venv here: skipped.' && exit 77; }
server=$(realpath "$1")
mkdir -p "$2"
cd "$2"
if ! cmp -s "$here/requirements.txt" venv/.installed; then
    rm -rf venv
    python3 -m venv venv
    venv/bin/pip install --quiet --disable-pip-version-check -r "$here/requirements.txt"
    cp "$here/requirements.txt" venv/.installed
fi
coproc server { "$server"; }
read -r port <&"${server[0]}"
venv/bin/kosoku --parallelism 16 --exclude '12.*' --exclude '13.*' --outdir reports \
    "ws://127.0.0.1:$port/socket/large" | tee verdict
exec {server[1]}>&-
wait "$server_PID"
grep -qx '301 cases passed' verdict # one that did not run would not fail
