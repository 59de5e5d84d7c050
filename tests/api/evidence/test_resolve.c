/*
 * Names on the command line, on the files of a home: which id each stands for, now and once; and what is said
 * where there is none, or are several.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/naming.h"
#include "api/evidence/resolve.h"
#include "api/evidence/source.h"
#include "api/settings.h"
#include "core/base/must.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "eventlog/events/workspace_events.h"
#include "eventlog/ledger_index.h"
#include "migrations/tables.h"
#include "tests/support/expect.h"
#include "tests/support/forget.h"
#include "tests/support/ledger.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { ACME = 1, BETA, WEB, OLD_WEB, DB, LOST, ANNA, BEN, EVE, EDGE, FAR_EDGE, TASK, MEMBERSHIP };
enum { MANY = 21 };

static struct test_ledger *ledger;
static char home[PATH_MAX];
static struct arena *arena;
static struct source *source;
static struct param params[4];
static struct resolving resolving;
static struct error error;
static FILE *told;
static char told_text[4096];

static void given_workspace(unsigned id, const char *slug)
{
    const struct workspace_created created = {
        .workspace_id = make_id(id), .name = text_from(slug), .slug = text_from(slug)};

    given_event(ledger, &workspace_created_event, make_id(id), make_id(id), &created);
}

static void given_node(unsigned id, unsigned workspace, const char *hostname)
{
    const struct node_added added = {
        .node_id = make_id(id), .name = text_lit("A node"), .hostname = text_from(hostname)};

    given_event(ledger, &node_added_event, make_id(id), make_id(workspace), &added);
}

static void given_user(unsigned id, const char *email)
{
    const struct user_created created = {
        .user_id = make_id(id),
        .email = {.text = text_from(email)},
        .name = {.text = text_lit("Somebody")},
    };

    given_event(ledger, &user_created_event, make_id(id), UUID_NONE, &created);
}

static void given_address(unsigned id, const char *email)
{
    const struct user_updated updated = {
        .user_id = make_id(id), .email = {.text = text_from(email)}};

    given_event(ledger, &user_updated_event, make_id(id), UUID_NONE, &updated);
}

static void given_team(unsigned id, unsigned workspace, const char *name)
{
    const struct team_created created = {
        .team_id = make_id(id), .workspace_id = make_id(workspace), .name = text_from(name)};

    given_event(ledger, &team_created_event, make_id(id), make_id(workspace), &created);
}

/* web-1 is removed and added again; anna@ becomes ann@, and ben takes her address; eve is forgotten. */
static void given_story(void)
{
    const struct node_removed old_web = {make_id(OLD_WEB)};
    const struct node_removed lost = {make_id(LOST)};
    const struct task_created task = {.task_id = make_id(TASK), .node_id = make_id(DB)};
    const struct member_added member = {
        .membership_id = make_id(MEMBERSHIP),
        .workspace_id = make_id(ACME),
        .user_id = make_id(ANNA)};

    given_workspace(ACME, "acme");
    given_workspace(BETA, "beta");
    given_node(OLD_WEB, ACME, "web-1");
    given_event(ledger, &node_removed_event, make_id(OLD_WEB), make_id(ACME), &old_web);
    given_node(WEB, ACME, "web-1");
    given_node(DB, BETA, "db-1");
    given_node(LOST, BETA, "lost-1");
    given_event(ledger, &node_removed_event, make_id(LOST), make_id(BETA), &lost);
    given_user(ANNA, "anna@example.org");
    given_address(ANNA, "ann@example.org");
    given_user(BEN, "ben@example.org");
    given_address(BEN, "anna@example.org");
    given_user(EVE, "eve@example.org");
    given_event(ledger, &member_added_event, make_id(MEMBERSHIP), make_id(ACME), &member);
    given_team(EDGE, ACME, "Edge");
    given_team(FAR_EDGE, BETA, "Edge");
    for (unsigned i = 0; i < MANY; i++)
        given_team(100 + i, BETA, "Many");
    given_event(ledger, &task_created_event, make_id(TASK), make_id(BETA), &task);
    given_committed(ledger);
    must(forget_subject(ledger->keyring, make_id(EVE), &error) == STATUS_OK);
}

/* The last events stand in no index yet. */
static void given_index(size_t events)
{
    struct ledger_index *index = NULL;
    size_t added = 0;

    must(ledger_index_open(home, ledger->log, false, &index, &error) == STATUS_OK);
    must(ledger_index_catch_up(index, events, &added, &error) == STATUS_OK);
    ledger_index_close(index);
}

static void set_up(void)
{
    static const struct settings settings;
    const struct source_options options = {.url = {NULL, 0}};
    const struct source_settings where = {
        .home = home, .secret = text_lit("a secret of tests"), .settings = &settings};

    ledger = make_ledger();
    (void)snprintf(home, sizeof(home), "%s", ledger->home);
    given_story();
    given_index(12);
    end_ledger(ledger);
    ledger = NULL;
    must(unsetenv("FLEETLEDGER_URL") == 0);
    arena = arena_new(64 << 20);
    must(source_open(&options, &where, &source, &error) == STATUS_OK);
    memset(told_text, 0, sizeof(told_text));
    told = fmemopen(told_text, sizeof(told_text), "w");
    must(told != NULL);
    resolving = (struct resolving){.source = source, .params = params, .arena = arena, .err = told};
}

static void tear_down(void)
{
    source_close(source);
    source = NULL;
    fclose(told);
    arena_free(arena);
}

/* What stands in the place of a param's value then. */
static enum status resolve(const char *name, const char *value)
{
    error = (struct error){.status = STATUS_OK};
    params[0] = (struct param){text_from(name), text_from(value)};
    resolving.count = 1;
    return resolve_names(&resolving, &error);
}

static void expect_is(const char *name, const char *value, unsigned id)
{
    char wanted[UUID_TEXT_SIZE];

    uuid_print(make_id(id), wanted);
    expect_ok(resolve(name, value), &error);
    expect_text(params[0].value, wanted);
}

static void expect_unknown(const char *name, const char *value, const char *part)
{
    expect_status(resolve(name, value), STATUS_NOT_FOUND, &error);
    expect_text(text_from(error.code), "name_unknown");
    expect_text(text_from(error.field), name);
    expect(strstr(error.text, part) != NULL);
}

static const char *told_so_far(void)
{
    fflush(told);
    return told_text;
}

static void ids_are_taken_as_they_are(void)
{
    resolving.source = NULL; /* nobody is asked */
    expect_ok(resolve("actor", "0197f000-0000-7000-8000-000000000001"), &error);
    expect_text(params[0].value, "0197f000-0000-7000-8000-000000000001");
    expect_ok(resolve("entity", "node:0197f000-0000-7000-8000-000000000001"), &error);
    expect_text(params[0].value, "0197f000-0000-7000-8000-000000000001");
    expect_ok(resolve("type", "task.*"), &error);
    expect_text(params[0].value, "task.*");
}

static void a_name_stands_for_whoever_bears_it_now(void)
{
    char old[UUID_TEXT_SIZE];

    expect_is("entity", "db-1", DB);
    expect_is("actor", "db-1", DB);
    expect_is("workspace", "ACME", ACME);
    expect_text(text_from(told_so_far()), "");
    expect_is("node", "web-1", WEB);
    expect_text(params[0].name, "entity");
    uuid_print(make_id(OLD_WEB), old);
    expect(strstr(told_so_far(), old) != NULL);
}

static void who_alone_bore_a_name_once_is_found_by_it(void)
{
    expect_is("node", "lost-1", LOST);
}

static void people_are_found_by_their_addresses_without_opening_them(void)
{
    expect_is("actor", "ann@example.org", ANNA);
    expect_is("actor", " Ben@Example.org", BEN); /* his alone, though not any more */
    expect_is("actor", "anna@example.org", BEN);
    expect_is("entity", "user:ann@example.org", ANNA);
    expect_unknown("actor", "nobody@example.org", "no user or node called \"nobody@example.org\"");
    expect_unknown("entity", "Somebody", "no entity called");
}

static void who_was_forgotten_has_no_name(void)
{
    expect_unknown("actor", "eve@example.org", "on record");
}

static void what_is_unknown_is_told_with_what_is_near(void)
{
    expect_unknown("node", "dbb-1", "did you mean db-1?");
    expect_unknown("workspace", "bet", "did you mean beta?");
    expect_unknown("node", "", "no node called \"\"");
    expect_unknown("node", "team:web-1", "called");
    expect_status(resolve("entity", "membership:mine"), STATUS_INVALID, &error);
    expect(strstr(error.text, "has no name: give its whole id") != NULL);
}

static void several_of_a_name_are_told_and_a_workspace_tells_them_apart(void)
{
    char id[UUID_TEXT_SIZE];

    expect_status(resolve("entity", "edge"), STATUS_INVALID, &error);
    expect_text(text_from(error.code), "name_ambiguous");
    uuid_print(make_id(EDGE), id);
    expect(strstr(error.text, id) != NULL);
    uuid_print(make_id(FAR_EDGE), id);
    expect(strstr(error.text, id) != NULL);
    resolving.workspace = text_lit("acme");
    expect_is("entity", "edge", EDGE);
}

static void of_very_many_who_bear_a_name_some_are_told(void)
{
    expect_status(resolve("entity", "team:many"), STATUS_INVALID, &error);
    expect(strstr(error.text, "\n  and 16 more") != NULL);
}

/* Of a workspace there is only what belongs to it. */
static void in_a_workspace_nothing_of_another_is_found(void)
{
    resolving.workspace = text_lit("acme");
    expect_is("actor", "ann@example.org", ANNA);
    resolving.workspace = text_lit("acme");
    expect_unknown("actor", "ben@example.org", "on record");
    resolving.workspace = text_lit("acme");
    expect_unknown("node", "db-1", "on record");
    expect(strstr(error.text, "db-1?") == NULL);
    resolving.workspace = text_lit("beta");
    expect_unknown("actor", "ann@example.org", "on record");
}

static void last_digits_stand_for_an_id(void)
{
    char id[UUID_TEXT_SIZE];

    uuid_print(make_id(TASK), id);
    expect_is("entity", id + strlen(id) - 8, TASK);
    expect_is("entity", id + strlen(id) - 17, TASK); /* with a dash */
    uuid_print(make_id(WEB), id);
    expect_is("node", id + strlen(id) - 12, WEB);
    expect_unknown("node", id + strlen(id) - 7, "called");
    resolving.workspace = text_lit("acme");
    uuid_print(make_id(TASK), id);
    expect_unknown("entity", id + strlen(id) - 8, "called");
}

static void one_entity_is_asked_for_by_one_flag(void)
{
    params[1] =
        (struct param){text_lit("entity"), text_lit("0197f000-0000-7000-8000-000000000001")};
    params[0] = (struct param){text_lit("node"), text_lit("web-1")};
    resolving.count = 2;
    expect_status(resolve_names(&resolving, &error), STATUS_INVALID, &error);
    expect(strstr(error.text, "--node is short for --entity") != NULL);
}

/* What the table of names says of events, they have. */
static void every_naming_names_fields_that_its_event_has(void)
{
    for (const struct naming *naming = namings; naming->kind != NULL; naming++) {
        bool is_kind = false;
        for (size_t i = 0; table_entities[i] != NULL; i++)
            is_kind = is_kind || strcmp(table_entities[i], naming->kind) == 0;
        expect(is_kind);
        for (size_t i = 0; i < COUNT_OF(naming->names) && naming->names[i] != NULL; i++) {
            const struct field *field =
                shape_field(naming->type->shape, text_from(naming->names[i]));
            expect(
                field != NULL && (field->kind == KIND_TEXT ||
                                  (field->kind == KIND_PERSONAL && field->digest == DIGEST_EMAIL)));
        }
    }
}

static const struct test tests[] = {
    TEST(ids_are_taken_as_they_are),
    TEST(a_name_stands_for_whoever_bears_it_now),
    TEST(who_alone_bore_a_name_once_is_found_by_it),
    TEST(people_are_found_by_their_addresses_without_opening_them),
    TEST(who_was_forgotten_has_no_name),
    TEST(what_is_unknown_is_told_with_what_is_near),
    TEST(several_of_a_name_are_told_and_a_workspace_tells_them_apart),
    TEST(of_very_many_who_bear_a_name_some_are_told),
    TEST(in_a_workspace_nothing_of_another_is_found),
    TEST(last_digits_stand_for_an_id),
    TEST(one_entity_is_asked_for_by_one_flag),
    TEST(every_naming_names_fields_that_its_event_has),
};

const struct suite test_resolve_suite =
    SUITE_WITH("api/evidence/resolve", tests, .set_up = set_up, .tear_down = tear_down);
