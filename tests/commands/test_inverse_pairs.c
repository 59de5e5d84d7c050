/*
 * After an event and its undoing the model stands as before: no claim, link or timer stays behind
 * that would refuse somebody later, or end what is no more.
 *
 *   setting ─► pairs of the model ─► there ─► back ─► the same pairs
 *
 * Pairs of people, workspaces and teams; what is undone leaves its state behind only where the
 * record has to know it later.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/fold.h"
#include "core/crypto/crypto.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/privacy_events.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/people.h"

#include <stdio.h>
#include <string.h>

#define M1            id_named("membership 1")
#define TEAM          id_named("team 1")
#define TM1           id_named("team membership 1")
#define ADDRESS(text) sealed(s, text)

static void given_acme(struct scenario *s)
{
    given_ann(s);
    given_bob(s);
    GIVEN(
        s, HAPPENED(
               workspace_created, .workspace_id = W1, .name = text_lit("Acme"),
               .slug = text_lit("acme"), .is_archived = OPT_FALSE));
}

static void given_team(struct scenario *s)
{
    given_acme(s);
    GIVEN(
        s, HAPPENED(
               team_created, .team_id = TEAM, .workspace_id = W1, .name = text_lit("Night shift")));
}

static void given_member(struct scenario *s)
{
    given_acme(s);
    GIVEN(
        s, HAPPENED(
               member_added, .membership_id = M1, .workspace_id = W1, .user_id = U2,
               .role = {MEMBER_ADMIN}));
}

static void an_account(struct scenario *s)
{
    GIVEN(
        s, HAPPENED(
               user_created, .user_id = id_named("user 3"), .email = ADDRESS("eve@example.com"),
               .role = {ROLE_PLATFORM_ADMIN}, .timezone = text_lit("UTC")));
}

static void an_admin(struct scenario *s)
{
    GIVEN(
        s, HAPPENED(
               user_registered, .user_id = id_named("user 3"), .email = ADDRESS("eve@example.com"),
               .password = ADDRESS("$argon2id$"), .role = {ROLE_PLATFORM_ADMIN},
               .timezone = text_lit("UTC")));
}

static void its_deletion(struct scenario *s)
{
    GIVEN(s, HAPPENED(user_deleted, .user_id = id_named("user 3")));
}

static void another_address(struct scenario *s)
{
    GIVEN(s, HAPPENED(user_updated, .user_id = U2, .email = ADDRESS("robert@example.com")));
}

static void the_old_address(struct scenario *s)
{
    GIVEN(s, HAPPENED(user_updated, .user_id = U2, .email = ADDRESS("bob@example.com")));
}

static void a_promotion(struct scenario *s)
{
    GIVEN(s, HAPPENED(user_updated, .user_id = U2, .role = {ROLE_PLATFORM_ADMIN}));
}

static void a_demotion(struct scenario *s)
{
    GIVEN(s, HAPPENED(user_updated, .user_id = U2, .role = {ROLE_USER}));
}

static void a_deactivation(struct scenario *s)
{
    GIVEN(s, HAPPENED(user_updated, .user_id = U1, .is_active = OPT_FALSE));
}

static void an_activation(struct scenario *s)
{
    GIVEN(s, HAPPENED(user_updated, .user_id = U1, .is_active = OPT_TRUE));
}

static void a_default_workspace(struct scenario *s)
{
    GIVEN(
        s, HAPPENED(
               workspace_created, .workspace_id = W2, .name = text_lit("Other"),
               .slug = text_lit("other"), .is_default = OPT_TRUE, .is_archived = OPT_FALSE));
}

static void the_end_of_that_workspace(struct scenario *s)
{
    GIVEN(s, HAPPENED(workspace_deleted, .workspace_id = W2));
}

static void another_slug(struct scenario *s)
{
    GIVEN(s, HAPPENED(workspace_changed, .workspace_id = W1, .slug = text_lit("acme-2")));
}

static void the_old_slug(struct scenario *s)
{
    GIVEN(s, HAPPENED(workspace_changed, .workspace_id = W1, .slug = text_lit("acme")));
}

static void a_membership(struct scenario *s)
{
    GIVEN(
        s, HAPPENED(
               member_added, .membership_id = M1, .workspace_id = W1, .user_id = U2,
               .role = {MEMBER_OWNER}));
}

static void its_removal(struct scenario *s)
{
    GIVEN(s, HAPPENED(member_removed, .membership_id = M1, .workspace_id = W1, .user_id = U2));
}

static void another_role(struct scenario *s)
{
    GIVEN(
        s, HAPPENED(
               member_role_changed, .membership_id = M1, .workspace_id = W1, .user_id = U2,
               .role = {MEMBER_VIEWER}));
}

static void the_old_role(struct scenario *s)
{
    GIVEN(
        s, HAPPENED(
               member_role_changed, .membership_id = M1, .workspace_id = W1, .user_id = U2,
               .role = {MEMBER_ADMIN}));
}

static void a_team(struct scenario *s)
{
    GIVEN(
        s, HAPPENED(
               team_created, .team_id = TEAM, .workspace_id = W1, .name = text_lit("Night shift")));
}

static void the_end_of_the_team(struct scenario *s)
{
    GIVEN(s, HAPPENED(team_deleted, .team_id = TEAM, .workspace_id = W1));
}

static void another_name(struct scenario *s)
{
    GIVEN(
        s,
        HAPPENED(team_changed, .team_id = TEAM, .workspace_id = W1, .name = text_lit("Day shift")));
}

static void the_old_name(struct scenario *s)
{
    GIVEN(
        s, HAPPENED(
               team_changed, .team_id = TEAM, .workspace_id = W1, .name = text_lit("Night shift")));
}

static void a_place_in_the_team(struct scenario *s)
{
    GIVEN(
        s, HAPPENED(
               team_member_added, .team_membership_id = TM1, .team_id = TEAM, .workspace_id = W1,
               .user_id = U2));
}

static void its_loss(struct scenario *s)
{
    GIVEN(
        s, HAPPENED(
               team_member_removed, .team_membership_id = TM1, .team_id = TEAM, .workspace_id = W1,
               .user_id = U2));
}

static void a_hold(struct scenario *s)
{
    GIVEN(
        s, HAPPENED(
               hold_placed, .hold_id = id_named("hold"), .kind = {HOLD_PERSON}, .target_id = U2,
               .reason = text_lit("a dispute")));
}

static void its_release(struct scenario *s)
{
    GIVEN(s, HAPPENED(hold_released, .hold_id = id_named("hold"), .reason = text_lit("settled")));
}

static const struct pair {
    void (*setting)(struct scenario *s);
    void (*there)(struct scenario *s);
    void (*back)(struct scenario *s);
    const char *name;
    bool leaves_state; /* the record has to know it later */
} pairs[] = {
    {given_acme, an_account, its_deletion, "an account", true},
    {given_acme, an_admin, its_deletion, "an admin", true},
    {given_acme, another_address, the_old_address, "an address", false},
    {given_acme, a_promotion, a_demotion, "a promotion", false},
    {given_acme, a_deactivation, an_activation, "a deactivation", false},
    {given_acme, a_default_workspace, the_end_of_that_workspace, "a workspace", true},
    {given_acme, another_slug, the_old_slug, "a slug", false},
    {given_acme, a_membership, its_removal, "a membership", false},
    {given_member, another_role, the_old_role, "a role", false},
    {given_acme, a_team, the_end_of_the_team, "a team", false},
    {given_team, another_name, the_old_name, "a name", false},
    {given_acme, a_hold, its_release, "a hold", false},
    {given_team, a_place_in_the_team, its_loss, "a place in a team", false},
};

/* The keys of all pairs that outlast an event, chained. */
struct keys {
    struct digest digest;
    bool has_state;
};

static void add(const char *table, struct bytes key, void *context)
{
    struct keys *keys = context;
    bool counts = strcmp(table, "claims") == 0 || strcmp(table, "links") == 0 ||
                  strcmp(table, "timers") == 0 || (keys->has_state && strcmp(table, "state") == 0);
    const struct bytes pieces[] = {
        {keys->digest.bytes, DIGEST_SIZE}, bytes_of_text(text_from(table)), key};

    if (counts)
        keys->digest = sha256_of(pieces, COUNT_OF(pieces));
}

/* Every pair differs from none. */
static struct digest keys_of(const struct scenario *s, bool has_state)
{
    struct keys keys = {.has_state = has_state};
    struct model *empty = NULL;
    struct error error;

    expect_ok(model_open(make_directory(), fold_fingerprint(), &empty, &error), &error);
    model_compare(scenario_model(s), empty, add, &keys);
    model_close(empty);
    return keys.digest;
}

static void expect_undone(const struct pair *pair)
{
    struct scenario *s = scenario_at("2026-03-22T08:00:00Z");
    struct digest before;
    struct digest between;
    struct digest after;

    pair->setting(s);
    before = keys_of(s, !pair->leaves_state);
    pair->there(s);
    between = keys_of(s, !pair->leaves_state);
    pair->back(s);
    after = keys_of(s, !pair->leaves_state);
    expect_at(memcmp(before.bytes, after.bytes, DIGEST_SIZE) == 0, __FILE__, __LINE__, pair->name);
    /* A role is a value, which keys do not show. */
    if (pair->there != another_role)
        expect_at(
            memcmp(before.bytes, between.bytes, DIGEST_SIZE) != 0, __FILE__, __LINE__, pair->name);
}

static void an_event_and_its_undoing_leave_the_model_as_it_was(void)
{
    for (size_t i = 0; i < COUNT_OF(pairs); i++)
        expect_undone(&pairs[i]);
}

/* The second time is like the first: nothing of the first is in the way. */
static void what_was_undone_can_be_done_again(void)
{
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        struct scenario *s = scenario_at("2026-03-22T08:00:00Z");
        struct digest first;
        struct digest second;

        pairs[i].setting(s);
        pairs[i].there(s);
        first = keys_of(s, true);
        pairs[i].back(s);
        pairs[i].there(s);
        second = keys_of(s, true);
        expect_at(
            memcmp(first.bytes, second.bytes, DIGEST_SIZE) == 0, __FILE__, __LINE__, pairs[i].name);
    }
}

static const struct test tests[] = {
    TEST(an_event_and_its_undoing_leave_the_model_as_it_was),
    TEST(what_was_undone_can_be_done_again),
};
const struct suite test_inverse_pairs_suite = SUITE("commands/inverse pairs", tests);
