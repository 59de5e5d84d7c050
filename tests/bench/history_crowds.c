/*
 * Stories of one kind of thing: people and their sessions, their API tokens, schedules.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/identity_events.h"
#include "eventlog/events/schedule_events.h"
#include "eventlog/events/session_events.h"
#include "tests/bench/history_story.h"

#include <stdio.h>
#include <string.h>

#define A_MONTH_US (INT64_C(30) * 86400 * US_PER_S)

/* From somewhere, in a session of its own that is open for a month. */
static enum status open_session(struct story *story, struct thing *person, struct error *error)
{
    struct user_signed_in in = {
        .user_id = person->id,
        .session_id = history_id(story->history),
        .method = {BY_PASSWORD},
        .ends_at = timestamp_plus_us(timestamp_now(), A_MONTH_US),
        .is_refreshable = OPT_TRUE,
    };

    in.idle_ends_at = in.ends_at;
    story->history->actor =
        (struct actor){.kind = ACTOR_USER, .id = person->id, .session = in.session_id};
    snprintf(
        story->address, sizeof(story->address), "192.0.2.%u",
        (unsigned)history_random(story->history, 250) + 1);
    story->history->origin = (struct origin){
        .address = {.text = text_from(story->address)},
        .user_agent = {.text = text_lit("browser")}};
    return history_add(story->history, &user_signed_in_event, person, UUID_NONE, &in, error);
}

/* Registers, and signs in. */
static enum status tell_of_person(struct story *story, unsigned number, struct error *error)
{
    struct thing person;
    enum status status = story_register(story, number, &person, error);

    return status == STATUS_OK ? open_session(story, &person, error) : status;
}

static enum status give_token(struct story *story, struct thing *person, struct error *error)
{
    struct digest digest = {{0}};
    struct api_token_created created = {
        .user_id = person->id,
        .token_id = history_id(story->history),
        .name = text_lit("nightly report"),
        .scope = {TOKEN_READ},
        .expires_at = timestamp_plus_us(timestamp_now(), A_MONTH_US),
    };

    memcpy(digest.bytes, created.token_id.bytes, sizeof(created.token_id.bytes));
    created.digest = (struct bytes){digest.bytes, sizeof(digest.bytes)};
    return history_add(
        story->history, &api_token_created_event, person, UUID_NONE, &created, error);
}

static enum status tell_of_sessions(struct story *story, unsigned number, struct error *error)
{
    uint64_t left = story->history->wanted - story->history->made;
    bool is_last = left < 2 + HISTORY_BUSY_SESSIONS + 3;
    unsigned sessions = is_last ? HISTORY_BUSY_SESSIONS : 1;
    struct thing person;
    enum status status = story_register(story, number, &person, error);

    for (unsigned i = 0; status == STATUS_OK && i < sessions; i++)
        status = open_session(story, &person, error);
    return status == STATUS_OK ? give_token(story, &person, error) : status;
}

enum status history_tell_sessions(struct history *history, struct error *error)
{
    return story_tell(history, 1, tell_of_sessions, error);
}

enum status history_tell_people(struct history *history, struct error *error)
{
    return story_tell(history, 1, tell_of_person, error);
}

/* A schedule of one of the workspaces, for the only node. */
static enum status tell_of_schedule(struct story *story, unsigned number, struct error *error)
{
    static const struct recurrence daily = {
        .cadence = {CADENCE_DAILY}, .hour = 3, .timezone = TEXT_OF("UTC")};
    const struct thing *user = &story->users[0];
    struct thing schedule = {history_id(story->history), 0};
    struct schedule_created created = {
        .schedule_id = schedule.id,
        .workspace_id = story->nodes[0].workspace,
        .node_id = story->nodes[0].stream.id,
        .owner_user_id = user->id,
        .name = text_lit("uptime"),
        .command = text_lit("uptime"),
        .recurrence = &daily,
        .timezone_source = {TIMEZONE_FIXED},
        .next_run_at = timestamp_plus_us(timestamp_now(), (int64_t)24 * 3600 * US_PER_S + number),
    };

    story_as_some_user(story);
    return history_add(
        story->history, &schedule_created_event, &schedule, created.workspace_id, &created, error);
}

enum status history_tell_schedules(struct history *history, struct error *error)
{
    return story_tell(history, 1, tell_of_schedule, error);
}
