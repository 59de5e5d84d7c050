/*
 * Setting the server up: what is asked before anybody can sign in.
 *
 *   status        in every mode, on every page of a dashboard: it costs nothing and is not throttled
 *   preset, validate, install   while the server is being set up; the rest of the API is not there then
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SETUP_SETUP_H
#define API_SETUP_SETUP_H

#include "api/route.h"
#include "api/setup/settings_table.h"

extern const struct shape setup_view_shape;
extern const struct shape setup_preset_shape;

void setup_status_handle(struct call *call); /* GET /setup/status */
void setup_preset_handle(struct call *call); /* GET /setup/runtime-preset */

/* POST /setup/validate/postgres */
struct setup_postgres {
    struct text host;
    int64_t port;
    struct text username;
    struct text password;
    struct text database;
    struct opt_bool ssl;
};
extern const struct shape setup_postgres_shape;
extern const struct shape tried_postgres_shape;
void setup_postgres_handle(struct call *call);

/* POST /setup/validate/redis */
struct setup_redis {
    struct text host;
    int64_t port;
    struct text password;
    int64_t db;
};
extern const struct shape setup_redis_shape;
void setup_redis_handle(struct call *call);

void setup_mail_handle(struct call *call); /* POST /setup/validate/smtp: mail_settings_shape */

/* POST /setup/install */
extern const struct shape setup_install_shape;
extern const struct shape setup_installed_shape;
void setup_install_handle(struct call *call);

/* Tries them; both block. STATUS_INVALID says what was refused. */
struct postgres_tried {
    struct text version;
    bool is_empty; /* nothing is in it */
};
MUST_USE enum status setup_try_postgres(
    const struct setup_postgres *postgres,
    struct text ca_file,
    struct arena *arena,
    struct postgres_tried *out,
    struct error *error);
MUST_USE enum status
setup_try_redis(const struct setup_redis *redis, struct arena *arena, struct error *error);

/* Hands the call on to where it may block, once the server is being set up and the caller may do that; else answers it. */
void setup_begin(struct call *call, void (*next)(struct call *call));

#endif
