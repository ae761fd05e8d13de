import type { Challenged, Rejected } from 'countersign'
import { answerChallenge } from './answer.js'
import { cookie, drop, keep, readCookie, type CookieName } from './cookies.js'
import type { Host, Route, Visit } from './host.js'
import { answer, answerOf, text } from './json.js'

/** What the library, or the access pass that staff issued, asks for. */
interface Asked {
  readonly status: string
  readonly token: string
}

/** `POST /sign-in`, with whatever the first factor takes. */
export const begin: Route = async (host, { request, form, clientAddress }) => {
  const { challenge, trustedDevices } = host.twoFactor
  const userId = await host.firstFactor(form, request)
  if (userId === null) return answer(401, { status: 'wrong-password' })
  const trustedDeviceToken = readCookie(request, trustedDevices.cookieName({ userId }))
  const required = await host.isRequired(userId)
  const asked = await challenge.begin({ userId, trustedDeviceToken, clientAddress, required })
  switch (asked.status) {
    case 'not-required':
    case 'trusted':
      return signedIn(host, userId, false)
    case 'enrolment-required':
      // Staff issued an access pass: `/sign-in/verify` takes it as a recovery code, and nothing else leads to enrolment.
      if (asked.token !== null) return ask('challenge', { status: 'access-pass-required', token: asked.token })
      return signedIn(host, userId, asked.graceEndsAt === null)
    case 'challenged':
    case 'locked':
    case 'suspended':
      return ask('challenge', asked)
  }
}

/** `POST /sign-in/verify { code }`, `{ response }` or `{ recoveryCode }`, with `{ trustDevice: true, deviceName }` if wished. */
export const verify: Route = async (host, { request, form, clientAddress }) => {
  const token = readCookie(request, 'challenge') ?? ''
  const trustDevice = form['trustDevice'] === true ? { name: text(form['deviceName']) } : undefined
  const result = await answerChallenge(host.twoFactor, form, { token, trustDevice, clientAddress })
  if (result.status === 'rejected') return answerOf(result)
  if (result.purpose !== 'sign-in') return answer(401, { status: 'rejected', reason: 'unknown-challenge' })
  const { userId, enrolmentRequired, proof, trustedDevice: device } = result
  const trusted = device === null ? [] : [cookie(device.cookieName, device.token, device.maxAgeSeconds)]
  return signedIn(host, userId, enrolmentRequired, [keep('proof', proof), ...trusted])
}

/** `POST /sign-in/resend`, and the same for a step-up: another text. */
export function resend(name: CookieName): Route {
  return async ({ twoFactor }, visit) => answerOf(await twoFactor.challenge.resend(open(name, visit)))
}

/** `POST /sign-in/switch { factorId }`, and the same for a step-up: another factor. */
export function switchFactor(name: CookieName): Route {
  return async ({ twoFactor }, visit) => {
    const input = { ...open(name, visit), factorId: text(visit.form['factorId']) }
    const result: Challenged | Rejected = await twoFactor.challenge.switchFactor(input)
    return result.status === 'rejected' ? answerOf(result) : ask(name, result)
  }
}

/** `POST /sign-out`. The computer stays trusted. */
export const signOut: Route = async (host, { request }) => {
  const cookies = (['challenge', 'step-up', 'enrolment', 'proof'] as const).map(drop)
  return answer(200, { status: 'signed-out' }, [await host.sessions.end(request), ...cookies])
}

/** The page hears all but the token. */
export function ask(name: CookieName, { token, ...page }: Asked, status = 200): Response {
  return answer(status, page, [keep(name, token)])
}

function open(name: CookieName, { request, clientAddress }: Visit) {
  return { token: readCookie(request, name) ?? '', clientAddress }
}

/** Only here does a session begin. */
async function signedIn(
  host: Host<never>,
  userId: string,
  mayOnlyEnrol: boolean,
  cookies: readonly string[] = [drop('proof')],
): Promise<Response> {
  const line = await host.sessions.start(userId, { mayOnlyEnrol })
  return answer(200, { status: 'signed-in', mayOnlyEnrol }, [line, drop('challenge'), ...cookies])
}
