/*
 * Orders about sinks: set up, change, remove; what whoever sends has to report; and the question which
 * there are.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_SINK_SINK_COMMANDS_H
#define COMMANDS_SINK_SINK_COMMANDS_H

#include "commands/command.h"
#include "eventlog/events/sink_events.h"

enum { MOST_SINKS = 16, SINK_LONGEST_HOST = 253, SINK_LONGEST_FILE = 100 };

/* Where a sink sends to, as its address says. */
enum sink_transport { SINK_HTTPS = 1, SINK_HTTP, SINK_SYSLOG_TLS, SINK_SYSLOG_TCP, SINK_FILE };

struct sink_address {
    enum sink_transport transport;
    struct text host; /* of an IPv6 address with its brackets; of a file absent */
    int64_t port;
    struct text file; /* its name, without directories */
};

/* Reads "https://host[:port][/path]", "http://…", "syslog+tls://host[:port]", "syslog+tcp://host[:port]"
 * or "file:///name". False when it is none. `out` may be NULL, else it lends from `address`. */
bool sink_address_read(struct text address, struct sink_address *out);
#define SINK_ADDRESS_RULE                                                                          \
    "address must be https://host/path, http://host/path, syslog+tls://host:port, "                \
    "syslog+tcp://host:port or file:///name, without user names"

struct create_sink {
    struct text name;
    struct text address;
    struct enum_value format;
    const struct sink_filter *filter; /* absent: everything */
    struct text token;
    int64_t from_position; /* absent: from now on */
};
extern const struct command create_sink_command;

/* Whatever is not given stays. A token goes with its address: where another host is named and no token,
 * it has none. */
struct change_sink {
    struct uuid sink_id;
    struct text name;
    struct text address;
    struct enum_value format;
    const struct sink_filter *filter;
    struct text token;
    struct opt_bool is_paused;
    int64_t given;
};
extern const struct command change_sink_command;

struct remove_sink {
    struct uuid sink_id;
};
extern const struct command remove_sink_command;

enum sink_report { SINK_REPORT_FAILING = 1, SINK_REPORT_RECOVERED, SINK_REPORT_REFUSED };

/* What the sender has to say. Nothing happens where it is on record already, or the sink is gone. */
struct report_sink {
    struct uuid sink_id;
    struct enum_value report; /* enum sink_report */
    int64_t position;         /* of the event that was refused; else the first that is not sent */
    struct text reason;
};
extern const struct command report_sink_command;

/* A sink, as its stream leaves it. */
struct known_sink {
    struct uuid id;
    struct text name;
    struct text address;
    struct enum_value format;
    const struct sink_filter *filter; /* absent: everything */
    struct opt_bool is_paused;
    int64_t next_position;  /* all before it was sent, or left out, as far as is on record */
    int64_t set_position;   /* of the event that set it up last */
    int64_t token_position; /* of the event that has its token; absent: it has none */
    struct opt_bool is_failing;
};
extern const struct shape known_sink_shape;

/* A question: which sinks are there? */
struct query_sinks {
    struct opt_bool any; /* nothing is asked of it */
};
struct known_sinks {
    struct list items; /* of struct known_sink, oldest first */
};
extern const struct command query_sinks_command;

extern const struct command *const sink_commands[];
extern const struct refusal *const sink_refusals[];

/* For whoever knows what the write side does not. */
extern const struct refusal refused_sink_directory;
extern const struct refusal refused_sink_position;

#endif
