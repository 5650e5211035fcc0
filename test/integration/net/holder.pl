#!/usr/bin/perl
# holder - what systemd does with a .socket unit: opens the socket, starts the program with it as
# descriptor 3, and starts the program again whenever it ends. Stops with SIGTERM.
#
# usage: holder.pl SOCKET NAME PROGRAM [ARGUMENT ...]
use strict;
use warnings;
use Socket;
use POSIX qw(dup2);

my ($path, $name, @program) = @ARGV;
socket(my $listener, AF_UNIX, SOCK_STREAM, 0) or die "socket: $!";
bind($listener, pack_sockaddr_un($path)) or die "bind: $!";
listen($listener, 128) or die "listen: $!";

my $child;
my $over = 0;
$SIG{TERM} = sub { $over = 1; kill 'TERM', $child if $child };
until ($over) {
    defined($child = fork) or die "fork: $!";
    if (!$child) {
        $SIG{TERM} = 'DEFAULT';
        dup2(fileno($listener), 3) // die "dup2: $!";
        # Perl closes descriptors above $^F when it executes a program; a copy made by dup2 stays,
        # and one that is number 3 already needs the flag taken off.
        require Fcntl;
        open(my $three, '<&=', 3) or die "descriptor 3: $!";
        fcntl($three, Fcntl::F_SETFD(), 0) or die "fcntl: $!";
        @ENV{qw(LISTEN_PID LISTEN_FDS LISTEN_FDNAMES)} = ($$, 1, $name);
        exec(@program) or die "exec: $!";
    }
    waitpid($child, 0);
}
