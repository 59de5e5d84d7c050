/*
 * The parts of verify, and what each of them finds.
 *
 *   verify ──fork──► child: opens, walks, compares ──lines──► part ──► report
 *
 * What walks LMDB's trees runs in a child, because damage in them can crash inside LMDB.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_VERIFY_INTERNAL_H
#define REPLAY_VERIFY_INTERNAL_H

#include "core/shape/shape.h"
#include "projections/data_dir.h"
#include "replay/stopping.h"

/* From good to bad. */
enum verdict {
    VERDICT_OK = 1,
    VERDICT_ABSENT,    /* not there, or another version's: made again when it is needed */
    VERDICT_UNCHECKED, /* could not be looked at */
    VERDICT_DIFFERS,
    VERDICT_DAMAGED
};
extern const char *const verdict_names[];

enum { MOST_FINDINGS = 20, LONGEST_FINDING = 480 };

/* A field of the report, filled as the part is worked at. */
struct part {
    struct text part;
    struct enum_value verdict;
    int64_t events;       /* that were gone through, or whose fold was compared */
    struct text note;     /* a sentence */
    struct list findings; /* of texts: the first MOST_FINDINGS of each table */
    int64_t differences;  /* all of them */
    double seconds;       /* that it took */
};
extern const struct shape part_shape;

struct verify {
    const struct data_dir_settings *settings;
    struct arena *arena;
    struct stopping stopping;
    const char *home;      /* absolute */
    const char *workspace; /* an empty directory below it */
    struct bytes root_key; /* of the product, that grants go back to; absent: nobody says which */
    uint64_t size;         /* of the ledger when it was checked: all parts are to reach it */
};

/* How long a part that is derived is given to reach the ledger's size: a server commits its model
 * about every second. */
enum { VERIFY_TRIES = 30, VERIFY_TRY_MS = 100 };

/* Adds a finding (copied, cut) to those of a part, which has room for it. */
void part_find(struct arena *arena, struct part *part, struct text finding);
void part_conclude(struct part *part, enum verdict verdict, int64_t events, struct text note);

/* What a child says to its parent. */
struct child_report {
    int pipe;
    int64_t found;
};
void child_report_progress(uint64_t done, uint64_t size, void *child_report);
void child_report_found(struct child_report *child_report, const char *format, ...)
    PRINTF_LIKE(2, 3);
/* The last word. */
void child_report_verdict(
    struct child_report *child_report,
    enum verdict verdict,
    uint64_t events,
    const char *format,
    ...) PRINTF_LIKE(4, 5);

/* A file that is made anew when it is needed, and how it is checked. */
struct derived_part {
    const char *file;
    const char *absent;  /* what is to be said where there is none, … */
    const char *foreign; /* … and of another version's: STATUS_NOT_FOUND of check() */
    /* Compares it, and says the verdict when STATUS_OK. */
    enum status (*check)(void *checking, struct error *error);
};
/* A child's work on one. */
void verify_derived(
    const struct verify *verify,
    const struct derived_part *part,
    void *checking,
    struct child_report *child_report);

/* Runs `work` in a child and fills the part from what it says, or from how it died. */
void verify_in_child(
    struct verify *verify,
    const char *name,
    void (*work)(const struct verify *verify, struct child_report *child_report),
    struct part *out);

/* In children. */
void verify_ledger(const struct verify *verify, struct child_report *child_report);
void verify_keys(const struct verify *verify, struct child_report *child_report);
void verify_model(const struct verify *verify, struct child_report *child_report);
void verify_index(const struct verify *verify, struct child_report *child_report);

/* In the main process: no tree of LMDB's is walked that the ledger's child has not walked. */
void verify_rows(struct verify *verify, struct part *out);

/* The verdict of a status that is not OK. */
enum verdict verdict_of(enum status status);

/* Printing; gives the exit code. */
int report_print(const struct part *parts, size_t count, bool is_json);

#endif
