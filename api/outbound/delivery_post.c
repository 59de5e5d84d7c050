/*
 * Making a parcel for the address of a channel: a webhook's body with its signatures, or a chat's.
 *
 *   webhook-id         of the event, of a digest or a test that of the delivery: the same for each attempt
 *   webhook-timestamp  seconds since 1970, of this attempt
 *   webhook-signature  over both and the body; after a rotation by the former key too, behind a blank
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/outbound/posts.h"
#include "api/outbound/sender_internal.h"
#include "api/webhook_key.h"
#include "eventlog/seal.h"

/* Those of a digest, else none. */
enum status delivery_told(
    struct sender *sender,
    const struct due *due,
    struct arena *arena,
    struct list *out,
    struct error *error)
{
    const struct of_one digest = {due->id};

    *out = (struct list){NULL, 0};
    if (!due_is_digest(due))
        return STATUS_OK;
    return reader_query(&sender->reader, &digest_events_sql, &digest, arena, out, error);
}

/* Absent where its key was destroyed. */
static enum status url_of(
    struct sender *sender,
    const struct due *due,
    struct arena *arena,
    struct text *out,
    struct error *error)
{
    const struct kept_box kept = {
        .box = due->url_box,
        .event_id = due->url_event_id,
        .shape = channel_changed_event.shape,
        .tag = CHANNEL_URL_TAG,
    };

    return keyring_open_box(sender->keyring, &kept, arena, out, error);
}

static enum status add_signature(
    struct sender *sender,
    struct uuid key_id,
    struct text signed_text,
    struct arena *arena,
    struct text *signatures,
    struct error *error)
{
    struct text one;
    enum status status = webhook_key_sign(sender->keyring, key_id, signed_text, arena, &one, error);

    if (status == STATUS_OK)
        *signatures = signatures->size == 0
                          ? one
                          : text_format(arena, "%.*s %.*s", TEXT_ARGS(*signatures), TEXT_ARGS(one));
    return status;
}

static enum status sign(
    struct sender *sender,
    const struct due *due,
    struct arena *arena,
    struct web_post *post,
    struct error *error)
{
    struct timestamp now = timestamp_now();
    struct text id = posts_id(due, arena);
    struct text at = text_format(arena, "%lld", (long long)(now.us / US_PER_S));
    struct text signed_text =
        text_format(arena, "%.*s.%.*s.%.*s", TEXT_ARGS(id), TEXT_ARGS(at), TEXT_ARGS(post->body));
    struct text signatures = {NULL, 0};
    enum status status = add_signature(sender, due->key_id, signed_text, arena, &signatures, error);

    if (status == STATUS_OK && uuid_is_present(due->former_key_id) &&
        now.us < due->former_key_until.us)
        status = add_signature(sender, due->former_key_id, signed_text, arena, &signatures, error);
    post->headers[0] = (struct web_header){"webhook-id", id};
    post->headers[1] = (struct web_header){"webhook-timestamp", at};
    post->headers[2] = (struct web_header){"webhook-signature", signatures};
    return status;
}

enum delivery_outcome delivery_prepare_post(
    struct sender *sender,
    const struct due *due,
    struct arena *arena,
    struct parcel *parcel,
    struct error *error)
{
    bool is_webhook = due->kind.is == OUTBOX_WEBHOOK;
    struct web_post *post = &parcel->post;
    struct list told = {NULL, 0};

    post->ca_file = sender->settings->outbound_ca_file;
    post->is_of_users = true;
    post->cuts_answer = true;
    post->content_type = is_webhook ? "application/cloudevents+json" : "application/json";
    if (url_of(sender, due, arena, &post->url, error) != STATUS_OK)
        return DELIVERY_RETRY;
    if (!text_is_present(post->url)) {
        error_set(error, STATUS_UNAVAILABLE, "The address of the channel is lost: set it again");
        return DELIVERY_PERMANENT;
    }
    if (delivery_told(sender, due, arena, &told, error) != STATUS_OK)
        return DELIVERY_ABORTED;
    post->body =
        is_webhook ? posts_webhook_body(due, &told, arena) : posts_chat_body(due, &told, arena);
    if (is_webhook && sign(sender, due, arena, post, error) != STATUS_OK)
        return DELIVERY_RETRY;
    return DELIVERY_READY;
}
