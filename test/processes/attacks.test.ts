import { afterAll, describe, expect, it } from 'vitest'
import { engines, type Engine } from '../contract/engines.js'
import { enrolApp, enrolPhone, inspectCore } from './core.js'
import type { Action, Answer } from './job.js'
import { runJobs } from './run-jobs.js'

const MINUTE = 60_000
const PHONE = '+14155550123'
const OTHER_PHONE = '+14155550124'
const THIRD_PHONE = '+14155550125'

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
      const { app, clock, begin } = await enrolApp(await engine.makeStore(), 'replayed')
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
      const { twoFactor, clock, app, begin } = await enrolApp(await engine.makeStore(), 'guessed')
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
      expect(count(answers, 'locked')).toBe(195)
      expect((await twoFactor.account.status({ userId: 'guessed' })).lockedUntilAt).toBe(clock.now() + MINUTE)
    })

    it('get one approval out of fifty times the same texted code', async () => {
      const { clock, begin, code } = await enrolPhone(await engine.makeStore(), 'texted', PHONE)
      const verify = { do: 'verify', token: await begin(), code: code() } as const
      const answers = await fromTwoProcesses(
        engine,
        clock.now(),
        Array.from({ length: 50 }, () => verify),
      )
      expect(count(answers, 'approved')).toBe(1)
      expect(count(answers, 'settled')).toBe(49)
    })

    it('get exactly five answers out of two hundred wrong guesses at a texted code, which then is good for nothing', async () => {
      const { twoFactor, clock, begin, code } = await enrolPhone(await engine.makeStore(), 'guessed text', OTHER_PHONE)
      const token = await begin()
      const right = code()
      const guesses = Array.from({ length: 200 }, (_, guess) => String((Number(right) + guess + 1) % 1_000_000))
      const actions = guesses.map((guess) => ({ do: 'verify', token, code: guess.padStart(6, '0') }) as const)
      const answers = await fromTwoProcesses(engine, clock.now(), actions)
      expect(count(answers, 'wrong-code')).toBe(5)
      expect(count(answers, 'exhausted')).toBe(195)
      clock.advance(MINUTE)
      expect(await twoFactor.challenge.verify({ token, code: right })).toMatchObject({ reason: 'exhausted' })
      expect(await twoFactor.challenge.verify({ token: await begin(), code: code() })).toMatchObject({
        status: 'approved',
      })
    })

    it('get one text out of four begins at once from one address, all for one challenge', async () => {
      const store = await engine.makeStore()
      const { twoFactor, clock } = await enrolPhone(store, 'hasty', THIRD_PHONE)
      const begin = { do: 'begin', userId: 'hasty', clientAddress: '192.0.2.7' } as const
      const answers = await fromTwoProcesses(
        engine,
        clock.now(),
        Array.from({ length: 4 }, () => begin),
      )
      expect(count(answers, 'challenged')).toBe(4)
      expect(await inspectCore(store, 'hasty', clock.now())).toMatchObject({
        texts: [{ textsSent: 1 }],
        textsInPastHour: 2, // the one that enrolled the number, and this one
      })
      const tokens = answers.map(({ token }) => token ?? '')
      await twoFactor.challenge.cancel({ token: tokens[0]! })
      for (const token of tokens) {
        expect(await twoFactor.challenge.verify({ token, code: '000000' })).toMatchObject({ reason: 'settled' })
      }
    })

    it('get one approval out of thirty times the same recovery code, though each has a challenge', async () => {
      const { clock, begin, recoveryCodes } = await enrolApp(await engine.makeStore(), 'recovered')
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
      const { twoFactor, clock, begin, recoveryCodes } = await enrolApp(await engine.makeStore(), 'impatient')
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
