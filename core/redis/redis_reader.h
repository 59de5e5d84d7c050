/*
 * What Redis says, read within bounds: nothing that comes takes more memory than the largest message.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REDIS_REDIS_READER_H
#define CORE_REDIS_REDIS_READER_H

#include "core/base/attributes.h"
#include "core/base/text.h"

#include <stdbool.h>

enum { REDIS_LONGEST_CODE = 32 };

enum redis_answer_kind {
    REDIS_ANSWER,  /* of any other kind */
    REDIS_MESSAGE, /* of a channel */
    REDIS_REFUSAL
};

struct redis_answer {
    enum redis_answer_kind kind;
    struct bytes message; /* borrowed until the next is read */
    char code
        [REDIS_LONGEST_CODE +
         1]; /* of a refusal: "NOAUTH". What follows may repeat what it was told */
};

struct redis_reader;
struct redis_reader *redis_reader_new(void);
void redis_reader_free(struct redis_reader *reader); /* accepts NULL */

/* What has come; read all of it with redis_reader_next() before more. */
void redis_reader_feed(struct redis_reader *reader, struct bytes bytes);

/* False: there is no more that is whole, or no Redis speaks so: then the reader is broken. */
MUST_USE bool redis_reader_next(struct redis_reader *reader, struct redis_answer *out);
bool redis_reader_is_broken(const struct redis_reader *reader);

#endif
