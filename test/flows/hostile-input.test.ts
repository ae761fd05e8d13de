import { describe, expect, it } from 'vitest'
import type { TwoFactorErrorCode } from '../../src/errors.js'
import type { TwoFactor } from '../../src/two-factor.js'
import { MARK, nameOf, notStrings } from '../support/hostile.js'
import { expectCode, smuggle } from '../support/outcome.js'
import { appWorld, begin, trustedBrowser } from '../support/people.js'
import { contents } from '../support/world.js'

type Operation = (twoFactor: TwoFactor, input: never) => unknown

const adasDevice = await appWorld().then(({ world, ada }) => trustedBrowser(world, ada))

/** Every operation that takes one object, with arguments that are right. */
const operations: Readonly<Record<string, readonly [Operation, Readonly<Record<string, unknown>>]>> = {
  'challenge.begin': [({ challenge }, input) => challenge.begin(input), { userId: 'ada' }],
  'challenge.verify': [({ challenge }, input) => challenge.verify(input), { token: 'x', code: '123456' }],
  'challenge.redeemRecoveryCode': [
    ({ challenge }, input) => challenge.redeemRecoveryCode(input),
    { token: 'x', recoveryCode: 'x' },
  ],
  'challenge.switchFactor': [({ challenge }, input) => challenge.switchFactor(input), { token: 'x', factorId: 'x' }],
  'challenge.resend': [({ challenge }, input) => challenge.resend(input), { token: 'x' }],
  'challenge.cancel': [({ challenge }, input) => challenge.cancel(input), { token: 'x' }],
  'challenge.checkProof': [({ challenge }, input) => challenge.checkProof(input), { userId: 'ada', proof: 'x' }],
  'enrolment.beginTotp': [
    ({ enrolment }, input) => enrolment.beginTotp(input),
    { userId: 'ada', accountName: 'ada', proof: 'x' },
  ],
  'enrolment.beginSms': [
    ({ enrolment }, input) => enrolment.beginSms(input),
    { userId: 'ada', phoneNumber: '+14155550123', proof: 'x' },
  ],
  'enrolment.beginPasskey': [
    ({ enrolment }, input) => enrolment.beginPasskey(input),
    { userId: 'ada', accountName: 'ada', proof: 'x' },
  ],
  'enrolment.resume': [({ enrolment }, input) => enrolment.resume(input), { userId: 'ada', enrolmentId: 'x' }],
  'enrolment.resend': [({ enrolment }, input) => enrolment.resend(input), { userId: 'ada', enrolmentId: 'x' }],
  'enrolment.confirm': [
    ({ enrolment }, input) => enrolment.confirm(input),
    { userId: 'ada', enrolmentId: 'x', code: '123456' },
  ],
  'enrolment.cancel': [({ enrolment }, input) => enrolment.cancel(input), { userId: 'ada', enrolmentId: 'x' }],
  'factors.list': [({ factors }, input) => factors.list(input), { userId: 'ada' }],
  'factors.rename': [({ factors }, input) => factors.rename(input), { userId: 'ada', factorId: 'x', name: 'x' }],
  'factors.prefer': [({ factors }, input) => factors.prefer(input), { userId: 'ada', factorId: 'x', proof: 'x' }],
  'factors.remove': [({ factors }, input) => factors.remove(input), { userId: 'ada', factorId: 'x', proof: 'x' }],
  'recoveryCodes.regenerate': [
    ({ recoveryCodes }, input) => recoveryCodes.regenerate(input),
    { userId: 'ada', proof: 'x' },
  ],
  'recoveryCodes.status': [({ recoveryCodes }, input) => recoveryCodes.status(input), { userId: 'ada' }],
  'recoveryCodes.acknowledge': [({ recoveryCodes }, input) => recoveryCodes.acknowledge(input), { userId: 'ada' }],
  'trustedDevices.list': [({ trustedDevices }, input) => trustedDevices.list(input), { userId: 'ada' }],
  'trustedDevices.revoke': [
    ({ trustedDevices }, input) => trustedDevices.revoke(input),
    { userId: 'ada', deviceId: 'x' },
  ],
  'trustedDevices.revokeAll': [({ trustedDevices }, input) => trustedDevices.revokeAll(input), { userId: 'ada' }],
  'trustedDevices.cookieName': [({ trustedDevices }, input) => trustedDevices.cookieName(input), { userId: 'ada' }],
  'trustedDevices.sharedCookie': [
    ({ trustedDevices }, input) => trustedDevices.sharedCookie(input),
    { userId: 'ada', token: adasDevice },
  ],
  'account.status': [({ account }, input) => account.status(input), { userId: 'ada' }],
  'account.statuses': [({ account }, input) => account.statuses(input), { userIds: ['ada'] }],
  'account.activity': [({ account }, input) => account.activity(input), { userId: 'ada' }],
  'account.disable': [({ account }, input) => account.disable(input), { userId: 'ada', proof: 'x' }],
  'account.passwordChanged': [({ account }, input) => account.passwordChanged(input), { userId: 'ada' }],
  'account.erase': [({ account }, input) => account.erase(input), { userId: 'ada' }],
  'admin.reset': [({ admin }, input) => admin.reset(input), { userId: 'ada', actor: 'staff' }],
  'admin.unlock': [({ admin }, input) => admin.unlock(input), { userId: 'ada', actor: 'staff' }],
  'admin.importTotp': [
    ({ admin }, input) => admin.importTotp(input),
    { userId: 'ada', actor: 'staff', secret: { encoding: 'raw', value: new Uint8Array(20) } },
  ],
  'admin.importSms': [
    ({ admin }, input) => admin.importSms(input),
    { userId: 'ada', actor: 'staff', phoneNumber: '+14155550123' },
  ],
  'admin.removeFactor': [
    ({ admin }, input) => admin.removeFactor(input),
    { userId: 'ada', actor: 'staff', factorId: 'x' },
  ],
  'admin.issueAccessPass': [({ admin }, input) => admin.issueAccessPass(input), { userId: 'ada', actor: 'staff' }],
}

const longText = MARK.repeat(200)
const notText = [...notStrings, '', `${MARK}\ud800`, longText]
/** What comes from a request as it is may be blank. */
const notBlankOrText = [...notStrings, `${MARK}\udc00`, longText]
const present = (...values: readonly unknown[]): readonly unknown[] => values

/** What a host may get wrong: the argument, the code that names it, and values that it cannot be. */
const wrongArguments: readonly [
  argument: string,
  code: TwoFactorErrorCode,
  values: readonly unknown[],
  where: readonly string[],
][] = [
  [
    'userId',
    'ERR_USER_ID_INVALID',
    [undefined, null, ...notText, 'é'.repeat(513), 'x'.repeat(1025)],
    Object.keys(operations).filter((name) => 'userId' in operations[name]![1]),
  ],
  [
    'userIds',
    'ERR_USER_IDS_INVALID',
    present(undefined, null, 'ada', 7, {}, new Set(['ada']), { length: 1, 0: 'ada' }),
    ['account.statuses'],
  ],
  [
    'binding',
    'ERR_BINDING_INVALID',
    notText,
    [
      'challenge.begin',
      'challenge.verify',
      'challenge.redeemRecoveryCode',
      'challenge.checkProof',
      'enrolment.beginTotp',
      'enrolment.beginSms',
      'enrolment.beginPasskey',
      'enrolment.confirm',
      'factors.prefer',
      'factors.remove',
      'recoveryCodes.regenerate',
      'account.disable',
    ],
  ],
  ['purpose', 'ERR_PURPOSE_INVALID', ['', MARK, 'enrolment', ...notStrings], ['challenge.begin']],
  ['purpose', 'ERR_PURPOSE_INVALID', ['', MARK, ...notStrings], ['challenge.checkProof']],
  ['assurance', 'ERR_ASSURANCE_INVALID', ['', MARK, 'single-factor', ...notStrings], ['challenge.checkProof']],
  ['summary', 'ERR_SUMMARY_INVALID', [...notText, MARK], ['challenge.begin']],
  [
    'required',
    'ERR_REQUIRED_INVALID',
    present(0, 1, '', MARK, {}, [], { from: MARK }, { from: Number.NaN }, { from: -1 }),
    ['challenge.begin'],
  ],
  ['required', 'ERR_REQUIRED_INVALID', present(0, 1, '', MARK, {}, { from: 1 }), ['factors.remove', 'account.disable']],
  [
    'clientAddress',
    'ERR_CLIENT_ADDRESS_INVALID',
    notBlankOrText,
    [
      'challenge.begin',
      'challenge.verify',
      'challenge.redeemRecoveryCode',
      'challenge.switchFactor',
      'challenge.resend',
      'enrolment.beginSms',
      'enrolment.resend',
      'enrolment.confirm',
    ],
  ],
  [
    'locale',
    'ERR_LOCALE_INVALID',
    notBlankOrText,
    [
      'challenge.begin',
      'challenge.switchFactor',
      'challenge.resend',
      'enrolment.beginSms',
      'enrolment.resend',
      'factors.remove',
      'account.disable',
    ],
  ],
  [
    'accountName',
    'ERR_ACCOUNT_NAME_INVALID',
    [undefined, null, ...notText, `${MARK}:x`, ` ${MARK}`, `${MARK}\n`],
    ['enrolment.beginTotp', 'enrolment.beginPasskey'],
  ],
  [
    'issuer',
    'ERR_ISSUER_INVALID',
    [...notStrings, `${MARK}:x`, ` ${MARK}`, `${MARK}\n`, longText],
    ['enrolment.beginTotp'],
  ],
  [
    'name',
    'ERR_NAME_INVALID',
    notStrings,
    [
      'enrolment.beginTotp',
      'enrolment.beginSms',
      'enrolment.beginPasskey',
      'factors.rename',
      'admin.importTotp',
      'admin.importSms',
    ],
  ],
  [
    'defaultCountry',
    'ERR_DEFAULT_COUNTRY_INVALID',
    [...notStrings, 'us', 'USA', 'XX', MARK, '__proto__'],
    ['enrolment.beginSms'],
  ],
  [
    'maxAgeSeconds',
    'ERR_MAX_AGE_SECONDS_INVALID',
    present(0, -1, 601, Number.NaN, Infinity, '60', 60n, MARK, {}),
    ['challenge.checkProof'],
  ],
  [
    'trustDevice',
    'ERR_TRUST_DEVICE_INVALID',
    present(true, 'yes', {}, [], { name: 7 }, { name: null }, { name: 'x', details: 7 }, { details: 'x' }, 0),
    ['challenge.verify'],
  ],
  [
    'actor',
    'ERR_ACTOR_INVALID',
    [undefined, null, ...notText],
    Object.keys(operations).filter((name) => name.startsWith('admin.')),
  ],
  [
    'lifetimeSeconds',
    'ERR_LIFETIME_SECONDS_INVALID',
    present(0, -1, 899, 604_801, 900.5, Number.NaN, Infinity, '900', 900n, MARK, {}),
    ['admin.issueAccessPass'],
  ],
  [
    'recoveryCodes',
    'ERR_RECOVERY_CODES_INVALID',
    present(
      '',
      MARK,
      7,
      {},
      [],
      [7],
      Array(1),
      ['123456789'],
      ['0123456789', '01234 56789'],
      ['0123456789!'],
      ['x'.repeat(65)],
      Array.from({ length: 21 }, (_, index) => `012345678${index}x`),
    ),
    ['admin.importTotp', 'admin.importSms'],
  ],
  [
    'confirmedAt',
    'ERR_AT_INVALID',
    present('', MARK, -1, 1.5, Number.NaN, '5', 5n, {}),
    ['admin.importTotp', 'admin.importSms'],
  ],
]

/** A synchronous throw counts as a rejection: the two about cookies make no promise. */
async function run(operation: Operation, twoFactor: TwoFactor, input: unknown): Promise<unknown> {
  return operation(twoFactor, smuggle(input))
}

describe('a wrong argument', () => {
  const cases = wrongArguments.flatMap(([argument, code, values, where]) =>
    where.map((name) => ({ argument, code, values, name })),
  )

  it.each(cases)(
    '$argument of $name throws $code, repeats nothing and changes nothing',
    async ({ argument, code, values, name }) => {
      const { world } = await appWorld()
      const before = await contents(world.data)
      const [operation, right] = operations[name]!
      for (const value of values) {
        const error = await expectCode(run(operation, world.twoFactor, { ...right, [argument]: value }), code)
        expect(error.message, nameOf(value)).toContain(argument)
        expect(`${error.message} ${String(error.stack)} ${String(error.cause)}`).not.toContain(MARK)
      }
      expect(await contents(world.data)).toEqual(before)
      expect(world.store.calls).toEqual([])
      expect(world.inbox.attempts).toBe(0)
      expect(world.events).toEqual([])
    },
  )
})

/** What a host may pass on although there is nothing of it: the arguments, and the values that stand for that. */
const absentArguments: readonly [argument: string, values: readonly unknown[], where: readonly string[]][] = [
  ['trustedDeviceToken', [undefined, null, ''], ['challenge.begin']],
  ['factorId', [undefined, null, ''], ['challenge.begin']],
  ['clientAddress', [undefined, null, ''], ['challenge.begin', 'challenge.verify', 'enrolment.beginSms']],
  ['locale', [undefined, null, ''], ['challenge.begin', 'challenge.resend', 'factors.remove']],
  ['defaultCountry', [undefined, null, ''], ['enrolment.beginSms']],
  ['replaces', [undefined, null, ''], ['enrolment.beginTotp', 'enrolment.beginPasskey']],
  ['issuer', [undefined, null, ''], ['enrolment.beginTotp']],
  ['name', [undefined, null, ''], ['enrolment.beginTotp', 'factors.rename', 'admin.importSms']],
  ['token', [undefined, null, ''], ['trustedDevices.list']],
  ['purpose', [undefined, null], ['challenge.begin', 'challenge.checkProof']],
  ['assurance', [undefined, null], ['challenge.checkProof']],
  ['binding', [undefined, null], ['challenge.begin', 'challenge.checkProof', 'enrolment.confirm', 'account.disable']],
  ['summary', [undefined, null], ['challenge.begin']],
  ['required', [undefined, null], ['challenge.begin', 'factors.remove', 'account.disable']],
  ['maxAgeSeconds', [undefined, null], ['challenge.checkProof']],
  ['trustDevice', [undefined, null], ['challenge.verify']],
  ['lifetimeSeconds', [undefined, null], ['admin.issueAccessPass']],
  ['recoveryCodes', [undefined, null], ['admin.importTotp', 'admin.importSms']],
  ['lastStep', [undefined, null], ['admin.importTotp']],
  ['allowShortSecret', [undefined, null], ['admin.importTotp']],
]

describe('an absent argument', () => {
  const cases = absentArguments.flatMap(([argument, values, where]) =>
    where.map((name) => ({ argument, values, name })),
  )

  it.each(cases)('$argument of $name means the same however it is said', async ({ argument, values, name }) => {
    const [operation, right] = operations[name]!
    const answers = await Promise.all(
      values.map(async (value) => {
        const { world } = await appWorld()
        const answer = (await run(operation, world.twoFactor, { ...right, [argument]: value })) as object
        return { answer: JSON.stringify(answer), events: world.events }
      }),
    )
    const [first, ...others] = answers
    for (const other of others) expect(other).toEqual(first)
  })
})

describe('no object at all', () => {
  it.each(Object.keys(operations))('throws ERR_INPUT_INVALID from %s', async (name) => {
    const { world } = await appWorld()
    for (const input of [undefined, null, 7, 'ada', true, Symbol(MARK), () => MARK]) {
      await expectCode(run(operations[name]![0], world.twoFactor, input), 'ERR_INPUT_INVALID')
    }
    expect(world.store.calls).toEqual([])
  })
})

describe('the list of operations above', () => {
  it('is complete', async () => {
    const { world } = await appWorld()
    const names = Object.entries(world.twoFactor).flatMap(([group, members]) =>
      Object.keys(members as object).map((member) => `${group}.${member}`),
    )
    expect(Object.keys(operations).sort()).toEqual(names.filter((name) => name !== 'maintenance.reseal').sort())
  })

  it('has right arguments: none of them throws', async () => {
    const { world } = await appWorld()
    await begin(world, 'ada')
    for (const [operation, right] of Object.values(operations))
      expect(await run(operation, world.twoFactor, right)).toBeDefined()
  })
})

describe('userIds', () => {
  it.each([[['ada', 7]], [['ada', '']], [[undefined]], [Array(1)]])(
    'with one that is wrong, throws ERR_USER_ID_INVALID: %o',
    async (userIds) => {
      const { world } = await appWorld()
      await expectCode(world.twoFactor.account.statuses(smuggle({ userIds })), 'ERR_USER_ID_INVALID')
      expect(world.store.calls).toEqual([])
    },
  )
})
