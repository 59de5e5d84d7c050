#!/usr/bin/env bash
# Sinks before real receivers: web servers that fail, refuse and dawdle, and rsyslog. Arguments: the program, a
# directory to work in, and the only test to run, if it is one. Without Node it is skipped (77); without
# rsyslogd and its module for TLS (packages rsyslog and rsyslog-openssl of Debian), the test that needs them.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/../support/node.sh"
mkdir -p "$2"
PATH=$PATH:/usr/sbin
RSYSLOG_MODULES=$(find /usr/lib -name lmnsd_ossl.so -printf '%h\n' 2>/dev/null | head -n1)
if command -v rsyslogd >/dev/null && [ -n "$RSYSLOG_MODULES" ]; then
    RSYSLOGD=$(command -v rsyslogd)
    export RSYSLOGD
else
    echo 'No rsyslogd with TLS here: the test that needs it is skipped.'
fi
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout "$2/key.pem" -out "$2/cert.pem" 2>/dev/null
WORK=$(realpath "$2")
export WORK
run_node_tests "$here/sinks.test.mjs" "$@"
