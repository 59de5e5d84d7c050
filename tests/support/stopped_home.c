/*
 * What a server does to a home, without one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/stopped_home.h"

#include "commands/fold.h"
#include "core/base/heap.h"
#include "core/base/must.h"
#include "eventlog/ledger_index.h"
#include "projections/build.h"
#include "projections/sets.h"
#include "replay/verify.h"
#include "tests/support/expect.h"
#include "tests/support/ledger.h"
#include "tests/support/postgres.h"
#include "tests/support/story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_SAID = 1 << 20 };

static void need(enum status status, const struct error *error)
{
    if (status == STATUS_OK)
        return;
    fprintf(stderr, "a test cannot be set up: %s: %s\n", error->code, error->text);
    abort();
}

void given_derived(const char *home, struct ledger *log)
{
    struct model *model = NULL;
    struct ledger_index *index = NULL;
    struct error error = {0};
    size_t added = 1;

    need(model_open(home, fold_fingerprint(), &model, &error), &error);
    need(fold_catch_up(model, log, ledger_size(log), NULL, NULL, &error), &error);
    model_close(model);
    need(ledger_index_open(home, log, false, &index, &error), &error);
    while (added > 0)
        need(ledger_index_catch_up(index, 1000, &added, &error), &error);
    ledger_index_close(index);
}

/* Live, batch by batch. */
static void given_served(struct stopped_home *home, const struct test_ledger *ledger)
{
    struct build *build = NULL;
    struct error error = {0};
    char schema[32];
    size_t applied = 1;

    sets_fingerprint(schema);
    need(build_open(home->db, schema, ledger->log, ledger->keyring, &build, &error), &error);
    while (applied > 0)
        need(build_step(build, 100, &applied, &error), &error);
    need(build_serve(build, NULL, &error), &error);
    build_close(build);
}

struct stopped_home *make_stopped_home(unsigned chapters)
{
    struct stopped_home *home = heap_new(sizeof(*home));
    struct test_ledger *ledger = make_ledger();
    struct error error = {0};

    home->arena = arena_new(64 << 20);
    home->settings = (struct data_dir_settings){
        .path = ledger->home,
        .conninfo = text_from(make_database()),
        .secret = text_lit("a secret of tests"),
    };
    need(db_open(home->settings.conninfo.data, 10, 0, &home->db, &error), &error);
    given_opening(ledger);
    for (unsigned i = 0; i < chapters; i++)
        given_chapter(ledger, i);
    given_committed(ledger);
    given_derived(ledger->home, ledger->log);
    given_served(home, ledger);
    end_ledger(ledger);
    return home;
}

void end_stopped_home(struct stopped_home *home)
{
    if (home == NULL)
        return;
    db_close(home->db);
    arena_free(home->arena);
    heap_free(home);
}

/* Both streams into a file, until it is given back. */
struct diverted {
    FILE *file;
    int out;
    int err;
};

static struct diverted divert(void)
{
    struct diverted diverted = {tmpfile(), dup(STDOUT_FILENO), dup(STDERR_FILENO)};

    must(diverted.file != NULL && diverted.out >= 0 && diverted.err >= 0);
    fflush(stdout);
    must(dup2(fileno(diverted.file), STDOUT_FILENO) >= 0);
    must(dup2(fileno(diverted.file), STDERR_FILENO) >= 0);
    return diverted;
}

static struct text give_back(struct diverted *diverted, struct arena *arena)
{
    char *said = arena_take(arena, MOST_SAID);
    size_t size;

    fflush(stdout);
    must(dup2(diverted->out, STDOUT_FILENO) >= 0 && dup2(diverted->err, STDERR_FILENO) >= 0);
    close(diverted->out);
    close(diverted->err);
    rewind(diverted->file);
    size = fread(said, 1, MOST_SAID - 1, diverted->file);
    fclose(diverted->file);
    return (struct text){said, size};
}

struct printout
printout_of(struct stopped_home *home, int (*run)(const struct data_dir_settings *settings))
{
    struct diverted diverted = divert();
    struct printout printout = {.code = run(&home->settings)};

    printout.said = give_back(&diverted, home->arena);
    return printout;
}

bool printout_says(struct printout printout, const char *part)
{
    return text_contains(printout.said, text_from(part));
}

void expect_says(struct printout printout, const char *part)
{
    bool says = printout_says(printout, part);

    if (!says)
        printf("\nwanted: %s\nin: %.*s\n", part, TEXT_ARGS(printout.said));
    expect(says);
}

int verify_all(const struct data_dir_settings *settings)
{
    const struct verify_options options = {.json = OPT_FALSE, .bodies = INT64_ABSENT};

    return verify_run(settings, &options);
}

struct text look_at(struct stopped_home *home, const char *query)
{
    struct error error = {0};
    struct text value = {NULL, 0};

    need(db_value(home->db, home->arena, query, &value, &error), &error);
    return value;
}

void given_sql(struct stopped_home *home, const char *script)
{
    struct error error = {0};

    need(db_script(home->db, script, &error), &error);
}

struct text served_schema(struct stopped_home *home)
{
    return look_at(home, "select schema from fleetledger.serving");
}

struct text served_digest(struct stopped_home *home)
{
    struct text schema = served_schema(home);
    struct text all = text_lit("");

    for (size_t i = 0; projector_catalog[i] != NULL; i++) {
        for (size_t j = 0; projector_catalog[i]->tables[j] != NULL; j++) {
            const char *table = projector_catalog[i]->tables[j]->name;
            struct text query = text_format(
                home->arena,
                "select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by id)), '')"
                " from %s.\"%s\" t",
                schema.data, table);
            all = text_format(
                home->arena, "%.*s%s %.*s\n", TEXT_ARGS(all), table,
                TEXT_ARGS(look_at(home, query.data)));
        }
    }
    return all;
}
