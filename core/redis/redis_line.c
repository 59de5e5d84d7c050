/*
 * Bytes to and from Redis. An answer is not held against what was asked: those of the greeting are counted, later
 * ones are signs of life, and a refusal ends the connection.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/redis/redis_line.h"

#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/base/timestamp.h"
#include "core/redis/redis_reader.h"
#include "core/run/loop.h"
#include "core/web/trust.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/util.h>
#include <hiredis/hiredis.h>

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

enum {
    SILENT_US = 6000000,
    LARGEST_BACKLOG = 4 << 20, /* bytes that Redis has not taken yet */
    MOST_WORDS = 3,
    LONGEST_REASON = 96
};

struct redis_line {
    struct loop_message failed; /* first: it could not even begin, which is told on the next turn */
    struct redis_line_settings settings;
    struct bufferevent *bev;
    struct redis_reader *reader;
    size_t awaited; /* answers to the greeting */
    int64_t heard_us;
    bool has_begun;
    bool has_failed; /* before that */
    bool has_ended;
    bool is_within; /* a callback; then what is freed dies behind it */
    bool is_freed;
};

static void end(struct redis_line *line, const char *reason)
{
    if (line->has_ended)
        return;
    line->has_ended = true;
    bufferevent_disable(line->bev, EV_READ | EV_WRITE);
    line->settings.ended(reason, line->settings.context);
}

static void send_words(struct redis_line *line, const struct text *words, int count)
{
    const char *data[MOST_WORDS];
    size_t sizes[MOST_WORDS];
    char *command = NULL;
    int size;

    must(count <= MOST_WORDS);
    for (int i = 0; i < count; i++) {
        data[i] = words[i].data;
        sizes[i] = words[i].size;
    }
    size = redisFormatCommandArgv(&command, count, data, sizes);
    must(size > 0 && bufferevent_write(line->bev, command, (size_t)size) == 0);
    redisFreeCommand(command);
}

/* With its user where there is one. */
static void authenticate(struct redis_line *line)
{
    const struct redis_url *url = line->settings.url;
    const struct text words[] = {text_lit("AUTH"), url->user, url->password};
    const struct text alone[] = {text_lit("AUTH"), url->password};

    if (url->user.size > 0)
        send_words(line, words, 3);
    else
        send_words(line, alone, 2);
    line->awaited++;
}

static void ask_for_life(struct redis_line *line)
{
    send_words(line, &text_lit("PING"), 1);
}

static void greet(struct redis_line *line)
{
    const struct text words[] = {text_lit("SUBSCRIBE"), line->settings.channel};

    if (text_is_present(line->settings.url->password))
        authenticate(line);
    line->awaited++;
    if (line->settings.role == REDIS_LISTENS)
        send_words(line, words, 2);
    else
        ask_for_life(line);
}

static void refuse(struct redis_line *line, const struct redis_answer *answer)
{
    char reason[LONGEST_REASON];

    snprintf(reason, sizeof(reason), "Redis refuses: %s", answer->code);
    end(line, reason);
}

static void take(struct redis_line *line, const struct redis_answer *answer)
{
    if (answer->kind == REDIS_REFUSAL) {
        refuse(line, answer);
    } else if (line->awaited > 0) {
        if (--line->awaited == 0)
            line->settings.ready(line->settings.context);
    } else if (answer->kind == REDIS_MESSAGE && line->settings.role == REDIS_LISTENS) {
        line->settings.heard(answer->message, line->settings.context);
    }
}

static void take_all(struct redis_line *line)
{
    struct redis_answer answer;

    while (!line->has_ended && redis_reader_next(line->reader, &answer))
        take(line, &answer);
    if (!line->has_ended && redis_reader_is_broken(line->reader))
        end(line, "what came is nothing that Redis says here");
}

static void destroy(struct redis_line *line)
{
    bufferevent_free(line->bev);
    redis_reader_free(line->reader);
    heap_free(line);
}

static void leave(struct redis_line *line)
{
    line->is_within = false;
    if (line->is_freed)
        destroy(line);
}

static void on_read(struct bufferevent *bev, void *context)
{
    struct redis_line *line = context;
    struct evbuffer *input = bufferevent_get_input(bev);
    size_t size;

    line->is_within = true;
    line->heard_us = monotonic_us();
    while (!line->has_ended && (size = evbuffer_get_contiguous_space(input)) > 0) {
        redis_reader_feed(
            line->reader, (struct bytes){evbuffer_pullup(input, (ev_ssize_t)size), size});
        must(evbuffer_drain(input, size) == 0);
        take_all(line);
    }
    leave(line);
}

static const char *problem_of(struct redis_line *line)
{
    int unknown_name = bufferevent_socket_get_dns_error(line->bev);
    const char *tls = line->settings.tls == NULL ? NULL : web_trust_problem(line->bev);

    if (unknown_name != 0)
        return evutil_gai_strerror(unknown_name);
    return tls != NULL ? tls : "the connection was refused, or has ended";
}

static void on_event(struct bufferevent *bev, short what, void *context)
{
    struct redis_line *line = context;

    (void)bev;
    if (!line->has_begun) {
        line->has_failed = true;
        return;
    }
    line->is_within = true;
    if ((what & BEV_EVENT_CONNECTED) != 0)
        greet(line);
    else if ((what & (BEV_EVENT_EOF | BEV_EVENT_ERROR)) != 0)
        end(line, problem_of(line));
    leave(line);
}

static void on_failed(struct loop_message *message)
{
    struct redis_line *line = (struct redis_line *)message;

    line->is_within = true;
    end(line, problem_of(line));
    leave(line);
}

static int connect_to_path(struct redis_line *line)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *path = line->settings.url->path;

    must(strlen(path) < sizeof(address.sun_path));
    memcpy(address.sun_path, path, strlen(path) + 1);
    return bufferevent_socket_connect(
        line->bev, (const struct sockaddr *)&address, (int)sizeof(address));
}

static int connect_to_host(struct redis_line *line)
{
    const struct redis_url *url = line->settings.url;

    return bufferevent_socket_connect_hostname(
        line->bev, line->settings.names, AF_UNSPEC, url->host, url->port);
}

struct redis_line *redis_line_new(const struct redis_line_settings *settings)
{
    struct redis_line *line = heap_new(sizeof(*line));
    int connected;

    line->settings = *settings;
    line->reader = redis_reader_new();
    line->heard_us = monotonic_us();
    line->bev = web_trust_socket(loop_base(settings->loop), settings->tls, settings->url->host);
    bufferevent_setcb(line->bev, on_read, NULL, on_event, line);
    bufferevent_enable(line->bev, EV_READ | EV_WRITE);
    connected = settings->url->path != NULL ? connect_to_path(line) : connect_to_host(line);
    line->has_begun = true;
    line->failed.run = on_failed;
    if (connected != 0 || line->has_failed)
        loop_defer(settings->loop, &line->failed);
    return line;
}

void redis_line_free(struct redis_line *line)
{
    if (line == NULL)
        return;
    line->is_freed = true;
    line->has_ended = true;
    if (!line->is_within)
        destroy(line);
}

void redis_line_look(struct redis_line *line)
{
    line->is_within = true;
    if (monotonic_us() - line->heard_us > SILENT_US)
        end(line, "nothing was heard for 6 s");
    else if (!line->has_ended && line->awaited == 0)
        ask_for_life(line);
    leave(line);
}

bool redis_line_publish(struct redis_line *line, struct bytes message)
{
    const struct text words[] = {
        text_lit("PUBLISH"), line->settings.channel, text_of_bytes(message)};

    if (line->has_ended || evbuffer_get_length(bufferevent_get_output(line->bev)) > LARGEST_BACKLOG)
        return false;
    send_words(line, words, 3);
    return true;
}
