/*
 * Commands of our own: memory of their own, freed when they are done.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/own_command.h"

#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/base/must.h"

#include <pthread.h>

enum { OWN_BYTES = 1 << 20 };

/* A submission with memory of its own; freed when it is done. */
struct own_submission {
    struct submission submission; /* first */
    void (*done)(const struct submission *submission, void *context);
    void *context;
};

static void free_own(struct submission *submission)
{
    arena_free(submission->arena);
    heap_free((struct own_submission *)submission);
}

/* Conflicts are the rule where somebody else was faster. */
static void on_own_done(struct submission *submission)
{
    struct own_submission *own = (struct own_submission *)submission;

    if (submission->status != STATUS_OK && submission->status != STATUS_CONFLICT)
        log_warning(
            "own_command.refused", log_c("command", submission->command->name),
            log_cause(&submission->error));
    if (own->done != NULL)
        own->done(submission, own->context);
    free_own(submission);
}

static struct personal copy_personal(struct arena *arena, const struct personal *from)
{
    return (struct personal){
        .text = text_copy(arena, from->text), .digest = bytes_copy(arena, from->digest)};
}

bool own_command_submit(struct writer *writer, const struct own_command *own)
{
    struct own_submission *made = heap_new(sizeof(*made));
    struct submission *submission = &made->submission;
    struct arena *arena = arena_new(OWN_BYTES);
    void *input = arena_take(arena, own->command->input->size);

    shape_copy(own->command->input, arena, own->input, input);
    submission_init(submission, own->command);
    submission->arena = arena;
    submission->input = input;
    submission->actor = own->actor.kind == 0 ? (struct actor){.kind = ACTOR_SYSTEM} : own->actor;
    submission->correlation = own->correlation;
    submission->causation = own->causation;
    if (timestamp_is_present(own->now))
        submission->now = own->now;
    submission->origin.address = copy_personal(arena, &own->origin.address);
    submission->origin.user_agent = copy_personal(arena, &own->origin.user_agent);
    if (own->once != NULL)
        submission_name(submission, *own->once);
    submission->done = on_own_done;
    made->done = own->done;
    made->context = own->context;
    if (writer_submit(writer, submission))
        return true;
    free_own(submission);
    return false;
}

/* On the stack of who waits, which is gone once it knows: so it is woken with the lock held. */
struct waiting {
    const struct own_command *own;
    pthread_mutex_t lock;
    pthread_cond_t decided;
    bool is_decided;
};

static void on_decided(const struct submission *submission, void *context)
{
    struct waiting *waiting = context;

    if (waiting->own->done != NULL)
        waiting->own->done(submission, waiting->own->context);
    must(pthread_mutex_lock(&waiting->lock) == 0);
    waiting->is_decided = true;
    must(pthread_cond_signal(&waiting->decided) == 0);
    must(pthread_mutex_unlock(&waiting->lock) == 0);
}

static void wait_until_decided(struct waiting *waiting)
{
    must(pthread_mutex_lock(&waiting->lock) == 0);
    while (!waiting->is_decided)
        must(
            pthread_cond_wait(/* allowed: the writer answers whatever it takes */
                              &waiting->decided, &waiting->lock) == 0);
    must(pthread_mutex_unlock(&waiting->lock) == 0);
}

bool own_command_wait(struct writer *writer, const struct own_command *own)
{
    struct waiting waiting = {
        .own = own, .lock = PTHREAD_MUTEX_INITIALIZER, .decided = PTHREAD_COND_INITIALIZER};
    struct own_command waited = *own;
    bool is_taken;

    waited.done = on_decided;
    waited.context = &waiting;
    is_taken = own_command_submit(writer, &waited);
    if (is_taken)
        wait_until_decided(&waiting);
    must(pthread_cond_destroy(&waiting.decided) == 0);
    must(pthread_mutex_destroy(&waiting.lock) == 0);
    return is_taken;
}

enum status own_command_execute(
    struct writer *writer,
    const struct command *command,
    const void *input,
    struct arena *arena,
    const void **out_answer,
    struct error *error)
{
    struct submission submission;

    submission_init(&submission, command);
    submission.input = input;
    submission.arena = arena;
    submission.actor = (struct actor){.kind = ACTOR_SYSTEM};
    writer_execute(writer, &submission);
    if (submission.status != STATUS_OK)
        *error = submission.error;
    else if (out_answer != NULL)
        *out_answer = submission.answer;
    return submission.status;
}
