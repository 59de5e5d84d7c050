/*
 * The parts of core/outbound/object_store.h, for their own files.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_OUTBOUND_OBJECT_STORE_INTERNAL_H
#define CORE_OUTBOUND_OBJECT_STORE_INTERNAL_H

#include "core/outbound/object_store.h"
#include "core/outbound/outbound_internal.h"

struct object_store {
    struct outbound *outbound;
    char *place;      /* "s3://bucket/prefix" */
    char *bucket_url; /* "https://host/bucket" */
    char *prefix;     /* "" or "fleet/first/" */
    char *signature;  /* what libcurl is to sign for: "aws:amz:eu-central-1:s3" */
    char *access_key;
    char *secret_key; /* overwritten at the end */
    char *ca_file;    /* NULL: the system's */
    bool is_here;     /* on this machine */
    int64_t pause_ms;
};

struct object_request {
    const char *method;   /* "GET", "PUT", "DELETE" */
    struct text name;     /* of the file; absent: it is asked of the bucket */
    struct text query;    /* names in their order, values escaped: so it is signed; absent: none */
    struct bytes content; /* of PUT */
    struct buf *out;      /* to which the body of a 2xx is appended; else it is as it was */
};

/* STATUS_NOT_FOUND has the code "file_missing" or "store_missing". */
MUST_USE enum status object_store_ask(
    struct object_store *store, const struct object_request *request, struct error *error);

#endif
