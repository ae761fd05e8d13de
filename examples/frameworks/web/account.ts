import { readCookie } from './cookies.js'
import type { MemberRoute } from './host.js'
import { answer, answerOf, text } from './json.js'
import { withProof } from './step-up.js'

/** `GET /account`: what a page may show of somebody's own second factor. */
export const show: MemberRoute = async ({ twoFactor }, { request }, { userId, accountName, mayOnlyEnrol }) => {
  const token = readCookie(request, twoFactor.trustedDevices.cookieName({ userId }))
  const [account, { devices }] = await Promise.all([
    twoFactor.account.status({ userId }),
    twoFactor.trustedDevices.list({ userId, token }),
  ])
  return answer(200, { ...account, accountName, mayOnlyEnrol, trustedDevices: devices })
}

/** `POST /account/disable`: switches it off, unless this user must have it, be it from a later day on. */
export const disable: MemberRoute = (host, visit, session) => {
  const { userId } = session
  return withProof(host, visit, session, async (proof = '') => {
    const required = (await host.isRequired(userId)) !== false
    return host.twoFactor.account.disable({ userId, proof, required })
  })
}

/** `POST /factors/remove { factorId }`. */
export const removeFactor: MemberRoute = (host, visit, session) => {
  const { userId } = session
  const factorId = text(visit.form['factorId'])
  return withProof(host, visit, session, async (proof = '') => {
    const required = (await host.isRequired(userId)) !== false
    return host.twoFactor.factors.remove({ userId, factorId, proof, required })
  })
}

/** `POST /factors/prefer { factorId }`: signing in asks for it first. */
export const preferFactor: MemberRoute = (host, visit, session) => {
  const factorId = text(visit.form['factorId'])
  return withProof(host, visit, session, (proof = '') =>
    host.twoFactor.factors.prefer({ userId: session.userId, factorId, proof }),
  )
}

/** `POST /factors/rename { factorId, name }`. */
export const renameFactor: MemberRoute = async ({ twoFactor }, { form }, { userId }) => {
  const input = { userId, factorId: text(form['factorId']), name: text(form['name']) }
  return answerOf(await twoFactor.factors.rename(input))
}

/** `POST /recovery-codes/regenerate`: ten new ones, to be shown now and never again. */
export const regenerateCodes: MemberRoute = (host, visit, session) =>
  withProof(host, visit, session, (proof = '') =>
    host.twoFactor.recoveryCodes.regenerate({ userId: session.userId, proof }),
  )

/** `POST /recovery-codes/acknowledge`, once the person says that the codes are kept. */
export const acknowledgeCodes: MemberRoute = async ({ twoFactor }, _visit, { userId }) =>
  answerOf(await twoFactor.recoveryCodes.acknowledge({ userId }))

/** `POST /trusted-devices/revoke { deviceId }`, or all of them without one. */
export const revokeDevices: MemberRoute = async ({ twoFactor }, { form }, { userId }) => {
  const { revoke, revokeAll } = twoFactor.trustedDevices
  if (form['deviceId'] === undefined) return answerOf(await revokeAll({ userId }))
  return answerOf(await revoke({ userId, deviceId: text(form['deviceId']) }))
}
