/*
 * Verify is itself verified: whatever is changed, it is named.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/fold.h"
#include "core/base/must.h"
#include "eventlog/ledger.h"
#include "eventlog/model.h"
#include "eventlog/seal.h"
#include "projections/projector.h"
#include "replay/exit_codes.h"
#include "replay/verify.h"
#include "tests/support/expect.h"
#include "tests/support/harm.h"
#include "tests/support/stopped_home.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHAPTERS = 3 }; /* more than a batch */

static struct stopped_home *home;

static void set_up(void)
{
    home = make_stopped_home(CHAPTERS);
}

static void tear_down(void)
{
    end_stopped_home(home);
}

static int run_ledger_only(const struct data_dir_settings *settings)
{
    const struct verify_options options = {.ledger_only = OPT_TRUE, .bodies = INT64_ABSENT};

    return verify_run(settings, &options);
}

static int run_json(const struct data_dir_settings *settings)
{
    const struct verify_options options = {.json = OPT_TRUE, .bodies = INT64_ABSENT};

    return verify_run(settings, &options);
}

/* It names the part and what of it, and ends with the code for that. */
static void expect_named(const char *part, const char *what)
{
    struct printout printout = printout_of(home, verify_all);

    expect_says(printout, part);
    expect_says(printout, what);
    expect_int64(printout.code, EXIT_DIFFERS);
    expect_says(printout, "It does not hold");
}

static void expect_nothing_left_behind(void)
{
    struct text workspace = text_format(home->arena, "%s/verify", home->settings.path);

    expect(access(workspace.data, F_OK) != 0);
    expect_text(
        look_at(home, "select count(*) from pg_namespace where nspname = 'set_verify'"), "0");
    expect_text(
        look_at(home, "select count(*) from fleetledger.sets where schema = 'set_verify'"), "0");
}

static void what_a_server_left_holds(void)
{
    struct printout printout = printout_of(home, verify_all);

    expect_says(printout, "All of it holds.");
    expect_int64(printout.code, EXIT_HOLDS);
    expect_says(printout, "ledger       ok");
    expect_says(printout, "keys         ok");
    expect_says(printout, "write model  ok");
    expect_says(printout, "index        ok");
    expect_says(printout, "read models  ok");
    expect_nothing_left_behind();
}

/* Rows. */

/* Another value than the column's, whatever that is. */
static const char *other_value(const struct field *field)
{
    switch (field->kind) {
    case KIND_UUID:
        return "gen_random_uuid()";
    case KIND_TEXT:
    case KIND_ENUM:
    case KIND_PERSONAL:
        return "coalesce(%s, '') || 'x'";
    case KIND_TIMESTAMP:
        return "coalesce(%s, now()) + interval '1 microsecond'";
    case KIND_INT64:
    case KIND_DOUBLE:
        return "coalesce(%s, 0) + 1";
    case KIND_BOOL:
        return "not coalesce(%s, false)";
    case KIND_BYTES:
        return "coalesce(%s, '') || '\\x00'";
    case KIND_JSON:
    case KIND_OBJECT:
    case KIND_LIST:
        return "case when %s is null then '{\"a\":1}'::jsonb end";
    case KIND_COUNT:
        break;
    }
    must(false);
    return NULL;
}

/* The value's expression, with the column in its place. */
static struct text changed(const struct field *field)
{
    struct text column = text_format(home->arena, "\"%s\"", field->name);
    struct text rest = text_from(other_value(field));
    size_t at = text_find(rest, '%', 0);

    if (at == rest.size)
        return rest;
    return text_format(
        home->arena, "%.*s%s%s", (int)at, rest.data, column.data, rest.data + at + 2);
}

static struct text first_id(const struct table *table)
{
    return look_at(
        home,
        text_format(
            home->arena, "select min(id::text) from %s.%s", served_schema(home).data, table->name)
            .data);
}

static void given_changed(const struct table *table, const struct field *field, struct text id)
{
    given_sql(
        home, text_format(
                  home->arena, "update %s.%s set \"%s\" = %s where id = '%s'",
                  served_schema(home).data, table->name, field->name, changed(field).data, id.data)
                  .data);
}

static void each_table(void (*visit)(const struct table *table))
{
    for (size_t i = 0; projector_catalog[i] != NULL; i++) {
        for (size_t j = 0; projector_catalog[i]->tables[j] != NULL; j++)
            visit(projector_catalog[i]->tables[j]);
    }
}

static void given_every_column_changed(const struct table *table)
{
    struct text id = first_id(table);

    for (size_t i = 1; i < table->shape->count; i++)
        given_changed(table, &table->shape->fields[i], id);
}

static struct printout printed;

static void expect_every_column_named(const struct table *table)
{
    struct text line = text_format(home->arena, "%s %s: ", table->name, first_id(table).data);

    for (size_t i = 1; i < table->shape->count; i++)
        line = text_format(
            home->arena, "%s%s%s", line.data, i == 1 ? "" : ", ", table->shape->fields[i].name);
    expect_says(printed, line.data);
}

static void every_changed_column_of_every_table_is_named(void)
{
    each_table(given_every_column_changed);
    printed = printout_of(home, verify_all);
    expect_int64(printed.code, EXIT_DIFFERS);
    each_table(expect_every_column_named);
    expect_says(printed, "write model  ok");
    expect_nothing_left_behind();
}

static void given_a_row_missing(const struct table *table)
{
    given_sql(
        home, text_format(
                  home->arena, "delete from %s.%s where id = '%s'", served_schema(home).data,
                  table->name, first_id(table).data)
                  .data);
}

static void a_missing_row_of_every_table_is_named(void)
{
    struct text lines = text_lit("");
    struct text rest;

    for (size_t i = 0; projector_catalog[i] != NULL; i++) {
        for (size_t j = 0; projector_catalog[i]->tables[j] != NULL; j++)
            lines = text_format(
                home->arena, "%s%s %s: the row is missing\n", lines.data,
                projector_catalog[i]->tables[j]->name,
                first_id(projector_catalog[i]->tables[j]).data);
    }
    each_table(given_a_row_missing);
    printed = printout_of(home, verify_all);
    expect_int64(printed.code, EXIT_DIFFERS);
    rest = lines;
    while (rest.size > 0) {
        struct text line = text_cut(&rest, '\n');
        expect_says(printed, text_c(home->arena, line));
    }
}

static void a_row_that_no_event_made_is_named(void)
{
    given_sql(
        home, text_format(
                  home->arena,
                  "insert into %s.memberships (id) values ('01234567-89ab-7def-8123-456789abcdef')",
                  served_schema(home).data)
                  .data);
    expect_named(
        "read models  differs",
        "memberships 01234567-89ab-7def-8123-456789abcdef: a row that no event made");
}

static void a_row_that_is_there_twice_is_named(void)
{
    const char *schema = served_schema(home).data;

    given_sql(
        home, text_format(
                  home->arena,
                  "alter table %s.events drop constraint events_pkey;"
                  "insert into %s.events select * from %s.events order by id limit 1",
                  schema, schema, schema)
                  .data);
    expect_named("read models  differs", "events: 1 rows repeated");
}

static void many_differences_are_counted(void)
{
    const char *schema = served_schema(home).data;
    struct text all =
        look_at(home, text_format(home->arena, "select count(*) - 20 from %s.events", schema).data);

    given_sql(home, text_format(home->arena, "update %s.events set message = 'x'", schema).data);
    expect_named("read models  differs", text_format(home->arena, "and %s more", all.data).data);
}

static void a_table_or_column_that_is_gone_is_named(void)
{
    const char *schema = served_schema(home).data;

    given_sql(
        home, text_format(
                  home->arena, "drop table %s.events; alter table %s.users drop column email",
                  schema, schema)
                  .data);
    expect_named("events: relation", "users: column a.email does not exist");
}

static void absent_read_models_are_no_difference(void)
{
    struct printout printout;

    given_sql(home, "delete from fleetledger.serving");
    printout = printout_of(home, verify_all);
    expect_int64(printout.code, EXIT_HOLDS);
    expect_says(printout, "read models  absent");
    expect_says(printout, "there are none; they are built at the next start");
    expect_says(printout, "What is there holds; what is absent is made again when it is needed.");
}

static void a_set_that_another_ledger_made_is_named(void)
{
    given_sql(home, "update fleetledger.sets set root = decode(repeat('00', 32), 'hex')");
    expect_named("read models  differs", "it was not made from this ledger");
}

static void a_set_of_another_version_is_not_judged(void)
{
    struct printout printout;

    given_sql(home, "update fleetledger.sets set fingerprint = 'set_0123456789ab'");
    printout = printout_of(home, verify_all);
    expect_says(printout, "read models  unchecked");
    expect_int64(printout.code, EXIT_TROUBLE);
}

/* Environments. */

static void given_pair_changed(const char *file, struct store_table_spec spec, uint64_t n)
{
    harm_pair(home->settings.path, file, spec, n, harm_flip_middle);
}

static void expect_bit_of_ledger_named(const char *table, uint64_t n, const char *what)
{
    given_pair_changed("ledger.mdb", (struct store_table_spec){table, 0}, n);
    expect_named("ledger       damaged", what);
}

static void a_bit_of_an_entry_is_named(void)
{
    expect_bit_of_ledger_named("entries", 17, "position 17: ");
}

static void a_bit_of_a_body_is_named(void)
{
    expect_bit_of_ledger_named("bodies", 23, "position 23: the body does not fit its digest");
}

static void a_bit_of_a_hash_is_named(void)
{
    expect_bit_of_ledger_named("hashes", 2, "position 1: the entry does not fit its hashes");
}

static void a_bit_of_the_mark_is_named(void)
{
    given_pair_changed("ledger.mdb", (struct store_table_spec){"meta", 0}, 0);
    expect_named("ledger       damaged", "ledger");
}

static void a_bit_of_a_key_is_named(void)
{
    /* The first four are the installation's own. */
    given_pair_changed("keys.mdb", (struct store_table_spec){"keys", 0}, 4);
    expect_named("read models  damaged", "keys.mdb: a key is damaged");
}

static void keys_that_are_lost_are_counted(void)
{
    harm_pair(home->settings.path, "keys.mdb", (struct store_table_spec){"keys", 0}, 4, NULL);
    expect_named("read models  damaged", "sealed under keys that keys.mdb never held");
}

static void expect_bit_of_model_named(const char *table)
{
    struct text named = text_format(home->arena, "- %s ", table);

    given_pair_changed("model.mdb", (struct store_table_spec){table, 0}, 1);
    expect_named("write model  differs", named.data);
}

static void a_bit_of_a_state_is_named(void)
{
    expect_bit_of_model_named("state");
}

static void a_bit_of_a_claim_is_named(void)
{
    expect_bit_of_model_named("claims");
}

static void a_bit_of_a_link_is_named(void)
{
    expect_bit_of_model_named("links");
}

static void a_bit_of_a_revision_is_named(void)
{
    expect_bit_of_model_named("streams");
}

/* All of its pairs are right, but it says that it comes from elsewhere. */
static void a_model_that_another_ledger_made_is_named(void)
{
    struct model *model = NULL;
    struct digest root;

    must(model_open(home->settings.path, fold_fingerprint(), &model, NULL) == STATUS_OK);
    root = model_root(model);
    root.bytes[0] ^= 0x01;
    model_mark(model, model_size(model), root);
    must(model_commit(model, NULL) == STATUS_OK);
    model_close(model);
    expect_named("write model  differs", "was not folded from this ledger");
}

static void a_bit_of_an_index_pair_is_named(void)
{
    given_pair_changed("index.mdb", (struct store_table_spec){"pairs", STORE_DUPLICATES}, 40);
    expect_named("index        differs", "of the event at position");
}

static void a_bit_of_the_indexs_mark_is_named(void)
{
    given_pair_changed("index.mdb", (struct store_table_spec){"meta", 0}, 0);
    expect_named("index        damaged", "index.mdb was not made from this ledger, or is damaged");
}

/* Pages of the file, made into nonsense: trees that lead anywhere. */
static void given_pages_overwritten(const char *file)
{
    struct text path = text_format(home->arena, "%s/%s", home->settings.path, file);
    int descriptor = open(path.data, O_WRONLY | O_CLOEXEC);
    char page[4096];
    struct stat st;

    memset(page, 0xa5, sizeof(page));
    must(descriptor >= 0 && fstat(descriptor, &st) == 0);
    for (off_t at = 2 * (off_t)sizeof(page); at < st.st_size; at += 2 * (off_t)sizeof(page))
        must(pwrite(descriptor, page, sizeof(page), at) == (ssize_t)sizeof(page));
    close(descriptor);
}

static void a_broken_tree_of_the_ledger_is_named(void)
{
    given_pages_overwritten("ledger.mdb");
    expect_named("ledger       damaged", "read models  unchecked");
}

static void a_broken_tree_of_the_model_is_named(void)
{
    given_pages_overwritten("model.mdb");
    expect_named("write model  damaged", "read models  ok");
}

static void a_broken_tree_of_the_index_is_named(void)
{
    given_pages_overwritten("index.mdb");
    expect_named("index        damaged", "read models  ok");
}

/* Surroundings. */

static void what_is_made_anew_anyway_may_be_absent(void)
{
    struct printout printout;

    unlink(text_format(home->arena, "%s/model.mdb", home->settings.path).data);
    unlink(text_format(home->arena, "%s/index.mdb", home->settings.path).data);
    printout = printout_of(home, verify_all);
    expect_says(printout, "write model  absent");
    expect_says(printout, "index        absent");
    expect_int64(printout.code, EXIT_HOLDS);
}

/* As after an update of the program, before its first start. */
static void what_another_version_made_is_not_judged(void)
{
    const struct store_table_spec meta = {"meta", 0};
    struct printout printout;

    harm_pair(home->settings.path, "model.mdb", meta, 0, harm_raise_format);
    harm_pair(home->settings.path, "index.mdb", meta, 0, harm_raise_format);
    printout = printout_of(home, verify_all);
    expect_says(printout, "write model  absent     0 events: model.mdb is another version's");
    expect_says(printout, "index        absent     0 events: index.mdb is another version's");
    expect_int64(printout.code, EXIT_HOLDS);
}

static void the_ledger_alone_needs_no_database(void)
{
    struct printout printout;

    home->settings.conninfo = text_lit("host=/nowhere");
    printout = printout_of(home, run_ledger_only);
    expect_int64(printout.code, EXIT_HOLDS);
    expect_says(printout, "ledger       ok");
    expect(!printout_says(printout, "read models"));
}

static void without_a_database_the_rest_is_checked(void)
{
    struct printout printout;

    home->settings.conninfo = text_lit("host=/nowhere");
    printout = printout_of(home, verify_all);
    expect_int64(printout.code, EXIT_TROUBLE);
    expect_says(printout, "index        ok");
    expect_says(printout, "read models  unchecked");
}

static void keys_that_are_missing_are_not_made_anew(void)
{
    const char *path = text_format(home->arena, "%s/keys.mdb", home->settings.path).data;
    struct printout printout;

    must(unlink(path) == 0);
    printout = printout_of(home, verify_all);
    expect_int64(printout.code, EXIT_TROUBLE);
    expect_says(printout, "keys.mdb is missing");
    expect(access(path, F_OK) != 0);
}

static void keys_that_were_emptied_are_not_made_anew(void)
{
    const char *path = text_format(home->arena, "%s/keys.mdb", home->settings.path).data;
    struct printout printout;
    struct stat file;

    must(truncate(path, 0) == 0);
    printout = printout_of(home, verify_all);
    expect_int64(printout.code, EXIT_TROUBLE);
    expect_says(printout, "keys.mdb is missing or empty");
    expect(stat(path, &file) == 0 && file.st_size == 0);
}

static void keys_of_another_ledger_are_refused(void)
{
    const char *path = text_format(home->arena, "%s/keys.mdb", home->settings.path).data;
    struct keyring *others = NULL;
    struct printout printout;

    must(unlink(path) == 0);
    must(
        keyring_open(home->settings.path, home->settings.secret, false, &others, NULL) ==
        STATUS_OK);
    keyring_close(others);
    printout = printout_of(home, verify_all);
    expect_int64(printout.code, EXIT_DIFFERS);
    expect_says(printout, "the installation's own keys are another ledger's");
    expect_says(printout, "was not made with this ledger");
}

static void a_home_without_a_ledger_is_trouble(void)
{
    struct printout printout;

    home->settings.path = make_directory();
    printout = printout_of(home, verify_all);
    expect_int64(printout.code, EXIT_TROUBLE);
    expect_says(printout, "There is no ledger in");
}

static void programs_get_json(void)
{
    struct printout printout;

    given_sql(
        home,
        text_format(home->arena, "update %s.users set email = 'x'", served_schema(home).data).data);
    printout = printout_of(home, run_json);
    expect_int64(printout.code, EXIT_DIFFERS);
    expect_says(printout, "{\"verdict\":\"differs\",\"parts\":[{\"part\":\"ledger\"");
    expect_says(printout, ": email\"");
}

static const struct test tests[] = {
    TEST(what_a_server_left_holds),
    TEST(every_changed_column_of_every_table_is_named),
    TEST(a_missing_row_of_every_table_is_named),
    TEST(a_row_that_no_event_made_is_named),
    TEST(a_row_that_is_there_twice_is_named),
    TEST(many_differences_are_counted),
    TEST(a_table_or_column_that_is_gone_is_named),
    TEST(absent_read_models_are_no_difference),
    TEST(a_set_that_another_ledger_made_is_named),
    TEST(a_set_of_another_version_is_not_judged),
    TEST(a_bit_of_an_entry_is_named),
    TEST(a_bit_of_a_body_is_named),
    TEST(a_bit_of_a_hash_is_named),
    TEST(a_bit_of_the_mark_is_named),
    TEST(a_bit_of_a_key_is_named),
    TEST(keys_that_are_lost_are_counted),
    TEST(a_bit_of_a_state_is_named),
    TEST(a_bit_of_a_claim_is_named),
    TEST(a_bit_of_a_link_is_named),
    TEST(a_bit_of_a_revision_is_named),
    TEST(a_model_that_another_ledger_made_is_named),
    TEST(a_bit_of_an_index_pair_is_named),
    TEST(a_bit_of_the_indexs_mark_is_named),
    TEST(a_broken_tree_of_the_ledger_is_named),
    TEST(a_broken_tree_of_the_model_is_named),
    TEST(a_broken_tree_of_the_index_is_named),
    TEST(what_is_made_anew_anyway_may_be_absent),
    TEST(what_another_version_made_is_not_judged),
    TEST(the_ledger_alone_needs_no_database),
    TEST(without_a_database_the_rest_is_checked),
    TEST(keys_that_are_missing_are_not_made_anew),
    TEST(keys_that_were_emptied_are_not_made_anew),
    TEST(keys_of_another_ledger_are_refused),
    TEST(a_home_without_a_ledger_is_trouble),
    TEST(programs_get_json),
};
const struct suite test_verify_suite =
    SUITE_WITH("replay/verify", tests, .set_up = set_up, .tear_down = tear_down);
