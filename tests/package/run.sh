#!/usr/bin/env bash
# The Debian package in a bare system (a minimal Debian below a directory): it installs with all that it
# depends on, serves, is upgraded under load to a version with other read models and back again, is
# removed, purged and installed anew, and purged without a trace. There is no systemd in there: the test starts what the unit names.
# Needs root, mmdebstrap and a mirror, and is skipped where they are not there. Arguments: the package, the
# newer package, a directory for work.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
old=$(realpath "$1")
new=$(realpath "$2")
work=$(realpath -m "$3")
root="$work/root"
port=3978
api="http://127.0.0.1:$port/api/v1"
server=0
load=0
export CURL_HOME=/nonexistent
test_name=package
log="$work/log"
source "$(dirname "${BASH_SOURCE[0]}")/../support/bare_system.sh"

# What we started is a shell that waits for the server.
stop_server() {
    kill "$(pgrep -P "$server")"
}

clean_up() {
    [ "$load" = 0 ] || kill "$load" 2>/dev/null || true
    [ "$server" = 0 ] || stop_server 2>/dev/null || true
    wait 2>/dev/null || true
    remove_bare_system
}

install_package() {
    cp "$1" "$root/tmp/package.deb"
    inside apt-get -qq install -y --no-install-recommends --allow-downgrades /tmp/package.deb >>"$work/log" 2>&1 ||
        fail "installing $(basename "$1")"
}

configure() {
    printf 'PORT=%s\nRATE_LIMIT_PER_MINUTE=0\n' "$port" >>"$root/etc/fleetledger.env"
}

# As the unit says: its user, its environment.
as_service() { # command…
    local settings=()
    mapfile -t settings < <(grep -v '^#' "$root/etc/fleetledger.env")
    inside setpriv --reuid fleetledger --regid fleetledger --init-groups \
        env FLEETLEDGER_HOME=/var/lib/fleetledger "${settings[@]}" "$@"
}

start() {
    as_service "$(sed -n 's/^ExecStart=\([^ ]*\).*/\1/p' "$root/usr/lib/systemd/system/fleetledger.service")" serve \
        >>"$work/server.log" 2>&1 &
    server=$!
    for _ in $(seq 3000); do
        curl -sf "http://127.0.0.1:$port/health/ready" >/dev/null && return
        kill -0 "$server" 2>/dev/null || fail "the server ended: $(tail -n 3 "$work/server.log")"
        sleep 0.1
    done
    fail 'the server does not get ready'
}

stop() {
    stop_server
    wait "$server" || fail 'the server did not end cleanly'
    server=0
}

sign_in() {
    local first=()
    mapfile -t first <"$root/var/lib/fleetledger/first-sign-in" # an address, a password
    token=$(curl -s "$api/auth/login" -H 'Content-Type: application/json' \
        -d "{\"email\":\"${first[0]}\",\"password\":\"${first[1]}\"}" | jq -r .accessToken)
    [ "$token" != null ] && [ -n "$token" ] || fail 'nobody can sign in'
}

# Workspaces, one after the other; the ids of those that were acknowledged.
make_load() {
    local n=0 id
    while :; do
        n=$((n + 1))
        id=$(curl -s -m 20 "$api/workspaces" -H "Authorization: Bearer $token" -H "Idempotency-Key: $1-$n" \
            -H 'Content-Type: application/json' -d "{\"name\":\"$1 $n\",\"slug\":\"$1-$n\"}" | jq -r '.id // empty' 2>/dev/null) || true
        [ -z "$id" ] || echo "$id" >>"$work/acknowledged"
        sleep 0.05
    done
}

wait_for_load() {
    for _ in $(seq 600); do
        [ ! -s "$work/acknowledged" ] || return 0
        sleep 0.1
    done
    fail 'the load does nothing'
}

all_are_there() {
    local id status count=0
    while read -r id; do
        status=$(curl -s -o /dev/null -w '%{http_code}' "$api/workspaces/$id" \
            -H "Authorization: Bearer $token") || status="curl's $?"
        [ "$status" = 200 ] || fail "workspace $id was acknowledged, but its answer is $status"
        count=$((count + 1))
    done <"$work/acknowledged"
    say "$1: $count acknowledged, all there"
}

# What postinst does beside systemd, done by hand here: prepare beside the running one, then restart.
change_to() {
    install_package "$1"
    as_service fleetledger prepare >>"$work/log" 2>&1 || fail 'prepare'
    stop
    start
    all_are_there "$2"
}

is_enabled() {
    [ -L "$root/etc/systemd/system/multi-user.target.wants/fleetledger.service" ]
}

purge() {
    inside apt-get -qq purge -y fleetledger >>"$work/log" 2>&1 || fail 'purge'
}

expect_only_evidence() {
    local left
    left=$(ls "$root/var/lib/fleetledger")
    [ "$left" = $'checkpoints.mdb\nkeys.mdb\nledger.mdb\nlooks.kept\nsecret.key' ] ||
        fail "the first purge left: $left"
    [ ! -e "$root/etc/fleetledger.env" ] || fail 'the purge left the settings'
}

expect_nothing_left() {
    local left
    left=$(inside find / -xdev -name '*fleetledger*' -not -path '/tmp/*' -not -path '/var/log/*')
    [ -z "$left" ] || fail "left after the purge: $left"
    ! inside getent passwd fleetledger >/dev/null || fail 'the user is left'
}

trap clean_up EXIT
rm -f "$work/acknowledged" "$work/log" "$work/server.log"
make_bare_system
inside apt-get -qq update >>"$work/log" 2>&1 || skip 'the mirror of this system does not answer'
install_package "$old"
inside fleetledger --version >>"$work/log" || fail '--version'
is_enabled || fail 'the service is not enabled'
configure
start
say 'installed and started'
sign_in
make_load first &
load=$!
wait_for_load
change_to "$new" 'upgraded under load'
grep -q '^Building set_' "$work/log" || fail 'the newer version has the same read models'
change_to "$old" 'gone back under load'
kill "$load"
load=0
stop
inside apt-get -qq remove -y fleetledger >>"$work/log" 2>&1 || fail 'remove'
[ -e "$root/var/lib/fleetledger/ledger.mdb" ] || fail 'the ledger went with the package'
install_package "$old"
start
all_are_there 'removed and installed again'
stop
purge
expect_only_evidence
install_package "$old"
configure
start
all_are_there 'purged and installed again'
stop
rm -rf "$root/var/lib/fleetledger"
purge
expect_nothing_left
say 'purged without a ledger: nothing is left'
