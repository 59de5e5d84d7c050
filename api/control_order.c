/*
 * The table of orders.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/control_order.h"

#include "api/privacy/privacy_hooks.h"
#include "commands/identity/identity_commands.h"
#include "commands/platform/platform_commands.h"
#include "commands/privacy/privacy_commands.h"
#include "core/base/buf.h"
#include "core/base/log.h"
#include "core/base/must.h"
#include "core/shape/shape_json.h"
#include "eventlog/keyed_digest.h"
#include "eventlog/signer.h"

enum { LARGEST_JSON = 16 << 10 };

/* A new seed is in keys.mdb before anything names its key. */
static enum status add_signing_key(
    const struct control_parts *parts, struct arena *arena, void *input, struct error *error)
{
    struct rotate_signing_key *order = input;
    uint8_t *verifier = arena_take(arena, VERIFIER_KEY_SIZE);

    if (signer_is_contradicted(parts->signer, NULL, error))
        return error->status;
    order->verifier_key = (struct bytes){verifier, VERIFIER_KEY_SIZE};
    return keyring_make_signing_key(parts->keyring, verifier, error);
}

/* All keys are wrapped anew before that is decided. A follower's order is decided by its leader alone, so that there is
 * another key to wrap them under is asked here, too. */
static enum status add_rewrapping(
    const struct control_parts *parts, struct arena *arena, void *input, struct error *error)
{
    struct rotate_key_encryption_key *order = input;
    struct rewrapping *rewrapping = arena_one(arena, struct rewrapping);
    enum status status = keyring_rewrap(parts->keyring, rewrapping, error);

    order->key_id = (struct bytes){rewrapping->key_id, sizeof(rewrapping->key_id)};
    order->has_former = opt_bool_of(rewrapping->has_former);
    order->rows = rewrapping->rows;
    if (status == STATUS_OK && !rewrapping->has_former)
        return decision_refuse(error, &refused_former_key_missing);
    return status;
}

static enum status add_person_keys(
    const struct control_parts *parts, struct arena *arena, void *input, struct error *error)
{
    struct erase_person *order = input;

    return privacy_find_keys(parts->keyring, order->subject_id, arena, &order->key_ids, error);
}

/* What this server has kept weighs more than what others have. */
static enum status add_contradicted(
    const struct control_parts *parts, struct arena *arena, void *input, struct error *error)
{
    struct declare_origin *order = input;
    bool holds = true;
    enum status status = STATUS_OK;

    (void)arena;
    if (signer_is_contradicted(parts->signer, &order->note, NULL))
        return STATUS_OK;
    if (text_is_present(order->seen))
        status = signer_look_at(parts->signer, order->seen, &holds, error);
    if (status == STATUS_OK && !holds)
        order->note = order->seen;
    return status;
}

/* The token goes no further. */
static enum status add_token_digest(
    const struct control_parts *parts, struct arena *arena, void *input, struct error *error)
{
    struct admit_follower *order = input;

    if (!text_is_present(order->token))
        return error_set_code(error, STATUS_INVALID, "validation_failed", "token must be given");
    order->token_digest = keyed_digest_follower(parts->keyring, arena, order->token);
    order->token = (struct text){NULL, 0};
    return STATUS_OK;
}

/* Whoever led before knows the keys of today, which may be rotated before it is told: its first checkpoint is signed while
 * they sign. Without one the epoch has begun all the same. */
static void sign_epoch(const struct control_parts *parts)
{
    struct error error = {0};
    enum status status = signer_catch_up(parts->signer, &error);

    if (status == STATUS_OK)
        status = signer_sign(parts->signer, &error);
    if (status != STATUS_OK)
        log_warning("promote.not_signed", log_cause(&error));
}

/* What may be ordered, and what the server itself adds to it. */
static const struct order_kind {
    const struct command *command;
    enum status (*add)(
        const struct control_parts *parts, struct arena *arena, void *input, struct error *error);
    void (*follow_up)(const struct control_parts *parts); /* once it is on record; NULL: nothing */
    const char *not_beside;   /* a server: why; NULL: beside it as well */
    bool is_for_contradicted; /* ledgers, too: see signer.h */
} orders[] = {
    {.command = &set_password_command},
    {.command = &make_export_command},
    {.command = &record_drill_command},
    {.command = &record_restore_command,
     .not_beside = "a home is restored before a server uses it",
     .is_for_contradicted = true},
    {.command = &admit_follower_command, .add = add_token_digest},
    {.command = &revoke_follower_command},
    {.command = &promote_leader_command,
     .follow_up = sign_epoch,
     .not_beside = "a follower is promoted on its stopped home: stop the server first"},
    {.command = &forget_person_command, .add = add_person_keys},
    {.command = &rotate_key_encryption_key_command, .add = add_rewrapping},
    {.command = &place_hold_command},
    {.command = &end_hold_command},
    {.command = &query_holds_command},
    {.command = &query_settings_command},
    {.command = &change_settings_command},
    {.command = &rotate_signing_key_command, .add = add_signing_key},
    {.command = &declare_origin_command,
     .add = add_contradicted,
     .not_beside = "a new origin is declared on a stopped home: stop the server first; it signs "
                   "under the new origin from its next start",
     .is_for_contradicted = true},
};

/* NULL: there is none of that name. */
static const struct order_kind *find_order(struct text name)
{
    for (size_t i = 0; i < COUNT_OF(orders); i++) {
        if (text_is(name, orders[i].command->name))
            return &orders[i];
    }
    return NULL;
}

bool control_is_for_contradicted(const struct control_order *order)
{
    const struct order_kind *kind = find_order(order->name);

    return kind != NULL && kind->is_for_contradicted;
}

static enum status read_input(
    const struct control_parts *parts,
    const struct order_kind *kind,
    struct text json,
    struct arena *arena,
    struct own_command *out,
    struct error *error)
{
    const struct command *command = kind->command;
    void *input = arena_take(arena, command->input->size);
    enum status status = shape_json_read(command->input, json, arena, input, error);

    if (status == STATUS_OK && kind->add != NULL)
        status = kind->add(parts, arena, input, error);
    if (status != STATUS_OK)
        return status;
    keyed_digest_personal(parts->keyring, command->input, timestamp_now(), arena, input);
    out->command = command;
    out->input = input;
    return STATUS_OK;
}

enum status control_order_read(
    const struct control_parts *parts,
    const struct control_order *order,
    bool is_beside_server,
    struct arena *arena,
    struct own_command *out,
    struct error *error)
{
    const struct order_kind *kind = find_order(order->name);

    if (kind == NULL)
        return error_set_code(
            error, STATUS_INVALID, "unknown_order", "the server takes no order \"%.*s\"",
            TEXT_ARGS(text_first_bytes(order->name, 80)));
    if (is_beside_server && kind->not_beside != NULL)
        return error_set_code(error, STATUS_CONFLICT, "server_running", "%s", kind->not_beside);
    return read_input(parts, kind, order->input, arena, out, error);
}

static struct text to_json(const struct shape *shape, const void *value, struct arena *arena)
{
    AUTO_BUF json = {0};

    buf_init(&json, LARGEST_JSON);
    shape_json_write(shape, value, &json);
    return text_copy(arena, buf_text(&json));
}

struct control_order control_order_make(
    const struct command *command,
    const struct shape *shape,
    const void *input,
    struct arena *arena)
{
    return (struct control_order){
        .name = text_from(command->name), .input = to_json(shape, input, arena)};
}

struct text
control_order_answer(const struct command *command, const void *answer, struct arena *arena)
{
    must(command != NULL);
    return answer == NULL ? (struct text){NULL, 0} : to_json(command->answer, answer, arena);
}

enum status control_execute(
    const struct control_parts *parts,
    const struct control_order *order,
    struct arena *arena,
    struct text *out_answer,
    struct error *error)
{
    const struct order_kind *kind;
    struct own_command own = {0};
    const void *answer = NULL;
    enum status status = control_order_read(parts, order, false, arena, &own, error);

    if (status == STATUS_OK)
        status = own_command_execute(parts->writer, own.command, own.input, arena, &answer, error);
    if (status != STATUS_OK)
        return status;
    *out_answer = control_order_answer(own.command, answer, arena);
    kind = find_order(order->name);
    if (kind != NULL && kind->follow_up != NULL)
        kind->follow_up(parts);
    return STATUS_OK;
}
