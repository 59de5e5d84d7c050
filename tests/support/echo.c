/*
 * The echoing server.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/echo.h"

#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/base/timestamp.h"
#include "core/http/gzip.h"
#include "core/http/stream.h"
#include "core/http/websocket.h"
#include "core/run/thread.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { PATIENCE_US = 10 * US_PER_S, MOST_PARKED = 16, FLOOD_BYTES = 65536 };

/* A request that waits, in the arena of its exchange. */
struct parked {
    struct loop_message message;
    struct http_exchange *exchange;
    struct echo *echo;
};

struct mail_content {
    struct queue_item item;
};

struct echo {
    struct http_handler handler;
    struct http_server *server;
    struct loop *loops[ECHO_MOST_LOOPS];
    struct thread *threads[ECHO_MOST_LOOPS];
    size_t loop_count;
    atomic_size_t requests[ECHO_MOST_LOOPS];
    atomic_size_t ended;
    struct queue *parked_notices;
    struct queue *abandoned_notices;
    struct queue *socket_notices; /* of struct socket_end */
    struct parked *_Atomic parked[MOST_PARKED];
    atomic_size_t parked_count;
};

struct socket_end {
    struct queue_item item;
    int code;
};

static void answer_text(struct http_exchange *exchange, int status, struct text body)
{
    struct http_header headers[] = {{text_lit("Content-Type"), text_lit("text/plain")}};
    struct http_answer answer = {
        .status = status, .headers = headers, .header_count = 1, .body = body};

    http_answer(exchange, &answer);
}

static void answer_echo(struct http_exchange *exchange)
{
    const struct http_request *request = http_request(exchange);
    AUTO_BUF body = {0};

    buf_init(&body, 16 << 20);
    buf_printf(
        &body, "%.*s %.*s %.*s %s\n", TEXT_ARGS(request->method), TEXT_ARGS(request->target),
        TEXT_ARGS(request->remote_address), request->is_tls ? "tls" : "plain");
    buf_add_text(&body, request->body);
    answer_text(exchange, 200, buf_text(&body));
}

static void answer_later(struct loop_message *message)
{
    answer_echo(((struct parked *)message)->exchange);
}

static void answer_now(struct loop_message *message)
{
    struct http_exchange *exchange = ((struct parked *)message)->exchange;

    answer_text(exchange, http_is_abandoned(exchange) ? 499 : 200, text_lit("parked"));
}

static void notify(struct queue *queue)
{
    struct mail_content *notice = heap_new(sizeof(*notice));

    must(queue_put_always(queue, &notice->item));
}

static void on_abandoned(void *owner)
{
    struct parked *parked = owner;

    notify(parked->echo->abandoned_notices);
}

static void listen_late(struct loop_message *message)
{
    struct parked *parked = (struct parked *)message;

    if (!http_is_abandoned(parked->exchange)) {
        loop_defer(http_loop(parked->exchange), message);
        return;
    }
    parked->message.run = answer_now;
    http_on_abandoned(parked->exchange, on_abandoned);
    notify(parked->echo->parked_notices);
}

static struct parked *new_parked(struct http_exchange *exchange, struct echo *echo)
{
    struct parked *parked = arena_one(http_arena(exchange), struct parked);

    parked->exchange = exchange;
    parked->echo = echo;
    http_set_owner(exchange, parked);
    return parked;
}

static void park(struct http_exchange *exchange, struct echo *echo, bool is_late)
{
    struct parked *parked = new_parked(exchange, echo);

    must(echo->parked_count < MOST_PARKED);
    echo->parked[echo->parked_count++] = parked;
    if (is_late) {
        parked->message.run = listen_late;
        loop_defer(http_loop(exchange), &parked->message);
        return;
    }
    parked->message.run = answer_now;
    http_on_abandoned(exchange, on_abandoned);
    notify(echo->parked_notices);
}

static void answer_smuggled(struct http_exchange *exchange)
{
    struct http_header headers[] = {
        {text_lit("X-Good"), text_lit("yes")},
        {text_lit("X-Split"), text_lit("a\r\nX-Smuggled: b")},
        {text_lit("X Blank"), text_lit("a")},
        {text_lit("Content-Length"), text_lit("999")},
    };
    struct http_answer answer = {.status = 200, .headers = headers, .header_count = 4};

    answer.body = text_lit("body");
    http_answer(exchange, &answer);
}

static void answer_size(struct http_exchange *exchange, struct text count)
{
    struct http_answer answer = {.status = 200, .varies_by_encoding = true};
    struct http_gzip *gzip = http_gzip_new();
    struct buf packed = {0};
    struct buf body = {0};
    int64_t size = 0;

    must(text_to_int64(count, &size));
    buf_init(&body, (size_t)size);
    while (body.size < (size_t)size)
        buf_add_char(&body, (char)('a' + body.size % 26));
    answer.is_packed = http_gzip_body(
        gzip, http_header(http_request(exchange), "Accept-Encoding"), buf_text(&body), &packed);
    answer.storage = answer.is_packed ? &packed : &body;
    answer.body = buf_text(answer.storage);
    http_answer(exchange, &answer);
    http_gzip_free(gzip);
    buf_fini(&packed);
    buf_fini(&body);
}

static void answer_lasting(struct http_exchange *exchange)
{
    static const char lasting[ECHO_LASTING_BYTES];
    struct http_answer answer = {
        .status = 200,
        .body = {lasting, sizeof(lasting)},
        .is_lasting = true,
    };

    http_answer(exchange, &answer);
}

static void answer_status(struct http_exchange *exchange, struct text number)
{
    int64_t status = 0;

    must(text_to_int64(number, &status));
    answer_text(exchange, (int)status, text_lit("a body"));
}

static void flood(struct websocket *socket, struct text count)
{
    struct websocket_frame *frame;
    AUTO_BUF body = {0};
    int64_t left = 0;

    must(text_to_int64(count, &left));
    buf_init(&body, FLOOD_BYTES);
    while (body.size < FLOOD_BYTES)
        buf_add_char(&body, (char)('a' + body.size % 26));
    frame = websocket_frame_new(WEBSOCKET_BINARY, buf_text(&body));
    while (left-- > 0 && websocket_send(socket, frame)) {
    }
    websocket_frame_release(frame);
}

static void on_message(struct websocket *socket, bool is_text, struct text message, void *owner)
{
    struct websocket_frame *frame;

    (void)owner;
    if (text_is(message, "close")) {
        websocket_close(socket, 4000, "You asked for it.");
    } else if (text_is(message, "drop")) {
        websocket_drop(socket);
    } else if (text_starts_with(message, text_lit("pause"))) {
        websocket_pause(socket, true);
        if (text_is(message, "pause and close"))
            websocket_close(socket, 4000, "");
    } else if (text_starts_with(message, text_lit("flood "))) {
        flood(socket, text_slice(message, 6, message.size));
    } else {
        frame = websocket_frame_new(is_text ? WEBSOCKET_TEXT : WEBSOCKET_BINARY, message);
        (void)websocket_send(socket, frame);
        websocket_frame_release(frame);
    }
}

static void on_socket_end(struct websocket *socket, int code, void *owner)
{
    struct echo *echo = owner;
    struct socket_end *notice = heap_new(sizeof(*notice));

    (void)socket;
    notice->code = code;
    must(queue_put_always(echo->socket_notices, &notice->item));
}

/* A socket's handler, with messages of at most so many bytes and so much patience. */
#define SOCKET(bytes, seconds)                                                                     \
    {                                                                                              \
        .on_message = on_message, .on_end = on_socket_end, .most_message_bytes = (bytes),          \
        .most_queued = 128, .most_queued_bytes = 64 << 20,                                         \
        .patience_us = (seconds) * (int64_t)US_PER_S                                               \
    }

static const struct websocket_handler socket_handler = SOCKET(1 << 20, 10);
static const struct websocket_handler impatient_handler = SOCKET(1 << 20, 1);
static const struct websocket_handler large_handler = SOCKET(16 << 20, 10);

static void open_socket(
    struct http_exchange *exchange, const struct websocket_handler *handler, struct echo *echo)
{
    enum websocket_wish wish = websocket_wish(http_request(exchange));

    if (wish == WEBSOCKET_WISHED)
        (void)websocket_accept(exchange, handler, echo);
    else
        answer_text(exchange, wish == WEBSOCKET_OTHER ? 426 : 400, text_lit("no socket"));
}

/* A stream and what it is still to send. */
struct streaming {
    struct echo *echo;
    int64_t left; /* large pieces, each when the one before has been taken */
};

static bool send_large(struct http_stream *stream)
{
    static char piece[FLOOD_BYTES];

    memset(piece, 'x', sizeof(piece));
    return http_stream_send(stream, (struct text){piece, sizeof(piece)});
}

static void on_drained(struct http_stream *stream, void *owner)
{
    struct streaming *streaming = owner;

    while (streaming->left > 0 && http_stream_queued(stream) == 0) {
        streaming->left--;
        (void)send_large(stream);
    }
    if (streaming->left == 0)
        http_stream_end(stream);
}

static void on_stream_end(struct http_stream *stream, void *owner)
{
    struct streaming *streaming = owner;
    struct socket_end *notice = heap_new(sizeof(*notice));

    (void)stream;
    must(queue_put_always(streaming->echo->socket_notices, &notice->item));
    heap_free(streaming);
}

static const struct http_stream_handler stream_handler = {
    .on_drained = on_drained,
    .on_end = on_stream_end,
    .most_queued_bytes = 1 << 20,
    .patience_us = 10 * (int64_t)US_PER_S,
};
static const struct http_stream_handler whole_handler = {
    .on_drained = on_drained,
    .on_end = on_stream_end,
    .most_queued_bytes = 1 << 20,
    .patience_us = 10 * (int64_t)US_PER_S,
    .is_whole = true,
};

static void stream(struct http_exchange *exchange, struct echo *echo, struct text what)
{
    struct http_header headers[] = {{text_lit("Content-Type"), text_lit("text/plain")}};
    struct http_answer head = {.status = 200, .headers = headers, .header_count = 1};
    struct streaming *streaming = heap_new(sizeof(*streaming));
    struct http_stream *made;

    streaming->echo = echo;
    streaming->left = -1;
    if (text_to_int64(what, &streaming->left))
        what = text_lit("pieces");
    made = http_stream_begin(
        exchange, &head, text_is(what, "whole") ? &whole_handler : &stream_handler, streaming);
    if (made == NULL) {
        heap_free(streaming);
        return;
    }
    (void)(http_stream_send(made, text_lit("one\n")) && http_stream_send(made, text_lit("two")));
    if (text_is(what, "flood")) {
        while (send_large(made)) {
        }
    } else if (text_is(what, "pieces")) {
        on_drained(made, streaming);
    } else if (text_is(what, "drop")) {
        http_stream_drop(made);
    } else if (!text_is(what, "open") && !text_is(what, "whole")) {
        http_stream_end(made);
        (void)http_stream_send(made, text_lit("nothing comes after the end"));
        http_stream_end(made);
    }
}

static void count_request(struct echo *echo, const struct loop *loop)
{
    for (size_t i = 0; i < echo->loop_count; i++)
        echo->requests[i] += echo->loops[i] == loop;
}

static void on_request(struct http_exchange *exchange, void *context)
{
    struct echo *echo = context;
    struct text path = http_request(exchange)->path;

    must(loop_is_here(http_loop(exchange)));
    count_request(echo, http_loop(exchange));
    if (text_is(path, "/later")) {
        struct parked *parked = new_parked(exchange, echo);

        parked->message.run = answer_later;
        must(loop_post(http_loop(exchange), &parked->message));
    } else if (text_is(path, "/park") || text_is(path, "/late")) {
        park(exchange, echo, text_is(path, "/late"));
    } else if (text_is(path, "/headers")) {
        answer_smuggled(exchange);
    } else if (text_is(path, "/lasting")) {
        answer_lasting(exchange);
    } else if (text_starts_with(path, text_lit("/text/"))) {
        answer_size(exchange, text_slice(path, 6, path.size));
    } else if (text_starts_with(path, text_lit("/status/"))) {
        answer_status(exchange, text_slice(path, 8, path.size));
    } else if (text_starts_with(path, text_lit("/stream/"))) {
        stream(exchange, echo, text_slice(path, 8, path.size));
    } else if (text_is(path, "/socket")) {
        open_socket(exchange, &socket_handler, echo);
    } else if (text_is(path, "/socket/impatient")) {
        open_socket(exchange, &impatient_handler, echo);
    } else if (text_is(path, "/socket/large")) {
        open_socket(exchange, &large_handler, echo);
    } else {
        answer_echo(exchange);
    }
}

static void admit_later(struct loop_message *message)
{
    http_admit(((struct parked *)message)->exchange, 8 << 20);
}

static void on_head(struct http_exchange *exchange, void *context)
{
    struct text path = http_request(exchange)->path;

    if (text_starts_with(path, text_lit("/admit"))) {
        struct parked *parked = new_parked(exchange, context);

        parked->message.run = admit_later;
        must(loop_post(http_loop(exchange), &parked->message));
    } else if (text_starts_with(path, text_lit("/refuse"))) {
        answer_text(exchange, 403, text_lit("no"));
    } else {
        http_admit(exchange, text_starts_with(path, text_lit("/echo/large")) ? 8 << 20 : 1024);
    }
}

static void on_end(struct http_exchange *exchange, void *context)
{
    struct echo *echo = context;

    (void)exchange;
    echo->ended++;
}

static void on_malformed(
    int status, const char *reason, struct arena *arena, struct http_answer *out, void *context)
{
    (void)context;
    out->status = status;
    out->body = text_format(arena, "refused: %s", reason);
}

struct http_settings echo_settings(void)
{
    return (struct http_settings){
        .host = "127.0.0.1",
        .max_connections = 1000,
        .max_head_bytes = 16384,
        .arena_bytes = 1 << 20,
        .head_timeout_us = 60 * (int64_t)US_PER_S,
        .body_timeout_us = 60 * (int64_t)US_PER_S,
        .idle_timeout_us = 60 * (int64_t)US_PER_S,
        .write_timeout_us = 60 * (int64_t)US_PER_S,
    };
}

static void run_loop(void *context)
{
    loop_run(context);
}

static void free_echo(struct echo *echo)
{
    struct queue_item *item;

    http_server_free(echo->server);
    for (size_t i = 0; i < echo->loop_count; i++)
        loop_free(echo->loops[i]);
    while ((item = queue_take(echo->parked_notices, 0)) != NULL)
        heap_free(item);
    while ((item = queue_take(echo->abandoned_notices, 0)) != NULL)
        heap_free(item);
    queue_free(echo->parked_notices);
    while ((item = queue_take(echo->socket_notices, 0)) != NULL)
        heap_free(item);
    queue_free(echo->abandoned_notices);
    queue_free(echo->socket_notices);
    heap_free(echo);
}

struct echo *
echo_start(const struct http_settings *settings, size_t loop_count, struct error *error)
{
    struct echo *echo = heap_new(sizeof(*echo));

    must(loop_count <= ECHO_MOST_LOOPS);
    echo->handler = (struct http_handler){on_request, on_head, on_malformed, on_end, echo};
    echo->loop_count = loop_count;
    echo->parked_notices = queue_new(MOST_PARKED);
    echo->abandoned_notices = queue_new(MOST_PARKED);
    echo->socket_notices = queue_new(MOST_PARKED);
    for (size_t i = 0; i < loop_count; i++)
        echo->loops[i] = loop_new();
    if (http_server_new(settings, &echo->handler, echo->loops, loop_count, &echo->server, error) !=
        STATUS_OK) {
        free_echo(echo);
        return NULL;
    }
    for (size_t i = 0; i < loop_count; i++)
        echo->threads[i] = thread_start("loop", run_loop, echo->loops[i]);
    return echo;
}

void echo_stop(struct echo *echo)
{
    if (echo == NULL)
        return;
    for (size_t i = 0; i < echo->loop_count; i++)
        loop_stop(echo->loops[i]);
    for (size_t i = 0; i < echo->loop_count; i++)
        thread_join(echo->threads[i]);
    free_echo(echo);
}

struct http_server *echo_server(struct echo *echo)
{
    return echo->server;
}

int echo_port(struct echo *echo)
{
    return http_server_port(echo->server);
}

static bool wait_for(struct queue *queue)
{
    struct queue_item *item = queue_take(queue, PATIENCE_US);

    heap_free(item);
    return item != NULL;
}

bool echo_wait_parked(struct echo *echo)
{
    return wait_for(echo->parked_notices);
}

bool echo_wait_abandoned(struct echo *echo)
{
    return wait_for(echo->abandoned_notices);
}

int echo_wait_socket_ended(struct echo *echo)
{
    struct queue_item *item = queue_take(echo->socket_notices, PATIENCE_US);
    int code = item == NULL ? -1 : ((struct socket_end *)item)->code;

    heap_free(item);
    return code;
}

void echo_answer_parked(struct echo *echo)
{
    for (size_t i = 0; i < echo->parked_count; i++) {
        struct parked *parked = echo->parked[i];

        must(loop_post(http_loop(parked->exchange), &parked->message));
    }
    echo->parked_count = 0;
}

size_t echo_ended(struct echo *echo)
{
    return echo->ended;
}

size_t echo_requests(struct echo *echo, size_t loop)
{
    return echo->requests[loop];
}
