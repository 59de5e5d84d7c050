/*
 * Routes of people and sign-ins.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/identity/identity_routes.h"

#include "api/identity/sign_in.h"
#include "api/identity/user_view.h"
#include "api/steps.h"
#include "eventlog/timeline.h"

static void show_me(struct call *call)
{
    struct user_by_id input = {call->actor.id};

    call_answer_query(call, 200, &user_query, &input);
}

static void handle_me(struct call *call)
{
    call_wait_visible(call, evlog_size(call->server->log), show_me);
}

const struct route identity_routes[] = {
    {.method = "POST",
     .path = "/auth/login",
     .tag = "identity",
     .doc = "Signs in with address and password.",
     .who = WHO_ANYONE,
     .status = 200,
     .handle = sign_in_handle,
     .input_shape = &sign_in_body_shape,
     .answer_shape = &session_view_shape},
    {.method = "GET",
     .path = "/users/me",
     .tag = "identity",
     .doc = "Who the caller is.",
     .who = WHO_USER,
     .status = 200,
     .handle = handle_me,
     .answer_shape = &user_view_shape},
    {.method = NULL},
};
