/*
 * Who is in control of a terminal, who watches, and what they may do.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/terminal/terminal.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/terminals.h"

#define BOOT id_named("boot")

static void
when_attaching(struct scenario *s, struct uuid user, struct uuid attachment, int64_t mode)
{
    as_person(s, user);
    WHEN(s, attach_terminal, .session_id = S1, .attachment_id = attachment, .mode = {mode});
}

static void when_typing(struct scenario *s, struct uuid user, struct uuid attachment)
{
    as_person(s, user);
    WHEN(
        s, send_terminal_input, .session_id = S1, .attachment_id = attachment,
        .payload = bytes_of_text(text_lit("ls\n")));
}

static void its_creator_attaches_and_types(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct bytes typed = bytes_of_text(text_lit("ls\n"));

    given_open_terminal(s);
    when_attaching(s, U1, A1, TERMINAL_CONTROL);
    THEN_EMITTED(
        s, HAPPENED(
               terminal_controller_attached, .session_id = S1, .attachment_id = A1, .user_id = U1,
               .generation = 1, .boot = BOOT));
    when_attaching(s, U1, A1, TERMINAL_CONTROL);
    THEN_NOTHING(s);
    when_typing(s, U1, A1);
    THEN_EMITTED(
        s,
        HAPPENED(
            terminal_recorded, .session_id = S1, .node_id = N1, .chunk_id = scenario_made(s, 0),
            .seq = 3, .direction = {TERMINAL_STDIN}, .data = typed),
        HAPPENED(
            terminal_counted, .session_id = S1, .chunk_id = scenario_made(s, 0), .seq = 3,
            .direction = {TERMINAL_STDIN}, .bytes = 3, .attachment_id = A1));
}

static void typing_attaches_its_creator_where_nobody_is(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_open_terminal(s);
    when_typing(s, U2, A2);
    THEN_REFUSED(s, FORBIDDEN, "Only the session creator can control this live terminal session.");
    when_typing(s, U1, A1);
    expect_done(s);
    when_typing(s, U1, A2);
    THEN_REFUSED(s, CONFLICT, "Somebody else is in control of this terminal session.");
}

static void a_newer_connection_of_the_same_person_takes_control(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_controlled_terminal(s);
    when_attaching(s, U1, A2, TERMINAL_CONTROL);
    THEN_EMITTED(
        s, HAPPENED(
               terminal_control_taken, .session_id = S1, .attachment_id = A2, .user_id = U1,
               .generation = 2, .boot = BOOT, .former_attachment_id = A1, .former_user_id = U1));
    WHEN(s, detach_terminal, .session_id = S1, .attachment_id = A1);
    THEN_NOTHING(s);
    when_typing(s, U1, A1);
    THEN_REFUSED(s, CONFLICT, "Somebody else is in control of this terminal session.");
}

static void others_control_it_by_taking_over_only(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_controlled_terminal(s);
    when_attaching(s, U2, A2, TERMINAL_CONTROL);
    THEN_REFUSED(s, FORBIDDEN, "Only the session creator can control this live terminal session.");
    when_attaching(s, U2, A2, TERMINAL_TAKE_OVER);
    THEN_EMITTED(
        s, HAPPENED(
               terminal_control_taken, .session_id = S1, .attachment_id = A2, .user_id = U2,
               .generation = 2, .boot = BOOT, .former_attachment_id = A1, .former_user_id = U1));
    when_typing(s, U2, A2);
    expect_done(s);
    when_typing(s, U1, A1);
    THEN_REFUSED(s, CONFLICT, "Somebody else is in control of this terminal session.");
    when_attaching(s, U1, A1, TERMINAL_CONTROL);
    THEN_REFUSED(s, CONFLICT, "Somebody else is in control of this terminal session.");
}

static void others_do_not_get_control_where_nobody_has_it(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_open_terminal(s);
    when_attaching(s, U2, A2, TERMINAL_CONTROL);
    THEN_REFUSED(s, FORBIDDEN, "Only the session creator can control this live terminal session.");
}

static void whoever_watches_cannot_type(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_controlled_terminal(s);
    when_attaching(s, U2, A2, TERMINAL_WATCH);
    THEN_EMITTED(
        s, HAPPENED(
               terminal_watcher_joined, .session_id = S1, .attachment_id = A2, .user_id = U2,
               .boot = BOOT));
    when_typing(s, U2, A2);
    THEN_REFUSED(s, CONFLICT, "Somebody else is in control of this terminal session.");
    WHEN(s, detach_terminal, .session_id = S1, .attachment_id = A2);
    THEN_EMITTED(
        s, HAPPENED(
               terminal_watcher_left, .session_id = S1, .attachment_id = A2, .user_id = U2,
               .detachment = {DETACHED_LEFT}));
}

static void a_watcher_that_takes_over_watches_no_longer(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_controlled_terminal(s);
    when_attaching(s, U2, A2, TERMINAL_WATCH);
    when_attaching(s, U2, A2, TERMINAL_TAKE_OVER);
    THEN_EMITTED(
        s,
        HAPPENED(
            terminal_watcher_left, .session_id = S1, .attachment_id = A2, .user_id = U2,
            .detachment = {DETACHED_LEFT}),
        HAPPENED(
            terminal_control_taken, .session_id = S1, .attachment_id = A2, .user_id = U2,
            .generation = 2, .boot = BOOT, .former_attachment_id = A1, .former_user_id = U1));
}

static void a_controller_that_watches_controls_no_longer(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_controlled_terminal(s);
    when_attaching(s, U1, A1, TERMINAL_WATCH);
    THEN_EMITTED(
        s,
        HAPPENED(
            terminal_controller_detached, .session_id = S1, .attachment_id = A1, .user_id = U1,
            .detachment = {DETACHED_LEFT}),
        HAPPENED(
            terminal_watcher_joined, .session_id = S1, .attachment_id = A1, .user_id = U1,
            .boot = BOOT));
}

static void only_so_many_watch(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_controlled_terminal(s);
    for (uint8_t i = 1; i <= TERMINAL_MOST_WATCHERS; i++)
        when_attaching(s, U2, (struct uuid){{i}}, TERMINAL_WATCH);
    expect_done(s);
    when_attaching(s, U2, A3, TERMINAL_WATCH);
    THEN_REFUSED(s, CONFLICT, "As many people watch this terminal session as may.");
}

static void whoever_lost_the_role_neither_types_nor_watches(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_controlled_terminal(s);
    given_account(s, id_named("user 3"), "eve");
    given_member(s, id_named("membership 3"), W1, id_named("user 3"), MEMBER_VIEWER);
    when_attaching(s, id_named("user 3"), A3, TERMINAL_WATCH);
    THEN_REFUSED(s, FORBIDDEN, "Workspace owner or admin access is required.");
    GIVEN(
        s, HAPPENED(
               member_role_changed, .membership_id = id_named("membership 1"), .workspace_id = W1,
               .user_id = U1, .role = {MEMBER_VIEWER}));
    when_typing(s, U1, A1);
    THEN_REFUSED(s, FORBIDDEN, "Workspace owner or admin access is required.");
}

static void nobody_types_before_it_is_open_or_after_its_end(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_pending_terminal(s);
    when_typing(s, U1, A1);
    THEN_REFUSED(s, CONFLICT, "Terminal session is not open for input.");
    WHEN(s, fail_terminal_delivery, .session_id = S1, .delivery = {DELIVERS_START});
    when_typing(s, U1, A1);
    THEN_REFUSED(s, CONFLICT, "Terminal session is no longer active.");
    when_attaching(s, U1, A1, TERMINAL_CONTROL);
    THEN_REFUSED(s, CONFLICT, "Terminal session is no longer active.");
    WHEN(s, attach_terminal, .session_id = T1, .attachment_id = A1);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Terminal session %s was not found.", T1));
}

static void an_archived_workspace_takes_no_input(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_controlled_terminal(s);
    GIVEN(s, HAPPENED(workspace_changed, .workspace_id = W1, .is_archived = OPT_TRUE));
    when_typing(s, U1, A1);
    THEN_REFUSED(
        s, CONFLICT,
        "Archived workspaces are read-only. Restore the workspace before making changes.");
    WHEN(s, terminate_terminal, .session_id = S1);
    expect_done(s);
}

static void an_open_shell_is_told_of_a_new_size(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_controlled_terminal(s);
    WHEN(s, resize_terminal, .session_id = S1, .attachment_id = A1, .cols = 50, .rows = 20);
    THEN_EMITTED(
        s, HAPPENED(
               terminal_resized, .session_id = S1, .node_id = N1, .cols = 50, .rows = 20,
               .is_open = OPT_TRUE));
    WHEN(s, resize_terminal, .session_id = S1, .attachment_id = A1, .cols = 50, .rows = 20);
    THEN_NOTHING(s);
    WHEN(s, terminate_terminal, .session_id = S1);
    WHEN(s, resize_terminal, .session_id = S1, .attachment_id = A1, .cols = 60, .rows = 20);
    THEN_REFUSED(s, CONFLICT, "Terminal session is not open for resize.");
}

static void before_it_is_open_a_size_is_kept(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_pending_terminal(s);
    when_attaching(s, U1, A1, TERMINAL_CONTROL);
    WHEN(s, resize_terminal, .session_id = S1, .attachment_id = A1, .cols = 50, .rows = 20);
    THEN_EMITTED(
        s, HAPPENED(
               terminal_resized, .session_id = S1, .node_id = N1, .cols = 50, .rows = 20,
               .is_open = OPT_FALSE));
}

static void attachments_end_with_the_run_of_the_server(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_controlled_terminal(s);
    when_attaching(s, U2, A2, TERMINAL_WATCH);
    WHEN(s, release_attachments, .most = 10);
    THEN_NOTHING(s);
    scenario_policy(s)->boot = id_named("next boot");
    WHEN(s, release_attachments, .most = 1);
    THEN_EMITTED(
        s, HAPPENED(
               terminal_controller_detached, .session_id = S1, .attachment_id = A1, .user_id = U1,
               .detachment = {DETACHED_RESTARTED}));
    WHEN(s, release_attachments, .most = 10);
    THEN_EMITTED(
        s, HAPPENED(
               terminal_watcher_left, .session_id = S1, .attachment_id = A2,
               .detachment = {DETACHED_RESTARTED}));
    expect_int64(scenario_timers(s, TIMER_TERMINAL_ATTEND), 1);
}

static const struct test tests[] = {
    TEST(its_creator_attaches_and_types),
    TEST(typing_attaches_its_creator_where_nobody_is),
    TEST(a_newer_connection_of_the_same_person_takes_control),
    TEST(others_control_it_by_taking_over_only),
    TEST(others_do_not_get_control_where_nobody_has_it),
    TEST(whoever_watches_cannot_type),
    TEST(a_watcher_that_takes_over_watches_no_longer),
    TEST(a_controller_that_watches_controls_no_longer),
    TEST(only_so_many_watch),
    TEST(whoever_lost_the_role_neither_types_nor_watches),
    TEST(nobody_types_before_it_is_open_or_after_its_end),
    TEST(an_archived_workspace_takes_no_input),
    TEST(an_open_shell_is_told_of_a_new_size),
    TEST(before_it_is_open_a_size_is_kept),
    TEST(attachments_end_with_the_run_of_the_server),
};

const struct suite test_attach_terminal_suite = SUITE("commands/terminal/attach_terminal", tests);
