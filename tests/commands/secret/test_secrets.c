/*
 * Secrets: created, changed, given another value, deleted; what tasks refer to, and are given.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/secret/secret.h"
#include "commands/task/task_commands.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/platform_events.h"
#include "tests/support/fleet.h"

#define S1 id_named("secret 1")
#define V1 id_named("version 1")
#define V2 id_named("version 2")
#define VALUE                                                                                      \
    "a value: key id> KEYID123 and more" /* as boxes are here: bytes 16 to 23 name the key */
#define OTHER   "another: key id> KEYID456 and more"
#define PAYLOAD "{\"command\":\"true\",\"secrets\":{\"DB_PASSWORD\":\"db\"}}"

#define CREATED(s)                                                                                 \
    HAPPENED(                                                                                      \
        secret_created, .secret_id = S1, .workspace_id = W1, .name = text_lit("db"),               \
        .version_id = V1, .version = 1, .value = sealed(s, VALUE))

static struct scenario *given_a_workspace(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    return s;
}

static struct scenario *given_a_secret(void)
{
    struct scenario *s = given_a_workspace();

    GIVEN(s, CREATED(s));
    return s;
}

static const struct task_secret of_db[] = {{{"DB_PASSWORD", 11}, {"db", 2}}};

/* T1, which refers to "db". */
static struct scenario *given_a_task(void)
{
    struct scenario *s = given_a_secret();

    GIVEN(
        s, HAPPENED(
               task_created, .task_id = T1, .workspace_id = W1, .node_id = N1,
               .type = text_lit("shell.exec"), .payload = {text_lit(PAYLOAD)},
               .is_internal = OPT_FALSE, .template_version = INT64_ABSENT, .secrets = {of_db, 1}));
    return s;
}

static void when_claimed(struct scenario *s)
{
    WHEN(
        s, claim_task, .node_id = N1, .credential_digest = digest_named(s, "agent 1"),
        .max_tasks = 1);
}

static struct happened delivered(struct uuid version_id, int64_t version)
{
    static struct secret_delivered event;

    event = (struct secret_delivered){
        .secret_id = S1,
        .workspace_id = W1,
        .version_id = version_id,
        .version = version,
        .task_id = T1,
        .node_id = N1,
        .variable = text_lit("DB_PASSWORD"),
    };
    return (struct happened){&secret_delivered_event, &event, OUTCOME_DONE};
}

/* T1 runs, and was given the first version. */
static struct scenario *given_a_running_task(void)
{
    struct scenario *s = given_a_task();

    GIVEN(
        s,
        HAPPENED(
            task_claimed, .task_id = T1, .node_id = N1, .claim_token = id_named("claim"),
            .lease_until = at("2026-03-22T12:01:00Z")),
        delivered(V1, 1),
        HAPPENED(
            task_started, .task_id = T1, .started_at = at("2026-03-22T12:00:01Z"),
            .is_by_agent = OPT_FALSE));
    return s;
}

static struct happened version_destroyed(void)
{
    static struct secret_version_destroyed event;

    event = (struct secret_version_destroyed){S1, W1, V1, 1};
    return (struct happened){&secret_version_destroyed_event, &event, OUTCOME_DONE};
}

static struct happened first_key_destroyed(void)
{
    static struct key_destroyed event;

    event = (struct key_destroyed){V1, {(const uint8_t *)VALUE + 16, 8}};
    return (struct happened){&key_destroyed_event, &event, OUTCOME_DONE};
}

static void a_secret_is_created_with_its_first_version(void)
{
    struct scenario *s = given_a_workspace();

    WHEN(
        s, create_secret, .workspace_id = W1, .name = text_lit("db"), .value = text_lit(VALUE),
        .description = text_lit(""), .expires_at = at("2027-01-01T00:00:00Z"));
    THEN_EMITTED(
        s, HAPPENED(
               secret_created, .secret_id = scenario_made(s, 0), .workspace_id = W1,
               .name = text_lit("db"), .expires_at = at("2027-01-01T00:00:00Z"),
               .version_id = scenario_made(s, 1), .version = 1, .value = sealed(s, VALUE)));
}

static void a_name_is_the_only_one_of_its_workspace(void)
{
    struct scenario *s = given_a_secret();

    WHEN(s, create_secret, .workspace_id = W1, .name = text_lit("db"), .value = text_lit(OTHER));
    THEN_REFUSED(s, CONFLICT, "The workspace has a secret named db already.");
    given_workspace_called(s, W2, "other");
    WHEN(s, create_secret, .workspace_id = W2, .name = text_lit("db"), .value = text_lit(OTHER));
    expect_int64(scenario_status(s, &(const struct error *){NULL}), STATUS_OK);
}

static void an_expiry_lies_in_the_future(void)
{
    struct scenario *s = given_a_secret();

    WHEN(
        s, create_secret, .workspace_id = W1, .name = text_lit("x"), .value = text_lit(OTHER),
        .expires_at = at("2026-03-22T12:00:00Z"));
    THEN_REFUSED(s, INVALID, "expiresAt must lie in the future");
}

static void a_workspace_has_at_most_200_secrets_of_128_kib(void)
{
    struct scenario *s = given_a_workspace();
    static char large[SECRET_LONGEST_VALUE];
    struct secret_created created = {
        .workspace_id = W1, .version = 1, .value.box = {(const uint8_t *)large, sizeof(large)}};

    for (size_t i = 0; i < sizeof(large); i++)
        large[i] = 'x';
    for (uint8_t i = 1; i <= 8; i++) {
        created.secret_id.bytes[0] = created.version_id.bytes[1] = i;
        created.name = text_lit("abcdefghij");
        created.name.size = i;
        scenario_given(s, &(struct happened){&secret_created_event, &created, OUTCOME_DONE}, 1);
    }
    WHEN(s, create_secret, .workspace_id = W1, .name = text_lit("more"), .value = text_lit(VALUE));
    THEN_REFUSED(s, CONFLICT, "The secrets of a workspace can have at most 128 KiB together.");
    WHEN(
        s, rotate_secret, .workspace_id = W1, .secret_id = created.secret_id,
        .value = text_lit(VALUE));
    expect_int64(scenario_status(s, &(const struct error *){NULL}), STATUS_OK);
}

static void values_have_a_least_and_a_greatest_length(void)
{
    static char large[SECRET_LONGEST_VALUE + 1];

    expect(secret_is_value(text_lit("12345678")));
    expect(!secret_is_value(text_lit("1234567")));
    expect(!secret_is_value(text_lit("1234\r\n567\n")));
    for (size_t i = 0; i < sizeof(large); i++)
        large[i] = 'x';
    expect(secret_is_value((struct text){large, SECRET_LONGEST_VALUE}));
    expect(!secret_is_value((struct text){large, SECRET_LONGEST_VALUE + 1}));
}

enum { DESCRIPTION = 1 << 2, EXPIRES = 1 << 3 };

static void what_is_not_given_stays(void)
{
    struct scenario *s = given_a_secret();

    WHEN(
        s, change_secret, .workspace_id = W1, .secret_id = S1, .description = text_lit("For it"),
        .given = DESCRIPTION);
    THEN_EMITTED(
        s, HAPPENED(
               secret_changed, .secret_id = S1, .workspace_id = W1,
               .description = text_lit("For it")));
    WHEN(
        s, change_secret, .workspace_id = W1, .secret_id = S1,
        .expires_at = at("2027-01-01T00:00:00Z"), .given = EXPIRES);
    THEN_EMITTED(
        s, HAPPENED(
               secret_changed, .secret_id = S1, .workspace_id = W1,
               .description = text_lit("For it"), .expires_at = at("2027-01-01T00:00:00Z")));
    WHEN(
        s, change_secret, .workspace_id = W1, .secret_id = S1, .description = text_lit("For it"),
        .given = DESCRIPTION);
    THEN_NOTHING(s);
    WHEN(s, change_secret, .workspace_id = W2, .secret_id = S1, .given = DESCRIPTION);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Workspace %s was not found", W2));
}

static void another_value_destroys_the_former_one_with_its_key(void)
{
    struct scenario *s = given_a_secret();

    WHEN(s, rotate_secret, .workspace_id = W1, .secret_id = S1, .value = text_lit(OTHER));
    THEN_EMITTED(
        s,
        HAPPENED(
            secret_rotated, .secret_id = S1, .workspace_id = W1, .version_id = scenario_made(s, 0),
            .version = 2, .value = sealed(s, OTHER)),
        version_destroyed(), first_key_destroyed());
    expect_int64(scenario_timers(s, TIMER_FORMER_VERSION), 0);
}

static void a_deleted_secret_is_destroyed_with_its_key(void)
{
    struct scenario *s = given_a_secret();

    WHEN(s, delete_secret, .workspace_id = W1, .secret_id = S1);
    THEN_EMITTED(
        s,
        HAPPENED(secret_deleted, .secret_id = S1, .workspace_id = W1, .is_consequence = OPT_FALSE),
        version_destroyed(), first_key_destroyed());
    WHEN(s, delete_secret, .workspace_id = W1, .secret_id = S1);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Secret %s was not found", S1));
}

static void a_version_is_kept_until_the_task_that_was_given_it_has_ended(void)
{
    struct scenario *s = given_a_running_task();

    WHEN(s, rotate_secret, .workspace_id = W1, .secret_id = S1, .value = text_lit(OTHER));
    THEN_EMITTED(
        s, HAPPENED(
               secret_rotated, .secret_id = S1, .workspace_id = W1,
               .version_id = scenario_made(s, 0), .version = 2, .value = sealed(s, OTHER)));
    expect_int64(scenario_timers(s, TIMER_FORMER_VERSION), 0);
    GIVEN(
        s, HAPPENED(
               task_completed, .task_id = T1, .status = {TASK_SUCCESS},
               .is_output_truncated = OPT_FALSE, .finished_at = at("2026-03-22T12:00:02Z")));
    WHEN_DUE(s);
    THEN_EMITTED(s, version_destroyed(), first_key_destroyed());
    expect_int64(scenario_timers(s, TIMER_FORMER_VERSION), 0);
}

static void a_claim_gives_the_newest_version_on_record(void)
{
    struct scenario *s = given_a_task();
    const struct claim_answer *answer;
    const struct secret_delivery *delivery;

    GIVEN(
        s, HAPPENED(
               secret_rotated, .secret_id = S1, .workspace_id = W1, .version_id = V2, .version = 2,
               .value = sealed(s, OTHER)));
    when_claimed(s);
    THEN_EMITTED(
        s,
        HAPPENED(
            task_claimed, .task_id = T1, .node_id = N1, .claim_token = scenario_made(s, 0),
            .lease_until =
                timestamp_plus_us(scenario_recorded(s, 0), scenario_policy(s)->claim_lease_us)),
        delivered(V2, 2));
    answer = ANSWER(s, claim_answer);
    expect_int64(answer->secrets.count, 1);
    delivery = answer->secrets.items;
    expect(uuid_equal(delivery->version_id, V2));
    expect_text(delivery->variable, "DB_PASSWORD");
}

static void expect_failed(struct scenario *s, const char *result)
{
    THEN_EMITTED(
        s,
        HAPPENED(
            task_reported, .task_id = T1, .result = {text_from(result)},
            .is_output_truncated = OPT_FALSE),
        HAPPENED(
            task_completed, .task_id = T1, .status = {TASK_FAILED},
            .is_output_truncated = OPT_FALSE, .started_at = scenario_recorded(s, 0),
            .finished_at = scenario_recorded(s, 0)));
    expect(ANSWER(s, claim_answer)->task == NULL);
}

static void a_task_whose_secret_is_gone_or_has_expired_fails_at_its_claim(void)
{
    struct scenario *s = given_a_task();

    GIVEN(
        s,
        HAPPENED(secret_deleted, .secret_id = S1, .workspace_id = W1, .is_consequence = OPT_FALSE));
    when_claimed(s);
    expect_failed(
        s, "{\"source\":\"secrets\",\"detail\":\"The workspace has no secret named db.\"}");
    s = given_a_task();
    GIVEN(
        s, HAPPENED(
               secret_changed, .secret_id = S1, .workspace_id = W1,
               .expires_at = at("2026-03-22T12:00:30Z")));
    scenario_pass(s, 31);
    when_claimed(s);
    expect_failed(s, "{\"source\":\"secrets\",\"detail\":\"The secret db has expired.\"}");
}

static void what_fails_at_its_claim_holds_up_nothing(void)
{
    struct scenario *s = given_a_task();

    GIVEN(
        s,
        HAPPENED(
            task_created, .task_id = T2, .workspace_id = W1, .node_id = N1,
            .type = text_lit("shell.exec"), .payload = {text_lit("{}")}, .is_internal = OPT_FALSE,
            .template_version = INT64_ABSENT),
        HAPPENED(secret_deleted, .secret_id = S1, .workspace_id = W1, .is_consequence = OPT_FALSE));
    when_claimed(s);
    expect(ANSWER(s, claim_answer)->task != NULL);
    expect(uuid_equal(ANSWER(s, claim_answer)->task->id, T2));
}

static void when_made(struct scenario *s, const char *payload)
{
    WHEN(
        s, create_task, .workspace_id = W1, .node_id = N1, .type = text_lit("shell.exec"),
        .payload = {text_from(payload)});
}

static void a_task_notes_what_its_payload_refers_to(void)
{
    struct scenario *s = given_a_secret();

    when_made(s, PAYLOAD);
    THEN_EMITTED(
        s, HAPPENED(
               task_created, .task_id = scenario_made(s, 0), .workspace_id = W1, .node_id = N1,
               .type = text_lit("shell.exec"), .payload = {text_lit(PAYLOAD)},
               .is_internal = OPT_FALSE, .template_version = INT64_ABSENT, .secrets = {of_db, 1}));
}

static void what_a_payload_cannot_refer_to_is_refused_with_its_place(void)
{
    static const struct {
        const char *payload;
        const char *why;
    } refused[] = {
        {"{\"secrets\":{\"A\":\"none\"}}",
         "payload.secrets.A must name a secret that can be given: The workspace has no secret named "
         "none."},
        {"{\"secrets\":{\"1A\":\"db\"}}",
         "payload.secrets.1A must be a variable: letters, digits and underscores, with no digit first"},
        {"{\"secrets\":{\"A\":1}}", "payload.secrets.A must be the name of a secret, as a string"},
        {"{\"secrets\":[\"db\"]}",
         "payload.secrets must be an object: names of secrets by variables of the environment"},
        {"{\"environment\":{\"A\":\"b\"},\"secrets\":{\"A\":\"db\"}}",
         "payload.secrets.A must not be a variable of the environment, too"},
        {"{\"environment\":\"A=b\",\"secrets\":{\"A\":\"db\"}}",
         "payload.environment must be an object where the payload has secrets"},
    };

    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        struct scenario *s = given_a_secret();
        when_made(s, refused[i].payload);
        THEN_REFUSED(s, INVALID, refused[i].why);
    }
}

static void nothing_is_noted_of_a_task_that_has_ended(void)
{
    struct scenario *s = given_a_running_task();
    struct task_secrets secrets;
    AUTO_ARENA arena = arena_new(1 << 16);

    expect(model_load(scenario_model(s), &task_secrets_aggregate, T1, arena, &secrets));
    GIVEN(
        s, HAPPENED(
               task_completed, .task_id = T1, .status = {TASK_SUCCESS},
               .is_output_truncated = OPT_FALSE, .finished_at = at("2026-03-22T12:00:02Z")));
    expect(!model_load(scenario_model(s), &task_secrets_aggregate, T1, arena, &secrets));
    expect_int64(model_count_links(scenario_model(s), LINK_VERSION_TASK, V1, 9), 0);
    expect_int64(model_count_links(scenario_model(s), LINK_VERSION_NODE, V1, 9), 1);
}

static const struct test tests[] = {
    TEST(a_secret_is_created_with_its_first_version),
    TEST(a_name_is_the_only_one_of_its_workspace),
    TEST(an_expiry_lies_in_the_future),
    TEST(a_workspace_has_at_most_200_secrets_of_128_kib),
    TEST(values_have_a_least_and_a_greatest_length),
    TEST(what_is_not_given_stays),
    TEST(another_value_destroys_the_former_one_with_its_key),
    TEST(a_deleted_secret_is_destroyed_with_its_key),
    TEST(a_version_is_kept_until_the_task_that_was_given_it_has_ended),
    TEST(a_claim_gives_the_newest_version_on_record),
    TEST(a_task_whose_secret_is_gone_or_has_expired_fails_at_its_claim),
    TEST(what_fails_at_its_claim_holds_up_nothing),
    TEST(a_task_notes_what_its_payload_refers_to),
    TEST(what_a_payload_cannot_refer_to_is_refused_with_its_place),
    TEST(nothing_is_noted_of_a_task_that_has_ended),
};

const struct suite test_secrets_suite = SUITE("commands/secret/secrets", tests);
