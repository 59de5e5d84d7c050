/*
 * What this server can do for directories, as it tells them (RFC 7643, sections 5 to 7; RFC 7644, section 4).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_DIRECTORY_SCIM_DISCOVERY_H
#define API_DIRECTORY_SCIM_DISCOVERY_H

#include "api/route.h"

/* Of lists, which take no filter; and of one document, by its id. */
extern const struct shape scim_documents_shape;
extern const struct shape scim_document_shape;

/* LANE_LOOP. */
void scim_show_service(struct call *call);
void scim_list_resource_types(struct call *call);
void scim_show_resource_type(struct call *call);
void scim_list_schemas(struct call *call);
void scim_show_schema(struct call *call);

#endif
