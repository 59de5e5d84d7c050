/*
 * Where people, agents and strangers came from is kept as long as policy says: then it is in no file, no table and no
 * answer, and everything else of the events is, and verifies. What happened long ago is told to a home before its
 * server is started.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_commands.h"
#include "commands/node/node_commands.h"
#include "commands/platform/platform_commands.h"
#include "core/base/must.h"
#include "core/base/random.h"
#include "core/crypto/crypto.h"
#include "eventlog/keyed_digest.h"
#include "eventlog/seal.h"
#include "tests/e2e/followed.h"
#include "tests/e2e/people.h"
#include "tests/e2e/planted.h"
#include "tests/support/fixture.h"
#include "tests/support/postgres.h"

#define SECRET   "a secret of tests"
#define PASSWORD "another long password"

static const char *const old_of_bob[] = {"planted-bobs/77", "203.0.113.77", NULL};
static const char *const old_of_eve[] = {"planted-eves/78", "203.0.113.78", NULL};
static const char *const the_rule[] = {"ORIGIN_RETENTION_DAYS", NULL};
static const char *const new_of_bob[] = {"recent-bobs/79", NULL};

static struct site *site;
static const char *database;
static struct client admin;
static uint64_t visit_of_bob; /* position of an event of his */

static struct timestamp days_ago(int days)
{
    return timestamp_plus_us(timestamp_now(), -INT64_C(86400) * US_PER_S * days);
}

/* Long ago; `from`: user agent and address, or NULL. */
static struct submission *given_then(
    struct fixture *home,
    const struct command *command,
    void *input,
    struct actor actor,
    const char *const *from)
{
    struct submission *order = make_order(home, command, input);
    struct timestamp then = days_ago(100);

    keyed_digest_personal(home->keyring, command->input, then, home->arena, input);
    order->now = then;
    order->actor = actor;
    if (from != NULL)
        order->origin = (struct origin){
            .user_agent.text = text_from(from[0]), .address.text = text_from(from[1])};
    keyed_digest_personal(home->keyring, &origin_shape, then, home->arena, &order->origin);
    writer_execute(home->writer, order);
    expect_status(order->status, STATUS_OK, &order->error);
    return order;
}

static const struct actor the_system = {.kind = ACTOR_SYSTEM};

static void given_opened(struct fixture *home)
{
    uint8_t seed[32];
    uint8_t verifier[32];
    uint8_t ids[KEYRING_OWN_IDS_SIZE];
    struct open_ledger open = {
        .verifier_key = {verifier, sizeof(verifier)}, .key_ids = {ids, sizeof(ids)}};

    must(keyring_installation_key(home->keyring, KEY_SIGNING, seed, NULL) == STATUS_OK);
    ed25519_public(seed, verifier);
    keyring_own_ids(home->keyring, ids);
    (void)given_then(home, &open_ledger_command, &open, the_system, NULL);
}

/* With an account, who has changed what they like once. */
static struct submission *
given_person(struct fixture *home, const char *name, const char *const *from)
{
    struct digest token = sha256(bytes_of_text(text_from(name)));
    struct bytes digest = bytes_copy(home->arena, (struct bytes){token.bytes, DIGEST_SIZE});
    struct create_user create = {
        .email.text = text_format(home->arena, "%s@fleet.example", name),
        .name.text = text_from(name),
        .role = {2},
        .invitation_id = uuid_new(),
        .token_digest = digest};
    struct accept_invitation accept = {.token_digest = digest};
    struct change_preferences change = {.timezone = text_lit("Europe/Vienna")};
    struct actor person = {.kind = ACTOR_USER};

    person.id = given_then(home, &create_user_command, &create, the_system, NULL)->subject;
    accept.password.text = password_hash(home->arena, text_lit(PASSWORD));
    (void)given_then(home, &accept_invitation_command, &accept, the_system, NULL);
    return given_then(home, &change_preferences_command, &change, person, from);
}

/* Bob and Eve were there a hundred days ago; Bob is again now. */
static const char *given_old_origins(void)
{
    char *eve = NULL;
    struct submission *visit;
    struct fixture *home;
    struct client anyone;
    struct client bob;

    database = make_database();
    site = given_site(database);
    given_setting(site, "SECRETS_ENCRYPTION_KEY", SECRET);
    home = fixture_open(&(struct fixture_settings){.directory = site->home});
    given_opened(home);
    visit = given_person(home, "eve", old_of_eve);
    eve = arena_take(site->arena, UUID_TEXT_SIZE);
    uuid_print(visit->actor.id, eve);
    visit_of_bob = given_person(home, "bob", old_of_bob)->first.value;
    fixture_close(home);
    given_running(site);
    admin = given_admin(site);
    anyone = (struct client){.site = site, .arena = site->arena};
    bob = with(&anyone, "User-Agent: %s\r\n", new_of_bob[0]);
    expect_answer(
        ask(&bob, "POST", body(&anyone, "{'email':'bob@fleet.example','password':'%s'}", PASSWORD),
            "/auth/login"),
        200);
    return eve;
}

static void given_restarted_with(const char *name, const char *value)
{
    expect_int64(stop_server(site), 0);
    given_setting(site, name, value);
    given_running(site);
    admin = given_admin(site);
}

static bool is_in_tables(const char *const *planted)
{
    return planted_is_in_tables(planted, database);
}

static bool is_in_answer(const char *const *planted, const char *path)
{
    struct reply reply = ask(&admin, "GET", NULL, "%s", path);

    expect_answer(reply, 200);
    return planted_in(planted, reply.body) != NULL;
}

static const char *path_of_visit(void)
{
    return text_format(site->arena, "/events/%llu?open=true", (unsigned long long)visit_of_bob)
        .data;
}

static void origins_whose_time_is_over_are_in_no_file_table_or_answer(void)
{
    (void)given_old_origins();
    expect(is_in_tables(old_of_bob) && is_in_tables(old_of_eve) && is_in_tables(new_of_bob));
    expect(is_in_answer(old_of_bob, "/audit-logs?limit=100"));
    expect(is_in_answer(old_of_bob, path_of_visit()));
    given_restarted_with("ORIGIN_RETENTION_DAYS", "30");
    expect_soon(!is_in_tables(old_of_bob) && !is_in_tables(old_of_eve));
    expect(!is_in_answer(old_of_bob, "/audit-logs?limit=100"));
    expect(!is_in_answer(old_of_bob, path_of_visit()));
    expect(is_in_answer(new_of_bob, "/audit-logs?limit=100"));
    expect(is_in_answer(the_rule, "/audit-logs?limit=100"));
    expect(!planted_is_below(old_of_bob, site->home));
    expect_int64(stop_server(site), 0);
    expect_holds(site);
    expect_int64(RUN(site, "replay").exit_code, 0);
    expect(!is_in_tables(old_of_bob) && !is_in_tables(old_of_eve) && is_in_tables(new_of_bob));
}

static void nobody_is_found_by_an_origin_that_was_dropped(void)
{
    static const char *const visit[] = {"identity.preferences_changed", NULL};
    const char *path =
        "/timeline?limit=100&origin=203.0.113.77&from=-200d&type=identity.preferences_changed";

    (void)given_old_origins();
    expect(is_in_answer(visit, path));
    given_restarted_with("ORIGIN_RETENTION_DAYS", "30");
    expect_soon(!is_in_answer(visit, path));
}

static void origins_of_somebody_who_is_held_go_once_that_is_released(void)
{
    const char *eve = given_old_origins();
    struct reply placed = ask(
        &admin, "POST", body(&admin, "{'kind':'person','targetId':'%s','reason':'a dispute'}", eve),
        "/privacy/holds");
    const char *hold;

    expect_answer(placed, 201);
    hold = text_c(site->arena, value_at(&admin, placed, "id"));
    given_restarted_with("ORIGIN_RETENTION_DAYS", "30");
    expect_soon(!is_in_tables(old_of_bob));
    expect(is_in_tables(old_of_eve));
    expect_soon(text_contains(
        ask(&admin, "GET", NULL, "/timeline?type=privacy.origins_withheld").body, text_from(hold)));
    expect_answer(
        ask(&admin, "POST", body(&admin, "{'reason':'settled'}"), "/privacy/holds/%s/release",
            hold),
        200);
    given_restarted_with("ORIGIN_RETENTION_DAYS", "30");
    expect_soon(!is_in_tables(old_of_eve));
    expect_int64(stop_server(site), 0);
    expect_holds(site);
}

/* Recorded and not destroyed, or destroyed and not overwritten: the next start goes on with it. */
static void a_kill_at_any_step_ends_in_origins_that_are_dropped(void)
{
    static const char *const steps[] = {"committed", "destroy", "destroyed", "wiped"};

    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        (void)given_old_origins();
        expect_int64(stop_server(site), 0);
        given_setting(
            site, "FLEETLEDGER_FAILPOINTS", text_format(site->arena, "%s=kill@1", steps[i]).data);
        given_setting(site, "ORIGIN_RETENTION_DAYS", "30");
        given_starting(site);
        (void)wait_for_end(site);
        given_setting(site, "FLEETLEDGER_FAILPOINTS", "");
        given_running(site);
        expect_soon(!is_in_tables(old_of_bob) && !is_in_tables(old_of_eve));
        expect_int64(stop_server(site), 0);
        expect_holds(site);
    }
}

static void a_follower_knows_no_more_of_them_than_the_leader(void)
{
    const char *copy = make_database();
    struct followed both;

    (void)given_old_origins();
    expect_int64(stop_server(site), 0);
    given_leader_on(&both, site);
    given_follower_on(&both, given_site(copy), url_of(site));
    given_running(both.follower);
    expect_soon(has_caught_up(&both));
    expect(planted_is_in_tables(old_of_bob, copy) && planted_is_in_tables(old_of_eve, copy));
    given_restarted_with("ORIGIN_RETENTION_DAYS", "30");
    expect_soon(!is_in_tables(old_of_bob) && !is_in_tables(old_of_eve));
    expect_soon(!planted_is_in_tables(old_of_bob, copy) && !planted_is_in_tables(old_of_eve, copy));
    expect(planted_is_in_tables(new_of_bob, copy));
    expect_int64(stop_server(both.follower), 0);
    expect(!planted_is_below(old_of_bob, both.follower->home));
    expect_holds(both.follower);
}

static const struct test tests[] = {
    TEST(origins_whose_time_is_over_are_in_no_file_table_or_answer),
    TEST(nobody_is_found_by_an_origin_that_was_dropped),
    TEST(origins_of_somebody_who_is_held_go_once_that_is_released),
    TEST(a_kill_at_any_step_ends_in_origins_that_are_dropped),
    TEST(a_follower_knows_no_more_of_them_than_the_leader),
};
const struct suite test_origins_suite = SUITE_WITH("e2e/origins", tests, .tear_down = end_sites);
