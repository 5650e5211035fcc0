/* imap - whole IMAP logins: connects, logs in, logs out, again and again, in several clients.
 *
 * usage    imap PORT CLIENTS SECONDS USER PASSWORD
 * output   one line of JSON: logins, wrong (a LOGIN that was not OK), seconds
 * load     one process a client, one connection at a time in each, at 127.0.0.1
 * exit     0 measured, even when logins failed: the caller judges; 1 it could not measure */

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct count { unsigned long long logins, wrong; };

static void die(const char *what)
{
    fprintf(stderr, "imap: %s: %s\n", what, errno ? strerror(errno) : "bad input");
    exit(1);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Reads until a line begins with the tag; that line. */
static const char *read_until(int fd, const char *tag)
{
    static char text[1 << 16];
    size_t have = 0;
    for (;;) {
        ssize_t n = read(fd, text + have, sizeof text - 1 - have);
        if (n <= 0) return "";
        have += (size_t)n;
        text[have] = 0;
        for (char *line = text; line; line = (line = strchr(line, '\n')) ? line + 1 : NULL)
            if (strncmp(line, tag, strlen(tag)) == 0 && strchr(line, '\n')) return line;
    }
}

static void say(int fd, const char *line)
{
    if (write(fd, line, strlen(line)) < 0 && errno != EPIPE) die("write");
}

static struct count run(int port, double end, const char *login)
{
    struct count count = {0, 0};
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((unsigned short)port) };
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    while (now() < end) {
        int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
        if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) < 0) die("connect");
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        read_until(fd, "* OK");
        say(fd, login);
        if (strncmp(read_until(fd, "a "), "a OK", 4) == 0) count.logins++; else count.wrong++;
        say(fd, "b LOGOUT\r\n");
        read_until(fd, "b ");
        close(fd);
    }
    return count;
}

int main(int argc, char **argv)
{
    if (argc != 6) die("usage: imap PORT CLIENTS SECONDS USER PASSWORD");
    char login[1024];
    int ends[2], clients = atoi(argv[2]);
    if (pipe(ends) < 0) die("pipe");
    snprintf(login, sizeof login, "a LOGIN \"%s\" \"%s\"\r\n", argv[4], argv[5]);
    double started = now(), end = started + atof(argv[3]);
    for (int i = 0; i < clients; i++) {
        pid_t child = fork();
        if (child < 0) die("fork");
        if (child == 0) {
            struct count count = run(atoi(argv[1]), end, login);
            if (write(ends[1], &count, sizeof count) != sizeof count) _exit(1);
            _exit(0);
        }
    }
    struct count sum = {0, 0}, one;
    for (int i = 0, status; i < clients; i++) {
        if (wait(&status) < 0 || status != 0) die("a client failed");
        if (read(ends[0], &one, sizeof one) != sizeof one) die("read");
        sum.logins += one.logins;
        sum.wrong += one.wrong;
    }
    printf("{\"logins\":%llu,\"wrong\":%llu,\"seconds\":%.6f}\n", sum.logins, sum.wrong, now() - started);
    return 0;
}
