/* policy - asks a policy server as Postfix 3.7 does at RCPT, and checks every answer.
 *
 * usage    policy SOCKET CONNECTIONS SECONDS RECIPIENTS DOMAIN [PID]
 * load     one request in flight a connection; the recipients are <even number>box@DOMAIN below RECIPIENTS,
 *          each request the next one and a message of its own; with a PID, who gets it has sent it, and logged in to that smtpd. Every answer must be DUNNO, in any letters
 * output   one line of JSON: requests, wrong, seconds
 * exit     0 measured, even when answers were wrong; 1 it could not measure */

#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define MAX_CONNECTIONS 1000
static const char WANTED[] = "action=DUNNO\n\n";
static unsigned smtpd;
struct connection { int fd; size_t have; char reply[512]; };
static struct connection connections[MAX_CONNECTIONS];
static uint64_t asked, answered, wrong, recipients;
static const char *domain;

static void die(const char *what)
{
    fprintf(stderr, "policy: %s: %s\n", what, errno ? strerror(errno) : "bad input");
    exit(1);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void ask(struct connection *c)
{
    char request[2048], recipient[256];
    uint64_t n = asked++;
    snprintf(recipient, sizeof recipient, "%llubox@%s", (unsigned long long)(n * 2 % recipients), domain);
    int length = snprintf(request, sizeof request,
        "request=smtpd_access_policy\nprotocol_state=RCPT\nprotocol_name=ESMTP\nclient_address=192.0.2.17\n"
        "client_name=mx.elsewhere.example\nclient_port=43210\nreverse_client_name=mx.elsewhere.example\n"
        "server_address=198.51.100.1\nserver_port=25\nhelo_name=mx.elsewhere.example\n"
        "sender=%s\nrecipient=%s\nrecipient_count=0\nqueue_id=\n"
        "instance=%x.%llx.3c4d.0\nsize=4711\netrn_domain=\nstress=\nsasl_method=%s\nsasl_username=%s\n"
        "sasl_sender=\nccert_subject=\nccert_issuer=\nccert_fingerprint=\nccert_pubkey_fingerprint=\n"
        "encryption_protocol=TLSv1.3\nencryption_cipher=TLS_AES_256_GCM_SHA384\nencryption_keysize=256\n"
        "policy_context=mx\n\n",
        smtpd ? recipient : "someone@elsewhere.example", recipient, smtpd ? smtpd : (unsigned)getpid(), (unsigned long long)n,
        smtpd ? "PLAIN" : "", smtpd ? recipient : "");
    c->have = 0;
    if (send(c->fd, request, (size_t)length, MSG_NOSIGNAL) != length) die("send");
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

int main(int argc, char **argv)
{
    if (argc != 6 && argc != 7) die("usage: policy SOCKET CONNECTIONS SECONDS RECIPIENTS DOMAIN [PID]");
    smtpd = argc == 7 ? (unsigned)atoi(argv[6]) : 0;
    int n = atoi(argv[2]), open = n, epoll = epoll_create1(0);
    double seconds = atof(argv[3]);
    recipients = strtoull(argv[4], NULL, 10);
    domain = argv[5];
    if (n < 1 || n > MAX_CONNECTIONS || recipients < 2) die("options");
    for (int i = 0; i < n; i++) {
        connections[i].fd = dial(argv[1]);
        struct epoll_event event = { .events = EPOLLIN, .data.ptr = &connections[i] };
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, connections[i].fd, &event) < 0) die("epoll_ctl");
    }
    double started = now();
    for (int i = 0; i < n; i++) ask(&connections[i]);
    while (open) {
        struct epoll_event events[256];
        int ready = epoll_wait(epoll, events, 256, 15000);
        if (ready == 0) { errno = ETIMEDOUT; die("no answer for 15 s"); }
        for (int i = 0; i < ready; i++) {
            struct connection *c = events[i].data.ptr;
            ssize_t got = recv(c->fd, c->reply + c->have, sizeof c->reply - c->have, 0);
            if (got <= 0) die("the server closed a connection");
            c->have += (size_t)got;
            if (c->have < 2 || memcmp(c->reply + c->have - 2, "\n\n", 2)) continue;
            answered++;
            if (c->have != sizeof WANTED - 1 || strncasecmp(c->reply, WANTED, c->have)) {
                if (wrong++ < 3) fprintf(stderr, "policy: got %.*s\n", (int)c->have, c->reply);
            }
            if (now() - started < seconds) ask(c); else open--;
        }
    }
    printf("{\"requests\":%llu,\"wrong\":%llu,\"seconds\":%.6f}\n",
           (unsigned long long)answered, (unsigned long long)wrong, now() - started);
    return 0;
}
