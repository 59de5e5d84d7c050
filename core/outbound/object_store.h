/*
 * Files kept in an object store (Amazon S3, or whatever speaks its protocol), as core/files/file_store.h
 * has them. libcurl signs each request (AWS Signature Version 4), its body with it.
 *
 *   bucket, keys ──object_store_open──► struct file_store: <prefix>/<name> in the bucket
 *
 * What comes to nothing for the moment is tried again, a few times; listing goes page by page. Nothing keeps two
 * writers apart, so whoever writes sees to that. Buckets are made by whoever pays for them, never here.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_OUTBOUND_OBJECT_STORE_H
#define CORE_OUTBOUND_OBJECT_STORE_H

#include "core/files/file_store.h"

struct outbound_limits;

/* Of a file of 128 MiB over a slow line. */
extern const struct outbound_limits object_store_usual_limits;

struct object_store_settings {
    struct text endpoint; /* "https://s3.eu-central-1.amazonaws.com": an address as of fetch.h */
    struct text region;   /* "eu-central-1" */
    struct text bucket;
    struct text prefix; /* a name as files have them, "fleet/first"; absent or empty: none */
    struct text access_key;
    struct text secret_key;
    struct text ca_file;                  /* PEM; absent: what the system trusts */
    const struct outbound_limits *limits; /* of each attempt; NULL: the usual ones */
    int64_t
        pause_ms; /* before the second attempt, twice as long before each further one; 0: a usual one */
};

/* Asks whether the bucket is there: STATUS_NOT_FOUND, code "store_missing". STATUS_INVALID, code
 * "store_invalid": the settings make no sense. STATUS_FORBIDDEN, code "store_refused": the keys are not taken.
 * Given to the caller. */
MUST_USE enum status object_store_open(
    const struct object_store_settings *settings, struct file_store **out, struct error *error);

#endif
