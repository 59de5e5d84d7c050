/*
 * Files kept elsewhere, by name: a directory, or whatever else keeps whole files (a kind is five functions).
 *
 *   file_store_directory_open, … ──► put, get, list, remove ──► file_store_close
 *
 * Files are written whole and read whole, so their writer bounds their size. Names are parts joined by '/',
 * each of letters, digits, '.', '-' and '_', and none beginning with '.': they mean the same in every kind.
 * One thread at a time.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_FILES_FILE_STORE_H
#define CORE_FILES_FILE_STORE_H

#include "core/base/attributes.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/text.h"

#include <stdint.h>

struct file_store;

enum { FILE_STORE_NAME_MAX = 240 };

/* A file that is there. */
struct stored_file {
    struct text name;
    uint64_t size;
};
typedef void stored_file_visitor(const struct stored_file *file, void *context);

/* Stores the file under that name, in the place of one that had it. STATUS_OK: it is there for good, whole;
 * else whoever reads finds what was there before, or, after STATUS_UNAVAILABLE of a store across a network,
 * perhaps the new one: never a part. STATUS_FULL: there is no room. */
MUST_USE enum status file_store_put(
    struct file_store *store, struct text name, struct bytes content, struct error *error);

/* Appends its bytes to `out`. STATUS_NOT_FOUND, code "file_missing"; STATUS_TOO_LARGE where it is larger
 * than `out` may become. Where it is not STATUS_OK, `out` is as it was. */
MUST_USE enum status
file_store_get(struct file_store *store, struct text name, struct buf *out, struct error *error);

/* Calls `each` for every file whose name begins with the prefix, in the byte order of names; the name is lent for
 * the call. Files put or removed meanwhile may be among them or not. `each` may not use the store. */
MUST_USE enum status file_store_list(
    struct file_store *store,
    struct text prefix,
    stored_file_visitor *each,
    void *context,
    struct error *error);

/* Gone for good when STATUS_OK, which it is, too, where there was none. */
MUST_USE enum status
file_store_remove(struct file_store *store, struct text name, struct error *error);

/* What it was opened as: "/srv/backup". Lives as long as the store. */
const char *file_store_place(const struct file_store *store);

void file_store_close(struct file_store *store); /* accepts NULL */

/* Can it be the name of a file? */
bool file_store_name_is_valid(struct text name);

enum file_store_use {
    FILE_STORE_READ, /* it must be there: STATUS_NOT_FOUND, code "store_missing" */
    FILE_STORE_WRITE /* made where it is missing; STATUS_CONFLICT, code "store_in_use", while another writes */
};

/* A directory; its files are below it, for their owner alone. Given to the caller. */
MUST_USE enum status file_store_directory_open(
    struct text path, enum file_store_use use, struct file_store **out, struct error *error);

/* For those who make a kind: each function does what the one of its name above does, and is asked of
 * valid names only. All but these call none of it. */
struct file_store_kind {
    enum status (*put)(void *state, struct text name, struct bytes content, struct error *error);
    enum status (*get)(void *state, struct text name, struct buf *out, struct error *error);
    enum status (*list)(
        void *state,
        struct text prefix,
        stored_file_visitor *each,
        void *context,
        struct error *error);
    enum status (*remove)(void *state, struct text name, struct error *error);
    void (*close)(void *state);
};

/* Takes the state, which kind->close ends. `kind` is borrowed for the store's life. */
struct file_store *
file_store_new(const struct file_store_kind *kind, void *state, const char *place);

#endif
