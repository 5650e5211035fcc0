/* login-server - answers every line on a unix socket with the same line: what a login costs
 * when nothing has to be found out.
 *
 * usage    login-server SOCKET REPLY      prints `ready` when it listens */

#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc != 3) return 2;
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    strncpy(address.sun_path, argv[1], sizeof address.sun_path - 1);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 1024) < 0) return perror(argv[1]), 1;
    puts("ready");
    fflush(stdout);
    char reply[2048], request[2048];
    int length = snprintf(reply, sizeof reply, "%s\n", argv[2]);
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        size_t have = 0;
        ssize_t got;
        if (fd < 0) continue;
        while (have < sizeof request && (got = read(fd, request + have, sizeof request - have)) > 0)
            if (memchr(request, '\n', have += (size_t)got)) break;
        send(fd, reply, (size_t)length, MSG_NOSIGNAL);
        close(fd);
    }
}
