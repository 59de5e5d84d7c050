/*
 * Long polls.
 *
 *   OPEN ── session_close() ─► CLOSING ── a GET had it all, the next one "1" ┐
 *     │                           └── no GET comes: the heartbeat drops it ──┤
 *     └── too slow · the peer's "1" · two GETs or POSTs at once · a GET that ┴──► ended, on the next turn
 *         its peer gives up
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/socket/polling.h"

#include "api/socket/engine_refusal.h"
#include "api/socket/session_wire.h"
#include "core/base/encode.h"
#include "core/base/heap.h"
#include "core/base/must.h"

#include <string.h>

enum {
    ID_BYTES = 15,
    LOOP_SHIFT = 2,
    SEPARATOR = 0x1e,
    MOST_POST_BYTES = 65536, /* what a stranger's body may have, see admission.c */
    ANSWER_BYTES = 2 * SESSION_MOST_QUEUED_BYTES
};

/* A GET or POST on its way to the session's loop, in the arena of its call. */
struct poll {
    struct loop_message message;
    struct call *call;
    struct loop_context *loop; /* the session's */
    struct uuid key;           /* of the session */
    struct text left;          /* of a POST: what is not taken in yet */
    uint64_t number;
    bool is_post;
};

struct polling {
    struct loop_message turn; /* first */
    struct session *session;
    struct uuid key;
    struct poll *get;  /* that waits, or NULL */
    struct poll *post; /* under way, or NULL */
    struct websocket_frame *queue[SESSION_MOST_QUEUED];
    size_t queued;
    size_t queued_bytes;
    bool has_turn;
    bool is_closing; /* takes and sends nothing more */
    bool is_ending;
};

/* The sid is 15 bytes in Base64; six bits of them, its first sign, are the number of its loop. */
static bool read_id(struct arena *arena, struct text id, struct uuid *out_key, size_t *out_loop)
{
    struct bytes bytes;

    if (!base64url_decode(arena, id, &bytes) || bytes.size != ID_BYTES)
        return false;
    *out_key = UUID_NONE;
    memcpy(out_key->bytes, bytes.data, ID_BYTES);
    *out_loop = bytes.data[0] >> LOOP_SHIFT;
    return true;
}

static void name_loop(struct session *session)
{
    static const char signs[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    must(session->loop->index < sizeof(signs) - 1);
    session->id[0] = signs[session->loop->index];
}

/* On the call's own loop. */
static void send_answer(struct call *call)
{
    call_header(call, "Cache-Control", text_lit("no-store"));
    if (call->status == 0)
        engine_refusal_answer(call, REFUSAL_SESSION);
    else if (call->storage.size > 0)
        call_answer_text(call, 200, "text/plain; charset=UTF-8", buf_text(&call->storage));
    else
        call_answer_text(call, 200, "text/html", text_lit("ok"));
}

/* Gives the call back to its loop; its storage is what it is told. */
static void answer(struct poll *poll, int status)
{
    poll->call->status = status;
    call_to_loop(poll->call, send_answer);
}

static void go_on(struct polling *polling)
{
    if (polling->has_turn)
        return;
    polling->has_turn = true;
    loop_defer(polling->session->loop->loop, &polling->turn);
}

static void drop(struct session *session)
{
    struct polling *polling = session->carrier;

    polling->is_closing = true;
    polling->is_ending = true;
    go_on(polling);
}

static void close_session(struct session *session)
{
    struct polling *polling = session->carrier;

    polling->is_closing = true;
    go_on(polling);
}

static void hold(struct session *session, bool is_held)
{
    struct polling *polling = session->carrier;

    if (!is_held && polling->post != NULL)
        go_on(polling);
}

static bool is_full(const struct polling *polling)
{
    return polling->queued == SESSION_MOST_QUEUED ||
           polling->queued_bytes > SESSION_MOST_QUEUED_BYTES;
}

/* False: the server holds too much. */
static bool enqueue(struct polling *polling, struct websocket_frame *frame)
{
    polling->queue[polling->queued++] = websocket_frame_keep(frame);
    polling->queued_bytes += websocket_frame_payload(frame).size;
    return websocket_frame_wait(frame, polling->session->services->http);
}

static void send_frame(struct session *session, struct websocket_frame *frame)
{
    struct polling *polling = session->carrier;

    if (polling->is_closing)
        return;
    if (is_full(polling) || !enqueue(polling, frame)) {
        atomic_fetch_add(&session->services->meter->slow_polling, 1);
        drop(session);
        return;
    }
    go_on(polling);
}

static const struct session_wire wire = {
    .send = send_frame, .hold = hold, .close = close_session, .drop = drop};

static void release_queue(struct polling *polling)
{
    for (size_t i = 0; i < polling->queued; i++) {
        websocket_frame_end_wait(polling->queue[i], polling->session->services->http);
        websocket_frame_release(polling->queue[i]);
    }
    polling->queued = 0;
    polling->queued_bytes = 0;
}

static void write_queue(const struct polling *polling, struct buf *out)
{
    for (size_t i = 0; i < polling->queued; i++) {
        if (i > 0)
            buf_add_char(out, SEPARATOR);
        buf_add_text(out, websocket_frame_payload(polling->queue[i]));
    }
}

/* What waits, to the GET that waits. The goodbye goes alone: clients act on it before they have looked at
 * what came with it. */
static void give(struct polling *polling)
{
    bool is_goodbye = polling->queued == 0 && polling->is_closing;
    struct poll *get = polling->get;

    if (get == NULL || (polling->queued == 0 && !is_goodbye))
        return;
    buf_init(&get->call->storage, ANSWER_BYTES);
    write_queue(polling, &get->call->storage);
    if (is_goodbye)
        buf_add_char(&get->call->storage, '1');
    release_queue(polling);
    polling->get = NULL;
    polling->is_ending = polling->is_ending || is_goodbye;
    answer(get, 200);
}

static void take_packet(struct polling *polling, struct text packet)
{
    if (text_is(packet, "1"))
        drop(polling->session); /* over polls the peer's goodbye is all that tells of its end */
    else
        session_take(polling->session, packet);
}

/* What the peer said, as far as it may go on. */
static void take_post(struct polling *polling)
{
    struct poll *post = polling->post;

    if (post == NULL)
        return;
    while (text_is_present(post->left) && !polling->session->is_held && !polling->is_closing)
        take_packet(polling, text_cut(&post->left, SEPARATOR));
    if (text_is_present(post->left) && !polling->is_closing)
        return;
    polling->post = NULL;
    answer(post, 200);
}

static void end(struct polling *polling)
{
    (void)map_remove(polling->session->loop->polling, polling->key);
    atomic_fetch_sub(&polling->session->services->meter->polling_sessions, 1);
    if (polling->post != NULL)
        answer(polling->post, 200);
    if (polling->get != NULL)
        answer(polling->get, 0);
    release_queue(polling);
    session_end(polling->session);
    heap_free(polling);
}

static void on_turn(struct loop_message *message)
{
    struct polling *polling = (struct polling *)message;

    take_post(polling);
    give(polling);
    polling->has_turn = false; /* whatever these two have caused, they have seen */
    if (polling->is_ending)
        end(polling);
}

/* One of each kind at a time, else nobody knew in which order they were meant. */
static void take_poll(struct polling *polling, struct poll *poll)
{
    struct poll **place = poll->is_post ? &polling->post : &polling->get;

    if (*place != NULL || polling->is_ending) {
        answer(poll, 0);
        drop(polling->session);
        return;
    }
    *place = poll;
    if (poll->loop->is_draining)
        close_session(polling->session);
    go_on(polling);
}

static void on_poll(struct loop_message *message)
{
    struct poll *poll = (struct poll *)message;
    struct polling *polling = map_get(poll->loop->polling, poll->key);

    if (polling == NULL)
        answer(poll, 0);
    else
        take_poll(polling, poll);
}

/* Tells of a poll whose peer has gone: it may have been answered meanwhile. */
struct gone {
    struct loop_message message; /* first */
    struct loop_context *loop;
    struct uuid key;
    uint64_t number;
};

static void on_gone(struct loop_message *message)
{
    struct gone *gone = (struct gone *)message;
    struct polling *polling = map_get(gone->loop->polling, gone->key);

    if (polling != NULL && polling->get != NULL && polling->get->number == gone->number)
        drop(polling->session);
    heap_free(gone);
}

/* On the poll's own loop. */
static void on_abandoned(struct call *call)
{
    const struct poll *poll = call->handler_state;
    struct gone *gone = heap_new(sizeof(*gone));

    *gone = (struct gone){{.run = on_gone}, poll->loop, poll->key, poll->number};
    if (!loop_post(gone->loop->loop, &gone->message))
        heap_free(gone);
}

static struct poll *new_poll(struct call *call, struct loop_context *loop, struct uuid key)
{
    static atomic_uint_fast64_t numbers;
    struct poll *poll = arena_one(call->arena, struct poll);

    poll->call = call;
    poll->loop = loop;
    poll->key = key;
    poll->left = call->request->body;
    poll->number = atomic_fetch_add(&numbers, 1);
    poll->is_post = text_is(call->request->method, "POST");
    poll->message.run = on_poll;
    call->handler_state = poll;
    call->transport->on_abandoned(call, on_abandoned);
    return poll;
}

void polling_open(struct call *call, const struct session_handler *handler)
{
    struct polling *polling = heap_new(sizeof(*polling));
    size_t loop = 0;

    polling->session = session_new(call, handler, &wire, polling);
    polling->turn.run = on_turn;
    name_loop(polling->session);
    must(read_id(call->arena, text_from(polling->session->id), &polling->key, &loop));
    must(map_put(call->loop->polling, polling->key, polling) == NULL);
    atomic_fetch_add(&call->services->meter->polling_sessions, 1);
    polling->get = new_poll(call, call->loop, polling->key);
    session_open(polling->session, MOST_POST_BYTES);
}

void polling_take(struct call *call, struct text id)
{
    const struct services *services = call->services;
    struct poll *poll;
    struct uuid key;
    size_t loop;

    if (!read_id(call->arena, id, &key, &loop) || loop >= services->loop_count) {
        engine_refusal_answer(call, REFUSAL_SESSION);
        return;
    }
    if (!text_is_utf8(call->request->body)) {
        engine_refusal_answer(call, REFUSAL_REQUEST);
        return;
    }
    poll = new_poll(call, services->loops[loop], key);
    if (!loop_post(poll->loop->loop, &poll->message))
        engine_refusal_answer(call, REFUSAL_SESSION);
}

void polling_close_all(struct loop_context *loop)
{
    struct uuid key;
    size_t cursor = 0;
    void *polling;

    while (map_next(loop->polling, &cursor, &key, &polling))
        close_session(((struct polling *)polling)->session);
}

void polling_free_all(struct loop_context *loop)
{
    struct uuid key;
    size_t cursor = 0;
    void *polling;

    while (map_next(loop->polling, &cursor, &key, &polling)) {
        end(polling);
        cursor = 0;
    }
}
