/*
 * The rule of waves.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/waves.h"

static struct waves_step
begin(const struct waves_policy *policy, const struct waves_progress *progress)
{
    bool is_canary = policy->canary > 0 && progress->is_canary && !progress->has_begun;
    int64_t size = is_canary ? policy->canary : policy->size;

    return (struct waves_step){
        .move = WAVES_BEGIN,
        .count = size < progress->pending ? size : progress->pending,
        .is_canary = is_canary,
    };
}

/* Between two waves: does it pause first, or still? */
static enum waves_move
pause_first(const struct waves_policy *policy, const struct waves_progress *progress)
{
    if (policy->pause_us == 0 || !progress->has_begun)
        return WAVES_BEGIN;
    if (!timestamp_is_present(progress->paused_until))
        return WAVES_PAUSE;
    return progress->now.us < progress->paused_until.us ? WAVES_WAIT : WAVES_BEGIN;
}

struct waves_step
waves_next(const struct waves_policy *policy, const struct waves_progress *progress)
{
    enum waves_move move;

    if (progress->failures > policy->most_failures)
        return (struct waves_step){.move = WAVES_STOP};
    if (progress->active > 0)
        return (struct waves_step){.move = WAVES_WAIT};
    if (progress->pending == 0)
        return (struct waves_step){.move = WAVES_COMPLETE};
    move = pause_first(policy, progress);
    return move == WAVES_BEGIN ? begin(policy, progress) : (struct waves_step){.move = move};
}
