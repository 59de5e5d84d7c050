/*
 * The numbers that tell kinds of state, claims, links and timers apart in the model. Rows are only
 * ever added.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_KINDS_H
#define COMMANDS_KINDS_H

enum state_kind {
    STATE_USER = 1,
    STATE_WORKSPACE = 2,
    STATE_MEMBERSHIP = 3,
    STATE_NODE = 4,
    STATE_INSTALL = 5,
    STATE_TASK = 6,
    STATE_INSTALLATION = 7,
    STATE_MAILED_TOKEN = 20,
    STATE_DELIVERY = 30,
    STATE_ENROLLMENT = 50,
    STATE_TEAM = 40
};

enum claim_kind {
    CLAIM_EMAIL = 1,             /* keyed digest → user */
    CLAIM_SLUG = 2,              /* slug → workspace */
    CLAIM_HOSTNAME = 3,          /* host name → node */
    CLAIM_BOOTSTRAP = 4,         /* token digest → install */
    CLAIM_DEFAULT_WORKSPACE = 5, /* one fixed key → workspace */
    CLAIM_CREDENTIAL = 6,        /* reserved */
    CLAIM_INVITATION = 20,       /* token digest → invitation */
    CLAIM_RESET = 21,            /* token digest → request for a new password */
    CLAIM_ENROLLMENT = 50,       /* token digest → enrollment */
    CLAIM_ENROLLMENT_PLACE = 51, /* digest of address and host name → pending enrollment */
    CLAIM_MEMBERSHIP = 40,       /* workspace ‖ user → membership */
    CLAIM_TEAM_MEMBERSHIP = 41,  /* team ‖ user → membership in the team */
    CLAIM_TEAM_NAME = 42         /* digest of workspace ‖ name → team */
};

enum link_kind {
    LINK_WORKSPACE_MEMBER = 1, /* workspace → user; value: role */
    LINK_MEMBER_WORKSPACE = 2, /* user → workspace */
    LINK_NODE_QUEUE = 3,       /* node → task that an agent may take */
    LINK_WORKSPACE_NODE = 4,   /* workspace → node */
    LINK_ADMIN = 5,            /* UUID_NONE → active platform admin */
    LINK_ONLINE = 6,           /* UUID_NONE → node that is online */
    LINK_WORKSPACE_TEAM = 40,  /* workspace → team */
    LINK_TEAM_MEMBER = 41,     /* team → user */
    LINK_MEMBER_TEAM = 42,     /* user → team */
    LINK_TEAM_NODE = 43,       /* team → node */
    LINK_PACKAGE_LIST = 60     /* node → its packageList task that has not ended */
};

enum timer_kind {
    TIMER_LEASE = 1,      /* a claimed task must have started */
    TIMER_QUEUED = 2,     /* a queued task must have been claimed */
    TIMER_RUNNING = 3,    /* a running task must have ended */
    TIMER_INSTALL = 4,    /* a bootstrap token ends */
    TIMER_ENROLLMENT = 50 /* an enrollment waits for approval no longer */
};

#endif
