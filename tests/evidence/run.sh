#!/usr/bin/env bash
# The ledger as others verify it: by golang.org/x/mod/sumdb, by Tessera's fsck, by openssl, and by a few lines
# of arithmetic. Arguments: the program, a directory to work in, and the only test to run, if it is one.
# Without Node it is skipped (77); without Go, its x/mod package or Tessera, the test that needs them.
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
# Tessera's own checker, of the version that was tried. The Go modules come from wherever Go gets them.
fsck=github.com/transparency-dev/tessera/cmd/fsck@v1.0.4
if command -v go >/dev/null; then
    [ -x "$2/fsck" ] || GOFLAGS='' GOBIN=$(realpath "$2") timeout 300 go install "$fsck" >"$2/fsck.log" 2>&1 ||
        echo "NOT CHECKED by Tessera's fsck, which could not be built here: $2/fsck.log says why." >&2
fi
if [ -x "$2/fsck" ]; then
    FSCK=$(realpath "$2/fsck")
    export FSCK
fi
(run_node_tests "$here/access.test.mjs" "$@")
(run_node_tests "$here/entities.test.mjs" "$@")
(run_node_tests "$here/command_line.test.mjs" "$@")
run_node_tests "$here/evidence.test.mjs" "$@"
