/*
 * Routes as tables: a plain command or a plain list needs no code in api.
 *
 *   {.method = "POST", .path = "/workspaces/:workspaceId/nodes", .who = WHO_WORKSPACE_ADMIN,
 *    .command = &add_node_command, .shows = &node_resource,
 *    .status = 201, .doc = "Adds a node by hand."}
 *
 * Names in paths (":workspaceId") are JSON names of FROM_PATH fields of the input. A table that
 * contradicts itself does not start.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_ROUTE_H
#define API_ROUTE_H

#include "api/resource.h"
#include "commands/command.h"
#include "core/db/db.h"

struct call;

enum who {
    WHO_ANYONE, /* no sign-in */
    WHO_USER,   /* any signed-in user */
    WHO_PLATFORM_ADMIN,
    WHO_WORKSPACE_MEMBER,  /* of :workspaceId, any role; platform admins too */
    WHO_WORKSPACE_ADMIN,   /* owner or admin of it; platform admins too */
    WHO_PLATFORM_AUDITOR,  /* platform auditors, and platform admins */
    WHO_WORKSPACE_AUDITOR, /* owner or admin of :workspaceId; platform auditors and admins too */
    WHO_LEDGER_READER,     /* platform auditors and admins; anybody where LEDGER_PUBLIC is true */
    WHO_FOLLOWER,          /* a server that was admitted to follow, by its bearer token */
    WHO_DIRECTORY,         /* a directory that sends its people, by its bearer token (SCIM 2.0) */
    WHO_AGENT              /* x-agent-node-id and a bearer credential */
};

/* Where a call is worked on. */
enum lane {
    LANE_LOOP, /* on its loop: nothing slow, no file, no PostgreSQL */
    LANE_PLAIN, /* by a worker without a connection: reads the ledger, makes or reads what is large */
    LANE_READ,   /* by a worker with a connection to the read models */
    LANE_LARGE,  /* of bodies, whatever the row says: by a worker that gives way to all others */
    LANE_OUTWARD /* by a worker without a connection that waits for servers of others */
};

enum throttle {
    THROTTLE_DEFAULT, /* RATE_LIMIT_PER_MINUTE per route and person, or address */
    THROTTLE_NONE
};

/* A list that no resource can say: one statement, whose text keeps the scope itself. Checked at
 * start: SCOPE_WORKSPACE names :workspace_id, SCOPE_PARENT the parent's field, SCOPE_CALLER
 * :member_id, SCOPE_PLATFORM is for platform admins. */
struct query {
    const struct shape *input; /* NULL: no parameters */
    struct sql sql;            /* its params are `input`, its row the answer's shape */
    enum scope scope;
    const char *parent; /* of SCOPE_PARENT: field of the input with the id of a row that the caller
                           has been shown */
};

/* What is answered where code of its own decides that: for OpenAPI. */
struct reply {
    const struct shape *shape;
    bool is_list;
    int or_status; /* another success ("not finished yet"), or the same one, 0: none … */
    const struct shape *or_shape; /* … and what is answered then */
    const char *media_type;       /* of what is no JSON */
    bool is_followed;             /* there is a form as server-sent events, too */
};

struct route {
    const char *method;
    const char *path; /* below /api/v1, or from the root with `is_at_root` */
    const char *doc;  /* one sentence, for OpenAPI */
    const char *tag;  /* area, for OpenAPI */
    enum who who;
    enum throttle throttle;
    int64_t
        most_in_5s; /* of a message: from one socket, in a window of five seconds; 0: no limit */
    int status;     /* of success */
    bool is_at_root;
    bool is_in_setup; /* it is there while the server is being set up, too, when the rest is not */
    bool is_own;      /* a follower answers it itself: it changes nothing on record */
    bool changes;     /* a GET that submits a command all the same: a follower passes it on */
    bool has_body;    /* of a DELETE: it takes one all the same */
    bool takes_form;  /* its body is no JSON, but a form, as others' protocols have it */
    bool
        is_open_without_factor; /* … to who lacks a second factor that everybody needs: it is for setting one up */
    bool is_for_recovery; /* a recovery administrator may, too: it restores access to others */
    bool needs_session;   /* makes or ends what people sign in by: no token of a program opens it */
    bool
        is_about_caller; /* changes what is theirs alone, so that auditors, who change nothing else, may */
    bool is_look;        /* at evidence: it is on record before it is answered (evidence/look.h) */
    size_t body_limit; /* bytes; 0: 1 MiB */

    /* What it is for; see enum route_kind. */
    const struct resource *lists;
    const struct resource *reads;
    const struct query *query;
    const struct command *command;
    const struct resource *shows;
    void (*handle)(struct call *call); /* straight-line code of its own, see call.h */

    /* Changes the decoded input before it is submitted (hash a password, make a token). Returns
     * false when it has answered itself. NULL for none. */
    bool (*before_submit)(struct call *call, void *input);
    /* Answers from the command's answer. NULL: by its shape, or what `shows` says. With `shows` too,
     * the read models must be up to date at the beginning. */
    void (*render)(struct call *call, const void *answer);
    /* Of a lenient input: the JSON to read in place of a body that is none. NULL: as if it were empty. */
    struct text (*stand_in)(struct arena *arena, struct text body);
    /* Of a message: the same again, with the same time, is a repeat and does nothing. */
    bool is_said_once;
    enum lane lane; /* where `handle` begins, or the answer of a command is made from its state */

    const struct shape *input_shape; /* of a handler */
    struct reply reply;              /* of `handle` or `render` */
};

/* A row has the columns of its kind and no others; route_problem() knows them. */
enum route_kind {
    ROUTE_PAGE,  /* lists: a page of a resource */
    ROUTE_ROW,   /* reads: the row of it that the path names */
    ROUTE_QUERY, /* query: the rows of a statement of its own */
    ROUTE_SHOWN, /* command and shows: answered with the row once the read models have it */
    ROUTE_STATE, /* command: answered from the state just folded, without them; maybe by `render` */
    ROUTE_HANDLER /* handle: anything else; `command` says which one it submits, if it takes its
                     input from the request */
};
enum route_kind route_kind(const struct route *route);

/* Who may call it: for programs, and as a sentence for people. */
struct route_callers {
    const char *name;
    const char *sentence;
};
const struct route_callers *route_callers(const struct route *route);

/* Is it for those of the workspace that its path names? */
bool route_is_inside(const struct route *route);

/* What is wrong with a row ("has no sentence"), or NULL. */
const char *route_problem(const struct route *route);

/* The shape of what goes in, or NULL; of a resource's routes it is made in the arena. */
const struct shape *route_input(const struct route *route, struct arena *arena);

/* What is wrong with the scope of what the route reads, or NULL. Part of route_problem(). */
const char *route_scope_problem(const struct route *route);

/* Does the text of its statement name what its scope is about? */
bool query_keeps_scope(const struct query *query);

/* Is it a message of sockets? */
bool route_is_message(const struct route *route);

/* Does its input come with a body? Else with the query string. */
bool route_has_body(const struct route *route);

/* The shape of what is answered (of one item, where a list is), or NULL where it is no JSON of a
 * shape. */
const struct shape *route_answer(const struct route *route);
bool route_answers_list(const struct route *route);
/* Can it be answered as server-sent events, too? */
bool route_is_followed(const struct route *route);

/* The areas' tables, each in api/<area>/<area>_routes.c and ended by a row without a method. */
extern const struct route agent_routes[];
extern const struct route authority_routes[];
extern const struct route channel_routes[];
extern const struct route evidence_routes[];
extern const struct route export_routes[];
extern const struct route follower_routes[];
extern const struct route identity_routes[];
extern const struct route session_routes[];
extern const struct route news_routes[];
extern const struct route node_routes[];
extern const struct route notification_routes[];
extern const struct route platform_routes[];
extern const struct route privacy_routes[];
extern const struct route release_routes[];
extern const struct route directory_routes[];
extern const struct route provider_routes[];
extern const struct route rolling_routes[];
extern const struct route rollout_routes[];
extern const struct route schedule_routes[];
extern const struct route search_routes[];
extern const struct route secret_routes[];
extern const struct route selection_routes[];
extern const struct route upgrade_routes[];
extern const struct route settings_routes[];
extern const struct route setup_routes[];
extern const struct route sink_routes[];
extern const struct route socket_routes[];
extern const struct route task_routes[];
extern const struct route template_routes[];
extern const struct route terminal_routes[];
extern const struct route workspace_routes[];

struct route_area {
    const char *name;
    const struct route *routes;
};
extern const struct route_area route_catalog[]; /* ended by a row without a name */

/* What can be said on sockets: rows like those of routes, with the method "EMIT", the path
 * "/<namespace>/<name>", and in the payload what a route has in its path. Each in
 * api/<area>/<area>_messages.c and ended by a row without a method. */
extern const struct route agent_messages[];
extern const struct route terminal_messages[];
extern const struct route news_messages[];
extern const struct route_area message_catalog[]; /* ended by a row without a name */

/* A server whose routes contradict themselves, or let anybody read without a scope, does not start:
 * names the row. */
void route_check_all(const struct route_area *areas);

#endif
