import { expect } from 'vitest'
import { processes } from '../support/interleaving.js'
import { must } from '../support/outcome.js'
import { begin, enrolSms, enrolTotp, PHONE, phoneWorld } from '../support/people.js'
import { makeWorld, type World, type WorldOptions } from '../support/world.js'
import { isTwoFactorError, type CountryCode } from 'countersign'
import { attacks, type Attack } from './attack.js'

/** A world in which only the limit under attack can stop anything. */
const wide = (policy: WorldOptions['policy'] = {}): World =>
  makeWorld({
    policy: { textsPerNumberTenMinutes: 20, textsPerAddressHour: 50, regionMinimumTexts: 10_000, ...policy },
  })

/** How many texts go out for so many enrolments, each by another user and to another number. */
async function textsFor(world: World, times: number, address: (count: number) => string): Promise<number> {
  const before = world.inbox.attempts
  for (let count = 0; count < times; count++) {
    const phoneNumber = `+1415555${String(1000 + count)}`
    const clientAddress = address(count)
    await world.twoFactor.enrolment.beginSms({ userId: `mallory ${before} ${count}`, phoneNumber, clientAddress })
  }
  return world.inbox.attempts - before
}

const hex = (count: number): string => count.toString(16)

/** Ways to write one client's address that must share its twenty texts an hour. */
const oneNetwork: Readonly<Record<string, (count: number) => string>> = {
  'the addresses of one /64': (count) => `2001:db8:1:2:${hex(count)}:${hex(count * 7)}::${hex(count + 1)}`,
  'the temporary addresses of one /64': (count) => `2001:db8:1:2:a${hex(count % 10)}b1:c2d3:e4f5:${hex(count)}`,
  'the spellings of one address of IPv6': (count) =>
    ['2001:db8:1:2::1', '2001:0DB8:0001:0002::1', '2001:db8:1:2:0:0:0:1', '[2001:db8:1:2::1]', '2001:db8:1:2::1%eth0'][
      count % 5
    ] ?? '',
  'an address of IPv4 and its mapped forms': (count) =>
    [
      '192.0.2.1',
      '::ffff:192.0.2.1',
      '::FFFF:c000:201',
      '0:0:0:0:0:ffff:192.0.2.1',
      ' 192.0.2.1 ',
      '[::ffff:c000:0201]',
    ][count % 6] ?? '',
}

attacks(
  'pumping texts from one place',
  Object.fromEntries(
    Object.entries(oneNetwork).map(([name, address]): [string, Attack] => [
      `by ${name}: twenty texts an hour in all`,
      [
        'CWE-799',
        async () => {
          const world = wide({ textsPerAddressHour: 20 })
          expect(await textsFor(world, 60, address)).toBe(20)
          world.clock.advanceSeconds(3600)
          expect(await textsFor(world, 60, address)).toBe(20)
        },
      ],
    ]),
  ),
)

/** Ways to write one number that must share its texts. */
const spellings = [
  '+14155550123',
  '+1 (415) 555-0123',
  '+1.415.555.0123',
  '+1 415 555 01 23',
  '＋１４１５５５５０１２３',
  '+١٤١٥٥٥٥٠١٢٣',
  '+1\u200b415\u00ad555\u20610123',
  '+1–415—555‑0123',
  ' +14155550123 ',
]

attacks('pumping texts to one number', {
  'by many people: five in ten minutes in all': [
    'ASVS 5.0, 2.4.1',
    async () => {
      const world = makeWorld({ policy: { textsPerUserHour: 10 } })
      for (let count = 0; count < 40; count++)
        await world.twoFactor.enrolment.beginSms({ userId: `mallory ${count}`, phoneNumber: PHONE })
      expect(world.inbox.attempts).toBe(5)
    },
  ],
  'over a day: twenty in all': [
    'ASVS 5.0, 2.4.1',
    async () => {
      const world = makeWorld({ policy: { regionMinimumTexts: 10_000 } })
      for (let count = 0; count < 23 * 6; count++) {
        await world.twoFactor.enrolment.beginSms({ userId: `mallory ${count}`, phoneNumber: PHONE })
        world.clock.advanceSeconds(600)
      }
      expect(world.inbox.attempts).toBe(20)
    },
  ],
  'in nine spellings': [
    'CWE-180',
    async () => {
      const world = makeWorld()
      for (const [count, phoneNumber] of spellings.entries())
        must(await world.twoFactor.enrolment.beginSms({ userId: `mallory ${count}`, phoneNumber }), 'started')
      expect(world.inbox.messages.map(({ to }) => to)).toEqual(Array.from({ length: 5 }, () => PHONE))
    },
  ],
  'in national form too': [
    'CWE-180',
    async () => {
      const world = makeWorld()
      for (const [count, phoneNumber] of ['(415) 555-0123', '415 555 0123', '1-415-555-0123', ...spellings].entries())
        await world.twoFactor.enrolment.beginSms({ userId: `mallory ${count}`, phoneNumber, defaultCountry: 'US' })
      expect(world.inbox.attempts).toBe(5)
    },
  ],
  'from thirty processes at once': [
    'CWE-367',
    async () => {
      const world = makeWorld()
      await Promise.all(
        processes(world, 30, 5).map(({ enrolment }, count) =>
          enrolment.beginSms({ userId: `mallory ${count}`, phoneNumber: PHONE }).catch((error: unknown) => {
            expect(isTwoFactorError(error)).toBe(true)
          }),
        ),
      )
      expect(world.inbox.attempts).toBeLessThanOrEqual(5)
      expect(world.inbox.attempts).toBeGreaterThan(0)
    },
  ],
  'by cancelling each enrolment': [
    'CWE-799',
    async () => {
      const world = makeWorld()
      for (let count = 0; count < 40; count++) {
        const userId = `mallory ${count % 4}`
        const begun = await world.twoFactor.enrolment.beginSms({ userId, phoneNumber: PHONE })
        if (begun.status === 'started')
          await world.twoFactor.enrolment.cancel({ userId, enrolmentId: begun.enrolmentId })
      }
      expect(world.inbox.attempts).toBe(5)
    },
  ],
  'by failing at the provider: what was handed over is paid for': [
    'CWE-799',
    async () => {
      const world = makeWorld()
      world.inbox.fail()
      for (let count = 0; count < 40; count++)
        await world.twoFactor.enrolment.beginSms({ userId: `mallory ${count}`, phoneNumber: PHONE })
      expect(world.inbox.attempts).toBe(5)
    },
  ],
  'by turning two-factor authentication off and on again': [
    'CWE-799',
    async () => {
      const world = makeWorld({ policy: { textsPerNumberTenMinutes: 20, regionMinimumTexts: 10_000 } })
      const { account } = world.twoFactor
      let codes = 0
      for (let count = 0; count < 30; count++) {
        const begun = must(await world.twoFactor.enrolment.beginSms({ userId: 'ada', phoneNumber: PHONE }), 'started')
        if (begun.delivery.status !== 'sent') continue
        codes++
        const { enrolmentId } = begun
        const code = world.inbox.messages.findLast((message) => message.code !== null)?.code
        const { proof } = must(
          await world.twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId, code }),
          'confirmed',
        )
        must(await account.disable({ userId: 'ada', proof }), 'disabled')
      }
      expect(codes).toBe(10)
    },
  ],
})

attacks('pumping texts by one account', {
  'with many begins: ten an hour in all': [
    'NIST SP 800-63B-4, section 3.1.3.2',
    async () => {
      const { world } = await phoneWorld({ policy: { textsPerNumberTenMinutes: 20 } })
      world.clock.advanceSeconds(3600)
      for (let count = 0; count < 100; count++) await begin(world, 'ada', { binding: String(count) })
      expect(world.inbox.attempts).toBe(10)
    },
  ],
  'with one challenge that is sent again: five texts in all, further and further apart': [
    'ASVS 5.0, 6.6.4',
    async () => {
      const { world } = await phoneWorld({ policy: { challengeLifetimeSeconds: 900 } })
      const { token } = await begin(world, 'ada')
      const sent: number[] = [0]
      for (let second = 1; second < 890; second++) {
        world.clock.advanceSeconds(1)
        if ((await world.twoFactor.challenge.resend({ token })).status === 'sent') sent.push(second)
      }
      expect(sent).toEqual([0, 30, 90, 210, 510])
    },
  ],
  'by switching to the phone and back': [
    'ASVS 5.0, 6.6.4',
    async () => {
      const world = makeWorld({ policy: { textsPerNumberTenMinutes: 20 } })
      const ada = await enrolTotp(world)
      const phone = await enrolSms(world, 'ada', PHONE, { proof: ada.proof })
      world.clock.advanceSeconds(3600)
      const before = world.inbox.attempts
      let { token } = await begin(world, 'ada', { factorId: ada.factor.id })
      for (let count = 0; count < 30; count++) {
        const factorId = count % 2 === 0 ? phone.factor.id : ada.factor.id
        token = must(await world.twoFactor.challenge.switchFactor({ token, factorId }), 'challenged').token
      }
      expect(world.inbox.attempts - before).toBe(1)
    },
  ],
  'by a form that is submitted fifty times at once': [
    'ASVS 5.0, 2.4.1',
    async () => {
      const { world } = await phoneWorld()
      const before = world.inbox.attempts
      const answers = await Promise.all(
        Array.from({ length: 50 }, () =>
          world.twoFactor.challenge.begin({ userId: 'ada', clientAddress: '192.0.2.7' }),
        ),
      )
      expect(world.inbox.attempts - before).toBe(1)
      expect(answers.every(({ status }) => status === 'challenged')).toBe(true)
    },
  ],
  'through a host that screens it out: nothing is sent, and nothing spent': [
    'NIST SP 800-63B-4, section 3.1.3.3',
    async () => {
      let screened = 0
      const screen = async (): Promise<'refuse'> => {
        screened++
        return 'refuse'
      }
      const world = makeWorld({ texts: { screen } })
      for (let count = 0; count < 12; count++)
        expect(await world.twoFactor.enrolment.beginSms({ userId: 'ada', phoneNumber: PHONE })).toMatchObject({
          delivery: { status: 'not-sent', reason: 'screened' },
        })
      expect(world.inbox.attempts).toBe(0)
      expect(screened).toBe(12)
    },
  ],
  'over a whole namespace: no more than its hour allows, whoever asks': [
    'CWE-770',
    async () => {
      const world = wide({ textsPerHour: 25 })
      const sent = await textsFor(world, 120, (count) => `203.0.113.${count}`)
      expect(sent).toBeLessThanOrEqual(25)
      expect(sent).toBeGreaterThan(10)
    },
  ],
})

/** Numbers that cost their caller extra, reach no one phone, or only look like a country that is allowed. */
const notForTexts: readonly (readonly [
  what: string,
  phoneNumber: string,
  reason: string,
  countries: CountryCode[] | 'all',
])[] = [
  ['a premium number of Great Britain', '+449098790000', 'invalid-phone-number', 'all'],
  ['a premium number of the United States', '+19002345678', 'invalid-phone-number', 'all'],
  ['a freephone number', '+18002345678', 'invalid-phone-number', 'all'],
  ['a shared-cost number', '+448431234567', 'invalid-phone-number', 'all'],
  ['a personal number that forwards at a price', '+447012345678', 'invalid-phone-number', 'all'],
  ['a satellite phone', '+881612345678', 'invalid-phone-number', 'all'],
  ['an international network', '+88213300655', 'invalid-phone-number', 'all'],
  ['an international premium number', '+979123456789', 'invalid-phone-number', 'all'],
  ['a fixed line', '+442079460958', 'invalid-phone-number', 'all'],
  ['a pager', '+447640123456', 'invalid-phone-number', 'all'],
  ['a number with an extension', '+14155550123;ext=900', 'invalid-phone-number', 'all'],
  ['a number as a URI', 'tel:+14155550123', 'invalid-phone-number', 'all'],
  ['two numbers', '+14155550123,+19002345678', 'invalid-phone-number', 'all'],
  ['a number with a line of its own behind it', '+14155550123\n+19002345678', 'invalid-phone-number', 'all'],
  ['a number in letters', '+1415FLOWERS', 'invalid-phone-number', 'all'],
  ['a service code', '*21*14155550123#', 'invalid-phone-number', 'all'],
  ['Jamaica, by the calling code of the United States', '+18762101234', 'country-not-allowed', ['US']],
  ['the Dominican Republic, by the calling code of the United States', '+18092345678', 'country-not-allowed', ['US']],
  ['Jersey, by the calling code of Great Britain', '+447797712345', 'country-not-allowed', ['GB']],
  ['Kazakhstan, by the calling code of Russia', '+77710009998', 'country-not-allowed', ['RU']],
  ['a country that is not on the list', '+33612345678', 'country-not-allowed', ['US', 'GB']],
]

attacks(
  'having a text sent to',
  Object.fromEntries(
    notForTexts.map(([what, phoneNumber, reason, countries]): [string, Attack] => [
      what,
      [
        'ASVS 5.0, 6.6.1',
        async () => {
          const world = makeWorld({ texts: { countries } })
          const { admin, enrolment } = world.twoFactor
          const refused = { status: 'refused', reason, retryAt: null }
          expect(await enrolment.beginSms({ userId: 'ada', phoneNumber })).toEqual(refused)
          expect(await enrolment.beginSms({ userId: 'ada', phoneNumber, defaultCountry: 'US' })).toEqual(refused)
          expect(await admin.importSms({ userId: 'ada', actor: 'staff', phoneNumber })).toEqual(refused)
          expect(world.inbox.attempts).toBe(0)
        },
      ],
    ]),
  ),
)

attacks('pumping texts to a region', {
  'by enrolments that nobody confirms: shut after twenty, resent ones included': [
    'CWE-770',
    async () => {
      const world = makeWorld({ policy: { textsPerAddressHour: 50 } })
      expect(await textsFor(world, 100, (count) => `203.0.113.${count}`)).toBe(20)
    },
  ],
  'by resending what was begun before it was shut': [
    'CWE-770',
    async () => {
      const world = makeWorld()
      const { enrolment } = world.twoFactor
      const begun: [userId: string, enrolmentId: string][] = []
      for (let count = 0; count < 20; count++) {
        const userId = `mallory ${count}`
        const phoneNumber = `+1415555${String(1000 + count)}`
        begun.push([userId, must(await enrolment.beginSms({ userId, phoneNumber }), 'started').enrolmentId])
      }
      world.clock.advanceSeconds(30)
      for (const [userId, enrolmentId] of begun)
        expect(await enrolment.resend({ userId, enrolmentId })).toMatchObject({ reason: 'sms-unavailable' })
      expect(world.inbox.attempts).toBe(20)
    },
  ],
  'while another region stays open': [
    'CWE-645',
    async () => {
      const world = makeWorld()
      await textsFor(world, 30, (count) => `203.0.113.${count}`)
      must(await world.twoFactor.enrolment.beginSms({ userId: 'ada', phoneNumber: '+447400123456' }), 'started')
      expect(world.inbox.last().to).toBe('+447400123456')
    },
  ],
})
