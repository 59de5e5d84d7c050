/*
 * The list is empty: accounts sign in with address and password.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/identity/provider_list.h"

#include "api/call.h"

struct provider_view {
    struct text slug;
    struct text name;
    struct text preset;
};
static const struct field provider_view_fields[] = {
    {TEXT(provider_view, slug), .tag = 1, .flags = REQUIRED,
     .doc = "Slug of the provider, to begin a sign-in with."},
    {TEXT(provider_view, name), .tag = 2, .flags = REQUIRED, .doc = "Name of the provider."},
    {TEXT(provider_view, preset), .tag = 3, .flags = REQUIRED,
     .doc = "Product that the provider is."},
};
const struct shape provider_view_shape = SHAPE(provider_view, "A sign-in provider.");

void provider_list_handle(struct call *call)
{
    call_header(call, "Cache-Control", text_lit("no-store"));
    call_answer_list(call, 200, &provider_view_shape, NULL, 0);
}
