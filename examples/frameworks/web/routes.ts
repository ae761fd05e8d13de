import * as account from './account.js'
import * as enrolment from './enrolment.js'
import type { MemberRoute, Route } from './host.js'
import * as signIn from './sign-in.js'

/** For everyone. */
export const publicRoutes: Readonly<Record<string, Route>> = {
  'POST /sign-in': signIn.begin,
  'POST /sign-in/verify': signIn.verify,
  'POST /sign-in/resend': signIn.resend('challenge'),
  'POST /sign-in/switch': signIn.switchFactor('challenge'),
  'POST /sign-out': signIn.signOut,
}

/** For people who are signed in, even if they may do nothing but enrol. */
export const enrolmentRoutes: Readonly<Record<string, MemberRoute>> = {
  'GET /account': account.show,
  'POST /recovery-codes/acknowledge': account.acknowledgeCodes,
  'GET /enrol': enrolment.resume,
  'POST /enrol/app': enrolment.beginApp,
  'POST /enrol/text': enrolment.beginText,
  'POST /enrol/passkey': enrolment.beginPasskey,
  'POST /enrol/resend': enrolment.resend,
  'POST /enrol/cancel': enrolment.cancel,
  'POST /enrol/confirm': enrolment.confirm,
  'POST /step-up/resend': signIn.resend('step-up'),
  'POST /step-up/switch': signIn.switchFactor('step-up'),
}

/** For those of them who may do all. */
export const memberRoutes: Readonly<Record<string, MemberRoute>> = {
  'POST /account/disable': account.disable,
  'POST /factors/prefer': account.preferFactor,
  'POST /factors/remove': account.removeFactor,
  'POST /factors/rename': account.renameFactor,
  'POST /recovery-codes/regenerate': account.regenerateCodes,
  'POST /trusted-devices/revoke': account.revokeDevices,
}
