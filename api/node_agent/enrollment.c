/*
 * The three ways in.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/enrollment.h"

#include "api/node_agent/asking.h"
#include "api/node_agent/machine.h"
#include "core/base/timestamp.h"
#include "core/run/thread.h"
#include "core/shape/shape_json.h"

enum { BODY_BYTES = 16 << 10, MOST_TRIES = 5, POLL_S = 5, LONGEST_WAIT_S = 600 };

/* What is asked. */

struct install_request {
    struct text token;
    struct text hostname;
    const struct machine *additional_info;
};
static const struct field install_request_fields[] = {
    {TEXT(install_request, token), .tag = 1, .doc = "Token of the install."},
    {TEXT(install_request, hostname), .tag = 2, .doc = "Name of the machine."},
    {OBJECT(install_request, additional_info, machine), .tag = 3,
     .doc = "What the machine says of itself."},
};
static const struct shape install_request_shape = SHAPE(install_request, "A machine is installed.");

struct person_request {
    struct text email;
    struct text hostname;
    const struct machine *additional_info;
};
static const struct field person_request_fields[] = {
    {TEXT(person_request, email), .tag = 1, .doc = "Email address of whoever asks."},
    {TEXT(person_request, hostname), .tag = 2, .doc = "Name of the machine."},
    {OBJECT(person_request, additional_info, machine), .tag = 3,
     .doc = "What the machine says of itself."},
};
static const struct shape person_request_shape =
    SHAPE(person_request, "A machine asks to be admitted.");

struct register_request {
    struct text hostname;
    struct text enrollment_token;
    struct text os;
    struct text arch;
    struct text agent_version;
    struct text platform_version;
    struct text kernel_version;
};
static const struct field register_request_fields[] = {
    {TEXT(register_request, hostname), .tag = 1, .doc = "Name of the machine."},
    {TEXT(register_request, enrollment_token), .tag = 2, .doc = "Token that all agents share."},
    {TEXT(register_request, os), .tag = 3, .doc = "Operating system of the machine."},
    {TEXT(register_request, arch), .tag = 4, .doc = "Architecture of the processor."},
    {TEXT(register_request, agent_version), .tag = 5, .doc = "Version of the agent."},
    {TEXT(register_request, platform_version), .tag = 6, .flags = OMIT_ABSENT,
     .doc = "Name and version of the distribution."},
    {TEXT(register_request, kernel_version), .tag = 7, .doc = "Release of the kernel."},
};
static const struct shape register_request_shape =
    SHAPE(register_request, "A machine registers itself.");

/* What comes back, of each of them. */
struct admission {
    struct text status;
    struct text token;
    struct uuid node_id;
    struct text agent_token;
};
static const struct field admission_fields[] = {
    {TEXT(admission, status), .tag = 1, .doc = "How the request stands."},
    {TEXT(admission, token), .tag = 2, .doc = "Token of the request."},
    {UUID(admission, node_id), .tag = 3, .doc = "Id of the node."},
    {TEXT(admission, agent_token), .tag = 4, .min = 16, .max = 1024, .doc = "Secret of the agent."},
};
static const struct shape admission_shape =
    SHAPE_WITH(admission, "Answer to a machine that wants in.", .is_lenient = true);

/* One request, waited for. */

/* A server that is being restarted is no reason to fail, once it was asked patiently. */
static enum status
ask(const struct agent_settings *settings,
    const struct api_request *request,
    int most_tries,
    struct arena *arena,
    struct admission *out,
    struct error *error)
{
    const struct asking asking = {.settings = settings};
    struct text body = {NULL, 0};
    enum status status = asking_patiently(&asking, request, most_tries, arena, &body, error);

    return status == STATUS_OK ? shape_json_read(&admission_shape, body, arena, out, error)
                               : status;
}

static enum status post(
    const struct agent_settings *settings,
    const char *path,
    const struct shape *shape,
    const void *value,
    struct arena *arena,
    struct admission *out,
    struct error *error)
{
    struct api_request request = {.path = path, .timeout_us = API_TIMEOUT_S * (int64_t)US_PER_S};
    AUTO_BUF body = {0};

    if (!text_is_present(settings->api_url))
        return error_set(
            error, STATUS_INVALID, "API_URL is missing: give it as --api-url=https://…");
    buf_init(&body, BODY_BYTES);
    shape_json_write(shape, value, &body);
    request.body = buf_text(&body);
    return ask(settings, &request, MOST_TRIES, arena, out, error);
}

static enum status admit(
    const struct agent_settings *settings,
    const struct admission *admission,
    struct identity *out,
    struct error *error)
{
    if (!uuid_is_present(admission->node_id) || !text_is_present(admission->agent_token))
        return error_set(
            error, STATUS_UNAVAILABLE, "the answer names no node: is %.*s a Fleetledger server?",
            TEXT_ARGS(settings->api_url));
    *out = (struct identity){
        admission->node_id, admission->agent_token, settings->api_url, timestamp_now()};
    return STATUS_OK;
}

/* The usual way: what is asked is answered at once. */
static enum status post_for_admission(
    const struct agent_settings *settings,
    const char *path,
    const struct shape *shape,
    const void *value,
    struct arena *arena,
    struct identity *out,
    struct error *error)
{
    struct admission admission = {0};
    enum status status = post(settings, path, shape, value, arena, &admission, error);

    return status == STATUS_OK ? admit(settings, &admission, out, error) : status;
}

enum status enrollment_by_install(
    const struct agent_settings *settings,
    struct text token,
    struct arena *arena,
    struct identity *out,
    struct error *error)
{
    struct machine machine;
    const struct install_request request = {token, machine_hostname(arena), &machine};

    machine_read(settings, arena, &machine);
    return post_for_admission(
        settings, "/node-installs/consume", &install_request_shape, &request, arena, out, error);
}

enum status enrollment_by_shared_token(
    const struct agent_settings *settings,
    struct text token,
    struct arena *arena,
    struct identity *out,
    struct error *error)
{
    struct machine machine;
    struct register_request request = {
        .hostname = machine_hostname(arena), .enrollment_token = token};

    machine_read(settings, arena, &machine);
    request.os = machine.os;
    request.arch = machine.arch;
    request.agent_version = machine.agent_version;
    request.platform_version = machine.platform_version;
    request.kernel_version = machine.kernel_version;
    return post_for_admission(
        settings, "/agent/register", &register_request_shape, &request, arena, out, error);
}

/* Until an administrator says yes or no. */
static enum status wait_for_approval(
    const struct agent_settings *settings,
    struct text token,
    struct arena *arena,
    struct admission *out,
    struct error *error)
{
    const struct api_request request = {
        .path = text_format(arena, "/enrollments/%.*s", TEXT_ARGS(token)).data,
        .timeout_us = API_TIMEOUT_S * (int64_t)US_PER_S};
    int64_t until_us = monotonic_us() + LONGEST_WAIT_S * (int64_t)US_PER_S;

    while (monotonic_us() < until_us) {
        enum status status = ask(settings, &request, 1, arena, out, error);
        bool is_pending =
            status == STATUS_OK && (out->status.size == 0 || text_is(out->status, "pending"));
        if (status == STATUS_OK && text_is(out->status, "approved"))
            return STATUS_OK;
        if (!is_pending && status != STATUS_UNAVAILABLE)
            return status != STATUS_OK ? status
                                       : error_set(
                                             error, STATUS_FORBIDDEN, "the request is %.*s",
                                             TEXT_ARGS(out->status));
        thread_pause(POLL_S * (int64_t)US_PER_S);
    }
    return error_set(error, STATUS_TIMED_OUT, "nobody has said yes within ten minutes");
}

enum status enrollment_by_person(
    const struct agent_settings *settings,
    struct text email,
    void (*tell)(struct text token),
    struct arena *arena,
    struct identity *out,
    struct error *error)
{
    struct machine machine;
    struct admission admission = {0};
    const struct person_request request = {email, machine_hostname(arena), &machine};
    enum status status;

    machine_read(settings, arena, &machine);
    status = post(
        settings, "/enrollments/initiate", &person_request_shape, &request, arena, &admission,
        error);
    if (status != STATUS_OK)
        return status;
    if (!text_is_present(admission.token))
        return error_set(error, STATUS_UNAVAILABLE, "the answer names no request");
    tell(admission.token);
    status = wait_for_approval(settings, admission.token, arena, &admission, error);
    return status == STATUS_OK ? admit(settings, &admission, out, error) : status;
}
