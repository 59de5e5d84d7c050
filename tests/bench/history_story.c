/*
 * What happens to the fleet. Of a hundred events about one adds a node, six tell of nodes that come,
 * go and change, two are sign-ins; all others are the steps of tasks, a few thousand at a time:
 *
 *   nothing ─► created ─► claimed ─► started ─► logged (1 to 3 times) ─► completed ─► nothing
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/history_story.h"

#include "core/base/heap.h"
#include "core/crypto/crypto.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/events/task_events.h"
#include "eventlog/events/workspace_events.h"
#include "tests/bench/site.h"

#include <stdio.h>

enum { ARENA_BYTES = 1 << 16, MOST_LINES = 4, LOGGED_AT_MOST = 3 };

static void as_system(struct story *story)
{
    story->history->actor = (struct actor){.kind = ACTOR_SYSTEM};
    story->history->origin = (struct origin){0};
}

static void from(struct story *story, unsigned number, struct text user_agent)
{
    snprintf(
        story->address, sizeof(story->address), "10.%u.%u.%u", number >> 16 & 255,
        number >> 8 & 255, number & 255);
    story->history->origin = (struct origin){
        .address = {.text = text_from(story->address)}, .user_agent = {.text = user_agent}};
}

struct thing *story_as_some_user(struct story *story)
{
    unsigned number = (unsigned)history_random(story->history, story->user_count);
    struct thing *user = &story->users[number];

    story->history->actor = (struct actor){ACTOR_USER, user->id, user->id};
    from(
        story, 65536 + number, text_lit("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Firefox/128.0"));
    return user;
}

static void as_agent(struct story *story, const struct node *node)
{
    story->history->actor = (struct actor){.kind = ACTOR_AGENT, .id = node->stream.id};
    from(story, node->number, text_lit("fleet-agent/1.4.2"));
}

static struct node *some_node(struct story *story)
{
    return &story->nodes[history_random(story->history, story->node_count)];
}

static enum status tell_of_node(
    struct story *story,
    const struct event_type *type,
    struct node *node,
    void *event,
    struct error *error)
{
    return history_add(story->history, type, &node->stream, node->workspace, event, error);
}

enum status
story_register(struct story *story, unsigned number, struct thing *out, struct error *error)
{
    char email[48];
    char name[32];
    struct user_registered registered = {
        .role = {number == 0 ? ROLE_PLATFORM_ADMIN : ROLE_USER},
        .timezone = text_lit("Europe/Vienna"),
        .password = {.text = story->password},
    };

    if (number == 0)
        snprintf(email, sizeof(email), SITE_ADMIN_EMAIL);
    else
        snprintf(email, sizeof(email), "person.%u@example.com", number);
    snprintf(name, sizeof(name), "Person %u", number);
    *out = (struct thing){.id = history_id(story->history)};
    registered.user_id = out->id;
    registered.email.text = text_from(email);
    registered.name.text = text_from(name);
    as_system(story);
    return history_add(story->history, &user_registered_event, out, UUID_NONE, &registered, error);
}

static enum status register_user(struct story *story, struct error *error)
{
    unsigned number = story->user_count;

    if (number == STORY_USERS)
        return STATUS_OK;
    story->user_count++;
    return story_register(story, number, &story->users[number], error);
}

static enum status sign_in(struct story *story, struct error *error)
{
    struct thing *user = story_as_some_user(story);
    struct user_signed_in signed_in = {.user_id = user->id};

    return history_add(story->history, &user_signed_in_event, user, UUID_NONE, &signed_in, error);
}

static enum status fail_sign_in(struct story *story, struct error *error)
{
    static const uint8_t digest[32] = {7};
    struct thing *user = story_as_some_user(story);
    struct sign_in_failed failed = {user->id, {digest, sizeof(digest)}, {FAILURE_PASSWORD}};
    enum status status;

    story->history->actor = (struct actor){.kind = ACTOR_STRANGER};
    story->history->outcome = OUTCOME_REFUSED;
    status = history_add(story->history, &sign_in_failed_event, user, UUID_NONE, &failed, error);
    story->history->outcome = OUTCOME_DONE;
    return status;
}

static enum status add_node(struct story *story, struct error *error)
{
    static const uint8_t digest[32] = {9};
    struct history *history = story->history;
    struct node *node = &story->nodes[story->node_count];
    char name[32];
    struct node_added added = {.os = text_lit("linux"), .arch = text_lit("amd64")};
    struct node_came_online online = {
        .sign = {SIGN_HEARTBEAT},
        .agent_version = text_lit("1.4.2"),
        .platform_version = text_lit("12"),
        .kernel_version = text_lit("6.1.0-26-amd64")};
    enum status status;

    if (story->node_count == story->most_nodes)
        return STATUS_OK;
    snprintf(name, sizeof(name), "node-%06u", story->node_count);
    *node = (struct node){
        .stream = {history_id(history), 0},
        .workspace = story->workspaces[history_random(history, STORY_WORKSPACES)].id,
        .is_online = true,
        .number = story->node_count++,
    };
    added.node_id = online.node_id = node->stream.id;
    added.workspace_id = node->workspace;
    added.name = added.hostname = text_from(name);
    added.source = (struct enum_value){SOURCE_INSTALL};
    added.credential_digest = (struct bytes){digest, sizeof(digest)};
    story_as_some_user(story);
    status = tell_of_node(story, &node_added_event, node, &added, error);
    as_agent(story, node);
    if (status == STATUS_OK)
        status = tell_of_node(story, &node_came_online_event, node, &online, error);
    return status;
}

/* Online nodes fall silent, silent ones come back. */
static enum status turn_node(struct story *story, struct error *error)
{
    struct node *node = some_node(story);
    struct node_went_offline offline = {
        .node_id = node->stream.id,
        .last_seen_at = timestamp_plus_us(story->history->now, INT64_C(-90) * US_PER_S),
        .timeout_seconds = 90,
        .absence = {ABSENCE_SILENCE},
    };
    struct node_came_online online = {.node_id = node->stream.id, .sign = {SIGN_HEARTBEAT}};

    node->is_online = !node->is_online;
    if (node->is_online) {
        as_agent(story, node);
        return tell_of_node(story, &node_came_online_event, node, &online, error);
    }
    as_system(story);
    return tell_of_node(story, &node_went_offline_event, node, &offline, error);
}

static enum status report_versions(struct story *story, struct error *error)
{
    struct node *node = some_node(story);
    char version[24];
    struct node_versions_reported reported = {.node_id = node->stream.id};

    snprintf(version, sizeof(version), "1.5.%lld", (long long)node->stream.revision);
    reported.agent_version = text_from(version);
    as_agent(story, node);
    return tell_of_node(story, &node_versions_reported_event, node, &reported, error);
}

static enum status cross_cpu(struct story *story, struct error *error)
{
    struct node *node = some_node(story);
    struct node_cpu_crossed crossed = {
        node->stream.id, 90 + (double)history_random(story->history, 100) / 10, {SEVERITY_WARNING}};

    as_agent(story, node);
    return tell_of_node(story, &node_cpu_crossed_event, node, &crossed, error);
}

static enum status tell_of_task(
    struct story *story,
    const struct event_type *type,
    struct task *task,
    void *event,
    struct error *error)
{
    return history_add(story->history, type, &task->stream, task->node->workspace, event, error);
}

static enum status create_task(struct story *story, struct task *task, struct error *error)
{
    char payload[160];
    struct task_created created = {.type = text_lit("shell.exec"), .is_internal = OPT_FALSE};

    *task = (struct task){
        .stream = {history_id(story->history), 0},
        .node = some_node(story),
        .step = STEP_CREATED,
    };
    snprintf(
        payload, sizeof(payload),
        "{\"command\":\"systemctl restart application-%llu.service\",\"timeoutSeconds\":120}",
        (unsigned long long)history_random(story->history, 1000));
    created.task_id = task->stream.id;
    created.workspace_id = task->node->workspace;
    created.node_id = task->node->stream.id;
    created.payload = (struct json){text_from(payload)};
    story_as_some_user(story);
    return tell_of_task(story, &task_created_event, task, &created, error);
}

static enum status claim_task(struct story *story, struct task *task, struct error *error)
{
    struct history *history = story->history;
    struct task_claimed claimed = {
        task->stream.id, task->node->stream.id, history_id(history),
        timestamp_plus_us(history->now, INT64_C(60) * US_PER_S)};

    task->step = STEP_CLAIMED;
    return tell_of_task(story, &task_claimed_event, task, &claimed, error);
}

static enum status start_task(struct story *story, struct task *task, struct error *error)
{
    struct task_started started = {.task_id = task->stream.id, .started_at = story->history->now};

    task->step = STEP_STARTED;
    return tell_of_task(story, &task_started_event, task, &started, error);
}

static enum status log_task(struct story *story, struct task *task, struct error *error)
{
    struct history *history = story->history;
    size_t count = 1 + history_random(history, MOST_LINES);
    char texts[MOST_LINES][96];
    struct task_log_line lines[MOST_LINES];
    struct task_logged logged = {.task_id = task->stream.id, .lines = {lines, count}};

    for (size_t i = 0; i < count; i++) {
        snprintf(
            texts[i], sizeof(texts[i]),
            "application-%llu: waiting until it answers its health check",
            (unsigned long long)history_random(history, 1000));
        lines[i] = (struct task_log_line){{TASK_LOG_STDOUT}, text_from(texts[i]), history->now};
    }
    task->step = STEP_LOGGED;
    task->logged++;
    return tell_of_task(story, &task_logged_event, task, &logged, error);
}

static enum status complete_task(struct story *story, struct task *task, struct error *error)
{
    struct history *history = story->history;
    bool is_failed = history_random(history, 20) == 0;
    char result[96];
    struct task_completed completed = {
        .task_id = task->stream.id,
        .status = {is_failed ? TASK_FAILED : TASK_SUCCESS},
        .is_output_truncated = OPT_FALSE,
        .finished_at = history->now,
    };

    snprintf(
        result, sizeof(result), "{\"exitCode\":%d,\"durationMs\":%llu}", is_failed ? 1 : 0,
        (unsigned long long)history_random(history, 60000));
    completed.result = (struct json){text_from(result)};
    task->step = STEP_NONE;
    return tell_of_task(story, &task_completed_event, task, &completed, error);
}

static enum status advance_task(struct story *story, struct error *error)
{
    struct task *task = &story->tasks[history_random(story->history, STORY_TASKS)];

    if (task->step != STEP_NONE)
        as_agent(story, task->node);
    switch (task->step) {
    case STEP_NONE:
        return create_task(story, task, error);
    case STEP_CREATED:
        return claim_task(story, task, error);
    case STEP_CLAIMED:
        return start_task(story, task, error);
    case STEP_STARTED:
        return log_task(story, task, error);
    case STEP_LOGGED:
        break;
    }
    if (task->logged < LOGGED_AT_MOST && history_random(story->history, 3) == 0)
        return log_task(story, task, error);
    return complete_task(story, task, error);
}

/* What may happen next, and how often of a thousand times; tasks fill the rest. */
static const struct {
    unsigned weight;
    enum status (*happen)(struct story *story, struct error *error);
} randoms[] = {
    {10, add_node}, {40, turn_node},   {5, report_versions}, {5, cross_cpu},
    {20, sign_in},  {2, fail_sign_in}, {1, register_user},
};

static enum status happen(struct story *story, struct error *error)
{
    uint64_t drawn = history_random(story->history, 1000);

    for (size_t i = 0; i < COUNT_OF(randoms); i++) {
        if (drawn < randoms[i].weight)
            return randoms[i].happen(story, error);
        drawn -= randoms[i].weight;
    }
    return advance_task(story, error);
}

static enum status create_workspace(struct story *story, unsigned number, struct error *error)
{
    struct thing *workspace = &story->workspaces[number];
    char slug[24];
    char name[24];
    struct workspace_created created = {
        .default_timezone = text_lit("Europe/Vienna"),
        .is_default = opt_bool_of(number == 0),
        .is_archived = OPT_FALSE,
        .automation_email_enabled = OPT_FALSE,
        .automation_telegram_enabled = OPT_FALSE,
    };
    struct member_added added = {.role = {MEMBER_OWNER}};
    enum status status;

    snprintf(slug, sizeof(slug), "site-%u", number);
    snprintf(name, sizeof(name), "Site %u", number);
    *workspace = (struct thing){.id = history_id(story->history)};
    created.workspace_id = added.workspace_id = workspace->id;
    created.slug = text_from(slug);
    created.name = text_from(name);
    created.created_by_user_id = story_as_some_user(story)->id;
    added.membership_id = history_id(story->history);
    added.user_id = created.created_by_user_id;
    status = history_add(
        story->history, &workspace_created_event, workspace, workspace->id, &created, error);
    if (status == STATUS_OK)
        status = history_add(
            story->history, &member_added_event, workspace, workspace->id, &added, error);
    return status;
}

static enum status begin(struct story *story, struct error *error)
{
    uint8_t key[32];
    uint8_t ids[KEYRING_OWN_IDS_SIZE];
    struct thing installation = {history_id(story->history), 0};
    struct ledger_opened opened = {
        installation.id, text_lit("ledger.example/bench"), {key, sizeof(key)}, {ids, sizeof(ids)}};
    enum status status;

    keyring_own_ids(story->history->keyring, ids);
    keyring_verifier_key(story->history->keyring, key);
    as_system(story);
    status =
        history_add(story->history, &ledger_opened_event, &installation, UUID_NONE, &opened, error);
    if (status == STATUS_OK)
        status = register_user(story, error);
    for (unsigned i = 0; status == STATUS_OK && i < STORY_WORKSPACES; i++)
        status = create_workspace(story, i, error);
    if (status == STATUS_OK)
        status = add_node(story, error);
    return status;
}

enum status story_tell(
    struct history *history,
    unsigned most_nodes,
    enum status (*next)(struct story *story, unsigned number, struct error *error),
    struct error *error)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct story *story = heap_new(sizeof(*story));
    enum status status;

    story->history = history;
    story->password = password_hash(arena, text_lit(SITE_ADMIN_PASSWORD));
    story->most_nodes = most_nodes;
    story->nodes = heap_array(most_nodes, sizeof(*story->nodes));
    status = begin(story, error);
    for (unsigned number = 1; status == STATUS_OK && !history_is_told(history); number++)
        status = next(story, number, error);
    heap_free(story->nodes);
    heap_free(story);
    return status;
}

static enum status tell_of_life(struct story *story, unsigned number, struct error *error)
{
    (void)number;
    return happen(story, error);
}

enum status history_tell(struct history *history, struct error *error)
{
    return story_tell(history, (unsigned)(history->wanted / 50) + 2, tell_of_life, error);
}
