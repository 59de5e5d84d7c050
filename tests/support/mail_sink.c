/*
 * The mail server for tests: one thread polls its listener and a few connections.
 *
 *   commands ──DATA──► data ──"."──► commands
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/mail_sink.h"

#include "core/base/buf.h"
#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/base/timestamp.h"
#include "core/run/thread.h"
#include "tests/support/listen.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST_GUESTS = 8, MOST_MAILS = 64, PATIENCE_US = 10000000, LARGEST = 4 << 20 };

struct guest {
    int socket; /* -1: nobody */
    bool is_in_data;
    struct buf in;
    struct sunk_mail mail;
};

struct mail_sink {
    int listener;
    int port;
    int stop[2];
    struct thread *thread;
    struct guest guests[MOST_GUESTS];
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t came;
    struct sunk_mail mails[MOST_MAILS];
    size_t count;
    const char *refusal;
    const char *refused; /* the only address that is refused, or NULL */
    const char *extension;
    bool was_told;
    const char *silent_at; /* the beginning of a line, or NULL */
    bool is_silent;
    int pause_ms; /* before each reply */
};

/* Is it the line at which there is nothing to say any more? */
static void hear(struct mail_sink *sink, const char *line)
{
    pthread_mutex_lock(&sink->lock);
    if (sink->silent_at != NULL && strncmp(line, sink->silent_at, strlen(sink->silent_at)) == 0)
        sink->is_silent = true;
    pthread_mutex_unlock(&sink->lock);
}

/* Until the peer has enough of it. One that has too much patience is left alone. */
static void be_silent(const struct mail_sink *sink, const struct guest *guest)
{
    struct pollfd polled[] = {
        {.fd = guest->socket, .events = POLLRDHUP}, {.fd = sink->stop[0], .events = POLLIN}};

    (void)poll(polled, 2, PATIENCE_US / 1000);
    shutdown(guest->socket, SHUT_RDWR);
}

static void say(struct mail_sink *sink, struct guest *guest, const char *reply)
{
    struct pollfd stop = {.fd = sink->stop[0], .events = POLLIN};
    char line[512];
    int size = snprintf(line, sizeof(line), "%s\r\n", reply);
    bool is_silent;
    int pause_ms;

    pthread_mutex_lock(&sink->lock);
    is_silent = sink->is_silent;
    pause_ms = sink->pause_ms;
    pthread_mutex_unlock(&sink->lock);
    if (is_silent)
        be_silent(sink, guest);
    else if (poll(&stop, 1, pause_ms) == 0)
        (void)!send(guest->socket, line, (size_t)size, MSG_NOSIGNAL);
}

static void leave(struct guest *guest)
{
    close(guest->socket);
    guest->socket = -1;
    buf_fini(&guest->in);
}

/* Appends the address between angle brackets. */
static void add_address(char *out, size_t size, const char *line)
{
    const char *from = strchr(line, '<');
    const char *to = from == NULL ? NULL : strchr(from, '>');
    size_t used = strlen(out);

    if (to != NULL)
        snprintf(
            out + used, size - used, "%s%.*s", used == 0 ? "" : " ", (int)(to - from - 1),
            from + 1);
}

static void on_recipient(struct mail_sink *sink, struct guest *guest, const char *line)
{
    const char *refusal;

    pthread_mutex_lock(&sink->lock);
    refusal = sink->refused == NULL || strstr(line, sink->refused) != NULL ? sink->refusal : NULL;
    pthread_mutex_unlock(&sink->lock);
    if (refusal == NULL)
        add_address(guest->mail.to, sizeof(guest->mail.to), line);
    say(sink, guest, refusal == NULL ? "250 taken" : refusal);
}

static void on_greeting(struct mail_sink *sink, struct guest *guest)
{
    const char *extension;
    char reply[256];

    pthread_mutex_lock(&sink->lock);
    extension = sink->extension;
    pthread_mutex_unlock(&sink->lock);
    if (extension != NULL) {
        snprintf(reply, sizeof(reply), "250-sink.test\r\n250-%s\r\n250 AUTH PLAIN", extension);
        say(sink, guest, reply);
    } else {
        say(sink, guest, "250-sink.test\r\n250 AUTH PLAIN");
    }
}

/* Did the line give away what should not travel in clear? */
static void note(struct mail_sink *sink, const char *line)
{
    if (strncmp(line, "RCPT TO:", 8) != 0 && strncmp(line, "AUTH", 4) != 0)
        return;
    pthread_mutex_lock(&sink->lock);
    sink->was_told = true;
    pthread_mutex_unlock(&sink->lock);
}

static void on_command(struct mail_sink *sink, struct guest *guest, const char *line)
{
    hear(sink, line);
    note(sink, line);
    if (strncmp(line, "EHLO", 4) == 0) {
        on_greeting(sink, guest);
    } else if (strcmp(line, "STARTTLS") == 0) {
        say(sink, guest, "454 TLS is not available");
    } else if (strncmp(line, "AUTH PLAIN ", 11) == 0) {
        snprintf(guest->mail.login, sizeof(guest->mail.login), "%.120s", line + 11);
        say(sink, guest, "235 welcome");
    } else if (strcmp(line, "AUTH PLAIN") == 0) {
        say(sink, guest, "334 ");
    } else if (strncmp(line, "MAIL FROM:", 10) == 0) {
        guest->mail.from[0] = '\0';
        guest->mail.to[0] = '\0';
        add_address(guest->mail.from, sizeof(guest->mail.from), line);
        say(sink, guest, "250 sender");
    } else if (strncmp(line, "RCPT TO:", 8) == 0) {
        on_recipient(sink, guest, line);
    } else if (strcmp(line, "DATA") == 0) {
        guest->is_in_data = true;
        say(sink, guest, "354 go on");
    } else if (strcmp(line, "QUIT") == 0) {
        say(sink, guest, "221 bye");
    } else if (strchr(line, ' ') == NULL && guest->mail.login[0] == '\0') {
        snprintf(guest->mail.login, sizeof(guest->mail.login), "%.120s", line);
        say(sink, guest, "235 welcome");
    } else {
        say(sink, guest, "250 well");
    }
}

static void keep(struct mail_sink *sink, struct guest *guest, size_t size)
{
    struct sunk_mail mail = guest->mail;

    mail.data = heap_new(size + 1);
    memcpy(mail.data, guest->in.data, size);
    pthread_mutex_lock(&sink->lock);
    must(sink->count < MOST_MAILS);
    sink->mails[sink->count++] = mail;
    pthread_cond_broadcast(&sink->came);
    pthread_mutex_unlock(&sink->lock);
}

/* Takes `size` bytes away from the front. */
static void consume(struct buf *in, size_t size)
{
    memmove(in->data, in->data + size, in->size - size);
    buf_truncate(in, in->size - size);
    in->data[in->size] = '\0';
}

/* One command, or one mail. False when it has not come whole. */
static bool advance(struct mail_sink *sink, struct guest *guest)
{
    const char *end = guest->in.size == 0
                          ? NULL
                          : strstr(guest->in.data, guest->is_in_data ? "\r\n.\r\n" : "\r\n");
    char line[1024];
    size_t size;

    if (end == NULL)
        return false;
    size = (size_t)(end - guest->in.data);
    if (guest->is_in_data) {
        hear(sink, ".");
        keep(sink, guest, size + 2);
        consume(&guest->in, size + 5);
        guest->is_in_data = false;
        say(sink, guest, "250 kept");
        return true;
    }
    snprintf(line, sizeof(line), "%.*s", (int)size, guest->in.data);
    consume(&guest->in, size + 2);
    on_command(sink, guest, line);
    return true;
}

static void listen_to(struct mail_sink *sink, struct guest *guest)
{
    char piece[65536];
    ssize_t got = recv(guest->socket, piece, sizeof(piece), 0);

    if (got <= 0) {
        leave(guest);
        return;
    }
    buf_add(&guest->in, piece, (size_t)got);
    while (advance(sink, guest)) {
    }
}

static void welcome(struct mail_sink *sink)
{
    int socket = accept(sink->listener, NULL, NULL);

    for (size_t i = 0; socket >= 0 && i < MOST_GUESTS; i++) {
        struct guest *guest = &sink->guests[i];
        if (guest->socket >= 0)
            continue;
        *guest = (struct guest){.socket = socket};
        buf_init(&guest->in, LARGEST);
        hear(sink, "");
        say(sink, guest, "220 sink.test");
        return;
    }
    close(socket);
}

static void run(void *context)
{
    struct mail_sink *sink = context;
    struct pollfd polled[MOST_GUESTS + 2];

    for (;;) {
        polled[0] = (struct pollfd){.fd = sink->listener, .events = POLLIN};
        polled[1] = (struct pollfd){.fd = sink->stop[0], .events = POLLIN};
        for (size_t i = 0; i < MOST_GUESTS; i++)
            polled[i + 2] = (struct pollfd){.fd = sink->guests[i].socket, .events = POLLIN};
        must(poll(polled, MOST_GUESTS + 2, -1) > 0);
        if (polled[1].revents != 0)
            return;
        for (size_t i = 0; i < MOST_GUESTS; i++) {
            if (polled[i + 2].revents != 0)
                listen_to(sink, &sink->guests[i]);
        }
        if (polled[0].revents != 0)
            welcome(sink);
    }
}

struct mail_sink *mail_sink_new(void)
{
    struct mail_sink *sink = heap_new(sizeof(*sink));

    sink->listener = listen_anywhere(&sink->port);
    must(pipe(sink->stop) == 0);
    for (size_t i = 0; i < MOST_GUESTS; i++)
        sink->guests[i].socket = -1;
    must(pthread_mutex_init(&sink->lock, NULL) == 0);
    must(pthread_cond_init(&sink->came, NULL) == 0);
    sink->thread = thread_start("mail-sink", run, sink);
    return sink;
}

void mail_sink_free(struct mail_sink *sink)
{
    if (sink == NULL)
        return;
    must(write(sink->stop[1], "", 1) == 1);
    thread_join(sink->thread);
    for (size_t i = 0; i < MOST_GUESTS; i++) {
        if (sink->guests[i].socket >= 0)
            leave(&sink->guests[i]);
    }
    for (size_t i = 0; i < sink->count; i++)
        heap_free(sink->mails[i].data);
    close(sink->listener);
    close(sink->stop[0]);
    close(sink->stop[1]);
    pthread_cond_destroy(&sink->came);
    pthread_mutex_destroy(&sink->lock);
    heap_free(sink);
}

int mail_sink_port(const struct mail_sink *sink)
{
    return sink->port;
}

void mail_sink_refuse_one(struct mail_sink *sink, const char *address, const char *reply)
{
    pthread_mutex_lock(&sink->lock);
    sink->refused = address;
    sink->refusal = reply;
    pthread_mutex_unlock(&sink->lock);
}

void mail_sink_refuse(struct mail_sink *sink, const char *reply)
{
    mail_sink_refuse_one(sink, NULL, reply);
}

void mail_sink_offer(struct mail_sink *sink, const char *extension)
{
    pthread_mutex_lock(&sink->lock);
    sink->extension = extension;
    pthread_mutex_unlock(&sink->lock);
}

bool mail_sink_was_told(struct mail_sink *sink)
{
    bool was_told;

    pthread_mutex_lock(&sink->lock);
    was_told = sink->was_told;
    pthread_mutex_unlock(&sink->lock);
    return was_told;
}

void mail_sink_fall_silent(struct mail_sink *sink, const char *at)
{
    pthread_mutex_lock(&sink->lock);
    sink->silent_at = at;
    sink->is_silent = false;
    pthread_mutex_unlock(&sink->lock);
}

void mail_sink_slow_down(struct mail_sink *sink, int pause_ms)
{
    pthread_mutex_lock(&sink->lock);
    sink->pause_ms = pause_ms;
    pthread_mutex_unlock(&sink->lock);
}

bool mail_sink_wait(struct mail_sink *sink, size_t count)
{
    struct timestamp until = timestamp_plus_us(timestamp_now(), PATIENCE_US);
    const struct timespec deadline = {.tv_sec = until.us / US_PER_S};
    bool has_come;

    pthread_mutex_lock(&sink->lock);
    while (sink->count < count &&
           pthread_cond_timedwait(&sink->came, &sink->lock, &deadline) == 0) {
    }
    has_come = sink->count >= count;
    pthread_mutex_unlock(&sink->lock);
    return has_come;
}

size_t mail_sink_count(struct mail_sink *sink)
{
    size_t count;

    pthread_mutex_lock(&sink->lock);
    count = sink->count;
    pthread_mutex_unlock(&sink->lock);
    return count;
}

const struct sunk_mail *mail_sink_mail(struct mail_sink *sink, size_t n)
{
    const struct sunk_mail *mail;

    pthread_mutex_lock(&sink->lock);
    must(n < sink->count);
    mail = &sink->mails[n];
    pthread_mutex_unlock(&sink->lock);
    return mail;
}
