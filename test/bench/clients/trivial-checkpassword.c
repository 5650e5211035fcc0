/* trivial-checkpassword - the least that a checkpassword program can do: fd 3, one line each
 * way over a unix socket, fd 4, exit. No escaping, no limits, no modes: a baseline, not a client.
 *
 * usage    trivial-checkpassword --socket SOCKET [REPLY-PROGRAM] */

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    char request[513] = "", line[2048];
    ssize_t have = 0, got;
    if (argc < 3) return 111;
    while (have < 512 && (got = read(3, request + have, (size_t)(512 - have))) > 0) have += got;
    const char *password = request + strlen(request) + 1;

    struct sockaddr_un address = { .sun_family = AF_UNIX };
    strncpy(address.sun_path, argv[2], sizeof address.sun_path - 1);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) return 111;
    int length = snprintf(line, sizeof line, "V1\tVERIFY\t%s\t%s\timap\t127.0.0.1\n", request, password);
    if (write(fd, line, (size_t)length) != length) return 111;

    for (have = 0; have < (ssize_t)sizeof line && (got = read(fd, line + have, sizeof line - (size_t)have)) > 0; have += got)
        if (memchr(line + have, '\n', (size_t)got)) { have += got; break; }
    if (have < 4 || strncmp(line, "OK\t", 3)) return have > 0 ? 1 : 111;
    return write(4, line + 3, (size_t)have - 4) == have - 4 ? 0 : 111;
}
