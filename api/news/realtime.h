/*
 * The namespace /realtime: people hear what happens in their workspaces, without asking, and to nodes that
 * they name.
 *
 *   connect ─► scope of the person ─► rooms of their workspaces ─► frames (frame.h)
 *   subscribe.node, subscribe.workspace and their opposites ─► one room more, or less
 *
 * What a person may hear is asked again whenever it may have changed (audience.h); who may hear nothing any
 * more loses the connection without a word, so that its client comes back with a fresh token.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NEWS_REALTIME_H
#define API_NEWS_REALTIME_H

#include "api/route.h"

enum { MOST_SUBSCRIPTIONS = 4096 }; /* of a socket, with a member's own workspaces */

/* Row of "connect". */
bool realtime_prepare_connect(struct call *call, void *input);
void realtime_answer_connect(struct call *call, const void *answer);

/* Rows of subscriptions. */
extern const struct shape node_subscription_shape;
extern const struct shape workspace_subscription_shape;
extern const struct shape subscription_view_shape;
void realtime_subscribe_node(struct call *call);
void realtime_unsubscribe_node(struct call *call);
void realtime_subscribe_workspace(struct call *call);
void realtime_unsubscribe_workspace(struct call *call);

#endif
