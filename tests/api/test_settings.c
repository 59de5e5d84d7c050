/*
 * Settings: what they come to for the database, the rules and the clock.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/settings.h"
#include "api/settings_record.h"
#include "api/settings_safety.h"
#include "core/crypto/crypto.h"
#include "tests/support/expect.h"

static struct arena *arena;
static struct settings settings;

static void given_usual_settings(void)
{
    arena = arena_new(1 << 20);
    settings = (struct settings){.database_port = 5432};
}

static void drop_the_arena(void)
{
    arena_free(arena);
}

static void durations_have_a_unit(void)
{
    expect_int64(settings_duration_s(text_lit("45s")), 45);
    expect_int64(settings_duration_s(text_lit("30m")), 1800);
    expect_int64(settings_duration_s(text_lit("12h")), 43200);
    expect_int64(settings_duration_s(text_lit("7d")), 604800);
    expect_int64(settings_duration_s(text_lit("9999999d")), 9999999LL * 86400);
}

static void other_texts_are_no_durations(void)
{
    static const char *const none[] = {"",   "s",  "1",    "0s", "-1s",       "1 s", "+1s",
                                       "1w", "1S", "1.5h", "d1", "99999999d", "1ms", "s1s"};

    for (size_t i = 0; i < COUNT_OF(none); i++)
        expect_at(settings_duration_s(text_from(none[i])) == 0, __FILE__, __LINE__, none[i]);
    expect_int64(settings_duration_s((struct text){NULL, 0}), 0);
}

static void without_a_host_the_embedded_cluster_is_meant(void)
{
    settings.database_name = text_lit("fleet");
    expect(!text_is_present(settings_conninfo(&settings, arena)));
}

static void a_url_goes_before_all_else(void)
{
    settings.database_host = text_lit("db");
    settings.database_url = text_lit("postgres://u:p@h/d");
    expect_text(settings_conninfo(&settings, arena), "postgres://u:p@h/d");
}

static void parts_make_a_conninfo(void)
{
    settings.database_host = text_lit("db");
    settings.database_port = 5433;
    settings.database_username = text_lit("fleet");
    settings.database_name = text_lit("ledger");
    expect_text(
        settings_conninfo(&settings, arena), "host='db' port=5433 user='fleet' dbname='ledger' ");
}

static void quotes_and_backslashes_are_escaped(void)
{
    settings.database_host = text_lit("db");
    settings.database_password = text_lit("it's \\ me' sslmode='disable");
    expect_text(
        settings_conninfo(&settings, arena),
        "host='db' port=5432 password='it\\'s \\\\ me\\' sslmode=\\'disable' ");
}

static void tls_to_the_database_verifies_it(void)
{
    settings.database_host = text_lit("db");
    settings.database_ssl = OPT_TRUE;
    settings.database_ssl_ca_file = text_lit("/etc/ca.pem");
    expect_text(
        settings_conninfo(&settings, arena),
        "host='db' port=5432 sslmode=verify-full sslrootcert='/etc/ca.pem' ");
}

static void tls_goes_with_a_url_too(void)
{
    settings.database_ssl = OPT_TRUE;
    settings.database_url = text_lit("postgres://u:p@h/d");
    expect_text(settings_conninfo(&settings, arena), "postgres://u:p@h/d?sslmode=verify-full");
    settings.database_url = text_lit("postgresql://h/d?sslmode=disable");
    settings.database_ssl_ca_file = text_lit("/a b");
    expect_text(
        settings_conninfo(&settings, arena),
        "postgresql://h/d?sslmode=disable&sslmode=verify-full&sslrootcert=%2Fa%20b");
    settings.database_url = text_lit("host=h dbname=d");
    expect_text(
        settings_conninfo(&settings, arena),
        "host=h dbname=d sslmode=verify-full sslrootcert='/a b' ");
}

static void urls_of_replicas_are_read_one_by_one(void)
{
    struct text conninfos[MOST_READ_URLS];

    expect_int64(settings_read_conninfos(&settings, arena, conninfos), 0);
    settings.database_ssl = OPT_TRUE;
    settings.database_read_urls = text_lit("postgres://u:a%2Cb@one/d, postgresql://two/d?port=1");
    expect_int64(settings_read_conninfos(&settings, arena, conninfos), 2);
    expect_text(conninfos[0], "postgres://u:a%2Cb@one/d?sslmode=verify-full");
    expect_text(conninfos[1], "postgresql://two/d?port=1&sslmode=verify-full");
}

static void only_so_many_urls_are_a_list_of_replicas(void)
{
    const struct field *field = shape_field(settings_config.shape, text_lit("database_read_urls"));

    expect(field->accepts(text_lit("")));
    expect(field->accepts(text_lit("postgres://a,postgres://b,postgres://c,postgres://d,"
                                   "postgres://e,postgres://f,postgres://g,postgres://h")));
    expect(!field->accepts(text_lit("postgres://a,postgres://b,postgres://c,postgres://d,"
                                    "postgres://e,postgres://f,postgres://g,postgres://h,"
                                    "postgres://i")));
    expect(!field->accepts(text_lit("host=a dbname=b")));
    expect(!field->accepts(text_lit("postgres://a,,postgres://b")));
    expect(!field->accepts(text_lit("postgres://a,b")));
}

static void a_redis_is_named_by_a_url_or_not_at_all(void)
{
    const struct field *field = shape_field(settings_config.shape, text_lit("redis_url"));

    expect((field->flags & SECRET) != 0);
    expect(field->accepts(text_lit("")));
    expect(field->accepts(text_lit("rediss://user:p%40ss@redis.example:6380")));
    expect(!field->accepts(text_lit("redis.example:6380")));
}

static void the_rules_follow_the_settings(void)
{
    struct policy policy;

    settings.agent_task_claim_lease_seconds = 60;
    settings.agent_heartbeat_timeout_seconds = 90;
    settings.agent_high_cpu_threshold = 75;
    policy = settings_policy(&settings, arena);
    expect_int64(policy.claim_lease_us, 60000000);
    expect_int64(policy.heartbeat_timeout_us, 90000000);
    expect(policy.high_cpu_threshold > 74.9 && policy.high_cpu_threshold < 75.1);
    expect(!bytes_are_present(policy.enrollment_digest));
}

static void the_enrollment_token_is_kept_as_a_digest(void)
{
    struct digest digest = sha256(bytes_of_text(text_lit("shared")));
    struct policy policy;

    settings.agent_enrollment_token = text_lit("shared");
    policy = settings_policy(&settings, arena);
    expect(bytes_equal(policy.enrollment_digest, (struct bytes){digest.bytes, DIGEST_SIZE}));
}

static void a_password_is_mailed_by_tls_unless_a_setting_says_otherwise(void)
{
    struct opt_bool unset = {0};

    expect(!settings_mail_requires_tls(unset, text_lit("")));
    expect(settings_mail_requires_tls(OPT_TRUE, text_lit("")));
    expect(settings_mail_requires_tls(unset, text_lit("ada")));
    expect(!settings_mail_requires_tls(OPT_FALSE, text_lit("ada")));
}

static void every_setting_has_a_name_and_a_sentence(void)
{
    char why[128] = "";

    expect_at(shape_is_complete(settings_config.shape, why), __FILE__, __LINE__, why);
    expect_int64(settings_config.count, settings_config.shape->count);
    for (size_t i = 0; i < settings_config.count; i++) {
        const struct setting *setting = &settings_config.settings[i];
        const struct field *field = shape_field(settings_config.shape, text_from(setting->field));
        expect(field != NULL && field->doc != NULL && setting->environment != NULL);
    }
}

static void parts_make_the_url_of_a_redis(void)
{
    settings.redis_enabled = OPT_TRUE;
    settings.redis_port = 6379;
    expect_int64(settings_redis_url(&settings, arena).size, 0);
    settings.redis_host = text_lit("cache.example");
    expect_text(settings_redis_url(&settings, arena), "redis://cache.example:6379");
    settings.redis_password = text_lit("p@ss");
    expect_text(settings_redis_url(&settings, arena), "redis://:p%40ss@cache.example:6379");
    settings.redis_host = text_lit("::1");
    expect_text(settings_redis_url(&settings, arena), "redis://:p%40ss@[::1]:6379");
    settings.redis_host = text_lit("/run/redis.sock");
    expect_text(settings_redis_url(&settings, arena), "unix://:p%40ss@/run/redis.sock");
    settings.redis_url = text_lit("rediss://other");
    expect_text(settings_redis_url(&settings, arena), "rediss://other");
    settings.redis_enabled = OPT_FALSE;
    expect_int64(settings_redis_url(&settings, arena).size, 0);
}

static void a_follower_leaves_aside_where_its_leader_has_its_things(void)
{
    static const struct recorded_setting all[] = {
        {.name = TEXT_OF("SMTP_HOST"), .value = TEXT_OF("mail.example"), .is_of_home = {2}},
        {.name = TEXT_OF("DATABASE_HOST"), .value = TEXT_OF("db.example"), .is_of_home = {1}},
    };
    const struct recorded_settings recorded = {.values = {all, COUNT_OF(all)}};
    struct config_given given = {.kept_count = 0};
    struct error error;

    expect_ok(settings_record_open(&recorded, NULL, false, arena, &given, &error), &error);
    expect_int64(given.kept_count, 2);
    expect_ok(settings_record_open(&recorded, NULL, true, arena, &given, &error), &error);
    expect_int64(given.kept_count, 1);
    expect_text(given.kept[0].name, "SMTP_HOST");
}

static void production_names_all_that_is_not_safe(void)
{
    struct error error;

    settings.cors_origin = text_lit("*");
    settings.swagger_enabled = OPT_TRUE;
    settings.jwt_secret = text_lit("test-secret");
    settings.admin_password = text_lit("ChangeMe123!");
    settings.node_env = text_lit("development");
    expect_ok(settings_check_safe(&settings, &error), &error);
    settings.node_env = text_lit("production");
    expect_status(settings_check_safe(&settings, &error), STATUS_INVALID, &error);
    expect_text(
        text_from(error.text),
        "not safe for production: CORS_ORIGIN is *: name the origins of your dashboards; "
        "SWAGGER_ENABLED is not false; JWT_SECRET is a placeholder: leave it unset, then one is "
        "made and kept; ADMIN_PASSWORD is a placeholder: leave it unset, then one is made and told "
        "once");
    settings.cors_origin = text_lit("https://fleet.example");
    settings.swagger_enabled = OPT_FALSE;
    settings.jwt_secret = text_lit("a secret that nobody knows");
    settings.admin_password = (struct text){NULL, 0};
    settings.agent_enrollment_token = text_lit("change-me");
    expect_status(settings_check_safe(&settings, &error), STATUS_INVALID, &error);
    settings.agent_enrollment_token = (struct text){NULL, 0};
    expect_ok(settings_check_safe(&settings, &error), &error);
}

static const struct test tests[] = {
    TEST(durations_have_a_unit),
    TEST(other_texts_are_no_durations),
    TEST(without_a_host_the_embedded_cluster_is_meant),
    TEST(a_url_goes_before_all_else),
    TEST(parts_make_a_conninfo),
    TEST(parts_make_the_url_of_a_redis),
    TEST(a_follower_leaves_aside_where_its_leader_has_its_things),
    TEST(production_names_all_that_is_not_safe),
    TEST(quotes_and_backslashes_are_escaped),
    TEST(tls_to_the_database_verifies_it),
    TEST(tls_goes_with_a_url_too),
    TEST(urls_of_replicas_are_read_one_by_one),
    TEST(only_so_many_urls_are_a_list_of_replicas),
    TEST(a_redis_is_named_by_a_url_or_not_at_all),
    TEST(the_rules_follow_the_settings),
    TEST(the_enrollment_token_is_kept_as_a_digest),
    TEST(a_password_is_mailed_by_tls_unless_a_setting_says_otherwise),
    TEST(every_setting_has_a_name_and_a_sentence),
};

const struct suite test_settings_suite =
    SUITE_WITH("api/settings", tests, .set_up = given_usual_settings, .tear_down = drop_the_arena);
