/*
 * Telling how an update ended. The first answer that shows that the server knows this agent ends the trial: the new
 * program has started, has found its identity and its server, and is let in.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/update_tell.h"

#include "api/node_agent/backoff.h"
#include "api/node_agent/update_fetch.h"
#include "api/node_agent/update_trial.h"
#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/run/loop.h"
#include "core/shape/shape_json.h"

enum { ARENA_BYTES = 64 << 10, BODY_BYTES = 16 << 10, PERCENT_RECONNECTING = 95 };

struct update_tell {
    struct agent *agent;
    struct arena *arena;
    struct update_trial trial;
    struct loop_timer *timer;
    struct api_call *call;
    struct backoff backoff;
};

static void finish(struct update_tell *tell)
{
    struct error error;
    const char *state = text_c(tell->arena, tell->agent->settings->state_directory);

    if (update_trial_end(state, &error) != STATUS_OK)
        log_error("update.not_noted", log_cause(&error));
    else
        log_info("update.ended", log_text("version", tell->agent->machine.agent_version));
}

static void on_reply(void *context, const struct api_reply *reply)
{
    struct update_tell *tell = context;

    tell->call = NULL;
    if (reply->verdict == API_DONE || reply->verdict == API_REFUSED) {
        finish(tell);
        return;
    }
    log_warning("update.not_told", log_text("why", reply->message));
    loop_timer_set(tell->timer, backoff_next_us(&tell->backoff));
}

static void say(void *context)
{
    struct update_tell *tell = context;
    bool is_back = text_is_present(tell->trial.problem);
    const struct update_progress progress = {
        .status = is_back ? text_lit("failed") : text_lit("waiting_for_reconnect"),
        .progress_percent = PERCENT_RECONNECTING,
        .message = tell->trial.problem,
    };
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    AUTO_BUF body = {0};
    char id[UUID_TEXT_SIZE];

    uuid_print(tell->trial.target_id, id);
    buf_init(&body, BODY_BYTES);
    shape_json_write(&update_progress_shape, &progress, &body);
    tell->call = api_client_ask(
        tell->agent->client,
        &(struct api_request){
            .path = text_format(arena, "/agent-updates/targets/%s/progress", id).data,
            .body = buf_text(&body),
            .timeout_us = API_TIMEOUT_S * (int64_t)US_PER_S},
        on_reply, tell);
}

struct update_tell *update_tell_new(struct agent *agent)
{
    struct update_tell *tell = heap_new(sizeof(*tell));
    const char *state;

    tell->agent = agent;
    tell->arena = arena_new(ARENA_BYTES);
    state = text_c(tell->arena, agent->settings->state_directory);
    if (update_trial_load(state, tell->arena, &tell->trial, NULL) != STATUS_OK) {
        update_tell_free(tell);
        return NULL;
    }
    if (!text_is_present(tell->trial.problem) &&
        !text_equal(tell->trial.target_version, agent->machine.agent_version))
        tell->trial.problem = text_lit("the update was broken off: the former program is in place");
    tell->timer = loop_timer_new(agent->loop, say, tell);
    loop_timer_set(tell->timer, 0);
    return tell;
}

void update_tell_free(struct update_tell *tell)
{
    if (tell == NULL)
        return;
    api_call_cancel(tell->call);
    loop_timer_free(tell->timer);
    arena_free(tell->arena);
    heap_free(tell);
}
