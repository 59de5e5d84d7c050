/*
 * Addresses of sinks.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/sink/sink_commands.h"
#include "tests/support/expect.h"

static void
expect_read(const char *address, enum sink_transport transport, const char *host, int port)
{
    struct sink_address read;

    expect(sink_address_read(text_from(address), &read));
    expect_int64(read.transport, transport);
    expect_text(read.host, host);
    expect_int64(read.port, port);
}

static void each_transport_has_its_address_and_its_usual_port(void)
{
    struct sink_address file;

    expect_read("https://siem.example/in?x=1", SINK_HTTPS, "siem.example", 443);
    expect_read("https://siem.example", SINK_HTTPS, "siem.example", 443);
    expect_read("http://10.1.2.3:8088/in", SINK_HTTP, "10.1.2.3", 8088);
    expect_read("syslog+tls://[fd00::7]", SINK_SYSLOG_TLS, "[fd00::7]", 6514);
    expect_read("syslog+tls://[::1]:601", SINK_SYSLOG_TLS, "[::1]", 601);
    expect_read("syslog+tcp://logs", SINK_SYSLOG_TCP, "logs", 601);
    expect(sink_address_read(text_lit("file:///audit.jsonl"), &file));
    expect_int64(file.transport, SINK_FILE);
    expect_text(file.file, "audit.jsonl");
}

static void what_is_no_address_is_none(void)
{
    static const char *const none[] = {
        "",
        "siem.example",
        "ftp://siem.example",
        "https://",
        "https:///in",
        "https://user:password@siem.example/in",
        "https://user@siem.example/in",
        "https://siem.example:0/",
        "https://siem.example:65536/",
        "https://siem.example:/",
        "https://siem.example:99999999999999999999/",
        "https://siem.example:8x/",
        "https://siem.example/a b",
        "https://siem.example/a\nb",
        "https://siem.example/#part",
        "https://si\xc3\xa9m.example/",
        "https://[::1/",
        "https://[]/",
        "syslog+tls://siem.example/path",
        "syslog+tcp://siem.example:6514:1",
        "file://host/name",
        "file:///",
        "file:///.hidden",
        "file:///..",
        "file:///a/b",
        "file:////etc/passwd",
    };

    for (size_t i = 0; i < COUNT_OF(none); i++)
        expect(!sink_address_read(text_from(none[i]), NULL));
}

static const struct test tests[] = {
    TEST(each_transport_has_its_address_and_its_usual_port),
    TEST(what_is_no_address_is_none),
};

const struct suite test_sink_address_suite = SUITE("commands/sink/sink_address", tests);
