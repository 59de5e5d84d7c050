/*
 * Settings: where they come from, in which order, and what is said of a bad one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/config/config.h"
#include "tests/support/expect.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const levels[] = {"debug", "info", NULL};

static bool is_even(struct text value)
{
    return value.size % 2 == 0;
}

struct options {
    struct text database_url;
    int64_t port;
    struct opt_bool quiet;
    struct enum_value level;
    struct list origins;
    struct text secret;
    struct text even;
    struct text certificate_file;
};

static const struct field options_fields[] = {
    {TEXT(options, database_url), .tag = 1, .flags = REQUIRED, .max = 30, .doc = "Where."},
    {INT64(options, port), .tag = 2, .flags = HAS_FALLBACK, .min = 1, .max = 65535,
     .fallback = 3000, .doc = "Port | door."},
    {BOOL(options, quiet), .tag = 3, .flags = HAS_FALLBACK, .fallback = 2, .doc = "Hush."},
    {ENUM(options, level, levels), .tag = 4, .flags = HAS_FALLBACK, .fallback = 2,
     .doc = "How much."},
    {LIST_OF(options, origins, KIND_TEXT), .tag = 5, .doc = "From where."},
    {TEXT(options, secret), .tag = 6, .flags = SECRET, .min = 16, .doc = "Hidden."},
    {TEXT(options, even), .tag = 7, .accepts = is_even, .rule = "it must be even", .doc = "Even."},
    {TEXT(options, certificate_file), .tag = 8, .doc = "A path."},
};
static const struct shape options_shape = SHAPE(options, "Options.");

static const struct setting rows[] = {
    {"database_url", "T_DATABASE_URL", NULL},
    {"port", "T_PORT", "T_OLD_PORT"},
    {"quiet", "T_QUIET", NULL},
    {"level", "T_LEVEL", NULL},
    {"origins", "T_ORIGINS", NULL},
    {"secret", "T_SECRET", NULL},
    {"even", "T_EVEN", NULL},
    {"certificate_file", "T_CERTIFICATE_FILE", NULL},
};
static const char *const ignored_names[] = {"T_SALT", "T_PEPPER", NULL};
static const struct setting_precedence precedences[] = {{"port", "even"}, {NULL, NULL}};
static const struct config config = {
    &options_shape, rows, COUNT_OF(rows), ignored_names, precedences};

static struct arena *arena;
static struct options options;
static struct config_found found;
static const struct kept_setting *kept;
static size_t kept_count;
static struct error error;

static void given_only_a_database(void)
{
    static const char *const all[] = {
        "T_PORT",
        "T_OLD_PORT",
        "T_QUIET",
        "T_LEVEL",
        "T_ORIGINS",
        "T_SECRET",
        "T_EVEN",
        "T_SALT",
        "T_PEPPER",
        "T_PORT_FILE",
        "T_SECRET_FILE",
        "T_CERTIFICATE_FILE",
        "T_DATABASE_URL_FILE"};

    for (size_t i = 0; i < COUNT_OF(all); i++)
        unsetenv(all[i]);
    setenv("T_DATABASE_URL", "postgres:///x", 1);
    arena = arena_new(1 << 20);
    options = (struct options){.port = -1};
    error = (struct error){0};
    kept = NULL;
    kept_count = 0;
}

static void free_the_arena(void)
{
    arena_free(arena);
}

static const char *make_file(const char *content)
{
    const char *path = text_format(arena, "%s/value", make_directory()).data;
    FILE *file = fopen(path, "w");

    fputs(content, file);
    fclose(file);
    return path;
}

enum { MOST_ARGS = 4 };

static enum status read_args(const char *const given[MOST_ARGS])
{
    char args[MOST_ARGS][64];
    char *pointers[MOST_ARGS];
    int count = 0;

    for (; count < MOST_ARGS && given[count] != NULL; count++) {
        snprintf(args[count], sizeof(args[count]), "%s", given[count]);
        pointers[count] = args[count];
    }
    return config_read(
        &config,
        &(const struct config_given){
            .arg_count = count, .args = pointers, .kept = kept, .kept_count = kept_count},
        arena, &options, &found, &error);
}

#define READ(...) read_args((const char *const[MOST_ARGS]){__VA_ARGS__})

static void fallbacks_stand_where_nothing_is_given(void)
{
    expect_ok(READ(NULL), &error);
    expect_text(options.database_url, "postgres:///x");
    expect_int64(options.port, 3000);
    expect(!opt_bool_is_true(options.quiet));
    expect_int64(options.level.is, 2);
    expect(!text_is_present(options.secret));
    expect_int64(found.ignored_count, 0);
}

static void a_flag_wins_over_the_environment_and_that_over_a_file(void)
{
    setenv("T_PORT_FILE", make_file("30\n"), 1);
    expect_ok(READ(NULL), &error);
    expect_int64(options.port, 30);
    setenv("T_OLD_PORT", "40", 1);
    expect_ok(READ(NULL), &error);
    expect_int64(options.port, 40);
    setenv("T_PORT", "50", 1);
    expect_ok(READ(NULL), &error);
    expect_int64(options.port, 50);
    expect_ok(READ("--t-port=60"), &error);
    expect_int64(options.port, 60);
    expect_ok(READ("--t-old-port", "70"), &error);
    expect_int64(options.port, 70);
}

static void a_yes_or_no_needs_no_value(void)
{
    expect_ok(READ("--t-quiet", "--t-level=debug"), &error);
    expect(opt_bool_is_true(options.quiet));
    expect_int64(options.level.is, 1);
    expect_ok(READ("--t-quiet=false"), &error);
    expect(!opt_bool_is_true(options.quiet));
}

static void a_list_has_commas_between_its_items(void)
{
    const struct text *items;

    setenv("T_ORIGINS", "a, b,c", 1);
    expect_ok(READ(NULL), &error);
    expect_int64(options.origins.count, 3);
    items = options.origins.items;
    expect_text(items[1], "b");
}

static void a_variable_set_to_nothing_is_not_set(void)
{
    setenv("T_PORT", "", 1);
    expect_ok(READ(NULL), &error);
    expect_int64(options.port, 3000);
}

static void a_path_setting_is_no_file_of_another(void)
{
    setenv("T_CERTIFICATE_FILE", "/nowhere", 1);
    expect_ok(READ(NULL), &error);
    expect_text(options.certificate_file, "/nowhere");
}

static void names_without_a_meaning_are_told(void)
{
    setenv("T_PEPPER", "1", 1);
    expect_ok(READ(NULL), &error);
    expect_int64(found.ignored_count, 1);
    expect_text(text_from(found.ignored[0]), "T_PEPPER");
}

static void what_yields_to_another_setting_is_told_beside_it(void)
{
    setenv("T_PORT", "50", 1);
    expect_ok(READ(NULL), &error);
    expect_int64(found.ignored_count, 0);
    setenv("T_EVEN", "so", 1);
    expect_ok(READ(NULL), &error);
    expect_int64(found.ignored_count, 1);
    expect_text(text_from(found.ignored[0]), "T_PORT");
}

static const struct kept_setting kept_port[] = {{TEXT_OF("T_PORT"), TEXT_OF("70")}};

static void given_a_kept_port(void)
{
    kept = kept_port;
    kept_count = 1;
}

static void what_is_kept_goes_before_fallbacks_alone(void)
{
    given_a_kept_port();
    expect_ok(READ(NULL), &error);
    expect_int64(options.port, 70);
    expect(found.held[1] == NULL);
    setenv("T_OLD_PORT", "50", 1);
    expect_ok(READ(NULL), &error);
    expect_int64(options.port, 50);
    expect_text(text_from(found.held[1]), "T_OLD_PORT");
    expect_ok(READ("--t-port=60"), &error);
    expect_int64(options.port, 60);
    expect_text(text_from(found.held[1]), "T_PORT");
}

static void what_goes_before_a_kept_setting_or_behind_it_holds_it_too(void)
{
    given_a_kept_port();
    setenv("T_EVEN", "so", 1);
    expect_ok(READ(NULL), &error);
    expect_int64(options.port, 3000);
    expect_text(text_from(found.held[1]), "T_EVEN");
}

static void what_is_kept_is_checked_like_the_rest(void)
{
    static const struct kept_setting bad[] = {{TEXT_OF("T_PORT"), TEXT_OF("banana")}};
    const struct config_given given = {.kept = bad, .kept_count = 1};

    kept = bad;
    kept_count = 1;
    expect_status(READ(NULL), STATUS_INVALID, &error);
    expect(text_contains(text_from(error.text), text_lit("(from the settings on record)")));
    expect_text(text_from(error.field), "T_PORT");
    expect_status(
        config_read_kept(&config, &given, arena, &options, &error), STATUS_INVALID, &error);
}

static void expect_refused(enum status status, const char *sentence)
{
    expect_status(status, STATUS_INVALID, &error);
    expect_text(text_from(error.text), sentence);
    expect_int64(options.port, -1);
}

static void a_bad_value_is_named_with_its_source_and_range(void)
{
    const char *path = make_file("80000");

    expect_refused(
        READ("--t-port=0"), "T_PORT is \"0\" (from --t-port): it must be a whole number from 1 to "
                            "65535");
    setenv("T_PORT_FILE", path, 1);
    expect_refused(
        READ(NULL),
        text_format(
            arena,
            "T_PORT is \"80000\" (from the file %s): it must be a whole number from 1 to "
            "65535",
            path)
            .data);
    setenv("T_PORT", "abc", 1);
    expect_refused(
        READ(NULL), "T_PORT is \"abc\" (from the environment): it must be a whole number from 1 "
                    "to 65535");
}

static void each_kind_says_what_it_takes(void)
{
    expect_refused(
        READ("--t-quiet=maybe"), "T_QUIET is \"maybe\" (from --t-quiet): it must be true or false");
    expect_refused(
        READ("--t-level=loud"),
        "T_LEVEL is \"loud\" (from --t-level): it must be one of debug, info");
    expect_refused(READ("--t-even=odd"), "T_EVEN is \"odd\" (from --t-even): it must be even");
    expect_refused(
        READ("--t-database-url=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        "T_DATABASE_URL is \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\" (from --t-database-url): it must be "
        "text of at most 30 characters");
}

static void a_secret_is_not_shown(void)
{
    setenv("T_SECRET", "hunter2", 1);
    expect_refused(
        READ(NULL), "T_SECRET (from the environment) does not fit: it must be text of at least 16 "
                    "characters");
}

static void a_missing_setting_is_named_with_the_ways_to_give_it(void)
{
    unsetenv("T_DATABASE_URL");
    expect_refused(
        READ(NULL), "T_DATABASE_URL is missing: give it as --t-database-url, T_DATABASE_URL or "
                    "T_DATABASE_URL_FILE");
}

static void a_file_that_cannot_be_read_is_named(void)
{
    setenv("T_SECRET_FILE", "/nowhere/secret", 1);
    expect_refused(
        READ(NULL), "T_SECRET_FILE names the file /nowhere/secret, which cannot be used: No such "
                    "file or directory");
    setenv("T_SECRET_FILE", "/dev/zero", 1);
    expect_refused(
        READ(NULL), "T_SECRET_FILE names the file /dev/zero, which cannot be used: it is larger "
                    "than 64 KiB");
    setenv("T_SECRET_FILE", "/", 1);
    expect_refused(
        READ(NULL), "T_SECRET_FILE names the file /, which cannot be used: Is a directory");
}

static void unknown_arguments_are_refused(void)
{
    expect_refused(READ("--t-prot=1"), "--t-prot is no setting that is known here");
    expect_refused(READ("port"), "\"port\" is no setting: settings are given as --name=value");
    expect_refused(READ("--t-port"), "--t-port needs a value");
    expect_refused(READ("--t-port", "--t-quiet"), "--t-port needs a value");
}

static void text_that_is_not_utf8_is_refused(void)
{
    setenv("T_ORIGINS", "\xFF", 1);
    expect_status(READ(NULL), STATUS_INVALID, &error);
    expect(text_starts_with(text_from(error.text), text_lit("T_ORIGINS is ")));
}

static void the_manual_page_has_a_row_for_each_setting(void)
{
    AUTO_BUF page = {0};

    buf_init(&page, 1 << 16);
    config_describe(&config, &page);
    expect(text_contains(
        buf_text(&page),
        text_lit("| `T_PORT` (or `T_OLD_PORT`) | `--t-port` | a whole number from 1 to 65535 | "
                 "`3000` | Port \\| door. |\n")));
    expect(text_contains(buf_text(&page), text_lit("| `T_SECRET` |")));
    expect(text_contains(buf_text(&page), text_lit("`T_SALT`, `T_PEPPER`.\n")));
}

static const struct test tests[] = {
    TEST(fallbacks_stand_where_nothing_is_given),
    TEST(a_flag_wins_over_the_environment_and_that_over_a_file),
    TEST(a_yes_or_no_needs_no_value),
    TEST(a_list_has_commas_between_its_items),
    TEST(a_variable_set_to_nothing_is_not_set),
    TEST(a_path_setting_is_no_file_of_another),
    TEST(names_without_a_meaning_are_told),
    TEST(what_yields_to_another_setting_is_told_beside_it),
    TEST(a_bad_value_is_named_with_its_source_and_range),
    TEST(each_kind_says_what_it_takes),
    TEST(a_secret_is_not_shown),
    TEST(a_missing_setting_is_named_with_the_ways_to_give_it),
    TEST(a_file_that_cannot_be_read_is_named),
    TEST(what_is_kept_goes_before_fallbacks_alone),
    TEST(what_goes_before_a_kept_setting_or_behind_it_holds_it_too),
    TEST(what_is_kept_is_checked_like_the_rest),
    TEST(unknown_arguments_are_refused),
    TEST(text_that_is_not_utf8_is_refused),
    TEST(the_manual_page_has_a_row_for_each_setting),
};
const struct suite test_config_suite = SUITE_WITH(
    "core/config/config", tests, .set_up = given_only_a_database, .tear_down = free_the_arena);
