import { expect } from 'vitest'
import { makeFullAccount } from '../support/full-account.js'
import { expectCode, must, smuggle } from '../support/outcome.js'
import { appWorld, begin, phoneWorld, proofOf, trustedBrowser } from '../support/people.js'
import { contents, START, type World } from '../support/world.js'
import type { Clock } from 'countersign'
import { attacks, type Attack } from './attack.js'

const YEAR = 365 * 86_400_000

/** The same application with a clock that says `now`, whatever that is. */
const withClock = (world: World, now: unknown) => world.process({ clock: { now: () => smuggle(now) } satisfies Clock })

/** What no clock may say. */
const noInstants: Readonly<Record<string, unknown>> = {
  'not a number': Number.NaN,
  endless: Infinity,
  'endless the other way': -Infinity,
  'before 1970': -1,
  'after the end of dates': 8.64e15 + 1,
  'a text': '1768478400000',
  'a big integer': 1768478400000n,
  nothing: undefined,
  'a date': new Date(START),
}

attacks(
  'a clock that says',
  Object.fromEntries(
    Object.entries(noInstants).map(([name, now]): [string, Attack] => [
      name,
      [
        'ASVS 5.0, 16.5.3',
        async () => {
          const { world, ada } = await appWorld()
          const trustedDeviceToken = await trustedBrowser(world, ada)
          const proof = await proofOf(world, ada)
          const { token } = await begin(world, 'ada')
          const code = ada.code()
          const before = await contents(world.data)
          const broken = withClock(world, now)
          const { challenge, enrolment, account } = broken
          const answers = [
            () => challenge.begin({ userId: 'ada', trustedDeviceToken }),
            () => challenge.verify({ token, code }),
            () => challenge.checkProof({ userId: 'ada', proof }),
            () => challenge.redeemRecoveryCode({ token, recoveryCode: ada.recoveryCodes[0] ?? '' }),
            () => enrolment.beginTotp({ userId: 'ada', accountName: 'ada', proof }),
            () => account.disable({ userId: 'ada', proof }),
          ]
          for (const answer of answers) await expectCode(answer(), 'ERR_CLOCK_INVALID')
          expect(await contents(world.data)).toEqual(before)
        },
      ],
    ]),
  ),
)

/** Where a clock may jump to, other than ahead a little. */
const jumps: Readonly<Record<string, number>> = {
  'an hour back': -3_600_000,
  'a year back': -YEAR,
  'to 1970': -START,
  'a year ahead': YEAR,
  'to 2038 and beyond': Date.UTC(2038, 0, 20) - START,
  'ten thousand years ahead': Date.UTC(9999, 11, 31) - START,
}

for (const [name, jump] of Object.entries(jumps)) {
  attacks(`a clock that jumps ${name}`, {
    'takes no code a second time': [
      'RFC 6238, section 5.2',
      async () => {
        const { world, ada } = await appWorld()
        const { challenge } = world.twoFactor
        const code = ada.code()
        must(await challenge.verify({ token: (await begin(world, 'ada')).token, code }), 'approved')
        const at = world.clock.now()
        world.clock.set(Math.max(0, at + jump))
        const { token } = await begin(world, 'ada')
        expect(await challenge.verify({ token, code })).toMatchObject({ status: 'rejected' })
        world.clock.set(at)
        const again = await begin(world, 'ada')
        expect(await challenge.verify({ token: again.token, code })).toMatchObject({ status: 'rejected' })
      },
    ],
    'opens no challenge, proof or device that was made before': [
      'CWE-613',
      async () => {
        const account = await makeFullAccount()
        const { world, textToken, textCode, proof, passkeyToken, trustedDeviceToken } = account
        const { challenge } = world.twoFactor
        world.clock.set(Math.max(0, world.clock.now() + jump))
        expect(await challenge.verify({ token: textToken, code: textCode })).toMatchObject({ reason: 'expired' })
        expect(await challenge.verify({ token: passkeyToken, response: account.passkeyResponse() })).toMatchObject({
          reason: 'expired',
        })
        expect(await challenge.checkProof({ userId: 'ada', proof })).toEqual({ status: 'invalid' })
        expect((await challenge.begin({ userId: 'ada', trustedDeviceToken })).status).not.toBe('trusted')
      },
    ],
    'and back again locks nobody longer than the policy does': [
      'CWE-645',
      async () => {
        const { world, ada } = await appWorld()
        const { challenge, account } = world.twoFactor
        const at = world.clock.now()
        world.clock.set(Math.max(0, at + jump))
        const { token } = await begin(world, 'ada')
        for (let wrong = 0; wrong < 5; wrong++) await challenge.verify({ token, code: ada.wrongCode() })
        world.clock.set(at)
        const { lockedUntilAt } = await account.status({ userId: 'ada' })
        expect(lockedUntilAt === null || lockedUntilAt <= at + 86_400_000).toBe(true)
      },
    ],
  })
}

attacks('setting a clock back', {
  'sends no more texts than before': [
    'CWE-799',
    async () => {
      const { world } = await phoneWorld()
      for (let count = 0; count < 8; count++) await begin(world, 'ada', { binding: String(count) })
      const sent = world.inbox.attempts
      world.clock.set(START - 7_200_000)
      for (let count = 0; count < 8; count++) await begin(world, 'ada', { binding: String(count) })
      expect(world.inbox.attempts).toBe(sent)
    },
  ],
  'ends no lock': [
    'CWE-307',
    async () => {
      const { world, ada } = await appWorld()
      const { challenge } = world.twoFactor
      const { token } = await begin(world, 'ada')
      for (let wrong = 0; wrong < 5; wrong++) await challenge.verify({ token, code: ada.wrongCode() })
      world.clock.set(world.clock.now() - 3_600_000)
      expect(await challenge.begin({ userId: 'ada' })).toMatchObject({ status: 'locked' })
    },
  ],
  'by a client is not possible: no input says what time it is': [
    'ASVS 5.0, 6.5.8',
    async () => {
      const { world, ada } = await appWorld()
      const { token } = await begin(world, 'ada')
      const later = world.clock.now() + 3_600_000
      const input = { token, code: ada.app.code(later), at: later, now: later, timestamp: later }
      expect(await world.twoFactor.challenge.verify(input)).toMatchObject({ reason: 'wrong-code' })
    },
  ],
})
