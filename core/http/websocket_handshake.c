/*
 * The opening handshake.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/http/websocket_handshake.h"

#include "core/base/must.h"
#include "core/http/grammar.h"
#include "core/http/websocket.h"

#include <openssl/evp.h>

enum { KEY_BYTES = 16, KEY_CHARACTERS = 24, SHA1_BYTES = 20, ACCEPT_CHARACTERS = 28 };

/* Is the word in any of the fields of that name? */
static bool field_has(const struct http_request *request, const char *name, const char *word)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (text_equal_ignoring_case(request->headers[i].name, text_from(name)) &&
            http_list_has(request->headers[i].value, word))
            return true;
    }
    return false;
}

static size_t count_of(const struct http_request *request, const char *name)
{
    size_t count = 0;

    for (size_t i = 0; i < request->header_count; i++)
        count += text_equal_ignoring_case(request->headers[i].name, text_from(name));
    return count;
}

/* Base64 of 16 bytes. */
static bool is_key(struct text key)
{
    unsigned char bytes[KEY_CHARACTERS];

    return key.size == KEY_CHARACTERS && text_ends_with(key, text_lit("==")) &&
           EVP_DecodeBlock(bytes, (const unsigned char *)key.data, KEY_CHARACTERS) == KEY_BYTES + 2;
}

enum websocket_wish websocket_wish(const struct http_request *request)
{
    bool is_whole = !request->is_http10 && text_is(request->method, "GET") &&
                    request->body.size == 0 && field_has(request, "Connection", "upgrade");

    if (!field_has(request, "Upgrade", "websocket"))
        return WEBSOCKET_NOT_WISHED;
    if (!is_whole || count_of(request, "Sec-WebSocket-Version") != 1)
        return WEBSOCKET_FAULTY;
    if (!text_is(http_trim(http_header(request, "Sec-WebSocket-Version")), "13"))
        return WEBSOCKET_OTHER;
    if (count_of(request, "Sec-WebSocket-Key") != 1 ||
        !is_key(http_trim(http_header(request, "Sec-WebSocket-Key"))))
        return WEBSOCKET_FAULTY;
    return WEBSOCKET_WISHED;
}

/* SHA-1 of the key and a text that no other protocol would put behind it, in Base64. */
static void add_acceptance(struct text key, struct buf *out)
{
    static const char suffix[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    unsigned char digest[SHA1_BYTES];
    unsigned char printed[ACCEPT_CHARACTERS + 1];
    EVP_MD_CTX *hash = EVP_MD_CTX_new();

    must(
        hash != NULL && EVP_DigestInit_ex(hash, EVP_sha1(), NULL) == 1 &&
        EVP_DigestUpdate(hash, key.data, key.size) == 1 &&
        EVP_DigestUpdate(hash, suffix, sizeof(suffix) - 1) == 1 &&
        EVP_DigestFinal_ex(hash, digest, NULL) == 1);
    EVP_MD_CTX_free(hash);
    must(EVP_EncodeBlock(printed, digest, SHA1_BYTES) == ACCEPT_CHARACTERS);
    buf_add(out, printed, ACCEPT_CHARACTERS);
}

void websocket_handshake_answer(const struct http_request *request, struct buf *out)
{
    buf_add_c(
        out, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Accept: ");
    add_acceptance(http_trim(http_header(request, "Sec-WebSocket-Key")), out);
    buf_add_c(out, "\r\n\r\n");
}
