/*
 * The part of a story that is about secrets, and a person who is given one for a second factor.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/story_secrets.h"

#include "eventlog/events/identity_events.h"
#include "eventlog/events/secret_events.h"
#include "eventlog/events/task_events.h"
#include "tests/support/story_access.h"

static struct secret_created
given_secret(struct test_ledger *ledger, const struct cast *cast, unsigned number, const char *name)
{
    const struct secret_created created = {
        .secret_id = make_id(110000 + number),
        .workspace_id = cast->workspace,
        .name = text_from(name),
        .description = text_lit("For the database"),
        .version_id = make_id(120000 + number),
        .version = 1,
        .value.text = text_lit("a value of the story"),
    };

    given_event(ledger, &secret_created_event, created.secret_id, created.workspace_id, &created);
    return created;
}

static void given_destroyed(struct test_ledger *ledger, const struct secret_created *secret)
{
    const struct secret_version_destroyed destroyed = {
        secret->secret_id, secret->workspace_id, secret->version_id, secret->version};

    given_event(
        ledger, &secret_version_destroyed_event, secret->secret_id, secret->workspace_id,
        &destroyed);
}

/* A task is given it, and goes on. */
static void given_delivery(
    struct test_ledger *ledger,
    const struct cast *cast,
    const struct secret_created *secret,
    unsigned chapter)
{
    const struct task_secret ref = {text_lit("DB_PASSWORD"), secret->name};
    const struct task_created task = {
        .task_id = make_id(130000 + chapter),
        .workspace_id = cast->workspace,
        .node_id = cast->node,
        .type = text_lit("shell.exec"),
        .payload = {text_lit("{\"secrets\":{\"DB_PASSWORD\":\"db\"}}")},
        .is_internal = OPT_FALSE,
        .template_version = INT64_ABSENT,
        .secrets = {&ref, 1},
    };
    const struct secret_delivered delivered = {
        secret->secret_id, cast->workspace, secret->version_id, 1,
        task.task_id,      cast->node,      ref.variable};

    given_event(ledger, &task_created_event, task.task_id, cast->workspace, &task);
    ledger->actor = (struct actor){.kind = ACTOR_AGENT, .id = cast->node};
    given_event(ledger, &secret_delivered_event, secret->secret_id, cast->workspace, &delivered);
    ledger->actor = (struct actor){.kind = ACTOR_USER, .id = cast->admin};
}

void given_story_of_secrets(struct test_ledger *ledger, const struct cast *cast, unsigned chapter)
{
    struct secret_created used;
    struct secret_created gone;
    struct secret_changed changed = {.description = text_lit("Of the old database")};
    struct secret_rotated rotated = {.version = 2, .value.text = text_lit("another value")};
    struct secret_deleted deleted;

    ledger->actor = (struct actor){.kind = ACTOR_USER, .id = cast->admin};
    used = given_secret(ledger, cast, 2 * chapter, "db");
    gone = given_secret(ledger, cast, 2 * chapter + 1, "gone");
    given_delivery(ledger, cast, &used, chapter);
    changed.secret_id = rotated.secret_id = used.secret_id;
    changed.workspace_id = rotated.workspace_id = cast->workspace;
    rotated.version_id = make_id(140000 + chapter);
    given_event(ledger, &secret_changed_event, used.secret_id, cast->workspace, &changed);
    given_event(ledger, &secret_rotated_event, used.secret_id, cast->workspace, &rotated);
    deleted = (struct secret_deleted){gone.secret_id, cast->workspace, OPT_FALSE};
    given_event(ledger, &secret_deleted_event, gone.secret_id, cast->workspace, &deleted);
    given_destroyed(ledger, &gone);
    given_event(
        ledger, &factor_offered_event, cast->admin, UUID_NONE,
        &(struct factor_offered){
            cast->admin, {.text = text_lit("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")}});
    given_story_of_access(ledger, cast, chapter);
}
