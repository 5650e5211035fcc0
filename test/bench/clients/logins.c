/* logins - runs a checkpassword program again and again, as Dovecot's auth process does, and
 * checks what it replies.
 *
 * usage    logins PARALLEL SECONDS USER PASSWORD EXPECTED PROGRAM [ARGUMENT]...
 * output   one line of JSON: logins, wrong, seconds. A login is right when the program exits
 *          with 0 and its reply on fd 4 contains EXPECTED */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct login { pid_t pid; int reply; };

static char request[1024];
static size_t request_length;

static void die(const char *what) { perror(what); exit(1); }

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void start(struct login *login, char **program)
{
    int question[2], answer[2];
    if (pipe2(question, O_CLOEXEC) < 0 || pipe2(answer, O_CLOEXEC) < 0) die("pipe");
    if (write(question[1], request, request_length) != (ssize_t)request_length) die("write");
    pid_t pid = vfork();
    if (pid < 0) die("vfork");
    if (pid == 0) {
        /* Above 4 first: a pipe's own number may be 3 or 4. */
        int in = fcntl(question[0], F_DUPFD_CLOEXEC, 10), out = fcntl(answer[1], F_DUPFD_CLOEXEC, 10);
        dup2(in, 3);
        dup2(out, 4);
        execv(program[0], program);
        _exit(126);
    }
    close(question[0]);
    close(question[1]);
    close(answer[1]);
    *login = (struct login){ pid, answer[0] };
}

static int right(const struct login *login, int status, const char *expected)
{
    char reply[4096];
    ssize_t got = read(login->reply, reply, sizeof reply - 1);
    close(login->reply);
    reply[got > 0 ? got : 0] = '\0';
    int ok = WIFEXITED(status) && WEXITSTATUS(status) == 0 && strstr(reply, expected);
    if (!ok) fprintf(stderr, "logins: status %#x, reply %s\n", status, reply);
    return ok;
}

int main(int argc, char **argv)
{
    if (argc < 7) { fprintf(stderr, "usage: logins PARALLEL SECONDS USER PASSWORD EXPECTED PROGRAM...\n"); return 2; }
    int parallel = atoi(argv[1]), running = 0;
    double seconds = atof(argv[2]), started = now();
    unsigned long logins = 0, wrong = 0;
    struct login *open = calloc((size_t)parallel, sizeof *open);
    if (!open || strlen(argv[3]) + strlen(argv[4]) + 3 > 512) die("arguments");
    request_length = (size_t)sprintf(request, "%s%c%s%c", argv[3], 0, argv[4], 0) + 1;
    setenv("SERVICE", "imap", 1);
    setenv("TCPREMOTEIP", "127.0.0.1", 1);
    for (int i = 0; i < parallel; i++, running++) start(&open[i], argv + 6);
    while (running) {
        int status, i = 0;
        pid_t pid = wait(&status);
        if (pid < 0) die("wait");
        while (open[i].pid != pid) i++;
        logins++;
        wrong += !right(&open[i], status, argv[5]);
        if (now() - started < seconds) start(&open[i], argv + 6); else running--;
    }
    printf("{\"logins\":%lu,\"wrong\":%lu,\"seconds\":%.6f}\n", logins, wrong, now() - started);
    return 0;
}
