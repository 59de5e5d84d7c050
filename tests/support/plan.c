/*
 * Explaining statements, and reading what PostgreSQL says.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/plan.h"

#include "core/base/buf.h"
#include "core/base/must.h"
#include "tests/support/expect.h"

#include <stdlib.h>
#include <string.h>

/* A list of UUIDs or texts. */
static struct text array_literal(struct arena *arena, enum kind kind, const struct list *list)
{
    AUTO_BUF out = {0};
    char printed[UUID_TEXT_SIZE];

    buf_init(&out, 1 << 20);
    buf_add_c(&out, "'{");
    for (size_t i = 0; i < list->count; i++) {
        buf_add_c(&out, i == 0 ? "" : ",");
        if (kind == KIND_UUID) {
            uuid_print(((const struct uuid *)list->items)[i], printed);
            buf_add_c(&out, printed);
        } else {
            buf_add_text(&out, ((const struct text *)list->items)[i]);
        }
    }
    buf_add_c(&out, kind == KIND_UUID ? "}'::uuid[]" : "}'::text[]");
    return text_copy(arena, buf_text(&out));
}

static struct text literal(struct arena *arena, const struct field *field, const void *input)
{
    const void *value = field_at(field, input);
    char printed[64];

    if (field_is_absent(field, input))
        return text_lit("null");
    switch (field->kind) {
    case KIND_UUID:
        uuid_print(*(const struct uuid *)value, printed);
        return text_format(arena, "'%s'::uuid", printed);
    case KIND_TIMESTAMP:
        timestamp_print(*(const struct timestamp *)value, printed);
        return text_format(arena, "'%s'::timestamptz", printed);
    case KIND_BOOL:
        return opt_bool_is_true(*(const struct opt_bool *)value) ? text_lit("true")
                                                                 : text_lit("false");
    case KIND_ENUM:
        return text_format(
            arena, "'%s'", enum_name(field->names, *(const struct enum_value *)value));
    case KIND_INT64:
        return text_format(arena, "%lld", (long long)*(const int64_t *)value);
    case KIND_TEXT:
        return text_format(arena, "'%.*s'", TEXT_ARGS(*(const struct text *)value));
    case KIND_LIST:
        return array_literal(arena, field->item, value);
    default:
        return text_lit("null");
    }
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* The statement with the values in it; and the values, each once, in the order of their first use. */
static struct text
with_values(struct arena *arena, const struct sql *sql, const void *input, struct text *out_values)
{
    struct buf out = {0};
    struct buf seen = {0};
    struct text result;

    buf_init(&out, 1 << 20);
    buf_init(&seen, 1 << 16);
    *out_values = text_lit("");
    for (const char *at = sql->text; *at != '\0';) {
        size_t size = 0;
        struct text key;
        const struct field *field;
        if (at[0] == ':' && at[1] == ':') {
            buf_add(&out, at, 2);
            at += 2;
            continue;
        }
        if (at[0] != ':') {
            buf_add_char(&out, *at++);
            continue;
        }
        while (is_word(at[1 + size]))
            size++;
        key = text_format(arena, ":%.*s:", (int)size, at + 1);
        field = shape_field(sql->params, (struct text){at + 1, size});
        must(field != NULL);
        buf_add_text(&out, literal(arena, field, input));
        if (!text_contains(buf_text(&seen), key))
            *out_values = text_format(
                arena, "%.*s%s%.*s", TEXT_ARGS(*out_values), out_values->size > 0 ? ", " : "",
                TEXT_ARGS(literal(arena, field, input)));
        buf_add_text(&seen, key);
        at += 1 + size;
    }
    result = text_copy(arena, buf_text(&out));
    buf_fini(&out);
    buf_fini(&seen);
    return result;
}

/* Adds up what the nodes of a plan have read: "actual rows=5 loops=3", "Rows Removed by …: 7". */
int64_t plan_rows_read(struct arena *arena, struct text plan)
{
    int64_t sum = 0;
    int64_t loops = 1;

    for (struct text rest = plan; text_is_present(rest);) {
        const char *line = text_c(arena, text_cut(&rest, '\n'));
        const char *rows = strstr(line, "actual rows=");
        const char *removed = strstr(line, "Rows Removed by ");
        const char *times = strstr(line, "loops=");
        if (rows != NULL && times != NULL) {
            loops = strtoll(times + 6, NULL, 10);
            sum += strtoll(rows + 12, NULL, 10) * loops;
        }
        if (removed != NULL)
            sum += strtoll(strchr(removed, ':') + 1, NULL, 10) * loops;
    }
    return sum;
}

struct text plan_of(struct db *db, const struct sql *sql, const void *input, struct arena *arena)
{
    struct text values;
    struct text text = with_values(arena, sql, input, &values);
    struct error error;
    struct text query;
    struct text plan;

    /* A search is planned with its values; for the rest the plan without them counts. */
    if (sql->is_planned_by_values) {
        query = text;
    } else {
        expect_ok(db_query(db, sql, input, arena, NULL, NULL, &error), &error);
        expect_ok(
            db_value(
                db, arena,
                "select name from pg_prepared_statements order by prepare_time desc limit 1",
                &query, &error),
            &error);
        query = text_format(
            arena, "execute \"%.*s\"%s%.*s%s", TEXT_ARGS(query), values.size > 0 ? "(" : "",
            TEXT_ARGS(values), values.size > 0 ? ")" : "");
    }
    query = text_format(
        arena,
        "create or replace function pg_temp.plan() returns text language plpgsql as $f$\n"
        "declare line text; whole text := ''; begin\n"
        "for line in execute $q$explain (analyze, costs off, timing off, summary off) %.*s$q$\n"
        "loop whole := whole || line || E'\\n'; end loop; return whole; end $f$",
        TEXT_ARGS(query));
    expect_ok(db_script(db, query.data, &error), &error);
    expect_ok(db_value(db, arena, "select pg_temp.plan()", &plan, &error), &error);
    expect_ok(db_forget_statements(db, &error), &error);
    return plan;
}
