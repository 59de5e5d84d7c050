/*
 * Passages.
 *
 *   CONNECT ─► dialling ── "0{…}" ──► joining ── "40" ──► joined ── DISCONNECT of either side ──► ended
 *                  └── no leader ──► refused ◄── "44" ───┘  └── the leader is lost ──► put out
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/socket/passage.h"

#include "api/epoch.h"
#include "api/socket/socket.h"
#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/web/web_socket.h"
#include "eventlog/following.h"

#include <string.h>

enum { PATH_ARENA = 64 << 10, MOST_HEADERS = 4, LONGEST_HEADER = 9000, LONGEST_USER_AGENT = 500 };

static const char refusal[] = "{\"message\":\"The leader cannot be reached at the moment.\","
                              "\"data\":{\"code\":\"UNAVAILABLE\","
                              "\"message\":\"The leader cannot be reached at the moment.\"}}";

struct passage {
    struct session *session; /* kept by it */
    size_t index;
    const char *namespace;
    struct web_socket *socket;
    struct loop_timer *silence;
    struct buf connect; /* the packet that it began with, until the leader has it */
    bool is_joined;
    bool holds; /* the peer back */
};

static void end(struct passage *passage)
{
    struct session *session = passage->session;

    session->passages[passage->index] = NULL;
    if (passage->holds)
        session_finish(session);
    web_socket_free(passage->socket);
    loop_timer_free(passage->silence);
    buf_fini(&passage->connect);
    heap_free(passage);
    session_release(session);
}

/* The leader is lost: the peer comes again. */
static void fail(struct passage *passage, const char *why)
{
    struct session *session = session_keep(passage->session);
    struct text namespace = text_from(passage->namespace);
    bool was_joined = passage->is_joined;

    log_debug("passage.lost", log_c("why", why), log_text("namespace", namespace));
    end(passage);
    if (was_joined) {
        socket_send_packet(session, PACKET_DISCONNECT, namespace, (struct text){NULL, 0});
        session_close(session);
    } else {
        socket_send_packet(session, PACKET_CONNECT_ERROR, namespace, text_from(refusal));
    }
    session_release(session);
}

static void on_silence(void *context)
{
    fail(context, "nothing was heard of the leader");
}

/* From the leader. */

static void tell_peer(struct passage *passage, struct text message)
{
    struct websocket_frame *frame = websocket_frame_new(WEBSOCKET_TEXT, message);

    session_send(passage->session, frame);
    websocket_frame_release(frame);
}

/* A message of Socket.IO, which ends the passage where it says so. */
static void pass_back(struct passage *passage, struct text message)
{
    struct session *session = session_keep(passage->session);
    char type = message.size > 1 ? message.data[1] : '\0';

    tell_peer(passage, message);
    if (type == '0' + PACKET_CONNECT) {
        passage->is_joined = true;
        session_note_joined(session);
    } else if (type == '0' + PACKET_CONNECT_ERROR) {
        end(passage);
    } else if (type == '0' + PACKET_DISCONNECT) {
        end(passage);
        session_close(session);
    }
    session_release(session);
}

static void on_open(void *context)
{
    (void)context; /* the leader speaks first */
}

static void send_connect(struct passage *passage)
{
    web_socket_send(passage->socket, buf_text(&passage->connect));
    buf_fini(&passage->connect);
}

static void on_text(void *context, struct text message)
{
    struct passage *passage = context;
    char type = message.size > 0 ? message.data[0] : '\0';

    loop_timer_set(passage->silence, PASSAGE_SILENCE_S * (int64_t)US_PER_S);
    if (type == ENGINE_MESSAGE)
        pass_back(passage, message);
    else if (type == ENGINE_OPEN)
        send_connect(passage);
    else if (type == ENGINE_PING)
        web_socket_send(passage->socket, text_lit("3"));
}

static void on_drained(void *context)
{
    struct passage *passage = context;

    if (!passage->holds)
        return;
    passage->holds = false;
    session_finish(passage->session);
}

static void on_closed(void *context, const char *why)
{
    fail(context, why);
}

static const struct web_socket_listener listener = {
    .open = on_open, .text = on_text, .drained = on_drained, .closed = on_closed};

/* To the leader. */

/* Where the leader's host ends in its URL. */
static size_t origin_size(struct text url)
{
    size_t host = text_find(url, ':', 0) + 3; /* behind "://" */

    return text_find(url, '/', host);
}

static struct web *leader_of(struct session *session, struct text url)
{
    struct loop_context *loop = session->loop;
    struct text ca_file = session->services->settings->follow_ca_file;
    AUTO_ARENA arena = arena_new(PATH_ARENA);
    struct error error;

    if (loop->leader == NULL &&
        web_new(
            loop->loop, text_slice(url, 0, origin_size(url)),
            ca_file.size > 0 ? text_c(arena, ca_file) : NULL, &loop->leader, &error) != STATUS_OK)
        log_error("passage.no_leader", log_cause(&error));
    return loop->leader;
}

/* What is longer than any that the leader would take is left out. */
static void add_header(struct web_socket_request *request, const char *name, const char *value)
{
    struct web_header *headers = (struct web_header *)(uintptr_t)request->headers;
    size_t size = value == NULL ? 0 : strlen(value);

    if (size > 0 && size <= LONGEST_HEADER)
        headers[request->header_count++] = (struct web_header){name, value};
}

/* The leader knows whose it is, and by what token, as if the peer had come there itself; one of an older epoch than
 * ours refuses. */
static void dial(struct passage *passage, struct web *leader, struct text url)
{
    const struct session *session = passage->session;
    struct web_header headers[MOST_HEADERS];
    struct web_socket_request request = {
        .timeout_us = PASSAGE_HANDSHAKE_S * (int64_t)US_PER_S, .headers = headers};
    AUTO_ARENA arena = arena_new(PATH_ARENA);
    struct text prefix = text_slice(url, origin_size(url), url.size);

    request.path =
        text_format(arena, "%.*s/socket.io/?EIO=4&transport=websocket", TEXT_ARGS(prefix)).data;
    add_header(&request, "X-Forwarded-For", session->remote_address);
    add_header(
        &request, "User-Agent",
        text_c(arena, text_first_bytes(text_from(session->user_agent), LONGEST_USER_AGENT)));
    add_header(&request, "Authorization", session->authorization);
    add_header(&request, "Ledger-Epoch", epoch_print(session->services, arena).data);
    passage->socket = web_socket_new(leader, &request, &listener, passage);
}

static void keep_connect(struct passage *passage, const struct packet *packet)
{
    buf_init(&passage->connect, packet->whole.size + 2);
    buf_add_char(&passage->connect, ENGINE_MESSAGE);
    buf_add_text(&passage->connect, packet->whole);
}

static void open_passage(
    struct session *session, const char *namespace, size_t index, const struct packet *packet)
{
    struct text url = text_from(session->services->following->url);
    struct web *leader = leader_of(session, url);
    struct passage *passage;

    if (leader == NULL) {
        socket_send_packet(session, PACKET_CONNECT_ERROR, text_from(namespace), text_from(refusal));
        return;
    }
    passage = heap_new(sizeof(*passage));
    passage->session = session_keep(session);
    passage->index = index;
    passage->namespace = namespace;
    passage->silence = loop_timer_new(session->loop->loop, on_silence, passage);
    keep_connect(passage, packet);
    session->passages[index] = passage;
    loop_timer_set(passage->silence, PASSAGE_SILENCE_S * (int64_t)US_PER_S);
    dial(passage, leader, url);
}

static void pass_on(struct passage *passage, struct text packet)
{
    AUTO_BUF message = {0};

    buf_init(&message, packet.size + 2);
    buf_add_char(&message, ENGINE_MESSAGE);
    buf_add_text(&message, packet);
    web_socket_send(passage->socket, buf_text(&message));
    if (passage->holds || web_socket_unsent(passage->socket) <= PASSAGE_UNSENT_BYTES)
        return;
    passage->holds = true;
    session_begin(passage->session); /* as by a call whose place the writer has not given yet */
}

/* As many at once as a peer needs that comes again and again, then one a second: each takes a connection, and one that
 * ended keeps its port for a while. */
static bool may_dial(struct session *session, const struct packet *packet)
{
    int64_t now_us = monotonic_us();
    int64_t full_us = now_us - PASSAGES_AT_ONCE * (int64_t)US_PER_S;

    if (packet->whole.size > PASSAGE_CONNECT_BYTES || session->dialled_us > now_us - US_PER_S)
        return false;
    if (session->dialled_us < full_us)
        session->dialled_us = full_us;
    session->dialled_us += US_PER_S;
    return true;
}

bool passage_take(
    struct session *session, const char *namespace, size_t index, const struct packet *packet)
{
    struct passage *passage = session->passages[index];

    if (packet->type == PACKET_CONNECT && passage == NULL && may_dial(session, packet))
        open_passage(session, namespace, index, packet);
    else if (packet->type == PACKET_DISCONNECT && passage != NULL)
        end(passage); /* which the leader sees by the end of the connection */
    else if (packet->type == PACKET_EVENT && passage != NULL && passage->is_joined)
        pass_on(passage, packet->whole);
    else
        return packet->type == PACKET_DISCONNECT || packet->type == PACKET_ACK;
    return true;
}

void passage_end_all(struct session *session)
{
    for (size_t i = 0; i < MOST_NAMESPACES; i++) {
        if (session->passages[i] != NULL)
            end(session->passages[i]);
    }
}
