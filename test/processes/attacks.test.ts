import { afterAll, describe, expect, it } from 'vitest'
import { engines, type Engine } from '../contract/engines.js'
import { enrol } from './core.js'
import type { Action, Answer } from './job.js'
import { runJobs } from './run-jobs.js'

const MINUTE = 60_000

/** Shares the actions out between two processes, and gives all the answers. */
async function fromTwoProcesses(engine: Engine, at: number, actions: readonly Action[]): Promise<readonly Answer[]> {
  const address = engine.address!
  const halves = [actions.filter((_, index) => index % 2 === 0), actions.filter((_, index) => index % 2 === 1)]
  const answers = await runJobs(halves.map((half) => ({ address, at, actions: half })))
  return answers.flatMap((each) => each ?? [])
}

const count = (answers: readonly Answer[], wanted: string): number =>
  answers.filter(({ status, reason }) => (reason ?? status) === wanted).length

for (const engine of await engines(['sqlite by libsql', 'postgres', 'mysql', 'redis by node-redis'])) {
  describe(`two processes attacking one user over ${engine.name}`, () => {
    afterAll(() => engine.close())

    it('get one approval out of fifty times the same right code', async () => {
      const { app, clock, begin } = await enrol(await engine.makeStore(), 'replayed')
      const token = await begin()
      const code = app.code(clock)
      const answers = await fromTwoProcesses(
        engine,
        clock.now(),
        Array.from({ length: 50 }, () => ({ do: 'verify', token, code })),
      )
      expect(count(answers, 'approved')).toBe(1)
      expect(count(answers, 'settled')).toBe(49)
    })

    it('get exactly five answers out of two hundred wrong guesses, and the user is locked', async () => {
      const { twoFactor, clock, app, begin } = await enrol(await engine.makeStore(), 'guessed')
      const token = await begin()
      const right = app.code(clock)
      const wrong = Array.from({ length: 201 }, (_, guess) => String(guess).padStart(6, '0'))
        .filter((code) => code !== right)
        .slice(0, 200)
      const near = new Set([-30_000, 30_000].map((drift) => app.code(clock.now() + drift)))
      const answers = await fromTwoProcesses(
        engine,
        clock.now(),
        wrong.map((code) => ({ do: 'verify', token, code: near.has(code) ? '999999' : code })),
      )
      expect(answers).toHaveLength(200)
      expect(count(answers, 'wrong-code')).toBe(5)
      expect(count(answers, 'exhausted')).toBe(195)
      expect((await twoFactor.account.status({ userId: 'guessed' })).lockedUntilAt).toBe(clock.now() + MINUTE)
    })

    it('get one approval out of thirty times the same recovery code, though each has a challenge', async () => {
      const { clock, begin, recoveryCodes } = await enrol(await engine.makeStore(), 'recovered')
      const tokens = [await begin(), await begin()]
      const actions = Array.from({ length: 30 }, (_, index): Action => ({
        do: 'redeem',
        token: tokens[index % 2]!,
        recoveryCode: recoveryCodes[0]!,
      }))
      const answers = await fromTwoProcesses(engine, clock.now(), actions)
      expect(count(answers, 'approved')).toBe(1)
    })

    it('get one approval out of ten recovery codes at once, and nine stay unspent', async () => {
      const { twoFactor, clock, begin, recoveryCodes } = await enrol(await engine.makeStore(), 'impatient')
      const token = await begin()
      const answers = await fromTwoProcesses(
        engine,
        clock.now(),
        recoveryCodes.map((recoveryCode) => ({ do: 'redeem', token, recoveryCode })),
      )
      expect(count(answers, 'approved')).toBe(1)
      expect(count(answers, 'settled')).toBe(9)
      expect((await twoFactor.account.status({ userId: 'impatient' })).recoveryCodesRemaining).toBe(9)
    })
  })
}
