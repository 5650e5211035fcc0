/* sasl-pipelined - logs in with SASL PLAIN on Dovecot's auth socket, as Postfix does, again and again.
 *
 * usage    sasl-pipelined SOCKET IN_FLIGHT SECONDS USER PASSWORD [FIRST]
 *          with FIRST, USER is a domain, and every login another user of it: FIRST@USER, and so on
 * output   one line of JSON: logins, wrong (anything but OK), seconds
 * load     one connection with so many requests in flight; an answer is followed by the next request, until
 *          the time is over; then the last answers are waited for, so that nobody's work is left to who comes next
 * exit     0 measured, even when answers were wrong: the caller judges; 1 it could not measure
 * source   Dovecot's auth-protocol, version 1 */

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static int fd;
static char input[1 << 16], output[1 << 20], response[1024];
static size_t have, written;
static uint32_t next_id = 1;

static void die(const char *what)
{
    fprintf(stderr, "sasl-pipelined: %s: %s\n", what, errno ? strerror(errno) : "bad input");
    exit(1);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void plain(const char *user, const char *password)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned char text[512] = {0};
    size_t length = strlen(user) + strlen(password) + 2, at = 0;
    if (length > sizeof text - 3) die("user and password are too long");
    strcpy((char *)text + 1, user);
    strcpy((char *)text + 2 + strlen(user), password);
    for (size_t i = 0; i < length; i += 3) {
        uint32_t three = (uint32_t)text[i] << 16 | (uint32_t)text[i + 1] << 8 | text[i + 2];
        for (int k = 3; k >= 0; k--) response[at++] = digits[three >> (6 * k) & 63];
    }
    for (size_t pad = (3 - length % 3) % 3; pad > 0; pad--) response[at - pad] = '=';
}

static const char *user, *password;
static unsigned long first;
static int in_flight;

static void ask(void)
{
    if (first) {
        char name[512];
        snprintf(name, sizeof name, "%lu@%s", first++, user);
        plain(name, password);
    }
    in_flight++;
    written += (size_t)snprintf(output + written, sizeof output - written,
        "AUTH\t%u\tPLAIN\tservice=smtp\tnologin\tno-penalty\tsecured\tresp=%s\n", next_id++, response);
}

static void send_all(void)
{
    for (size_t sent = 0; sent < written;) {
        ssize_t n = write(fd, output + sent, written - sent);
        if (n < 0) die("write");
        sent += (size_t)n;
    }
    written = 0;
}

/* Reads once; hands each whole line to `hear`, which says when it has heard enough. */
static int listen_once(int (*hear)(const char *))
{
    ssize_t n = read(fd, input + have, sizeof input - have);
    if (n <= 0) die("the connection ended");
    have += (size_t)n;
    int enough = 0;
    char *line = input, *end = input + have, *eol;
    while ((eol = memchr(line, '\n', (size_t)(end - line)))) {
        *eol = 0;
        enough |= hear(line);
        line = eol + 1;
    }
    have = (size_t)(end - line);
    memmove(input, line, have);
    return enough;
}

static uint64_t logins, wrong;
static double end;

static int hear_greeting(const char *line) { return strcmp(line, "DONE") == 0; }

static int hear_answer(const char *line)
{
    if (strncmp(line, "OK\t", 3) == 0) logins++; else wrong++;
    in_flight--;
    if (now() < end) ask();
    return 0;
}

int main(int argc, char **argv)
{
    if (argc != 6 && argc != 7) die("usage: sasl-pipelined SOCKET IN_FLIGHT SECONDS USER PASSWORD [FIRST]");
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (strlen(argv[1]) >= sizeof address.sun_path) die("the path is too long");
    strcpy(address.sun_path, argv[1]);
    fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) < 0) die(argv[1]);
    user = argv[4], password = argv[5];
    if (argc == 7) first = strtoul(argv[6], NULL, 10);
    else plain(user, password);
    written = (size_t)sprintf(output, "VERSION\t1\t2\nCPID\t%d\n", (int)getpid());
    send_all();
    while (!listen_once(hear_greeting)) {}
    for (int i = atoi(argv[2]); i > 0; i--) ask();
    double started = now();
    end = started + atof(argv[3]);
    while (in_flight > 0) {
        send_all();
        listen_once(hear_answer);
    }
    printf("{\"logins\":%llu,\"wrong\":%llu,\"seconds\":%.6f}\n",
        (unsigned long long)logins, (unsigned long long)wrong, now() - started);
    return 0;
}
