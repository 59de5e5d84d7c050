/*
 * Claims: who holds a name. A key that is too long for LMDB is claimed by its digest.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "eventlog/store/model_internal.h"

enum { LONGEST_KEY = 255, CLAIM_PLAIN = 0, CLAIM_DIGEST = 1 };

static void claim_key(struct key *out, uint16_t kind, struct bytes key)
{
    key_clear(out);
    key_add_u16(out, kind);
    if (key.size <= LONGEST_KEY) {
        key_add_u8(out, CLAIM_PLAIN);
        key_add(out, key);
    } else {
        struct digest digest = sha256(key);

        key_add_u8(out, CLAIM_DIGEST);
        key_add(out, (struct bytes){digest.bytes, DIGEST_SIZE});
    }
}

bool model_claim(struct model *model, uint16_t kind, struct bytes key, struct uuid holder)
{
    struct key stored;
    struct uuid present;

    if (model_holder(model, kind, key, &present))
        return uuid_equal(present, holder);
    claim_key(&stored, kind, key);
    model_put(
        model, MODEL_CLAIMS, key_bytes(&stored),
        (struct bytes){holder.bytes, sizeof(holder.bytes)});
    return true;
}

bool model_holder(
    const struct model *model, uint16_t kind, struct bytes key, struct uuid *out_holder)
{
    struct key stored;
    struct bytes value;

    claim_key(&stored, kind, key);
    if (!model_get(model, MODEL_CLAIMS, key_bytes(&stored), &value))
        return false;
    must(value.size == sizeof(out_holder->bytes));
    *out_holder = key_read_uuid(value.data);
    return true;
}

void model_release(struct model *model, uint16_t kind, struct bytes key)
{
    struct key stored;

    claim_key(&stored, kind, key);
    model_delete(model, MODEL_CLAIMS, key_bytes(&stored));
}
