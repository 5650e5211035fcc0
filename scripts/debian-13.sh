#!/bin/sh
# debian-13.sh — a Debian 13 in a folder, for the tests that need Dovecot 2.4 and Postfix 3.10.
#
# usage    scripts/debian-13.sh      makes it where it is missing or outdated, and prints the folder
# makes    $DOVETAIL_TEST_CACHE/debian-13 (/var/cache/dovetail-test/debian-13), 300 MB in a minute
# limits   root on a Debian or Ubuntu: the packages come through debootstrap from Debian's mirror.
#          The folder's path must be short (unix sockets are opened below it), and open to all users.
#
# Servers are started in it with chroot: they share the host's network and its process table, and
# nothing is mounted. The folder holds a link with its own path that leads to its own root, so that
# a path below it means the same file inside and outside.
set -eu

# What is installed is written down in the folder: a change here makes it anew.
PACKAGES=dovecot-imapd,dovecot-lmtpd,dovecot-pop3d,dovecot-managesieved,dovecot-sieve
PACKAGES=$PACKAGES,dovecot-auth-lua,lua-socket,dovecot-pgsql,postfix,postfix-lmdb,postfix-pgsql,libsasl2-modules
VERSION="1 $PACKAGES"

cache=${DOVETAIL_TEST_CACHE:-/var/cache/dovetail-test}
root=$cache/debian-13
log=$cache/debian-13.log
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}

is_current() { [ "$(cat "$root/.dovetail-test" 2>/dev/null)" = "$VERSION" ]; }

fail() {
  echo "debian-13.sh: $1" >&2
  exit 1
}

if ! is_current; then
  [ "$(id -u)" -eq 0 ] || fail 'only root can make a Debian in a folder'
  export DEBIAN_FRONTEND=noninteractive
  if ! command -v debootstrap >/dev/null; then
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends debootstrap; } >/dev/null </dev/null ||
      fail 'debootstrap is missing, and apt could not install it'
  fi
  mkdir -p "$cache"
  chmod 755 "$cache"
  # Two runs at once: the second waits, and finds it there.
  exec 9>"$cache/debian-13.lock"
  flock 9
  if ! is_current; then
    echo "Making a Debian 13 in $root: about a minute" >&2
    draft=$root.new
    rm -rf "$draft"
    debootstrap --variant=minbase --include="$PACKAGES" trixie "$draft" "$mirror" >"$log" 2>&1 </dev/null 9>&- ||
      fail "debootstrap failed, see $log and $draft/debootstrap/debootstrap.log"
    rm -rf "$draft"/var/cache/apt/archives/*.deb "$draft"/var/lib/apt/lists/*
    mkdir -p "$draft$cache"
    ln -s / "$draft$root"
    echo "$VERSION" >"$draft/.dovetail-test"
    rm -rf "$root"
    mv "$draft" "$root"
  fi
fi

echo "$root"
