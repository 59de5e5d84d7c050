/*
 * As much of XML as answers of object stores need: elements without attributes, found by name.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_OUTBOUND_XML_H
#define CORE_OUTBOUND_XML_H

#include "core/base/text.h"

/* What is between the next "<name>" and the "</name>" behind it, as it stands, lent from `rest`, which becomes
 * what follows; absent, and `rest` as it was, where there is none. Names have up to 60 letters. */
struct text xml_next(struct text *rest, const char *name);

#endif
