/*
 * The claims of ID tokens.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/provider/id_token.h"

#include "core/base/encode.h"
#include "core/crypto/crypto.h"
#include "core/shape/json_peek.h"

static struct text text_claim(struct arena *arena, struct text claims, const char *name)
{
    return json_peek_text(arena, json_peek_member(arena, claims, name));
}

static enum status refuse(struct error *error, const char *code, const char *why)
{
    return error_set_code(error, STATUS_UNAUTHENTICATED, code, "the ID token %s", why);
}

/* One audience as text, or several as an array. */
static size_t
count_audiences(struct arena *arena, struct text audience, struct text wanted, bool *out_has)
{
    struct text item;
    size_t cursor = 0;
    size_t count = 0;

    if (text_is_present(json_peek_text(arena, audience))) {
        *out_has = text_equal(json_peek_text(arena, audience), wanted);
        return 1;
    }
    while (json_peek_item(audience, &cursor, &item)) {
        *out_has = *out_has || text_equal(json_peek_text(arena, item), wanted);
        count++;
    }
    return count;
}

/* A token for several must say that it was given to us. */
static enum status
check_audience(struct arena *arena, struct text claims, struct text client_id, struct error *error)
{
    struct text party = json_peek_member(arena, claims, "azp");
    bool has = false;
    size_t count = count_audiences(arena, json_peek_member(arena, claims, "aud"), client_id, &has);

    if (!has)
        return refuse(error, "audience_mismatch", "is for somebody else");
    if ((count > 1 || text_is_present(party)) &&
        !text_equal(json_peek_text(arena, party), client_id))
        return refuse(error, "authorized_party_mismatch", "was given to somebody else");
    return STATUS_OK;
}

static bool seconds_of(struct arena *arena, struct text claims, const char *name, double *out)
{
    return json_peek_number(json_peek_member(arena, claims, name), out);
}

static enum status
check_times(struct arena *arena, struct text claims, struct timestamp at, struct error *error)
{
    double now = (double)at.us / US_PER_S;
    double expires = 0, issued, begins;
    bool is_ending = text_is_present(json_peek_member(arena, claims, "exp"));

    if (!seconds_of(arena, claims, "iat", &issued))
        return refuse(error, "claims_malformed", "does not say when it was made");
    if (is_ending && !seconds_of(arena, claims, "exp", &expires))
        return refuse(error, "claims_malformed", "does not say when it is over");
    if (is_ending && now >= expires + ID_TOKEN_SKEW_S)
        return refuse(error, "token_expired", "is over");
    if (issued > now + ID_TOKEN_SKEW_S)
        return refuse(error, "token_from_future", "is of a time to come: see both clocks");
    if (seconds_of(arena, claims, "nbf", &begins) && begins > now + ID_TOKEN_SKEW_S)
        return refuse(error, "token_from_future", "is not good yet: see both clocks");
    if (now - issued > ID_TOKEN_OLDEST_S + ID_TOKEN_SKEW_S)
        return refuse(error, "token_too_old", "was made long ago: see both clocks");
    return STATUS_OK;
}

/* The left half of the digest of the access token that came with it (section 3.1.3.6). */
static enum status check_access_token(
    struct arena *arena, struct text claims, struct text access_token, struct error *error)
{
    struct text given = json_peek_member(arena, claims, "at_hash");
    struct digest digest;
    struct bytes pieces[] = {bytes_of_text(access_token)};

    if (!text_is_present(given) || !text_is_present(access_token))
        return STATUS_OK;
    digest = sha256_of(pieces, 1);
    if (!text_equal(
            json_peek_text(arena, given),
            base64url_encode(arena, (struct bytes){digest.bytes, DIGEST_SIZE / 2})))
        return refuse(error, "access_token_mismatch", "belongs to another access token");
    return STATUS_OK;
}

enum status id_token_check(
    struct arena *arena,
    struct text claims,
    const struct id_token_wanted *wanted,
    struct error *error)
{
    enum status status;

    if (!text_equal(text_claim(arena, claims, "iss"), wanted->issuer))
        return refuse(error, "issuer_mismatch", "is of another issuer");
    status = check_audience(arena, claims, wanted->client_id, error);
    if (status == STATUS_OK && !text_is_present(json_peek_member(arena, claims, "exp")))
        return refuse(error, "claims_malformed", "does not say when it is over");
    if (status == STATUS_OK)
        status = check_times(arena, claims, wanted->now, error);
    if (status != STATUS_OK)
        return status;
    if (!text_equal(text_claim(arena, claims, "nonce"), wanted->nonce))
        return refuse(error, "nonce_mismatch", "is for another sign-in");
    return check_access_token(arena, claims, wanted->access_token, error);
}

/* Present and of a length that is one. */
static bool is_name(struct text name)
{
    return name.size > 0 && name.size <= ID_TOKEN_LONGEST_SUBJECT;
}

static bool is_named_or_absent(struct arena *arena, struct text claims, const char *name)
{
    return !text_is_present(json_peek_member(arena, claims, name)) ||
           is_name(text_claim(arena, claims, name));
}

#define LOGOUT_EVENT "http://schemas.openid.net/event/backchannel-logout"

/* An ID token is none, nor the other way round: one has a nonce, the other the event. */
static enum status check_logout(
    struct arena *arena, struct text claims, const struct logout *logout, struct error *error)
{
    struct text event =
        json_peek_member(arena, json_peek_member(arena, claims, "events"), LOGOUT_EVENT);

    if (event.size == 0 || event.data[0] != '{')
        return refuse(error, "logout_malformed", "does not say that somebody signed out");
    if (text_is_present(json_peek_member(arena, claims, "nonce")))
        return refuse(error, "logout_malformed", "has a nonce, which is for signing in");
    if (!is_name(logout->id))
        return refuse(error, "logout_malformed", "has no id");
    if ((!is_name(logout->subject) && !is_name(logout->session)) ||
        !is_named_or_absent(arena, claims, "sub") || !is_named_or_absent(arena, claims, "sid"))
        return refuse(error, "logout_malformed", "does not say who signed out");
    return STATUS_OK;
}

enum status logout_token_check(
    struct arena *arena,
    struct text claims,
    const struct id_token_wanted *wanted,
    struct logout *out,
    struct error *error)
{
    enum status status;

    *out = (struct logout){
        .id = text_claim(arena, claims, "jti"),
        .subject = text_claim(arena, claims, "sub"),
        .session = text_claim(arena, claims, "sid"),
    };
    if (!text_equal(text_claim(arena, claims, "iss"), wanted->issuer))
        return refuse(error, "issuer_mismatch", "is of another issuer");
    status = check_audience(arena, claims, wanted->client_id, error);
    if (status == STATUS_OK)
        status = check_times(arena, claims, wanted->now, error);
    return status == STATUS_OK ? check_logout(arena, claims, out, error) : status;
}

/* true, or "true" as some say it. */
static bool is_true(struct arena *arena, struct text claims, const char *name)
{
    struct text value =
        name == NULL ? (struct text){NULL, 0} : json_peek_member(arena, claims, name);

    return text_is(value, "true") || text_is(value, "1") ||
           text_is(json_peek_text(arena, value), "true") ||
           text_is(json_peek_text(arena, value), "1");
}

enum status identity_read(
    struct arena *arena,
    struct text claims,
    const char *verified_claim,
    struct identity *out,
    struct error *error)
{
    bool says_verified = text_is_present(json_peek_member(arena, claims, "email_verified"));

    *out = (struct identity){
        .subject = text_claim(arena, claims, "sub"),
        .email = text_trim(text_claim(arena, claims, "email")),
        .is_email_verified = says_verified ? is_true(arena, claims, "email_verified")
                                           : is_true(arena, claims, verified_claim),
        .name = text_trim(text_claim(arena, claims, "name")),
        .session = text_claim(arena, claims, "sid"),
    };
    if (!is_name(out->session))
        out->session = (struct text){NULL, 0};
    if (out->email.size > ID_TOKEN_LONGEST_EMAIL || !text_is_printable(out->email, false) ||
        text_find(out->email, '@', 0) >= out->email.size)
        out->email = (struct text){NULL, 0};
    if (out->name.size == 0 || !text_is_printable(out->name, false))
        out->name = (struct text){NULL, 0};
    out->name = text_first_characters(out->name, ID_TOKEN_LONGEST_NAME);
    if (out->subject.size > 0 && out->subject.size <= ID_TOKEN_LONGEST_SUBJECT)
        return STATUS_OK;
    return error_set_code(
        error, STATUS_FORBIDDEN, "subject_missing",
        "Identity provider response is missing a subject identifier.");
}
