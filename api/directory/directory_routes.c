/*
 * Routes of directories that send their people (SCIM 2.0, RFC 7644), and of their tokens.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/deleted_view.h"
#include "api/directory/directory_tokens.h"
#include "api/directory/scim_discovery.h"
#include "api/directory/scim_group_orders.h"
#include "api/directory/scim_group_patch.h"
#include "api/directory/scim_group_view.h"
#include "api/directory/scim_list.h"
#include "api/directory/scim_orders.h"
#include "api/route.h"
#include "commands/identity/directory_commands.h"

#define TOKENS .tag = "identity", .who = WHO_PLATFORM_ADMIN
#define SCIM                                                                                       \
    .tag = "identity", .who = WHO_DIRECTORY, .is_at_root = true,                                   \
    .reply.media_type = "application/scim+json"

const struct route directory_routes[] = {
    {TOKENS, .method = "GET", .path = "/auth/providers/:providerId/scim-tokens", .status = 200,
     .doc = "Lists the tokens of a provider's directory that are good.",
     .query = &directory_tokens_query},
    {TOKENS, .method = "POST", .path = "/auth/providers/:providerId/scim-tokens", .status = 201,
     .needs_session = true, .doc = "Makes a token for a provider's directory; it is shown once.",
     .command = &create_directory_token_command, .before_submit = directory_token_prepare,
     .render = directory_token_answer, .reply.shape = &made_directory_token_view_shape},
    {TOKENS, .method = "DELETE", .path = "/auth/providers/:providerId/scim-tokens/:tokenId",
     .status = 200, .needs_session = true, .doc = "Ends a token of a provider's directory.",
     .command = &end_directory_token_command, .render = deleted_answer,
     .reply.shape = &deleted_view_shape},
    {SCIM, .method = "GET", .path = "/scim/v2/Users", .status = 200,
     .doc = "Lists the people whom the directory looks after.", .handle = scim_list_users,
     .input_shape = &scim_list_shape},
    {SCIM, .method = "POST", .path = "/scim/v2/Users", .status = 201,
     .doc = "Takes a person whom the directory sends.", .handle = scim_create_user,
     .input_shape = &scim_new_user_shape},
    {SCIM, .method = "POST", .path = "/scim/v2/Users/.search", .status = 200, .is_own = true,
     .doc = "Lists those of whom the directory looks after that it looks for.",
     .handle = scim_search_users, .input_shape = &scim_search_shape},
    {SCIM, .method = "GET", .path = "/scim/v2/Users/:userId", .status = 200,
     .doc = "Shows a person whom the directory looks after.", .handle = scim_read_user,
     .input_shape = &scim_asked_user_shape},
    {SCIM, .method = "PUT", .path = "/scim/v2/Users/:userId", .status = 200,
     .doc = "Says how a person is whom the directory looks after.", .handle = scim_replace_user,
     .input_shape = &scim_user_shape},
    {SCIM, .method = "PATCH", .path = "/scim/v2/Users/:userId", .status = 200,
     .doc = "Says what changed of a person whom the directory looks after.",
     .handle = scim_patch_user, .input_shape = &scim_patch_shape},
    {SCIM, .method = "DELETE", .path = "/scim/v2/Users/:userId", .status = 204,
     .doc = "Switches an account off that the directory looks after no more.",
     .handle = scim_delete_user, .input_shape = &scim_one_user_shape},
    {SCIM, .method = "GET", .path = "/scim/v2/ServiceProviderConfig", .status = 200,
     .doc = "Tells a directory what this server can do.", .handle = scim_show_service,
     .input_shape = &scim_documents_shape},
    {SCIM, .method = "GET", .path = "/scim/v2/ResourceTypes", .status = 200,
     .doc = "Lists the types of resources that directories send.",
     .handle = scim_list_resource_types, .input_shape = &scim_documents_shape},
    {SCIM, .method = "GET", .path = "/scim/v2/ResourceTypes/:id", .status = 200,
     .doc = "Shows a type of resources that directories send.", .handle = scim_show_resource_type,
     .input_shape = &scim_document_shape},
    {SCIM, .method = "GET", .path = "/scim/v2/Schemas", .status = 200,
     .doc = "Lists the schemas of resources that directories send.", .handle = scim_list_schemas,
     .input_shape = &scim_documents_shape},
    {SCIM, .method = "GET", .path = "/scim/v2/Schemas/:id", .status = 200,
     .doc = "Shows the attributes of a resource that directories send.", .handle = scim_show_schema,
     .input_shape = &scim_document_shape},
    {SCIM, .method = "GET", .path = "/scim/v2/Groups", .status = 200,
     .doc = "Lists the groups that the directory has sent.", .handle = scim_list_groups,
     .input_shape = &scim_groups_shape},
    {SCIM, .method = "POST", .path = "/scim/v2/Groups", .status = 201,
     .doc = "Takes a group that the directory sends.", .handle = scim_create_group,
     .input_shape = &scim_new_group_shape},
    {SCIM, .method = "GET", .path = "/scim/v2/Groups/:groupId", .status = 200,
     .doc = "Shows a group that the directory has sent.", .handle = scim_read_group,
     .input_shape = &scim_one_group_shape},
    {SCIM, .method = "PUT", .path = "/scim/v2/Groups/:groupId", .status = 200,
     .doc = "Says how a group is that the directory has sent.", .handle = scim_replace_group,
     .input_shape = &scim_group_shape},
    {SCIM, .method = "PATCH", .path = "/scim/v2/Groups/:groupId", .status = 204,
     .doc = "Says what changed of a group that the directory has sent.", .handle = scim_patch_group,
     .input_shape = &scim_group_patch_shape},
    {SCIM, .method = "DELETE", .path = "/scim/v2/Groups/:groupId", .status = 204,
     .doc = "Deletes a group that the directory has sent.", .handle = scim_delete_group,
     .input_shape = &scim_gone_group_shape},
    {.method = NULL},
};
