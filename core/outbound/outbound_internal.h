/*
 * The parts of core/outbound, for its own files.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_OUTBOUND_OUTBOUND_INTERNAL_H
#define CORE_OUTBOUND_OUTBOUND_INTERNAL_H

#include "core/outbound/outbound.h"
#include "core/outbound/reach.h"

#include <curl/curl.h>

#include <stdatomic.h>

struct outbound {
    CURL *curl;
    struct outbound_limits limits;
    atomic_bool is_cancelled;
    enum reach reach;          /* of the call under way … */
    enum reach_answer refused; /* … and why an address was not connected to */
    struct http_networks allowed;
    char error[CURL_ERROR_SIZE]; /* of the call under way */
};

/* Local part, one @, domain; nothing that would end it in a command or a header. */
bool outbound_address_is_sound(struct text address);

/* A fresh start for a call: no option of the last one, the time-outs of all. */
CURL *outbound_begin(struct outbound *outbound);

/* The end of a call whose connection must not be kept. */
void outbound_drop(struct outbound *outbound);

/* Whoever is connected to from now on was named by others: see reach.h. */
void outbound_distrust(struct outbound *outbound, enum reach reach);

/* The trust of a call; absent: the system's. */
void outbound_trust(struct outbound *outbound, struct text ca_file, struct arena *arena);

/* What libcurl says of a failure, in its own words. */
enum status outbound_failed(struct outbound *outbound, CURLcode code, struct error *error);

#endif
