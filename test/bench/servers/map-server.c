/* map-server - the reference in C: epoll, a hash table, netstrings, nothing else.
 *
 * usage    map-server SOCKET QUESTIONS   (as load.c reads them); prints `ready` when it listens
 * limits   one reply is one send; a client that does not read is dropped */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define MAX_REQUEST 10000

struct entry { const char *request, *reply; uint32_t request_length, reply_length; };
struct connection { int fd; size_t have; char bytes[MAX_REQUEST + 8]; };

static struct entry *table;
static size_t slots = 1 << 10;

static void die(const char *what) { perror(what); exit(1); }

static size_t hash(const char *text, size_t length)
{
    uint64_t h = 14695981039346656037u;             /* FNV-1a */
    while (length--) h = (h ^ (unsigned char)*text++) * 1099511628211u;
    return (size_t)(h ^ h >> 32);
}

static struct entry *slot_of(const char *request, size_t length)
{
    size_t i = hash(request, length) & (slots - 1);
    while (table[i].request && (table[i].request_length != length || memcmp(table[i].request, request, length)))
        i = (i + 1) & (slots - 1);
    return &table[i];
}

static void read_answers(const char *path)
{
    int fd = open(path, O_RDONLY);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) < 0) die(path);
    char *text = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (text == MAP_FAILED) die(path);
    char *end = text + status.st_size;
    size_t lines = 0;
    for (char *p = text; p < end; p++) lines += *p == '\n';
    while (slots < lines * 2) slots *= 2;
    if (!(table = calloc(slots, sizeof *table))) die("memory");
    for (char *line = text; line < end;) {
        char *eol = memchr(line, '\n', (size_t)(end - line)), *tab = memchr(line + 2, '\t', (size_t)(eol - line - 2));
        if (*line == 'k') {
            struct entry *e = slot_of(line + 2, (size_t)(tab - line - 2));
            *e = (struct entry){ line + 2, tab + 1, (uint32_t)(tab - line - 2), (uint32_t)(eol - tab - 1) };
        }
        line = eol + 1;
    }
}

static int reply(struct connection *c, const char *request, size_t length)
{
    static const char absent[] = "9:NOTFOUND ,";
    const struct entry *e = slot_of(request, length);
    char out[4200];
    if (!e->request) return send(c->fd, absent, sizeof absent - 1, MSG_NOSIGNAL) == sizeof absent - 1;
    int used = sprintf(out, "%u:%.*s,", e->reply_length, (int)e->reply_length, e->reply);
    return send(c->fd, out, (size_t)used, MSG_NOSIGNAL) == used;
}

/* Answers every whole netstring; 0: the connection is to be closed. */
static int converse(struct connection *c)
{
    ssize_t got = recv(c->fd, c->bytes + c->have, sizeof c->bytes - c->have, 0);
    if (got <= 0) return 0;
    c->have += (size_t)got;
    size_t start = 0;
    while (start < c->have) {
        size_t length = 0, at = start;
        for (; at < c->have && c->bytes[at] >= '0' && c->bytes[at] <= '9'; at++)
            if ((length = length * 10 + (size_t)(c->bytes[at] - '0')) > MAX_REQUEST) return 0;
        if (at == c->have) break;
        if (c->bytes[at] != ':' || at == start) return 0;
        if (at + 1 + length >= c->have) break;
        if (c->bytes[at + 1 + length] != ',') return 0;
        if (!reply(c, c->bytes + at + 1, length)) return 0;
        start = at + length + 2;
    }
    memmove(c->bytes, c->bytes + start, c->have -= start);
    return 1;
}

static void greet(int epoll, int listener)
{
    int fd = accept(listener, NULL, NULL);
    struct connection *c = fd < 0 ? NULL : calloc(1, sizeof *c);
    if (!c) return;
    c->fd = fd;
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = c };
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

int main(int argc, char **argv)
{
    if (argc != 3) { fprintf(stderr, "usage: map-server SOCKET QUESTIONS\n"); return 2; }
    read_answers(argv[2]);
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    strncpy(address.sun_path, argv[1], sizeof address.sun_path - 1);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0), epoll = epoll_create1(0);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 1024) < 0) die(argv[1]);
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = NULL }, events[256];
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    puts("ready");
    fflush(stdout);
    for (;;) {
        int ready = epoll_wait(epoll, events, 256, -1);
        for (int i = 0; i < ready; i++) {
            struct connection *c = events[i].data.ptr;
            if (!c) { greet(epoll, listener); continue; }
            if (!converse(c)) { close(c->fd); free(c); }
        }
    }
}
