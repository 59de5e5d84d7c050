/*
 * Tokens of providers, and what they say. The first byte chooses: a token as it is, with keys of its own making; or the
 * rest are claims, or a discovery document, as it comes. Nothing that is not signed is taken, and whoever is read has a
 * subject.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/provider/claim_values.h"
#include "api/provider/discovery.h"
#include "api/provider/id_token.h"
#include "core/base/must.h"
#include "core/crypto/jws.h"
#include "core/shape/shape_json.h"
#include "eventlog/events/provider_events.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Of nobody who has signed anything here. */
static const struct text keys =
    TEXT_OF("{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"a\","
            "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
            "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]}");

/* A token, a line's end, and maybe a set of keys. */
static void read_token(struct arena *arena, struct text rest)
{
    struct text token = text_cut(&rest, '\n');
    struct text claims = {NULL, 0};
    struct error error = {0};
    bool is_ours = !text_is_present(rest);

    if (jws_verify(arena, token, is_ours ? keys : rest, &claims, &error) == STATUS_OK)
        must(!is_ours && claims.size > 1);
}

static void read_claims(struct arena *arena, struct text json)
{
    const struct id_token_wanted wanted = {
        .issuer = text_lit("https://id.example.com"),
        .client_id = text_lit("fleet"),
        .nonce = text_lit("n"),
        .access_token = text_lit("access"),
        .now = {1800000000LL * US_PER_S},
    };
    struct identity who;
    struct logout said;
    struct discovery document;
    struct error error = {0};
    struct text claims;
    bool is_there;

    if (discovery_read(arena, json, wanted.issuer, &document, &error) == STATUS_OK)
        must(text_is_present(document.token_endpoint) && text_is_present(document.jwks_uri));
    if (json_compact(json, arena, &claims, &error) != STATUS_OK)
        return;
    (void)!id_token_check(arena, claims, &wanted, &error);
    if (logout_token_check(arena, claims, &wanted, &said, &error) == STATUS_OK)
        must(said.id.size > 0 && (said.subject.size > 0 || said.session.size > 0));
    if (identity_read(arena, claims, "xms_edov", &who, &error) == STATUS_OK)
        must(who.subject.size > 0 && who.email.size <= ID_TOKEN_LONGEST_EMAIL);
    must(
        claim_values(arena, claims, text_lit("groups"), &is_there).count <=
        PROVIDER_MOST_VALUES + 1);
    must(claim_values(arena, claims, text_lit("a.b"), &is_there).count == 0 || is_there);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(1 << 22);
    struct text rest;

    if (size < 2)
        return 0;
    rest = text_of_bytes((struct bytes){data + 1, size - 1});
    if (data[0] % 2 == 0)
        read_token(arena, rest);
    else
        read_claims(arena, rest);
    return 0;
}
