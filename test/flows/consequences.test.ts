import { describe, expect, it } from 'vitest'
import type { TwoFactorEventType } from '../../src/interfaces/events.js'
import { must } from '../support/outcome.js'
import { appWorld, begin, enrolSms, enrolTotp, PHONE } from '../support/people.js'
import { makeScene, type Scene } from '../support/scene.js'

type Consequence = (scene: Scene) => Promise<unknown>

const happenings: Readonly<Record<string, Consequence>> = {
  'the password changed': ({ world }) => world.twoFactor.account.passwordChanged({ userId: 'ada' }),
  'a factor was added': ({ world, proof }) => enrolSms(world, 'ada', '+33612345678', { proof }),
  'a factor was removed': ({ world, proof, phoneFactorId: factorId }) =>
    world.twoFactor.factors.remove({ userId: 'ada', factorId, proof }),
  'a factor was replaced': ({ world, proof, phoneFactorId: replaces }) =>
    enrolSms(world, 'ada', '+33612345678', { proof, replaces }),
  'a recovery code was redeemed': async ({ world, recoveryCodes }) => {
    const { token } = await begin(world, 'ada')
    return world.twoFactor.challenge.redeemRecoveryCode({ token, recoveryCode: recoveryCodes[0] ?? '' })
  },
  'it was disabled': ({ world, proof }) => world.twoFactor.account.disable({ userId: 'ada', proof }),
  'an administrator reset it': ({ world }) => world.twoFactor.admin.reset({ userId: 'ada', actor: 'staff' }),
}

/** What is left of everything, afterwards. */
async function remains({ world, appCode, token, trustedDeviceToken, pendingPhoneId, pendingAppId }: Scene) {
  const { challenge, enrolment, account } = world.twoFactor
  const { recoveryCodesRemaining, trustedDevices, factors } = await account.status({ userId: 'ada' })
  const begun = await challenge.begin({ userId: 'ada', trustedDeviceToken })
  const verified = await challenge.verify({ token, code: appCode() })
  const confirm = (enrolmentId: string) => enrolment.confirm({ userId: 'ada', enrolmentId, code: '000000' })
  const pending = [await confirm(pendingPhoneId), await confirm(pendingAppId)]
  const kept = pending.map((outcome) => outcome.status === 'rejected' && outcome.reason !== 'unknown-enrolment')
  return {
    openChallenge: verified.status === 'approved' ? 'kept' : verified.reason,
    trustedDevices: begun.status === 'trusted' && trustedDevices.length === 1 ? 'kept' : 'revoked',
    pendingPhone: kept[0] === true ? 'kept' : 'dropped',
    pendingApp: kept[1] === true ? 'kept' : 'dropped',
    recoveryCodes: recoveryCodesRemaining,
    factors: factors.length,
  }
}

const allGone = { openChallenge: 'revoked', trustedDevices: 'revoked', pendingPhone: 'dropped', pendingApp: 'dropped' }

const rows: readonly [
  happening: string,
  remains: object,
  events: readonly TwoFactorEventType[],
  noticeTo: string | null,
][] = [
  [
    'the password changed',
    { ...allGone, recoveryCodes: 10, factors: 2 },
    ['password-changed', 'devices-revoked'],
    null,
  ],
  [
    'a factor was added',
    {
      openChallenge: 'kept',
      trustedDevices: 'kept',
      pendingPhone: 'dropped',
      pendingApp: 'kept',
      recoveryCodes: 10,
      factors: 3,
    },
    ['enrolment-begun', 'text-sent', 'factor-added', 'text-verified'],
    null,
  ],
  [
    'a factor was removed',
    { ...allGone, recoveryCodes: 10, factors: 1 },
    ['factor-removed', 'devices-revoked', 'text-sent'],
    PHONE,
  ],
  [
    'a factor was replaced',
    { ...allGone, recoveryCodes: 10, factors: 2 },
    ['enrolment-begun', 'text-sent', 'factor-replaced', 'devices-revoked', 'text-verified', 'text-sent'],
    PHONE,
  ],
  [
    'a recovery code was redeemed',
    {
      openChallenge: 'kept',
      trustedDevices: 'revoked',
      pendingPhone: 'kept',
      pendingApp: 'kept',
      recoveryCodes: 9,
      factors: 2,
    },
    ['challenge-begun', 'challenge-approved', 'recovery-code-redeemed', 'devices-revoked'],
    null,
  ],
  [
    'it was disabled',
    { ...allGone, recoveryCodes: 0, factors: 0 },
    ['disabled', 'devices-revoked', 'text-sent'],
    PHONE,
  ],
  [
    'an administrator reset it',
    { ...allGone, recoveryCodes: 0, factors: 0 },
    ['reset', 'devices-revoked', 'text-sent'],
    PHONE,
  ],
]

describe('when', () => {
  it.each(rows)('%s, this is left and that is heard', async (happening, left, events, noticeTo) => {
    const scene = await makeScene()
    await happenings[happening]?.(scene)
    expect(scene.world.events.map(({ type }) => type)).toEqual(events)
    const notices = scene.world.inbox.messages.filter(({ purpose }) => purpose === 'notice')
    expect(notices.map(({ to }) => to)).toEqual(noticeTo === null ? [] : [noticeTo])
    expect(await remains(scene)).toEqual(left)
  })

  it('the first factor was added, ten recovery codes are issued', async () => {
    const { world, ada } = await appWorld()
    await world.twoFactor.account.disable({ userId: 'ada', proof: ada.proof })
    const again = await enrolTotp(world)
    expect(again.recoveryCodes).toHaveLength(10)
    expect(again.recoveryCodes).not.toEqual(ada.recoveryCodes)
  })

  it('the last factor was removed, the recovery codes are dropped', async () => {
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

  it('two-factor authentication was disabled, the wrong codes before it stay counted', async () => {
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
