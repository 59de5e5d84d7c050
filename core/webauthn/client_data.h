/*
 * What a browser says of what it was asked for: which page asked, what for, and by which challenge. Any thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_WEBAUTHN_CLIENT_DATA_H
#define CORE_WEBAUTHN_CLIENT_DATA_H

#include "core/webauthn/webauthn.h"

enum { CLIENT_DATA_LONGEST = 4096 };

/* STATUS_INVALID where it is for something else ("webauthn.create", "webauthn.get"), for another challenge, or of another
 * page. */
MUST_USE enum status client_data_check(
    struct bytes json, const char *type, const struct webauthn_asked *asked, struct error *error);

#endif
