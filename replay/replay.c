/*
 * Rebuild beside, then switch.
 *
 *   stopped home   we own it: build ─► serve
 *   running home   build ─► ask ─► the server catches it up and serves it
 *
 * What an earlier replay left behind of this version's sets is dropped first; sets of other
 * versions stay for rollback.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/replay.h"

#include "projections/sets.h"
#include "replay/progress.h"
#include "replay/rebuild.h"

#include <stdio.h>
#include <string.h>

enum { SWITCH_TIMEOUT_MS = 120000, LOOK_EVERY_MS = 100 };

/* A server looks for requests of its own version only. */
static enum status check_version(struct rebuild *rebuild, struct error *error)
{
    struct served_set served;
    struct error why;
    enum status status = sets_served(rebuild->db, &served, &why);

    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (status == STATUS_OK && (rebuild->home.is_owner || served.is_ours))
        return STATUS_OK;
    if (status == STATUS_OK)
        return error_set_code(
            error, STATUS_CONFLICT, "other_version",
            "The server that runs here is another version (it serves %s). Use 'fleetledger "
            "prepare' from this one, or 'replay' of that one.",
            served.schema);
    *error = why;
    return status;
}

static bool is_served(struct db *db, const char *schema, enum status *status, struct error *error)
{
    struct served_set served;

    *status = sets_served(db, &served, error);
    if (*status == STATUS_NOT_FOUND)
        *status = STATUS_OK;
    else if (*status == STATUS_OK)
        return strcmp(served.schema, schema) == 0;
    return false;
}

static enum status wait_for_switch(struct rebuild *rebuild, const char *schema, struct error *error)
{
    enum status status = STATUS_OK;

    printf("Built. Asking the server to switch.\n");
    fflush(stdout);
    for (int waited = 0; waited < SWITCH_TIMEOUT_MS; waited += LOOK_EVERY_MS) {
        if (is_served(rebuild->db, schema, &status, error))
            return STATUS_OK;
        if (status != STATUS_OK)
            return status;
        if (stopping_is_wanted(&rebuild->stopping, LOOK_EVERY_MS))
            break;
    }
    return error_set_code(
        error, STATUS_TIMED_OUT, rebuild->stopping.is_wanted ? "stopped" : "not_switched",
        "%s is built and the server was asked to switch to it, but has not yet. It will, unless "
        "its projector is stopped: see its health.",
        schema);
}

static enum status make_it_serve(struct rebuild *rebuild, const char *schema, struct error *error)
{
    enum status status;

    if (rebuild->home.is_owner)
        return build_serve(rebuild->build, NULL, error);
    status = build_request_switch(rebuild->build, error);
    build_close(rebuild->build); /* the server is to open it */
    rebuild->build = NULL;
    return status == STATUS_OK ? wait_for_switch(rebuild, schema, error) : status;
}

static enum status run(struct rebuild *rebuild, struct error *error)
{
    char schema[SET_NAME_SIZE];
    enum status status = check_version(rebuild, error);

    if (status == STATUS_OK)
        status = sets_name_beside(rebuild->db, schema, error);
    if (status == STATUS_OK)
        status = sets_drop_old(rebuild->db, schema, error);
    if (status == STATUS_OK)
        status = rebuild_set(rebuild, schema, error);
    if (status == STATUS_OK)
        status = make_it_serve(rebuild, schema, error);
    if (status == STATUS_OK)
        printf("Done: %s is served.\n", schema);
    return status;
}

int replay_run(const struct home_settings *settings)
{
    struct rebuild rebuild;
    struct error error = {0};
    enum status status = rebuild_open(&rebuild, settings, &error);

    if (status == STATUS_OK)
        status = run(&rebuild, &error);
    rebuild_close(&rebuild);
    return rebuild_conclude("replay", status, &error);
}
