/*
 * Routes of setting the server up, before anybody can sign in.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/route.h"
#include "api/setup/setup.h"
#include "api/setup/tried.h"

#define SETUP .tag = "platform", .who = WHO_ANYONE, .status = 200, .is_in_setup = true

const struct route setup_routes[] = {
    {SETUP, .method = "GET", .path = "/setup/status", .throttle = THROTTLE_NONE,
     .doc = "Reports whether the server is set up, or waits to be.", .handle = setup_status_handle,
     .reply.shape = &setup_view_shape},
    {SETUP, .method = "GET", .path = "/setup/runtime-preset",
     .doc = "Says what a set-up may begin with, without passwords; 409 once the server is set up.",
     .handle = setup_preset_handle, .reply.shape = &setup_preset_shape},
    {SETUP, .method = "POST", .path = "/setup/validate/postgres",
     .doc = "Tries a PostgreSQL, while the server is being set up.",
     .handle = setup_postgres_handle, .input_shape = &setup_postgres_shape,
     .reply.shape = &tried_postgres_shape},
    {SETUP, .method = "POST", .path = "/setup/validate/redis",
     .doc = "Tries a Redis, while the server is being set up.", .handle = setup_redis_handle,
     .input_shape = &setup_redis_shape, .reply.shape = &tried_shape},
    {SETUP, .method = "POST", .path = "/setup/validate/smtp",
     .doc = "Tries a mail server, while the server is being set up.", .handle = setup_mail_handle,
     .input_shape = &mail_settings_shape, .reply.shape = &tried_shape},
    {SETUP, .method = "POST", .path = "/setup/install",
     .doc = "Sets the server up, once: administrator, workspace and settings; then it begins anew.",
     .handle = setup_install_handle, .input_shape = &setup_install_shape,
     .reply.shape = &setup_installed_shape},
    {.method = NULL},
};
