/*
 * Providers as folding keeps them, and what holds of each.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/provider.h"

static const struct field provider_fields[] = {
    {PERSONAL(provider, secret), .tag = PROVIDER_SECRET_TAG, .flags = SECRET,
     .doc = "Secret of the client, encrypted."},
    {UUID(provider, secret_event_id), .tag = 31,
     .doc = "Id of the event that the secret is encrypted for."},
    {TEXT(provider, claim), .tag = 32, .doc = "Claim that has the values of its rules."},
    {TEXT(provider, required_value), .tag = 33, .doc = "Value without which nobody is let in."},
    {OBJECTS(provider, rules, provider_rule), .tag = 34, .doc = "Rules of the provider."},
};
const struct shape provider_shape =
    SHAPE_WITH(provider, "State of a provider.", .base = &provider_definition_shape);
const struct aggregate provider_aggregate = {STATE_PROVIDER, "provider", &provider_shape};

#define USUAL_SCOPES                                                                               \
    {                                                                                              \
        "openid", "email", "profile", NULL                                                         \
    }

/* Of Microsoft each customer's directory is an issuer of its own. */
static const struct provider_usual usual[] = {
    [0] = {.scopes = USUAL_SCOPES},
    [PROVIDER_GOOGLE] =
        {"https://accounts.google.com",
         "https://accounts.google.com/.well-known/openid-configuration", USUAL_SCOPES, NULL},
    [PROVIDER_MICROSOFT] = {NULL, NULL, USUAL_SCOPES, "xms_edov"},
};

const struct provider_usual *provider_usual(struct enum_value preset)
{
    return &usual[preset.is];
}

bool provider_load(const struct decision *decision, struct uuid provider_id, struct provider *out)
{
    return model_load(decision->model, &provider_aggregate, provider_id, decision->arena, out);
}

enum status provider_must_exist(
    const struct decision *decision,
    struct uuid provider_id,
    struct provider *out,
    struct error *error)
{
    if (provider_load(decision, provider_id, out))
        return STATUS_OK;
    return decision_refuse(error, &refused_provider_missing, decision_show(decision, provider_id));
}

enum status provider_must_be_on(
    const struct decision *decision,
    struct uuid provider_id,
    struct provider *out,
    struct error *error)
{
    if (provider_load(decision, provider_id, out) && opt_bool_is_true(out->definition.enabled))
        return STATUS_OK;
    return decision_refuse(error, &refused_provider_missing, decision_show(decision, provider_id));
}

enum status
provider_of_directory(const struct decision *decision, struct provider *out, struct error *error)
{
    if (decision->actor.kind != ACTOR_DIRECTORY)
        return decision_refuse(
            error, &refused_provider_missing, decision_show(decision, decision->actor.id));
    return provider_must_be_on(decision, decision->actor.id, out, error);
}

struct uuid provider_of_slug(const struct decision *decision, struct text slug)
{
    struct uuid provider_id = UUID_NONE;

    if (slug.size == 0 || slug.size > PROVIDER_LONGEST_SLUG ||
        !model_holder(decision->model, CLAIM_PROVIDER_SLUG, bytes_of_text(slug), &provider_id))
        return UUID_NONE;
    return provider_id;
}

struct uuid provider_user_of(const struct decision *decision, struct bytes subject_digest)
{
    struct uuid user_id = UUID_NONE;
    struct user user;

    if (!model_holder(decision->model, CLAIM_IDENTITY, subject_digest, &user_id) ||
        !user_load(decision, user_id, &user))
        return UUID_NONE;
    return user_id;
}

/* What holds. */

static bool is_of_this_machine(struct text rest)
{
    static const char *const hosts[] = {"localhost", "127.0.0.1", "[::1]"};

    for (size_t i = 0; i < COUNT_OF(hosts); i++) {
        struct text host = text_from(hosts[i]);
        if (text_starts_with(rest, host) &&
            (rest.size == host.size || rest.data[host.size] == ':' || rest.data[host.size] == '/'))
            return true;
    }
    return false;
}

bool provider_is_url(struct text url)
{
    const struct text secure = text_lit("https://");
    const struct text plain = text_lit("http://");
    bool is_secure = text_starts_with(url, secure);
    struct text rest = text_slice(url, is_secure ? secure.size : plain.size, url.size);

    if (!is_secure && !(text_starts_with(url, plain) && is_of_this_machine(rest)))
        return false;
    return rest.size > 0 && rest.data[0] != '/' && text_is_printable(url, false) &&
           text_find(url, ' ', 0) == url.size && text_find(url, '#', 0) == url.size &&
           text_find(rest, '@', 0) >= text_find(rest, '/', 0);
}

bool provider_is_domain(struct text domain)
{
    for (size_t i = 0; i < domain.size; i++) {
        if (domain.data[i] == '@' || domain.data[i] == ' ')
            return false;
    }
    return domain.size > 0 && text_find(domain, '.', 0) < domain.size;
}

/* A token of RFC 6749, section 3.3. */
bool provider_is_scope(struct text scope)
{
    for (size_t i = 0; i < scope.size; i++) {
        char c = scope.data[i];
        if (c < 0x21 || c > 0x7E || c == '"' || c == '\\')
            return false;
    }
    return scope.size > 0;
}

static struct list usual_scopes(const struct decision *decision, struct enum_value preset)
{
    const char *const *names = provider_usual(preset)->scopes;
    struct text *scopes = arena_array(decision->arena, 4, sizeof(*scopes));
    size_t count = 0;

    while (names[count] != NULL) {
        scopes[count] = text_from(names[count]);
        count++;
    }
    return (struct list){scopes, count};
}

static enum status all_are(
    const struct list *list,
    bool (*is_one)(struct text text),
    const char *field,
    const char *what,
    struct error *error)
{
    const struct text *items = list->items;

    for (size_t i = 0; i < list->count; i++) {
        if (is_one(items[i]))
            continue;
        (void)decision_refuse(error, &refused_provider_field, field, what);
        error_field(error, field);
        return error->status;
    }
    return STATUS_OK;
}

static enum status check_texts(const struct provider_definition *wanted, struct error *error)
{
    enum status status = all_are(
        &wanted->scopes, provider_is_scope, "scopes", "have words without blanks and quotes",
        error);

    if (status == STATUS_OK)
        status = all_are(
            &wanted->allowed_domains, provider_is_domain, "allowedDomains",
            "have domains of addresses, as example.com", error);
    return status;
}

enum status provider_settle(
    const struct decision *decision, struct provider_definition *wanted, struct error *error)
{
    const struct provider_usual *preset = provider_usual(wanted->preset);
    struct uuid holder = provider_of_slug(decision, wanted->slug);

    if (uuid_is_present(holder) && !uuid_equal(holder, wanted->provider_id))
        return decision_refuse(error, &refused_provider_slug_taken);
    if (!text_is_present(wanted->issuer))
        wanted->issuer = text_from(preset->issuer);
    if (!text_is_present(wanted->discovery_url))
        wanted->discovery_url = text_from(preset->discovery_url);
    if (wanted->scopes.count == 0)
        wanted->scopes = usual_scopes(decision, wanted->preset);
    if (wanted->allowed_domains.count == 0)
        wanted->allowed_domains = (struct list){NULL, 0};
    if (!text_is_present(wanted->issuer))
        return decision_refuse(error, &refused_provider_field, "issuer", "be a URL address");
    if (!text_is_present(wanted->discovery_url))
        return decision_refuse(error, &refused_provider_field, "discoveryUrl", "be a URL address");
    return check_texts(wanted, error);
}

bool provider_may_vouch(const struct provider_definition *provider, struct text email)
{
    const struct text *domains = provider->allowed_domains.items;
    struct text domain = email;

    while (text_find(domain, '@', 0) < domain.size)
        (void)text_cut(&domain, '@');
    for (size_t i = 0; i < provider->allowed_domains.count; i++) {
        if (text_equal_ignoring_case(domains[i], domain))
            return true;
    }
    return provider->allowed_domains.count == 0;
}

/* Folding. */

static void store(struct fold *fold, const struct provider *provider)
{
    struct uuid id = provider->definition.provider_id;

    model_link(fold->model, LINK_PROVIDER, UUID_NONE, id, 1);
    fold_claim(fold, CLAIM_PROVIDER_SLUG, bytes_of_text(provider->definition.slug), id);
    model_store(fold->model, &provider_aggregate, id, provider);
}

static void
take_secret(struct provider *provider, const struct record *record, const struct personal *secret)
{
    if (!bytes_are_present(secret->box))
        return;
    provider->secret = *secret;
    provider->secret_event_id = record->entry.event_id;
}

static void fold_created(struct fold *fold, const struct record *record)
{
    const struct provider_created *created = record->event;
    struct provider provider = {.definition = created->definition, .claim = text_lit("groups")};

    take_secret(&provider, record, &created->secret);
    store(fold, &provider);
}

static void fold_changed(struct fold *fold, const struct record *record)
{
    const struct provider_changed *changed = record->event;
    struct uuid id = changed->definition.provider_id;
    struct provider provider;

    if (!model_load(fold->model, &provider_aggregate, id, fold->arena, &provider))
        return;
    fold_release(fold, CLAIM_PROVIDER_SLUG, bytes_of_text(provider.definition.slug), id);
    provider.definition = changed->definition;
    if (opt_bool_is_true(changed->clears_secret)) {
        provider.secret = (struct personal){.box = {NULL, 0}};
        provider.secret_event_id = UUID_NONE;
    }
    take_secret(&provider, record, &changed->secret);
    store(fold, &provider);
}

static void fold_rules(struct fold *fold, const struct record *record)
{
    const struct provider_rules_set *set = record->event;
    struct provider provider;

    if (!model_load(fold->model, &provider_aggregate, set->provider_id, fold->arena, &provider))
        return;
    provider.claim = text_is_present(set->claim) ? set->claim : text_lit("groups");
    provider.required_value = set->required_value;
    provider.rules = set->rules;
    store(fold, &provider);
}

static void fold_deleted(struct fold *fold, const struct record *record)
{
    const struct provider_deleted *deleted = record->event;
    struct uuid id = deleted->provider_id;
    struct provider provider;

    if (!model_load(fold->model, &provider_aggregate, id, fold->arena, &provider))
        return;
    fold_release(fold, CLAIM_PROVIDER_SLUG, bytes_of_text(provider.definition.slug), id);
    model_unlink(fold->model, LINK_PROVIDER, UUID_NONE, id);
    model_remove(fold->model, &provider_aggregate, id);
}

/* A subject whose account is gone is claimed anew. */
static void fold_vouched(struct fold *fold, const struct record *record)
{
    const struct identity_vouched *vouched = record->event;

    if (!opt_bool_is_true(vouched->is_first))
        return;
    model_release(fold->model, CLAIM_IDENTITY, vouched->subject_digest);
    fold_claim(fold, CLAIM_IDENTITY, vouched->subject_digest, vouched->user_id);
    model_link(fold->model, LINK_IDENTITY, vouched->user_id, vouched->provider_id, 1);
}

void provider_fold(struct fold *fold, const struct record *record)
{
    if (record->type == &provider_created_event)
        fold_created(fold, record);
    else if (record->type == &provider_changed_event)
        fold_changed(fold, record);
    else if (record->type == &provider_rules_set_event)
        fold_rules(fold, record);
    else if (record->type == &provider_deleted_event)
        fold_deleted(fold, record);
    else if (record->type == &identity_vouched_event)
        fold_vouched(fold, record);
}
