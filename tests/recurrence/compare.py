"""Thousands of random schedules, and when each comes next: by the program, and by cronsim and Python's zoneinfo.

cronsim says which wall times a cron names, zoneinfo what clocks show. What becomes of wall times that are shown
twice, or never, is our own rule (core/time/cron.h), written down here a second time.

usage: compare.py PROGRAM [CASES] [SEED]
"""
# SPDX-License-Identifier: Apache-2.0
import random
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from cronsim import CronSim

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SHIFT = 5 * HOUR  # more than any clock was put forward or back by
EPOCH = datetime(1970, 1, 1)

# Both changes of the clock, by an hour and by half an hour, at midnight and later; and none at all.
ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'America/Havana', 'America/Santiago', 'Africa/Cairo',
         'Asia/Kathmandu', 'UTC']


def wall(zone, instant):
    return instant.replace(tzinfo=timezone.utc).astimezone(zone).replace(tzinfo=None, fold=0)


def shown_at(zone, shown):
    """The first instant at which clocks show it, or None."""
    instants = [shown.replace(tzinfo=zone, fold=fold).astimezone(timezone.utc).replace(tzinfo=None) for fold in (0, 1)]
    found = [instant for instant in instants if wall(zone, instant) == shown]
    return min(found) if found else None


def instant_of(zone, named):
    for step in (HOUR, MINUTE):
        later = named
        while later.date() == named.date():
            found = shown_at(zone, later)
            if found is not None:
                return found
            later += step
    raise AssertionError(f'{named} in {zone}: no later time of that day')


def by_walls(cron, zone, after):
    best = None
    for named in CronSim(cron, wall(zone, after) - SHIFT):
        if best is not None and named > wall(zone, best) + SHIFT:
            return best
        instant = instant_of(zone, named)
        if instant > after and (best is None or instant < best):
            best = instant
    return best


def by_instants(cron, zone, after):
    """Where no hour is named: minute by minute, but not before the first wall time that could do."""
    instant = after.replace(second=0)
    while True:
        near = next(CronSim(cron, wall(zone, instant) - SHIFT))
        start = near - (wall(zone, instant) - instant) - SHIFT
        if start > instant:
            instant = start.replace(second=0)
        for _ in range(int(3 * SHIFT / MINUTE)):
            instant += MINUTE
            shown = wall(zone, instant)
            if next(CronSim(cron, shown - MINUTE)) == shown:
                return instant


def expected(cron, zone, after):
    return (by_instants if cron.split()[1] == '*' else by_walls)(cron, ZoneInfo(zone), after)


def field(low, high, chance_of_any):
    if random.random() < chance_of_any:
        return '*'
    kind = random.randrange(4)
    if kind == 0:
        return str(random.randint(low, high))
    if kind == 1:
        first = random.randint(low, high - 1)
        return f'{first}-{random.randint(first + 1, high)}'
    if kind == 2:
        return ','.join(str(value) for value in sorted(random.sample(range(low, high + 1), 3)))
    first = random.randint(low, high - 2)
    return f'{first}-{high}/{random.randint(1, 3)}'


def any_cron():
    minute = random.choice(['0', '15', '30', '45', '59', '1', field(0, 59, 0.1)])
    hour = random.choice(['*', '0', '1', '2', '3', field(0, 23, 0.1)])
    return f'{minute} {hour} {field(1, 31, 0.7)} {field(1, 12, 0.8)} {field(0, 6, 0.6)}'


def near_change(zone, year):
    """Some hours before a change of the clock in that year; its first day where there is none."""
    info = ZoneInfo(zone)
    days = [datetime(year, 1, 1) + n * DAY for n in range(364)]
    changes = [day for day in days if wall(info, day) - day != wall(info, day + DAY) - day - DAY]
    return random.choice(changes or days[:1]) + random.randint(-1440, 1440) * MINUTE


def any_after(zone):
    year = random.choice([1971, 1999, 2000, 2024, 2026, 2027, 2100, 9990])
    if random.random() < 0.7:
        after = near_change(zone, year)
    else:
        after = datetime(year, 1, 1) + timedelta(seconds=random.randrange(364 * 86400))
    return after + timedelta(seconds=random.choice([0, 0, 1, 59]))


def main():
    program, count, seed = sys.argv[1], int((sys.argv + ['3000'])[2]), (sys.argv + ['', ''])[3] or '1'
    random.seed(seed)
    cases = []
    while len(cases) < count:
        zone = random.choice(ZONES)
        cases.append((any_cron(), zone, any_after(zone)))
    questions = ''.join(f'{cron}\t{zone}\t{int((after - EPOCH).total_seconds())}\n' for cron, zone, after in cases)
    answers = subprocess.run([program], input=questions, capture_output=True, text=True, check=True).stdout.split()
    assert len(answers) == count, f'{len(answers)} answers to {count} questions'
    different = 0
    for (cron, zone, after), answer in zip(cases, answers):
        wanted = expected(cron, zone, after)
        if answer == 'none' or EPOCH + timedelta(seconds=int(answer)) != wanted:
            told = answer if answer == 'none' else EPOCH + timedelta(seconds=int(answer))
            print(f'{cron!r} in {zone} after {after}: {told}, wanted {wanted}')
            different += 1
    print(f'{count} times, {different} differ (seed {seed})')
    return 1 if different else 0


if __name__ == '__main__':
    sys.exit(main())
