#!/bin/sh
# Are the pages in docs/reference what the program prints? Arguments: the program, a directory to
# print into.
# SPDX-License-Identifier: Apache-2.0
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
rm -rf "$2"
"$1" describe all --directory "$2"
if ! diff -ru "$root/docs/reference" "$2"; then
    echo 'docs/reference lags: run ./dev docs, and look at the difference before committing it.'
    exit 1
fi
echo "$(find "$2" -type f | wc -l) pages are as printed."
