/*
 * Names of hosts, looked up on a loop beside what else it does. One for all connections of a user: libevent goes on with a
 * lookup after the connection that it was for is given up, so it outlives them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_WEB_NAMES_H
#define CORE_WEB_NAMES_H

struct event_base;
struct evdns_base;

/* By the name servers that the system has now. The loop's thread. Given. */
struct evdns_base *web_names_new(struct event_base *base);

/* They may have changed since they were read, as they do with networks: before another try. The loop's thread. */
void web_names_renew(struct evdns_base *names);

/* Before the loop is freed. Accepts NULL. */
void web_names_free(struct evdns_base *names);

#endif
