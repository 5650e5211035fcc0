/* load - asks a socketmap server many questions and checks every answer.
 *
 * usage    load SOCKET QUESTIONS --connections N (--seconds S | --once FROM TO) [--seed N]
 *          [--unknown SHARE] [--exponent S]
 * input    QUESTIONS holds one question a line: `k` (known) or `u` (unknown), the request's
 *          payload and the expected reply's payload, separated by TABs
 * output   one line of JSON: requests, wrong, later (a TEMP), seconds, its own CPU time in
 *          microseconds, the median and 99th percentile of the answer time in microseconds
 * load     one request in flight a connection. --seconds draws questions by Zipf's law
 *          (weight 1/rank^exponent) from a sequence made before the clock starts, with the
 *          given share of unknown ones; --once asks questions FROM..TO-1 once each, in order
 * exit     0 measured, even when answers were wrong: the caller judges; 1 it could not measure */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define SEQUENCE (1u << 20)
#define MAX_CONNECTIONS 10000
#define MAX_REPLY 4096

struct question { uint32_t request, reply; uint16_t request_length, reply_length; };
struct connection { int fd; uint32_t question; uint64_t asked; size_t have; char reply[MAX_REPLY]; };

static char *frames;                        /* all requests and replies as netstrings */
static size_t frames_used, frames_room;
static struct question *questions;
static uint32_t known, unknown, *known_at, *unknown_at;
static struct connection *connections;
static uint32_t *sequence, sequence_length, next_question;
static uint64_t answered, wrong, later_replies;
static uint32_t answer_times[1u << 20];     /* histogram: one slot a microsecond */

static void die(const char *what)
{
    fprintf(stderr, "load: %s: %s\n", what, errno ? strerror(errno) : "bad input");
    exit(1);
}

static uint64_t nanoseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* xorshift64*: the same sequence for the same seed on every machine */
static uint64_t state;
static double uniform(void)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (double)((state * 2685821657736338717u) >> 11) / 9007199254740992.0;
}

static uint32_t frame(const char *text, size_t length, uint16_t *framed)
{
    size_t at = frames_used;
    if (length > MAX_REPLY - 16) die("a question is too long");
    if (frames_used + length + 16 > frames_room) {
        frames_room = frames_room ? frames_room * 2 : 1 << 20;
        if (!(frames = realloc(frames, frames_room))) die("memory");
    }
    frames_used += (size_t)sprintf(frames + at, "%zu:", length);
    memcpy(frames + frames_used, text, length);
    frames_used += length;
    frames[frames_used++] = ',';
    *framed = (uint16_t)(frames_used - at);
    return (uint32_t)at;
}

static void read_questions(const char *path)
{
    int fd = open(path, O_RDONLY);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) < 0) die(path);
    char *text = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (text == MAP_FAILED) die(path);
    char *end = text + status.st_size;
    size_t lines = 0, n = 0;
    for (char *p = text; p < end; p++) lines += *p == '\n';
    questions = calloc(lines, sizeof *questions);
    known_at = calloc(lines, sizeof *known_at);
    unknown_at = calloc(lines, sizeof *unknown_at);
    if (!questions || !known_at || !unknown_at) die("memory");
    for (char *line = text; line < end; n++) {
        char *eol = memchr(line, '\n', (size_t)(end - line));
        char *tab = eol ? memchr(line + 2, '\t', (size_t)(eol - line - 2)) : NULL;
        if (!tab) die(path);
        questions[n].request = frame(line + 2, (size_t)(tab - line - 2), &questions[n].request_length);
        questions[n].reply = frame(tab + 1, (size_t)(eol - tab - 1), &questions[n].reply_length);
        if (*line == 'k') known_at[known++] = (uint32_t)n; else unknown_at[unknown++] = (uint32_t)n;
        line = eol + 1;
    }
    munmap(text, (size_t)status.st_size);
    close(fd);
}

static double *cumulative_zipf(uint32_t n, double exponent)
{
    double *sums = malloc(sizeof *sums * (n ? n : 1)), sum = 0;
    if (!sums) die("memory");
    for (uint32_t i = 0; i < n; i++) sums[i] = sum += pow(i + 1, -exponent);
    return sums;
}

static uint32_t draw(const double *sums, uint32_t n)
{
    double x = uniform() * sums[n - 1];
    uint32_t low = 0, high = n - 1;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (sums[middle] < x) low = middle + 1; else high = middle;
    }
    return low;
}

static void draw_sequence(double share_unknown, double exponent)
{
    double *of_known = cumulative_zipf(known, exponent), *of_unknown = cumulative_zipf(unknown, exponent);
    sequence_length = SEQUENCE;
    if (!(sequence = malloc(sizeof *sequence * SEQUENCE))) die("memory");
    for (uint32_t i = 0; i < SEQUENCE; i++) {
        int ask_unknown = unknown && (!known || uniform() < share_unknown);
        sequence[i] = ask_unknown ? unknown_at[draw(of_unknown, unknown)] : known_at[draw(of_known, known)];
    }
    free(of_known);
    free(of_unknown);
}

static void list_sequence(uint32_t from, uint32_t to)
{
    if (to > known + unknown || from >= to) die("--once: no such questions");
    sequence_length = to - from;
    if (!(sequence = malloc(sizeof *sequence * sequence_length))) die("memory");
    for (uint32_t i = 0; i < sequence_length; i++) sequence[i] = from + i;
}

static int dial(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (strlen(path) >= sizeof address.sun_path) { errno = ENAMETOOLONG; die(path); }
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) < 0) die(path);
    return fd;
}

static void ask(struct connection *c)
{
    c->question = sequence[next_question++ % sequence_length];
    const struct question *q = &questions[c->question];
    c->have = 0;
    c->asked = nanoseconds();
    if (send(c->fd, frames + q->request, q->request_length, MSG_NOSIGNAL) != q->request_length) die("send");
}

static void judge(const struct connection *c)
{
    const struct question *q = &questions[c->question];
    uint64_t took = (nanoseconds() - c->asked) / 1000, slots = sizeof answer_times / sizeof *answer_times;
    answer_times[took < slots ? took : slots - 1]++;
    answered++;
    if (c->have == q->reply_length && !memcmp(c->reply, frames + q->reply, c->have)) return;
    if (memmem(c->reply, c->have < 12 ? c->have : 12, ":TEMP ", 6)) later_replies++; else wrong++;
    if (wrong + later_replies <= 3)
        fprintf(stderr, "load: asked %.*s got %.*s wanted %.*s\n", (int)q->request_length, frames + q->request,
                (int)c->have, c->reply, (int)q->reply_length, frames + q->reply);
}

/* Whole when the netstring's own length says so, so that a wrong answer is seen as one. */
static int whole(const struct connection *c)
{
    size_t length = 0, i = 0;
    while (i < c->have && c->reply[i] >= '0' && c->reply[i] <= '9') length = length * 10 + (size_t)(c->reply[i++] - '0');
    if (i == c->have) return 0;
    if (c->reply[i] != ':' || i + length + 2 > MAX_REPLY) die("the server does not speak netstrings");
    return c->have >= i + length + 2;
}

static void run(uint32_t n, double seconds)
{
    struct epoll_event events[256];
    int epoll = epoll_create1(0);
    uint64_t started = nanoseconds(), until = started + (uint64_t)(seconds * 1e9), open = n;
    for (uint32_t i = 0; i < n; i++) {
        struct epoll_event event = { .events = EPOLLIN, .data.ptr = &connections[i] };
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, connections[i].fd, &event) < 0) die("epoll_ctl");
        ask(&connections[i]);
    }
    while (open) {
        int ready = epoll_wait(epoll, events, 256, 15000);
        if (ready == 0) { errno = ETIMEDOUT; die("no answer for 15 s"); }
        for (int i = 0; i < ready; i++) {
            struct connection *c = events[i].data.ptr;
            ssize_t got = recv(c->fd, c->reply + c->have, MAX_REPLY - c->have, 0);
            if (got <= 0) die("the server closed a connection");
            c->have += (size_t)got;
            if (!whole(c)) continue;
            judge(c);
            int more = seconds > 0 ? nanoseconds() < until : next_question < sequence_length;
            if (more) ask(c); else open--;
        }
    }
    close(epoll);
}

static uint32_t percentile(double share)
{
    uint64_t seen = 0, wanted = (uint64_t)((double)answered * share);
    uint32_t i = 0;
    while (seen + answer_times[i] <= wanted && i < sizeof answer_times / sizeof *answer_times - 1) seen += answer_times[i++];
    return i;
}

int main(int argc, char **argv)
{
    uint32_t n = 10, from = 0, to = 0;
    double seconds = 0, share_unknown = 0.3, exponent = 1.0;
    state = 20240601;
    if (argc < 3) die("usage: load SOCKET QUESTIONS --connections N (--seconds S | --once FROM TO)");
    for (int i = 3; i < argc; i++) {
        if (!strcmp(argv[i], "--connections") && i + 1 < argc) n = (uint32_t)atoi(argv[++i]);
        else if (!strcmp(argv[i], "--seconds") && i + 1 < argc) seconds = atof(argv[++i]);
        else if (!strcmp(argv[i], "--seed") && i + 1 < argc) state = strtoull(argv[++i], NULL, 10) | 1;
        else if (!strcmp(argv[i], "--unknown") && i + 1 < argc) share_unknown = atof(argv[++i]);
        else if (!strcmp(argv[i], "--exponent") && i + 1 < argc) exponent = atof(argv[++i]);
        else if (!strcmp(argv[i], "--once") && i + 2 < argc) { from = (uint32_t)atoi(argv[++i]); to = (uint32_t)atoi(argv[++i]); }
        else die(argv[i]);
    }
    if (n < 1 || n > MAX_CONNECTIONS || (seconds <= 0 && to == 0)) die("options");
    read_questions(argv[2]);
    if (seconds > 0) draw_sequence(share_unknown, exponent); else list_sequence(from, to);
    if (seconds <= 0 && n > sequence_length) n = sequence_length;
    if (!(connections = calloc(n, sizeof *connections))) die("memory");
    for (uint32_t i = 0; i < n; i++) connections[i].fd = dial(argv[1]);

    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    uint64_t started = nanoseconds();
    run(n, seconds);
    double took = (double)(nanoseconds() - started) / 1e9;
    getrusage(RUSAGE_SELF, &after);
    double cpu = (double)(after.ru_utime.tv_sec - before.ru_utime.tv_sec + after.ru_stime.tv_sec - before.ru_stime.tv_sec) * 1e6
        + (double)(after.ru_utime.tv_usec - before.ru_utime.tv_usec + after.ru_stime.tv_usec - before.ru_stime.tv_usec);
    printf("{\"requests\":%llu,\"wrong\":%llu,\"later\":%llu,\"seconds\":%.6f,\"cpu\":%.0f,\"p50\":%u,\"p99\":%u}\n",
           (unsigned long long)answered, (unsigned long long)wrong, (unsigned long long)later_replies, took, cpu,
           percentile(0.5), percentile(0.99));
    return 0;
}
