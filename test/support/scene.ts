import type { Store } from '../../src/interfaces/store.js'
import { authenticator, type Authenticator } from '../../src/testing/index.js'
import { must, wrongCode } from './outcome.js'
import { begin, enrolSms, enrolTotp, PHONE, trustedBrowser } from './people.js'
import { copyOf, makeWorld, type World, type WorldOptions } from './world.js'

export const OTHER_PHONE = '+447400123456'

/** What was handed out to Ada, who has an app and a phone, an open challenge for each, a trusted browser and two enrolments. */
interface Belongings {
  readonly app: Authenticator
  readonly appUri: string
  readonly appFactorId: string
  readonly phoneFactorId: string
  readonly recoveryCodes: readonly string[]
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
}

export interface Scene extends Belongings {
  readonly world: World
  /** What Ada's app shows now: not used yet. */
  appCode(): string
  wrongAppCode(): string
}

interface Original extends Belongings {
  readonly data: Store
  readonly now: number
}

async function buildOriginal(): Promise<Original> {
  const world = makeWorld({ seed: 'scene' })
  const { enrolment, trustedDevices } = world.twoFactor
  const ada = await enrolTotp(world)
  const phone = await enrolSms(world, 'ada', PHONE, { proof: ada.proof })
  const trustedDeviceToken = await trustedBrowser(world, ada)
  const { proof } = ada
  const pendingPhone = must(await enrolment.beginSms({ userId: 'ada', phoneNumber: OTHER_PHONE, proof }), 'started')
  const pendingApp = must(await enrolment.beginTotp({ userId: 'ada', accountName: 'ada', proof }), 'started')
  const { token } = await begin(world, 'ada')
  const { token: textToken } = await begin(world, 'ada', { factorId: phone.factor.id })
  const { devices } = await trustedDevices.list({ userId: 'ada' })
  world.clock.advanceSeconds(60)
  return {
    data: world.data,
    now: world.clock.now(),
    app: ada.app,
    appUri: ada.uri,
    appFactorId: ada.factor.id,
    phoneFactorId: phone.factor.id,
    recoveryCodes: ada.recoveryCodes,
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
  }
}

let original: Promise<Original> | undefined

/** Ada's scene, a copy for every test: nothing was heard, sent or counted in it yet. */
export async function makeScene(options: WorldOptions = {}): Promise<Scene> {
  original ??= buildOriginal()
  const { data, now, ...belongings } = await original
  const world = makeWorld({ data: await copyOf(data), at: now, seed: 'copy', ...options })
  const appCode = (): string => belongings.app.code(world.clock)
  return { ...belongings, world, appCode, wrongAppCode: () => wrongCode(appCode()) }
}
