/*
 * A person is forgotten: nothing of what they were, and of where they came from, is in a file of the home, in
 * a table, in an answer or in an export; everything still verifies, and a certificate proves it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_commands.h"
#include "core/base/must.h"
#include "core/base/random.h"
#include "core/crypto/crypto.h"
#include "eventlog/keyed_digest.h"
#include "tests/e2e/people.h"
#include "tests/e2e/planted.h"
#include "tests/support/fixture.h"
#include "tests/support/postgres.h"

#include <string.h>

#define BOB_EMAIL    "planted.bob@forget.example"
#define BOB_NAME     "Planted Bobsson"
#define BOB_PASSWORD "another long password"
#define BOB_AGENT    "planted-browser/77"
#define BOB_NEW_NAME "Planted Robertsson"

static const char *const planted[] = {BOB_EMAIL, BOB_NAME, BOB_AGENT, BOB_NEW_NAME, NULL};

static struct site *site;
static const char *database;
static struct client admin;
static const char *bob;

static void given_order_of(struct fixture *home, const struct command *command, void *input)
{
    struct submission *order = make_order(home, command, input);

    keyed_digest_personal(home->keyring, command->input, timestamp_now(), home->arena, input);
    order->actor = (struct actor){.kind = ACTOR_SYSTEM};
    writer_execute(home->writer, order);
    expect_status(order->status, STATUS_OK, &order->error);
}

/* Who has accepted the invitation, which is mailed to nobody here. */
static void given_bob(void)
{
    struct digest digest = sha256(bytes_of_text(text_lit("his token")));
    struct create_user create = {
        .email.text = text_lit(BOB_EMAIL),
        .name.text = text_lit(BOB_NAME),
        .role = {2},
        .invitation_id = uuid_new(),
        .token_digest = {digest.bytes, DIGEST_SIZE}};
    struct accept_invitation accept = {.token_digest = {digest.bytes, DIGEST_SIZE}};
    struct fixture *home = fixture_open(&(struct fixture_settings){.directory = site->home});

    accept.password.text = password_hash(home->arena, text_lit(BOB_PASSWORD));
    given_order_of(home, &create_user_command, &create);
    given_order_of(home, &accept_invitation_command, &accept);
    fixture_close(home);
}

static struct client sign_in_as_bob(struct reply *out)
{
    struct client anyone = {.site = site, .arena = site->arena};
    struct client from = with(&anyone, "User-Agent: " BOB_AGENT "\r\n");

    *out =
        ask(&from, "POST", body(&anyone, "{'email':'%s','password':'%s'}", BOB_EMAIL, BOB_PASSWORD),
            "/auth/login");
    return with(
        &from, "User-Agent: " BOB_AGENT "\r\nAuthorization: Bearer %.*s\r\n",
        TEXT_ARGS(value_at(&from, *out, "accessToken")));
}

/* Bob signs in, changes what he likes, and is called by another name. */
static void given_bobs_life(void)
{
    struct reply reply;
    struct client himself;

    database = make_database();
    site = given_site(database);
    given_setting(site, "SECRETS_ENCRYPTION_KEY", "a secret of tests");
    given_running(site);
    expect_int64(stop_server(site), 0);
    given_bob();
    given_running(site);
    admin = given_admin(site);
    himself = sign_in_as_bob(&reply);
    expect_answer(reply, 200);
    bob = text_c(site->arena, value_at(&himself, reply, "user.id"));
    expect_answer(
        ask(&himself, "PATCH", body(&admin, "{'timezone':'Europe/Vienna'}"),
            "/users/me/preferences"),
        200);
    expect_answer(
        ask(&admin, "PATCH", body(&admin, "{'name':'%s'}", BOB_NEW_NAME), "/users/%s", bob), 200);
}

static struct reply erase(void)
{
    return ask(
        &admin, "POST", body(&admin, "{'reason':'asked for it'}"), "/privacy/subjects/%s/erase",
        bob);
}

static bool is_below(const char *path)
{
    return planted_is_below(planted, path);
}

static bool is_in_tables(void)
{
    return planted_is_in_tables(planted, database);
}

static bool is_in_answer(const char *path)
{
    struct reply reply = ask(&admin, "GET", NULL, "%s", path);

    expect_answer(reply, 200);
    return planted_in(planted, reply.body) != NULL;
}

static void a_forgotten_person_is_in_no_file_table_or_answer(void)
{
    struct reply certificate;

    given_bobs_life();
    expect(is_in_answer("/users") && is_in_answer("/audit-logs"));
    expect(is_in_tables());
    certificate = erase();
    expect_answer(certificate, 200);
    expect_value(&admin, certificate, "events.3.type", "platform.key_destroyed");
    expect_value(&admin, certificate, "keysLeft", "0");
    expect_value(&admin, certificate, "isOverwritten", "true");
    expect(!is_in_answer("/users") && !is_in_answer("/audit-logs"));
    expect(!is_in_answer("/timeline?limit=100"));
    expect(!is_in_tables());
    expect(!is_below(site->home));
    expect_int64(stop_server(site), 0);
    expect_holds(site);
    expect_int64(RUN(site, "replay").exit_code, 0);
    expect(!is_in_tables());
}

static void nobody_signs_in_as_a_forgotten_person(void)
{
    struct client himself;
    struct reply reply;

    given_bobs_life();
    himself = sign_in_as_bob(&reply);
    expect_answer(erase(), 200);
    expect_answer(ask(&himself, "GET", NULL, "/users/me"), 401);
    (void)sign_in_as_bob(&reply);
    expect_answer(reply, 401);
}

static struct reply shown_certificate(void)
{
    return ask(&admin, "GET", NULL, "/privacy/subjects/%s/certificate", bob);
}

/* Of an event behind the first two, which must be signed first. */
static bool has_receipt(struct reply certificate)
{
    struct text receipt = value_at(&admin, certificate, "events.2.receipt");

    return text_is_present(receipt) && receipt.size > 100;
}

static void a_certificate_proves_what_it_says(void)
{
    struct reply certificate;
    struct reply again;
    const char *path;

    given_bobs_life();
    expect_answer(shown_certificate(), 404);
    expect_answer(erase(), 200);
    again = erase();
    expect_answer(again, 200);
    expect_soon(has_receipt(certificate = shown_certificate()));
    expect_value(&admin, certificate, "events.0.type", "privacy.person_erased");
    expect_value(&admin, certificate, "events.1.type", "identity.user_deleted");
    expect_value(&admin, certificate, "events.2.type", "platform.key_destroyed");
    expect_value(&admin, certificate, "reason", "asked for it");
    path = saved(site, value_at(&admin, certificate, "events.2.receipt"));
    expect(contents_of(site->arena, path).size > 100);
    expect_int64(
        RUN(site, "verify", "--proof", path, "--key",
            text_c(site->arena, text_trim(ask(&admin, "GET", NULL, "/ledger/key").body)))
            .exit_code,
        0);
}

/* Whatever it comes to: the next start finishes it, and it may be ordered again. */
static void expect_forgotten_after_a_kill_at(const char *point)
{
    given_bobs_life();
    expect_int64(stop_server(site), 0);
    given_setting(
        site, "FLEETLEDGER_FAILPOINTS", text_format(site->arena, "%s=kill@1", point).data);
    given_running(site);
    expect_at(erase().status == 0, __FILE__, __LINE__, point);
    (void)wait_for_end(site);
    given_setting(site, "FLEETLEDGER_FAILPOINTS", "");
    given_running(site);
    admin = given_admin(site);
    expect_answer(erase(), 200);
    expect_value(&admin, erase(), "keysLeft", "0");
    expect_value(&admin, erase(), "isOverwritten", "true");
    expect(!is_in_answer("/users") && !is_in_answer("/audit-logs"));
    expect(!is_in_tables());
    expect_int64(stop_server(site), 0);
    expect_holds(site);
}

static void a_kill_at_any_step_ends_in_somebody_forgotten(void)
{
    static const char *const steps[] = {"destroy", "destroyed", "wiped"};

    for (size_t i = 0; i < COUNT_OF(steps); i++)
        expect_forgotten_after_a_kill_at(steps[i]);
}

static void an_operator_forgets_a_person_on_a_stopped_home(void)
{
    struct program_run run;

    given_bobs_life();
    expect_int64(stop_server(site), 0);
    run = RUN(site, "forget", bob, "--reason", "asked for it");
    expect_int64(run.exit_code, 0);
    expect_int64(RUN(site, "forget", bob, "--reason", "asked again").exit_code, 0);
    given_running(site);
    expect(!is_in_answer("/users") && !is_in_answer("/audit-logs"));
    expect(!is_in_tables());
    expect(!is_below(site->home));
}

static void nobody_is_forgotten_under_a_legal_hold(void)
{
    const char *order;
    struct reply placed;
    struct reply refused;
    const char *hold;

    given_bobs_life();
    order = body(&admin, "{'kind':'person','targetId':'%s','reason':'a dispute'}", bob);
    placed = ask(&admin, "POST", order, "/privacy/holds");
    expect_answer(placed, 201);
    hold = text_c(site->arena, value_at(&admin, placed, "id"));
    refused = erase();
    expect_answer(refused, 409);
    expect(text_contains(refused.body, text_from(hold)));
    expect(is_in_answer("/users") && is_in_tables());
    expect_value(&admin, ask(&admin, "GET", NULL, "/privacy/holds"), "0.targetId", bob);
    expect(text_contains(
        ask(&admin, "GET", NULL, "/timeline?type=privacy.erasure_refused").body, text_from(bob)));
    expect_answer(
        ask(&admin, "POST", body(&admin, "{'reason':'settled'}"), "/privacy/holds/%s/release",
            hold),
        200);
    expect_answer(erase(), 200);
    expect(!is_in_answer("/users") && !is_in_tables());
}

static const char *id_after(struct text output, const char *words)
{
    const char *at = strstr(text_c(site->arena, output), words);

    must(at != NULL);
    return text_c(site->arena, (struct text){at + strlen(words), UUID_TEXT_SIZE - 1});
}

static void an_operator_holds_a_person_on_a_stopped_home(void)
{
    struct program_run run;
    const char *hold;

    given_bobs_life();
    expect_int64(stop_server(site), 0);
    expect_int64(RUN(site, "hold", "person", "bob", "--reason", "a dispute").exit_code, 2);
    run = RUN(site, "hold", "person", bob, "--reason", "a dispute");
    expect_int64(run.exit_code, 0);
    hold = id_after(run.output, "release-hold ");
    expect_int64(RUN(site, "hold", "positions", "0-0", "--reason", "a dispute").exit_code, 0);
    expect_int64(RUN(site, "forget", bob, "--reason", "asked for it").exit_code, 5);
    run = RUN(site, "holds");
    expect(text_contains(run.output, text_from(hold)));
    expect(text_contains(run.output, text_from(bob)));
    expect(text_contains(run.output, text_lit("positions 0-0")));
    expect_int64(RUN(site, "release-hold", hold, "--reason", "settled").exit_code, 0);
    expect_int64(RUN(site, "forget", bob, "--reason", "asked for it").exit_code, 0);
}

/* All in one commit, which is there or not; then on record. */
static void a_kill_at_any_step_of_a_rotation_of_keys_ends_in_keys_that_open(void)
{
    static const char *const steps[] = {"keys", "keys_stored", "wiped", "append", "committed"};

    given_bobs_life();
    expect_int64(stop_server(site), 0);
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        const char *former = text_format(site->arena, "a secret of tests %zu", i).data;
        const char *now = text_format(site->arena, "a secret of tests %zu", i + 1).data;
        given_setting(site, "SECRETS_ENCRYPTION_KEY_FORMER", i == 0 ? "a secret of tests" : former);
        given_setting(site, "SECRETS_ENCRYPTION_KEY", now);
        given_setting(
            site, "FLEETLEDGER_FAILPOINTS", text_format(site->arena, "%s=kill@1", steps[i]).data);
        expect_at(RUN(site, "rotate-kek").exit_code != 0, __FILE__, __LINE__, steps[i]);
        given_setting(site, "FLEETLEDGER_FAILPOINTS", "");
        expect_int64(RUN(site, "rotate-kek").exit_code, 0);
        expect_holds(site);
    }
}

/* The server takes both keys, and all are wrapped anew while it runs. */
static void keys_are_wrapped_under_another_key_beside_a_running_server(void)
{
    struct text seen;

    given_bobs_life();
    expect_int64(RUN(site, "rotate-kek").exit_code, 5);
    expect_int64(stop_server(site), 0);
    given_setting(site, "SECRETS_ENCRYPTION_KEY", "another secret of tests");
    expect_int64(RUN(site, "rotate-kek").exit_code, 2);
    given_setting(site, "SECRETS_ENCRYPTION_KEY_FORMER", "a secret of tests");
    given_running(site);
    admin = given_admin(site);
    expect_int64(RUN(site, "rotate-kek").exit_code, 0);
    expect(is_in_answer("/users"));
    seen = ask(&admin, "GET", NULL, "/timeline?type=platform.key_encryption_key_rotated").body;
    expect(text_contains(seen, text_lit("key_encryption_key_rotated")));
    expect_int64(stop_server(site), 0);
    given_setting(site, "SECRETS_ENCRYPTION_KEY_FORMER", "");
    expect_holds(site);
    given_running(site);
    expect(is_in_answer("/users"));
}

static const struct test tests[] = {
    TEST(a_forgotten_person_is_in_no_file_table_or_answer),
    TEST(nobody_signs_in_as_a_forgotten_person),
    TEST(a_certificate_proves_what_it_says),
    TEST(a_kill_at_any_step_ends_in_somebody_forgotten),
    TEST(nobody_is_forgotten_under_a_legal_hold),
    TEST(an_operator_holds_a_person_on_a_stopped_home),
    TEST(a_kill_at_any_step_of_a_rotation_of_keys_ends_in_keys_that_open),
    TEST(keys_are_wrapped_under_another_key_beside_a_running_server),
    TEST(an_operator_forgets_a_person_on_a_stopped_home),
};
const struct suite test_forgetting_suite =
    SUITE_WITH("e2e/forgetting", tests, .tear_down = end_sites);
