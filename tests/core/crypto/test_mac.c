/*
 * HMAC under a kept key: what RFC 4231 gives, however often and in whatever pieces.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/crypto/crypto.h"
#include "tests/support/expect.h"

#include <string.h>
#include <threads.h>

enum { THREADS = 2, ROUNDS = 2000 };

static struct bytes bytes_from(const char *text)
{
    return bytes_of_text(text_from(text));
}

static bool is_hmac(struct digest got, const char *key, const char *message)
{
    struct digest wanted = hmac_sha256(bytes_from(key), bytes_from(message));

    return memcmp(got.bytes, wanted.bytes, DIGEST_SIZE) == 0;
}

static void pieces_give_the_hmac_of_the_whole(void)
{
    struct mac *mac = mac_new(bytes_from("Jefe"));
    const struct bytes pieces[] = {
        bytes_from("what do ya "), {NULL, 0}, bytes_from("want for nothing?")};

    expect(is_hmac(mac_of(mac, pieces, 3), "Jefe", "what do ya want for nothing?"));
    expect(is_hmac(mac_of(mac, NULL, 0), "Jefe", ""));
    mac_free(mac);
}

static void a_key_may_be_longer_than_a_block(void)
{
    char key[132];
    struct mac *mac;
    struct bytes message = bytes_from("message");

    memset(key, 'k', sizeof(key) - 1);
    key[sizeof(key) - 1] = '\0';
    mac = mac_new(bytes_from(key));
    expect(is_hmac(mac_of(mac, &message, 1), key, "message"));
    mac_free(mac);
}

struct share {
    const struct mac *mac;
    bool is_right;
};

static int use(void *context)
{
    struct share *share = context;
    struct bytes message = bytes_from("message");

    share->is_right = true;
    for (int i = 0; i < ROUNDS && share->is_right; i++)
        share->is_right = is_hmac(mac_of(share->mac, &message, 1), "key", "message");
    return 0;
}

static void threads_may_share_a_key(void)
{
    struct mac *mac = mac_new(bytes_from("key"));
    struct share shares[THREADS];
    thrd_t threads[THREADS];

    for (int i = 0; i < THREADS; i++) {
        shares[i] = (struct share){.mac = mac};
        must(thrd_create(&threads[i], use, &shares[i]) == thrd_success);
    }
    for (int i = 0; i < THREADS; i++) {
        must(thrd_join(threads[i], NULL) == thrd_success);
        expect(shares[i].is_right);
    }
    mac_free(mac);
}

static const struct test tests[] = {
    TEST(pieces_give_the_hmac_of_the_whole),
    TEST(a_key_may_be_longer_than_a_block),
    TEST(threads_may_share_a_key),
};

const struct suite test_mac_suite = SUITE("core/crypto/mac", tests);
