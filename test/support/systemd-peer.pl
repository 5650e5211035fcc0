# systemd-peer — stands for systemd at NOTIFY_SOCKET: prints each notice that comes, one a line, the
# lines of one notice joined by a space.
#
# usage    perl systemd-peer.pl PATH
use strict;
use warnings;
use IO::Socket::UNIX;
use Socket qw(SOCK_DGRAM);

$| = 1;
my $socket = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => $ARGV[0]) or die "cannot bind $ARGV[0]: $!";
print "listening\n";
while (defined $socket->recv(my $notice, 65536)) {
    # systemd-notify waits until this one was received: it only carries a descriptor.
    next if $notice eq 'BARRIER=1';
    $notice =~ tr/\n/ /;
    print "$notice\n";
}
