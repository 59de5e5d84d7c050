/*
 * What servers tell one another by Redis: opened by those who share the key, once, and within their time.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/news/peer_seal.h"
#include "core/base/must.h"
#include "core/base/random.h"
#include "tests/support/expect.h"

#include <string.h>

static const uint8_t key[AEAD_KEY_SIZE] = {1, 2, 3};
static const struct timestamp now = {INT64_C(1767000000) * US_PER_S};

static struct arena *arena;
static struct peer_seal *leader;
static struct peer_seal *follower;
static struct buf sealed;

static void set_up(void)
{
    arena = arena_new(8 << 20);
    leader = peer_seal_new(key, uuid_new());
    follower = peer_seal_new(key, uuid_new());
    buf_init(&sealed, 1 << 20);
}

static void tear_down(void)
{
    buf_fini(&sealed);
    peer_seal_free(follower);
    peer_seal_free(leader);
    arena_free(arena);
}

static struct peer_message seen(void)
{
    return (struct peer_message){
        .sent_at = now, .node_id = {{0x11}}, .seen_at = now, .is_told = OPT_TRUE};
}

static struct metric_told *sample(const char *stats)
{
    struct metric_told *told = arena_one(arena, struct metric_told);

    told->sample = (struct metric_sample){
        .id = {{0x21}},
        .workspace_id = {{0x22}},
        .node_id = {{0x23}},
        .cpu_usage = 12.5,
        .memory_usage = 1,
        .disk_usage = 2,
        .temperature = 3,
        .recorded_at = now,
        .network_stats = {text_from(stats)},
    };
    told->agent_version = text_lit("1.2.3");
    return told;
}

static struct bytes close_message(struct peer_message message)
{
    buf_clear(&sealed);
    must(peer_seal_close(leader, &message, &sealed));
    return bytes_copy(arena, buf_bytes(&sealed));
}

static enum peer_verdict open_by(struct peer_seal *seal, struct bytes box, struct timestamp at)
{
    struct peer_message message;

    return peer_seal_open(seal, box, at, arena, &message);
}

static void what_one_seals_the_other_opens(void)
{
    struct peer_message message = {.sent_at = now, .sample = sample("{\"rx\":1}")};
    struct peer_message out;

    expect_int64(peer_seal_open(follower, close_message(message), now, arena, &out), PEER_TAKEN);
    expect(shape_equal(&peer_message_shape, &out, &message));
    message = seen();
    expect_int64(peer_seal_open(follower, close_message(message), now, arena, &out), PEER_TAKEN);
    expect(shape_equal(&peer_message_shape, &out, &message));
}

static void nobody_without_the_key_opens_or_is_believed(void)
{
    const uint8_t another[AEAD_KEY_SIZE] = {3, 2, 1};
    struct peer_seal *stranger = peer_seal_new(another, uuid_new());
    char ours[PEER_CHANNEL_SIZE];
    char theirs[PEER_CHANNEL_SIZE];

    expect_int64(open_by(stranger, close_message(seen()), now), PEER_FOREIGN);
    peer_seal_channel(leader, ours);
    peer_seal_channel(stranger, theirs);
    expect(strcmp(ours, theirs) != 0);
    peer_seal_channel(follower, theirs);
    expect(strcmp(ours, theirs) == 0);
    peer_seal_free(stranger);
}

static void whatever_is_altered_is_foreign(void)
{
    struct bytes box = close_message(seen());

    for (size_t i = 0; i < box.size; i++) {
        struct bytes altered = bytes_copy(arena, box);
        ((uint8_t *)(uintptr_t)altered.data)[i] ^= 1;
        expect_int64(open_by(follower, altered, now), PEER_FOREIGN);
    }
    for (size_t size = 0; size < box.size; size++)
        expect_int64(open_by(follower, (struct bytes){box.data, size}, now), PEER_FOREIGN);
    expect_int64(open_by(follower, box, now), PEER_TAKEN);
}

static void the_same_is_taken_once(void)
{
    struct bytes first = close_message(seen());
    struct bytes second = close_message(seen());

    expect_int64(open_by(follower, second, now), PEER_TAKEN);
    expect_int64(open_by(follower, first, now), PEER_TAKEN);
    expect_int64(open_by(follower, first, now), PEER_STALE);
    expect_int64(open_by(follower, second, now), PEER_STALE);
}

static void what_is_far_behind_is_not_taken(void)
{
    struct bytes first = close_message(seen());
    struct bytes second = close_message(seen());

    for (int i = 0; i < 63; i++)
        expect_int64(open_by(follower, close_message(seen()), now), PEER_TAKEN);
    expect_int64(open_by(follower, second, now), PEER_TAKEN);
    expect_int64(open_by(follower, first, now), PEER_STALE);
}

static void what_is_of_another_time_is_not_taken(void)
{
    const int64_t window_us = PEER_WINDOW_S * (int64_t)US_PER_S;
    struct bytes box = close_message(seen());

    expect_int64(open_by(follower, box, (struct timestamp){now.us + window_us}), PEER_STALE);
    expect_int64(open_by(follower, box, (struct timestamp){now.us - window_us}), PEER_STALE);
    expect_int64(open_by(follower, box, (struct timestamp){now.us + window_us - 1}), PEER_TAKEN);
}

static void what_is_not_whole_is_foreign(void)
{
    struct peer_message incomplete[] = {seen(), seen(), seen(), seen(), seen()};

    incomplete[0].node_id = UUID_NONE;
    incomplete[1].seen_at.us = 0;
    incomplete[2].sample = sample("[1]");
    incomplete[3].sample = sample("{\"rx\":");
    incomplete[4].sent_at.us = 0;
    for (size_t i = 0; i < COUNT_OF(incomplete); i++)
        expect_int64(open_by(follower, close_message(incomplete[i]), now), PEER_FOREIGN);
}

static void more_senders_than_are_remembered_are_believed_all_the_same(void)
{
    for (int i = 0; i < 3 * PEER_MOST_SENDERS; i++) {
        peer_seal_free(leader);
        leader = peer_seal_new(key, uuid_new());
        expect_int64(open_by(follower, close_message(seen()), now), PEER_TAKEN);
    }
}

static void every_field_has_its_row(void)
{
    char why[128];

    expect(shape_is_complete(&peer_message_shape, why));
}

static const struct test tests[] = {
    TEST(what_one_seals_the_other_opens),
    TEST(nobody_without_the_key_opens_or_is_believed),
    TEST(whatever_is_altered_is_foreign),
    TEST(the_same_is_taken_once),
    TEST(what_is_far_behind_is_not_taken),
    TEST(what_is_of_another_time_is_not_taken),
    TEST(what_is_not_whole_is_foreign),
    TEST(more_senders_than_are_remembered_are_believed_all_the_same),
    TEST(every_field_has_its_row),
};
const struct suite test_peer_seal_suite =
    SUITE_WITH("api/news/peer_seal", tests, .set_up = set_up, .tear_down = tear_down);
