import { wrongCode } from './outcome.js'
import type { FullAccount, FullAccountOptions } from './full-account.js'
import { NEW_KEY, OLD_KEY, type WorldOptions } from './world.js'

interface Tagged {
  readonly status: string
}

/** An operation on Ada's full account. */
export interface AccountOperation {
  readonly name: string
  /** How it ends when all goes well. */
  readonly ends: string
  /** What `makeFullAccount` is to be given for it. */
  readonly account: FullAccountOptions & Pick<WorldOptions, 'keys'>
  readonly run: (account: FullAccount) => Promise<Tagged>
}

const userId = 'ada'
const WRONG_RECOVERY_CODE = '0000-0000-0000-0000-0000-0000'
const secret = { encoding: 'ascii', value: 'a secret from elsewhere' } as const

type Row = readonly [ends: string, run: AccountOperation['run'], account?: AccountOperation['account']]

const table: Readonly<Record<string, Row>> = {
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
  'begin by passkey': [
    'challenged',
    ({ world, passkeyFactorId: factorId }) => world.twoFactor.challenge.begin({ userId, factorId }),
  ],
  "verify a passkey's response": [
    'approved',
    ({ world, passkeyToken: token, passkeyResponse }) =>
      world.twoFactor.challenge.verify({ token, response: passkeyResponse() }),
  ],
  "verify a passkey's wrong response": [
    'rejected',
    ({ world, passkeyToken: token, passkeyResponse }) =>
      world.twoFactor.challenge.verify({ token, response: { ...passkeyResponse(), signature: 'forged' } }),
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
  'redeem an access pass': [
    'approved',
    ({ world, token, accessPass: recoveryCode }) =>
      world.twoFactor.challenge.redeemRecoveryCode({ token, recoveryCode }),
  ],
  'switch to the phone': [
    'challenged',
    ({ world, token, phoneFactorId: factorId }) => world.twoFactor.challenge.switchFactor({ token, factorId }),
  ],
  'switch to the passkey': [
    'challenged',
    ({ world, token, passkeyFactorId: factorId }) => world.twoFactor.challenge.switchFactor({ token, factorId }),
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
  'begin a passkey': [
    'started',
    ({ world, proof }) => world.twoFactor.enrolment.beginPasskey({ userId, accountName: 'ada', proof }),
  ],
  'resume the enrolment of an app': [
    'started',
    ({ world, pendingAppId: enrolmentId }) => world.twoFactor.enrolment.resume({ userId, enrolmentId }),
  ],
  'resume the enrolment of a phone': [
    'started',
    ({ world, pendingPhoneId: enrolmentId }) => world.twoFactor.enrolment.resume({ userId, enrolmentId }),
  ],
  'resume the enrolment of a passkey': [
    'started',
    ({ world, pendingPasskeyId: enrolmentId }) => world.twoFactor.enrolment.resume({ userId, enrolmentId }),
    { pending: 'passkey' },
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
  'confirm a passkey': [
    'confirmed',
    ({ world, pendingPasskeyId: enrolmentId, pendingPasskeyResponse: response }) =>
      world.twoFactor.enrolment.confirm({ userId, enrolmentId, response }),
    { pending: 'passkey' },
  ],
  'confirm with a wrong response': [
    'rejected',
    ({ world, pendingPasskeyId: enrolmentId, pendingPasskeyResponse: response }) =>
      world.twoFactor.enrolment.confirm({ userId, enrolmentId, response: { ...response, signature: 'forged' } }),
    { pending: 'passkey' },
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
  'tell of the recovery codes': ['known', ({ world }) => world.twoFactor.recoveryCodes.status({ userId })],
  'acknowledge the recovery codes': [
    'acknowledged',
    ({ world }) => world.twoFactor.recoveryCodes.acknowledge({ userId }),
  ],
  'list devices': [
    'listed',
    ({ world, trustedDeviceToken: token }) => world.twoFactor.trustedDevices.list({ userId, token }),
  ],
  'revoke a device': ['revoked', ({ world, deviceId }) => world.twoFactor.trustedDevices.revoke({ userId, deviceId })],
  'revoke all devices': ['revoked', ({ world }) => world.twoFactor.trustedDevices.revokeAll({ userId })],
  status: ['known', ({ world }) => world.twoFactor.account.status({ userId })],
  statuses: [
    'known',
    async ({ world }) => {
      const [status] = await world.twoFactor.account.statuses({ userIds: [userId] })
      return status ?? { status: 'nobody' }
    },
  ],
  activity: ['listed', ({ world }) => world.twoFactor.account.activity({ userId })],
  disable: ['disabled', ({ world, proof }) => world.twoFactor.account.disable({ userId, proof })],
  'change the password': ['recorded', ({ world }) => world.twoFactor.account.passwordChanged({ userId })],
  erase: ['erased', ({ world }) => world.twoFactor.account.erase({ userId })],
  reset: ['reset', ({ world }) => world.twoFactor.admin.reset({ userId, actor: 'staff' })],
  unlock: ['unlocked', ({ world }) => world.twoFactor.admin.unlock({ userId, actor: 'staff' })],
  'remove a factor for its owner': [
    'removed',
    ({ world, phoneFactorId: factorId }) => world.twoFactor.admin.removeFactor({ userId, actor: 'staff', factorId }),
  ],
  'issue an access pass': ['issued', ({ world }) => world.twoFactor.admin.issueAccessPass({ userId, actor: 'staff' })],
  import: ['imported', ({ world }) => world.twoFactor.admin.importTotp({ userId, actor: 'staff', secret })],
  'import with recovery codes of another system': [
    'imported',
    ({ world }) => world.twoFactor.admin.importTotp({ userId, actor: 'staff', secret, recoveryCodes: ['0123456789'] }),
  ],
  'import a phone': [
    'imported',
    ({ world }) => world.twoFactor.admin.importSms({ userId, actor: 'staff', phoneNumber: '+33612345678' }),
  ],
}

/** What reads nobody's record, or everybody's. */
const others: Readonly<Record<string, Row>> = {
  "name a device's cookie": [
    'named',
    async ({ world }) => ({ status: 'named', cookie: world.twoFactor.trustedDevices.cookieName({ userId }) }),
  ],
  "share a browser's cookie": [
    'shared',
    async ({ world, trustedDeviceToken: token }) => ({
      status: 'shared',
      cookie: world.twoFactor.trustedDevices.sharedCookie({ userId, token }),
    }),
  ],
  reseal: ['completed', ({ world }) => world.twoFactor.maintenance.reseal(), { keys: [NEW_KEY, OLD_KEY] }],
}

function listed(rows: Readonly<Record<string, Row>>): readonly AccountOperation[] {
  return Object.entries(rows).map(([name, [ends, run, account = {}]]) => ({ name, ends, account, run }))
}

/** Every operation on one user's record, at least once. */
export const operations = listed(table)

/** Every operation, at least once. */
export const allOperations = [...operations, ...listed(others)]
