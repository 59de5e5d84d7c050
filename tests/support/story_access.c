/*
 * The part of a story that is about what opens the server to people and programs, and about its settings.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/story_access.h"

#include "eventlog/events/identity_events.h"
#include "eventlog/events/platform_events.h"
#include "tests/support/story_authority.h"

#include <stdio.h>

static const int64_t hour_us = 3600LL * US_PER_S;

static void given_session(struct test_ledger *ledger, const struct cast *cast, struct uuid id)
{
    const struct user_signed_in opened = {
        .user_id = cast->admin,
        .session_id = id,
        .method = {BY_PASSWORD},
        .ends_at = timestamp_plus_us(ledger->now, 2 * hour_us),
        .idle_ends_at = timestamp_plus_us(ledger->now, hour_us),
        .is_refreshable = OPT_TRUE,
    };

    given_event(ledger, &user_signed_in_event, cast->admin, UUID_NONE, &opened);
}

static void given_token(struct test_ledger *ledger, const struct cast *cast, struct uuid id)
{
    static const uint8_t digest[32] = {9};
    const struct api_token_created created = {
        .user_id = cast->admin,
        .token_id = id,
        .digest = {digest, sizeof(digest)},
        .name = text_lit("Nightly report"),
        .scope = {TOKEN_READ},
        .workspace_ids = {&cast->workspace, 1},
        .networks = text_lit("192.0.2.0/24"),
        .expires_at = timestamp_plus_us(ledger->now, hour_us),
    };

    given_event(ledger, &api_token_created_event, cast->admin, UUID_NONE, &created);
}

static void given_settings(struct test_ledger *ledger)
{
    const struct setting_change changes[] = {
        {.name = text_lit("SMTP_HOST"), .value = text_lit("mail.example.com")},
        {.name = text_lit("SMTP_PASSWORD"), .is_secret = OPT_TRUE}};
    const struct settings_changed changed = {{changes, COUNT_OF(changes)}};
    const struct setting_sealed sealed = {
        make_id(3), text_lit("SMTP_PASSWORD"), {.text = text_lit("a password of the story")}};

    given_event(ledger, &settings_changed_event, make_id(3), UUID_NONE, &changed);
    given_event(ledger, &setting_sealed_event, make_id(3), UUID_NONE, &sealed);
}

static void given_provider(struct test_ledger *ledger, struct uuid id, unsigned chapter)
{
    static const struct text scopes[] = {TEXT_OF("openid"), TEXT_OF("email")};
    static const struct text domain = TEXT_OF("example.com");
    static const struct provider_rule rule = {
        TEXT_OF("audit"), {{0}}, {0}, {ROLE_PLATFORM_AUDITOR}};
    char slug[32];
    struct provider_created created = {
        .definition =
            {.provider_id = id,
             .name = text_lit("Example"),
             .preset = {PROVIDER_MICROSOFT},
             .issuer = text_lit("https://id.example.com"),
             .client_id = text_lit("fleet"),
             .discovery_url = text_lit("https://id.example.com/.well-known/openid-configuration"),
             .scopes = {scopes, COUNT_OF(scopes)},
             .enabled = OPT_TRUE,
             .allowed_domains = {&domain, 1},
             .creates_users = OPT_TRUE},
        .secret = {.text = text_lit("a client secret of the story")}};
    struct provider_changed changed = {
        .secret = {.text = text_lit("another client secret of the story")}};
    const struct provider_rules_set rules = {
        .provider_id = id,
        .claim = text_lit("roles"),
        .required_value = text_lit("staff"),
        .rules = {&rule, 1}};

    snprintf(slug, sizeof(slug), "example-%u", chapter);
    created.definition.slug = text_from(slug);
    changed.definition = created.definition;
    given_event(ledger, &provider_created_event, id, UUID_NONE, &created);
    given_event(ledger, &provider_changed_event, id, UUID_NONE, &changed);
    given_event(ledger, &provider_rules_set_event, id, UUID_NONE, &rules);
}

/* Of whom a directory sends one has left it again. */
static void given_directory(struct test_ledger *ledger, struct uuid provider_id, unsigned chapter)
{
    for (unsigned i = 0; i < 2; i++) {
        struct uuid id = make_id(200000 + 2 * chapter + i);
        char email[64];
        char external[32];
        struct user_provisioned made = {
            .user_id = id,
            .name = {.text = text_lit("Sent by a directory")},
            .role = {ROLE_USER},
            .timezone = text_lit("UTC"),
            .provider_id = provider_id};
        struct directory_user_linked linked = {.user_id = id, .provider_id = provider_id};
        const struct directory_user_unlinked unlinked = {id, provider_id};

        snprintf(email, sizeof(email), "sent-%u-%u@example.com", chapter, i);
        snprintf(external, sizeof(external), "external-%u-%u", chapter, i);
        made.email.text = text_from(email);
        linked.external_id.text = text_from(external);
        given_event(ledger, &user_provisioned_event, id, UUID_NONE, &made);
        given_event(ledger, &directory_user_linked_event, id, UUID_NONE, &linked);
        if (i == 1)
            given_event(ledger, &directory_user_unlinked_event, id, UUID_NONE, &unlinked);
    }
}

/* Of two groups one is gone; of the other's two members one has left it. */
static void given_groups(
    struct test_ledger *ledger, struct uuid provider_id, const struct cast *cast, unsigned chapter)
{
    const struct uuid members[] = {make_id(200000 + 2 * chapter), cast->admin};
    char name[32];
    struct directory_group_created created = {
        .group_id = make_id(210000 + 2 * chapter),
        .provider_id = provider_id,
        .external_id = text_lit("42"),
        .members = {members, COUNT_OF(members)}};
    struct directory_group_changed changed = {
        .group_id = created.group_id, .provider_id = provider_id, .removed = {members + 1, 1}};
    const struct directory_group_deleted deleted = {make_id(210001 + 2 * chapter), provider_id};

    snprintf(name, sizeof(name), "operators %u", chapter);
    created.display_name = changed.display_name = text_from(name);
    given_event(ledger, &directory_group_created_event, created.group_id, UUID_NONE, &created);
    given_event(ledger, &directory_group_changed_event, changed.group_id, UUID_NONE, &changed);
    created.group_id = deleted.group_id;
    created.display_name = text_lit("short-lived");
    created.external_id = (struct text){NULL, 0};
    given_event(ledger, &directory_group_created_event, created.group_id, UUID_NONE, &created);
    given_event(ledger, &directory_group_deleted_event, deleted.group_id, UUID_NONE, &deleted);
}

/* Of two security keys one is removed. */
static void given_keys(struct test_ledger *ledger, const struct cast *cast, unsigned chapter)
{
    static const struct text transports[] = {TEXT_OF("usb")};
    uint8_t digest[32] = {(uint8_t)chapter, 1};
    struct security_key_added added = {
        .user_id = cast->admin,
        .key_id = make_id(180000 + 2 * chapter),
        .name = {.text = text_lit("Key of the story")},
        .credential = {.text = text_lit("Y3JlZGVudGlhbA")},
        .credential_digest = {digest, sizeof(digest)},
        .public_key = {.text = text_lit("cHVibGlj")},
        .algorithm = -7,
        .count = 1,
        .transports = {transports, COUNT_OF(transports)}};
    const struct security_key_used used = {cast->admin, added.key_id, 2, ledger->now};
    const struct security_key_removed removed = {
        cast->admin, make_id(180001 + 2 * chapter), OPT_FALSE};

    given_event(ledger, &security_key_added_event, cast->admin, UUID_NONE, &added);
    given_event(ledger, &security_key_used_event, cast->admin, UUID_NONE, &used);
    added.key_id = removed.key_id;
    digest[1] = 2;
    given_event(ledger, &security_key_added_event, cast->admin, UUID_NONE, &added);
    given_event(ledger, &security_key_removed_event, cast->admin, UUID_NONE, &removed);
}

/* Of two trusted devices one signs in, and one is trusted no more. */
static void given_devices(struct test_ledger *ledger, const struct cast *cast, unsigned chapter)
{
    uint8_t digest[32] = {(uint8_t)chapter, 3};
    struct device_trusted trusted = {
        .user_id = cast->admin,
        .device_id = make_id(190000 + 2 * chapter),
        .digest = {digest, sizeof(digest)},
        .name = {.text = text_lit("Laptop of the story")},
        .trusted_until = timestamp_plus_us(ledger->now, hour_us)};
    const struct user_signed_in opened = {
        .user_id = cast->admin,
        .session_id = make_id(195000 + chapter),
        .method = {BY_TRUSTED_DEVICE},
        .ends_at = timestamp_plus_us(ledger->now, hour_us),
        .idle_ends_at = timestamp_plus_us(ledger->now, hour_us),
        .device_id = trusted.device_id};
    struct uuid gone = make_id(190001 + 2 * chapter);
    const struct devices_ended ended = {cast->admin, {&gone, 1}, {DEVICE_ENDED}};

    given_event(ledger, &device_trusted_event, cast->admin, UUID_NONE, &trusted);
    given_event(ledger, &user_signed_in_event, cast->admin, UUID_NONE, &opened);
    trusted.device_id = gone;
    digest[1] = 4;
    given_event(ledger, &device_trusted_event, cast->admin, UUID_NONE, &trusted);
    given_event(ledger, &devices_ended_event, cast->admin, UUID_NONE, &ended);
}

void given_story_of_access(struct test_ledger *ledger, const struct cast *cast, unsigned chapter)
{
    const struct uuid kept = make_id(160000 + 4 * chapter);
    const struct uuid gone = make_id(160001 + 4 * chapter);
    const struct uuid token = make_id(160002 + 4 * chapter);
    const struct uuid former = make_id(160003 + 4 * chapter);
    const struct session_refreshed refreshed = {
        cast->admin, kept, 2, timestamp_plus_us(ledger->now, 2 * hour_us)};
    const struct sessions_ended ended = {cast->admin, {&gone, 1}, {SESSION_SIGNED_OUT}};
    const struct api_token_used used = {cast->admin, token};
    const struct sign_in_rules_changed rules = {make_id(3), opt_bool_of(chapter % 2 == 1)};
    const struct api_tokens_ended revoked = {cast->admin, {&former, 1}, {TOKEN_ENDED}};

    ledger->actor = (struct actor){.kind = ACTOR_USER, .id = cast->admin};
    given_session(ledger, cast, kept);
    given_session(ledger, cast, gone);
    given_event(ledger, &session_refreshed_event, cast->admin, UUID_NONE, &refreshed);
    given_event(ledger, &sessions_ended_event, cast->admin, UUID_NONE, &ended);
    given_token(ledger, cast, token);
    given_token(ledger, cast, former);
    given_event(ledger, &api_token_used_event, cast->admin, UUID_NONE, &used);
    given_event(ledger, &api_tokens_ended_event, cast->admin, UUID_NONE, &revoked);
    given_settings(ledger);
    given_keys(ledger, cast, chapter);
    given_devices(ledger, cast, chapter);
    given_event(ledger, &sign_in_rules_changed_event, make_id(3), UUID_NONE, &rules);
    given_provider(ledger, make_id(170000 + chapter), chapter);
    given_directory(ledger, make_id(170000 + chapter), chapter);
    given_groups(ledger, make_id(170000 + chapter), cast, chapter);
    given_story_of_authority(ledger, cast, chapter);
}
