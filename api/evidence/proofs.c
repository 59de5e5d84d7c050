/*
 * Checkpoint, key, proofs and receipts.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/evidence.h"
#include "core/base/encode.h"
#include "eventlog/ledger_proof.h"
#include "eventlog/receipt.h"

static const char plain_text[] = "text/plain; charset=utf-8";

bool evidence_newest(struct call *call, struct signed_checkpoint *out)
{
    struct error error;
    struct error why;

    if (signer_newest(call->services->signer, call->arena, out))
        return true;
    if (signer_is_contradicted(call->services->signer, NULL, &why))
        error_set_code(
            &error, STATUS_UNAVAILABLE, "ledger_contradicted",
            "Nothing is signed, because the ledger does not continue what was: %s.", why.text);
    else
        error_set_code(
            &error, STATUS_UNAVAILABLE, "not_signed_yet",
            "No checkpoint has been signed yet. Try again in a second.");
    call_answer_error(call, &error);
    return false;
}

void evidence_cache(struct call *call, bool never_changes)
{
    bool is_public = opt_bool_is_true(call->services->settings->ledger_public);

    call_header(
        call, "Cache-Control",
        text_format(
            call->arena, "%s, %s", is_public ? "public" : "private",
            never_changes ? "max-age=31536000, immutable" : "max-age=1"));
}

void evidence_checkpoint_handle(struct call *call)
{
    struct signed_checkpoint newest;
    char *date = arena_take(call->arena, 30);

    if (!evidence_newest(call, &newest))
        return;
    timestamp_print_http(newest.signed_at, date);
    call_header(call, "Last-Modified", text_from(date));
    evidence_cache(call, false);
    call_answer_text(call, 200, plain_text, newest.note);
}

void evidence_key_handle(struct call *call)
{
    struct signed_checkpoint newest;

    if (!evidence_newest(call, &newest))
        return;
    evidence_cache(call, false);
    call_answer_text(call, 200, plain_text, newest.keys);
}

/* Of a size that is signed: that of the newest checkpoint where nothing else was asked for. */
static bool size_of_proof(struct call *call, int64_t asked, uint64_t *out)
{
    struct signed_checkpoint newest;
    struct error error;

    if (!evidence_newest(call, &newest))
        return false;
    *out = asked == INT64_ABSENT ? newest.size : (uint64_t)asked;
    if (*out <= newest.size)
        return true;
    error_set_code(
        &error, STATUS_INVALID, "size_not_signed",
        "size is %llu, and the newest checkpoint has size %llu.", (unsigned long long)*out,
        (unsigned long long)newest.size);
    call_answer_error(call, &error);
    return false;
}

static struct text base64_of(struct arena *arena, const struct digest *digest)
{
    return base64_encode(arena, (struct bytes){digest->bytes, DIGEST_SIZE});
}

static struct list hashes_of(struct arena *arena, const struct proof *proof)
{
    struct text *hashes = arena_array(arena, proof->count, sizeof(*hashes));

    for (size_t i = 0; i < proof->count; i++)
        hashes[i] = base64_of(arena, &proof->hashes[i]);
    return (struct list){hashes, proof->count};
}

struct inclusion_question {
    int64_t position;
    int64_t size;
};
static const struct field inclusion_question_fields[] = {
    {INT64(inclusion_question, position), .flags = REQUIRED, .min = 0, .max = INT64_MAX,
     .doc = "Position of the event."},
    {INT64(inclusion_question, size), .min = 1, .max = INT64_MAX,
     .doc = "Size of the ledger; without it, that of the newest checkpoint."},
};
const struct shape inclusion_question_shape =
    SHAPE(inclusion_question, "An event, and the ledger that it is in.");

static const struct field inclusion_proof_fields[] = {
    {INT64(inclusion_proof, position), .flags = REQUIRED, .doc = "Position of the event."},
    {INT64(inclusion_proof, size), .flags = REQUIRED, .doc = "Size of the ledger."},
    {TEXT(inclusion_proof, leaf), .flags = REQUIRED,
     .doc = "Hash of the entry (RFC 6962), in Base64."},
    {TEXT(inclusion_proof, root), .flags = REQUIRED,
     .doc = "Root of the ledger of that size, in Base64."},
    {LIST_OF(inclusion_proof, hashes, KIND_TEXT), .flags = REQUIRED,
     .doc = "Path from the leaf up, in Base64 (RFC 6962, section 2.1.1)."},
};
const struct shape inclusion_proof_shape =
    SHAPE(inclusion_proof, "Proof that an event is on the ledger.");

enum status evidence_inclusion(
    struct call *call,
    struct position position,
    uint64_t size,
    const struct inclusion_proof **out,
    struct error *error)
{
    struct ledger *ledger = call->services->ledger;
    struct inclusion_proof *made = arena_one(call->arena, struct inclusion_proof);
    struct proof proof;
    struct digest leaf;
    struct digest root;
    enum status status = ledger_inclusion(ledger, position, size, &proof, error);

    if (status == STATUS_OK)
        status = ledger_leaf(ledger, position, &leaf, error);
    if (status == STATUS_OK)
        status = ledger_root(ledger, size, &root, error);
    if (status != STATUS_OK)
        return status;
    *made = (struct inclusion_proof){
        .position = (int64_t)position.value,
        .size = (int64_t)size,
        .leaf = base64_of(call->arena, &leaf),
        .root = base64_of(call->arena, &root),
        .hashes = hashes_of(call->arena, &proof),
    };
    *out = made;
    return STATUS_OK;
}

void evidence_inclusion_handle(struct call *call)
{
    const struct inclusion_question *asked = call->input;
    struct position position = {(uint64_t)asked->position};
    const struct inclusion_proof *proof;
    struct error error;
    uint64_t size;

    if (!size_of_proof(call, asked->size, &size))
        return;
    if (evidence_inclusion(call, position, size, &proof, &error) == STATUS_OK)
        call_answer_shape(call, 200, &inclusion_proof_shape, proof);
    else
        call_answer_error(call, &error);
}

struct consistency_question {
    int64_t from;
    int64_t size;
};
static const struct field consistency_question_fields[] = {
    {INT64(consistency_question, from), .flags = REQUIRED, .min = 0, .max = INT64_MAX,
     .doc = "Size of the smaller ledger."},
    {INT64(consistency_question, size), .min = 0, .max = INT64_MAX,
     .doc = "Size of the larger ledger; without it, that of the newest checkpoint."},
};
const struct shape consistency_question_shape =
    SHAPE(consistency_question, "Two sizes of the ledger.");

struct consistency_proof {
    int64_t from;
    int64_t size;
    struct text from_root;
    struct text root;
    struct list hashes;
};
static const struct field consistency_proof_fields[] = {
    {INT64(consistency_proof, from), .flags = REQUIRED, .doc = "Size of the smaller ledger."},
    {INT64(consistency_proof, size), .flags = REQUIRED, .doc = "Size of the larger ledger."},
    {TEXT(consistency_proof, from_root), .flags = REQUIRED,
     .doc = "Root of the ledger of the smaller size, in Base64."},
    {TEXT(consistency_proof, root), .flags = REQUIRED,
     .doc = "Root of the ledger of the larger size, in Base64."},
    {LIST_OF(consistency_proof, hashes, KIND_TEXT), .flags = REQUIRED,
     .doc = "Hashes of the proof, in Base64 (RFC 6962, section 2.1.2)."},
};
const struct shape consistency_proof_shape =
    SHAPE(consistency_proof, "Proof that one ledger continues another.");

static enum status
answer_consistency(struct call *call, uint64_t from, uint64_t size, struct error *error)
{
    struct ledger *ledger = call->services->ledger;
    struct proof proof;
    struct digest from_root;
    struct digest root;
    enum status status = ledger_consistency(ledger, from, size, &proof, error);

    if (status == STATUS_OK)
        status = ledger_root(ledger, from, &from_root, error);
    if (status == STATUS_OK)
        status = ledger_root(ledger, size, &root, error);
    if (status != STATUS_OK)
        return status;
    call_answer_shape(
        call, 200, &consistency_proof_shape,
        &(struct consistency_proof){
            .from = (int64_t)from,
            .size = (int64_t)size,
            .from_root = base64_of(call->arena, &from_root),
            .root = base64_of(call->arena, &root),
            .hashes = hashes_of(call->arena, &proof),
        });
    return STATUS_OK;
}

void evidence_consistency_handle(struct call *call)
{
    const struct consistency_question *asked = call->input;
    struct error error;
    uint64_t size;

    if (!size_of_proof(call, asked->size, &size))
        return;
    if (answer_consistency(call, (uint64_t)asked->from, size, &error) != STATUS_OK)
        call_answer_error(call, &error);
}

struct receipt_question {
    int64_t position;
};
static const struct field receipt_question_fields[] = {
    {INT64(receipt_question, position), .flags = FROM_PATH | REQUIRED, .min = 0, .max = INT64_MAX,
     .doc = "Position of the event, as Ledger-Position named it."},
};
const struct shape receipt_question_shape = SHAPE(receipt_question, "An event.");

/* On the ledger, and signed? */
static enum status can_be_had(
    const struct call *call,
    struct position position,
    const struct signed_checkpoint *newest,
    struct error *error)
{
    if (position.value < newest->size)
        return STATUS_OK;
    if (position.value < ledger_size(call->services->ledger))
        return error_set_code(
            error, STATUS_UNAVAILABLE, "not_signed_yet",
            "The event is on the ledger, and the next checkpoint will cover it. Try again in a second.");
    return error_set_code(
        error, STATUS_NOT_FOUND, "event_not_found", "There is no event at position %llu yet.",
        (unsigned long long)position.value);
}

/* With the entry, so that nothing else is needed to check it. */
enum status evidence_receipt(
    struct call *call,
    struct position position,
    const struct signed_checkpoint *newest,
    struct text *out,
    struct error *error)
{
    struct ledger *ledger = call->services->ledger;
    struct receipt receipt = {.index = position.value, .note = newest->note};
    AUTO_BUF entry = {0};
    struct proof proof;
    enum status status;

    buf_init(&entry, ENTRY_MAX_BYTES);
    status = ledger_inclusion(ledger, position, newest->size, &proof, error);
    if (status == STATUS_OK)
        status = ledger_entry(ledger, position, &entry, error);
    if (status != STATUS_OK)
        return status;
    receipt.entry = buf_bytes(&entry);
    receipt.path = (struct tree_path){proof.hashes, proof.count};
    *out = receipt_text(call->arena, &receipt);
    return STATUS_OK;
}

void evidence_receipt_handle(struct call *call)
{
    const struct receipt_question *asked = call->input;
    struct position position = {(uint64_t)asked->position};
    struct signed_checkpoint newest;
    struct text receipt = {0};
    struct error error;
    enum status status;

    if (!evidence_newest(call, &newest))
        return;
    status = can_be_had(call, position, &newest, &error);
    if (status == STATUS_OK)
        status = evidence_receipt(call, position, &newest, &receipt, &error);
    if (status != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    evidence_cache(call, false);
    call_answer_text(call, 200, plain_text, receipt);
}
