/*
 * What a Redis says, in two pieces: read within bounds, or the reader is broken for good.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/redis/redis.h"
#include "core/redis/redis_reader.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_all(struct redis_reader *reader)
{
    struct redis_answer answer;

    while (redis_reader_next(reader, &answer)) {
        must(answer.kind != REDIS_MESSAGE || answer.message.size <= REDIS_LARGEST_MESSAGE + 4096);
        must(answer.kind != REDIS_REFUSAL || strlen(answer.code) <= REDIS_LONGEST_CODE);
    }
    must(!redis_reader_is_broken(reader) || !redis_reader_next(reader, &answer));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct redis_reader *reader = redis_reader_new();
    size_t first = size > 0 ? data[0] % size : 0;

    redis_reader_feed(reader, (struct bytes){data, first});
    read_all(reader);
    redis_reader_feed(reader, (struct bytes){data + first, size - first});
    read_all(reader);
    redis_reader_free(reader);
    return 0;
}
