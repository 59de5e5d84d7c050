/*
 * A mail server for tests: it takes what is sent to it and keeps it. Plain SMTP on the loopback,
 * with AUTH PLAIN where it is given a login, on a thread of its own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_MAIL_SINK_H
#define TESTS_SUPPORT_MAIL_SINK_H

#include <stdbool.h>
#include <stddef.h>

struct mail_sink;

/* What was sent, as it came: addresses without angle brackets, blanks between several. */
struct sunk_mail {
    char from[256];
    char to[2048];
    char login[128]; /* Base64 of what AUTH PLAIN gave, or "" */
    char *data;      /* headers and body, without the final dot */
};

/* Given to the caller. Listening when it returns. */
struct mail_sink *mail_sink_new(void);
void mail_sink_free(struct mail_sink *sink); /* accepts NULL */
int mail_sink_port(const struct mail_sink *sink);

/* From now on it answers each recipient in this way ("550 nobody here"); NULL: takes them. The text
 * is borrowed. */
void mail_sink_refuse(struct mail_sink *sink, const char *reply);
/* The same for this recipient only. */
void mail_sink_refuse_one(struct mail_sink *sink, const char *address, const char *reply);
/* From now on it offers this, too ("SMTPUTF8"); NULL: nothing but AUTH. Who then says STARTTLS is told
 * to try later. The text is borrowed. */
void mail_sink_offer(struct mail_sink *sink, const char *extension);
/* From the next line that begins so it says nothing any more, and ends a connection after ten seconds:
 * "DATA"; "." ends a mail; "" is the next connection. Borrowed. */
void mail_sink_fall_silent(struct mail_sink *sink, const char *at);

/* Lets so much time pass before each reply. */
void mail_sink_slow_down(struct mail_sink *sink, int pause_ms);

/* Has anybody named a recipient or a login so far, mail or none? */
bool mail_sink_was_told(struct mail_sink *sink);

/* Waits up to ten seconds until so many mails have come. */
bool mail_sink_wait(struct mail_sink *sink, size_t count);
size_t mail_sink_count(struct mail_sink *sink);
/* The n-th mail that came; borrowed. */
const struct sunk_mail *mail_sink_mail(struct mail_sink *sink, size_t n);

#endif
