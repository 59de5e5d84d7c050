#!/usr/bin/env bash
# The one-click install in a bare system: from the command that the server prints to a node that is online
# and runs tasks, as root too where its profile allows that; again, which changes nothing; what goes wrong
# is told to the server; and removed without a trace. Needs root, mmdebstrap and a mirror, and is skipped
# where they are not there. There is no systemd in there: the agent runs in the background,
# and what would be asked of systemd is written down.
# Arguments: the server's program (its agent must need no library), a directory for work.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
program=$(realpath "$1")
work=$(realpath -m "$2")
root="$work/root"
port=3979
server_url="http://127.0.0.1:$port"
api="$server_url/api/v1"
server=0
export CURL_HOME=/nonexistent
test_name=install
log="$work/install.log"
source "$(dirname "${BASH_SOURCE[0]}")/../support/bare_system.sh"

# Of the bare system, all of which we have started.
processes_inside() {
    local process
    for process in /proc/[0-9]*; do
        [ "$(readlink "$process/root" 2>/dev/null)" != "$root" ] || echo "${process#/proc/}"
    done
}

clean_up() {
    local process
    for process in $(processes_inside); do
        kill -9 "$process" 2>/dev/null || true
    done
    [ "$server" = 0 ] || kill "$server" 2>/dev/null || true
    wait 2>/dev/null || true
    remove_bare_system
    rm -rf "$home"
}

start_server() {
    env -i PATH="$PATH" FLEETLEDGER_HOME="$home" PORT="$port" ADMIN_EMAIL=admin@example.com \
        ADMIN_PASSWORD=correct-horse RATE_LIMIT_PER_MINUTE=0 AGENT_RELEASES_DIR="$home/releases" \
        AGENT_RELEASES_KEY="$(openssl pkey -in "$home/release.pem" -pubout -outform DER | tail -c 32 | od -An -vtx1 | tr -d ' \n')" \
        "$program" serve >"$work/install-server.log" 2>&1 &
    server=$!
    for _ in $(seq 3000); do
        curl -sf "$server_url/health/ready" >/dev/null && return
        kill -0 "$server" 2>/dev/null || fail "the server ended: $(tail -n 3 "$work/install-server.log")"
        sleep 0.1
    done
    fail 'the server does not get ready'
}

call() { # method, path, body
    curl -s -X "$1" "$api$2" -H "Authorization: Bearer ${token:-none}" -H 'Content-Type: application/json' ${3:+-d "$3"}
}

sign_in() {
    token=$(call POST /auth/login '{"email":"admin@example.com","password":"correct-horse"}' | jq -r .accessToken)
    workspace=$(call POST /workspaces '{"name":"Install","slug":"install"}' | jq -r .id)
}

new_install() { # fills install and command
    local made
    made=$(call POST "/workspaces/$workspace/node-installs" '{"nodeName":"Bare"}')
    install=$(jq -r .installId <<<"$made")
    command=$(jq -r .installCommand <<<"$made")
}

of_install() { # field
    call GET "/workspaces/$workspace/node-installs/$install" | jq -r ".$1"
}

run_inside() { # command of a shell
    inside bash -c "set -o pipefail; $1" >>"$work/install.log" 2>&1
}

# until what command…: the command holds within a minute.
until_holds() {
    local what=$1
    shift
    for _ in $(seq 600); do
        ! "$@" || return 0
        sleep 0.1
    done
    fail "$what: not within a minute"
}

is_online() {
    [ "$(call GET "/workspaces/$workspace/nodes/$node" | jq -r .status)" = online ]
}

has_ended() { # task
    task=$(call GET "/workspaces/$workspace/tasks/$1")
    case $(jq -r .status <<<"$task") in success | failed | cancelled) ;; *) return 1 ;; esac
}

# expect_output payload text: a task with the payload succeeds, and its output has the text.
expect_output() {
    local id
    task=$(call POST "/workspaces/$workspace/tasks" "{\"nodeId\":\"$node\",\"type\":\"shell.exec\",\"payload\":$1}")
    id=$(jq -r .id <<<"$task")
    [ "$id" != null ] || fail "no task $1: $task"
    until_holds "the task $1" has_ended "$id"
    [ "$(jq -r .status <<<"$task")" = success ] || fail "the task $1: $task"
    jq -r .output <<<"$task" | grep -q "$2" || fail "the output of $1: $task"
}

agents_running() {
    local process count=0
    for process in $(processes_inside); do
        [ "$(tr '\0' '\n' <"/proc/$process/cmdline" | sed -n 2p)" != run ] || count=$((count + 1))
    done
    echo "$count"
}

# But for the copies that programs for users keep of what they change: /etc/shadow-.
files_inside() {
    inside find / -xdev -not -path '/tmp/*' -not -path '/proc/*' -not -path '/etc/*-' | sort
}

# What is refused: told on the way, and to the server. Nothing is left of it.
expect_refused() { # what is told, what is behind the command
    new_install
    ! run_inside "$command $2" || fail "$2 is taken"
    grep -q "$1" "$work/install.log" || fail "nobody is told: $1"
    [ "$(of_install status)" = failed ] || fail "after $2 the install has not failed"
    of_install statusMessage | grep -q "$1" || fail "the server is not told: $1"
}

# make_release version program: signed, in the server's directory. Takes the program.
make_release() {
    local place="$home/releases/$1"
    mkdir -p "$place"
    mv "$2" "$place/agent"
    jq -nc --arg version "$1" --arg sha256 "$(sha256sum "$place/agent" | cut -d' ' -f1)" \
        '{$version, publishedAt: "2026-01-01", commit: "abc", channel: "tag", notes: [{title: "News", items: ["All."]}],
          artifacts: {amd64: {binaryUrl: "https://cdn.example/agent", $sha256}}}' >"$place/release-manifest.json"
    openssl pkeyutl -sign -rawin -inkey "$home/release.pem" -in "$place/release-manifest.json" |
        od -An -vtx1 | tr -d ' \n' >"$place/release-manifest.json.sig"
}

order_update() { # version
    call POST "/workspaces/$workspace/tasks" \
        "{\"nodeId\":\"$node\",\"type\":\"agent.update\",\"payload\":{\"targetVersion\":\"$1\",\"targetId\":\"$node\"}}" |
        jq -r .id
}

has_version() {
    [ "$(call GET "/workspaces/$workspace/nodes/$node" | jq -r .agentVersion)" = "$1" ]
}

home=$(mktemp -d)
chmod 755 "$home"
openssl genpkey -algorithm ed25519 -out "$home/release.pem"
trap clean_up EXIT
rm -f "$work/install.log"
make_bare_system
{ inside apt-get -qq update && inside apt-get -qq install -y --no-install-recommends curl sudo busybox; } \
    >>"$work/install.log" 2>&1 || skip 'the mirror of this system does not answer'
start_server
sign_in
files_inside >"$work/install-before"

new_install
case $command in "curl -fsSL '$server_url/install.sh' | sudo bash -s -- --api-url "*) ;; *) fail "the command: $command" ;; esac
run_inside "$command" || fail 'the command'
[ "$(of_install status),$(of_install stage)" = completed,service_started ] || fail 'the install is not complete'
node=$(of_install nodeId)
until_holds 'the node is online' is_online
expect_output '{"command":"id -un"}' '^fleetledger-agent$'
say 'one command makes a node that is online and runs tasks'

call POST "/workspaces/$workspace/nodes/$node/root-access" '{"profile":"task"}' >>"$work/install.log"
is_applied() { [ "$(call GET "/workspaces/$workspace/nodes/$node" | jq -r .rootAccessAppliedProfile)" = task ]; }
until_holds 'the root access profile is in force' is_applied
expect_output '{"command":"id -un","runAsRoot":true,"rootScope":"task"}' '^root$'
say 'it becomes root where its profile allows that'

again=${command/sudo bash/sudo busybox sh}
run_inside "${again/ --api-url/ --log-level debug --api-url}" || fail 'the command again'
[ "$(jq -r .nodeId "$root/var/lib/fleetledger-agent/identity.json")" = "$node" ] || fail 'it is another node'
[ "$(agents_running)" = 1 ] || fail "$(agents_running) agents run"
grep -q '^LOG_LEVEL=debug$' "$root/etc/fleetledger-agent/agent.conf" || fail 'the log level is not set'
[ "$(grep -c '^API_URL=' "$root/etc/fleetledger-agent/agent.conf")" = 1 ] || fail 'settings are repeated'
[ "$(stat -c %a "$root/etc/fleetledger-agent/agent.conf")" = 600 ] || fail 'others can read the settings'
expect_output '{"command":"true"}' ''
say 'again it stays the same node, with one agent'

curl -fsS "$server_url/downloads/fleetledger-agent-linux-amd64" >"$work/newer"
perl -0777 -pi -e 's/\0\d\.\d\.\d\0/\x009.9.9\0/' "$work/newer"
printf '#!/bin/sh\n[ "$*" = version ] && echo agent 9.9.8 && exit\nexit 1\n' >"$work/broken"
make_release 9.9.9 "$work/newer"
make_release 9.9.8 "$work/broken"
order_update 9.9.9 >>"$work/install.log"
until_holds 'the agent is another version' has_version 9.9.9
is_heard() { [ ! -e "$root/var/lib/fleetledger-agent/update.json" ]; }
until_holds 'the other version is heard' is_heard
[ "$(stat -c %u:%a "$root/usr/local/bin/fleetledger-agent")" = 0:755 ] || fail 'the program is not root'"'"'s'
until_holds 'the update that dies has ended' has_ended "$(order_update 9.9.8)"
until_holds 'the former version is back, and heard' is_heard
[ "$("$root/usr/local/bin/fleetledger-agent" version | cut -d' ' -f2)" = 9.9.9 ] || fail 'the broken version is in place'
expect_output '{"command":"true"}' ''
[ "$(agents_running)" = 1 ] || fail "$(agents_running) agents run after updates"
say 'it becomes what was signed, by way of root, and is the former one again where that dies'

echo 'no agent' >"$root/tmp/agent"
echo "$(printf 0%.0s {1..64})  agent" >"$root/tmp/agent.sha256"
expect_refused 'the agent has the digest' '--binary-url file:///tmp/agent'
expect_refused 'the server has version' '--version 99.9'
new_install
! run_inside "${command/sudo bash/setpriv --reuid nobody sh}" || fail 'not only root can do it'
of_install statusMessage | grep -q 'only root can do this' || fail 'the server is not told that it was not root'
expect_output '{"command":"true"}' ''
say 'what goes wrong is told to the server, and changes nothing'

uninstall() {
    run_inside "curl -fsSL $server_url/install.sh | sh -s -- --uninstall" || fail 'uninstalling'
    files_inside >"$work/install-after"
    diff "$work/install-before" "$work/install-after" >>"$work/install.log" || fail 'files are left'
    ! inside getent passwd fleetledger-agent >/dev/null || fail 'the user is left'
    [ -z "$(processes_inside)" ] || fail 'processes are left'
}

uninstall
uninstall
say 'removed without a trace'

# Of systemd no more than what is asked of it; what it is given is looked at by the one out here.
mkdir -p "$root/run/systemd/system"
printf '#!/bin/sh\necho "$*" >>/tmp/systemctl\n' >"$root/usr/bin/systemctl"
chmod 755 "$root/usr/bin/systemctl"
files_inside >"$work/install-before"
call DELETE "/workspaces/$workspace/nodes/$node" >>"$work/install.log"
new_install
run_inside "$command" || fail 'the command where there is systemd'
[ "$(of_install status)" = completed ] || fail 'the install is not complete'
unit="$root/etc/systemd/system/fleetledger-agent.service"
if command -v systemd-analyze >/dev/null; then
    sed 's,^ExecStart=.*,ExecStart=/bin/true,; s,^ExecStartPre=-.*,ExecStartPre=-/bin/true,; /^User=/d' "$unit" >"$work/fleetledger-agent.service"
    found=$(systemd-analyze verify "$work/fleetledger-agent.service" 2>&1) || true
    [ -z "$found" ] || fail "the unit: $found"
fi
uninstall
asked=$(tr '\n' ';' <"$root/tmp/systemctl")
[ "$asked" = 'daemon-reload;--quiet enable fleetledger-agent;restart fleetledger-agent;--quiet is-active fleetledger-agent;--quiet disable --now fleetledger-agent;daemon-reload;--quiet reset-failed fleetledger-agent;' ] ||
    fail "of systemd is asked: $asked"
say 'where there is systemd it is a service'
