/*
 * Kinds of stores, told apart by how they are named.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/backup_store.h"

enum status backup_store_open(
    struct text place, enum file_store_use use, struct file_store **out, struct error *error)
{
    if (text_contains(place, text_lit("://")))
        return error_set_code(
            error, STATUS_INVALID, "store_unknown",
            "%.*s is no place that backups can lie in: name a directory", TEXT_ARGS(place));
    return file_store_directory_open(place, use, out, error);
}
