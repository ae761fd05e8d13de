import { describe, expect, it } from 'vitest'
import type { TwoFactorEventType } from '../../src/interfaces/events.js'
import { must } from '../support/outcome.js'
import { appWorld, begin, enrolSms, enrolTotp, PHONE } from '../support/people.js'
import { makeFullAccount, type FullAccount } from '../support/full-account.js'

/** What may happen to Ada's full account. */
const happenings: Readonly<Record<string, (account: FullAccount) => Promise<unknown>>> = {
  'the password changed': ({ world }) => world.twoFactor.account.passwordChanged({ userId: 'ada' }),
  'a factor was added': ({ world, proof }) => enrolSms(world, 'ada', '+33612345678', { proof }),
  'a factor was removed': ({ world, proof, phoneFactorId: factorId }) =>
    world.twoFactor.factors.remove({ userId: 'ada', factorId, proof }),
  'a factor was replaced': ({ world, proof, phoneFactorId: replaces }) =>
    enrolSms(world, 'ada', '+33612345678', { proof, replaces }),
  'staff removed a factor': ({ world, phoneFactorId: factorId }) =>
    world.twoFactor.admin.removeFactor({ userId: 'ada', actor: 'staff', factorId }),
  'an access pass was redeemed': async ({ world, accessPass: recoveryCode }) => {
    const { token } = await begin(world, 'ada')
    return world.twoFactor.challenge.redeemRecoveryCode({ token, recoveryCode })
  },
  'a recovery code was redeemed': async ({ world, recoveryCodes }) => {
    const { token } = await begin(world, 'ada')
    return world.twoFactor.challenge.redeemRecoveryCode({ token, recoveryCode: recoveryCodes[0] ?? '' })
  },
  'it was disabled': ({ world, proof }) => world.twoFactor.account.disable({ userId: 'ada', proof }),
  'an administrator reset it': ({ world }) => world.twoFactor.admin.reset({ userId: 'ada', actor: 'staff' }),
}

/** What is left of everything, afterwards. */
async function remains({
  world,
  appCode,
  token,
  proof,
  trustedDeviceToken,
  pendingPhoneId,
  pendingAppId,
}: FullAccount) {
  const { challenge, enrolment, account } = world.twoFactor
  const { recoveryCodesRemaining, trustedDevices, factors, accessPass } = await account.status({ userId: 'ada' })
  const checked = await challenge.checkProof({ userId: 'ada', proof })
  const begun = await challenge.begin({ userId: 'ada', trustedDeviceToken })
  const verified = await challenge.verify({ token, code: appCode() })
  const confirm = (enrolmentId: string) => enrolment.confirm({ userId: 'ada', enrolmentId, code: '000000' })
  const pending = [await confirm(pendingPhoneId), await confirm(pendingAppId)]
  const kept = pending.map((outcome) => outcome.status === 'rejected' && outcome.reason !== 'unknown-enrolment')
  return {
    proof: checked.status,
    openChallenge: verified.status === 'approved' ? 'kept' : verified.reason,
    trustedDevices: begun.status === 'trusted' && trustedDevices.length === 1 ? 'kept' : 'revoked',
    pendingPhone: kept[0] === true ? 'kept' : 'dropped',
    pendingApp: kept[1] === true ? 'kept' : 'dropped',
    recoveryCodes: recoveryCodesRemaining,
    accessPass: accessPass === null ? 'none' : 'out',
    factors: factors.length,
  }
}

const revoked = {
  proof: 'invalid',
  openChallenge: 'revoked',
  trustedDevices: 'revoked',
  pendingPhone: 'dropped',
  pendingApp: 'dropped',
  accessPass: 'out',
}

const redeemed = {
  proof: 'valid',
  openChallenge: 'kept',
  trustedDevices: 'revoked',
  pendingPhone: 'kept',
  pendingApp: 'kept',
  factors: 3,
}

const rows: readonly [
  happening: string,
  remains: object,
  events: readonly TwoFactorEventType[],
  noticeTo: string | null,
][] = [
  [
    'the password changed',
    { ...revoked, recoveryCodes: 10, factors: 3 },
    ['password-changed', 'devices-revoked'],
    null,
  ],
  [
    'a factor was added',
    {
      proof: 'valid',
      openChallenge: 'kept',
      trustedDevices: 'kept',
      pendingPhone: 'dropped',
      pendingApp: 'kept',
      recoveryCodes: 10,
      accessPass: 'none',
      factors: 4,
    },
    ['enrolment-begun', 'text-sent', 'factor-added', 'text-verified'],
    null,
  ],
  [
    'a factor was removed',
    { ...revoked, recoveryCodes: 10, factors: 2 },
    ['factor-removed', 'devices-revoked', 'text-sent'],
    PHONE,
  ],
  [
    'staff removed a factor',
    { ...revoked, recoveryCodes: 10, factors: 2 },
    ['factor-removed', 'devices-revoked', 'text-sent'],
    PHONE,
  ],
  [
    'a factor was replaced',
    { ...revoked, accessPass: 'none', recoveryCodes: 10, factors: 3 },
    ['enrolment-begun', 'text-sent', 'factor-replaced', 'devices-revoked', 'text-verified', 'text-sent'],
    PHONE,
  ],
  [
    'a recovery code was redeemed',
    { ...redeemed, recoveryCodes: 9, accessPass: 'out' },
    ['challenge-begun', 'challenge-approved', 'recovery-code-redeemed', 'devices-revoked'],
    null,
  ],
  [
    'an access pass was redeemed',
    { ...redeemed, recoveryCodes: 10, accessPass: 'none' },
    ['challenge-begun', 'challenge-approved', 'access-pass-redeemed', 'devices-revoked'],
    null,
  ],
  [
    'it was disabled',
    { ...revoked, recoveryCodes: 0, accessPass: 'none', factors: 0 },
    ['disabled', 'devices-revoked', 'text-sent'],
    PHONE,
  ],
  [
    'an administrator reset it',
    { ...revoked, recoveryCodes: 0, accessPass: 'none', factors: 0 },
    ['reset', 'devices-revoked', 'text-sent'],
    PHONE,
  ],
]

describe('an account', () => {
  it.each(rows)(
    'keeps, ends and tells what the architecture page says when %s',
    async (happening, left, events, noticeTo) => {
      const account = await makeFullAccount()
      await happenings[happening]?.(account)
      expect(account.world.events.map(({ type }) => type)).toEqual(events)
      const notices = account.world.inbox.messages.filter(({ purpose }) => purpose === 'notice')
      expect(notices.map(({ to }) => to)).toEqual(noticeTo === null ? [] : [noticeTo])
      expect(await remains(account)).toEqual(left)
    },
  )

  it('gets ten other recovery codes with its first factor', async () => {
    const { world, ada } = await appWorld()
    await world.twoFactor.account.disable({ userId: 'ada', proof: ada.proof })
    const again = await enrolTotp(world)
    expect(again.recoveryCodes).toHaveLength(10)
    expect(again.recoveryCodes).not.toEqual(ada.recoveryCodes)
  })

  it('loses its recovery codes with its last factor', async () => {
    const { world, ada } = await appWorld()
    must(await world.twoFactor.factors.remove({ userId: 'ada', factorId: ada.factor.id, proof: ada.proof }), 'removed')
    await enrolTotp(world)
    const { token } = await begin(world, 'ada')
    const redeemed = await world.twoFactor.challenge.redeemRecoveryCode({
      token,
      recoveryCode: ada.recoveryCodes[0] ?? '',
    })
    expect(redeemed).toMatchObject({ status: 'rejected', reason: 'wrong-code' })
  })

  it('keeps its wrong codes counted when two-factor authentication is disabled', async () => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    for (let tries = 0; tries < 4; tries++) await world.twoFactor.challenge.verify({ token, code: ada.wrongCode() })
    await world.twoFactor.account.disable({ userId: 'ada', proof: ada.proof })
    const { enrolmentId } = must(
      await world.twoFactor.enrolment.beginTotp({ userId: 'ada', accountName: 'ada' }),
      'started',
    )
    const answer = await world.twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId, code: '000000' })
    expect(answer).toMatchObject({ reason: 'wrong-code', retryAt: world.clock.now() + 60_000 })
  })
})
