#!/usr/bin/perl
# holder - what systemd does with a .socket unit: opens the socket once and hands it, as descriptor 3,
# to the program each time that it is started. Says "held" once it is open, reads "start" lines and
# answers each with the process id; ends when its input does.
#
# usage: holder.pl SOCKET NAME PROGRAM [ARGUMENT ...]
use strict;
use warnings;
use Fcntl;
use POSIX qw(dup2);
use Socket;

my ($path, $name, @program) = @ARGV;
socket(my $listener, AF_UNIX, SOCK_STREAM, 0) or die "socket: $!";
bind($listener, pack_sockaddr_un($path)) or die "bind: $!";
chmod(0666, $path) or die "chmod: $!";
listen($listener, 1024) or die "listen: $!";
$SIG{CHLD} = 'IGNORE';
$| = 1;
print "held\n";

while (<STDIN>) {
    defined(my $child = fork) or die "fork: $!";
    if ($child) {
        print "$child\n";
        next;
    }
    dup2(fileno($listener), 3) // die "dup2: $!";
    open(my $three, '<&=', 3) or die "descriptor 3: $!";
    fcntl($three, F_SETFD, 0) or die "fcntl: $!";
    @ENV{qw(LISTEN_PID LISTEN_FDS LISTEN_FDNAMES)} = ($$, 1, $name);
    open(STDIN, '<', '/dev/null');
    open(STDOUT, '>&', \*STDERR);
    exec(@program) or die "exec: $!";
}
