/*
 * Codes of requests, for clients and operators; the texts are what is usually said with them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/refusals.h"

const struct refusal request_refusals[] = {
    {"malformed_request", STATUS_INVALID, "The request breaks HTTP/1.1.",
     "Use an HTTP library; the text says what is wrong."},
    {"malformed_path", STATUS_INVALID, "Failed to decode param '%s'", "Percent-encode the path."},
    {"malformed_query", STATUS_INVALID,
     "The query string has a bad escape or more than 64 parameters.",
     "Percent-encode the query string."},
    {"malformed_parameters", STATUS_INVALID, "The parameters are not clean UTF-8.",
     "Send UTF-8 without U+0000."},
    {"malformed_json", STATUS_INVALID, "The body is not valid JSON.",
     "The text names line and column."},
    {"unclean_text", STATUS_INVALID, "A text holds bytes that are no text.",
     "Send UTF-8 without U+0000."},
    {"validation_failed", STATUS_INVALID,
     "The input breaks rules, all of which are listed in errors.",
     "Correct the fields that are named."},
    {"path_mismatch", STATUS_INVALID, "%s in request body must match route parameter",
     "Leave it out of the body."},
    {"invalid_header", STATUS_INVALID, "A header has a value that cannot be understood.",
     "The text names the header."},
    {"invalid_cursor", STATUS_INVALID, "The cursor is not one of this list.",
     "Take it from the Link header of the page before."},
    {"invalid_filter", STATUS_INVALID, "A filter has a value that cannot be understood.",
     "The text names the filter, and what it may be."},
    {"malformed_tile", STATUS_INVALID, "%s names no tile", "Write paths as C2SP tlog-tiles does."},
    {"tile_not_found", STATUS_NOT_FOUND, "The newest checkpoint does not reach that tile.",
     "Ask for tiles of the newest checkpoint's size."},
    {"proof_impossible", STATUS_INVALID, "There is no such proof for this ledger.",
     "Ask for a position below the size, and for sizes that rise."},
    {"size_not_signed", STATUS_INVALID, "The newest checkpoint is smaller than the size asked for.",
     "Leave size out, or take it from a checkpoint."},
    {"follower", STATUS_UNAVAILABLE,
     "This server follows another one, its leader, which alone takes changes.",
     "Ask the leader, or this server by HTTP, which passes it on."},
    {"leader_unreachable", STATUS_UNAVAILABLE,
     "This server follows another one, which alone takes changes and cannot be reached.",
     "Try again: nothing was changed."},
    {"ledger_contradicted", STATUS_UNAVAILABLE,
     "The ledger does not continue what was signed, and nothing is signed.",
     "Ask the operator: docs/operations.md says what is to be done."},
    {"look_not_recorded", STATUS_UNAVAILABLE,
     "That you look cannot be recorded now, so nothing is shown.",
     "Try again once the server takes changes: its health says why it does not."},
    {"not_signed_yet", STATUS_UNAVAILABLE, "No checkpoint covers that yet.",
     "Try again in a second."},
    {"route_not_found", STATUS_NOT_FOUND, "Cannot %s %s", "See /api/v1/docs for what there is."},
    {"event_not_found", STATUS_NOT_FOUND, "Event %s was not found",
     "The timeline has the positions of events that you may see."},
    {"entity_not_found", STATUS_NOT_FOUND, "%s was not found",
     "The timeline names the entities that you may see."},
    {"entity_not_yet", STATUS_NOT_FOUND, "%s was not there yet",
     "The text says which event made it: ask for that moment, or a later one."},
    {"entity_not_traceable", STATUS_NOT_FOUND, "The id of %s does not lead to its events",
     "Look for its events in the timeline, by what it is about."},
    {"entity_gone", STATUS_GONE, "%s was there no more",
     "The text says which event removed it: ask for an earlier moment."},
    {"body_dropped", STATUS_GONE, "What made it was dropped, on record.",
     "The event itself is still there, without what it said."},
    {"history_too_long", STATUS_TOO_LARGE, "It takes too many events to tell how that stood.",
     "Ask for an earlier moment; the history has its events, page by page."},
    {"index_behind", STATUS_UNAVAILABLE, "The forensic index is being built again.",
     "Ask again in a minute."},
    {"export_not_found", STATUS_NOT_FOUND, "Export was not found",
     "GET /exports lists those that you may see."},
    {"file_not_found", STATUS_NOT_FOUND, "The viewer has no file %s",
     "Open the page of the API anew."},
    {"download_not_found", STATUS_NOT_FOUND, "There is no %s here",
     "Take one of the files that the answer names."},
    {"viewer_not_built", STATUS_NOT_FOUND,
     "This program was built without npm, and so without the viewer.",
     "Use the document itself, at /api/v1/docs-json."},
    {"sign_in_failed", STATUS_UNAUTHENTICATED, "Invalid email or password",
     "Check both; after too many tries wait a minute."},
    {"session_ended", STATUS_UNAUTHENTICATED, "Invalid authentication token",
     "Sign in again: the session has ended."},
    {"agent_credentials_missing", STATUS_UNAUTHENTICATED, "Missing agent credentials",
     "Send x-agent-node-id and the node's credential as a bearer token."},
    {"not_a_member", STATUS_FORBIDDEN, "You do not have access to this workspace.",
     "Ask an admin of the workspace to add you."},
    {"terminal_token_scope", STATUS_FORBIDDEN,
     "Terminal websocket token is not authorized for this session.",
     "Ask for a connect token of this session."},
    {"origin_not_allowed", STATUS_FORBIDDEN, "Browsers may not call from this origin.",
     "An operator can add it to CORS_ORIGIN."},
    {"idempotency_key_reused", STATUS_CONFLICT, "This idempotency key belongs to another request",
     "Make a new key for each request that is not a repeat."},
    {"superseded", STATUS_UNAVAILABLE,
     "Another server leads this ledger: this one takes no changes.",
     "Ask the server that leads. An operator makes this one a follower of it."},
    {"no_lease", STATUS_UNAVAILABLE,
     "This server does not hold the lease to lead at the moment, so it takes no changes.",
     "Try again, or ask the server that leads."},
    {"older_epoch", STATUS_UNAVAILABLE,
     "This server's ledger is of an older epoch than the one seen.", "Ask the server that leads."},
    {"succession_unproved", STATUS_INVALID,
     "No key that signs this ledger now has signed that checkpoint, or it does not continue this ledger.",
     "Send the newest checkpoint of the server that leads."},
    {"ledger_too_small", STATUS_STALE, "This server's ledger is smaller than the size asked for.",
     "Ask again a little later, or without Ledger-Min-Size."},
    {"event_too_large", STATUS_TOO_LARGE, "What would be recorded is larger than one event may be.",
     "Send less at a time."},
    {"transcript_expired", STATUS_GONE, "Transcript retention expired for this terminal session.",
     "TERMINAL_RETENTION_DAYS says how long transcripts are kept."},
    {"answer_too_large", STATUS_TOO_LARGE, "The answer would be larger than an answer may be.",
     "Ask for less at a time, with limit."},
    {"busy", STATUS_TOO_MANY, "The server has more to do than it can take on; nothing was changed.",
     "Try again after the time that Retry-After names."},
    {"too_much_at_once", STATUS_TOO_MANY,
     "The caller has more large bodies under way, or they took more time, than one caller may.",
     "Try again after the time that Retry-After names."},
    {"mail_not_configured", STATUS_UNAVAILABLE,
     "Email delivery is not configured for this environment.", "An operator sets SMTP_HOST."},
    {"recorded_not_held", STATUS_UNAVAILABLE,
     "The change is recorded, and not yet held by as many followers as are wanted.",
     "Repeat it with the same Idempotency-Key: nothing is rolled back."},
    {"committed_not_visible", STATUS_UNAVAILABLE, "The change is recorded but cannot be shown yet.",
     "Repeat the request with the same Idempotency-Key."},
    {"read_model_behind", STATUS_UNAVAILABLE,
     "The read model has not reached the size of the ledger yet.", "Try again."},
    {"read_model_unavailable", STATUS_UNAVAILABLE,
     "The read models are away, or being built; nothing was changed.", "Try again."},
    {"database_unavailable", STATUS_UNAVAILABLE, "The read models are away at the moment.",
     "Try again."},
    {"index_rebuilding", STATUS_UNAVAILABLE, "The index of events is built again.",
     "Ask again a little later."},
    {"clock_jumped", STATUS_UNAVAILABLE, "The clock was set by more than an hour.",
     "An operator sets the clock right, or restarts."},
    {"ledger_stopped", STATUS_UNAVAILABLE,
     "The ledger takes no more writes until it has been checked.",
     "An operator looks at disk and log, then restarts."},
    {"model_lost", STATUS_UNAVAILABLE, "What is decided on cannot be read, which is tried again.",
     "Try again; an operator looks at the log."},
    {"outcome_unknown", STATUS_UNAVAILABLE,
     "Whether this was stored will only be known after the next start.",
     "Repeat the request with the same Idempotency-Key."},
    {NULL, STATUS_OK, NULL, NULL},
};

static const char *remedy_of(const struct refusal *refusal, struct text code)
{
    return text_is(code, refusal->code) ? refusal->remedy : NULL;
}

static const char *find_in_area(const struct refusal *const *refusals, struct text code)
{
    const char *remedy = NULL;

    for (size_t i = 0; remedy == NULL && refusals[i] != NULL; i++)
        remedy = remedy_of(refusals[i], code);
    return remedy;
}

const char *refusals_remedy(struct text code)
{
    const char *remedy = NULL;

    for (size_t i = 0; remedy == NULL && request_refusals[i].code != NULL; i++)
        remedy = remedy_of(&request_refusals[i], code);
    for (size_t i = 0; remedy == NULL && refusal_catalog[i].name != NULL; i++)
        remedy = find_in_area(refusal_catalog[i].refusals, code);
    return remedy;
}
