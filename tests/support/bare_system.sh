# A minimal Debian below a directory, for tests that install things; to be sourced by bash, after
# $root (where it is to be), $work (whose base.tar keeps it for the next time), $test_name
# and $log (the end of which is shown where it fails) are there.
# Needs root, mmdebstrap and a mirror. There is no systemd in there.
# SPDX-License-Identifier: Apache-2.0

say() { printf '%s: %s\n' "$test_name" "$*"; }

skip() {
    say "skipped: $*"
    exit 0
}

fail() {
    say "FAILED: $*" >&2
    tail -n 15 "$log" >&2
    exit 1
}

# The same mirror as the system that we are on.
bare_system_sources() {
    cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list 2>/dev/null || true
}

make_bare_system() {
    unshare --mount true 2>/dev/null || skip 'only root makes a system below a directory'
    mkdir -p "$work"
    [ -s "$work/base.tar" ] ||
        bare_system_sources |
        mmdebstrap --quiet --variant=minbase --mode=root --format=tar bookworm "$work/base.tar.new" - ||
        skip 'the mirror of this system does not answer'
    [ -s "$work/base.tar" ] || mv "$work/base.tar.new" "$work/base.tar"
    mkdir -p "$root"
    tar -C "$root" -xf "$work/base.tar"
    mount -t proc proc "$root/proc"
    mount -t tmpfs tmpfs "$root/dev"
    mkdir "$root/dev/shm"
    for device in null zero random urandom; do
        cp -a "/dev/$device" "$root/dev/"
    done
    mount -t tmpfs tmpfs "$root/dev/shm"
    ln -s /proc/self/fd "$root/dev/fd"
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" # no service starts by itself
    chmod 755 "$root/usr/sbin/policy-rc.d"
    echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/unsafe-io" # what is thrown away need not be synced
    cp /etc/resolv.conf /etc/hosts "$root/etc/"
}

remove_bare_system() {
    local mounted
    for mounted in proc dev/shm dev; do
        umount -l "$root/$mounted" 2>/dev/null || true
    done
    rm -rf --one-file-system "$root"
}

inside() { # command…
    chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"
}
