import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { Approved, TwoFactor } from 'countersign'
import { toListener } from './node-http.js'
import { describePayment } from './portal/site.js'
import { answerChallenge } from './web/answer.js'
import type { Form } from './web/host.js'
import { answer, answerOf, readForm, text } from './web/json.js'

/** What the application around it has. */
export interface MobileHost {
  readonly twoFactor: TwoFactor
  /** Whose `{ email, password }` this is, or null. Limit the tries. */
  firstFactor(form: Form): Promise<string | null>
  /** What the authenticator app shows beside the issuer, such as the e-mail address. */
  accountNameOf(userId: string): string
  pay(userId: string, action: string): void
  onFault(error: unknown): void
}

interface Call {
  readonly form: Form
  /** What the app sent as `authorization: Bearer …`. */
  readonly session: string
  readonly clientAddress: string | undefined
}

type MemberCall = Call & { readonly userId: string }

/**
 * A JSON API for apps. There are no cookies: the app carries every token itself, and keeps those of its session and of the trusted
 * device in the keychain. So no page elsewhere can post on anybody's behalf, and there is no origin to look at.
 */
export function createApp(host: MobileHost): Server {
  const { challenge, enrolment, account } = host.twoFactor
  /** In memory; yours are in a database, under a digest, and end. */
  const sessions = new Map<string, string>()

  function signIn(userId: string, approved?: Approved): Response {
    const session = randomBytes(32).toString('base64url')
    sessions.set(session, userId)
    const { proof = null, trustedDevice = null, enrolmentRequired = false } = approved ?? {}
    const trustedDeviceToken = trustedDevice?.token ?? null
    return answer(200, { status: 'signed-in', session, proof, trustedDeviceToken, enrolmentRequired })
  }

  const everyone: Readonly<Record<string, (call: Call) => Promise<Response>>> = {
    /** `{ email, password, trustedDeviceToken }` → `signed-in`, or what to ask for with its `token`. */
    async '/sign-in'({ form, clientAddress }) {
      const userId = await host.firstFactor(form)
      if (userId === null) return answer(401, { status: 'wrong-password' })
      const asked = await challenge.begin({
        userId,
        trustedDeviceToken: text(form['trustedDeviceToken']),
        clientAddress,
      })
      if (asked.status === 'not-required' || asked.status === 'trusted') return signIn(userId)
      return answerOf(asked) // `enrolment-required` as well: its token takes the access pass that staff issued
    },
    /** `{ token }` with `{ code }`, `{ response }` or `{ recoveryCode }`, and `{ deviceName }` to trust the device → `signed-in`. */
    async '/sign-in/verify'({ form, clientAddress }) {
      const trustDevice = form['deviceName'] === undefined ? undefined : { name: text(form['deviceName']) }
      const input = { token: text(form['token']), trustDevice, clientAddress }
      const result = await answerChallenge(host.twoFactor, form, input)
      if (result.status === 'rejected') return answerOf(result)
      return result.purpose === 'sign-in' ? signIn(result.userId, result) : answer(401, { status: 'rejected' })
    },
    /** `{ token }` of a sign-in or a payment → another text. */
    '/resend': async ({ form, clientAddress }) =>
      answerOf(await challenge.resend({ token: text(form['token']), clientAddress })),
    /** `{ token, factorId }` → another factor, and the `token` that goes with it. */
    async '/switch'({ form, clientAddress }) {
      const [token, factorId] = [text(form['token']), text(form['factorId'])]
      return answerOf(await challenge.switchFactor({ token, factorId, clientAddress }))
    },
  }

  const members: Readonly<Record<string, (call: MemberCall) => Promise<Response>>> = {
    '/account': async ({ userId }) => answerOf(await account.status({ userId })),
    /** `{ proof }`, once there is a factor → the secret, for the authenticator app on the same phone, and `enrolmentId`. */
    '/enrol/app': async ({ userId, form }) => answerOf(await enrolment.beginTotp(named(userId, form))),
    /** `{ proof }` → `options`, for the system's passkey sheet. */
    '/enrol/passkey': async ({ userId, form }) => answerOf(await enrolment.beginPasskey(named(userId, form))),
    /** `{ phoneNumber, proof }` */
    async '/enrol/text'({ userId, form, clientAddress }) {
      const phoneNumber = text(form['phoneNumber'])
      return answerOf(await enrolment.beginSms({ ...named(userId, form), phoneNumber, clientAddress }))
    },
    /** `{ enrolmentId }` with `{ code }` or `{ response }` → `proof`, and with the first factor `recoveryCodes`, never shown again. */
    async '/enrol/confirm'({ userId, session: mine, form, clientAddress }) {
      const given = form['response'] === undefined ? { code: text(form['code']) } : { response: form['response'] }
      const enrolmentId = text(form['enrolmentId'])
      const result = await enrolment.confirm({ userId, enrolmentId, clientAddress, ...given })
      if (result.status === 'confirmed' && result.recoveryCodes !== null)
        // Whoever else is signed in got there by the password alone.
        for (const [session, owner] of sessions) if (owner === userId && session !== mine) sessions.delete(session)
      return answerOf(result)
    },
    /** `{ amount, payee }` → 401 with a `token`; the same with `{ token, code }` → `paid`, once. */
    async '/payments'({ userId, form, clientAddress }) {
      const action = describePayment(form)
      if (action === null) return answer(400, { status: 'malformed' })
      if (form['token'] === undefined) {
        const step = { purpose: 'step-up', binding: action, summary: action, required: true } as const
        const asked = await challenge.begin({ userId, clientAddress, ...step })
        return answer(asked.status === 'enrolment-required' ? 403 : 401, asked)
      }
      const input = { token: text(form['token']), binding: action, clientAddress }
      const result = await answerChallenge(host.twoFactor, form, input)
      if (result.status === 'rejected') return answerOf(result)
      if (result.userId !== userId || result.purpose !== 'step-up') return answer(401, { status: 'rejected' })
      host.pay(userId, action)
      return answer(200, { status: 'paid' })
    },
    async '/sign-out'({ session }) {
      sessions.delete(session)
      return answer(200, { status: 'signed-out' })
    },
  }

  function named(userId: string, form: Form) {
    return { userId, accountName: host.accountNameOf(userId), proof: text(form['proof']) }
  }

  async function handle(request: Request, { socket }: IncomingMessage): Promise<Response> {
    const form = request.method === 'POST' ? await readForm(request) : answer(404, { status: 'not-found' })
    if (form instanceof Response) return form
    const { pathname } = new URL(request.url)
    const session = request.headers.get('authorization')?.replace(/^Bearer /, '') ?? ''
    const call = { form, session, clientAddress: socket.remoteAddress }
    const [open, member, userId] = [everyone[pathname], members[pathname], sessions.get(session)]
    if (open !== undefined) return open(call)
    if (member === undefined) return answer(404, { status: 'not-found' })
    return userId === undefined ? answer(401, { status: 'signed-out' }) : member({ ...call, userId })
  }

  return createServer(toListener(handle, host.onFault))
}
