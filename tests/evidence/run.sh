#!/usr/bin/env bash
# The ledger as others verify it: by golang.org/x/mod/sumdb, by openssl, and by a few lines of arithmetic.
# Arguments: the program, a directory to work in, and the only test to run, if it is one. Without Node it
# is skipped (77); without Go or its x/mod package, the test that needs them.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/../support/node.sh"
mkdir -p "$2"
packages=/usr/share/gocode # of Debian
if command -v go >/dev/null && [ -d "$packages/src/golang.org/x/mod/sumdb/tlog" ]; then
    GO111MODULE=off GOFLAGS='' GOPATH=$packages GOCACHE=$(realpath "$2")/go-cache \
        go build -o "$2/verifier" "$here/verifier.go"
    VERIFIER=$(realpath "$2/verifier")
    export VERIFIER
fi
run_node_tests "$here/evidence.test.mjs" "$@"
