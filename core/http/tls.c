/*
 * TLS by OpenSSL on libevent's sockets.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/http/tls.h"

#include "core/base/attributes.h"

#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <string.h>

/* Of TLS 1.2 only suites with forward secrecy and authenticated encryption. */
static const char suites[] = "ECDHE+AESGCM:ECDHE+CHACHA20";

static const unsigned char protocols[] = "\x08http/1.1";

static int choose_protocol(
    SSL *ssl,
    const unsigned char **out,
    unsigned char *out_size,
    const unsigned char *offered,
    unsigned offered_size,
    void *context)
{
    const unsigned char *offer = offered;

    (void)ssl;
    (void)context;
    /* Each offer is a length and a name, as ours is. */
    while (offer < offered + offered_size) {
        if (*offer == protocols[0] && memcmp(offer + 1, protocols + 1, protocols[0]) == 0) {
            *out = offer + 1;
            *out_size = *offer;
            return SSL_TLSEXT_ERR_OK;
        }
        offer += 1 + *offer;
    }
    return SSL_TLSEXT_ERR_NOACK;
}

static enum status fail(struct error *error, const char *code, const char *what, const char *file)
{
    unsigned long cause = ERR_get_error();
    const char *reason = ERR_reason_error_string(cause);

    ERR_clear_error();
    if (ERR_SYSTEM_ERROR(cause))
        reason = strerrordesc_np(ERR_GET_REASON(cause));
    return error_set_code(
        error, STATUS_UNAVAILABLE, code, "cannot use the %s %s: %s", what, file,
        reason == NULL ? "OpenSSL does not say why" : reason);
}

static enum status
load(SSL_CTX *tls, const char *certificate_file, const char *key_file, struct error *error)
{
    if (SSL_CTX_use_certificate_chain_file(tls, certificate_file) != 1)
        return fail(error, "tls_certificate", "TLS certificate", certificate_file);
    if (SSL_CTX_use_PrivateKey_file(tls, key_file, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(tls) != 1)
        return fail(error, "tls_key", "TLS key", key_file);
    return STATUS_OK;
}

enum status http_tls_new(
    const char *certificate_file,
    const char *key_file,
    struct ssl_ctx_st **out,
    struct error *error)
{
    SSL_CTX *tls = SSL_CTX_new(TLS_server_method());
    enum status status;

    if (tls == NULL || SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION) != 1 ||
        SSL_CTX_set_cipher_list(tls, suites) != 1) {
        SSL_CTX_free(tls);
        return fail(error, "tls_library", "library for", "TLS");
    }
    SSL_CTX_set_options(
        tls, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                 SSL_OP_IGNORE_UNEXPECTED_EOF); /* our messages say themselves where they end */
    SSL_CTX_set_mode(
        tls, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                 SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF); /* tickets need no memory of ours */
    SSL_CTX_set_alpn_select_cb(tls, choose_protocol, NULL);
    status = load(tls, certificate_file, key_file, error);
    if (status != STATUS_OK) {
        SSL_CTX_free(tls);
        return status;
    }
    *out = tls;
    return STATUS_OK;
}

void http_tls_free(struct ssl_ctx_st *tls)
{
    SSL_CTX_free(tls);
}

struct bufferevent *http_tls_accept(struct ssl_ctx_st *tls, struct event_base *base, int fd)
{
    SSL *ssl = SSL_new(tls);
    struct bufferevent *bev;

    if (ssl == NULL)
        return NULL;
    bev = bufferevent_openssl_socket_new(
        base, fd, ssl, BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);
    if (bev == NULL)
        return NULL; /* which has freed `ssl` */
    bufferevent_openssl_set_allow_dirty_shutdown(bev, 1);
    return bev;
}

void http_tls_goodbye(struct bufferevent *bev)
{
    SSL *ssl = bufferevent_openssl_get_ssl(bev);

    if (ssl != NULL && SSL_is_init_finished(ssl))
        (void)SSL_shutdown(ssl); /* the peer's own goodbye is not waited for */
    ERR_clear_error();
}
