/*
 * Keys by their parameters, as OpenSSL makes them: a point that is not on its curve is no key.
 *
 *   {1: kind, 3: algorithm, -1: curve or n, -2: x or e, -3: y}
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/webauthn/cose_key.h"

#include "core/base/attributes.h"
#include "core/base/must.h"
#include "core/webauthn/cbor_item.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <string.h>

enum {
    LABEL_KIND = 1,
    LABEL_ALGORITHM = 3,
    KIND_OCTETS = 1,
    KIND_CURVE = 2,
    KIND_RSA = 3,
    CURVE_P256 = 1,
    CURVE_ED25519 = 6,
    COORDINATE = 32,
    UNCOMPRESSED = 4, /* form of a point */
    MOST_PAIRS = 16,
    LEAST_RSA_BYTES = 256,
    MOST_RSA_BYTES = 512,
    MOST_EXPONENT_BYTES = 4
};

struct cose_key {
    int64_t kind;
    int64_t algorithm;
    int64_t curve;
    struct bytes first;  /* n */
    struct bytes second; /* x, or e */
    struct bytes third;  /* y */
};

static void free_key(EVP_PKEY **key)
{
    EVP_PKEY_free(*key);
}
#define AUTO_KEY CLEANUP(free_key) EVP_PKEY *

static void free_context(EVP_MD_CTX **context)
{
    EVP_MD_CTX_free(*context);
}
#define AUTO_CONTEXT CLEANUP(free_context) EVP_MD_CTX *

static void free_builder(OSSL_PARAM_BLD **builder)
{
    OSSL_PARAM_BLD_free(*builder);
}
#define AUTO_BUILDER CLEANUP(free_builder) OSSL_PARAM_BLD *

static void free_number(BIGNUM **number)
{
    BN_free(*number);
}
#define AUTO_NUMBER CLEANUP(free_number) BIGNUM *

static void take_value(struct cose_key *key, int64_t label, const struct cbor_item *value)
{
    bool is_bytes = value->kind == CBOR_BYTES;

    if (label == LABEL_KIND)
        key->kind = cbor_item_label(value);
    else if (label == LABEL_ALGORITHM)
        key->algorithm = cbor_item_label(value);
    else if (label == -1 && !is_bytes)
        key->curve = cbor_item_label(value);
    else if (label == -1)
        key->first = value->bytes;
    else if (label == -2 && is_bytes)
        key->second = value->bytes;
    else if (label == -3 && is_bytes)
        key->third = value->bytes;
}

/* Labels rise in no order that is relied on; one that comes twice makes no key. */
static bool read_key(struct bytes *rest, struct cose_key *out)
{
    int64_t labels[MOST_PAIRS];
    struct cbor_item map;

    if (!cbor_item_take(rest, &map) || map.kind != CBOR_MAP || map.number > MOST_PAIRS)
        return false;
    for (size_t i = 0; i < map.number; i++) {
        struct cbor_item label;
        struct cbor_item value;
        if (!cbor_item_take(rest, &label) || !cbor_item_take(rest, &value) ||
            value.kind == CBOR_ARRAY || value.kind == CBOR_MAP)
            return false;
        labels[i] = cbor_item_label(&label);
        for (size_t k = 0; k < i; k++) {
            if (labels[k] == labels[i])
                return false;
        }
        take_value(out, labels[i], &value);
    }
    return true;
}

/* Given to the caller; NULL where it is none. */
static EVP_PKEY *from_data(const char *type, OSSL_PARAM_BLD *builder)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(builder);
    EVP_PKEY *key = NULL;

    must(context != NULL && params != NULL);
    if (EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
        key = NULL;
    OSSL_PARAM_free(params);
    EVP_PKEY_CTX_free(context);
    return key;
}

static EVP_PKEY *open_p256(const struct cose_key *key)
{
    uint8_t point[1 + 2 * COORDINATE] = {UNCOMPRESSED};
    AUTO_BUILDER builder = OSSL_PARAM_BLD_new();

    if (key->kind != KIND_CURVE || key->curve != CURVE_P256 || key->second.size != COORDINATE ||
        key->third.size != COORDINATE)
        return NULL;
    memcpy(point + 1, key->second.data, COORDINATE);
    memcpy(point + 1 + COORDINATE, key->third.data, COORDINATE);
    must(
        builder != NULL &&
        OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) == 1 &&
        OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point)) ==
            1);
    return from_data("EC", builder);
}

static EVP_PKEY *open_ed25519(const struct cose_key *key)
{
    if (key->kind != KIND_OCTETS || key->curve != CURVE_ED25519 || key->second.size != COORDINATE)
        return NULL;
    return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key->second.data, COORDINATE);
}

static EVP_PKEY *open_rsa(const struct cose_key *key)
{
    AUTO_BUILDER builder = OSSL_PARAM_BLD_new();
    AUTO_NUMBER modulus = NULL;
    AUTO_NUMBER exponent = NULL;

    if (key->kind != KIND_RSA || key->first.size < LEAST_RSA_BYTES ||
        key->first.size > MOST_RSA_BYTES || key->second.size == 0 ||
        key->second.size > MOST_EXPONENT_BYTES)
        return NULL;
    modulus = BN_bin2bn(key->first.data, (int)key->first.size, NULL);
    exponent = BN_bin2bn(key->second.data, (int)key->second.size, NULL);
    must(builder != NULL && modulus != NULL && exponent != NULL);
    if (BN_num_bits(modulus) < 8 * LEAST_RSA_BYTES || !BN_is_odd(exponent) || BN_is_one(exponent) ||
        BN_is_zero(exponent))
        return NULL;
    must(
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, modulus) == 1 &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, exponent) == 1);
    return from_data("RSA", builder);
}

/* Given to the caller; NULL where it is none. */
static EVP_PKEY *open_key(const struct cose_key *key)
{
    if (key->algorithm == COSE_ES256)
        return open_p256(key);
    if (key->algorithm == COSE_EDDSA)
        return open_ed25519(key);
    return key->algorithm == COSE_RS256 ? open_rsa(key) : NULL;
}

enum status
cose_key_take(struct bytes *rest, struct bytes *out, int64_t *out_algorithm, struct error *error)
{
    struct bytes left = *rest;
    struct cose_key key = {.kind = 0};
    AUTO_KEY opened = NULL;

    if (!read_key(&left, &key) || rest->size - left.size > COSE_LONGEST_KEY)
        return error_set(error, STATUS_INVALID, "the public key cannot be read");
    opened = open_key(&key);
    if (opened == NULL)
        return error_set(error, STATUS_INVALID, "the public key is none of ES256, EdDSA and RS256");
    *out = (struct bytes){rest->data, rest->size - left.size};
    *out_algorithm = key.algorithm;
    *rest = left;
    return STATUS_OK;
}

bool cose_key_verifies(struct bytes key, struct bytes message, struct bytes signature)
{
    struct cose_key read = {.kind = 0};
    AUTO_KEY opened = NULL;
    AUTO_CONTEXT context = EVP_MD_CTX_new();

    must(context != NULL);
    if (!read_key(&key, &read))
        return false;
    opened = open_key(&read);
    if (opened == NULL ||
        EVP_DigestVerifyInit(
            context, NULL, read.algorithm == COSE_EDDSA ? NULL : EVP_sha256(), NULL, opened) != 1)
        return false;
    return EVP_DigestVerify(context, signature.data, signature.size, message.data, message.size) ==
           1;
}
