/*
 * How machines join the fleet: by an install, or by an enrollment. The numbers of these events stand
 * in node_events.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_EVENTS_JOINING_EVENTS_H
#define EVENTLOG_EVENTS_JOINING_EVENTS_H

#include "eventlog/event_type.h"

enum install_status {
    INSTALL_PENDING = 1,
    INSTALL_INSTALLING = 2,
    INSTALL_COMPLETED = 3,
    INSTALL_FAILED = 4,
    INSTALL_EXPIRED = 5
};
extern const char *const install_status_names[];

enum enrollment_status { ENROLLMENT_PENDING = 1, ENROLLMENT_APPROVED = 2, ENROLLMENT_REVOKED = 3 };
extern const char *const enrollment_status_names[];

/* Why a machine must ask anew. */
enum enrollment_end { ENROLLMENT_SUPERSEDED = 1, ENROLLMENT_OVERDUE = 2 };
extern const char *const enrollment_end_names[];

/* Where a machine says that it is. */
struct node_location {
    struct text provider; /* "aws", "gcp", "azure", "manual", "public_ip" so far */
    struct text source;   /* "cloud_metadata", "manual", "ipinfo" so far */
    struct text region;
    struct text zone;
    double latitude;
    double longitude;
};
extern const struct shape node_location_shape;

/* Stream: the install, as with all that follow. */
struct install_created {
    struct uuid install_id;
    struct uuid workspace_id;
    struct uuid team_id;
    struct text node_name;
    struct text description;
    struct bytes token_digest; /* SHA-256 of the bootstrap token */
    struct timestamp expires_at;
};

struct install_progressed {
    struct uuid install_id;
    struct enum_value status;
    struct text stage;
    int64_t progress_percent;
    struct text status_message;
};

/* node_added follows in the same command, unless it is a repeat within its window. */
struct install_consumed {
    struct uuid install_id;
    struct uuid node_id;
    struct text hostname;
    struct bytes credential_digest; /* of the agent's fresh token */
    struct opt_bool is_repeat;
};

struct install_expired {
    struct uuid install_id;
};

/* A machine asks to be admitted, in the name of a person. Stream: the enrollment, as with all that
 * follow. What the machine tells of itself is kept for the node that it may become. */
struct enrollment_initiated {
    struct uuid enrollment_id;
    struct personal email;
    struct uuid user_id; /* whose address that is, where somebody has it */
    struct text hostname;
    struct text os;
    struct text arch;
    struct text agent_version;
    struct text platform_version;
    struct text kernel_version;
    struct bytes token_digest; /* SHA-256 of the enrollment token */
    struct timestamp expires_at;
    const struct node_location *location;
};

/* node_added follows in the same command. */
struct enrollment_approved {
    struct uuid enrollment_id;
    struct uuid node_id;
    struct bytes sealed_credential; /* for whoever holds the token: see docs/format.md */
};

struct enrollment_revoked {
    struct uuid enrollment_id;
    struct enum_value end;
};

extern const struct event_type install_created_event;
extern const struct event_type install_progressed_event;
extern const struct event_type install_consumed_event;
extern const struct event_type install_expired_event;
extern const struct event_type enrollment_initiated_event;
extern const struct event_type enrollment_approved_event;
extern const struct event_type enrollment_revoked_event;

#endif
