/* dovetail-checkpassword - passdb and userdb of Dovecot 2.3 through dovetail's login.sock
 *
 * The same program as the Perl script beside it, whose header is the manual, for hosts with many
 * logins: it starts about four times as fast.
 *
 *   cc -O2 -static -o dovetail-checkpassword dovetail-checkpassword.c
 *
 * Static, because a fifth of so short a program is the search for its libraries; it needs none but
 * libc, and nothing of that which a static program must not use. Without libc.a leave it out.
 *
 * A change here is a change there: one test suite drives both. */

#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

enum { SECONDS = 5, MAX_REQUEST = 512, MAX_REPLY = 16384, MAX_LINE = 4096 };
enum { TEMPORARY = 111 };

static const char *path = "/run/dovetail/login.sock";
static char line[MAX_LINE];
static size_t line_length;

static void temporary(const char *what, const char *why)
{
    fprintf(stderr, "dovetail-checkpassword: %s%s%s\n", what, *why ? ": " : "", why);
    exit(TEMPORARY);
}

static void too_late(int signal)
{
    static const char text[] = "dovetail-checkpassword: no answer within 5 seconds\n";
    (void)signal;
    if (write(2, text, sizeof text - 1) < 0) _exit(TEMPORARY);
    _exit(TEMPORARY);
}

static void put(char byte)
{
    if (line_length == sizeof line) temporary("the request is too long", "");
    line[line_length++] = byte;
}

/* A TAB and the text, escaped as Dovecot's lib/strescape.c does. */
static void put_field(const char *text, size_t length)
{
    static const char plain[] = "\0\1\t\r\n", code[] = "01trn";
    put('\t');
    for (size_t i = 0; i < length; i++) {
        const char *special = memchr(plain, text[i], sizeof plain - 1);
        if (special) put('\1');
        put(special ? code[special - plain] : text[i]);
    }
}

static void put_env(const char *name, const char *other)
{
    const char *value = getenv(name);
    if ((!value || !*value) && other) value = getenv(other);
    put_field(value ? value : "", value ? strlen(value) : 0);
}

/* `user NUL password NUL timestamp NUL` from fd 3; puts user and password. */
static void put_login(void)
{
    char input[MAX_REQUEST + 1];
    size_t length = 0;
    ssize_t got;
    while ((got = read(3, input + length, sizeof input - length)) > 0) length += (size_t)got;
    if (got < 0) temporary("fd 3", strerror(errno));
    if (length > MAX_REQUEST) temporary("more than 512 bytes on fd 3", "");
    const char *end = memchr(input, 0, length);
    const char *password = end ? end + 1 : NULL;
    const char *password_end = end ? memchr(password, 0, length - (size_t)(password - input)) : NULL;
    if (!password_end || end == input) temporary("no user and password on fd 3", "");
    put_field(input, (size_t)(end - input));
    put_field(password, (size_t)(password_end - password));
}

/* The reply, its line feed replaced by NUL; NULL if the connection ended before one. */
static char *ask(void)
{
    static char reply[MAX_REPLY + 1];
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    size_t length = 0;
    char *end = NULL;
    int daemon = socket(AF_UNIX, SOCK_STREAM, 0);

    if (daemon < 0) temporary("socket", strerror(errno));
    if (strlen(path) >= sizeof address.sun_path) temporary(path, "this path is too long for a socket");
    strcpy(address.sun_path, path);
    if (connect(daemon, (struct sockaddr *)&address, sizeof address) < 0) temporary(path, strerror(errno));
    if (write(daemon, line, line_length) == (ssize_t)line_length) {
        while (!end) {
            if (length == MAX_REPLY) temporary("the reply is too long", "");
            ssize_t got = read(daemon, reply + length, MAX_REPLY - length);
            if (got <= 0) break;
            end = memchr(reply + length, '\n', (size_t)got);
            length += (size_t)got;
        }
    }
    close(daemon);
    if (end) *end = 0;
    return end ? reply : NULL;
}

/* Writes the fields on fd 4, each with a TAB after it; they stay escaped. */
static void answer(char *fields, int is_userdb)
{
    static char out[MAX_REPLY * 8];
    size_t length = 0;
    for (char *rest = fields, *field; (field = strsep(&rest, "\t"));) {
        int is_named = !is_userdb || strncmp(field, "user=", 5) == 0;
        length += (size_t)sprintf(out + length, "%s%s\t", is_named ? "" : "userdb_", field);
    }
    if (write(4, out, length) != (ssize_t)length) temporary("fd 4", strerror(errno));
}

static void options(char **argv)
{
    for (argv++; *argv && **argv == '-'; argv++) {
        if (strcmp(*argv, "--socket") == 0 && argv[1]) path = *++argv;
        else if (strncmp(*argv, "--socket=", 9) == 0) path = *argv + 9;
        else temporary("unknown option; there is only --socket PATH", *argv);
    }
}

int main(int argc, char **argv)
{
    (void)argc;
    signal(SIGPIPE, SIG_IGN);
    signal(SIGALRM, too_late);
    alarm(SECONDS);
    options(argv);
#ifdef SYS_close_range
    syscall(SYS_close_range, 5u, ~0u, 0u); /* Dovecot leaks its own descriptors to its children */
#endif

    int is_login = !getenv("AUTHORIZED");
    int is_passdb = !is_login && getenv("CREDENTIALS_LOOKUP");
    const char *command = is_login ? "VERIFY" : is_passdb ? "PASSDB" : "USERDB";

    line_length = (size_t)sprintf(line, "V1\t%s", command);
    put_login();
    put_env("SERVICE", NULL);
    put_env("TCPREMOTEIP", "REMOTE_IP");
    put_field("flavour=23", 10);
    put('\n');

    char *reply = ask();
    if (!reply) reply = ask(); /* a daemon that is being replaced may close it unread */
    if (!reply) temporary(path, "it closed the connection without an answer");

    char *fields = reply;
    const char *status = strsep(&fields, "\t");
    if (strcmp(status, "OK") == 0 && fields && *fields) {
        answer(fields, !is_login && !is_passdb);
        return is_login ? 0 : 2;
    }
    if (strcmp(status, "NOUSER") == 0) return is_login ? 1 : 3;
    if (is_login && (strcmp(status, "MISMATCH") == 0 || strcmp(status, "DISABLED") == 0)) return 1;
    if (is_passdb && strcmp(status, "DISABLED") == 0) return 3;
    temporary(status, fields ? fields : "");
}
