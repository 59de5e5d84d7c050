/*
 * Routes as tables: a plain command or a plain query needs no code in api.
 *
 *   {.method = "POST", .path = "/workspaces/:workspaceId/nodes", .who = WHO_WORKSPACE_ADMIN,
 *    .command = &add_node_command, .shows = &node_resource,
 *    .status = 201, .doc = "Adds a node by hand."}
 *
 * How a command's route answers: `shows` (a "read" route: the same query as its GET, once the read
 * model has reached the command's position) or the command's own `answer` (a "state" route, without
 * PostgreSQL), or code of its own (`answer`). Names in paths (":workspaceId") are JSON names of
 * FROM_PATH fields of the input.
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
    WHO_WORKSPACE_MEMBER, /* of :workspaceId, any role; platform admins too */
    WHO_WORKSPACE_ADMIN,  /* owner or admin of it; platform admins too */
    WHO_AGENT             /* x-agent-node-id and a bearer credential */
};

/* Where a call is worked on. */
enum lane {
    LANE_LOOP, /* on its loop: nothing slow, no file, no PostgreSQL */
    LANE_PLAIN, /* by a worker without a connection: reads the ledger, makes or reads what is large */
    LANE_READ   /* by a worker with a connection to the read models */
};

enum throttle {
    THROTTLE_DEFAULT, /* RATE_LIMIT_PER_MINUTE per route and address */
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

struct route {
    const char *method;
    const char *path; /* below /api/v1, or from the root with `is_at_root` */
    const char *doc;  /* one sentence, for OpenAPI */
    const char *tag;  /* area, for OpenAPI */
    enum who who;
    enum throttle throttle;
    int status; /* of success */
    bool is_at_root;
    enum lane lane; /* where a handler begins, or the answer to a command is made from its state */
    size_t body_limit; /* bytes; 0: 1 MiB */

    /* One of these five: */
    const struct command *command;
    const struct resource *lists; /* a page of its rows */
    const struct resource *reads; /* the row that the path names */
    const struct query *query;
    void (*handle)(struct call *call); /* straight-line code of its own, see call.h */

    /* With a command: */
    const struct resource *shows; /* answered with the row of the command's subject */
    /* Changes the decoded input before it is submitted (hash a password, make a token). Returns
     * false when it has answered itself. NULL for none. */
    bool (*prepare)(struct call *call, void *input);
    /* Answers in its own way from the command's answer. NULL for the usual way. With `shows` too,
     * that answer comes from the read model, which must then be up to date at the beginning. */
    void (*answer)(struct call *call, const void *answer);

    /* For OpenAPI, where a handler or `answer` decides the shapes itself. */
    const struct shape *input_shape;
    const struct shape *answer_shape;
    bool answer_is_list;
    int or_status;                /* another success ("not finished yet"), 0: none … */
    const struct shape *or_shape; /* … and what is answered then */
    const char *answer_type;      /* media type of what is no JSON */
};

/* The shape of what goes in, or NULL; of a resource's routes it is made in the arena. */
const struct shape *route_input(const struct route *route, struct arena *arena);

/* What is wrong with the scope of what the route reads, or NULL. Asked at start. */
const char *route_scope_problem(const struct route *route);

/* Does the text of its statement name what its scope is about? */
bool query_keeps_scope(const struct query *query);

/* Does its input come with a body? Else with the query string. */
bool route_has_body(const struct route *route);

/* The shape of what is answered (of one item, where a list is), or NULL where it is no JSON of a
 * shape. */
const struct shape *route_answer(const struct route *route);
bool route_answers_list(const struct route *route);

/* The areas' tables, each in api/<area>/<area>_routes.c and ended by a row without a method. */
extern const struct route agent_routes[];
extern const struct route identity_routes[];
extern const struct route node_routes[];
extern const struct route notification_routes[];
extern const struct route platform_routes[];
extern const struct route task_routes[];
extern const struct route workspace_routes[];

struct route_area {
    const char *name;
    const struct route *routes;
};
extern const struct route_area route_catalog[]; /* ended by a row without a name */

#endif
