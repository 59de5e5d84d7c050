#!/bin/sh
# Lists the C files of the tree below the present directory, one a line.
# SPDX-License-Identifier: Apache-2.0
find . \( -path ./build -o -path ./var -o -path ./.git -o -name node_modules \) -prune \
    -o -type f \( -name '*.c' -o -name '*.h' \) -print | sed 's,^\./,,' | sort
