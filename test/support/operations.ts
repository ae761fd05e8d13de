import { wrongCode } from './outcome.js'
import type { Scene } from './scene.js'

interface Tagged {
  readonly status: string
}

/** An operation as Ada's scene sees it. */
export interface SceneOperation {
  readonly name: string
  /** How it ends when all goes well. */
  readonly ends: string
  readonly run: (scene: Scene) => Promise<Tagged>
}

const userId = 'ada'
const WRONG_RECOVERY_CODE = '0000-0000-0000-0000'
const secret = { encoding: 'ascii', value: 'a secret from elsewhere' } as const

const table: Readonly<Record<string, readonly [ends: string, run: SceneOperation['run']]>> = {
  begin: ['challenged', ({ world }) => world.twoFactor.challenge.begin({ userId })],
  'begin by text': [
    'challenged',
    ({ world, phoneFactorId: factorId }) =>
      world.twoFactor.challenge.begin({ userId, factorId, clientAddress: '192.0.2.1' }),
  ],
  'begin on a trusted device': [
    'trusted',
    ({ world, trustedDeviceToken }) => world.twoFactor.challenge.begin({ userId, trustedDeviceToken }),
  ],
  'verify a right code': [
    'approved',
    ({ world, token, appCode }) => world.twoFactor.challenge.verify({ token, code: appCode() }),
  ],
  'verify and trust': [
    'approved',
    ({ world, token, appCode }) =>
      world.twoFactor.challenge.verify({ token, code: appCode(), trustDevice: { name: 'Chrome' } }),
  ],
  'verify a texted code': [
    'approved',
    ({ world, textToken: token, textCode: code }) => world.twoFactor.challenge.verify({ token, code }),
  ],
  'verify a wrong code': [
    'rejected',
    ({ world, token, wrongAppCode }) => world.twoFactor.challenge.verify({ token, code: wrongAppCode() }),
  ],
  'verify a wrong texted code': [
    'rejected',
    ({ world, textToken: token, textCode }) => world.twoFactor.challenge.verify({ token, code: wrongCode(textCode) }),
  ],
  'redeem a recovery code': [
    'approved',
    ({ world, token, recoveryCodes }) =>
      world.twoFactor.challenge.redeemRecoveryCode({ token, recoveryCode: recoveryCodes[0] ?? '' }),
  ],
  'redeem a wrong recovery code': [
    'rejected',
    ({ world, token }) => world.twoFactor.challenge.redeemRecoveryCode({ token, recoveryCode: WRONG_RECOVERY_CODE }),
  ],
  'switch to the phone': [
    'challenged',
    ({ world, token, phoneFactorId: factorId }) => world.twoFactor.challenge.switchFactor({ token, factorId }),
  ],
  resend: ['sent', ({ world, textToken: token }) => world.twoFactor.challenge.resend({ token })],
  cancel: ['cancelled', ({ world, token }) => world.twoFactor.challenge.cancel({ token })],
  'check a proof': ['valid', ({ world, proof }) => world.twoFactor.challenge.checkProof({ userId, proof })],
  'begin an app': [
    'started',
    ({ world, proof }) => world.twoFactor.enrolment.beginTotp({ userId, accountName: 'ada', proof }),
  ],
  'begin a phone': [
    'started',
    ({ world, proof }) => world.twoFactor.enrolment.beginSms({ userId, phoneNumber: '+33612345678', proof }),
  ],
  'resend an enrolment': [
    'sent',
    ({ world, pendingPhoneId: enrolmentId }) => world.twoFactor.enrolment.resend({ userId, enrolmentId }),
  ],
  'confirm an app': [
    'confirmed',
    ({ world, pendingAppId: enrolmentId, pendingApp }) =>
      world.twoFactor.enrolment.confirm({ userId, enrolmentId, code: pendingApp.code(world.clock) }),
  ],
  'confirm a phone': [
    'confirmed',
    ({ world, pendingPhoneId: enrolmentId, pendingPhoneCode: code }) =>
      world.twoFactor.enrolment.confirm({ userId, enrolmentId, code }),
  ],
  'confirm with a wrong code': [
    'rejected',
    ({ world, pendingAppId: enrolmentId, pendingApp }) =>
      world.twoFactor.enrolment.confirm({ userId, enrolmentId, code: wrongCode(pendingApp.code(world.clock)) }),
  ],
  'cancel an enrolment': [
    'cancelled',
    ({ world, pendingAppId: enrolmentId }) => world.twoFactor.enrolment.cancel({ userId, enrolmentId }),
  ],
  'list factors': ['listed', ({ world }) => world.twoFactor.factors.list({ userId })],
  rename: [
    'renamed',
    ({ world, appFactorId: factorId }) => world.twoFactor.factors.rename({ userId, factorId, name: 'Old phone' }),
  ],
  prefer: [
    'preferred',
    ({ world, phoneFactorId: factorId, proof }) => world.twoFactor.factors.prefer({ userId, factorId, proof }),
  ],
  remove: [
    'removed',
    ({ world, phoneFactorId: factorId, proof }) => world.twoFactor.factors.remove({ userId, factorId, proof }),
  ],
  regenerate: ['regenerated', ({ world, proof }) => world.twoFactor.recoveryCodes.regenerate({ userId, proof })],
  'list devices': ['listed', ({ world }) => world.twoFactor.trustedDevices.list({ userId })],
  'revoke a device': ['revoked', ({ world, deviceId }) => world.twoFactor.trustedDevices.revoke({ userId, deviceId })],
  'revoke all devices': ['revoked', ({ world }) => world.twoFactor.trustedDevices.revokeAll({ userId })],
  status: ['known', ({ world }) => world.twoFactor.account.status({ userId })],
  disable: ['disabled', ({ world, proof }) => world.twoFactor.account.disable({ userId, proof })],
  'change the password': ['recorded', ({ world }) => world.twoFactor.account.passwordChanged({ userId })],
  erase: ['erased', ({ world }) => world.twoFactor.account.erase({ userId })],
  reset: ['reset', ({ world }) => world.twoFactor.admin.reset({ userId, actor: 'staff' })],
  unlock: ['unlocked', ({ world }) => world.twoFactor.admin.unlock({ userId, actor: 'staff' })],
  import: ['imported', ({ world }) => world.twoFactor.admin.importTotp({ userId, actor: 'staff', secret })],
}

export const operations: readonly SceneOperation[] = Object.entries(table).map(([name, [ends, run]]) => ({
  name,
  ends,
  run,
}))
