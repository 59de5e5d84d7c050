/*
 * Trying a mail server before it is relied on: a mail is sent through it, from the sender's address to itself.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SETUP_MAIL_TRIAL_H
#define API_SETUP_MAIL_TRIAL_H

#include "api/setup/settings_table.h"

/* Takes at most 10 s. `requires_tls` as SMTP_REQUIRE_TLS: unless it says so, a password is never sent without.
 * STATUS_INVALID says what was wrong, in the server's words where it had some, and never the password. */
MUST_USE enum status mail_trial(
    const struct mail_settings *mail,
    struct opt_bool requires_tls,
    struct arena *arena,
    struct error *error);

#endif
