/*
 * Owner where nobody is, reader where somebody is.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/open.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

enum status home_has_ledger(const struct home_settings *settings, struct error *error)
{
    char path[PATH_MAX];
    int length = snprintf(path, sizeof(path), "%s/ledger.mdb", settings->path);

    if (length > 0 && (size_t)length < sizeof(path) && access(path, F_OK) == 0)
        return STATUS_OK;
    return error_set_code(
        error, STATUS_NOT_FOUND, "ledger_missing",
        "There is no ledger in %.300s. Set FLEETLEDGER_HOME to the home of one.", settings->path);
}

enum status home_open_either(
    const struct home_settings *settings,
    struct arena *arena,
    struct home *out,
    struct error *error)
{
    struct error why = {0};
    enum status status = home_has_ledger(settings, error);

    if (status != STATUS_OK)
        return status;
    status = home_open(settings, arena, out, &why);
    if (status == STATUS_CONFLICT && text_is(text_from(why.code), "home_in_use"))
        return home_open_beside(settings, arena, out, error);
    if (status != STATUS_OK && error != NULL)
        *error = why;
    return status;
}
