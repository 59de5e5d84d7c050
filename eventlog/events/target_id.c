/*
 * UUIDv8, made of the owner's id and of the number:
 *
 *   6 bytes of the owner's | 8 | number 14 bits, but for the variant's two | 60 bits of the owner's
 *
 * Owners of one millisecond differ in their last bytes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/target_id.h"

#include "core/base/must.h"

struct uuid target_id_of(struct uuid owner_id, size_t n)
{
    must(n < TARGET_NUMBERS);
    owner_id.bytes[6] = (uint8_t)(0x80 | n >> 10);
    owner_id.bytes[7] = (uint8_t)(n >> 2);
    owner_id.bytes[8] = (uint8_t)(0x80 | (n & 3) << 4 | (owner_id.bytes[8] & 0x0f));
    return owner_id;
}

int64_t target_number_of(struct uuid owner_id, struct uuid target_id)
{
    size_t n = (size_t)(target_id.bytes[6] & 0x0f) << 10 | (size_t)target_id.bytes[7] << 2 |
               (target_id.bytes[8] >> 4 & 3);

    return n < TARGET_NUMBERS && uuid_equal(target_id_of(owner_id, n), target_id) ? (int64_t)n : -1;
}
