/*
 * Signing: killed while it signs, no two checkpoints that anybody saw are of different histories, and each
 * start goes on. Keys that are rotated, killed on the way or under load; an older ledger that was put back.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "eventlog/checkpoint.h"
#include "replay/exit_codes.h"
#include "tests/e2e/people.h"
#include "tests/support/postgres.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static struct site *site;
static struct client admin;
static const char *workspace;

/* What was seen of the ledger: size and root of a checkpoint. */
struct sighting {
    int64_t size;
    struct text root;
};

/* Asks for the newest checkpoint; size 0 where there was no answer. */
static struct sighting look(void)
{
    struct reply reply = ask(&admin, "GET", NULL, "/ledger/checkpoint");
    struct text rest = reply.body;
    struct sighting seen = {0};

    if (reply.status != 200)
        return seen;
    (void)text_cut(&rest, '\n');
    must(text_to_int64(text_cut(&rest, '\n'), &seen.size));
    seen.root = text_copy(admin.arena, text_cut(&rest, '\n'));
    return seen;
}

static void expect_continues(struct sighting seen)
{
    struct reply reply =
        ask(&admin, "GET", NULL, "/ledger/consistency?from=%lld", (long long)seen.size);

    expect_answer(reply, 200);
    expect_text(value_at(&admin, reply, "fromRoot"), text_c(admin.arena, seen.root));
}

/* Changes something until the server is dead; gives the last checkpoint that was shown. */
static struct sighting change_until_dead(struct sighting seen)
{
    int64_t until_us = monotonic_us() + 30 * US_PER_S;

    for (int i = 0; monotonic_us() < until_us; i++) {
        struct sighting now;
        struct reply reply = ask(
            &admin, "PATCH", body(&admin, "{'name':'Change %d'}", i), "/workspaces/%s", workspace);
        if (reply.status == 0)
            return seen;
        now = look();
        if (now.size > 0)
            seen = now;
        wait_a_little();
    }
    expect_at(false, __FILE__, __LINE__, "the server is killed while it signs");
    return seen;
}

static void given_site_that_signs(void)
{
    site = given_site(make_database());
    given_running(site);
    admin = given_admin(site);
    workspace = given_workspace(&admin, "evidence");
    expect_soon(look().size > 1);
}

static void killed_while_it_signs_it_goes_on_with_one_history(void)
{
    static const char *const plans[] = {
        "sign=kill@1", "signed=kill@1", "sign=kill@2", "signed=kill@2"};
    struct sighting seen;

    given_site_that_signs();
    seen = look();
    for (size_t i = 0; i < COUNT_OF(plans); i++) {
        expect_soon(look().size == metric_of(site, "ledger_size")); /* else the start would sign */
        expect_int64(stop_server(site), 0);
        given_setting(site, "FLEETLEDGER_FAILPOINTS", plans[i]);
        given_listening(site);
        seen = change_until_dead(seen);
        expect_int64(wait_for_end(site), -SIGKILL);
        given_setting(site, "FLEETLEDGER_FAILPOINTS", "");
        given_running(site);
        expect_soon(look().size > seen.size);
        expect_continues(seen);
    }
}

/* Rotation of the key. */

static bool says(struct text said, const char *part)
{
    return text_contains(said, text_from(part));
}

static struct text newest_note(void)
{
    struct reply reply = ask(&admin, "GET", NULL, "/ledger/checkpoint");

    return reply.status == 200 ? reply.body : text_lit("");
}

static struct text keys_shown(void)
{
    struct reply reply = ask(&admin, "GET", NULL, "/ledger/key");

    return reply.status == 200 ? reply.body : text_lit("");
}

static bool is_signed_by(struct text note, struct text key)
{
    struct note_key verifier;
    struct text text;

    return note_key_parse(admin.arena, key, &verifier) &&
           note_verify(admin.arena, note, &verifier, &text);
}

static int lines_of(struct text text)
{
    int count = 0;

    while (text.size > 0) {
        (void)text_cut(&text, '\n');
        count++;
    }
    return count;
}

/* Does each of so many keys that are shown sign what is shown? Both may have changed in between. */
static bool is_signed_by_all_of(int count)
{
    struct text keys = keys_shown();
    struct text note = newest_note();

    if (lines_of(keys) != count)
        return false;
    while (keys.size > 0) {
        if (!is_signed_by(note, text_cut(&keys, '\n')))
            return false;
    }
    return true;
}

static struct text rotated(const char *overlap)
{
    struct program_run run = RUN(site, "rotate-key", overlap);

    expect_int64(run.exit_code, 0);
    expect(says(run.output, "GET /api/v1/ledger/key names both meanwhile"));
    return run.output;
}

/* So many rotations are on record. */
static int rotations(void)
{
    static const char type[] = "platform.signing_key_rotated";
    struct reply reply = ask(&admin, "GET", NULL, "/timeline?type=%s", type);
    int count = 0;

    expect_answer(reply, 200);
    while (text_is(
        value_at(&admin, reply, text_format(admin.arena, "events.%d.type", count).data), type))
        count++;
    return count;
}

static void killed_on_its_way_a_rotation_has_happened_or_not(void)
{
    static const struct {
        const char *plan;
        int rotations; /* afterwards */
    } kills[] = {
        {"keys=kill@1", 0},
        {"keys_stored=kill@1", 0},
        {"commit=kill@1", 0},
        {"committed=kill@1", 1},
        {"signed=kill@1", 2}};
    struct sighting seen;

    given_site_that_signs();
    for (size_t i = 0; i < COUNT_OF(kills); i++) {
        expect_soon(look().size == metric_of(site, "ledger_size")); /* else the start would sign */
        seen = look();
        expect_int64(stop_server(site), 0);
        given_setting(site, "FLEETLEDGER_FAILPOINTS", kills[i].plan);
        given_listening(site);
        (void)RUN(site, "rotate-key");
        expect_int64(wait_for_end(site), -SIGKILL);
        given_setting(site, "FLEETLEDGER_FAILPOINTS", "");
        given_running(site);
        expect_soon(is_signed_by_all_of(1 + kills[i].rotations));
        expect_int64(rotations(), kills[i].rotations);
        expect_continues(seen);
    }
}

/* What a rotation prints first is for people, then comes the key. */
static bool ends_with_the_first_of(struct text printed, struct text keys)
{
    struct text newest = text_cut(&keys, '\n');

    return newest.size > 0 && text_contains(printed, newest);
}

static void under_load_each_checkpoint_is_signed_by_a_key_that_is_shown(void)
{
    struct sighting seen;
    struct text printed = {NULL, 0};

    given_site_that_signs();
    seen = look();
    for (int i = 0; i < 60; i++) {
        if (i == 10)
            printed = rotated("--overlap-seconds=2");
        expect_answer(
            ask(&admin, "PATCH", body(&admin, "{'name':'Change %d'}", i), "/workspaces/%s",
                workspace),
            200);
        expect_continues(seen);
        seen = look();
    }
    expect_soon(is_signed_by_all_of(1));
    expect_soon(ends_with_the_first_of(printed, keys_shown()));
    expect_holds(site);
}

static void on_a_stopped_home_a_key_is_rotated_too(void)
{
    struct text printed;

    given_site_that_signs();
    expect_int64(stop_server(site), 0);
    printed = rotated("--overlap-seconds=3600");
    given_running(site);
    expect_soon(is_signed_by_all_of(2));
    expect(ends_with_the_first_of(printed, keys_shown()));
}

/* Another origin. */

static void copy(const char *from, const char *to)
{
    FILE *source = fopen(from, "r");
    FILE *target = fopen(to, "w");
    char block[1 << 16];
    size_t size;

    must(source != NULL && target != NULL);
    while ((size = fread(block, 1, sizeof(block), source)) > 0)
        must(fwrite(block, 1, size, target) == size);
    must(fclose(source) == 0 && fclose(target) == 0);
}

static const char *in_home(const char *name)
{
    return text_format(site->arena, "%s/%s", site->home, name).data;
}

static int change(const char *name)
{
    return ask(&admin, "PATCH", body(&admin, "{'name':'%s'}", name), "/workspaces/%s", workspace)
        .status;
}

/* Stopped, with files as they were before the last change that was signed; gives what was signed then. */
static struct text given_older(const char *const *names)
{
    const char *directory = make_directory();
    struct text lost;

    expect_soon(look().size == metric_of(site, "ledger_size"));
    expect_int64(stop_server(site), 0);
    for (size_t i = 0; names[i] != NULL; i++)
        copy(in_home(names[i]), text_format(site->arena, "%s/%s", directory, names[i]).data);
    given_running(site);
    expect_int64(change("to be lost"), 200);
    expect_soon(look().size == metric_of(site, "ledger_size"));
    lost = newest_note();
    expect_int64(stop_server(site), 0);
    for (size_t i = 0; names[i] != NULL; i++)
        copy(text_format(site->arena, "%s/%s", directory, names[i]).data, in_home(names[i]));
    return lost;
}

static void expect_declaring_refused(const char *reason, int code, const char *why)
{
    struct program_run run = RUN(site, "declare-origin", reason);

    expect_int64(run.exit_code, code);
    expect_at(says(run.output, why), __FILE__, __LINE__, run.output.data);
}

static void expect_declaring_refused_with(const char *checkpoint, int code, const char *why)
{
    struct program_run run = RUN(site, "declare-origin", "--reason=restored", checkpoint);

    expect_int64(run.exit_code, code);
    expect_at(says(run.output, why), __FILE__, __LINE__, run.output.data);
}

static void expect_only_reads(void)
{
    given_started(site);
    expect_int64(change("not while it is contradicted"), 503);
    expect_value(
        &admin, ask(&admin, "GET", NULL, "/ledger/checkpoint"), "code", "ledger_contradicted");
    expect_int64(RUN(site, "rotate-key").exit_code, EXIT_REFUSED);
    expect_declaring_refused("--reason=restored", EXIT_REFUSED, "stop the server first");
    expect_int64(stop_server(site), 0);
}

static void an_older_ledger_goes_on_under_a_declared_origin(void)
{
    struct text origin;
    struct program_run run;

    given_site_that_signs();
    origin = newest_note();
    origin = text_cut(&origin, '\n');
    for (int i = 1; i <= 2; i++) {
        const char *next = text_format(admin.arena, "%.*s/e%d\n", TEXT_ARGS(origin), i).data;
        (void)given_older((const char *const[]){"ledger.mdb", NULL});
        expect_only_reads();
        expect_declaring_refused("--reason= ", EXIT_TROUBLE, "reason");
        run = RUN(site, "declare-origin", "--reason=an older backup was put back");
        expect_int64(run.exit_code, 0);
        expect_declaring_refused("--reason=again", EXIT_REFUSED, "continues what was signed");
        given_running(site);
        expect_soon(text_starts_with(newest_note(), text_from(next)));
        expect(ends_with_the_first_of(run.output, keys_shown()));
        expect_int64(change("goes on"), 200);
    }
    expect_holds(site);
}

/* As an argument. */
static const char *shown(struct text note)
{
    return flag(site, "checkpoint", saved(site, note));
}

/* The server itself cannot know, but whoever kept a checkpoint can show it. */
static void with_an_older_copy_of_all_of_it_what_others_have_kept_is_shown(void)
{
    struct text origin;
    struct text held;
    struct text lost;
    struct text changed;

    given_site_that_signs();
    expect_soon(look().size == metric_of(site, "ledger_size"));
    held = newest_note();
    lost = given_older((const char *const[]){"ledger.mdb", "checkpoints.mdb", NULL});
    changed = text_format(site->arena, "%.*sx\n", TEXT_ARGS(lost));
    expect_declaring_refused_with(shown(held), EXIT_REFUSED, "continues what was signed");
    expect_declaring_refused_with(shown(changed), EXIT_TROUBLE, "was not signed for this ledger");
    expect_declaring_refused_with(shown(text_lit("")), EXIT_TROUBLE, "is no checkpoint");
    expect_declaring_refused_with("--checkpoint=/nowhere", EXIT_TROUBLE, "cannot be read");
    expect_int64(RUN(site, "declare-origin", "--reason=restored", shown(lost)).exit_code, 0);
    origin = text_cut(&lost, '\n');
    given_running(site);
    expect_soon(
        text_starts_with(newest_note(), text_format(admin.arena, "%.*s/e1\n", TEXT_ARGS(origin))));
}

static const struct test tests[] = {
    TEST(killed_while_it_signs_it_goes_on_with_one_history),
    TEST(killed_on_its_way_a_rotation_has_happened_or_not),
    TEST(under_load_each_checkpoint_is_signed_by_a_key_that_is_shown),
    TEST(on_a_stopped_home_a_key_is_rotated_too),
    TEST(an_older_ledger_goes_on_under_a_declared_origin),
    TEST(with_an_older_copy_of_all_of_it_what_others_have_kept_is_shown),
};
const struct suite test_signing_suite = SUITE_WITH("signing", tests, .tear_down = end_sites);
