/*
 * Namespaces of Socket.IO: who comes in, and how failures are told there. What can be said in them are rows
 * of message_catalog.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SOCKET_NAMESPACE_H
#define API_SOCKET_NAMESPACE_H

#include "api/socket/socket.h"

struct namespace
{
    const char *name;       /* "/realtime" */
    const char *token_type; /* of the tokens that open it; NULL: access tokens */
    bool wants_token;       /* else everybody may come in */
    bool is_leaders;        /* a follower leaves it to its leader, see passage.h */
    /* What the row is to read of a message's payload; absent: it is refused. NULL: all of it. */
    struct text (*payload)(struct arena * arena, struct text name, struct text data);
    /* May the message come at all? False: no, and the namespace has seen to it. NULL: all may. */
    bool (*may_come)(struct socket * socket, const struct route *route);
    /* Before somebody with a token comes in: takes from it what later messages need. False: refused, which
     * has been said. NULL for none. */
    bool (*prepare)(struct socket * socket, struct text token);
    /* Somebody is in. NULL for none. */
    void (*joined)(struct socket * socket);
    /* A message failed; the error is fit for callers. */
    void (*failed)(struct socket_call * message, const struct error *error);
    /* A message that no row knows. NULL: nothing happens. */
    void (*unknown)(struct socket * socket, struct text name);
    /* Somebody has left, for whatever reason. NULL for none. */
    void (*left)(struct socket * socket);
};

/* Of the areas, … */
extern const struct namespace agent_namespace;
extern const struct namespace terminal_namespace;
extern const struct namespace realtime_namespace;
/* … and all of them, ended by NULL; MOST_NAMESPACES at most. */
extern const struct namespace *const namespaces[];

#endif
