/*
 * What pages.c finds, and what follows from it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/damage.h"

#include "eventlog/store/pages.h"

enum status damage_set_aside(
    const char *directory,
    const char *name,
    bool is_thorough,
    struct set_aside_name *out,
    struct error *why)
{
    struct error error = {0};
    enum status status = pages_check_file(directory, name, is_thorough, why);

    out->text[0] = '\0';
    if (status != STATUS_CORRUPT)
        return status;
    status = set_aside(directory, name, out, &error);
    if (status != STATUS_OK)
        *why = error;
    return status;
}
