/*
 * TLS: a certificate made here, a client that is OpenSSL on a plain socket.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/base/timestamp.h"
#include "core/http/http.h"
#include "core/http/tls.h"
#include "tests/support/echo.h"
#include "tests/support/expect.h"
#include "tests/support/peer.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <stdio.h>
#include <string.h>

#define HOST "Host: fleet.example\r\n"

static char certificate_file[256];
static char key_file[256];
static struct echo *echo;
static int peer;
static SSL_CTX *tls;
static SSL *ssl;
static struct buf got;

static X509 *make_certificate(EVP_PKEY *key)
{
    X509 *certificate = X509_new();
    X509_NAME *name = X509_get_subject_name(certificate);

    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_NAME_add_entry_by_txt(
        name, "CN", MBSTRING_ASC, (const unsigned char *)"fleet.example", -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_set_pubkey(certificate, key);
    must(X509_sign(certificate, key, EVP_sha256()) > 0);
    return certificate;
}

static void make_files(void)
{
    const char *directory = make_directory();
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = make_certificate(key);
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

static struct http_settings tls_settings(void)
{
    struct http_settings settings = echo_settings();

    settings.tls_certificate_file = certificate_file;
    settings.tls_key_file = key_file;
    return settings;
}

static void given_server_with(const struct http_settings *settings)
{
    struct error error;

    echo = echo_start(settings, 1, &error);
    peer = peer_connect(echo_port(echo));
    ssl = SSL_new(tls);
    SSL_set_fd(ssl, peer);
}

static void given_server(void)
{
    struct http_settings settings = tls_settings();

    given_server_with(&settings);
}

static void set_up(void)
{
    echo = NULL;
    ssl = NULL;
    peer = -1;
    tls = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_mode(tls, SSL_MODE_AUTO_RETRY);
    SSL_CTX_set_options(tls, SSL_OP_IGNORE_UNEXPECTED_EOF);
    buf_init(&got, 64 << 20);
    make_files();
}

static void tear_down(void)
{
    SSL_free(ssl);
    SSL_CTX_free(tls);
    ERR_clear_error();
    peer_close(peer);
    echo_stop(echo);
    buf_fini(&got);
}

static bool send_tls(const void *data, size_t size)
{
    return SSL_write(ssl, data, (int)size) == (int)size;
}

static bool send_text(const char *terminated)
{
    return send_tls(terminated, strlen(terminated));
}

/* Until `size` bytes have come, or the end. */
static void receive(size_t size)
{
    char piece[16384];
    int read = 1;

    while (read > 0 && got.size < size) {
        read = SSL_read(ssl, piece, sizeof(piece));
        if (read > 0)
            buf_add(&got, piece, (size_t)read);
    }
}

static bool has(const char *part)
{
    return got.size > 0 && strstr(got.data, part) != NULL;
}

static void a_request_over_tls_is_answered(void)
{
    given_server();
    expect(SSL_connect(ssl) == 1);
    expect(SSL_version(ssl) >= TLS1_2_VERSION);
    expect(send_text("GET /echo HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n"));
    receive(SIZE_MAX);
    expect(has("HTTP/1.1 200 OK\r\n"));
    expect(has("GET /echo 127.0.0.1 tls\n"));
    expect((SSL_get_shutdown(ssl) & SSL_RECEIVED_SHUTDOWN) != 0); /* a clean goodbye */
}

static void tls_1_2_still_works(void)
{
    given_server();
    SSL_set_max_proto_version(ssl, TLS1_2_VERSION);
    expect(SSL_connect(ssl) == 1);
    expect(send_text("GET /echo HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n"));
    receive(SIZE_MAX);
    expect(has("GET /echo 127.0.0.1 tls\n"));
}

static void older_versions_are_refused(void)
{
    given_server();
    SSL_set_security_level(ssl, 0);
    SSL_set_min_proto_version(ssl, TLS1_VERSION);
    SSL_set_max_proto_version(ssl, TLS1_1_VERSION);
    expect(SSL_connect(ssl) != 1);
}

static void http_1_1_is_chosen_among_the_protocols_offered(void)
{
    const unsigned char *chosen = NULL;
    unsigned size = 0;

    given_server();
    SSL_set_alpn_protos(ssl, (const unsigned char *)"\x02h2\x08http/1.1", 12);
    expect(SSL_connect(ssl) == 1);
    SSL_get0_alpn_selected(ssl, &chosen, &size);
    expect(size == 8 && memcmp(chosen, "http/1.1", 8) == 0);
}

static void a_client_that_offers_only_other_protocols_is_served_without_one(void)
{
    const unsigned char *chosen = NULL;
    unsigned size = 0;

    given_server();
    SSL_set_alpn_protos(ssl, (const unsigned char *)"\x02h2", 3);
    expect(SSL_connect(ssl) == 1);
    SSL_get0_alpn_selected(ssl, &chosen, &size);
    expect_int64(size, 0);
}

/* How many bytes the answer to a body of `size` has: by asking for the head first. */
static size_t answer_bytes(size_t size)
{
    while (!has("\r\n\r\n"))
        receive(got.size + 1);
    return (size_t)(strstr(got.data, "\r\n\r\n") - got.data) + 4 +
           strlen("POST /echo/large 127.0.0.1 tls\n") + size;
}

/* Sizes around the record's and the window's, so that the last bytes of a body wait inside
 * OpenSSL when the window fills. */
static void bodies_of_any_size_arrive_whole(void)
{
    static const size_t sizes[] = {1, 16383, 16385, 65535, 65536, 65537, 98304, 131073, 3000001};
    char *body = heap_new(3000001);

    memset(body, 'b', 3000001);
    given_server();
    expect(SSL_connect(ssl) == 1);
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        char head[128];

        snprintf(
            head, sizeof(head), "POST /echo/large HTTP/1.1\r\n" HOST "Content-Length: %zu\r\n\r\n",
            sizes[i]);
        buf_clear(&got);
        expect(send_text(head));
        expect(send_tls(body, sizes[i]));
        receive(answer_bytes(sizes[i]));
        expect(text_ends_with(buf_text(&got), (struct text){body, sizes[i]}));
    }
    heap_free(body);
}

static void pipelined_requests_in_one_record_are_all_answered(void)
{
    enum { MANY = 1500 };
    AUTO_BUF all = {0};
    size_t count = 0;

    buf_init(&all, 1 << 20);
    for (int i = 0; i < MANY; i++)
        buf_add_c(&all, "GET /later HTTP/1.1\r\n" HOST "X: yyyyyyyyyyyyyyyyyyyy\r\n\r\n");
    buf_add_c(&all, "GET /echo HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n");
    given_server();
    expect(SSL_connect(ssl) == 1);
    expect(send_tls(all.data, all.size));
    receive(SIZE_MAX);
    for (const char *at = got.data; (at = strstr(at, "HTTP/1.1 200 ")) != NULL; at++)
        count++;
    expect_int64(count, MANY + 1);
}

static void a_large_answer_arrives_whole(void)
{
    given_server();
    expect(SSL_connect(ssl) == 1);
    expect(send_text("GET /text/9000000 HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n"));
    receive(SIZE_MAX);
    expect(got.size > 9000000);
    expect_int64(got.data[got.size - 1], 'a' + 8999999 % 26);
}

static void a_client_that_said_goodbye_counts_as_gone_but_is_answered(void)
{
    given_server();
    expect(SSL_connect(ssl) == 1);
    expect(send_text("GET /park HTTP/1.1\r\n" HOST "\r\n"));
    expect(echo_wait_parked(echo));
    SSL_shutdown(ssl);
    expect(echo_wait_abandoned(echo));
    echo_answer_parked(echo);
    receive(SIZE_MAX);
    expect(has("HTTP/1.1 499 "));
}

static void a_client_that_vanishes_abandons_its_exchange(void)
{
    given_server();
    expect(SSL_connect(ssl) == 1);
    expect(send_text("GET /park HTTP/1.1\r\n" HOST "\r\n"));
    expect(echo_wait_parked(echo));
    peer_reset(peer);
    peer = -1;
    expect(echo_wait_abandoned(echo));
}

static void plain_http_to_a_tls_port_is_closed(void)
{
    given_server();
    expect(peer_send(peer, "GET /echo HTTP/1.1\r\n" HOST "\r\n\r\n"));
    (void)peer_receive_to_end(peer, &got);
    expect(!has("HTTP/1.1"));
    while (http_server_connections(echo_server(echo)) > 0) {
    }
    expect_int64(echo_requests(echo, 0), 0);
}

static void a_handshake_that_never_comes_is_not_waited_for(void)
{
    struct http_settings settings = tls_settings();

    settings.head_timeout_us = 30 * US_PER_MS;
    given_server_with(&settings);
    expect(peer_receive_to_end(peer, &got));
    expect_int64(got.size, 0);
}

static void beyond_the_limit_a_tls_connection_is_closed(void)
{
    struct http_settings settings = tls_settings();
    int second;

    settings.max_connections = 1;
    given_server_with(&settings);
    expect(SSL_connect(ssl) == 1);
    second = peer_connect(echo_port(echo));
    expect(peer_receive_to_end(second, &got));
    expect_int64(got.size, 0);
    peer_close(second);
}

static enum status status_of(const char *certificate, const char *key, struct error *error)
{
    struct ssl_ctx_st *made = NULL;
    enum status status = http_tls_new(certificate, key, &made, error);

    http_tls_free(made);
    return status;
}

static void files_that_do_not_serve_are_an_error(void)
{
    char other_key[256];
    char first_certificate[256];
    struct error error;

    memcpy(first_certificate, certificate_file, sizeof(first_certificate));
    memcpy(other_key, key_file, sizeof(other_key));
    expect_ok(status_of(certificate_file, key_file, &error), &error);
    make_files();
    expect_status(status_of(first_certificate, key_file, &error), STATUS_UNAVAILABLE, &error);
    expect(strstr(error.text, key_file) != NULL);
    expect_status(status_of("/nowhere/x.pem", key_file, &error), STATUS_UNAVAILABLE, &error);
    expect(strstr(error.text, "/nowhere/x.pem") != NULL);
    expect_status(status_of(key_file, key_file, &error), STATUS_UNAVAILABLE, &error);
    expect_status(status_of(certificate_file, other_key, &error), STATUS_UNAVAILABLE, &error);
}

static void a_certificate_needs_its_key(void)
{
    struct http_settings settings = tls_settings();
    struct error error;

    settings.tls_key_file = NULL;
    expect(echo_start(&settings, 1, &error) == NULL);
    expect_status(error.status, STATUS_INVALID, &error);
}

static const struct test tests[] = {
    TEST(a_request_over_tls_is_answered),
    TEST(tls_1_2_still_works),
    TEST(older_versions_are_refused),
    TEST(http_1_1_is_chosen_among_the_protocols_offered),
    TEST(a_client_that_offers_only_other_protocols_is_served_without_one),
    TEST(bodies_of_any_size_arrive_whole),
    TEST(pipelined_requests_in_one_record_are_all_answered),
    TEST(a_large_answer_arrives_whole),
    TEST(a_client_that_said_goodbye_counts_as_gone_but_is_answered),
    TEST(a_client_that_vanishes_abandons_its_exchange),
    TEST(plain_http_to_a_tls_port_is_closed),
    TEST(a_handshake_that_never_comes_is_not_waited_for),
    TEST(beyond_the_limit_a_tls_connection_is_closed),
    TEST(files_that_do_not_serve_are_an_error),
    TEST(a_certificate_needs_its_key),
};

const struct suite test_tls_suite =
    SUITE_WITH("core/http/tls", tests, .set_up = set_up, .tear_down = tear_down);
