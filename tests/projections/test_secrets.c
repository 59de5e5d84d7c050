/*
 * What is secret in an event stands nowhere in PostgreSQL, but as a box: not the tokens of bots, not
 * the hashes of passwords, whichever event brings them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/encode.h"
#include "eventlog/ledger_read.h"
#include "projections/projector.h"
#include "tests/support/expect.h"
#include "tests/support/projected.h"
#include "tests/support/story.h"

enum { MOST_SECRETS = 32 };

static struct projected *p;
static const struct field *seen[MOST_SECRETS];
static size_t seen_count;

static void set_up(void)
{
    p = make_projected();
    seen_count = 0;
}

static void tear_down(void)
{
    end_projected(p);
}

/* All rows of all tables, bytes in hexadecimal. */
static struct text dump(void)
{
    struct text all = text_lit("");

    for (size_t i = 0; projector_catalog[i] != NULL; i++) {
        for (size_t j = 0; projector_catalog[i]->tables[j] != NULL; j++) {
            struct text query = text_format(
                p->arena, "select coalesce(string_agg(t::text, chr(10)), '') from %s t",
                projector_catalog[i]->tables[j]->name);
            all = text_format(
                p->arena, "%.*s%.*s\n", TEXT_ARGS(all), TEXT_ARGS(value_of(p, query.data)));
        }
    }
    return all;
}

static bool is_secret(const struct field *field)
{
    return field->kind == KIND_PERSONAL && (field->flags & SECRET) != 0;
}

static void expect_not_in(struct text rows, const struct field *field, struct text secret)
{
    expect_at(!text_contains(rows, secret), __FILE__, __LINE__, field->name);
    expect_at(
        !text_contains(rows, hex_encode(p->arena, bytes_of_text(secret))), __FILE__, __LINE__,
        field->name);
}

static void look_at(uint64_t at, struct text rows)
{
    struct record record;
    struct error error;

    expect_ok(
        ledger_read_one(p->ledger->log, (struct position){at}, p->arena, &record, &error), &error);
    expect_ok(keyring_open_record(p->ledger->keyring, p->arena, &record, &error), &error);
    for (size_t i = 0; i < record.type->shape->count; i++) {
        const struct field *field = &record.type->shape->fields[i];
        const struct personal *secret = field_at(field, record.event);
        if (!is_secret(field) || !text_is_present(secret->text))
            continue;
        expect_not_in(rows, field, secret->text);
        expect(seen_count < MOST_SECRETS);
        seen[seen_count++] = field;
    }
}

static void expect_seen(const struct event_type *type)
{
    for (size_t i = 0; i < type->shape->count; i++) {
        const struct field *field = &type->shape->fields[i];
        bool was_seen = !is_secret(field);
        for (size_t j = 0; j < seen_count; j++)
            was_seen = was_seen || seen[j] == field;
        expect_at(was_seen, __FILE__, __LINE__, type->name);
    }
}

static void no_secret_of_any_event_stands_in_a_row(void)
{
    struct text rows;

    given_opening(p->ledger);
    given_chapter(p->ledger, 0);
    given_applied(p);
    rows = dump();
    expect(text_contains(rows, text_lit("admin@example.com")));
    for (uint64_t at = 0; at < ledger_size(p->ledger->log); at++)
        look_at(at, rows);
    for (const struct event_area *area = event_catalog; area->name != NULL; area++) {
        for (size_t i = 0; area->types[i] != NULL; i++)
            expect_seen(area->types[i]);
    }
}

static const struct test tests[] = {
    TEST(no_secret_of_any_event_stands_in_a_row),
};

const struct suite test_secrets_suite =
    SUITE_WITH("projections/secrets", tests, .set_up = set_up, .tear_down = tear_down);
