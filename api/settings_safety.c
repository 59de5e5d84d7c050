/*
 * What is not safe in production, as a table: values that everybody knows, and doors that are open.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/settings_safety.h"

#include "core/base/buf.h"
#include "core/base/must.h"
#include "eventlog/events/authority_events.h"

enum { LONGEST_TEXT = 480 }; /* of an error */

static bool has_root_key(const struct settings *settings)
{
    return settings->installation_product_root_public_key_b64.size > 0;
}

static bool is_strict(const struct settings *settings)
{
    return settings->installation_authority_mode.is == AUTHORITY_STRICT;
}

struct unsafe {
    const char *field;
    const char *values[3]; /* of which it must be none */
    const char *remedy;
};
static const struct unsafe rows[] = {
    {"cors_origin", {"*"}, "CORS_ORIGIN is *: name the origins of your dashboards"},
    {"swagger_enabled", {"true"}, "SWAGGER_ENABLED is not false"},
    {"jwt_secret",
     {"noderax-local-secret", "test-secret"},
     "JWT_SECRET is a placeholder: leave it unset, then one is made and kept"},
    {"secrets_encryption_key",
     {"noderax-local-secrets-key-change-me", "test-secrets-encryption-key"},
     "SECRETS_ENCRYPTION_KEY is a placeholder"},
    {"admin_password",
     {"ChangeMe123!", "change-me", "password"},
     "ADMIN_PASSWORD is a placeholder: leave it unset, then one is made and told once"},
    {"agent_enrollment_token",
     {"secret-enrollment-token", "change-me"},
     "AGENT_ENROLLMENT_TOKEN is a placeholder"},
};

static bool is_unsafe(const struct unsafe *row, const struct settings *settings)
{
    const struct field *field = shape_field(settings_config.shape, text_from(row->field));
    const void *value;

    must(field != NULL);
    value = field_at(field, settings);
    if (field->kind == KIND_BOOL)
        return opt_bool_is_true(*(const struct opt_bool *)value);
    for (size_t i = 0; i < COUNT_OF(row->values); i++) {
        if (row->values[i] != NULL && text_is(*(const struct text *)value, row->values[i]))
            return true;
    }
    return false;
}

static void find(struct buf *found, const char *remedy)
{
    buf_printf(found, "%s%s", found->size == 0 ? "" : "; ", remedy);
}

/* Of an installation whose environment is named: NODE_ENV alone asks for none of it, as clients of the reference have it. */
static void find_of_authority(const struct settings *settings, struct buf *found)
{
    if (!text_is(settings->app_env, "production") && !text_is(settings->app_env, "prod"))
        return;
    if (!is_strict(settings))
        find(found, "INSTALLATION_AUTHORITY_MODE is not strict");
    if (!has_root_key(settings))
        find(found, "INSTALLATION_PRODUCT_ROOT_PUBLIC_KEY_B64 is not set");
    if (settings->secrets_encryption_key.size == 0)
        find(found, "SECRETS_ENCRYPTION_KEY is not set");
    if (opt_bool_is_true(settings->installation_allow_insecure_bootstrap))
        find(found, "INSTALLATION_ALLOW_INSECURE_BOOTSTRAP is not false");
}

enum status settings_check_safe(const struct settings *settings, struct error *error)
{
    AUTO_BUF found = {0};

    buf_init(&found, LONGEST_TEXT);
    if (is_strict(settings) && !has_root_key(settings))
        return error_set_code(
            error, STATUS_INVALID, "root_key_missing",
            "INSTALLATION_AUTHORITY_MODE is strict, and no key can sign: set "
            "INSTALLATION_PRODUCT_ROOT_PUBLIC_KEY_B64");
    if (!settings_are_for_production(settings))
        return STATUS_OK;
    find_of_authority(settings, &found);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (is_unsafe(&rows[i], settings))
            find(&found, rows[i].remedy);
    }
    if (found.size == 0)
        return STATUS_OK;
    return error_set_code(
        error, STATUS_INVALID, "unsafe_for_production", "not safe for production: %.*s",
        TEXT_ARGS(buf_text(&found)));
}
