/*
 * UUIDs: text form and the two versions we make.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/uuid.h"

#include "core/base/encode.h"

#include <string.h>

bool uuid_equal(struct uuid a, struct uuid b)
{
    return memcmp(a.bytes, b.bytes, sizeof(a.bytes)) == 0;
}

bool uuid_is_present(struct uuid id)
{
    return !uuid_equal(id, UUID_NONE);
}

int uuid_compare(struct uuid a, struct uuid b)
{
    int order = memcmp(a.bytes, b.bytes, sizeof(a.bytes));

    return (order > 0) - (order < 0);
}

void uuid_print(struct uuid id, char out[UUID_TEXT_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    char *at = out;

    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *at++ = '-';
        *at++ = digits[id.bytes[i] >> 4];
        *at++ = digits[id.bytes[i] & 15];
    }
    *at = '\0';
}

static bool is_accepted(const struct uuid *id)
{
    static const struct uuid max = {
        {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255}};
    int version = id->bytes[6] >> 4;

    if (!uuid_is_present(*id) || uuid_equal(*id, max))
        return true;
    return version >= 1 && version <= 8 && (id->bytes[8] & 0xC0) == 0x80;
}

bool uuid_parse(struct text t, struct uuid *out)
{
    struct uuid id = {0};
    size_t at = 0;

    if (t.size != UUID_TEXT_SIZE - 1)
        return false;
    for (int i = 0; i < 16; i++) {
        int high;
        int low;
        if ((i == 4 || i == 6 || i == 8 || i == 10) && t.data[at++] != '-')
            return false;
        high = hex_value(t.data[at++]);
        low = hex_value(t.data[at++]);
        if (high < 0 || low < 0)
            return false;
        id.bytes[i] = (uint8_t)(high << 4 | low);
    }
    if (!is_accepted(&id))
        return false;
    *out = id;
    return true;
}

struct uuid uuid_v7(struct timestamp at, const uint8_t rest[8])
{
    struct uuid id;
    uint64_t ms = (uint64_t)(at.us / US_PER_MS);
    unsigned fraction = (unsigned)(at.us % US_PER_MS) * 4096 / US_PER_MS;

    for (int i = 0; i < 6; i++)
        id.bytes[i] = (uint8_t)(ms >> (40 - 8 * i));
    id.bytes[6] = (uint8_t)(0x70 | fraction >> 8);
    id.bytes[7] = (uint8_t)fraction;
    memcpy(id.bytes + 8, rest, 8);
    id.bytes[8] = (uint8_t)(0x80 | (id.bytes[8] & 0x3F));
    return id;
}

struct uuid uuid_v8(const uint8_t digest[16])
{
    struct uuid id;

    memcpy(id.bytes, digest, 16);
    id.bytes[6] = (uint8_t)(0x80 | (id.bytes[6] & 0x0F));
    id.bytes[8] = (uint8_t)(0x80 | (id.bytes[8] & 0x3F));
    return id;
}

unsigned uuid_version(struct uuid id)
{
    return id.bytes[6] >> 4;
}

struct timestamp uuid_v7_time(struct uuid id)
{
    int64_t fraction = (id.bytes[6] & 0x0F) << 8 | id.bytes[7];
    int64_t ms = 0;

    if (uuid_version(id) != 7)
        return (struct timestamp){0};
    for (size_t i = 0; i < 6; i++)
        ms = ms << 8 | id.bytes[i];
    return (struct timestamp){ms * US_PER_MS + (fraction * US_PER_MS + 4095) / 4096};
}
