/*
 * The crowd's loop.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/crowd.h"

#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/base/timestamp.h"

#include <stdio.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { MOST_EVENTS = 64, PATIENCE_S = 60, WAIT_MS = 100 };

static enum status open_one(
    struct crowd *crowd,
    struct socket_client *member,
    const struct crowd_entry *entry,
    struct error *e)
{
    struct epoll_event interest = {.events = EPOLLIN, .data.ptr = member};
    enum status status = socket_client_open(member, entry->port, entry->path, e);

    if (status == STATUS_OK && entry->enter != NULL)
        status = entry->enter(member, (unsigned)(member - crowd->members), entry->context, e);
    if (status == STATUS_OK &&
        epoll_ctl(crowd->epoll, EPOLL_CTL_ADD, member->http.fd, &interest) != 0)
        status = error_set(e, STATUS_UNAVAILABLE, "too many sockets for this process");
    return status;
}

enum status crowd_open(
    struct crowd *crowd, unsigned count, const struct crowd_entry *entry, struct error *error)
{
    enum status status = STATUS_OK;

    *crowd = (struct crowd){.members = heap_array(count, sizeof(*crowd->members))};
    crowd->epoll = epoll_create1(EPOLL_CLOEXEC);
    must(crowd->epoll >= 0);
    while (status == STATUS_OK && crowd->count < count)
        status = open_one(crowd, &crowd->members[crowd->count++], entry, error);
    return status;
}

static enum status
enter_person(struct socket_client *client, unsigned number, void *context, struct error *error)
{
    const struct site *site = context;
    struct text token = site->admin;
    char auth[4096];

    (void)number;
    (void)text_cut(&token, ' ');
    (void)text_cut(&token, ' ');
    token = text_trim(token);
    (void)snprintf(auth, sizeof(auth), "{\"token\":\"%.*s\"}", TEXT_ARGS(token));
    return socket_client_join(client, "/realtime", auth, error);
}

enum status
crowd_open_people(struct crowd *crowd, struct site *site, unsigned count, struct error *error)
{
    const struct crowd_entry entry = {site->port, SOCKET_CLIENT_PATH, enter_person, site};

    return crowd_open(crowd, count, &entry, error);
}

enum status crowd_enter_agent(
    struct socket_client *client, const struct workload_node *node, struct error *error)
{
    char word[1024];
    struct text heard;
    int size = snprintf(
        word, sizeof(word),
        "42/agent-realtime,[\"agent.auth\",{\"type\":\"agent.auth\",\"nodeId\":\"%.*s\","
        "\"agentToken\":\"%.*s\",\"agentVersion\":\"1.2.3\"}]",
        TEXT_ARGS(node->id), TEXT_ARGS(node->token));
    enum status status = socket_client_join(client, "/agent-realtime", "", error);

    if (status == STATUS_OK)
        status = socket_client_say(client, (struct text){word, (size_t)size}, error);
    if (status == STATUS_OK)
        status =
            socket_client_await(client, "42/agent-realtime,[\"agent.auth.ack\"", &heard, error);
    return status;
}

static enum status
enter_agent(struct socket_client *client, unsigned number, void *context, struct error *error)
{
    const struct workload *workload = context;

    return crowd_enter_agent(client, &workload->nodes[number], error);
}

enum status crowd_open_agents(
    struct crowd *crowd, struct workload *workload, unsigned count, struct error *error)
{
    const struct crowd_entry entry = {
        workload->site->port, SOCKET_CLIENT_PATH, enter_agent, workload};

    must(count <= workload->node_count);
    return crowd_open(crowd, count, &entry, error);
}

void crowd_close(struct crowd *crowd)
{
    if (crowd->members == NULL)
        return;
    for (unsigned i = 0; i < crowd->count; i++)
        socket_client_close(&crowd->members[i]);
    close(crowd->epoll);
    heap_free(crowd->members);
    crowd->members = NULL;
}

static enum status hear_member(
    struct crowd *crowd, struct socket_client *member, const char *beginning, struct error *error)
{
    struct text message;
    enum status status;

    do {
        status = socket_client_hear(member, &message, error);
        if (status == STATUS_OK && text_starts_with(message, text_from(beginning)))
            crowd->heard++;
    } while (status == STATUS_OK && text_is_present(message));
    return status;
}

enum status crowd_hear(struct crowd *crowd, const char *beginning, int wait_ms, struct error *error)
{
    struct epoll_event events[MOST_EVENTS];
    enum status status = STATUS_OK;
    int count = epoll_wait(crowd->epoll, events, MOST_EVENTS, wait_ms);

    for (int i = 0; status == STATUS_OK && i < count; i++)
        status = hear_member(crowd, events[i].data.ptr, beginning, error);
    return status;
}

enum status
crowd_hear_all(struct crowd *crowd, const char *beginning, uint64_t wanted, struct error *error)
{
    int64_t until_us = monotonic_us() + PATIENCE_S * (int64_t)US_PER_S;
    uint64_t before = crowd->heard;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && crowd->heard - before < wanted) {
        if (monotonic_us() > until_us)
            return error_set(
                error, STATUS_TIMED_OUT, "%llu of %llu messages were heard",
                (unsigned long long)(crowd->heard - before), (unsigned long long)wanted);
        status = crowd_hear(crowd, beginning, WAIT_MS, error);
    }
    return status;
}
