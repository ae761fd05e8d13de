import type { Refused, StartedPasskey, StartedSms, StartedTotp } from 'countersign'
import { qrSvg } from 'countersign/qr'
import { drop, keep, readCookie } from './cookies.js'
import type { Form, MemberRoute, Visit } from './host.js'
import { answer, answerOf, text } from './json.js'
import { withProof } from './step-up.js'

/** `POST /enrol/app`: a barcode, and its secret for typing it over. Like the other two with `name` and `replaces`, if wished. */
export const beginApp: MemberRoute = (host, visit, session) => {
  const { userId, accountName } = session
  return withProof(host, visit, session, async (proof) =>
    started(await host.twoFactor.enrolment.beginTotp({ userId, accountName, proof, ...chosen(visit.form) })),
  )
}

/** `POST /enrol/text { phoneNumber }`: a text with a code. */
export const beginText: MemberRoute = (host, visit, session) => {
  const { form, clientAddress } = visit
  const { defaultCountry } = host
  const number = { phoneNumber: text(form['phoneNumber']), defaultCountry, clientAddress }
  return withProof(host, visit, session, async (proof) =>
    started(await host.twoFactor.enrolment.beginSms({ userId: session.userId, proof, ...number, ...chosen(form) })),
  )
}

/** `POST /enrol/passkey`: options for the browser. */
export const beginPasskey: MemberRoute = (host, visit, session) => {
  const { userId, accountName } = session
  return withProof(host, visit, session, async (proof) =>
    started(await host.twoFactor.enrolment.beginPasskey({ userId, accountName, proof, ...chosen(visit.form) })),
  )
}

/** `GET /enrol`: the same once more, after the page was loaded again. */
export const resume: MemberRoute = async ({ twoFactor }, visit, { userId }) => {
  const outcome = await started(await twoFactor.enrolment.resume({ userId, enrolmentId: pending(visit) }))
  return outcome instanceof Response ? outcome : answerOf(outcome)
}

/** `POST /enrol/resend`: another text. */
export const resend: MemberRoute = async ({ twoFactor }, visit, { userId }) => {
  const { clientAddress } = visit
  return answerOf(await twoFactor.enrolment.resend({ userId, enrolmentId: pending(visit), clientAddress }))
}

/** `POST /enrol/cancel`. */
export const cancel: MemberRoute = async ({ twoFactor }, visit, { userId }) =>
  answerOf(await twoFactor.enrolment.cancel({ userId, enrolmentId: pending(visit) }), [drop('enrolment')])

/** `POST /enrol/confirm { code }` or `{ response }`. With the first factor come ten recovery codes, to be shown now and never again. */
export const confirm: MemberRoute = async (host, visit, { userId, mayOnlyEnrol }) => {
  const { form, clientAddress } = visit
  const given = form['response'] === undefined ? { code: text(form['code']) } : { response: form['response'] }
  const enrolmentId = pending(visit)
  const result = await host.twoFactor.enrolment.confirm({ userId, enrolmentId, clientAddress, ...given })
  if (result.status === 'rejected') return answerOf(result)
  const { proof, ...page } = result
  const cookies = [drop('enrolment'), keep('proof', proof)]
  if (page.recoveryCodes !== null || mayOnlyEnrol) {
    // Whoever else is signed in got there by the password alone.
    await host.sessions.endAll(userId)
    cookies.push(await host.sessions.start(userId, { mayOnlyEnrol: false }))
  }
  return answer(200, page, cookies)
}

/** The page hears all but the id, and of a barcode also its picture. */
async function started(begun: StartedTotp | StartedSms | StartedPasskey | Refused): Promise<Refused | Response> {
  if (begun.status === 'refused') return begun
  const { enrolmentId, ...page } = begun
  const shown = 'uri' in page ? { ...page, qr: await qrSvg(page.uri) } : page
  return answer(200, shown, [keep('enrolment', enrolmentId)])
}

function pending({ request }: Visit): string {
  return readCookie(request, 'enrolment') ?? ''
}

function chosen({ name, replaces }: Form) {
  return {
    ...(name !== undefined && { name: text(name) }),
    ...(replaces !== undefined && { replaces: text(replaces) }),
  }
}
