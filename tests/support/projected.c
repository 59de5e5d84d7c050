/*
 * A set on a private PostgreSQL, looked at by plain SQL.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/projected.h"

#include "core/base/heap.h"
#include "core/base/must.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "projections/projector.h"
#include "tests/support/postgres.h"

#include <stdio.h>
#include <stdlib.h>

static void fail(const struct error *error)
{
    fprintf(stderr, "a test cannot be set up: %s: %s\n", error->code, error->text);
    abort();
}

static void open_set(struct projected *projected)
{
    struct error error;

    if (db_open(projected->conninfo, 10, 0, &projected->db, &error) != STATUS_OK ||
        build_open(
            projected->db, "set_test", projected->ledger->log, projected->ledger->keyring,
            &projected->build, &error) != STATUS_OK)
        fail(&error);
}

static void close_set(struct projected *projected)
{
    build_close(projected->build);
    db_close(projected->db);
    end_ledger(projected->ledger);
}

/* A database with an empty set that is ready, which all others are copies of: to make its tables takes longer. */
static const char *empty_set(void)
{
    static const char *made;
    struct projected first = {.ledger = NULL};
    struct error error;

    if (made != NULL)
        return made;
    first.ledger = make_ledger();
    first.conninfo = make_database();
    open_set(&first);
    if (build_rebuild(first.build, 0, NULL, NULL, &error) != STATUS_OK)
        fail(&error);
    close_set(&first);
    made = first.conninfo;
    return made;
}

struct projected *make_projected(void)
{
    struct projected *projected = heap_new(sizeof(*projected));

    projected->conninfo = copy_database(empty_set());
    projected->ledger = make_ledger();
    projected->arena = arena_new(64 << 20);
    open_set(projected);
    must(build_is_ready(projected->build));
    return projected;
}

void end_projected(struct projected *projected)
{
    if (projected == NULL)
        return;
    close_set(projected);
    arena_free(projected->arena);
    heap_free(projected);
}

void given_applied(struct projected *projected)
{
    struct error error;
    size_t applied = 0;

    given_committed(projected->ledger);
    do {
        if (build_step(projected->build, 1000, &applied, &error) != STATUS_OK)
            fail(&error);
    } while (applied > 0);
}

void given_ada_registered(struct projected *projected)
{
    const struct user_registered registered = {
        .user_id = make_id(1),
        .email = {.text = text_lit("ada@example.com")},
        .name = {.text = text_lit("Ada")},
        .role = {ROLE_PLATFORM_ADMIN},
        .timezone = text_lit("UTC"),
    };

    given_event(projected->ledger, &user_registered_event, make_id(1), UUID_NONE, &registered);
}

void given_web(struct projected *projected, const char *name)
{
    const struct node_added added = {
        .node_id = make_id(10),
        .workspace_id = make_id(2),
        .name = text_from(name),
        .hostname = text_lit("web-1"),
        .os = text_lit("linux"),
        .arch = text_lit("amd64"),
        .source = {SOURCE_OPERATOR},
    };

    given_event(projected->ledger, &node_added_event, make_id(10), make_id(2), &added);
}

void given_shell_task(struct projected *projected, bool is_internal)
{
    const struct task_created created = {
        .task_id = make_id(30),
        .workspace_id = make_id(2),
        .node_id = make_id(10),
        .type = text_lit("shell.exec"),
        .payload = {text_lit("{}")},
        .is_internal = opt_bool_of(is_internal),
        .template_version = INT64_ABSENT,
    };

    given_event(projected->ledger, &task_created_event, make_id(30), make_id(2), &created);
}

struct text value_of(struct projected *projected, const char *query)
{
    struct error error;
    struct text value;

    if (db_value(projected->db, projected->arena, query, &value, &error) != STATUS_OK)
        fail(&error);
    return value;
}

struct text row_of(struct projected *projected, const char *table)
{
    return value_of(
        projected, text_format(projected->arena, "select row_to_json(t) from %s t", table).data);
}

struct text digest_of(struct projected *projected, const char *schema)
{
    struct text all = text_lit("");

    for (size_t i = 0; projector_catalog[i] != NULL; i++) {
        for (size_t j = 0; projector_catalog[i]->tables[j] != NULL; j++) {
            const char *table = projector_catalog[i]->tables[j]->name;
            struct text query = text_format(
                projected->arena,
                "select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by id)), '')"
                " from %s.%s t",
                schema, table);
            all = text_format(
                projected->arena, "%.*s%s %.*s\n", TEXT_ARGS(all), table,
                TEXT_ARGS(value_of(projected, query.data)));
        }
    }
    return all;
}
