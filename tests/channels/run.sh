#!/usr/bin/env bash
# Channels before real receivers: web servers that redirect, dawdle, answer without
# end, and are others than they should be. Arguments: the program, a directory to work in, and the only test to run, if
# it is one. Without Node it is skipped (77).
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/../support/node.sh"
mkdir -p "$2"
certificate() { # file, names
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3 -subj "/CN=$1" \
        -addext "subjectAltName=$2" -keyout "$WORK/$1.key" -out "$WORK/$1.pem" 2>/dev/null
}
WORK=$(realpath "$2")
export WORK
certificate ours IP:127.0.0.1
certificate elsewhere DNS:elsewhere.example.com
certificate strange IP:127.0.0.1
cat "$WORK/ours.pem" "$WORK/elsewhere.pem" >"$WORK/trusted.pem"
run_node_tests "$here/channels.test.mjs" "$@"
