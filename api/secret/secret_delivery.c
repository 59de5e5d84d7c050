/*
 *   {"command":…, "secrets":{"TOKEN":"github"}, "environment":{"A":"b"}}
 *     ─► {"command":…, "environment":{"A":"b","TOKEN":"…"}}
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/secret/secret_delivery.h"

#include "api/secret/vault.h"
#include "api/services.h"
#include "commands/secret/secret_lookup.h"
#include "core/base/buf.h"
#include "core/shape/json_peek.h"
#include "core/shape/shape_json.h"

enum { LARGEST_PAYLOAD = 16 << 20 };

static void add_name(struct buf *out, struct text name, size_t *count)
{
    if ((*count)++ > 0)
        buf_add_char(out, ',');
    json_write_text(out, name);
    buf_add_char(out, ':');
}

/* As it is, but for a brace that is left open. */
static void add_environment(struct arena *arena, struct text own, struct buf *out, size_t *count)
{
    struct text name;
    struct text value;
    size_t cursor = 0;

    buf_add_char(out, '{');
    while (text_is_present(own) && own.data[0] == '{' &&
           json_peek_pair(arena, own, &cursor, &name, &value)) {
        add_name(out, name, count);
        buf_add_text(out, value);
    }
}

static enum status add_values(
    const struct services *services,
    const struct list *secrets,
    struct arena *arena,
    struct buf *out,
    size_t *count,
    struct error *error)
{
    const struct secret_delivery *all = secrets->items;
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < secrets->count; i++) {
        struct text value;
        status = vault_open(services->vault, all[i].version_id, arena, &value, error);
        if (status != STATUS_OK)
            break;
        add_name(out, all[i].variable, count);
        json_write_text(out, value);
    }
    return status;
}

static enum status write_payload(
    const struct services *services,
    const struct claim_answer *answer,
    struct arena *arena,
    struct text payload,
    struct buf *out,
    struct error *error)
{
    static const char *const apart[] = {"secrets", "environment", NULL};
    struct text rest = json_peek_without(arena, payload, apart);
    struct text own = json_peek_member(arena, payload, "environment");
    size_t variables = 0;
    enum status status;

    buf_add_text(out, text_slice(rest, 0, rest.size - 1));
    if (rest.size > 2)
        buf_add_char(out, ',');
    buf_add_c(out, "\"environment\":");
    add_environment(arena, own, out, &variables);
    status = add_values(services, &answer->secrets, arena, out, &variables, error);
    buf_add_c(out, "}}");
    if (status == STATUS_OK && buf_is_full(out))
        return error_set(error, STATUS_TOO_LARGE, "the payload with its secrets is too large");
    return status;
}

enum status secret_fill_payload(
    const struct services *services,
    const struct claim_answer *answer,
    struct arena *arena,
    struct json *payload,
    struct error *error)
{
    AUTO_BUF out = {0};
    enum status status;

    if (answer->secrets.count == 0)
        return STATUS_OK;
    arena_keep_secret(arena);
    buf_init(&out, LARGEST_PAYLOAD);
    status = write_payload(services, answer, arena, payload->text, &out, error);
    if (status == STATUS_OK)
        payload->text = text_copy(arena, buf_text(&out));
    if (out.data != NULL)
        explicit_bzero(out.data, out.capacity);
    return status;
}
