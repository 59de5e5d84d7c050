/*
 *   agent ──report──► decode ──► [here] ──masked──► submit
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/secret/secret_masking.h"

#include "api/call.h"
#include "api/secret/vault.h"
#include "commands/task/task_commands.h"
#include "commands/terminal/terminal_commands.h"
#include "core/crypto/crypto.h"

#include <string.h>

/* One report. */
struct masking {
    struct call *call;
    struct vault_forms *forms;
};

/* False: there is nothing to mask by; or, with an answer, that is not known. */
static bool begin(struct masking *masking, bool *out_is_answered)
{
    struct call *call = masking->call;
    struct error error = {0};
    enum status status =
        vault_take_forms(call->services->vault, call->actor.id, &masking->forms, &error);

    *out_is_answered = status != STATUS_OK;
    if (status != STATUS_OK)
        call_answer_error(call, &error);
    return masking->forms != NULL;
}

static void end(const struct masking *masking)
{
    vault_put_forms(masking->call->services->vault, masking->forms);
}

/* Of a text that is one by itself. */
static void mask_alone(const struct masking *masking, struct text *t)
{
    *t = mask_text(vault_mask(masking->forms), NULL, masking->call->arena, *t);
}

/* What a stream of a task or a terminal is remembered by. */
static struct uuid stream_of(struct uuid of, struct text stream)
{
    const struct bytes pieces[] = {{of.bytes, sizeof(of.bytes)}, bytes_of_text(stream)};

    return uuid_v8(sha256_of(pieces, COUNT_OF(pieces)).bytes);
}

/* Of a text that goes on where the one before in its stream ended. */
static void mask_next(const struct masking *masking, struct uuid stream, struct text *t)
{
    struct vault *vault = masking->call->services->vault;
    struct uuid node_id = masking->call->actor.id;
    struct mask_carry carry = vault_carry(vault, node_id, stream);

    *t = mask_text(vault_mask(masking->forms), &carry, masking->call->arena, *t);
    vault_keep_carry(vault, node_id, stream, carry);
}

static void mask_lines(const struct masking *masking, struct log_task *report)
{
    size_t count = report->lines.count;
    struct log_line_input *lines = arena_array(masking->call->arena, count + 1, sizeof(*lines));

    if (count > 0)
        memcpy(lines, report->lines.items, count * sizeof(*lines));
    for (size_t i = 0; i < count; i++) {
        struct uuid stream = stream_of(report->task_id, lines[i].stream);
        mask_next(masking, stream, &lines[i].line);
        mask_alone(masking, &lines[i].stream);
    }
    if (report->lines.items != NULL)
        report->lines.items = lines;
}

bool secret_mask_log(struct call *call, void *input)
{
    struct log_task *report = input;
    struct masking masking = {.call = call};
    bool is_answered;

    if (!begin(&masking, &is_answered))
        return !is_answered;
    mask_next(&masking, stream_of(report->task_id, report->stream), &report->line);
    mask_alone(&masking, &report->stream);
    mask_lines(&masking, report);
    end(&masking);
    return true;
}

bool secret_mask_completion(struct call *call, void *input)
{
    struct complete_task *report = input;
    struct masking masking = {.call = call};
    bool is_answered;

    if (!begin(&masking, &is_answered))
        return !is_answered;
    report->result = mask_json(vault_mask(masking.forms), call->arena, report->result);
    mask_alone(&masking, &report->output);
    mask_alone(&masking, &report->error);
    end(&masking);
    return true;
}

bool secret_mask_terminal_output(struct call *call, void *input)
{
    static const char *const directions[] = {"", "stdout", "stderr", "system"};
    struct report_terminal_output *report = input;
    struct masking masking = {.call = call};
    struct text text = text_of_bytes(report->payload);
    const char *direction = directions[(size_t)report->direction.is % COUNT_OF(directions)];
    bool is_answered;

    if (!begin(&masking, &is_answered))
        return !is_answered;
    mask_next(&masking, stream_of(report->report.session_id, text_from(direction)), &text);
    report->payload = bytes_of_text(text);
    end(&masking);
    return true;
}

static bool mask_words(struct call *call, struct text *words)
{
    struct masking masking = {.call = call};
    bool is_answered;

    if (!begin(&masking, &is_answered))
        return !is_answered;
    mask_alone(&masking, words);
    end(&masking);
    return true;
}

bool secret_mask_terminal_exit(struct call *call, void *input)
{
    return mask_words(call, &((struct report_terminal_exited *)input)->reason);
}

bool secret_mask_terminal_error(struct call *call, void *input)
{
    return mask_words(call, &((struct report_terminal_error *)input)->message);
}
