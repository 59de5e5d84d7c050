/*
 * Whom a herald takes to have heard.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/outbound/fetch.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/leadership.h"
#include "eventlog/signer.h"
#include "replay/herald.h"
#include "tests/support/expect.h"
#include "tests/support/ledger.h"
#include "tests/support/web_sink.h"

#include <string.h>

#define NAME "audit.example.com"

static struct arena *arena;
static struct test_ledger *ledger;
static struct signer *signer;
static struct leadership leadership;
static struct web_sink *sink; /* the former leader */
static struct fetch *fetch;
static struct error error;

/* Of an epoch that began at size 1. */
static void given_signed(void)
{
    uint8_t verifier[32];
    struct log_key key = {.verifier_key = {verifier, sizeof(verifier)}};
    const struct log_identity identity = {
        .name = text_lit(NAME), .origin = text_lit(NAME "/e1"), .keys = {&key, 1}, .since = 1};
    const struct signer_settings settings = {
        .home = ledger->home,
        .log = ledger->log,
        .keyring = ledger->keyring,
        .identity = &identity};

    keyring_verifier_key(ledger->keyring, verifier);
    expect_ok(leadership_begin(&leadership, ledger->home, &identity, &error), &error);
    expect_ok(signer_open(&settings, &signer, &error), &error);
    expect_ok(signer_sign(signer, &error), &error);
}

static void set_up(void)
{
    struct fetch_server server = {.ca_file = {NULL, 0}};

    arena = arena_new(1 << 20);
    ledger = make_ledger();
    for (unsigned i = 0; i < 2; i++)
        given_event(
            ledger, &refusals_summarised_event, make_id(1), UUID_NONE,
            &(struct refusals_summarised){ledger->now, ledger->now, 1});
    given_committed(ledger);
    leadership = (struct leadership){.home = NULL};
    given_signed();
    sink = web_sink_new();
    server.url = text_format(arena, "http://127.0.0.1:%d", web_sink_port(sink));
    must(fetch_open(&server, &fetch, &error) == STATUS_OK);
}

static void tear_down(void)
{
    fetch_close(fetch);
    web_sink_free(sink);
    signer_close(signer);
    leadership_end(&leadership);
    end_ledger(ledger);
    arena_free(arena);
}

/* Who leads that epoch. */
static enum status told(int64_t epoch)
{
    const struct herald_parts parts = {ledger->log, signer, &leadership};

    return herald_tell(&parts, epoch, fetch, &error);
}

static void a_server_that_takes_no_more_changes_has_heard(void)
{
    web_sink_answer(sink, "200 OK", "{\"epoch\":0,\"isSuperseded\":true}");
    expect_ok(told(0), &error);
}

static void one_that_leads_all_the_same_has_not(void)
{
    web_sink_answer(sink, "200 OK", "{\"epoch\":2,\"isSuperseded\":false}");
    expect_status(told(0), STATUS_CONFLICT, &error);
    expect_text(text_from(error.code), "not_superseded");
    web_sink_answer(sink, "200 OK", "[]");
    expect_status(told(0), STATUS_CONFLICT, &error);
}

/* Whoever led before may not know the keys of the newest. */
static void the_first_checkpoint_of_the_epoch_is_shown_where_it_was_kept(void)
{
    given_event(
        ledger, &refusals_summarised_event, make_id(1), UUID_NONE,
        &(struct refusals_summarised){ledger->now, ledger->now, 1});
    given_committed(ledger);
    expect_ok(signer_catch_up(signer, &error), &error);
    expect_ok(signer_sign(signer, &error), &error);
    web_sink_answer(sink, "200 OK", "{\"isSuperseded\":true}");
    expect_ok(told(0), &error);
    expect_ok(told(1), &error);   /* of which none is kept */
    must(web_sink_wait(sink, 2)); /* it keeps a request after it has answered */
    expect(strstr(web_sink_request(sink, 0), NAME "/e1\\n2\\n") != NULL);
    expect(strstr(web_sink_request(sink, 1), NAME "/e1\\n3\\n") != NULL);
}

static void a_server_that_is_away_does_not_refuse(void)
{
    web_sink_answer(sink, "400 Bad Request", "{\"code\":\"succession_unproved\"}");
    expect_status(told(1), STATUS_INVALID, &error);
    expect(herald_is_refusal(fetch, &error));
    web_sink_free(sink);
    sink = NULL;
    expect_status(told(1), STATUS_UNAVAILABLE, &error);
    expect(!herald_is_refusal(fetch, &error));
    atomic_store(&leadership.since, 2); /* nothing is signed beyond */
    expect_status(told(1), STATUS_UNAVAILABLE, &error);
    expect(!herald_is_refusal(fetch, &error));
}

static const struct test tests[] = {
    TEST(a_server_that_takes_no_more_changes_has_heard),
    TEST(one_that_leads_all_the_same_has_not),
    TEST(the_first_checkpoint_of_the_epoch_is_shown_where_it_was_kept),
    TEST(a_server_that_is_away_does_not_refuse),
};
const struct suite test_herald_suite =
    SUITE_WITH("replay/herald", tests, .set_up = set_up, .tear_down = tear_down);
