/*
 * TLS for clients: whom they trust, and connections that verify it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/web/trust.h"

#include "core/base/must.h"

#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>
#include <unistd.h>

/* Where distributions keep what they trust. OpenSSL's own default is that of the system it was built
 * on, not of the one it runs on. */
static const char *const bundles[] = {
    "/etc/ssl/certs/ca-certificates.crt",                /* Debian, Ubuntu, Arch, Gentoo, NixOS */
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", /* Fedora, RHEL, Amazon Linux */
    "/etc/pki/tls/certs/ca-bundle.crt",                  /* RHEL 6 */
    "/etc/ssl/ca-bundle.pem",                            /* SUSE */
    "/etc/ssl/cert.pem",                                 /* Alpine, Void */
};

static enum status fail(struct error *error, const char *what)
{
    unsigned long cause = ERR_get_error();
    const char *reason = ERR_reason_error_string(cause);

    ERR_clear_error();
    return error_set_code(
        error, STATUS_INVALID, "tls_trust", "cannot use %s: %s", what,
        reason == NULL ? "it cannot be read" : reason);
}

static const char *system_bundle(void)
{
    for (size_t i = 0; i < COUNT_OF(bundles); i++) {
        if (access(bundles[i], R_OK) == 0)
            return bundles[i];
    }
    return NULL;
}

enum status web_trust_new(const char *ca_file, struct ssl_ctx_st **out, struct error *error)
{
    const char *bundle = ca_file == NULL ? system_bundle() : ca_file;
    SSL_CTX *tls;

    /* No configuration file: it may be another version's, and name modules that are not there. */
    must(OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) == 1);
    if (bundle == NULL)
        return error_set_code(
            error, STATUS_INVALID, "tls_trust",
            "no certificates of authorities were found on this system: name a file");
    tls = SSL_CTX_new(TLS_client_method());
    must(tls != NULL && SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION) == 1);
    SSL_CTX_set_verify(tls, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_mode(
        tls, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                 SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_options(tls, SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
    if (SSL_CTX_load_verify_file(tls, bundle) != 1) {
        SSL_CTX_free(tls);
        return fail(error, bundle);
    }
    *out = tls;
    return STATUS_OK;
}

void web_trust_free(struct ssl_ctx_st *tls)
{
    SSL_CTX_free(tls);
}

static bool is_address(const char *host)
{
    unsigned char address[16];

    return inet_pton(AF_INET, host, address) == 1 || inet_pton(AF_INET6, host, address) == 1;
}

/* SSL_set_tlsext_host_name(), whose macro drops a const that OpenSSL keeps to. */
static bool tell_name(SSL *ssl, const char *host)
{
    void *name = (void *)(uintptr_t)host;

    return SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name) == 1;
}

/* A name is told to the server too, which may have several; an address never is. */
static bool expect_host(SSL *ssl, const char *host)
{
    if (is_address(host))
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1;
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set1_host(ssl, host) == 1 && tell_name(ssl, host);
}

struct bufferevent *
web_trust_socket(struct event_base *base, struct ssl_ctx_st *tls, const char *host)
{
    struct bufferevent *bev;
    SSL *ssl;

    if (tls == NULL) {
        bev = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
        must(bev != NULL);
        return bev;
    }
    ssl = SSL_new(tls);
    must(ssl != NULL && expect_host(ssl, host));
    bev = bufferevent_openssl_socket_new(
        base, -1, ssl, BUFFEREVENT_SSL_CONNECTING, BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS);
    must(bev != NULL);
    bufferevent_openssl_set_allow_dirty_shutdown(bev, 1);
    return bev;
}

const char *web_trust_problem(struct bufferevent *bev)
{
    SSL *ssl = bufferevent_openssl_get_ssl(bev);
    unsigned long cause = bufferevent_get_openssl_error(bev);
    long verdict = ssl == NULL ? X509_V_OK : SSL_get_verify_result(ssl);

    if (verdict != X509_V_OK)
        return X509_verify_cert_error_string(verdict);
    return cause == 0 ? NULL : ERR_reason_error_string(cause);
}
