/*
 * What is asked of the audit trail for every type of event, so that one added tomorrow cannot be
 * forgotten.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/identity_events.h"
#include "projections/audit.h"
#include "tests/support/expect.h"
#include "tests/support/projected.h"

#include <stdio.h>

static struct projected *p;

static void each_type(void (*visit)(const struct event_type *type))
{
    for (const struct event_area *area = event_catalog; area->name != NULL; area++) {
        for (size_t i = 0; area->types[i] != NULL; i++)
            visit(area->types[i]);
    }
}

/* Rules of the type, in all areas. */
static size_t count_rules(const struct event_type *type)
{
    size_t count = 0;

    for (size_t i = 0; audit_catalog[i] != NULL; i++) {
        for (const struct audit_rule *rule = audit_catalog[i]; rule->event != NULL; rule++)
            count += rule->event == type;
    }
    return count;
}

static void expect_of(bool is_so, const struct event_type *type, const char *what)
{
    char message[256];

    snprintf(message, sizeof(message), "%s: %s", type->name, what);
    expect_at(is_so, __FILE__, __LINE__, message);
}

static void expect_one_rule(const struct event_type *type)
{
    const struct audit_rule *rule = audit_rule_of(type);

    expect_of(count_rules(type) == 1, type, "has one rule of the audit trail");
    if (rule == NULL)
        return;
    if (rule->no_entry != NULL)
        expect_of(rule->no_entry[0] != '\0' && rule->list == 0, type, "says why it has no entry");
    else
        expect_of(
            rule->list != 0 && rule->action != NULL && rule->target_type != NULL, type,
            "says list, action and target");
}

static void every_event_has_a_rule_or_a_reason_to_have_no_entry(void)
{
    each_type(expect_one_rule);
}

static void expect_fitting_values(const struct event_type *type)
{
    const struct audit_rule *rule = audit_rule_of(type);
    const struct shape *row = rule == NULL || rule->table == NULL ? NULL : rule->table->shape;

    if (rule == NULL)
        return;
    expect_of(value_ref_fits(&rule->target_id, type, NULL), type, "target");
    expect_of(value_ref_fits(&rule->key, type, NULL), type, "key of the row");
    expect_of(value_ref_fits(&rule->only_if, type, NULL), type, "condition");
    expect_of(value_ref_fits(&rule->unless, type, NULL), type, "exception");
    expect_of(value_ref_fits(&rule->label[0], type, row), type, "label");
    expect_of(value_ref_fits(&rule->label[1], type, row), type, "other label");
    expect_of(details_fit(rule->metadata, type, row), type, "metadata");
    expect_of(value_ref_fits(&rule->other_if, type, NULL), type, "condition of the other entry");
    expect_of(details_fit(rule->other_metadata, type, row), type, "metadata of the other entry");
    expect_of(details_fit(rule->before, type, row), type, "values before");
    expect_of(details_fit(rule->after, type, row), type, "values after");
    expect_of((rule->before == NULL) == (rule->after == NULL), type, "values before and after");
}

static void every_rule_names_values_of_its_own_event_and_row(void)
{
    each_type(expect_fitting_values);
}

static void *sample_of_shape(const struct shape *shape);

/* Some value for a field; a yes or no is no. */
static void put_sample(const struct field *field, size_t n, void *event)
{
    static const uint8_t digest[32] = {1};
    void *at = field_in(field, event);

    switch (field->kind) {
    case KIND_UUID:
        *(struct uuid *)at = make_id(100 + (unsigned)n);
        break;
    case KIND_TEXT:
        *(struct text *)at = text_lit("text");
        break;
    case KIND_BYTES:
        *(struct bytes *)at = (struct bytes){digest, sizeof(digest)};
        break;
    case KIND_TIMESTAMP:
        *(struct timestamp *)at = p->ledger->now;
        break;
    case KIND_INT64:
        *(int64_t *)at = 1;
        break;
    case KIND_DOUBLE:
        *(double *)at = 1;
        break;
    case KIND_BOOL:
        *(struct opt_bool *)at = OPT_FALSE;
        break;
    case KIND_ENUM:
        *(struct enum_value *)at = (struct enum_value){1};
        break;
    case KIND_JSON:
        *(struct json *)at = (struct json){text_lit("{}")};
        break;
    case KIND_PERSONAL:
        *(struct personal *)at = (struct personal){.text = text_lit("somebody@example.com")};
        break;
    case KIND_LIST:
        *(struct list *)at = (struct list){digest, 0};
        break;
    case KIND_OBJECT:
        *(const void **)at = sample_of_shape(field->shape);
        break;
    case KIND_COUNT:
        break;
    }
}

static void *sample_of_shape(const struct shape *shape)
{
    void *value = arena_take(p->ledger->arena, shape->size);

    shape_clear(shape, value);
    for (size_t i = 0; i < shape_count(shape); i++)
        put_sample(shape_field_at(shape, i), i, value);
    return value;
}

static void *sample_of(const struct event_type *type, const struct audit_rule *rule)
{
    void *event = sample_of_shape(type->shape);

    if (rule->only_if.source == VALUE_EVENT)
        *(struct opt_bool *)(void *)((char *)event + rule->only_if.offset) = OPT_TRUE;
    return event;
}

/* Its id, or NULL where the type leaves none. */
static const char *given_entry(const struct event_type *type)
{
    const struct audit_rule *rule = audit_rule_of(type);
    char *id = arena_take(p->arena, UUID_TEXT_SIZE);

    if (rule == NULL || rule->no_entry != NULL)
        return NULL;
    uuid_print(given_event(p->ledger, type, make_id(100), make_id(2), sample_of(type, rule)), id);
    given_applied(p);
    return id;
}

/* The list of the platform asks for its scope, that of a workspace for its id. */
static void expect_listed(const struct event_type *type)
{
    const char *id = given_entry(type);

    if (id == NULL)
        return;
    expect_of(
        text_is(
            value_of(
                p, text_format(
                       p->arena,
                       "select scope = 'platform' or workspace_id is not null"
                       " from audit_logs where id = '%s'",
                       id)
                       .data),
            "t"),
        type, "is in a list that somebody can read");
}

static void every_entry_is_in_a_list_that_somebody_can_read(void)
{
    p->ledger->actor = (struct actor){.kind = ACTOR_USER, .id = make_id(1)};
    each_type(expect_listed);
}

/* A sample has all values, so also that of the other entry. */
static void expect_origin(const struct event_type *type)
{
    const struct audit_rule *rule = audit_rule_of(type);
    const char *id = given_entry(type);

    if (id == NULL)
        return;
    expect_text(
        value_of(
            p, text_format(
                   p->arena,
                   "select concat_ws(' ', action, actor_type, ip_address, user_agent)"
                   " from audit_logs where id = '%s'",
                   id)
                   .data),
        text_format(
            p->arena, "%s user 192.0.2.7 curl/8",
            rule->other_action == NULL ? rule->action : rule->other_action)
            .data);
}

static void every_entry_says_from_where(void)
{
    p->ledger->actor = (struct actor){.kind = ACTOR_USER, .id = make_id(1)};
    p->ledger->origin = (struct origin){
        .address = {.text = text_lit("192.0.2.7")}, .user_agent = {.text = text_lit("curl/8")}};
    each_type(expect_origin);
}

/* How many rows one side has and the other has not. */
static struct text differences(void)
{
    given_applied(p);
    return value_of(
        p,
        "with acted as (\n"
        "    select 'platform' as scope, null::uuid as workspace_id, actor_user_id,\n"
        "        actor_email_snapshot\n"
        "    from audit_logs where scope = 'platform' and actor_email_snapshot is not null\n"
        "    union\n"
        "    select 'workspace', workspace_id, actor_user_id, actor_email_snapshot\n"
        "    from audit_logs where workspace_id is not null and actor_email_snapshot is not null),\n"
        "known as (\n"
        "    select scope, workspace_id, actor_user_id, actor_email_snapshot from audit_actors)\n"
        "select count(*) from ((table acted except all table known)\n"
        "    union all (table known except all table acted)) different");
}

static void each_entry_given(const struct event_type *type)
{
    given_entry(type);
}

static void whoever_acted_is_known_once_in_each_trail_that_shows_it(void)
{
    const struct user_updated renamed = {
        .user_id = make_id(1), .email = {.text = text_lit("ada@example.net")}};

    p->ledger->actor = (struct actor){.kind = ACTOR_USER, .id = make_id(1)};
    given_ada_registered(p);
    each_type(each_entry_given);
    expect_text(differences(), "0");
    given_event(p->ledger, &user_updated_event, make_id(1), UUID_NONE, &renamed);
    each_type(each_entry_given);
    expect_text(differences(), "0");
    expect_text(
        value_of(
            p, "select string_agg(scope || ' ' || actor_email_snapshot, ', ' order by scope,"
               " actor_email_snapshot) from (select distinct scope, actor_email_snapshot"
               " from audit_actors) known"),
        "platform ada@example.com, platform ada@example.net, workspace ada@example.com, "
        "workspace ada@example.net");
}

static void set_up(void)
{
    p = make_projected();
}

static void tear_down(void)
{
    end_projected(p);
}

static const struct test tests[] = {
    TEST(every_event_has_a_rule_or_a_reason_to_have_no_entry),
    TEST(every_rule_names_values_of_its_own_event_and_row),
    TEST(every_entry_says_from_where),
    TEST(every_entry_is_in_a_list_that_somebody_can_read),
    TEST(whoever_acted_is_known_once_in_each_trail_that_shows_it),
};

const struct suite test_audit_suite =
    SUITE_WITH("projections/audit", tests, .set_up = set_up, .tear_down = tear_down);
