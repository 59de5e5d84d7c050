/*
 * Orders about second factors, and about who needs one.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_IDENTITY_FACTOR_COMMANDS_H
#define COMMANDS_IDENTITY_FACTOR_COMMANDS_H

#include "commands/command.h"

/* The secret of a second factor, for its owner, who has not shown yet that they can use it. */
struct offer_factor {
    struct uuid user_id;
    int64_t session_version;
    struct personal secret; /* Base32 */
    struct uuid
        session_id; /* that it is asked with: a fresh one of the factor in use, where there is one */
};
extern const struct command offer_factor_command;

/* Whether a code of it was right was found out before the queue. Refused where another secret was offered since. */
struct enable_factor {
    struct uuid user_id;
    int64_t session_version;
    struct uuid offered_event_id; /* of the secret whose code it was; absent: there was none */
    struct opt_bool is_right;
    struct bytes recovery; /* digests of the recovery codes, in a row */
};
extern const struct command enable_factor_command;

/* The same of a code of the factor in use: *step* is 0 where it was wrong. None is taken that is not newer than the
 * last one. Of new recovery codes it is absent for who has security keys alone: a fresh session of one confirms them. */
struct change_factor {
    struct uuid user_id;
    int64_t session_version;
    int64_t step;
    struct bytes recovery;  /* of replace_recovery_codes: digests of the new ones */
    struct uuid session_id; /* that it is asked with */
};
extern const struct command replace_recovery_codes_command;
extern const struct command disable_factor_command; /* without a factor it does nothing */

/* The second step of a sign-in, by a code or a recovery code. Emits factor_used and user_signed_in. */
struct sign_in_by_factor {
    struct uuid user_id;
    int64_t session_version;
    int64_t step;           /* of the code, or 0 where it was wrong; absent: by a recovery code */
    struct bytes recovery;  /* its digest */
    struct uuid session_id; /* as of sign_in */
    struct opt_bool is_refreshable;
    struct uuid provider_id;       /* that vouched for the person; absent: a password did */
    struct bytes provider_session; /* as of sign_in_by_provider */
};
extern const struct command sign_in_by_factor_command;

/* What holds of everybody's sign-ins. */
struct sign_in_rules {
    struct opt_bool second_factor_required;
};
struct query_sign_in_rules {
    struct opt_bool any; /* nothing is asked of it */
};
extern const struct command query_sign_in_rules_command; /* answers `sign_in_rules` */

/* By somebody who has a second factor, where it is to be required: nobody shuts the door behind which they stand
 * themselves. */
struct change_sign_in_rules {
    struct opt_bool second_factor_required;
};
extern const struct command change_sign_in_rules_command; /* answers `sign_in_rules` */

#endif
