/*
 * Orders of the command line that go to the server of a home, or are done in the home where none runs: each is on record.
 *
 *   main.c ──► [here] ──► serve.h ──► api/control.h ──► the command ──► printed: for programs to standard output, for people beside it
 *
 * The shapes of their inputs come with it. Each gives an exit code.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ORDERS_H
#define ORDERS_H

#include "api/evidence/signing_order.h"
#include "api/follower/follower.h"
#include "api/identity/new_password.h"
#include "api/privacy/forget_order.h"
#include "api/privacy/hold_order.h"
#include "api/setup/settings_order.h"
#include "core/cli/cli.h"

int orders_reset_password(const struct cli_call *call);
int orders_rotate_key(const struct cli_call *call);
int orders_rotate_kek(const struct cli_call *call);
int orders_declare_origin(const struct cli_call *call);
int orders_forget(const struct cli_call *call);
int orders_hold(const struct cli_call *call);
int orders_holds(const struct cli_call *call);
int orders_release_hold(const struct cli_call *call);
int orders_settings(const struct cli_call *call);
int orders_unset_setting(const struct cli_call *call);
int orders_admit_follower(const struct cli_call *call);
int orders_revoke_follower(const struct cli_call *call);

#endif
