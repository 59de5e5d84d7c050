# Functions for scripts that need Node and packages from npm; to be sourced by bash.
# SPDX-License-Identifier: Apache-2.0

is_node_20() { # program
    local major
    major=$("$1" -p 'process.versions.node.split(".")[0]' 2>/dev/null) && [ "$major" -ge 20 ]
}

# node_20 directory: prints the path of a Node 20 or newer, one from npm in the directory where the
# system's is older.
node_20() {
    local packaged=$1/node_modules/node/bin/node
    if is_node_20 node; then
        command -v node
        return
    fi
    if ! is_node_20 "$packaged"; then
        mkdir -p "$1" && npm install --prefix "$1" --no-audit --no-fund --silent node@20 >&2 &&
            is_node_20 "$packaged" || return
    fi
    echo "$packaged"
}

# npm_ci directory: the packages of its lock file, once.
npm_ci() {
    local lock=$1/package-lock.json done=$1/node_modules/.lock-installed
    cmp -s "$lock" "$done" && return
    (cd "$1" && npm ci --no-audit --no-fund --silent >&2) && cp "$lock" "$done"
}

# checker directory: the proxy and what it needs, ready to run there.
checker() {
    mkdir -p "$1" &&
        cp "$(dirname "${BASH_SOURCE[0]}")"/{*.mjs,package.json,package-lock.json} "$1/" &&
        npm_ci "$1"
}
