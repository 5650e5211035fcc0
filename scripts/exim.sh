#!/bin/sh
# exim.sh — Exim in a folder, for the tests of SASL: Debian's package would put Postfix out.
#
# usage    scripts/exim.sh           unpacks it where it is missing, and prints the program
# makes    $DOVETAIL_TEST_CACHE/exim (/var/cache/dovetail-test/exim), 3 MB
# limits   Debian 12, root: the libraries that it needs and its user Debian-exim must be there. The light
#          package does not speak Dovecot's protocol
set -eu

cache=${DOVETAIL_TEST_CACHE:-/var/cache/dovetail-test}
program=$cache/exim/usr/sbin/exim4

if ! [ -x "$program" ]; then
  apt-get install -y -qq --no-install-recommends libdb5.3 libgnutls-dane0 libidn12 libldap-2.5-0 libmariadb3 libnsl2 \
    libpcre2-8-0 libperl5.36 libpq5 libsasl2-2 libspf2-2 libsqlite3-0 </dev/null >/dev/null
  getent passwd Debian-exim >/dev/null ||
    useradd --system --user-group --no-create-home --home-dir /var/spool/exim4 --shell /usr/sbin/nologin Debian-exim
  mkdir -p "$cache"
  draft=$(mktemp -d "$cache/exim.XXXXXX")
  chmod 755 "$draft"
  cd "$draft"
  apt-get download -qq exim4-daemon-heavy >/dev/null 2>&1
  dpkg-deb -x exim4-daemon-heavy_*.deb .
  rm -f ./*.deb
  rm -rf "$cache/exim"
  mv "$draft" "$cache/exim"
fi

echo "$program"
