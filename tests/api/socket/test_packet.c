/*
 * Packets of Socket.IO: what is read of them, what breaks the protocol, and how they are written.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/socket/packet.h"
#include "core/base/arena.h"
#include "core/shape/shape.h"
#include "tests/support/expect.h"

#include <stdio.h>

static struct arena *arena;
static struct packet packet;

static void make_arena(void)
{
    arena = arena_new(1 << 20);
}

static void drop_arena(void)
{
    arena_free(arena);
}

static bool reads(const char *text)
{
    return packet_read(text_from(text), arena, &packet);
}

static bool is_absent(struct text t)
{
    return !text_is_present(t);
}

static void a_connect_names_its_namespace_and_may_bring_credentials(void)
{
    expect(reads("0") && packet.type == PACKET_CONNECT);
    expect_text(packet.namespace, "/");
    expect(is_absent(packet.data));
    expect(reads("0/realtime,{\"token\":\"x\"}"));
    expect_text(packet.namespace, "/realtime");
    expect_text(packet.data, "{\"token\":\"x\"}");
    expect(reads("0/realtime,") && is_absent(packet.data));
}

static void a_namespace_without_a_comma_is_one(void)
{
    expect(reads("0/agent-realtime"));
    expect_text(packet.namespace, "/agent-realtime");
    expect(is_absent(packet.data));
}

static void an_event_has_a_name_and_its_first_argument(void)
{
    expect(reads("2/agent-realtime,[\"agent.ping\",{\"a\":1}]") && packet.type == PACKET_EVENT);
    expect_text(packet.namespace, "/agent-realtime");
    expect_text(packet.name, "agent.ping");
    expect_text(packet.data, "{\"a\":1}");
    expect(packet.ack == INT64_ABSENT);
    expect(reads("2[\"x\",1,2]"));
    expect_text(packet.data, "1");
}

static void an_event_without_an_argument_has_an_empty_one(void)
{
    expect(reads("2[\"x\"]"));
    expect_text(packet.data, "{}");
}

static void a_name_is_read_with_its_escapes_resolved(void)
{
    expect(reads("2[\"\\u0061\\u003cb\\u003e\",{}]"));
    expect_text(packet.name, "a<b>");
}

static void an_acknowledgement_is_wanted_by_a_number(void)
{
    expect(reads("27[\"x\",{}]"));
    expect_int64(packet.ack, 7);
    expect(reads("2/terminal,0[\"x\",{}]"));
    expect_int64(packet.ack, 0);
    expect(reads("3/x,999999999999999[1]") && packet.type == PACKET_ACK);
    expect_int64(packet.ack, 999999999999999);
}

static void a_disconnect_says_nothing_else(void)
{
    expect(reads("1/realtime,") && packet.type == PACKET_DISCONNECT);
    expect(reads("1"));
    expect(!reads("1{}"));
}

static void what_breaks_the_protocol_is_refused(void)
{
    static const char *const wrong[] = {
        "",           "5",          "9",          "x",         "4{}",
        "51-[\"x\"]", "2",          "2{}",        "2[]",       "2[1]",
        "2[null,{}]", "2[\"x\"",    "2[\"x\",]",  "2[\"x\"]]", "3[1]",
        "31{}",       "31",         "0[]",        "0\"x\"",    "0{",
        "2/a[\"x\"]", "2-1[\"x\"]", "2+1[\"x\"]", "2 [",       "01{\"a\":1}x",
    };

    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        expect_at(!reads(wrong[i]), __FILE__, __LINE__, wrong[i]);
}

static void names_that_libraries_keep_for_themselves_are_refused(void)
{
    static const char *const reserved[] = {"connect",       "connect_error", "disconnect",
                                           "disconnecting", "newListener",   "removeListener"};

    for (size_t i = 0; i < COUNT_OF(reserved); i++) {
        char text[64];
        (void)snprintf(text, sizeof(text), "2[\"%s\",{}]", reserved[i]);
        expect_at(!reads(text), __FILE__, __LINE__, text);
    }
    expect(!reads("2[\"c\\u006fnnect\",{}]"));
    expect(reads("2[\"Connect\",{}]"));
}

static void numbers_and_namespaces_have_a_bound(void)
{
    char text[128];

    expect(!reads("21234567890123456[\"x\"]"));
    (void)snprintf(text, sizeof(text), "0/%063d,", 0);
    expect(reads(text));
    (void)snprintf(text, sizeof(text), "0/%064d,", 0);
    expect(!reads(text));
}

static void what_is_written_is_a_whole_message(void)
{
    AUTO_BUF out = {0};

    buf_init(&out, 1024);
    packet_write(&out, PACKET_CONNECT, text_lit("/"), INT64_ABSENT, text_lit("{\"sid\":\"x\"}"));
    expect_text(buf_text(&out), "40{\"sid\":\"x\"}");
    buf_clear(&out);
    packet_write(
        &out, PACKET_DISCONNECT, text_lit("/realtime"), INT64_ABSENT, (struct text){NULL, 0});
    expect_text(buf_text(&out), "41/realtime,");
    buf_clear(&out);
    packet_write_event(&out, text_lit("/realtime"), "task.\"updated\"", text_lit("{}"));
    expect_text(buf_text(&out), "42/realtime,[\"task.\\\"updated\\\"\",{}]");
    buf_clear(&out);
    packet_write_ack(&out, text_lit("/"), 12, text_lit("{}"));
    expect_text(buf_text(&out), "4312[{}]");
}

static const struct test tests[] = {
    TEST(a_connect_names_its_namespace_and_may_bring_credentials),
    TEST(a_namespace_without_a_comma_is_one),
    TEST(an_event_has_a_name_and_its_first_argument),
    TEST(an_event_without_an_argument_has_an_empty_one),
    TEST(a_name_is_read_with_its_escapes_resolved),
    TEST(an_acknowledgement_is_wanted_by_a_number),
    TEST(a_disconnect_says_nothing_else),
    TEST(what_breaks_the_protocol_is_refused),
    TEST(names_that_libraries_keep_for_themselves_are_refused),
    TEST(numbers_and_namespaces_have_a_bound),
    TEST(what_is_written_is_a_whole_message),
};

const struct suite test_packet_suite =
    SUITE_WITH("api/socket/packet", tests, .set_up = make_arena, .tear_down = drop_arena);
