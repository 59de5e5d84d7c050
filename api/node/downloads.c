/*
 * Downloads: documents, made once. They change with the server, so whoever keeps them asks again.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node/downloads.h"

#include "api/call.h"
#include "api/document.h"
#include "core/base/embedded_file.h"
#include "core/base/encode.h"
#include "core/crypto/crypto.h"

#define AGENT "fleetledger-agent-linux-amd64"

extern const struct embedded_file install_script; /* api/node/install.sh */

struct downloads_file {
    struct text file;
};
static const struct field downloads_file_fields[] = {
    {TEXT(downloads_file, file), .tag = 1, .flags = FROM_PATH, .max = 255,
     .doc = "Name of the file."},
};
const struct shape downloads_file_shape = SHAPE(downloads_file, "A file for machines.");

struct downloads {
    struct document script;
    struct document agent;
    struct document digest;
};

/* As sha256sum prints it, and reads it. */
static struct text digest_line(struct text agent, struct arena *arena)
{
    struct digest digest = sha256(bytes_of_text(agent));
    struct text hex = hex_encode(arena, (struct bytes){digest.bytes, sizeof(digest.bytes)});

    return text_format(arena, "%.*s  " AGENT "\n", TEXT_ARGS(hex));
}

const struct downloads *downloads_new(struct text agent, struct arena *arena)
{
    struct downloads *downloads = arena_one(arena, struct downloads);

    downloads->script = document_make(
        arena, "text/x-shellscript; charset=utf-8", embedded_file_text(&install_script));
    downloads->agent = document_make_plain(arena, "application/octet-stream", agent);
    downloads->digest =
        document_make_plain(arena, "text/plain; charset=utf-8", digest_line(agent, arena));
    return downloads;
}

static void answer(struct call *call, const struct document *document)
{
    call_header(call, "Cache-Control", text_lit("no-cache"));
    call_answer_document(call, document);
}

void downloads_script_handle(struct call *call)
{
    answer(call, &call->services->downloads->script);
}

void downloads_file_handle(struct call *call)
{
    const struct downloads *downloads = call->services->downloads;
    struct text name = ((const struct downloads_file *)call->input)->file;
    struct error error;

    if (text_is(name, AGENT)) {
        answer(call, &downloads->agent);
    } else if (text_is(name, AGENT ".sha256")) {
        answer(call, &downloads->digest);
    } else {
        error_set_code(
            &error, STATUS_NOT_FOUND, "download_not_found",
            "There is no %.*s here, but " AGENT " and " AGENT ".sha256", TEXT_ARGS(name));
        call_answer_error(call, &error);
    }
}
