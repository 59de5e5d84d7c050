#!/bin/sh
# Makes this machine a node of the Fleetledger server that this script comes from:
#
#     curl -fsSL 'https://fleet.example/install.sh' | sudo bash -s -- \
#         --api-url 'https://fleet.example' --bootstrap-token '…'
#
#   server ── agent, digest ──► /usr/local/bin ── token ──► identity ──► service that runs
#
# Nobody but the server is asked and nothing else is installed, so the machine needs no way out. Run
# again, it renews program and service, and keeps the identity. It tells the server how far it is.
# SPDX-License-Identifier: Apache-2.0
set -eu

program=/usr/local/bin/fleetledger-agent
user=fleetledger-agent
config=/etc/fleetledger-agent
state=/var/lib/fleetledger-agent
unit=/etc/systemd/system/fleetledger-agent.service
sudo_rule=/etc/sudoers.d/fleetledger-agent
profile_rules=/etc/sudoers.d/fleetledger-agent-root-access
log=/var/log/fleetledger-agent.log # where there is no systemd
path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

api_url=''
token=''
log_level=''
version=''
binary_url=''
ca_file=''
release_key=''
is_uninstall=no

percent=5
step='reading the arguments'
reason=''
answer=''

usage() {
    cat <<'EOF'
usage: install.sh --api-url <url> --bootstrap-token <token> [options]
       install.sh --uninstall

    --api-url <url>            the server, https://fleet.example
    --bootstrap-token <token>  of a one-click install
    --ca-file <file>           PEM file of the authority that the server's certificate comes from
    --log-level <level>        debug, info, warning or error
    --version <version>        fails where the server has another one; "latest" is any
    --release-key <key>        lets the agent update itself to what this Ed25519 key (64 hexadecimal digits)
                               has signed, and to nothing else
    --binary-url <url>         of the agent; its digest is at the same with .sha256 behind
    --uninstall                stops the agent and removes all that was installed
EOF
}

say() {
    printf 'fleetledger: %s\n' "$*"
}

fail() {
    reason=$*
    exit 1
}

# A server that says nothing for a minute is not waited for.
fetch() { # argument of curl…
    curl -fsS --connect-timeout 30 --speed-limit 1 --speed-time 60 ${ca_file:+--cacert "$ca_file"} "$@"
}

# Never in the way of the install itself. What the server knows of the install is in $answer.
report() { # stage, per cent, status [message]
    percent=$2
    [ -n "$token" ] && [ -n "$api_url" ] || return 0
    answer=$(printf '{"token":"%s","stage":"%s","progressPercent":%s,"status":"%s"%s}' \
        "$token" "$1" "$2" "$3" "${4:+,\"statusMessage\":\"$4\"}" |
        fetch -m 10 -H 'Content-Type: application/json' --data-binary @- \
            "$api_url/api/v1/node-installs/progress" 2>/dev/null) || answer=''
}

# However it ends.
end() {
    code=$?
    trap - EXIT
    rm -f "$program.new" "$config/agent.conf.new"
    [ "$code" -ne 0 ] || exit 0
    [ -n "$reason" ] || reason="failed while $step"
    printf 'fleetledger: %s\n' "$reason" >&2
    report failed "$percent" failed "$(printf '%s' "$reason" | tr -d '\042\134' | tr '[:cntrl:]' ' ' | cut -c 1-500)"
    exit "$code"
}

take_option() { # name, value
    case $1 in
    --api-url) api_url=$2 ;;
    --bootstrap-token) token=$2 ;;
    --ca-file) ca_file=$2 ;;
    --release-key) release_key=$2 ;;
    --log-level) log_level=$2 ;;
    --version) version=$2 ;;
    --binary-url) binary_url=$2 ;;
    *) fail "there is no $1; --help tells what there is" ;;
    esac
}

read_arguments() { # argument…
    while [ $# -gt 0 ]; do
        case $1 in
        --help | -h) usage && exit 0 ;;
        --uninstall) is_uninstall=yes ;;
        --*=*) take_option "${1%%=*}" "${1#*=}" ;;
        --*)
            [ $# -ge 2 ] || fail "$1 needs a value"
            take_option "$1" "$2"
            shift
            ;;
        *) fail "$1 is no option; --help tells what there is" ;;
        esac
        shift
    done
}

# They go into files and JSON as they are.
check_arguments() {
    local_url=${api_url%/}
    local_url=${local_url%/api/v1}
    local_url=${local_url%/v1}
    api_url=''
    case $local_url in
    *[!A-Za-z0-9:/._~%@\[\]-]*) fail '--api-url holds signs that no URL of a server has' ;;
    http://?* | https://?*) ;;
    *) fail 'tell the server with --api-url https://…' ;;
    esac
    case $token in
    '') fail 'tell the token of the install with --bootstrap-token' ;;
    *[!A-Za-z0-9._~+/=-]*) token='' && fail '--bootstrap-token holds signs that no token has' ;;
    esac
    case $release_key in *[!0-9A-Fa-f]*) fail '--release-key is 64 hexadecimal digits' ;; esac
    [ -z "$release_key" ] || [ "${#release_key}" = 64 ] || fail '--release-key is 64 hexadecimal digits'
    case $log_level in *[!a-z]*) fail '--log-level is debug, info, warning or error' ;; esac
    [ -z "$ca_file" ] || [ -r "$ca_file" ] || fail "$ca_file cannot be read"
    api_url=$local_url
    binary_url=${binary_url:-$api_url/downloads/fleetledger-agent-linux-amd64}
}

must_be_root() {
    [ "$(id -u)" = 0 ] || fail 'only root can do this: use sudo'
}

check_machine() {
    must_be_root
    [ "$(uname -s)" = Linux ] || fail "the agent runs on Linux, and this is $(uname -s)"
    case $(uname -m) in
    x86_64 | amd64) ;;
    *) fail "the server has an agent for x86-64, and this is $(uname -m)" ;;
    esac
}

has_systemd() {
    [ -d /run/systemd/system ]
}

add_user() {
    shell=/bin/false
    for nologin in /usr/sbin/nologin /sbin/nologin; do
        [ ! -x "$nologin" ] || shell=$nologin
    done
    if id "$user" >/dev/null 2>&1; then
        :
    elif command -v useradd >/dev/null; then
        useradd --system --user-group --home-dir "$state" --no-create-home --shell "$shell" "$user"
    else
        addgroup -S "$user"
        adduser -S -D -H -h "$state" -s "$shell" -G "$user" "$user"
    fi
}

put_setting() { # name, value: in place of what was there
    { grep -v "^$1=" "$config/agent.conf" || true; } >"$config/agent.conf.new"
    printf '%s=%s\n' "$1" "$2" >>"$config/agent.conf.new"
    chown "$user:$user" "$config/agent.conf.new"
    mv -f "$config/agent.conf.new" "$config/agent.conf"
}

make_directories() {
    mkdir -p "$config" "$state" "${program%/*}"
    chmod 755 "$config"
    chmod 700 "$state"
    chown "$user:$user" "$state"
    umask 077
    [ -f "$config/agent.conf" ] ||
        echo "# Settings of the agent, as NAME=value: see fleetledger-agent run --help" >"$config/agent.conf"
    put_setting API_URL "$api_url"
    [ -z "$log_level" ] || put_setting LOG_LEVEL "$log_level"
    [ -z "$release_key" ] || put_setting RELEASE_KEY "$release_key"
    umask 022
    if [ -n "$release_key" ]; then # root believes this file alone
        printf '%s\n' "$release_key" >"$config/release-key.new"
        mv -f "$config/release-key.new" "$config/release-key"
    fi
    if [ -n "$ca_file" ]; then
        cat "$ca_file" >"$config/ca.pem.new"
        mv -f "$config/ca.pem.new" "$config/ca.pem"
        ca_file=$config/ca.pem
        (umask 077 && put_setting API_TLS_CA_FILE "$ca_file")
    fi
}

download() {
    fetch --retry 5 -o "$program.new" "$binary_url" || fail "$binary_url cannot be downloaded"
    report binary_downloaded 74 installing
    wanted=$(fetch --retry 5 "$binary_url.sha256") || fail "$binary_url.sha256 cannot be downloaded"
    wanted=${wanted%% *}
    given=$(sha256sum "$program.new")
    given=${given%% *}
    [ "$given" = "$wanted" ] || fail "the agent has the digest $given, and not $wanted"
    chmod 755 "$program.new"
    has=$("$program.new" version) || fail 'the agent does not run on this machine'
    has=${has#* }
    has=${has%% *}
    case $version in
    '' | latest | "$has") ;;
    *) fail "the server has version $has of the agent, and not $version" ;;
    esac
    mv -f "$program.new" "$program"
}

# All that the agent needs root for at first: from then on it follows the node's root access profile.
allow_root_access() {
    if [ ! -d /etc/sudoers.d ]; then
        say 'sudo is not here: root access profiles but "off" need it. Install it, and run this again.'
        return
    fi
    {
        printf '%s ALL=(root) NOPASSWD: %s root-helper profile\n' "$user" "$program"
        [ ! -f "$config/release-key" ] ||
            printf '%s ALL=(root) NOPASSWD: %s root-helper update, %s.old root-helper update-back\n' \
                "$user" "$program" "$program"
    } >"$sudo_rule.new"
    chmod 440 "$sudo_rule.new"
    mv -f "$sudo_rule.new" "$sudo_rule"
}

node_of() { # reads JSON
    sed -n 's/.*"nodeId" *: *"\([0-9a-f-]*\)".*/\1/p' | head -n 1
}

identity() {
    [ ! -s "$state/identity.json" ] || node_of <"$state/identity.json"
}

as_user() { # text of a command
    su -s /bin/sh "$user" -c "cd $state && exec env -i PATH=$path HOME=$state USER=$user $1"
}

# A token that has made this very machine a node is not used again.
bootstrap() {
    node=$(identity)
    [ -z "$node" ] || [ "$node" != "$(printf '%s' "$answer" | node_of)" ] || return 0
    said=$(printf '%s\n' "$token" | as_user "sh -c 'read -r token && exec $program bootstrap --bootstrap-token=\$token'" 2>&1) ||
        fail "${said##*fleetledger-agent: }"
}

# Tasks and terminals are children of the agent, by sudo too, and have what it has: so nothing here
# keeps it from becoming root where its profile allows that. Most of systemd's protections would, as
# they imply NoNewPrivileges=.
write_unit() {
    cat >"$unit" <<EOF
[Unit]
Description=Fleetledger agent
Wants=network-online.target
After=network-online.target

[Service]
# The former version, where an update has left one, counts the starts of a new one.
ExecStartPre=-$program.old count-start
ExecStart=$program run
User=$user
StateDirectory=fleetledger-agent
StateDirectoryMode=0700
WorkingDirectory=$state
Restart=always
RestartSec=5
KillMode=mixed
TimeoutStopSec=60
OOMPolicy=continue
KeyringMode=private

[Install]
WantedBy=multi-user.target
EOF
}

# Of the agent, and of those who keep its tasks.
processes() {
    for process in /proc/[0-9]*; do
        case $(readlink "$process/exe" 2>/dev/null) in
        "$program" | "$program (deleted)") echo "${process#/proc/}" ;;
        esac
    done
}

argument_of() { # process
    tr '\0' '\n' <"/proc/$1/cmdline" 2>/dev/null | sed -n 2p
}

# The agent ends its tasks first, and tells their ends.
stop_in_background() {
    for process in $(processes); do
        [ "$(argument_of "$process")" != run ] || kill "$process" 2>/dev/null || true
    done
    seconds=0
    while [ -n "$(processes)" ] && [ "$seconds" -lt 60 ]; do
        sleep 1
        seconds=$((seconds + 1))
    done
    for process in $(processes); do
        kill -9 "$process" 2>/dev/null || true
    done
}

start_in_background() {
    stop_in_background
    (umask 077 && : >>"$log")
    chown "$user:$user" "$log"
    as_user "setsid $program run" >>"$log" 2>&1 </dev/null &
    sleep 2
    [ -n "$(processes)" ] || fail "the agent does not run: $(tail -n 1 "$log")"
    say "there is no systemd here: the agent runs in the background and writes to $log."
    say "Let whatever starts this machine run: su -s /bin/sh $user -c '$program run'"
}

start() {
    if has_systemd; then
        write_unit
        systemctl daemon-reload
        systemctl --quiet enable fleetledger-agent
        systemctl restart fleetledger-agent
        sleep 2
        systemctl --quiet is-active fleetledger-agent ||
            fail 'the service does not run: see journalctl -u fleetledger-agent'
    else
        start_in_background
    fi
}

install() {
    check_arguments
    step='looking at this machine'
    report installer_started 8 installing
    check_machine
    report dependencies_ready 30 installing
    step='making the user and its directories'
    add_user
    make_directories
    report service_user_ready 45 installing
    step='downloading the agent'
    report binary_download_started 60 installing
    download
    allow_root_access
    step='exchanging the token'
    report agent_bootstrapping 88 installing
    bootstrap
    step='starting the agent'
    start
    report service_started 100 completed
    say "this machine is node $(identity) of $api_url"
}

remove_user() {
    if ! id "$user" >/dev/null 2>&1; then
        :
    elif command -v userdel >/dev/null; then
        userdel "$user"
    else
        deluser "$user"
        delgroup "$user" 2>/dev/null || true
    fi
}

uninstall() {
    step='removing the agent'
    must_be_root
    if has_systemd && [ -f "$unit" ]; then
        systemctl --quiet disable --now fleetledger-agent
        rm -f "$unit"
        systemctl daemon-reload
        systemctl --quiet reset-failed fleetledger-agent 2>/dev/null || true
    fi
    stop_in_background
    rm -f "$program" "$program.new" "$program.old" "$unit" "$sudo_rule" "$profile_rules" "$log"
    rm -rf "$config" "$state"
    remove_user
    say 'the agent is removed. The node stays known to the server until an administrator deletes it.'
}

main() {
    trap end EXIT
    trap 'reason="stopped while $step"; exit 130' INT TERM HUP
    read_arguments "$@"
    if [ "$is_uninstall" = yes ]; then
        uninstall
    else
        install
    fi
}

main "$@"
