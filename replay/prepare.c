/*
 * This program's set, built and left for its start to find.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/prepare.h"

#include "projections/sets.h"
#include "replay/rebuild.h"

#include <stdio.h>

static enum status is_ours_served(struct rebuild *rebuild, bool *out, struct error *error)
{
    struct served_set served;
    struct error why;
    enum status status = sets_served(rebuild->db, &served, &why);

    if (status == STATUS_OK || status == STATUS_NOT_FOUND) {
        *out = status == STATUS_OK && served.is_ours;
        return STATUS_OK;
    }
    *error = why;
    return status;
}

static enum status run(struct rebuild *rebuild, struct error *error)
{
    char schema[32];
    bool is_served = false;
    enum status status = is_ours_served(rebuild, &is_served, error);

    if (status == STATUS_OK && is_served) {
        printf("Nothing to prepare: this version's read models are the served ones.\n");
        return STATUS_OK;
    }
    set_fingerprint(schema);
    if (status == STATUS_OK)
        status = rebuild_set(rebuild, schema, error);
    if (status == STATUS_OK)
        printf("Done: %s is ready. It is served when this version starts.\n", schema);
    return status;
}

int prepare_run(const struct home_settings *settings)
{
    struct rebuild rebuild;
    struct error error = {0};
    enum status status = rebuild_open(&rebuild, settings, &error);

    if (status == STATUS_OK)
        status = run(&rebuild, &error);
    rebuild_close(&rebuild);
    return rebuild_conclude("prepare", status, &error);
}
