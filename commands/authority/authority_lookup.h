/*
 * What other areas may ask about authority: does the role count that an account has? Answered from folded state.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_AUTHORITY_AUTHORITY_LOOKUP_H
#define COMMANDS_AUTHORITY_AUTHORITY_LOOKUP_H

#include "commands/command.h"

/* Why it does not. */
enum authority_lack {
    LACKS_GRANT = 1,
    LACKS_GRANT_EXPIRED,
    LACKS_GRANT_REVOKED,
    LACKS_GRANT_OF_ROLE, /* it is of another role */
    LACKS_ROOT           /* the key that signed it is trusted no more */
};
extern const char *const authority_lack_names[];

struct authority {
    struct enum_value role;   /* on the platform, that counts now */
    struct enum_value lack;   /* of the one that the account has; absent: that one counts */
    struct timestamp ends_at; /* until when it counts; absent: while nothing happens */
};

/* Of somebody whose account has that role: `user`, whom everybody is, needs no grant. */
struct authority
authority_of(const struct decision *decision, struct uuid user_id, struct enum_value role);

#endif
