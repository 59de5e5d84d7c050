/*
 * Passing on, by libcurl's multi interface: whatever waits begins at once, whatever has ended is answered.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/outbound/forward.h"

#include "core/base/heap.h"
#include "core/base/must.h"

#include <curl/curl.h>

enum { MOST_JOBS = 1024, WAIT_MS = 1000, CONNECT_S = 5, ANSWER_S = 60, WHOLE_S = 120 };

struct forward {
    CURLM *multi;
    char *url;
    char *ca_file; /* NULL: the system's */
    struct queue *waiting;
    struct transfer *under_way;
    size_t count;
};

/* A job, and what libcurl holds of it. */
struct transfer {
    struct transfer *next;
    struct forward_job *job;
    CURL *curl;
    struct curl_slist *headers;
    char error[CURL_ERROR_SIZE];
};

struct forward *forward_new(struct text url, struct text ca_file)
{
    AUTO_ARENA arena = arena_new(1 << 16);
    struct forward *forward = heap_new(sizeof(*forward));

    while (url.size > 0 && url.data[url.size - 1] == '/')
        url.size--;
    must(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
    forward->multi = curl_multi_init();
    must(forward->multi != NULL);
    forward->url = heap_copy(text_c(arena, url));
    if (text_is_present(ca_file))
        forward->ca_file = heap_copy(text_c(arena, ca_file));
    forward->waiting = queue_new(MOST_JOBS);
    return forward;
}

void forward_free(struct forward *forward)
{
    if (forward == NULL)
        return;
    curl_multi_cleanup(forward->multi);
    curl_global_cleanup();
    queue_free(forward->waiting);
    heap_free(forward->url);
    heap_free(forward->ca_file);
    heap_free(forward);
}

bool forward_submit(struct forward *forward, struct forward_job *job)
{
    if (!queue_put(forward->waiting, &job->item))
        return false;
    must(curl_multi_wakeup(forward->multi) == CURLM_OK);
    return true;
}

void forward_stop(struct forward *forward)
{
    if (forward == NULL)
        return;
    queue_close(forward->waiting);
    must(curl_multi_wakeup(forward->multi) == CURLM_OK);
}

/* Answers. */

static size_t keep_body(char *data, size_t size, size_t count, void *context)
{
    struct forward_job *job = context;

    buf_add(&job->answer, data, size * count);
    return buf_is_full(&job->answer) ? 0 : size * count;
}

/* Of the last head: before it there may be others, of interim answers. */
static size_t keep_header(char *data, size_t size, size_t count, void *context)
{
    struct forward_job *job = context;
    struct text line = text_trim((struct text){data, size * count});
    struct text name = text_cut(&line, ':');

    if (text_starts_with(name, text_lit("HTTP/")))
        job->answer_header_count = 0;
    else if (name.size > 0 && job->answer_header_count < FORWARD_MOST_HEADERS)
        job->answer_headers[job->answer_header_count++] = (struct forward_header){
            text_copy(job->arena, name), text_copy(job->arena, text_trim(line))};
    return size * count;
}

/* Transfers. */

static void set_request(const struct forward *forward, struct transfer *transfer)
{
    const struct forward_job *job = transfer->job;
    CURL *curl = transfer->curl;

    curl_easy_setopt(
        curl, CURLOPT_URL,
        text_format(job->arena, "%s%.*s", forward->url, TEXT_ARGS(job->target)).data);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, text_c(job->arena, job->method));
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
    if (text_is(job->method, "HEAD"))
        curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, transfer->headers);
    if (job->body.size > 0) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)job->body.size);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, job->body.data);
    }
}

static void set_way(const struct forward *forward, struct transfer *transfer)
{
    CURL *curl = transfer->curl;

    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, transfer->error);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
    curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)ANSWER_S);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)WHOLE_S);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    if (forward->ca_file != NULL)
        curl_easy_setopt(curl, CURLOPT_CAINFO, forward->ca_file);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer->job);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, keep_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, transfer->job);
    curl_easy_setopt(curl, CURLOPT_PRIVATE, transfer);
}

/* Two that libcurl would add of itself are left out by naming them without a value. */
static struct curl_slist *headers_of(const struct forward_job *job)
{
    struct curl_slist *list = curl_slist_append(NULL, "Expect:");

    list = curl_slist_append(list, "Content-Type:");
    for (size_t i = 0; i < job->header_count; i++) {
        const struct forward_header *header = &job->headers[i];

        list = curl_slist_append(
            list, text_format(
                      job->arena, "%.*s%s%.*s", TEXT_ARGS(header->name),
                      header->value.size > 0 ? ": " : ";", TEXT_ARGS(header->value))
                      .data);
    }
    must(list != NULL);
    return list;
}

static void begin(struct forward *forward, struct forward_job *job)
{
    struct transfer *transfer = heap_new(sizeof(*transfer));

    transfer->job = job;
    transfer->curl = curl_easy_init();
    must(transfer->curl != NULL);
    transfer->headers = headers_of(job);
    job->answer_header_count = 0;
    buf_init(&job->answer, FORWARD_LARGEST_ANSWER);
    set_way(forward, transfer);
    set_request(forward, transfer);
    must(curl_multi_add_handle(forward->multi, transfer->curl) == CURLM_OK);
    transfer->next = forward->under_way;
    forward->under_way = transfer;
    forward->count++;
}

static void judge(struct transfer *transfer, CURLcode code)
{
    struct forward_job *job = transfer->job;
    const char *said = transfer->error[0] != '\0' ? transfer->error : curl_easy_strerror(code);
    bool was_sent = code != CURLE_COULDNT_CONNECT && code != CURLE_COULDNT_RESOLVE_HOST &&
                    code != CURLE_SSL_CONNECT_ERROR && code != CURLE_PEER_FAILED_VERIFICATION;
    long http_status = 0;

    curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &http_status);
    job->http_status = (int)http_status;
    job->status = STATUS_OK;
    if (code == CURLE_OK && http_status >= 200)
        return;
    if (was_sent)
        job->status = error_set_code(
            &job->error, STATUS_UNAVAILABLE, "outcome_unknown",
            "Whether this was done is unknown: the leader did not answer (%.300s). Repeat it with the "
            "same Idempotency-Key.",
            said);
    else
        job->status = error_set_code(
            &job->error, STATUS_UNAVAILABLE, "leader_unreachable",
            "This server follows another one, which alone takes changes and cannot be reached at the "
            "moment (%.300s). Nothing was changed.",
            said);
}

static void end(struct forward *forward, struct transfer *ended, CURLcode code)
{
    struct transfer **at = &forward->under_way;
    struct forward_job *job = ended->job;

    while (*at != ended)
        at = &(*at)->next;
    *at = ended->next;
    forward->count--;
    judge(ended, code);
    must(curl_multi_remove_handle(forward->multi, ended->curl) == CURLM_OK);
    curl_easy_cleanup(ended->curl);
    curl_slist_free_all(ended->headers);
    heap_free(ended);
    job->done(job);
}

static void take_ended(struct forward *forward)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(forward->multi, &left)) != NULL) {
        char *transfer = NULL;

        if (message->msg != CURLMSG_DONE)
            continue;
        must(
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer) == CURLE_OK &&
            transfer != NULL);
        end(forward, (void *)transfer, message->data.result);
    }
}

static void take_waiting(struct forward *forward)
{
    struct queue_item *item = NULL;

    while (forward->count < MOST_JOBS && (item = queue_take(forward->waiting, 0)) != NULL)
        begin(forward, (struct forward_job *)item);
}

void forward_run(void *context)
{
    struct forward *forward = context;
    int running = 0;

    while (!queue_is_closed(forward->waiting)) {
        take_waiting(forward);
        must(curl_multi_perform(forward->multi, &running) == CURLM_OK);
        take_ended(forward);
        must(curl_multi_poll(forward->multi, NULL, 0, WAIT_MS, NULL) == CURLM_OK);
    }
    do {
        take_waiting(forward);
        while (forward->under_way != NULL)
            end(forward, forward->under_way, CURLE_ABORTED_BY_CALLBACK);
    } while (queue_depth(forward->waiting) > 0);
}
