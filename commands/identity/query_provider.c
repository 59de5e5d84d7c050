/*
 * Questions: all of one provider, for whoever goes to it on behalf of somebody who signs in; and which ones a sign-in
 * page may offer.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/provider.h"

static const struct field query_provider_fields[] = {
    {UUID(query_provider, provider_id), .tag = 1, .doc = "Id of the provider."},
    {TEXT(query_provider, slug), .tag = 2, .doc = "Slug of the provider, instead of its id."},
};
static const struct shape query_provider_shape = SHAPE(query_provider, "Provider to look up.");

static void
answer_one(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct query_provider *question = input;
    struct provider *out = answer;
    struct uuid id = question->provider_id;

    if (!uuid_is_present(id))
        id = provider_of_slug(decision, question->slug);
    if (!model_load(decision->model, &provider_aggregate, id, arena, out))
        shape_clear(&provider_shape, out);
}

const struct command query_provider_command = {
    .name = "query_provider",
    .doc = "Looks up a provider.",
    .input = &query_provider_shape,
    .answer = &provider_shape,
    .answer_from = answer_one,
    .is_question = true,
};

static const struct field query_providers_fields[] = {
    {BOOL(query_providers, any), .tag = 1, .doc = "Nothing is asked of it."},
};
static const struct shape query_providers_shape =
    SHAPE(query_providers, "Providers to look up that a sign-in page may offer.");

static const struct field offered_provider_fields[] = {
    {TEXT(offered_provider, slug), .tag = 1, .flags = REQUIRED,
     .doc = "Slug of the provider, to begin a sign-in with."},
    {TEXT(offered_provider, name), .tag = 2, .flags = REQUIRED, .doc = "Name of the provider."},
    {ENUM(offered_provider, preset, provider_preset_names), .tag = 3,
     .doc = "Product that the provider is; null: any other."},
};
const struct shape offered_provider_shape = SHAPE(offered_provider, "A sign-in provider.");

static const struct field offered_providers_fields[] = {
    {OBJECTS(offered_providers, providers, offered_provider), .tag = 1,
     .doc = "Providers, by name."},
};
static const struct shape offered_providers_shape =
    SHAPE(offered_providers, "Providers that a sign-in page may offer.");

/* There are few. */
static void insert(struct offered_provider *sorted, size_t count, struct offered_provider one)
{
    size_t place = count;

    while (place > 0 && text_compare(sorted[place - 1].name, one.name) > 0) {
        sorted[place] = sorted[place - 1];
        place--;
    }
    sorted[place] = one;
}

static void
answer_all(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    struct offered_provider *sorted = arena_array(arena, MOST_PROVIDERS, sizeof(*sorted));
    struct uuid id = UUID_NONE;
    size_t count = 0;

    (void)input;
    while (count < MOST_PROVIDERS &&
           model_next_link(decision->model, LINK_PROVIDER, UUID_NONE, id, &id, NULL)) {
        struct provider provider;
        if (!model_load(decision->model, &provider_aggregate, id, arena, &provider) ||
            !opt_bool_is_true(provider.definition.enabled))
            continue;
        insert(
            sorted, count,
            (struct offered_provider){
                provider.definition.slug, provider.definition.name, provider.definition.preset});
        count++;
    }
    ((struct offered_providers *)answer)->providers = (struct list){sorted, count};
}

const struct command query_providers_command = {
    .name = "query_providers",
    .doc = "Looks up the providers that a sign-in page may offer.",
    .input = &query_providers_shape,
    .answer = &offered_providers_shape,
    .answer_from = answer_all,
    .is_question = true,
};
