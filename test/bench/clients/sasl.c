/* sasl - logs in with PLAIN over Dovecot's auth protocol, again and again, one login at a time on each
 * connection, as smtpd processes do.
 *
 * usage    sasl PATH CONNECTIONS SECONDS RESPONSE      RESPONSE is the base64 of PLAIN
 * output   one line of JSON: logins, wrong, seconds. A login is right when the answer is OK */

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

struct peer { char line[8192]; size_t length; unsigned id; int ready; };

static void die(const char *what) { perror(what); exit(1); }

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void say(int fd, const char *text, size_t length)
{
    if (write(fd, text, length) != (ssize_t)length) die("write");
}

static void ask(int fd, struct peer *peer, const char *response)
{
    char text[1024];
    int length = snprintf(text, sizeof text, "AUTH\t%u\tPLAIN\tservice=smtp\tnologin\tlip=127.0.0.1\trip=127.0.0.1\tsecured\tresp=%s\n", ++peer->id, response);
    say(fd, text, (size_t)length);
}

int main(int argc, char **argv)
{
    if (argc != 5) { fprintf(stderr, "usage: sasl PATH CONNECTIONS SECONDS RESPONSE\n"); return 2; }
    int connections = atoi(argv[2]), open = connections;
    double seconds = atof(argv[3]), started = now();
    unsigned long logins = 0, wrong = 0;
    struct pollfd *fds = calloc((size_t)connections, sizeof *fds);
    struct peer *peers = calloc((size_t)connections, sizeof *peers);
    if (!fds || !peers) die("calloc");
    for (int i = 0; i < connections; i++) {
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        char hello[64];
        strncpy(address.sun_path, argv[1], sizeof address.sun_path - 1);
        fds[i] = (struct pollfd){ socket(AF_UNIX, SOCK_STREAM, 0), POLLIN, 0 };
        if (connect(fds[i].fd, (struct sockaddr *)&address, sizeof address) < 0) die("connect");
        /* Dovecot wants another pid of each client. */
        say(fds[i].fd, hello, (size_t)snprintf(hello, sizeof hello, "VERSION\t1\t0\nCPID\t%d\n", getpid() * 100 + i));
    }
    while (open) {
        if (poll(fds, (nfds_t)connections, 10000) <= 0) die("poll");
        for (int i = 0; i < connections; i++) {
            struct peer *peer = &peers[i];
            char *end;
            if (!fds[i].revents) continue;
            ssize_t got = read(fds[i].fd, peer->line + peer->length, sizeof peer->line - peer->length - 1);
            if (got <= 0) { fprintf(stderr, "sasl: the connection ended\n"); return 1; }
            peer->length += (size_t)got;
            peer->line[peer->length] = '\0';
            while ((end = strchr(peer->line, '\n'))) {
                int is_answer = !strncmp(peer->line, "OK\t", 3) || !strncmp(peer->line, "FAIL\t", 5);
                if (is_answer) { logins++; wrong += peer->line[0] != 'O'; }
                if (is_answer && now() - started >= seconds) { close(fds[i].fd); fds[i].fd = -1; open--; peer->length = 0; break; }
                if (is_answer || !strncmp(peer->line, "DONE\n", 5)) ask(fds[i].fd, peer, argv[4]);
                peer->length -= (size_t)(end + 1 - peer->line);
                memmove(peer->line, end + 1, peer->length + 1);
            }
        }
    }
    printf("{\"logins\":%lu,\"wrong\":%lu,\"seconds\":%.6f}\n", logins, wrong, now() - started);
    return 0;
}
