import type { Store } from '../../src/interfaces/store.js'
import { authenticator, type Authenticator } from '../../src/testing/index.js'
import { fakePasskey, type FakeAssertion, type FakeAttestation } from './fake-passkeys.js'
import { must, wrongCode } from './outcome.js'
import { begin, enrolPasskey, enrolSms, enrolTotp, PHONE, trustedBrowser } from './people.js'
import { copyOf, makeWorld, type World, type WorldOptions } from './world.js'

export const OTHER_PHONE = '+447400123456'

/** What was handed out to Ada. */
interface Belongings {
  readonly app: Authenticator
  readonly appUri: string
  readonly appFactorId: string
  readonly phoneFactorId: string
  readonly recoveryCodes: readonly string[]
  readonly accessPass: string
  readonly proof: string
  readonly token: string
  readonly textToken: string
  readonly textCode: string
  readonly trustedDeviceToken: string
  readonly deviceId: string
  readonly pendingApp: Authenticator
  readonly pendingAppUri: string
  readonly pendingAppId: string
  readonly pendingPhoneId: string
  readonly pendingPhoneCode: string
  /** Empty for an account without a passkey. */
  readonly passkeyFactorId: string
  readonly passkeyToken: string
  readonly passkeyChallenge: string
  /** Empty unless the passkey is what is pending in place of the app. */
  readonly pendingPasskeyId: string
  readonly pendingPasskeyResponse: FakeAttestation | null
}

/** Ada's account with one of everything. */
export interface FullAccount extends Belongings {
  readonly world: World
  /** What Ada's app shows now: not used yet. */
  appCode(): string
  wrongAppCode(): string
  /** What Ada's passkey answers to its open challenge, its counter one higher each time. */
  passkeyResponse(): FakeAssertion
}

/** What an account holds besides an app, a phone, two pending enrolments, a trusted browser and an access pass. */
export interface FullAccountOptions {
  /** Whether Ada has a passkey too, though her app is asked for first. */
  readonly passkey?: boolean
  /** What is being enrolled besides a phone. */
  readonly pending?: 'app' | 'passkey'
}

interface Original extends Belongings {
  readonly data: Store
  readonly now: number
}

const PASSKEY = "Ada's security key"

async function buildOriginal({ passkey = true, pending = 'app' }: FullAccountOptions): Promise<Original> {
  const world = makeWorld({ seed: 'full account' })
  const { admin, enrolment, factors, trustedDevices } = world.twoFactor
  const ada = await enrolTotp(world)
  const { proof } = ada
  const phone = await enrolSms(world, 'ada', PHONE, { proof })
  const key = passkey ? await enrolPasskey(world, 'ada', { proof, passkey: fakePasskey(PASSKEY) }) : null
  if (key !== null) must(await factors.prefer({ userId: 'ada', factorId: ada.factor.id, proof }), 'preferred')
  const trustedDeviceToken = await trustedBrowser(world, ada)
  const pendingPhone = must(await enrolment.beginSms({ userId: 'ada', phoneNumber: OTHER_PHONE, proof }), 'started')
  const pendingApp = must(await enrolment.beginTotp({ userId: 'ada', accountName: 'ada', proof }), 'started')
  const { token } = await begin(world, 'ada')
  const { token: textToken } = await begin(world, 'ada', { factorId: phone.factor.id })
  const byPasskey = key === null ? null : await begin(world, 'ada', { factorId: key.factor.id })
  const { devices } = await trustedDevices.list({ userId: 'ada' })
  const { pass } = must(await admin.issueAccessPass({ userId: 'ada', actor: 'staff' }), 'issued')
  const belongings = {
    app: ada.app,
    appUri: ada.uri,
    appFactorId: ada.factor.id,
    phoneFactorId: phone.factor.id,
    recoveryCodes: ada.recoveryCodes,
    accessPass: pass,
    proof,
    token,
    textToken,
    textCode: world.inbox.lastCode(PHONE),
    trustedDeviceToken,
    deviceId: devices[0]?.id ?? '',
    pendingApp: authenticator(pendingApp.uri),
    pendingAppUri: pendingApp.uri,
    pendingAppId: pendingApp.enrolmentId,
    pendingPhoneId: pendingPhone.enrolmentId,
    pendingPhoneCode: world.inbox.lastCode(OTHER_PHONE),
    passkeyFactorId: key?.factor.id ?? '',
    passkeyToken: byPasskey?.token ?? '',
    passkeyChallenge: byPasskey?.passkey?.challenge ?? '',
    pendingPasskeyId: '',
    pendingPasskeyResponse: null,
  }
  const given = pending === 'app' ? belongings : { ...belongings, ...(await beginAnotherPasskey(world, proof)) }
  world.clock.advanceSeconds(60)
  return { ...given, data: world.data, now: world.clock.now() }
}

/** Two enrolments may be pending, so the one of the phone is begun again after this ended the older one. */
async function beginAnotherPasskey(
  { twoFactor, inbox }: World,
  proof: string,
): Promise<Pick<Belongings, 'pendingPasskeyId' | 'pendingPasskeyResponse' | 'pendingPhoneId' | 'pendingPhoneCode'>> {
  const { enrolment } = twoFactor
  const begun = must(await enrolment.beginPasskey({ userId: 'ada', accountName: 'ada', proof }), 'started')
  const phone = must(await enrolment.beginSms({ userId: 'ada', phoneNumber: OTHER_PHONE, proof }), 'started')
  return {
    pendingPasskeyId: begun.enrolmentId,
    pendingPasskeyResponse: fakePasskey('another security key').create(begun.options),
    pendingPhoneId: phone.enrolmentId,
    pendingPhoneCode: inbox.lastCode(OTHER_PHONE),
  }
}

const originals = new Map<string, Promise<Original>>()

/** Ada's account, a copy for every test: nothing was heard, sent or counted in it yet. */
export async function makeFullAccount({
  passkey,
  pending,
  ...options
}: FullAccountOptions & WorldOptions = {}): Promise<FullAccount> {
  const wanted = { ...(passkey !== undefined && { passkey }), ...(pending !== undefined && { pending }) }
  const name = JSON.stringify(wanted)
  const original = originals.get(name) ?? buildOriginal(wanted)
  originals.set(name, original)
  const { data, now, ...belongings } = await original
  const world = makeWorld({ data: await copyOf(data), at: now, seed: 'copy', ...options })
  const appCode = (): string => belongings.app.code(world.clock)
  const key = fakePasskey(PASSKEY)
  const { passkeyChallenge: challenge } = belongings
  return {
    ...belongings,
    world,
    appCode,
    wrongAppCode: () => wrongCode(appCode()),
    passkeyResponse: () => key.get({ challenge }),
  }
}
