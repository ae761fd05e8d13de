import { afterAll, describe, expect, it } from 'vitest'
import type { TwoFactor } from 'countersign'
import { authenticator, type Authenticator } from 'countersign/testing'
import { engines, type Engine } from '../contract/engines.js'
import { openCore, START } from './core.js'
import type { Action, Job } from './job.js'
import { runJobs } from './run-jobs.js'

const MINUTE = 60_000
/** Both calls of an operation, killed before the store hears of it and before the answer is read. */
const DEATHS = [1, 2].flatMap((call) => [{ call, when: 'before' } as const, { call, when: 'after' } as const])

interface Victim {
  readonly twoFactor: TwoFactor
  readonly app: Authenticator
  readonly at: number
  readonly recoveryCodes: readonly string[]
}

async function enrolled(engine: Engine, userId: string): Promise<Victim> {
  const { twoFactor, clock } = openCore(await engine.makeStore(), START)
  const started = await twoFactor.enrolment.beginTotp({ userId, accountName: userId })
  if (started.status === 'refused') throw new Error(started.reason)
  const app = authenticator(started.uri)
  const confirmed = await twoFactor.enrolment.confirm({ userId, enrolmentId: started.enrolmentId, code: app.code(clock) })
  if (confirmed.status === 'rejected') throw new Error(confirmed.reason)
  clock.advance(MINUTE)
  return { twoFactor, app, at: clock.now(), recoveryCodes: confirmed.recoveryCodes ?? [] }
}

async function challenged(twoFactor: TwoFactor, userId: string): Promise<string> {
  const challenge = await twoFactor.challenge.begin({ userId })
  if (challenge.status !== 'challenged') throw new Error(challenge.status)
  return challenge.token
}

for (const engine of await engines(['postgres', 'redis by node-redis'])) {
  describe(`a process killed at any store call, over ${engine.name}`, () => {
    afterAll(() => engine.close())

    /** Kills one process per death while it does `actionFor`, all at once, each with a user of its own. */
    async function killEach<Prepared>(
      name: string,
      prepare: (userId: string) => Promise<{ readonly prepared: Prepared; readonly at: number; readonly action: Action }>,
    ): Promise<readonly { readonly userId: string; readonly prepared: Prepared; readonly committed: boolean }[]> {
      const cases = await Promise.all(
        DEATHS.map(async (dieAt) => {
          const userId = `${name} ${dieAt.when} ${dieAt.call}`
          return { userId, dieAt, ...(await prepare(userId)) }
        }),
      )
      const address = engine.address!
      const answers = await runJobs(cases.map(({ at, action, dieAt }): Job => ({ address, at, actions: [action], dieAt })))
      expect(answers).toEqual(DEATHS.map(() => null))
      return cases.map(({ userId, prepared, dieAt }) => ({ userId, prepared, committed: dieAt.call === 2 && dieAt.when === 'after' }))
    }

    it('in verify: the code is spent or it is not, and the guess is never free', async () => {
      const right = await killEach('right', async (userId) => {
        const victim = await enrolled(engine, userId)
        const token = await challenged(victim.twoFactor, userId)
        const code = victim.app.code(victim.at)
        return { prepared: { ...victim, token, code }, at: victim.at, action: { do: 'verify', token, code } }
      })
      for (const { prepared, committed } of right) {
        const again = await prepared.twoFactor.challenge.verify({ token: prepared.token, code: prepared.code })
        expect(again).toMatchObject(committed ? { status: 'rejected', reason: 'settled' } : { status: 'approved' })
      }
      const wrong = await killEach('wrong', async (userId) => {
        const victim = await enrolled(engine, userId)
        const token = await challenged(victim.twoFactor, userId)
        return { prepared: { ...victim, token }, at: victim.at, action: { do: 'verify', token, code: '000000' } }
      })
      for (const { prepared, committed } of wrong) {
        const next = await prepared.twoFactor.challenge.verify({ token: prepared.token, code: '000001' })
        expect(next).toMatchObject({ reason: 'wrong-code', attemptsRemaining: committed ? 3 : 4 })
      }
    })

    it('in begin: the user still has to pass a challenge', async () => {
      const cases = await killEach('begin', async (userId) => {
        const victim = await enrolled(engine, userId)
        return { prepared: victim, at: victim.at, action: { do: 'begin', userId } }
      })
      for (const { userId, prepared } of cases) {
        const token = await challenged(prepared.twoFactor, userId)
        expect(await prepared.twoFactor.challenge.verify({ token, code: prepared.app.code(prepared.at) })).toMatchObject({ status: 'approved' })
      }
    })

    it('in confirm: there is a factor with ten recovery codes, or the enrolment is still pending', async () => {
      const cases = await killEach('confirm', async (userId) => {
        const { twoFactor, clock } = openCore(await engine.makeStore(), START)
        const started = await twoFactor.enrolment.beginTotp({ userId, accountName: userId })
        if (started.status === 'refused') throw new Error(started.reason)
        const { enrolmentId } = started
        const code = authenticator(started.uri).code(clock)
        return { prepared: { twoFactor, enrolmentId, code }, at: START, action: { do: 'confirm', userId, enrolmentId, code } }
      })
      for (const { userId, prepared, committed } of cases) {
        const { twoFactor, ...typed } = prepared
        const status = await twoFactor.account.status({ userId })
        expect(status).toMatchObject({ enabled: committed, recoveryCodesRemaining: committed ? 10 : 0 })
        const again = await twoFactor.enrolment.confirm({ userId, ...typed })
        expect(again).toMatchObject(committed ? { status: 'rejected', reason: 'settled' } : { status: 'confirmed' })
      }
    })

    it('in redeem: the code is spent once, and not one more', async () => {
      const cases = await killEach('redeem', async (userId) => {
        const victim = await enrolled(engine, userId)
        const token = await challenged(victim.twoFactor, userId)
        const recoveryCode = victim.recoveryCodes[0]!
        return { prepared: { ...victim, token, recoveryCode }, at: victim.at, action: { do: 'redeem', token, recoveryCode } }
      })
      for (const { userId, prepared, committed } of cases) {
        const { twoFactor, token, recoveryCode } = prepared
        const again = await twoFactor.challenge.redeemRecoveryCode({ token, recoveryCode })
        expect(again).toMatchObject(committed ? { status: 'rejected', reason: 'settled' } : { status: 'approved' })
        expect((await twoFactor.account.status({ userId })).recoveryCodesRemaining).toBe(9)
      }
    })
  })
}
