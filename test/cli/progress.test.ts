import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createProgressReport } from '../../src/cli/progress.js'
import { fixedClock } from '../../src/testing/fixed-clock.js'

function watch(columns: number | null, total: number | null) {
  const clock = fixedClock(1_000_000)
  const shown: string[] = []
  const report = createProgressReport({ columns, clock, report: (text) => shown.push(text) }, total)
  const at = (seconds: number, seen: number, unreadable = 0): void => {
    clock.set(1_000_000 + seconds * 1000)
    report.update({ seen, resealed: Math.floor(seen / 2), unreadable })
  }
  return { clock, shown, report, at }
}

describe('progress where there is no terminal', () => {
  it('is a line a second at most, and one at the end', () => {
    const { shown, report, at } = watch(null, null)
    for (let tenths = 0; tenths <= 25; tenths++) at(tenths / 10, (tenths + 1) * 16)
    report.end()
    expect(shown).toEqual([
      '16 records, 8 resealed\n',
      '176 records, 88 resealed, 176/s\n',
      '336 records, 168 resealed, 168/s\n',
      '416 records, 208 resealed, 166/s\n',
    ])
  })

  it('tells of records that cannot be opened', () => {
    const { shown, at } = watch(null, null)
    at(0, 16, 3)
    expect(shown).toEqual(['16 records, 8 resealed, 3 unreadable\n'])
  })

  it('says nothing when there was nothing, and repeats nothing at the end', () => {
    const quiet = watch(null, null)
    quiet.report.end()
    expect(quiet.shown).toEqual([])
    const once = watch(null, null)
    once.at(0, 16)
    once.report.end()
    expect(once.shown).toHaveLength(1)
  })

  it('keeps drawing when the clock is set back', () => {
    const { shown, at } = watch(null, null)
    at(100, 16)
    at(-100, 32)
    at(-99.5, 48)
    at(-98, 64)
    expect(shown.map((line) => line.split(' ')[0])).toEqual(['16', '32', '64'])
  })
})

describe('progress in a terminal', () => {
  it('is a bar, drawn over at most ten times a second, with a fresh line at the end', () => {
    const { shown, report, at } = watch(100, 64)
    at(0, 16)
    at(0.05, 32)
    at(0.1, 32)
    at(2, 48)
    at(2.01, 64)
    report.end()
    expect(shown.map((text) => text.trimEnd())).toEqual([
      '\r[######------------------]  25 %  16 of 64 records, 8 resealed',
      '\r[############------------]  50 %  32 of 64 records, 16 resealed',
      '\r[##################------]  75 %  48 of 64 records, 24 resealed, 24/s',
      '\r[########################] 100 %  64 of 64 records, 32 resealed, 32/s',
      '',
    ])
    expect(shown.at(-1)).toBe('\n')
  })

  it('does without the bar when nobody has counted, and without a share of nothing', () => {
    const uncounted = watch(60, null)
    uncounted.at(0, 16)
    expect(uncounted.shown[0]?.trimEnd()).toBe('\r16 records, 8 resealed')
    const empty = watch(60, 0)
    empty.at(0, 0)
    expect(empty.shown[0]).toContain('100 %')
  })

  it('covers the line before and never breaks into the next, in a terminal of any width', () => {
    const update = fc.record({ seconds: fc.nat(10_000), seen: fc.nat(10_000_000), unreadable: fc.nat(1000) })
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.option(fc.nat(10_000_000)),
        fc.array(update),
        (columns, total, updates) => {
          const { shown, at } = watch(columns, total)
          for (const { seconds, seen, unreadable } of updates) at(seconds, seen, unreadable)
          expect(shown.every((text) => text.startsWith('\r') && text.length === columns && !text.includes('\n'))).toBe(
            true,
          )
        },
      ),
    )
  })
})
