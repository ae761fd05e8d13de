import { afterAll, describe, expect, it } from 'vitest'
import { authenticator } from 'countersign/testing'
import { engines } from '../contract/engines.js'
import { type Enrolled, enrolApp, enrolPasskey, enrolPhone, openCore, START } from './core.js'
import type { Action, Job } from './job.js'
import { runJobs } from './run-jobs.js'

type Death = NonNullable<Job['dieAt']>

/** Killed at each of so many store calls: before the store hears of it, and before the answer is read. */
const deathsAt = (calls: number): readonly Death[] =>
  Array.from({ length: calls }, (_, index) => index + 1).flatMap((call) => [
    { call, when: 'before' },
    { call, when: 'after' },
  ])

/** What somebody is prepared with, and what their process does when it dies. */
interface Prepared<Value> {
  readonly prepared: Value
  readonly at: number
  readonly action: Action
}

/** Somebody about to type a recovery code or an access pass. */
async function redeeming<Victim extends Enrolled>(
  victim: Victim,
  recoveryCode: string,
): Promise<Prepared<Victim & { readonly token: string; readonly recoveryCode: string }>> {
  const token = await victim.begin()
  return {
    prepared: { ...victim, token, recoveryCode },
    at: victim.clock.now(),
    action: { do: 'redeem', token, recoveryCode },
  }
}

for (const engine of await engines(['postgres', 'redis by node-redis'])) {
  describe(`a process killed at any store call, over ${engine.name}`, () => {
    afterAll(() => engine.close())

    /** Kills one process per death while it does its action, all at once, each with a user of its own. */
    async function killEach<Value>(
      name: string,
      prepare: (userId: string, index: number) => Promise<Prepared<Value>>,
      calls = 2,
    ): Promise<readonly { readonly userId: string; readonly prepared: Value; readonly committed: boolean }[]> {
      const cases = await Promise.all(
        deathsAt(calls).map(async (dieAt, index) => {
          const userId = `${name} ${dieAt.when} ${dieAt.call}`
          return { userId, dieAt, ...(await prepare(userId, index)) }
        }),
      )
      const address = engine.address!
      const answers = await runJobs(
        cases.map(({ at, action, dieAt }): Job => ({ address, at, actions: [action], dieAt })),
      )
      expect(answers).toEqual(cases.map(() => null))
      return cases.map(({ userId, prepared, dieAt }) => ({
        userId,
        prepared,
        // Every operation but a look ends with its swap.
        committed: dieAt.call === calls && dieAt.when === 'after',
      }))
    }

    it('in verify: the code is spent or it is not, and the guess is never free', async () => {
      const right = await killEach('right', async (userId) => {
        const victim = await enrolApp(await engine.makeStore(), userId)
        const token = await victim.begin()
        const code = victim.app.code(victim.clock)
        return { prepared: { ...victim, token, code }, at: victim.clock.now(), action: { do: 'verify', token, code } }
      })
      for (const { prepared, committed } of right) {
        const again = await prepared.twoFactor.challenge.verify({ token: prepared.token, code: prepared.code })
        expect(again).toMatchObject(committed ? { status: 'rejected', reason: 'settled' } : { status: 'approved' })
      }
      const wrong = await killEach('wrong', async (userId) => {
        const victim = await enrolApp(await engine.makeStore(), userId)
        const token = await victim.begin()
        return {
          prepared: { ...victim, token },
          at: victim.clock.now(),
          action: { do: 'verify', token, code: '000000' },
        }
      })
      for (const { prepared, committed } of wrong) {
        const next = await prepared.twoFactor.challenge.verify({ token: prepared.token, code: '000001' })
        expect(next).toMatchObject({ reason: 'wrong-code', attemptsRemaining: committed ? 3 : 4 })
      }
    })

    it('in verify by text: the code is spent or it is not', async () => {
      const cases = await killEach('texted', async (userId, index) => {
        const victim = await enrolPhone(await engine.makeStore(), userId, `+1415555020${index}`)
        const token = await victim.begin()
        const code = victim.code()
        return {
          prepared: { ...victim, token, typed: code },
          at: victim.clock.now(),
          action: { do: 'verify', token, code },
        }
      })
      for (const { prepared, committed } of cases) {
        const again = await prepared.twoFactor.challenge.verify({ token: prepared.token, code: prepared.typed })
        expect(again).toMatchObject(committed ? { status: 'rejected', reason: 'settled' } : { status: 'approved' })
      }
    })

    it('in verify by passkey: the challenge is settled once', async () => {
      const cases = await killEach('passkey', async (userId) => {
        const victim = await enrolPasskey(await engine.makeStore(), userId)
        const { token, response } = victim
        return { prepared: victim, at: victim.clock.now(), action: { do: 'answer', token, response } }
      })
      for (const { prepared, committed } of cases) {
        const { token, response, twoFactor } = prepared
        const again = await twoFactor.challenge.verify({ token, response })
        expect(again).toMatchObject(committed ? { status: 'rejected', reason: 'settled' } : { status: 'approved' })
      }
    })

    it('in redeeming an access pass: it is spent once', async () => {
      const cases = await killEach('pass', async (userId) => {
        const victim = await enrolApp(await engine.makeStore(), userId)
        const issued = await victim.twoFactor.admin.issueAccessPass({ userId, actor: 'staff' })
        if (issued.status !== 'issued') throw new Error(issued.reason)
        return redeeming(victim, issued.pass)
      })
      for (const { userId, prepared, committed } of cases) {
        const { twoFactor, token, recoveryCode } = prepared
        const again = await twoFactor.challenge.redeemRecoveryCode({ token, recoveryCode })
        expect(again).toMatchObject(committed ? { status: 'rejected', reason: 'settled' } : { status: 'approved' })
        expect((await twoFactor.account.status({ userId })).accessPass).toBeNull()
      }
    })

    it('in begin: the user still has to pass a challenge', async () => {
      const cases = await killEach(
        'begin',
        async (userId) => {
          const victim = await enrolApp(await engine.makeStore(), userId)
          return { prepared: victim, at: victim.clock.now(), action: { do: 'begin', userId } }
        },
        1,
      )
      for (const { prepared } of cases) {
        const token = await prepared.begin()
        expect(await prepared.twoFactor.challenge.verify({ token, code: prepared.code() })).toMatchObject({
          status: 'approved',
        })
      }
    })

    it('in begin by text: the user gets another text, and still has to type its code in', async () => {
      const cases = await killEach(
        'begin by text',
        async (userId, index) => {
          const victim = await enrolPhone(await engine.makeStore(), userId, `+1415555030${index}`)
          return { prepared: victim, at: victim.clock.now(), action: { do: 'begin', userId } }
        },
        // The record is read, the number's budget read and charged, the record written; then the text goes out.
        4,
      )
      for (const { prepared } of cases) {
        const { twoFactor, inbox } = prepared
        const sent = inbox.messages.length
        const token = await prepared.begin()
        expect(inbox.messages).toHaveLength(sent + 1)
        expect(await twoFactor.challenge.verify({ token, code: prepared.code() })).toMatchObject({ status: 'approved' })
      }
    })

    it('in confirm: there is a factor with ten recovery codes, or the enrolment is still pending', async () => {
      const cases = await killEach('confirm', async (userId) => {
        const { twoFactor, clock } = openCore(await engine.makeStore(), START)
        const started = await twoFactor.enrolment.beginTotp({ userId, accountName: userId })
        if (started.status === 'refused') throw new Error(started.reason)
        const { enrolmentId } = started
        const code = authenticator(started.uri).code(clock)
        return {
          prepared: { twoFactor, enrolmentId, code },
          at: START,
          action: { do: 'confirm', userId, enrolmentId, code },
        }
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
        const victim = await enrolApp(await engine.makeStore(), userId)
        return redeeming(victim, victim.recoveryCodes[0]!)
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
