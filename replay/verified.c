/*
 * What was found of a ledger elsewhere, for people and for programs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/buf.h"
#include "core/base/encode.h"
#include "core/shape/shape_json.h"
#include "eventlog/checkpoint.h"
#include "replay/verify_elsewhere.h"
#include "replay/verify_internal.h"

#include <stdio.h>
#include <string.h>

enum { LINE_BYTES = 64 << 10 };

struct finding {
    struct enum_value verdict;
    struct text log;
    int64_t size;
    struct text root;
    int64_t position;
    struct timestamp signed_at;
    struct text code;
    struct text note;
};
static const struct field finding_fields[] = {
    {ENUM(finding, verdict, verdict_names), .doc = "Outcome: ok, damaged, or unchecked."},
    {TEXT(finding, log), .doc = "Name of the ledger in its checkpoint."},
    {INT64(finding, size), .doc = "Number of events that the checkpoint is of."},
    {TEXT(finding, root), .doc = "Root that was signed, in Base64."},
    {INT64(finding, position), .doc = "Position of the event that a receipt is of."},
    {TIMESTAMP(finding, signed_at), .doc = "Time of signing, as the server says."},
    {TEXT(finding, code), .doc = "What is wrong, for programs."},
    {TEXT(finding, note), .doc = "Explanation of the outcome."},
};
static const struct shape finding_shape = SHAPE(finding, "Outcome of one look at a ledger.");

/* What to do about what an auditor must hear of. */
static const struct {
    const char *code;
    const char *remedy;
} remedies[] = {
    {"not_signed",
     "have the ledger's key from its operators on another way; it may have been changed"},
    {"ledger_rolled_back",
     "an older copy was put in its place, or events were removed: ask its operators"},
    {"ledger_forked",
     "keep both checkpoints: nobody can deny them. Believe nothing of this server"},
    {"leader_superseded", "ask the server that leads: its ledger is of a newer epoch"},
    {"evidence_damaged", "keep this copy, and compare with another one"},
    {"ledger_silent", "ask its operators whether it still signs, and since when it does not"},
};

static void print_line(const struct finding *finding)
{
    AUTO_BUF out = {0};

    buf_init(&out, LINE_BYTES);
    shape_json_write(&finding_shape, finding, &out);
    printf("%s\n", out.data);
    (void)fflush(stdout);
}

static struct finding of_checkpoint(struct arena *arena, const struct verified *verified)
{
    const struct checkpoint *checkpoint = verified->checkpoint;
    struct finding finding;

    shape_clear(&finding_shape, &finding);
    finding.verdict.is = VERDICT_OK;
    finding.log = checkpoint->origin;
    finding.size = (int64_t)checkpoint->size;
    finding.root = base64_encode(arena, (struct bytes){checkpoint->root.bytes, DIGEST_SIZE});
    finding.signed_at = verified->signed_at;
    finding.note = verified->sentence;
    if (verified->position != UINT64_MAX)
        finding.position = (int64_t)verified->position;
    return finding;
}

void verified_print(const struct verify_options *options, const struct verified *verified)
{
    AUTO_ARENA arena = arena_new(LINE_BYTES);

    if (opt_bool_is_true(options->json)) {
        const struct finding finding = of_checkpoint(arena, verified);
        print_line(&finding);
        return;
    }
    printf("%.*s\n", TEXT_ARGS(verified->sentence));
    (void)fflush(stdout);
}

void verified_complain(const struct verify_options *options, const struct error *error)
{
    struct finding finding;

    if (opt_bool_is_true(options->json)) {
        shape_clear(&finding_shape, &finding);
        finding.verdict.is = error->status == STATUS_CORRUPT ? VERDICT_DAMAGED : VERDICT_UNCHECKED;
        finding.code = text_from(error->code);
        finding.note = text_from(error->text);
        print_line(&finding);
    }
    fprintf(stderr, "fleetledger verify: %s\n", error->text);
    for (size_t i = 0; i < COUNT_OF(remedies); i++) {
        if (strcmp(error->code, remedies[i].code) == 0)
            fprintf(stderr, "  why: %s\n  do:  %s\n", error->code, remedies[i].remedy);
    }
}
