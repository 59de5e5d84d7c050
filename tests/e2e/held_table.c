/*
 * Holding by an exclusive lock.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/e2e/held_table.h"

#include "core/base/must.h"
#include "core/db/db.h"

struct db *given_held_table(const char *conninfo, const char *table)
{
    AUTO_ARENA arena = arena_new(1 << 16);
    struct db *db = NULL;
    struct text schema;
    struct text script;

    must(db_open(conninfo, 10, 0, &db, NULL) == STATUS_OK);
    must(db_value(db, arena, "select schema from fleetledger.serving", &schema, NULL) == STATUS_OK);
    script = text_format(
        arena, "begin; lock table \"%.*s\".%s in access exclusive mode", TEXT_ARGS(schema), table);
    must(db_script(db, script.data, NULL) == STATUS_OK);
    return db;
}

void let_go(struct db **held)
{
    db_close(*held);
    *held = NULL;
}
