/*
 * Enrollments, as whoever mails of them reads them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/node_events.h"
#include "tests/support/expect.h"
#include "tests/support/projected.h"

static struct projected *p;
static const uint8_t digest[32] = {1};

static void set_up(void)
{
    p = make_projected();
}

static void tear_down(void)
{
    end_projected(p);
}

static void given_request(void)
{
    const struct enrollment_initiated initiated = {
        .enrollment_id = make_id(40),
        .email = {.text = text_lit("ada@example.com")},
        .hostname = text_lit("web-9"),
        .token_digest = {digest, sizeof(digest)},
        .expires_at = timestamp_plus_us(p->ledger->now, INT64_C(900) * US_PER_S),
    };

    given_event(p->ledger, &enrollment_initiated_event, make_id(40), UUID_NONE, &initiated);
}

/* status email host node? workspace? revision over?, of the only one. */
static struct text row(void)
{
    return value_of(
        p, "select concat_ws(' ', status, email, hostname, node_id is not null,"
           " workspace_id is not null, revision, expires_at = updated_at) from enrollments");
}

static void a_request_waits_with_its_address(void)
{
    given_request();
    given_applied(p);
    expect_text(row(), "pending ada@example.com web-9 f f 1 f");
}

static void an_approved_one_has_its_node_and_is_over(void)
{
    const struct enrollment_approved approved = {
        make_id(40), make_id(10), {digest, sizeof(digest)}};

    given_request();
    given_event(p->ledger, &enrollment_approved_event, make_id(40), make_id(2), &approved);
    given_applied(p);
    expect_text(row(), "approved ada@example.com web-9 t t 2 t");
}

static void a_revoked_one_is_over(void)
{
    const struct enrollment_revoked revoked = {make_id(40), {ENROLLMENT_OVERDUE}};

    given_request();
    given_applied(p);
    given_event(p->ledger, &enrollment_revoked_event, make_id(40), UUID_NONE, &revoked);
    given_applied(p);
    expect_text(row(), "revoked ada@example.com web-9 f f 2 t");
}

static const struct test tests[] = {
    TEST(a_request_waits_with_its_address),
    TEST(an_approved_one_has_its_node_and_is_over),
    TEST(a_revoked_one_is_over),
};

const struct suite test_enrollments_suite =
    SUITE_WITH("projections/node/enrollments", tests, .set_up = set_up, .tear_down = tear_down);
