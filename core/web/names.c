/*
 * Names of hosts, by libevent's resolver.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/web/names.h"

#include "core/base/must.h"

#include <event2/dns.h>

#include <stddef.h>

struct evdns_base *web_names_new(struct event_base *base)
{
    struct evdns_base *names = evdns_base_new(base, EVDNS_BASE_DISABLE_WHEN_INACTIVE);

    must(names != NULL);
    web_names_renew(names);
    return names;
}

void web_names_renew(struct evdns_base *names)
{
    evdns_base_clear_nameservers_and_suspend(names);
    evdns_base_clear_host_addresses(names);
    (void)evdns_base_resolv_conf_parse(names, DNS_OPTIONS_ALL, "/etc/resolv.conf");
    evdns_base_resume(names);
}

void web_names_free(struct evdns_base *names)
{
    if (names != NULL)
        evdns_base_free(names, 0);
}
