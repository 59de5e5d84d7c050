/*
 * What an operation may come to. One row: name, HTTP status, reason phrase, default code.
 * Included with STATUS_ROW defined; see status.h.
 * SPDX-License-Identifier: Apache-2.0
 */
STATUS_ROW(OK, 200, "OK", "ok")
STATUS_ROW(INVALID, 400, "Bad Request", "invalid_request")
STATUS_ROW(UNAUTHENTICATED, 401, "Unauthorized", "unauthenticated")
STATUS_ROW(FORBIDDEN, 403, "Forbidden", "forbidden")
STATUS_ROW(NOT_FOUND, 404, "Not Found", "not_found")
STATUS_ROW(OTHER_METHOD, 405, "Method Not Allowed", "method_not_allowed")
STATUS_ROW(TOO_SLOW, 408, "Request Timeout", "request_timeout")
STATUS_ROW(CONFLICT, 409, "Conflict", "conflict")
STATUS_ROW(GONE, 410, "Gone", "gone")
STATUS_ROW(STALE, 412, "Precondition Failed", "stale_revision")
STATUS_ROW(TOO_LARGE, 413, "Payload Too Large", "too_large")
STATUS_ROW(TARGET_TOO_LONG, 414, "URI Too Long", "target_too_long")
STATUS_ROW(UNSUPPORTED, 415, "Unsupported Media Type", "unsupported_media_type")
STATUS_ROW(UNMET, 417, "Expectation Failed", "expectation_failed")
STATUS_ROW(UNPROCESSABLE, 422, "Unprocessable Content", "unprocessable")
STATUS_ROW(TOO_MANY, 429, "Too Many Requests", "too_many_requests")
STATUS_ROW(HEAD_TOO_LARGE, 431, "Request Header Fields Too Large", "head_too_large")
STATUS_ROW(INTERNAL, 500, "Internal Server Error", "internal_error")
STATUS_ROW(CORRUPT, 500, "Internal Server Error", "corrupt_data")
STATUS_ROW(NOT_IMPLEMENTED, 501, "Not Implemented", "not_implemented")
STATUS_ROW(UNAVAILABLE, 503, "Service Unavailable", "unavailable")
STATUS_ROW(TIMED_OUT, 504, "Gateway Timeout", "timed_out")
STATUS_ROW(OTHER_VERSION, 505, "HTTP Version Not Supported", "http_version_not_supported")
STATUS_ROW(FULL, 507, "Insufficient Storage", "storage_full")
