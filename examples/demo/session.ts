import { createHash, randomBytes } from 'node:crypto'
import type { Challenged, Clock, Delivery, Locked, PasskeyCreationOptions, Suspended } from 'countersign'

const LONGEST_MS = 12 * 60 * 60 * 1000
const LONGEST_IDLE_MS = 60 * 60 * 1000
const ENDINGS_KEPT_MS = 24 * 60 * 60 * 1000

/** What `challenge.begin` answers when it asks for something; somebody without a factor may owe the access pass of staff. */
export type Asked = Challenged | Locked | Suspended | PassRequired

/** An access pass is to be typed before anything is enrolled. */
export interface PassRequired {
  readonly status: 'pass-required'
  readonly token: string
  readonly expiresAt: number
}

/** An access pass that the owner has yet to hand over. */
export interface KeptPass {
  readonly userId: string
  readonly pass: string
  readonly expiresAt: number
}

/** A proof and what it was bound to. */
export interface KeptProof {
  readonly proof: string
  readonly binding: string | undefined
}

/** What the pages of an enrolment show between its beginning and its confirmation. */
export type PendingEnrolment =
  | {
      readonly kind: 'totp'
      readonly enrolmentId: string
      readonly secret: string
      readonly uri: string
      readonly expiresAt: number
      readonly replaces: string | null
    }
  | {
      readonly kind: 'sms'
      readonly enrolmentId: string
      /** Whole and in international form, so that a slip of the finger is seen. */
      readonly number: string
      readonly delivery: Delivery
      readonly expiresAt: number
      readonly replaces: string | null
    }
  | {
      readonly kind: 'passkey'
      readonly enrolmentId: string
      readonly options: PasskeyCreationOptions
      readonly replaces: string | null
    }

/** What is known of the browser that a session is in. */
export interface SessionOrigin {
  readonly browser: string
  /** As the proxy in front says it; null when none does. */
  readonly place: string | null
}

/** Someone who is signed in, from approval to sign-out. */
export interface Session extends SessionOrigin {
  readonly userId: string
  /** Names this session in its forms. */
  readonly name: string
  /** Names this session to Countersign. Not the cookie's value: what opens a session is for the cookie alone. */
  readonly binding: string
  readonly startedAt: number
  seenAt: number
  /** Shows that a second factor was given just now; Countersign says for how long. */
  proof: KeptProof | null
  enrolment: PendingEnrolment | null
  stepUp: Asked | null
  /** The page that asked for the step-up challenge. */
  afterStepUp: string
  /** The access pass that was just issued to somebody of the team. */
  accessPass: KeptPass | null
  /** New recovery codes, until the person says they have kept them. */
  recoveryCodes: readonly string[] | null
}

/** Why a session is over. */
export type Ending = 'signed-out' | 'idle' | 'too-long' | 'security' | 'elsewhere' | 'restart'

export interface Sessions {
  /** Starts a session; `id` is for the cookie. */
  start(userId: string, origin: SessionOrigin): { readonly id: string; readonly session: Session }
  find(id: string): Session | null
  /** Gives a session a new id; the old one opens nothing any more. */
  renew(session: Session): string
  end(session: Session, why?: Ending): void
  /** A person's sessions, the one seen last first. */
  of(userId: string): readonly Session[]
  /** Ends all of a person's sessions, but for one of them. */
  endAll(userId: string, except?: Session, why?: Ending): void
  /** Why the session with this id is over; null when that is not known, as of a made-up one. */
  endingOf(id: string): Ending | null
  /** Why the session is over that a form names, which was shown in this run of the server. */
  endingNamed(name: string, run: string): Ending | null
  /** Recovery codes that a person's other sessions still have to show: an answer that was lost must not take them along. */
  unkeptCodes(userId: string): readonly string[] | null
  /** They were kept, or are replaced: no session shows them any more. */
  forgetCodes(userId: string): void
}

/** Keeps sessions in memory, under a digest of their ids: a restart signs everyone out, and signs nobody's factor away. */
export function createSessions(clock: Clock, run: string): Sessions {
  const sessions = new Map<string, Session>()
  /** By name and by digest of the id, for as long as somebody may come back with either. */
  const endings = new Map<string, { readonly why: Ending; readonly at: number }>()

  const overBy = (session: Session): Ending | null => {
    const now = clock.now()
    if (now - session.startedAt >= LONGEST_MS) return 'too-long'
    return now - session.seenAt >= LONGEST_IDLE_MS ? 'idle' : null
  }
  const endWhere = (endingFor: (session: Session) => Ending | null): void => {
    const at = clock.now()
    for (const [key, ending] of endings) if (at - ending.at >= ENDINGS_KEPT_MS) endings.delete(key)
    for (const [key, session] of sessions) {
      const why = endingFor(session)
      if (why === null) continue
      sessions.delete(key)
      for (const name of [key, session.name]) endings.set(name, { why, at })
    }
  }
  const keep = (session: Session): string => {
    // The run, so that a cookie from before a restart is known for what it is.
    const id = `${run}.${newId()}`
    sessions.set(digestOf(id), session)
    return id
  }

  return {
    start(userId, origin) {
      endWhere(overBy)
      const now = clock.now()
      const session: Session = {
        ...origin,
        userId,
        name: randomBytes(9).toString('base64url'),
        binding: newId(),
        startedAt: now,
        seenAt: now,
        proof: null,
        enrolment: null,
        stepUp: null,
        afterStepUp: '/account',
        accessPass: null,
        recoveryCodes: null,
      }
      return { id: keep(session), session }
    },
    find(id) {
      const session = sessions.get(digestOf(id))
      if (session === undefined) return null
      if (overBy(session) !== null) {
        endWhere((other) => (other === session ? overBy(other) : null))
        return null
      }
      session.seenAt = clock.now()
      return session
    },
    renew(session) {
      for (const [key, other] of sessions) if (other === session) sessions.delete(key)
      return keep(session)
    },
    end: (session, why = 'signed-out') => {
      endWhere((other) => (other === session ? why : null))
    },
    of(userId) {
      endWhere(overBy)
      return [...sessions.values()].filter((session) => session.userId === userId).sort((a, b) => b.seenAt - a.seenAt)
    },
    endAll: (userId, except, why = 'security') => {
      endWhere((session) => (session.userId === userId && session !== except ? why : null))
    },
    endingOf(id) {
      const ending = endings.get(digestOf(id))
      if (ending !== undefined) return ending.why
      return /^[\w-]{8}\.[\w-]{43}$/.test(id) && !id.startsWith(`${run}.`) ? 'restart' : null
    },
    endingNamed: (name, formRun) => (formRun === run ? (endings.get(name)?.why ?? null) : 'restart'),
    unkeptCodes(userId) {
      const owing = [...sessions.values()].find((other) => other.userId === userId && other.recoveryCodes !== null)
      return owing?.recoveryCodes ?? null
    },
    forgetCodes(userId) {
      for (const session of sessions.values()) if (session.userId === userId) session.recoveryCodes = null
    },
  }
}

function newId(): string {
  return randomBytes(32).toString('base64url')
}

function digestOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url')
}
