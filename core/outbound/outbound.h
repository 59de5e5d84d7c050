/*
 * What leaves the house: one mail by SMTP, one document by HTTP, one stretch of bytes by TCP or TLS, each
 * by one call that waits for the answer. libcurl is known only here.
 *
 * Every step has its time, and so has the whole (struct outbound_limits). What comes back is
 * bounded. A name or subject can never become a header or a second recipient: control characters in
 * them become blanks, and an address that is none is refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_OUTBOUND_OUTBOUND_H
#define CORE_OUTBOUND_OUTBOUND_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/base/timestamp.h"
#include "core/base/uuid.h"

#include <stdbool.h>

enum { OUTBOUND_MOST_RECIPIENTS = 100, OUTBOUND_LARGEST_LETTER = 1 << 20 };

struct outbound;

/* In seconds. A call that comes to one of its ends gives STATUS_TIMED_OUT. */
struct outbound_limits {
    int connect_s; /* name, connection, TLS; with a mail server also greeting and sign-in */
    int answer_s;  /* for an answer to each command, and for nearly nothing to move */
    int whole_s;   /* of a call, however it goes on */
};
extern const struct outbound_limits outbound_usual_limits;

/* Given to the caller. One thread at a time uses it; connections are kept for the next call. The
 * limits are copied. */
struct outbound *outbound_new(const struct outbound_limits *limits);
void outbound_free(struct outbound *outbound); /* accepts NULL */

/* Networks that calls may reach which users have named, beside what is public; none at first. */
struct http_networks;
void outbound_allow(struct outbound *outbound, const struct http_networks *networks);

/* The call under way, and all further ones, fail within about a second. Any thread. */
void outbound_cancel(struct outbound *outbound);

/* A mail server. TLS begins with the first byte, or by STARTTLS where the server offers it; its
 * certificate is verified in both cases. Without a username nobody signs in. */
struct mail_server {
    struct text host;
    int64_t port;
    bool is_secure;    /* TLS from the first byte */
    bool requires_tls; /* nothing is sent without, the password least of all */
    struct text username;
    struct text password;
};

struct mail_message {
    struct text from_name; /* may be absent */
    struct text from_address;
    const struct text *to; /* addresses */
    size_t to_count;       /* 1 to OUTBOUND_MOST_RECIPIENTS */
    struct text subject;
    struct text plain; /* UTF-8, lines ended by \n */
    struct text html;
    struct timestamp date;
    struct text message_id; /* without angle brackets; the same for each attempt of one letter */
};

/* The message_id of a letter: its id at the domain of the sender (RFC 5322 3.6.4). In the arena. */
struct text mail_message_id(struct arena *arena, struct uuid id, struct text from_address);

/* Sends it to all recipients; succeeds when at least one was taken. Those whose address has other
 * letters than ASCII before its @ are left out where the server cannot take them (RFC 6531).
 * STATUS_INVALID where it could never be sent (an address is none, there is nobody whom the server
 * can reach, it is too large); else STATUS_UNAVAILABLE or
 * STATUS_TIMED_OUT with what the server said, and its reply code in `error->code` ("550"). */
MUST_USE enum status outbound_send(
    struct outbound *outbound,
    const struct mail_server *server,
    const struct mail_message *mail,
    struct error *error);

/* The letter as it travels (RFC 5322, multipart/alternative), in the arena. Statuses as above. */
MUST_USE enum status mail_message_compose(
    const struct mail_message *mail, struct arena *arena, struct text *out, struct error *error);

/* What a server answered, in the arena; of its body at most 64 KiB. */
struct web_answer {
    int status;
    struct text body;
    int64_t retry_after_s; /* that it asks for (Retry-After); 0: it does not */
};

/* "webhook-id: …" */
struct web_header {
    const char *name;
    struct text value;
};
enum { WEB_MOST_HEADERS = 4 };

/* Whom others name, we do not trust: reach.h says which addresses are connected to. */
struct web_post {
    struct text url;
    const char *content_type;
    struct text body;
    struct text token;                           /* sent as a bearer token; may be absent */
    struct text ca_file;                         /* PEM; absent: what the system trusts */
    struct web_header headers[WEB_MOST_HEADERS]; /* ended by one without a name */
    bool is_of_users; /* users have named the URL; else whoever runs the installation */
    bool cuts_answer; /* of a longer body the first 64 KiB are enough; else it is a failure */
};

/* Posts a document to an http or https URL; follows no redirection. Any HTTP status is a success here.
 * The URL never stands in an error, since it may hold a secret. */
MUST_USE enum status outbound_post(
    struct outbound *outbound,
    const struct web_post *post,
    struct arena *arena,
    struct web_answer *out,
    struct error *error);

/* A document that others name. */
struct web_get {
    struct text url;    /* http or https */
    const char *accept; /* media type; NULL: any */
    const char *user_agent;
    struct text ca_file; /* as above */
    struct text token;   /* sent as a bearer token; may be absent */
    bool is_of_users;    /* as above; then no redirection is followed */
};

/* Appends what is there to `out`, whose ceiling bounds it; up to five redirections are followed, from https to
 * https only. STATUS_OK: it was answered with 2xx. Else `out` is as it was: STATUS_NOT_FOUND for 404 and 410,
 * STATUS_TOO_LARGE, STATUS_TIMED_OUT, or STATUS_UNAVAILABLE, and nothing of the answer stands in the error. It
 * is only connected to as above. */
MUST_USE enum status outbound_get(
    struct outbound *outbound, const struct web_get *get, struct buf *out, struct error *error);

/* A receiver that answers nothing. */
struct stream_server {
    struct text host; /* of an IPv6 address with brackets */
    int64_t port;
    bool is_secure;      /* TLS; the certificate is verified for the host's name */
    struct text ca_file; /* as above */
};

/* Sends it over a connection of its own, ends that, and waits until the receiver has ended it too: it has
 * read everything then. It is only connected to as above. */
MUST_USE enum status outbound_stream(
    struct outbound *outbound,
    const struct stream_server *server,
    struct text bytes,
    struct arena *arena,
    struct error *error);

#endif
