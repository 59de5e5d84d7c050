/*
 * Terminals as scenarios begin with them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/terminals.h"

#include "eventlog/events/node_events.h"
#include "eventlog/events/terminal_events.h"
#include "eventlog/events/workspace_events.h"

#include <string.h>

void as_person(struct scenario *s, struct uuid user_id)
{
    scenario_actor(s, ACTOR_USER, user_id);
}

void as_node(struct scenario *s, struct uuid node_id)
{
    scenario_actor(s, ACTOR_AGENT, node_id);
}

void given_connected_node(struct scenario *s)
{
    given_node(s);
    given_account(s, U1, "ada");
    given_account(s, U2, "bob");
    given_member(s, id_named("membership 1"), W1, U1, MEMBER_OWNER);
    given_member(s, id_named("membership 2"), W1, U2, MEMBER_ADMIN);
    GIVEN(
        s, HAPPENED(node_came_online, .node_id = N1, .sign = {SIGN_CONNECTION}),
        HAPPENED(
            node_agent_connected, .node_id = N1, .connection = LINE1, .boot = id_named("boot")));
    as_person(s, U1);
}

void given_pending_terminal(struct scenario *s)
{
    given_connected_node(s);
    GIVEN(
        s, HAPPENED(
               terminal_created, .session_id = S1, .workspace_id = W1, .node_id = N1, .user_id = U1,
               .hostname = text_lit("web-1"), .cols = 120, .rows = 34, .run_as_root = OPT_FALSE,
               .retention_expires_at =
                   timestamp_plus_us(scenario_now(s), INT64_C(7) * 24 * 3600 * US_PER_S)));
}

void given_open_terminal(struct scenario *s)
{
    given_pending_terminal(s);
    GIVEN(s, HAPPENED(terminal_opened, .session_id = S1, .cols = 120, .rows = 34));
}

void given_controlled_terminal(struct scenario *s)
{
    given_open_terminal(s);
    GIVEN(
        s, HAPPENED(
               terminal_controller_attached, .session_id = S1, .attachment_id = A1, .user_id = U1,
               .generation = 1, .boot = id_named("boot")));
}

void expect_done(const struct scenario *s)
{
    const struct error *error;

    expect_int64(scenario_status(s, &error), STATUS_OK);
}

struct bytes bytes_written(struct scenario *s, size_t count)
{
    static uint8_t written[65536];

    (void)s;
    memset(written, 'x', sizeof(written));
    return (struct bytes){written, count};
}
