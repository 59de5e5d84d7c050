/*
 * Orders about enrollments: the machine's own part, and the administrator's. Tokens are made before
 * the queue; here only digests are seen, and what is sealed under a token.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_NODE_ENROLLMENT_COMMANDS_H
#define COMMANDS_NODE_ENROLLMENT_COMMANDS_H

#include "commands/node/node_commands.h"

struct initiate_enrollment {
    struct personal email;
    struct text hostname;
    const struct additional_info *additional_info;
    struct uuid enrollment_id; /* SERVER_SET: the token is derived from it before the queue */
    struct bytes token_digest; /* SERVER_SET */
    struct list altered;
};
struct initiated_enrollment {
    struct uuid enrollment_id;
    struct timestamp expires_at;
};
extern const struct command initiate_enrollment_command; /* answers `initiated_enrollment` */

struct query_enrollment {
    struct text token;         /* FROM_PATH, SECRET; emptied by prepare */
    struct bytes token_digest; /* SERVER_SET */
};
struct enrollment_answer {
    struct enum_value status; /* enum enrollment_status */
    struct uuid node_id;
    struct bytes sealed_credential; /* absent unless approved */
};
extern const struct command query_enrollment_command; /* a question; answers `enrollment_answer` */

struct finalize_enrollment {
    struct uuid workspace_id; /* FROM_PATH; absent on the platform-wide route */
    struct text token;        /* FROM_PATH, SECRET; emptied by prepare */
    struct personal email;
    struct text node_name;
    struct text description;
    struct bytes token_digest;      /* SERVER_SET */
    struct bytes credential_digest; /* SERVER_SET: of the fresh credential … */
    struct bytes sealed_credential; /* SERVER_SET: … and itself, sealed under the token */
};
extern const struct command finalize_enrollment_command; /* answers `enrollment_answer` */

#endif
