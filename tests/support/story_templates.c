/*
 * The part of a story that is about templates of tasks.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/story_templates.h"

#include "eventlog/events/template_events.h"

void given_story_of_templates(struct test_ledger *ledger, const struct cast *cast, unsigned chapter)
{
    static const struct text choices[] = {TEXT_OF("on"), TEXT_OF("o;\"ff")};
    static const struct template_parameter parameters[] = {
        {.name = TEXT_OF("unit"),
         .type = {PARAMETER_TEXT},
         .required = {1},
         .pattern = TEXT_OF("[a-z]+"),
         .label = TEXT_OF("The \"unit\"")},
        {.name = TEXT_OF("state"),
         .type = {PARAMETER_CHOICE},
         .required = {2},
         .choices = {choices, COUNT_OF(choices)},
         .fallback = {TEXT_OF("\"on\"")}},
    };
    struct template_created created = {{
        .template_id = make_id(8000 + 2 * chapter),
        .workspace_id = cast->workspace,
        .name = text_lit("Restart"),
        .description = text_lit("A unit; \"of\" systemd"),
        .task_type = text_lit("shell.exec"),
        .payload = {text_lit("{\"command\":\"systemctl restart {{unit}}\"}")},
        .parameters = {parameters, 1},
        .version = 1,
    }};
    struct template_changed changed = {created.definition};
    const struct template_deleted deleted = {
        make_id(8001 + 2 * chapter), cast->workspace, OPT_FALSE};

    ledger->actor = (struct actor){.kind = ACTOR_USER, .id = cast->admin};
    given_event(
        ledger, &template_created_event, created.definition.template_id, cast->workspace, &created);
    changed.definition.parameters = (struct list){parameters, COUNT_OF(parameters)};
    changed.definition.is_runnable_by_members = OPT_TRUE;
    changed.definition.archived_at = ledger->now;
    changed.definition.version = 2;
    given_event(
        ledger, &template_changed_event, changed.definition.template_id, cast->workspace, &changed);
    created.definition.template_id = deleted.template_id;
    given_event(ledger, &template_created_event, deleted.template_id, cast->workspace, &created);
    given_event(ledger, &template_deleted_event, deleted.template_id, cast->workspace, &deleted);
}
