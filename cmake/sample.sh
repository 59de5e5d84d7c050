#!/usr/bin/env bash
# Of the lines that come in, so many: others for each commit, so that in time all have their turn.
# usage: … | sample.sh n
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
seed=$(git rev-parse HEAD)
while IFS= read -r line; do
    printf '%s\t%s\n' "$(printf '%s' "$seed$line" | sha256sum | cut -c1-16)" "$line"
done | sort | sed -n "1,${1}p" | cut -f2- # all of it is read: sort must not be cut off
