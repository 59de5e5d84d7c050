/*
 * The kind of store that lies in a bucket.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/outbound/object_store.h"

#include "core/base/arena.h"
#include "core/base/encode.h"
#include "core/base/heap.h"
#include "core/outbound/address.h"
#include "core/outbound/object_store_internal.h"
#include "core/outbound/xml.h"

#include <string.h>

enum {
    ARENA_BYTES = 1 << 16,
    USUAL_PAUSE_MS = 250,
    PAGE_BYTES = 8 << 20, /* of 1,000 names, and what else is said of each */
    LONGEST_KEY = 1024,
    LONGEST_TOKEN = 4096
};

const struct outbound_limits object_store_usual_limits = {
    .connect_s = 10, .answer_s = 30, .whole_s = 600};

/* Files. */

static enum status put(void *state, struct text name, struct bytes content, struct error *error)
{
    const struct object_request request = {.method = "PUT", .name = name, .content = content};

    return object_store_ask(state, &request, error);
}

static enum status get(void *state, struct text name, struct buf *out, struct error *error)
{
    const struct object_request request = {.method = "GET", .name = name, .out = out};

    return object_store_ask(state, &request, error);
}

static enum status drop(void *state, struct text name, struct error *error)
{
    const struct object_request request = {.method = "DELETE", .name = name};
    struct error why = {0};
    enum status status = object_store_ask(state, &request, &why);

    if (status == STATUS_OK || text_is(text_from(why.code), "file_missing"))
        return STATUS_OK;
    if (error != NULL)
        *error = why;
    return status;
}

/* Listing. */

struct listing {
    struct object_store *store;
    stored_file_visitor *each;
    void *context;
    struct buf last;  /* key of the last file seen */
    struct buf token; /* where the next page begins; empty: at the first file */
};

static enum status no_list(const struct listing *listing, const char *what, struct error *error)
{
    return error_set_code(
        error, STATUS_UNAVAILABLE, "store_unusable", "%s answers with what is no list of files: %s",
        listing->store->place, what);
}

/* Keys that no file of ours has are passed over. */
static void show(struct listing *listing, struct text key, int64_t size)
{
    struct text prefix = text_from(listing->store->prefix);
    struct stored_file file = {
        text_slice(key, prefix.size, key.size - prefix.size), (uint64_t)size};

    if (file_store_name_is_valid(file.name))
        listing->each(&file, listing->context);
}

static enum status show_page(struct listing *listing, struct text page, struct error *error)
{
    struct text prefix = text_from(listing->store->prefix);
    struct text item;

    while (text_is_present(item = xml_next(&page, "Contents"))) {
        struct text key = item;
        struct text size = item;
        int64_t bytes = -1;

        key = xml_next(&key, "Key");
        size = xml_next(&size, "Size");
        if (key.size == 0 || key.size > LONGEST_KEY || !text_starts_with(key, prefix) ||
            !text_to_int64(size, &bytes) || bytes < 0)
            return no_list(listing, "a file without name or size", error);
        if (text_compare(key, buf_text(&listing->last)) <= 0)
            return no_list(listing, "its files are in no order", error);
        buf_clear(&listing->last);
        buf_add_text(&listing->last, key);
        show(listing, key, bytes);
    }
    return STATUS_OK;
}

/* The query, in the order in which it is signed. */
static struct text
page_query(const struct listing *listing, struct text prefix, struct arena *arena)
{
    AUTO_BUF query = {0};

    buf_init(&query, ARENA_BYTES / 2);
    if (listing->token.size > 0) {
        buf_add_c(&query, "continuation-token=");
        encode_percent(&query, buf_text(&listing->token));
        buf_add_char(&query, '&');
    }
    buf_add_c(&query, "list-type=2&prefix=");
    encode_percent(&query, text_from(listing->store->prefix));
    encode_percent(&query, prefix);
    return text_copy(arena, buf_text(&query));
}

static enum status
list_page(struct listing *listing, struct text prefix, struct buf *page, struct error *error)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    const struct object_request request = {
        .method = "GET", .query = page_query(listing, prefix, arena), .out = page};
    struct text rest;
    struct text token;
    enum status status;

    buf_clear(page);
    status = object_store_ask(listing->store, &request, error);
    if (status == STATUS_OK)
        status = show_page(listing, buf_text(page), error);
    if (status != STATUS_OK)
        return status;
    rest = buf_text(page);
    if (!text_is_present(xml_next(&rest, "IsTruncated")))
        return no_list(listing, "it does not say whether it is whole", error);
    rest = buf_text(page);
    token = xml_next(&rest, "NextContinuationToken");
    buf_clear(&listing->token);
    buf_add_text(&listing->token, token);
    return buf_is_full(&listing->token) ? no_list(listing, "it is too long", error) : STATUS_OK;
}

static enum status
list(void *state, struct text prefix, stored_file_visitor *each, void *context, struct error *error)
{
    struct listing listing = {.store = state, .each = each, .context = context};
    AUTO_BUF page = {0};
    enum status status;

    buf_init(&page, PAGE_BYTES);
    buf_init(&listing.last, LONGEST_KEY);
    buf_init(&listing.token, LONGEST_TOKEN);
    do
        status = list_page(&listing, prefix, &page, error);
    while (status == STATUS_OK && listing.token.size > 0);
    buf_fini(&listing.last);
    buf_fini(&listing.token);
    return status;
}

/* Opening and closing. */

static void close_store(void *state)
{
    struct object_store *store = state;

    outbound_free(store->outbound);
    explicit_bzero(store->secret_key, strlen(store->secret_key));
    heap_free(store->secret_key);
    heap_free(store->access_key);
    heap_free(store->place);
    heap_free(store->bucket_url);
    heap_free(store->prefix);
    heap_free(store->signature);
    heap_free(store->ca_file);
    heap_free(store);
}

static const struct file_store_kind kind = {
    .put = put,
    .get = get,
    .list = list,
    .remove = drop,
    .close = close_store,
};

static bool is_label(struct text t, size_t most)
{
    for (size_t i = 0; i < t.size; i++) {
        char c = t.data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'))
            return false;
    }
    return t.size > 0 && t.size <= most;
}

static enum status check(const struct object_store_settings *settings, struct error *error)
{
    const char *wrong = NULL;

    if (!is_label(settings->bucket, 63))
        wrong = "the bucket's name has lower-case letters, digits, '-' and '.'";
    else if (settings->prefix.size > 0 && !file_store_name_is_valid(settings->prefix))
        wrong =
            "what follows the bucket is letters, digits, '.', '-' and '_', in parts joined by '/'";
    else if (!is_label(settings->region, 63))
        wrong = "the region is missing, or none";
    else if (settings->access_key.size == 0 || settings->secret_key.size == 0)
        wrong = "its access key and secret key are missing";
    if (wrong == NULL)
        return STATUS_OK;
    return error_set_code(
        error, STATUS_INVALID, "store_invalid", "s3://%.*s/%.*s cannot be used: %s",
        TEXT_ARGS(text_first_bytes(settings->bucket, 80)),
        TEXT_ARGS(text_first_bytes(settings->prefix, 80)), wrong);
}

static char *joined(struct arena *arena, struct text a, const char *between, struct text b)
{
    return heap_copy(text_format(arena, "%.*s%s%.*s", TEXT_ARGS(a), between, TEXT_ARGS(b)).data);
}

static struct object_store *
make_store(const struct object_store_settings *settings, struct text endpoint, bool is_here)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct object_store *store = heap_new(sizeof(*store));
    bool has_prefix = settings->prefix.size > 0;
    struct text place = text_format(arena, "s3://%.*s", TEXT_ARGS(settings->bucket));

    arena_keep_secret(arena);
    store->outbound =
        outbound_new(settings->limits == NULL ? &object_store_usual_limits : settings->limits);
    store->place = joined(arena, place, has_prefix ? "/" : "", settings->prefix);
    store->bucket_url = joined(arena, endpoint, "/", settings->bucket);
    store->prefix = joined(arena, settings->prefix, has_prefix ? "/" : "", text_lit(""));
    store->signature =
        heap_copy(text_format(arena, "aws:amz:%.*s:s3", TEXT_ARGS(settings->region)).data);
    store->access_key = heap_copy(text_c(arena, settings->access_key));
    store->secret_key = heap_copy(text_c(arena, settings->secret_key));
    if (settings->ca_file.size > 0)
        store->ca_file = heap_copy(text_c(arena, settings->ca_file));
    store->is_here = is_here;
    store->pause_ms = settings->pause_ms == 0 ? USUAL_PAUSE_MS : settings->pause_ms;
    return store;
}

static enum status expect_bucket(struct object_store *store, struct error *error)
{
    AUTO_BUF page = {0};
    const struct object_request request = {
        .method = "GET", .query = text_lit("list-type=2&max-keys=1"), .out = &page};

    buf_init(&page, PAGE_BYTES);
    return object_store_ask(store, &request, error);
}

enum status object_store_open(
    const struct object_store_settings *settings, struct file_store **out, struct error *error)
{
    struct outbound_address address = {0};
    struct object_store *store;
    enum status status = check(settings, error);

    if (status == STATUS_OK)
        status = outbound_address_read(settings->endpoint, &address, error);
    if (status != STATUS_OK)
        return status;
    if (!address.is_secure && !address.is_here)
        return error_set_code(
            error, STATUS_INVALID, "store_invalid",
            "%.*s would carry what is stored in clear text: give an address of https",
            TEXT_ARGS(text_first_bytes(settings->endpoint, 200)));
    store = make_store(settings, address.url, address.is_here);
    status = expect_bucket(store, error);
    if (status != STATUS_OK) {
        close_store(store);
        return status;
    }
    *out = file_store_new(&kind, store, store->place);
    return STATUS_OK;
}
