/*
 * What is not safe in production, as a table: values that everybody knows, and doors that are open.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/settings_safety.h"

#include "core/base/buf.h"
#include "core/base/must.h"

enum { LONGEST_TEXT = 480 };

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

enum status settings_check_safe(const struct settings *settings, struct error *error)
{
    AUTO_BUF found = {0};

    buf_init(&found, LONGEST_TEXT);
    if (!text_is(settings->node_env, "production"))
        return STATUS_OK;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (is_unsafe(&rows[i], settings))
            buf_printf(&found, "%s%s", found.size == 0 ? "" : "; ", rows[i].remedy);
    }
    if (found.size == 0)
        return STATUS_OK;
    return error_set_code(
        error, STATUS_INVALID, "unsafe_for_production", "not safe for production: %.*s",
        TEXT_ARGS(buf_text(&found)));
}
