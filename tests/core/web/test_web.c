/*
 * The client, against the server of core/http and against peers that are none.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/base/timestamp.h"
#include "core/run/loop.h"
#include "core/run/thread.h"
#include "core/web/web.h"
#include "tests/support/echo.h"
#include "tests/support/expect.h"
#include "tests/support/listen.h"
#include "tests/support/peer.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_S = 10 };

static struct loop *loop;
static struct web *web;
static struct echo *echo;
static struct arena *arena;
static char certificate_file[256];
static char key_file[256];

/* The last reply, copied. */
static struct web_reply got;
static size_t got_count;
static size_t wanted_count;

static void set_up(void)
{
    arena = arena_new(32 << 20);
    loop = loop_new();
    got = (struct web_reply){0};
    got_count = 0;
}

static void tear_down(void)
{
    web_free(web);
    web = NULL;
    loop_free(loop);
    echo_stop(echo);
    echo = NULL;
    arena_free(arena);
}

static void given_echo(void)
{
    struct http_settings settings = echo_settings();
    struct error error;

    echo = echo_start(&settings, 1, &error);
    must(echo != NULL);
}

static void given_client(const char *format, int port, const char *ca_file)
{
    struct error error;
    char origin[128];

    must(snprintf(origin, sizeof(origin), "%s:%d", format, port) < (int)sizeof(origin));
    must(web_new(loop, text_from(origin), ca_file, &web, &error) == STATUS_OK);
}

static void note(void *context, const struct web_reply *reply)
{
    (void)context;
    got = *reply;
    got.body = text_copy(arena, reply->body);
    got.content_type = text_copy(arena, reply->content_type);
    if (++got_count == wanted_count)
        loop_stop(loop);
}

/* What is done on the loop. */
static struct {
    struct loop_message message;
    struct web_request request;
    size_t times;
} asking;

static void ask_all(struct loop_message *message)
{
    (void)message;
    for (size_t i = 0; i < asking.times; i++)
        (void)web_ask(web, &asking.request, note, NULL);
}

/* As often at once. */
static void ask(const struct web_request *request, size_t times)
{
    asking.message.run = ask_all;
    asking.request = *request;
    asking.times = wanted_count = times;
    if (asking.request.timeout_us == 0)
        asking.request.timeout_us = PATIENCE_S * (int64_t)US_PER_S;
    must(loop_post(loop, &asking.message));
    loop_run(loop);
}

static void a_request_gets_its_answer(void)
{
    const struct web_header header = {"X-Test", "yes"};

    given_echo();
    given_client("http://127.0.0.1", echo_port(echo), NULL);
    ask(&(struct web_request){true, "/echo", &header, 1, text_lit("hello"), 0}, 1);
    expect_int64(got.status, 200);
    expect(text_contains(got.body, text_lit("hello")));
    expect(text_contains(got.body, text_lit("POST")));
}

static void names_are_looked_up_in_the_hosts_file(void)
{
    given_echo();
    given_client("http://localhost", echo_port(echo), NULL);
    ask(&(struct web_request){.path = "/status/204"}, 1);
    expect_int64(got.status, 204);
}

static void many_requests_at_once_all_get_theirs(void)
{
    given_echo();
    given_client("http://127.0.0.1", echo_port(echo), NULL);
    ask(&(struct web_request){.path = "/text/100000"}, 20);
    expect_int64(got_count, 20);
    expect_int64(got.body.size, 100000);
}

/* Each asks for the next one. */
static void ask_one_more(void *context, const struct web_reply *reply)
{
    note(context, reply);
    if (got_count < wanted_count)
        (void)web_ask(web, &asking.request, ask_one_more, NULL);
}

static void ask_first(struct loop_message *message)
{
    (void)message;
    (void)web_ask(web, &asking.request, ask_one_more, NULL);
}

static void ask_in_turn(const char *path, size_t times)
{
    asking.message.run = ask_first;
    asking.request =
        (struct web_request){.path = path, .timeout_us = PATIENCE_S * (int64_t)US_PER_S};
    wanted_count = times;
    must(loop_post(loop, &asking.message));
    loop_run(loop);
}

static void requests_one_after_the_other_share_a_connection(void)
{
    given_echo();
    given_client("http://127.0.0.1", echo_port(echo), NULL);
    ask_in_turn("/echo", 5);
    expect_int64(got_count, 5);
    expect_int64(got.status, 200);
    expect_int64(http_server_connections(echo_server(echo)), 1);
}

static void what_is_refused_says_so(void)
{
    int port;
    int listener = listen_anywhere(&port);

    close(listener);
    given_client("http://127.0.0.1", port, NULL);
    ask(&(struct web_request){.path = "/"}, 1);
    expect_int64(got.status, 0);
    expect(text_contains(text_from(got.problem), text_lit("refused")));
}

static void who_does_not_answer_is_given_up_in_time(void)
{
    int port;
    int listener = listen_anywhere(&port);
    int64_t begun_us = monotonic_us();

    given_client("http://127.0.0.1", port, NULL);
    ask(&(struct web_request){.path = "/", .timeout_us = 100000}, 1);
    close(listener);
    expect_int64(got.status, 0);
    expect_text(text_from(got.problem), "there was no answer in time");
    expect(monotonic_us() - begun_us < PATIENCE_S * (int64_t)US_PER_S);
}

static void an_unknown_name_says_so(void)
{
    given_client("http://no-such-host.invalid", 80, NULL);
    ask(&(struct web_request){.path = "/", .timeout_us = 2000000}, 1);
    expect_int64(got.status, 0);
}

static void cancel_later(struct loop_message *message)
{
    (void)message;
    web_cancel(web_ask(web, &asking.request, note, NULL));
    loop_stop(loop);
}

static void a_cancelled_request_is_not_answered(void)
{
    given_echo();
    given_client("http://127.0.0.1", echo_port(echo), NULL);
    asking.message.run = cancel_later;
    asking.request =
        (struct web_request){.path = "/park", .timeout_us = PATIENCE_S * (int64_t)US_PER_S};
    must(loop_post(loop, &asking.message));
    loop_run(loop);
    expect_int64(got_count, 0);
}

/* Two requests, of which the one that is answered first cancels the other. */
static struct web_call *pair[2];
static size_t turns_since;

static void cancel_other(void *context, const struct web_reply *reply)
{
    struct web_call **other = context == &pair[0] ? &pair[1] : &pair[0];

    expect_int64(reply->status, 200);
    got_count++;
    web_cancel(*other);
    *other = NULL;
}

/* Turns are slow, so that both answers are there in the same one. */
static void hold_up(struct loop_message *message)
{
    poll(NULL, 0, 20);
    if (got_count > 0 && ++turns_since == 3)
        loop_stop(loop);
    else
        loop_defer(loop, message);
}

static void ask_pair(struct loop_message *message)
{
    for (size_t i = 0; i < COUNT_OF(pair); i++)
        pair[i] = web_ask(web, &asking.request, cancel_other, &pair[i]);
    message->run = hold_up;
    loop_defer(loop, message);
}

static void an_answer_that_has_come_already_may_be_cancelled(void)
{
    given_echo();
    given_client("http://127.0.0.1", echo_port(echo), NULL);
    turns_since = 0;
    asking.message.run = ask_pair;
    asking.request =
        (struct web_request){.path = "/", .timeout_us = PATIENCE_S * (int64_t)US_PER_S};
    must(loop_post(loop, &asking.message));
    loop_run(loop);
    expect_int64((int64_t)got_count, 1);
}

static void addresses_that_are_none_are_refused(void)
{
    static const char *const wrong[] = {
        "",
        "localhost",
        "ftp://host",
        "http://",
        "http://host/path",
        "http://user@host",
        "http://host?a=b"};
    struct error error;

    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        expect_status(
            web_new(loop, text_from(wrong[i]), NULL, &web, &error), STATUS_INVALID, &error);
        web = NULL;
    }
}

/* TLS. */

static void add_name(X509 *certificate, const char *name)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, name);

    must(extension != NULL && X509_add_ext(certificate, extension, -1) == 1);
    X509_EXTENSION_free(extension);
}

/* Signed by itself. */
static X509 *make_certificate(EVP_PKEY *key, const char *name)
{
    X509 *certificate = X509_new();

    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_NAME_add_entry_by_txt(
        X509_get_subject_name(certificate), "CN", MBSTRING_ASC, (const unsigned char *)"fleet", -1,
        -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
    X509_set_pubkey(certificate, key);
    add_name(certificate, name);
    must(X509_sign(certificate, key, EVP_sha256()) > 0);
    return certificate;
}

static void make_files(const char *name)
{
    const char *directory = make_directory();
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = make_certificate(key, name);
    FILE *file;

    snprintf(certificate_file, sizeof(certificate_file), "%s/certificate.pem", directory);
    snprintf(key_file, sizeof(key_file), "%s/key.pem", directory);
    file = fopen(certificate_file, "w");
    must(file != NULL && PEM_write_X509(file, certificate) == 1);
    fclose(file);
    file = fopen(key_file, "w");
    must(file != NULL && PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1);
    fclose(file);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

static void given_secure_echo(const char *name)
{
    struct http_settings settings = echo_settings();
    struct error error;

    make_files(name);
    settings.tls_certificate_file = certificate_file;
    settings.tls_key_file = key_file;
    echo = echo_start(&settings, 1, &error);
    must(echo != NULL);
}

static void a_certificate_of_a_trusted_authority_is_taken(void)
{
    given_secure_echo("DNS:localhost");
    given_client("https://localhost", echo_port(echo), certificate_file);
    ask(&(struct web_request){.path = "/text/300000"}, 3);
    expect_int64(got.status, 200);
    expect_int64(got.body.size, 300000);
}

static void an_address_stands_in_its_certificate_too(void)
{
    given_secure_echo("IP:127.0.0.1");
    given_client("https://127.0.0.1", echo_port(echo), certificate_file);
    ask(&(struct web_request){.path = "/echo"}, 1);
    expect_int64(got.status, 200);
}

static void a_certificate_for_another_name_is_refused(void)
{
    given_secure_echo("DNS:elsewhere.example");
    given_client("https://localhost", echo_port(echo), certificate_file);
    ask(&(struct web_request){.path = "/echo"}, 1);
    expect_int64(got.status, 0);
    expect(text_contains(text_from(got.problem), text_lit("hostname mismatch")));
}

static void a_certificate_of_nobody_known_is_refused(void)
{
    char other[256];

    make_files("DNS:localhost");
    memcpy(other, certificate_file, sizeof(other));
    given_secure_echo("DNS:localhost");
    given_client("https://localhost", echo_port(echo), other);
    ask(&(struct web_request){.path = "/echo"}, 1);
    expect_int64(got.status, 0);
    expect(text_contains(text_from(got.problem), text_lit("self-signed")));
}

static void a_file_of_authorities_that_is_none_is_refused(void)
{
    struct error error;

    expect_status(
        web_new(loop, text_lit("https://localhost"), "/dev/null", &web, &error), STATUS_INVALID,
        &error);
    web = NULL;
}

/* A server that keeps a connection, but for the second request on it ends it without an answer. */
static struct {
    int listener;
    int connections;
} fickle;

static bool answer_one(int peer)
{
    char request[4096];

    if (recv(peer, request, sizeof(request), 0) <= 0)
        return false;
    return peer_send(peer, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
}

static void play_fickle(void *context)
{
    char request[4096];

    (void)context;
    for (fickle.connections = 0; fickle.connections < 2; fickle.connections++) {
        int peer = accept(fickle.listener, NULL, NULL);
        if (answer_one(peer) && fickle.connections == 0)
            (void)!recv(peer, request, sizeof(request), 0);
        close(peer);
    }
}

static void a_kept_connection_that_has_gone_is_replaced(void)
{
    struct thread *thread;
    int port;

    fickle.listener = listen_anywhere(&port);
    thread = thread_start("fickle", play_fickle, NULL);
    given_client("http://127.0.0.1", port, NULL);
    ask_in_turn("/", 2);
    thread_join(thread);
    close(fickle.listener);
    expect_int64(fickle.connections, 2);
    expect_int64(got.status, 200);
    expect_text(got.body, "ok");
}

static const struct test tests[] = {
    TEST(a_request_gets_its_answer),
    TEST(names_are_looked_up_in_the_hosts_file),
    TEST(many_requests_at_once_all_get_theirs),
    TEST(requests_one_after_the_other_share_a_connection),
    TEST(what_is_refused_says_so),
    TEST(who_does_not_answer_is_given_up_in_time),
    TEST(an_unknown_name_says_so),
    TEST(a_cancelled_request_is_not_answered),
    TEST(an_answer_that_has_come_already_may_be_cancelled),
    TEST(addresses_that_are_none_are_refused),
    TEST(a_certificate_of_a_trusted_authority_is_taken),
    TEST(an_address_stands_in_its_certificate_too),
    TEST(a_certificate_for_another_name_is_refused),
    TEST(a_certificate_of_nobody_known_is_refused),
    TEST(a_file_of_authorities_that_is_none_is_refused),
    TEST(a_kept_connection_that_has_gone_is_replaced),
};
const struct suite test_web_suite =
    SUITE_WITH("core/web/web", tests, .set_up = set_up, .tear_down = tear_down);
