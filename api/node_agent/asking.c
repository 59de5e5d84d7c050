/*
 * A loop that runs for one question.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/asking.h"

#include "api/node_agent/backoff.h"
#include "core/run/loop.h"
#include "core/run/thread.h"

struct waiting {
    struct loop *loop;
    struct arena *arena;
    struct text *answer;
    struct error *error;
    enum status status;
};

static enum status read_reply(struct waiting *waiting, const struct api_reply *reply)
{
    switch (reply->verdict) {
    case API_REFUSED:
    case API_UNKNOWN:
        return error_set(waiting->error, STATUS_FORBIDDEN, "%.*s", TEXT_ARGS(reply->message));
    case API_LATER:
        return error_set(waiting->error, STATUS_UNAVAILABLE, "%.*s", TEXT_ARGS(reply->message));
    case API_DONE:
        break;
    }
    if (reply->body.size > 0 && !arena_has_room(waiting->arena, reply->body.size + 1, 1))
        return error_set(waiting->error, STATUS_UNAVAILABLE, "the answer is too large");
    *waiting->answer = text_copy(waiting->arena, reply->body);
    return STATUS_OK;
}

static void on_reply(void *context, const struct api_reply *reply)
{
    struct waiting *waiting = context;

    waiting->status = read_reply(waiting, reply);
    loop_stop(waiting->loop);
}

struct question {
    struct loop_message message; /* first */
    struct api_client *client;
    const struct api_request *request;
    struct waiting *waiting;
};

static void pose(struct loop_message *message)
{
    struct question *question = (struct question *)message; /* its first member */

    (void)api_client_ask(question->client, question->request, on_reply, question->waiting);
}

static struct text url_of(const struct asking *asking)
{
    if (text_is_present(asking->settings->api_url) || asking->identity == NULL)
        return asking->settings->api_url;
    return asking->identity->api_url;
}

enum status asking_once(
    const struct asking *asking,
    const struct api_request *request,
    struct arena *arena,
    struct text *out,
    struct error *error)
{
    struct loop *loop = loop_new();
    struct waiting waiting = {loop, arena, out, error, STATUS_UNAVAILABLE};
    struct question question = {.message.run = pose, .request = request, .waiting = &waiting};
    struct text authority = asking->settings->api_tls_ca_file;
    const char *ca_file = text_is_present(authority) ? text_c(arena, authority) : NULL;
    enum status status =
        api_client_new(loop, url_of(asking), ca_file, asking->identity, &question.client, error);

    if (status == STATUS_OK) {
        if (loop_post(loop, &question.message))
            loop_run(loop);
        status = waiting.status;
    }
    api_client_free(question.client);
    loop_free(loop);
    return status;
}

enum status asking_patiently(
    const struct asking *asking,
    const struct api_request *request,
    int most_tries,
    struct arena *arena,
    struct text *out,
    struct error *error)
{
    struct backoff backoff = {0};
    enum status status = asking_once(asking, request, arena, out, error);

    for (int tries = 1; status == STATUS_UNAVAILABLE && tries < most_tries; tries++) {
        thread_pause(backoff_next_us(&backoff));
        status = asking_once(asking, request, arena, out, error);
    }
    return status;
}
