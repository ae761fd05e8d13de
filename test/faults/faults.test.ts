import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { isTwoFactorError } from '../../src/errors.js'
import { allOperations, type AccountOperation } from '../support/operations.js'
import { leaks, wordsOf } from '../support/secrets.js'
import { attemptsLeft } from './happenings.js'
import { measure, sectionOf, type Cell, type Measured } from './table.js'

const page = fileURLToPath(new URL('../../docs/faults.md', import.meta.url))
const MARK = '<!-- What follows is written by `UPDATE=1 npx vitest run test/faults`. -->\n'
const [words = '', written = ''] = readFileSync(page, 'utf8').split(MARK)

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

const sections = new Map<string, string>()

afterAll(() => {
  if (process.env['UPDATE'] !== '1') return
  writeFileSync(page, `${words}${MARK}\n${allOperations.map(({ name }) => sections.get(name)).join('\n')}`)
})

/** What takes a code, or a response, for good. */
const spends = ({ ends }: AccountOperation): boolean => ends === 'approved' || ends === 'confirmed'

/** What an operation may say besides what it says when all goes well. */
const mayEnd: Readonly<Record<string, readonly string[]>> = {
  trusted: ['trusted', 'challenged'],
  valid: ['valid', 'invalid'],
  sent: ['sent', 'not-sent'],
}

/** What is no success, or promises nothing: a challenge that is over is cancelled too, and a walk sees the keys it is given. */
const promisesNothing: readonly string[] = ['rejected', 'cancelled', 'completed']

describe.each(allOperations)('whatever goes wrong with one call of "$name"', (operation) => {
  let measured: Measured
  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    measured = await measure(operation)
    sections.set(operation.name, sectionOf(measured))
  })
  const each = (check: (cell: Cell, measured: Measured) => unknown): (() => Promise<void>) => {
    return async () => {
      for (const cell of measured.cells) await check(cell, measured)
    }
  }
  const about = ({ call, fault, happened }: Cell): string => `${call.name} ${call.ordinal} ${fault}: ${happened.word}`

  it('ends as it does on docs/faults.md', () => {
    expect(measured.well.answer?.status).toBe(operation.ends)
    if (process.env['UPDATE'] !== '1') expect(written).toContain(sectionOf(measured))
  })

  it(
    'is an error of ours, a refusal, or what it is when all goes well: nothing else, and no success by accident',
    each((cell) => {
      const { answer, error } = cell.happened
      if (answer === null) expect(isTwoFactorError(error), about(cell)).toBe(true)
      else
        expect([...(mayEnd[operation.ends] ?? [operation.ends]), 'rejected', 'refused'], about(cell)).toContain(
          answer.status,
        )
    }),
  )

  it(
    'is no success before the commit that earned it',
    each((cell, { well }) => {
      const { answer, wrote } = cell.happened
      const promised = well.wrote && !promisesNothing.includes(operation.ends)
      if (promised && answer?.status === operation.ends && cell.fault !== 'older') expect(wrote, about(cell)).toBe(true)
      expect(cell.happened.attempts, about(cell)).toBeLessThanOrEqual(well.attempts)
      if (answer === null) expect(cell.happened.attempts, about(cell)).toBe(0)
    }),
  )

  it(
    'says nothing secret in its error',
    each(({ happened: { error, account } }) => {
      if (error !== null) expect(leaks(account, wordsOf(error))).toEqual([])
    }),
  )

  it(
    'switches no second factor off, and shows none as off',
    each(async (cell, { well }) => {
      const { answer, account } = cell.happened
      const enabledIn = async ({ world }: Measured['well']['account']): Promise<boolean> =>
        (await world.twoFactor.account.status({ userId: 'ada' })).enabled
      if (await enabledIn(well.account)) expect(await enabledIn(account), about(cell)).toBe(true)
      const shown = (name: 'enabled' | 'factors'): readonly unknown[] =>
        [answer, well.answer].map((one) => (one as Readonly<Record<string, unknown>> | null)?.[name])
      const [enabled, enabledWell] = shown('enabled')
      const [factors, factorsWell] = shown('factors')
      if (enabled !== undefined) expect(enabled, about(cell)).toBe(enabledWell)
      if (factors !== undefined && factorsWell !== undefined) expect(factors, about(cell)).toEqual(factorsWell)
    }),
  )

  it(
    'can be done again if it failed before anything was done, and approves once at most, however often it is tried',
    each(async ({ call, fault, happened }) => {
      vi.useRealTimers()
      const { answer, error, account } = happened
      const again = [(await operation.run(account)).status]
      const failed = fault === 'throws' && error !== null
      if (failed) expect(again, about({ call, fault, happened })).toEqual([operation.ends])
      if (!spends(operation)) return
      again.push(answer?.status ?? 'failed', (await operation.run(account)).status)
      const approvals = again.filter((status) => status === operation.ends).length
      expect(approvals, about({ call, fault, happened })).toBeLessThanOrEqual(1)
    }),
  )

  // No test where there is no guess: a skipped one would read as one that ran nowhere.
  if (operation.ends !== 'rejected') return
  it('is no free guess: what was said of a code was counted', async () => {
    const { well, cells } = measured
    const left = await attemptsLeft(well.account)
    for (const cell of cells.filter(({ happened }) => happened.word === well.word))
      expect(await attemptsLeft(cell.happened.account), about(cell)).toBeLessThanOrEqual(left ?? 0)
  })
})

it('docs/faults.md has every operation, once', () => {
  if (process.env['UPDATE'] === '1') return
  expect(written.match(/^## .*$/gm)).toEqual(allOperations.map(({ name }) => `## ${name}`))
})
