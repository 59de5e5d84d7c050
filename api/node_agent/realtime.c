/*
 * The socket's life.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/realtime.h"

#include "api/node_agent/backoff.h"
#include "api/node_agent/packet.h"
#include "api/node_agent/root_access.h"
#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/base/must.h"
#include "core/base/timestamp.h"
#include "core/run/loop.h"
#include "core/shape/json_peek.h"
#include "core/shape/shape_json.h"
#include "core/web/web_socket.h"

enum {
    ARENA_BYTES = 16 << 20,
    HANDSHAKE_S = 10,
    LARGEST_EVENT = 256 << 10,
    UNSENT_BYTES = 256 << 10, /* beyond it messages stay in the queue */
    USUAL_SILENCE_MS = 45000,
    LONGEST_SILENCE_MS = 600000
};

static const char name_space[] = "/agent-realtime";
static const char path[] = "/socket.io/?EIO=4&transport=websocket";

enum realtime_state { STATE_AWAY, STATE_DIALLING, STATE_OPENED, STATE_JOINED, STATE_LIVE };

struct realtime {
    struct agent *agent;
    const struct realtime_listener *listener;
    void *context;
    enum realtime_state state;
    struct web_socket *socket; /* NULL: away */
    struct loop_timer *redial;
    struct loop_timer *silence; /* the handshake's end; then the server's pings stay away */
    int64_t longest_silence_us;
    struct backoff backoff;
    bool is_known_away;          /* said in the log */
    char *queue[REALTIME_QUEUE]; /* a ring */
    size_t first;
    size_t count;
    size_t bytes;
    bool was_full;
};

struct auth_event {
    struct text type;
    struct uuid node_id;
    struct text agent_token;
    struct text agent_version;
    struct text platform_version;
    struct text kernel_version;
    const struct root_access_report *root_access;
    const struct machine_location *location;
    struct json labels;
};
static const struct field auth_event_fields[] = {
    {TEXT(auth_event, type), .tag = 1, .doc = "Name of the event."},
    {UUID(auth_event, node_id), .tag = 2, .doc = "Id of the node."},
    {TEXT(auth_event, agent_token), .tag = 3, .doc = "Secret of the agent."},
    {TEXT(auth_event, agent_version), .tag = 4, .flags = OMIT_ABSENT,
     .doc = "Version of the agent."},
    {TEXT(auth_event, platform_version), .tag = 5, .flags = OMIT_ABSENT,
     .doc = "Name and version of the distribution."},
    {TEXT(auth_event, kernel_version), .tag = 6, .flags = OMIT_ABSENT,
     .doc = "Release of the kernel."},
    {OBJECT(auth_event, root_access, root_access_report), .tag = 7,
     .doc = "Root access that is in force."},
    {OBJECT(auth_event, location, machine_location), .tag = 8, .flags = OMIT_ABSENT,
     .doc = "Where the machine is."},
    {JSON(auth_event, labels), .tag = 9, .flags = OMIT_ABSENT, .doc = "Labels of the machine."},
};
static const struct shape auth_event_shape = SHAPE(auth_event, "Who the agent is.");

bool realtime_is_live(const struct realtime *realtime)
{
    return realtime->state == STATE_LIVE;
}

bool realtime_is_drained(const struct realtime *realtime)
{
    return realtime->state != STATE_LIVE ||
           (realtime->count == 0 && web_socket_unsent(realtime->socket) == 0);
}

/* The queue. */

static bool has_room(const struct realtime *realtime)
{
    return realtime->count < REALTIME_QUEUE && realtime->bytes < REALTIME_QUEUE_BYTES;
}

static void send_queued(struct realtime *realtime)
{
    while (realtime->state == STATE_LIVE && realtime->count > 0 &&
           web_socket_unsent(realtime->socket) < UNSENT_BYTES) {
        char *message = realtime->queue[realtime->first];
        struct text text = text_from(message);

        realtime->first = (realtime->first + 1) % REALTIME_QUEUE;
        realtime->count--;
        realtime->bytes -= text.size;
        web_socket_send(realtime->socket, text);
        heap_free(message);
    }
    if (realtime->was_full && realtime->count < REALTIME_QUEUE / 2 && has_room(realtime)) {
        realtime->was_full = false;
        realtime->listener->room(realtime->context);
    }
}

bool realtime_send(
    struct realtime *realtime, const char *name, const struct shape *shape, const void *value)
{
    AUTO_BUF event = {0};

    if (!has_room(realtime)) {
        realtime->was_full = true;
        return false;
    }
    buf_init(&event, LARGEST_EVENT);
    packet_write_event(name_space, name, shape, value, &event);
    must(!buf_is_full(&event));
    realtime->bytes += event.size;
    realtime->queue[(realtime->first + realtime->count++) % REALTIME_QUEUE] =
        buf_detach(&event, &(size_t){0});
    send_queued(realtime);
    return true;
}

void realtime_send_now(
    struct realtime *realtime, const char *name, const struct shape *shape, const void *value)
{
    if (realtime->state == STATE_LIVE && realtime->count == 0)
        (void)!realtime_send(realtime, name, shape, value);
}

/* Going away, and coming back. */

static void leave(struct realtime *realtime, const char *why)
{
    bool was_live = realtime->state == STATE_LIVE;

    if (was_live || !realtime->is_known_away)
        log_warning("realtime.away", log_c("why", why));
    realtime->is_known_away = true;
    realtime->state = STATE_AWAY;
    web_socket_free(realtime->socket);
    realtime->socket = NULL;
    loop_timer_clear(realtime->silence);
    loop_timer_set(realtime->redial, backoff_next_us(&realtime->backoff));
    if (was_live)
        realtime->listener->changed(realtime->context, false);
}

static void on_silence(void *context)
{
    leave(context, "the server is silent");
}

/* What the server says. */

static void
on_open_packet(struct realtime *realtime, const struct packet *packet, struct arena *arena)
{
    double interval = 0;
    double timeout = 0;
    AUTO_BUF out = {0};

    if (!json_peek_number(json_peek_member(arena, packet->payload, "pingInterval"), &interval) ||
        !json_peek_number(json_peek_member(arena, packet->payload, "pingTimeout"), &timeout) ||
        interval + timeout <= 0 || interval + timeout > LONGEST_SILENCE_MS)
        interval = timeout = USUAL_SILENCE_MS / 2.0;
    realtime->longest_silence_us = (int64_t)(interval + timeout) * US_PER_MS;
    realtime->state = STATE_OPENED;
    buf_init(&out, 128);
    packet_write_connect(name_space, &out);
    web_socket_send(realtime->socket, buf_text(&out));
}

static void introduce(struct realtime *realtime)
{
    const struct agent *agent = realtime->agent;
    const struct auth_event event = {
        .type = text_lit("agent.auth"),
        .node_id = agent->identity->node_id,
        .agent_token = agent->identity->agent_token,
        .agent_version = agent->machine.agent_version,
        .platform_version = agent->machine.platform_version,
        .kernel_version = agent->machine.kernel_version,
        .root_access = root_access_report(agent->root_access),
        .location = agent->machine.location,
        .labels = agent->labels,
    };
    AUTO_BUF out = {0};

    buf_init(&out, LARGEST_EVENT);
    packet_write_event(name_space, "agent.auth", &auth_event_shape, &event, &out);
    web_socket_send(realtime->socket, buf_text(&out));
}

void realtime_introduce(struct realtime *realtime)
{
    if (realtime->state == STATE_LIVE)
        introduce(realtime);
}

static void want_access(struct realtime *realtime, const struct packet *packet, struct arena *arena)
{
    struct text access = json_peek_member(arena, packet->payload, "rootAccess");

    root_access_want(
        realtime->agent->root_access,
        json_peek_text(arena, json_peek_member(arena, access, "profile")));
}

/* Also after each further introduction. */
static void on_ack(struct realtime *realtime, const struct packet *packet, struct arena *arena)
{
    if (!text_is(json_peek_member(arena, packet->payload, "authenticated"), "true")) {
        leave(realtime, "the server does not know this agent");
        return;
    }
    want_access(realtime, packet, arena);
    if (realtime->state == STATE_LIVE)
        return;
    realtime->state = STATE_LIVE;
    realtime->backoff = (struct backoff){0};
    realtime->is_known_away = false;
    loop_timer_set(realtime->silence, realtime->longest_silence_us);
    log_info("realtime.live", log_uuid("node", realtime->agent->identity->node_id));
    realtime->listener->changed(realtime->context, true);
    send_queued(realtime);
}

static void on_event(struct realtime *realtime, const struct packet *packet, struct arena *arena)
{
    struct text message =
        json_peek_text(arena, json_peek_member(arena, packet->payload, "message"));

    if (text_is(packet->name, "agent.auth.ack")) {
        on_ack(realtime, packet, arena);
    } else if (text_is(packet->name, "agent.auth.error")) {
        leave(realtime, text_c(arena, message));
    } else if (text_is(packet->name, "agent.error")) {
        log_warning("realtime.refused", log_text("why", message));
    } else if (text_is(packet->name, "root-access.updated")) {
        want_access(realtime, packet, arena);
    } else if (realtime->state == STATE_LIVE) {
        realtime->listener->event(realtime->context, packet->name, packet->payload, arena);
    }
}

static void on_text(void *context, struct text message)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct realtime *realtime = context;
    struct packet packet;

    packet_read(message, name_space, arena, &packet);
    switch (packet.kind) {
    case PACKET_OPEN:
        on_open_packet(realtime, &packet, arena);
        break;
    case PACKET_PING:
        web_socket_send(realtime->socket, text_lit("3"));
        if (realtime->state == STATE_LIVE)
            loop_timer_set(realtime->silence, realtime->longest_silence_us);
        break;
    case PACKET_CONNECTED:
        realtime->state = STATE_JOINED;
        introduce(realtime);
        break;
    case PACKET_REFUSED:
    case PACKET_GONE:
        leave(realtime, "the server sent it away");
        break;
    case PACKET_EVENT:
        on_event(realtime, &packet, arena);
        break;
    case PACKET_IGNORED:
        break;
    case PACKET_MALFORMED:
        leave(realtime, "the server sent what is no packet");
        break;
    }
}

static void on_open(void *context)
{
    (void)context; /* the server speaks first */
}

static void on_drained(void *context)
{
    send_queued(context);
}

static void on_closed(void *context, const char *why)
{
    leave(context, why);
}

static void dial(void *context)
{
    static const struct web_socket_listener listener = {on_open, on_text, on_drained, on_closed};
    struct realtime *realtime = context;

    realtime->state = STATE_DIALLING;
    loop_timer_set(realtime->silence, HANDSHAKE_S * (int64_t)US_PER_S);
    realtime->socket = api_client_open_socket(
        realtime->agent->client, path, HANDSHAKE_S * (int64_t)US_PER_S, &listener, realtime);
}

struct realtime *
realtime_new(struct agent *agent, const struct realtime_listener *listener, void *context)
{
    struct realtime *realtime = heap_new(sizeof(*realtime));

    realtime->agent = agent;
    realtime->listener = listener;
    realtime->context = context;
    realtime->redial = loop_timer_new(agent->loop, dial, realtime);
    realtime->silence = loop_timer_new(agent->loop, on_silence, realtime);
    loop_timer_set(realtime->redial, 0);
    return realtime;
}

void realtime_free(struct realtime *realtime)
{
    if (realtime == NULL)
        return;
    web_socket_free(realtime->socket);
    loop_timer_free(realtime->redial);
    loop_timer_free(realtime->silence);
    for (size_t i = 0; i < realtime->count; i++)
        heap_free(realtime->queue[(realtime->first + i) % REALTIME_QUEUE]);
    heap_free(realtime);
}
