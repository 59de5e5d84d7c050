/*
 * Putting the agent together, and ending it in order.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/agent.h"

#include "api/node_agent/own_labels.h"
#include "api/node_agent/presence.h"
#include "api/node_agent/realtime.h"
#include "api/node_agent/root_access.h"
#include "api/node_agent/terminals.h"
#include "api/node_agent/update_program.h"
#include "api/node_agent/update_tell.h"
#include "api/node_agent/work.h"
#include "core/base/log.h"
#include "core/base/random.h"
#include "core/base/timestamp.h"
#include "core/run/loop.h"

#include <signal.h>

enum { ARENA_BYTES = 64 << 10, LOOK_MS = 20 };

/* All that runs on the loop. */
struct parts {
    struct agent *agent;
    struct work *work;
    struct realtime *realtime;
    struct presence *presence;
    struct terminals *terminals;
    struct loop_timer *forced; /* the end of patience with what does not end */
    struct loop_timer *leaving;
    struct update_tell *update; /* NULL: there was none */
    bool is_idle;               /* no task runs, and all ends are told */
    bool is_to_begin_anew;
};

/* What the socket says goes to whom it concerns. */

static void on_changed(void *context, bool is_live)
{
    struct parts *parts = context;

    (void)is_live;
    presence_renew(parts->presence);
}

static void on_event(void *context, struct text name, struct text payload, struct arena *arena)
{
    struct parts *parts = context;

    if (text_is(name, "task.dispatch"))
        work_take_sent(parts->work, payload, arena);
    else
        terminals_handle(parts->terminals, name, payload, arena);
}

static void on_room(void *context)
{
    struct parts *parts = context;

    terminals_resume(parts->terminals);
}

static bool
send_event(void *context, const char *name, const struct shape *shape, const void *value)
{
    struct parts *parts = context;

    return realtime_send(parts->realtime, name, shape, value);
}

static void on_access_changed(void *context)
{
    struct parts *parts = context;

    realtime_introduce(parts->realtime);
}

/* The end: no task, no terminal, and the server has heard of it. */

static void leave_when_done(void *context)
{
    struct parts *parts = context;

    if (parts->is_idle && terminals_count(parts->terminals) == 0 &&
        realtime_is_drained(parts->realtime))
        loop_stop(parts->agent->loop);
    else
        loop_timer_set(parts->leaving, (int64_t)LOOK_MS * US_PER_MS);
}

static void on_idle(void *context)
{
    ((struct parts *)context)->is_idle = true;
}

static void on_forced(void *context)
{
    struct parts *parts = context;

    log_warning(
        "agent.stop_forced", log_c("why", "tasks did not end, or the server did not hear of it"));
    loop_stop(parts->agent->loop);
}

static void on_signal(void *context)
{
    struct parts *parts = context;
    int64_t patience_s = parts->agent->settings->shutdown_timeout_seconds;

    log_info("agent.stopping", log_int64("within_s", patience_s));
    loop_timer_set(parts->forced, patience_s * US_PER_S);
    loop_timer_set(parts->leaving, 0);
    work_stop(parts->work);
    terminals_stop(parts->terminals, "the agent was stopped");
}

/* The program was replaced. */
static void on_replaced(void *context)
{
    struct parts *parts = context;

    parts->is_to_begin_anew = true;
    on_signal(parts);
}

/* Is it to begin anew? */
static bool run(struct agent *agent)
{
    static const struct realtime_listener listener = {on_changed, on_event, on_room};
    struct parts parts = {.agent = agent};
    struct loop_signal *asked = loop_signal_new(agent->loop, SIGTERM, on_signal, &parts);
    struct loop_signal *typed = loop_signal_new(agent->loop, SIGINT, on_signal, &parts);
    struct loop_signal *replaced =
        loop_signal_new(agent->loop, UPDATE_REPLACED_SIGNAL, on_replaced, &parts);

    parts.forced = loop_timer_new(agent->loop, on_forced, &parts);
    parts.leaving = loop_timer_new(agent->loop, leave_when_done, &parts);
    parts.realtime = realtime_new(agent, &listener, &parts);
    parts.terminals =
        terminals_new(agent->loop, agent->program, agent->root_access, send_event, &parts);
    parts.presence = presence_new(agent, parts.realtime);
    parts.work = work_new(agent, on_idle, &parts);
    parts.update = update_tell_new(agent);
    root_access_listen(agent->root_access, on_access_changed, &parts);
    log_info("agent.started", log_uuid("node", agent->identity->node_id));
    loop_run(agent->loop);
    update_tell_free(parts.update);
    work_free(parts.work);
    presence_free(parts.presence);
    terminals_free(parts.terminals);
    realtime_free(parts.realtime);
    loop_timer_free(parts.forced);
    loop_timer_free(parts.leaving);
    loop_signal_free(asked);
    loop_signal_free(typed);
    loop_signal_free(replaced);
    return parts.is_to_begin_anew;
}

/* Whoever sits on the line is the node then. */
static void warn_of_clear(struct text url)
{
    static const struct text harmless[] = {
        TEXT_OF("https:"), TEXT_OF("http://localhost"), TEXT_OF("http://127."),
        TEXT_OF("http://[::1]")};

    for (size_t i = 0; i < COUNT_OF(harmless); i++) {
        if (text_starts_with(url, harmless[i]))
            return;
    }
    log_warning("agent.in_clear", log_text("url", url));
}

enum status agent_run(
    const struct agent_settings *settings,
    const struct identity *identity,
    bool *out_is_to_begin_anew,
    struct error *error)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct agent agent = {.settings = settings, .identity = identity};
    const char *ca_file = text_is_present(settings->api_tls_ca_file)
                              ? text_c(arena, settings->api_tls_ca_file)
                              : NULL;
    struct text url = text_is_present(settings->api_url) ? settings->api_url : identity->api_url;
    enum status status;

    warn_of_clear(url);
    agent.program = update_program_own(arena);
    machine_read(settings, arena, &agent.machine);
    agent.labels = own_labels_read(settings->labels, arena);
    uuid_print(uuid_new(), agent.start);
    status = journal_open(
        text_format(arena, "%.*s/tasks", TEXT_ARGS(settings->state_directory)).data, &agent.journal,
        error);
    if (status != STATUS_OK)
        return status;
    agent.loop = loop_new();
    agent.root_access =
        root_access_new(agent.loop, text_c(arena, settings->state_directory), agent.program);
    status = api_client_new(agent.loop, url, ca_file, identity, &agent.client, error);
    if (status == STATUS_OK)
        *out_is_to_begin_anew = run(&agent);
    root_access_free(agent.root_access);
    api_client_free(agent.client);
    loop_free(agent.loop);
    journal_close(agent.journal);
    return status;
}
