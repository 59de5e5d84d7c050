/*
 * Enrollments, from the request to the credential.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/enrollment.h"
#include "commands/node/enrollment_commands.h"
#include "commands/node/node.h"
#include "commands/node/node_commands.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/node_events.h"
#include "tests/support/fleet.h"

#define E1 id_named("enrollment 1")
#define E2 id_named("enrollment 2")

static struct enrollment_initiated request_of(struct scenario *s, struct uuid id, const char *token)
{
    return (struct enrollment_initiated){
        .enrollment_id = id,
        .email = sealed(s, "ada@example.com"),
        .hostname = text_lit("web-9"),
        .os = text_lit("debian"),
        .agent_version = text_lit("1.4.0"),
        .token_digest = digest_named(s, token),
        .expires_at = timestamp_plus_us(scenario_now(s), INT64_C(900) * US_PER_S),
    };
}

static void given_request(struct scenario *s)
{
    struct enrollment_initiated request = request_of(s, E1, "token");

    scenario_given(
        s, &(const struct happened){&enrollment_initiated_event, &request, OUTCOME_DONE}, 1);
}

static void when_requested(struct scenario *s, struct uuid id, const char *token)
{
    WHEN(
        s, initiate_enrollment, .email = sealed(s, "ada@example.com"),
        .hostname = text_lit("web-9"), .enrollment_id = id, .token_digest = digest_named(s, token));
}

static void when_approved(struct scenario *s, const char *email)
{
    WHEN(
        s, finalize_enrollment, .token_digest = digest_named(s, "token"), .email = sealed(s, email),
        .node_name = text_lit("Web 9"), .credential_digest = digest_named(s, "fresh"),
        .sealed_credential = digest_named(s, "box"));
}

static int64_t status_of(struct scenario *s, const char *token)
{
    const struct enrollment_answer *answer;

    WHEN(s, query_enrollment, .token_digest = digest_named(s, token));
    answer = ANSWER(s, enrollment_answer);
    return answer == NULL ? 0 : answer->status.is;
}

static void a_request_waits_for_a_quarter_of_an_hour(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct timestamp expires_at;

    when_requested(s, E1, "token");
    expires_at = timestamp_plus_us(scenario_recorded(s, 0), INT64_C(900) * US_PER_S);
    THEN_EMITTED(
        s, HAPPENED(
               enrollment_initiated, .enrollment_id = E1, .email = sealed(s, "ada@example.com"),
               .hostname = text_lit("web-9"), .token_digest = digest_named(s, "token"),
               .expires_at = expires_at));
    expect(uuid_equal(ANSWER(s, initiated_enrollment)->enrollment_id, E1));
    expect_int64(ANSWER(s, initiated_enrollment)->expires_at.us, expires_at.us);
    expect_int64(status_of(s, "token"), ENROLLMENT_PENDING);
}

static void a_request_in_the_name_of_somebody_known_is_forgotten_with_them(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    GIVEN(
        s,
        HAPPENED(
            user_registered, .user_id = U1, .email = sealed(s, "ada@example.com"),
            .name = sealed(s, "Ada"), .role = {ROLE_PLATFORM_ADMIN}, .timezone = text_lit("UTC")));
    when_requested(s, E1, "token");
    THEN_EMITTED(
        s,
        HAPPENED(
            enrollment_initiated, .enrollment_id = E1, .email = sealed(s, "ada@example.com"),
            .user_id = U1, .hostname = text_lit("web-9"), .token_digest = digest_named(s, "token"),
            .expires_at = timestamp_plus_us(scenario_recorded(s, 0), INT64_C(900) * US_PER_S)));
}

static void asking_again_from_the_same_place_revokes_the_request_before(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_request(s);
    when_requested(s, E2, "second");
    expect_int64(status_of(s, "token"), ENROLLMENT_REVOKED);
    expect_int64(status_of(s, "second"), ENROLLMENT_PENDING);
    when_requested(s, id_named("enrollment 3"), "third");
    expect_int64(status_of(s, "second"), ENROLLMENT_REVOKED);
    expect_int64(status_of(s, "third"), ENROLLMENT_PENDING);
}

static void an_unknown_token_is_not_found(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    WHEN(s, query_enrollment, .token_digest = digest_named(s, "token"));
    THEN_REFUSED(s, NOT_FOUND, "Enrollment token was not found");
    when_approved(s, "ada@example.com");
    THEN_REFUSED(s, NOT_FOUND, "Enrollment token was not found");
}

static void approving_makes_the_node_and_keeps_the_credential(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct uuid node_id;

    given_workspace(s);
    given_request(s);
    when_approved(s, "ada@example.com");
    node_id = scenario_made(s, 0);
    THEN_EMITTED(
        s,
        HAPPENED(
            enrollment_approved, .enrollment_id = E1, .node_id = node_id,
            .sealed_credential = digest_named(s, "box")),
        HAPPENED(
            node_added, .node_id = node_id, .workspace_id = W1, .name = text_lit("Web 9"),
            .hostname = text_lit("web-9"), .os = text_lit("debian"), .arch = text_lit("unknown"),
            .source = {SOURCE_ENROLLMENT}, .credential_digest = digest_named(s, "fresh"),
            .agent_version = text_lit("1.4.0")));
    expect_int64(status_of(s, "token"), ENROLLMENT_APPROVED);
    expect(uuid_equal(ANSWER(s, enrollment_answer)->node_id, node_id));
    expect(bytes_equal(ANSWER(s, enrollment_answer)->sealed_credential, digest_named(s, "box")));
}

static void what_was_approved_stays_so_when_the_machine_asks_again(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    given_request(s);
    when_approved(s, "ada@example.com");
    when_requested(s, E2, "second");
    expect_int64(status_of(s, "token"), ENROLLMENT_APPROVED);
    expect_int64(status_of(s, "second"), ENROLLMENT_PENDING);
}

static void approving_is_done_once(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    given_request(s);
    when_approved(s, "ada@example.com");
    when_approved(s, "ada@example.com");
    THEN_REFUSED(s, CONFLICT, "Enrollment token has already been approved");
}

static void another_address_is_told_nothing(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    given_request(s);
    when_approved(s, "eve@example.com");
    THEN_REFUSED(s, NOT_FOUND, "Enrollment token was not found");
}

static void what_waited_for_too_long_is_revoked_at_once(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    given_request(s);
    scenario_pass(s, 901);
    expect_int64(status_of(s, "token"), ENROLLMENT_REVOKED);
    when_approved(s, "ada@example.com");
    THEN_REFUSED(s, GONE, "Enrollment token has expired or was revoked");
}

static void a_request_ends_at_the_very_moment_that_was_told(void)
{
    const struct enrollment waiting = {.status = {ENROLLMENT_PENDING}, .expires_at = {1000}};

    expect_int64(enrollment_status_at(&waiting, (struct timestamp){999}), ENROLLMENT_PENDING);
    expect_int64(enrollment_status_at(&waiting, waiting.expires_at), ENROLLMENT_REVOKED);
}

static void the_clock_records_what_waited_for_too_long(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    given_request(s);
    scenario_pass(s, 901);
    WHEN_DUE(s);
    THEN_EMITTED(s, HAPPENED(enrollment_revoked, .enrollment_id = E1, .end = {ENROLLMENT_OVERDUE}));
    WHEN_DUE(s);
    THEN_NOTHING(s);
}

static void what_was_approved_never_ends(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    given_request(s);
    when_approved(s, "ada@example.com");
    expect_int64(scenario_timers(s, TIMER_ENROLLMENT), 0);
    scenario_pass(s, 901);
    WHEN_DUE(s);
    THEN_NOTHING(s);
    expect_int64(status_of(s, "token"), ENROLLMENT_APPROVED);
}

static void a_host_name_in_use_leaves_the_request_waiting(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    given_another_node(s, N2, W1, "web-9");
    given_request(s);
    when_approved(s, "ada@example.com");
    THEN_REFUSED(s, CONFLICT, "A node with this hostname already exists");
    expect_int64(status_of(s, "token"), ENROLLMENT_PENDING);
}

static void no_machine_is_admitted_to_an_archived_workspace_or_to_none(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_archived_workspace(s);
    given_request(s);
    WHEN(
        s, finalize_enrollment, .workspace_id = W2, .token_digest = digest_named(s, "token"),
        .email = sealed(s, "ada@example.com"), .node_name = text_lit("Web 9"));
    THEN_REFUSED(
        s, CONFLICT,
        "Archived workspaces are read-only. Restore the workspace before making changes.");
    when_approved(s, "ada@example.com");
    THEN_REFUSED(s, NOT_FOUND, "Default workspace was not found.");
}

static const struct test tests[] = {
    TEST(a_request_waits_for_a_quarter_of_an_hour),
    TEST(a_request_in_the_name_of_somebody_known_is_forgotten_with_them),
    TEST(asking_again_from_the_same_place_revokes_the_request_before),
    TEST(an_unknown_token_is_not_found),
    TEST(approving_makes_the_node_and_keeps_the_credential),
    TEST(what_was_approved_stays_so_when_the_machine_asks_again),
    TEST(approving_is_done_once),
    TEST(another_address_is_told_nothing),
    TEST(what_waited_for_too_long_is_revoked_at_once),
    TEST(a_request_ends_at_the_very_moment_that_was_told),
    TEST(the_clock_records_what_waited_for_too_long),
    TEST(what_was_approved_never_ends),
    TEST(a_host_name_in_use_leaves_the_request_waiting),
    TEST(no_machine_is_admitted_to_an_archived_workspace_or_to_none),
};

const struct suite test_enrollments_suite = SUITE("commands/node/enrollments", tests);
