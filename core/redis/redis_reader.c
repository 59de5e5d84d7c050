/*
 * Bounds around the reader of hiredis: it would reserve what an array's head declares, and gather a text for as
 * long as it says to be.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/redis/redis_reader.h"

#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/redis/redis.h"

#include <hiredis/hiredis.h>

#include <string.h>

enum {
    MOST_ITEMS = 4, /* of an array: a message of a channel has three */
    LARGEST_ANSWER = REDIS_LARGEST_MESSAGE + 4096
};

struct redis_reader {
    redisReader *raw;
    redisReplyObjectFunctions plain;
    redisReplyObjectFunctions bounded;
    redisReply *reply;
    size_t gathered; /* bytes since the last whole answer */
    bool is_broken;
};

/* None within another one: nothing is asked for that would be answered so. */
static void *make_array(const redisReadTask *task, int items)
{
    const struct redis_reader *reader = task->privdata;

    return items > MOST_ITEMS || task->parent != NULL ? NULL
                                                      : reader->plain.createArray(task, items);
}

struct redis_reader *redis_reader_new(void)
{
    struct redis_reader *reader = heap_new(sizeof(*reader));

    reader->raw = redisReaderCreate();
    must(reader->raw != NULL);
    reader->plain = reader->bounded = *reader->raw->fn;
    reader->bounded.createArray = make_array;
    reader->raw->fn = &reader->bounded;
    reader->raw->privdata = reader;
    return reader;
}

static void drop_reply(struct redis_reader *reader)
{
    if (reader->reply != NULL)
        freeReplyObject(reader->reply);
    reader->reply = NULL;
}

void redis_reader_free(struct redis_reader *reader)
{
    if (reader == NULL)
        return;
    drop_reply(reader);
    redisReaderFree(reader->raw);
    heap_free(reader);
}

void redis_reader_feed(struct redis_reader *reader, struct bytes bytes)
{
    reader->gathered += bytes.size;
    if (redisReaderFeed(reader->raw, (const char *)bytes.data, bytes.size) != REDIS_OK)
        reader->is_broken = true;
}

static bool is_text(const redisReply *reply)
{
    return reply != NULL && reply->type == REDIS_REPLY_STRING;
}

static bool is_message(const redisReply *reply)
{
    return reply->type == REDIS_REPLY_ARRAY && reply->elements == 3 && is_text(reply->element[0]) &&
           is_text(reply->element[2]) && strcmp(reply->element[0]->str, "message") == 0;
}

static void read_code(const redisReply *reply, struct redis_answer *out)
{
    size_t size = 0;

    while (size < REDIS_LONGEST_CODE && reply->str[size] >= 'A' && reply->str[size] <= 'Z')
        size++;
    memcpy(out->code, reply->str, size);
    out->code[size] = '\0';
}

static void fill(const redisReply *reply, struct redis_answer *out)
{
    *out = (struct redis_answer){.kind = REDIS_ANSWER};
    if (reply->type == REDIS_REPLY_ERROR) {
        out->kind = REDIS_REFUSAL;
        read_code(reply, out);
    } else if (is_message(reply)) {
        out->kind = REDIS_MESSAGE;
        out->message.data = (const uint8_t *)reply->element[2]->str;
        out->message.size = (size_t)reply->element[2]->len;
    }
}

bool redis_reader_next(struct redis_reader *reader, struct redis_answer *out)
{
    void *reply = NULL;

    drop_reply(reader);
    if (reader->is_broken || redisReaderGetReply(reader->raw, &reply) != REDIS_OK) {
        reader->is_broken = true;
        return false;
    }
    reader->reply = reply;
    if (reply != NULL) {
        reader->gathered = reader->raw->len - reader->raw->pos;
        fill(reader->reply, out);
    } else if (reader->gathered > LARGEST_ANSWER) {
        reader->is_broken = true;
    }
    return reply != NULL;
}

bool redis_reader_is_broken(const struct redis_reader *reader)
{
    return reader->is_broken;
}
