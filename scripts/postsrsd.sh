#!/bin/sh
# postsrsd.sh — postsrsd in a folder, to compare its rewritten senders with ours.
#
# usage    scripts/postsrsd.sh       unpacks it where it is missing, and prints the program
# makes    $DOVETAIL_TEST_CACHE/postsrsd (/var/cache/dovetail-test/postsrsd), 200 kB
# limits   Debian 12, where it is version 1.10 and needs nothing but libc; no service is installed
set -eu

cache=${DOVETAIL_TEST_CACHE:-/var/cache/dovetail-test}
program=$cache/postsrsd/usr/sbin/postsrsd

if ! [ -x "$program" ]; then
  mkdir -p "$cache"
  draft=$(mktemp -d "$cache/postsrsd.XXXXXX")
  chmod 755 "$draft"
  cd "$draft"
  apt-get download -qq postsrsd >/dev/null 2>&1
  dpkg-deb -x postsrsd_*.deb .
  rm -f ./*.deb
  rm -rf "$cache/postsrsd"
  mv "$draft" "$cache/postsrsd"
fi

echo "$program"
