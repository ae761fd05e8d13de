import { expect } from 'vitest'
import { makeFullAccount, type FullAccount } from '../support/full-account.js'
import { at, processes } from '../support/interleaving.js'
import { must, smuggle, wrongCode } from '../support/outcome.js'
import { appWorld, begin, enrolTotp, phoneWorld, typeWrongCodes } from '../support/people.js'
import { contents, makeWorld, type World } from '../support/world.js'
import { attacks } from './attack.js'

interface Answer {
  readonly status: string
  readonly reason?: string
}

/** How many of the answers say whether the code that was guessed is right. */
const compared = (answers: readonly Answer[]): number =>
  answers.filter(({ reason, status }) => status !== 'rejected' || reason === 'wrong-code' || reason === 'already-used')
    .length

/** Runs one guess after the other, and gives the answers. */
async function guesses(times: number, guess: (count: number) => Promise<Answer>): Promise<readonly Answer[]> {
  const answers: Answer[] = []
  for (let count = 0; count < times; count++) answers.push(await guess(count))
  return answers
}

const lockedUntil = async (world: World): Promise<number | null> =>
  (await world.twoFactor.account.status({ userId: 'ada' })).lockedUntilAt

/** What somebody who is locked out of one place turns to. Each is tried after five wrong codes elsewhere. */
const elsewhere: Readonly<Record<string, (account: FullAccount) => Promise<Answer>>> = {
  'a new challenge': async ({ world, wrongAppCode }) => {
    const begun = await world.twoFactor.challenge.begin({ userId: 'ada' })
    const token = 'token' in begun ? (begun.token ?? '') : ''
    return world.twoFactor.challenge.verify({ token, code: wrongAppCode() })
  },
  'a challenge that was open before': ({ world, token, wrongAppCode }) =>
    world.twoFactor.challenge.verify({ token, code: wrongAppCode() }),
  'the code that was texted': ({ world, textToken: token, textCode }) =>
    world.twoFactor.challenge.verify({ token, code: wrongCode(textCode) }),
  'a pending app': ({ world, pendingAppId: enrolmentId, pendingApp }) =>
    world.twoFactor.enrolment.confirm({
      userId: 'ada',
      enrolmentId,
      code: wrongCode(pendingApp.code(world.clock)),
    }),
  'a pending phone': ({ world, pendingPhoneId: enrolmentId, pendingPhoneCode }) =>
    world.twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId, code: wrongCode(pendingPhoneCode) }),
  'a challenge switched to the phone': async ({ world, token, phoneFactorId: factorId, textCode }) => {
    const switched = await world.twoFactor.challenge.switchFactor({ token, factorId })
    const next = switched.status === 'challenged' ? switched.token : token
    return world.twoFactor.challenge.verify({ token: next, code: wrongCode(textCode) })
  },
  'another process': ({ world, token, wrongAppCode }) =>
    world.process().challenge.verify({ token, code: wrongAppCode() }),
  'an enrolment of their own': async ({ world, proof }) => {
    const started = await world.twoFactor.enrolment.beginTotp({ userId: 'ada', accountName: 'ada', proof })
    return started.status === 'refused'
      ? { status: 'rejected', reason: started.reason }
      : world.twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId: started.enrolmentId, code: '000000' })
  },
}

attacks(
  'going on to guess after five wrong codes',
  Object.fromEntries(
    Object.entries(elsewhere).map(([name, guess]) => [
      `at ${name}`,
      [
        'RFC 4226, section 7.3',
        async () => {
          const account = await makeFullAccount({ passkey: false })
          const { token } = await begin(account.world, 'ada')
          const code = account.wrongAppCode()
          await guesses(5, () => account.world.twoFactor.challenge.verify({ token, code }))
          const before = await lockedUntil(account.world)
          expect(before).not.toBeNull()
          expect(await guess(account)).toMatchObject({ status: 'rejected', reason: 'locked' })
          expect(await lockedUntil(account.world)).toBe(before)
        },
      ],
    ]),
  ),
)

/** What could be thought to give the guesses back. Done after four wrong codes: the fifth must lock all the same. */
const resets: Readonly<Record<string, (account: FullAccount) => Promise<unknown>>> = {
  'beginning again': ({ world }) => world.twoFactor.challenge.begin({ userId: 'ada' }),
  'having the text sent again': async ({ world, textToken: token }) => world.twoFactor.challenge.resend({ token }),
  'switching factors to and fro': async ({ world, token, phoneFactorId, appFactorId }) => {
    const { challenge } = world.twoFactor
    const there = must(await challenge.switchFactor({ token, factorId: phoneFactorId }), 'challenged')
    must(await challenge.switchFactor({ token: there.token, factorId: appFactorId }), 'challenged')
  },
  'cancelling a challenge': ({ world, token }) => world.twoFactor.challenge.cancel({ token }),
  'cancelling an enrolment': ({ world, pendingAppId: enrolmentId }) =>
    world.twoFactor.enrolment.cancel({ userId: 'ada', enrolmentId }),
  'skipping a challenge on a trusted device': ({ world, trustedDeviceToken }) =>
    world.twoFactor.challenge.begin({ userId: 'ada', trustedDeviceToken }),
  'revoking devices': ({ world }) => world.twoFactor.trustedDevices.revokeAll({ userId: 'ada' }),
  'renaming a factor': ({ world, appFactorId: factorId }) =>
    world.twoFactor.factors.rename({ userId: 'ada', factorId, name: 'x' }),
  'changing the password': ({ world }) => world.twoFactor.account.passwordChanged({ userId: 'ada' }),
  'a wrong recovery code': ({ world, token }) =>
    world.twoFactor.challenge.redeemRecoveryCode({ token, recoveryCode: '0000-0000-0000-0000-0000-0000' }),
  'checking a proof': ({ world, proof }) => world.twoFactor.challenge.checkProof({ userId: 'ada', proof }),
  'a day of waiting': ({ world }) => {
    world.clock.advanceSeconds(86_400)
    return Promise.resolve()
  },
  'an access pass from staff': ({ world }) => world.twoFactor.admin.issueAccessPass({ userId: 'ada', actor: 'staff' }),
  'sealing the records again': ({ world }) => world.twoFactor.maintenance.reseal(),
}

attacks(
  'winning back the guesses that are used up',
  Object.fromEntries(
    Object.entries(resets).map(([name, reset]) => [
      `by ${name}`,
      [
        'NIST SP 800-63B-4, section 3.1.3.2',
        async () => {
          const account = await makeFullAccount()
          const { world, wrongAppCode } = account
          const { token } = await begin(world, 'ada')
          await guesses(4, () => world.twoFactor.challenge.verify({ token, code: wrongAppCode() }))
          await reset(account)
          const again = must(await world.twoFactor.challenge.begin({ userId: 'ada' }), 'challenged')
          const code = wrongAppCode()
          expect(await world.twoFactor.challenge.verify({ token: again.token, code })).toMatchObject({
            reason: 'wrong-code',
            attemptsRemaining: 0,
          })
          expect(await lockedUntil(world)).toBe(world.clock.now() + 60_000)
        },
      ],
    ]),
  ),
)

attacks('guessing many codes at once', {
  'as a list': [
    'CWE-307',
    async () => {
      const { world, ada } = await appWorld()
      const { token } = await begin(world, 'ada')
      const before = await contents(world.data)
      const right = ada.code()
      const lists = [[right], ['000000', right], new Set([right]), { 0: right }, { $ne: '' }, { $gt: '' }, /\d{6}/]
      for (const code of lists)
        expect(await world.twoFactor.challenge.verify({ token, code: smuggle(code) })).toMatchObject({
          reason: 'malformed-code',
        })
      expect(await contents(world.data)).toEqual(before)
    },
  ],
  'in one text': [
    'CWE-307',
    async () => {
      const { world, ada } = await appWorld()
      const { token } = await begin(world, 'ada')
      const right = ada.code()
      const texts = [`000000 ${right}`, `${right}${right}`, `${right},000000`, `%`, '______', '\\d{6}', `${right}0`]
      for (const code of texts)
        expect(await world.twoFactor.challenge.verify({ token, code })).toMatchObject({ reason: 'malformed-code' })
    },
  ],
  'from two hundred processes with two hundred challenges': [
    'CWE-367',
    async () => {
      const { world, ada } = await appWorld()
      const tokens: string[] = []
      for (let count = 0; count < 200; count++) tokens.push((await begin(world, 'ada')).token)
      const code = ada.wrongCode()
      const answers = await Promise.all(
        processes(world, 200, 11).map(({ challenge }, index) => challenge.verify({ token: at(tokens, index), code })),
      )
      expect(compared(answers)).toBeLessThanOrEqual(5)
    },
  ],
  'of sign-ins and step-ups side by side': [
    'RFC 4226, section 7.3',
    async () => {
      const { world, ada } = await appWorld()
      const code = ada.wrongCode()
      const answers = await guesses(20, async (count) => {
        const purpose = count % 2 === 0 ? 'sign-in' : 'step-up'
        const begun = await world.twoFactor.challenge.begin({ userId: 'ada', purpose, binding: String(count) })
        const token = 'token' in begun ? (begun.token ?? '') : ''
        return world.twoFactor.challenge.verify({ token, code, binding: String(count) })
      })
      expect(compared(answers)).toBe(5)
    },
  ],
})

attacks('guessing patiently', {
  'for as long as it takes: a hundred guesses in all, over two weeks and more, and no lock that is shorter than the last':
    [
      'NIST SP 800-63B-4, section 3.2.2',
      async () => {
        const { world, ada } = await appWorld()
        const { challenge, account } = world.twoFactor
        const start = world.clock.now()
        let [typed, longest] = [0, 0]
        for (;;) {
          const { lockedUntilAt, suspended } = await account.status({ userId: 'ada' })
          if (suspended) break
          if (lockedUntilAt !== null) {
            expect(lockedUntilAt - world.clock.now()).toBeGreaterThanOrEqual(longest)
            longest = lockedUntilAt - world.clock.now()
            world.clock.set(lockedUntilAt)
          }
          const { token } = await begin(world, 'ada')
          must(await challenge.verify({ token, code: ada.wrongCode() }), 'rejected')
          typed++
        }
        expect(typed).toBe(100)
        expect(world.clock.now() - start).toBeGreaterThan(8 * 86_400_000)
        world.clock.advanceSeconds(10 * 365 * 86_400)
        expect(await challenge.begin({ userId: 'ada' })).toMatchObject({ status: 'suspended' })
      },
    ],
  'in the shadow of the sign-ins of the owner, who is told': [
    'ASVS 5.0, 6.3.5',
    async () => {
      const { world, ada } = await appWorld()
      for (let day = 0; day < 10; day++) {
        world.clock.advanceSeconds(86_400)
        await typeWrongCodes(world, ada, 4)
        const { token } = await begin(world, 'ada')
        expect(await world.twoFactor.challenge.verify({ token, code: ada.code() })).toMatchObject({
          status: 'approved',
          failuresBefore: 4,
        })
      }
      expect(world.heard('challenge-rejected')).toHaveLength(40)
    },
  ],
  'at one text, however often it is sent again': [
    'ASVS 5.0, 6.6.3',
    async () => {
      const { world, ada } = await phoneWorld({ policy: { wrongCodesPerCode: 5, wrongCodesPerLock: 10 } })
      const { challenge } = world.twoFactor
      const { token } = await begin(world, 'ada')
      const answers = await guesses(15, async (count) => {
        world.clock.advanceSeconds(20)
        if (count % 3 === 2) await challenge.resend({ token })
        return challenge.verify({ token, code: ada.wrongCode() })
      })
      expect(compared(answers)).toBe(5)
      expect(answers.at(-1)).toMatchObject({ reason: 'exhausted' })
    },
  ],
  'at the texts of a pending enrolment, begun anew each time': [
    'RFC 4226, section 7.3',
    async () => {
      const world = makeWorld()
      const { enrolment } = world.twoFactor
      const answers = await guesses(20, async () => {
        const started = await enrolment.beginSms({ userId: 'mallory', phoneNumber: '+14155550123' })
        if (started.status === 'refused') return { status: 'rejected', reason: started.reason }
        const code = wrongCode(world.inbox.lastCode())
        return enrolment.confirm({ userId: 'mallory', enrolmentId: started.enrolmentId, code })
      })
      expect(compared(answers)).toBe(5)
      expect(answers.at(-1)).toMatchObject({ reason: 'locked' })
    },
  ],
})

attacks('learning from answers', {
  'while locked: a right code, a used one and a wrong one are answered alike': [
    'PSD2 RTS, article 4(3)(a)',
    async () => {
      const { world, ada } = await appWorld()
      const { challenge } = world.twoFactor
      const { token } = await begin(world, 'ada')
      await guesses(5, () => challenge.verify({ token, code: ada.wrongCode() }))
      const codes = [ada.wrongCode(), ada.app.code(world.clock), ada.app.code(world.clock.now() - 30_000)]
      const answers = await Promise.all(codes.map((code) => challenge.verify({ token, code })))
      expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toHaveLength(1)
      expect(answers[0]).toMatchObject({ reason: 'locked' })
    },
  ],
  'of how near a wrong code is: one of the next minute is as wrong as any': [
    'CWE-204',
    async () => {
      const { world, ada } = await appWorld()
      const { token } = await begin(world, 'ada')
      const near = await world.twoFactor.challenge.verify({ token, code: ada.app.code(world.clock.now() + 90_000) })
      const other = await appWorld()
      const { token: otherToken } = await begin(other.world, 'ada')
      expect(near).toEqual(
        await other.world.twoFactor.challenge.verify({ token: otherToken, code: other.ada.wrongCode() }),
      )
    },
  ],
  'of which app it nearly was: with two apps there are no more guesses than with one': [
    'NIST SP 800-63B-4, section 3.2.2',
    async () => {
      const { world, ada } = await appWorld()
      const second = await enrolTotp(world, 'ada', { proof: ada.proof })
      const answers = await guesses(20, async (count) => {
        const factorId = count % 2 === 0 ? ada.factor.id : second.factor.id
        const begun = await world.twoFactor.challenge.begin({ userId: 'ada', factorId })
        const token = 'token' in begun ? (begun.token ?? '') : ''
        return world.twoFactor.challenge.verify({ token, code: '000000' })
      })
      expect(compared(answers)).toBe(5)
    },
  ],
  'of recovery codes that are short enough to guess, beside typed codes': [
    'ASVS 5.0, 6.5.2',
    async () => {
      const world = makeWorld()
      const { admin, challenge } = world.twoFactor
      const secret = { encoding: 'raw', value: new Uint8Array(20).fill(9) } as const
      const recoveryCodes = ['ABCDE12345']
      must(await admin.importTotp({ userId: 'ada', actor: 'staff', secret, recoveryCodes }), 'imported')
      const { token } = await begin(world, 'ada')
      const answers = await guesses(12, (count) =>
        count % 2 === 0
          ? challenge.redeemRecoveryCode({ token, recoveryCode: `ABCDE1234${count % 10}` })
          : challenge.verify({ token, code: '000000' }),
      )
      expect(compared(answers)).toBe(5)
      expect(await challenge.redeemRecoveryCode({ token, recoveryCode: 'ABCDE12345' })).toMatchObject({
        reason: 'locked',
      })
    },
  ],
})
