import { createHash, randomBytes } from 'node:crypto'
import type { Challenged, Clock, Delivery, Locked, Suspended } from 'countersign'

const LONGEST_MS = 12 * 60 * 60 * 1000
const LONGEST_IDLE_MS = 60 * 60 * 1000

/** What `challenge.begin` answers when it asks for something; somebody without a factor may owe the access pass of staff. */
export type Asked = Challenged | Locked | Suspended | PassRequired

/** An access pass is to be typed before anything is enrolled. */
export interface PassRequired {
  readonly status: 'pass-required'
  readonly token: string
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
      readonly replaces: string | null
    }
  | {
      readonly kind: 'sms'
      readonly enrolmentId: string
      readonly destination: string
      readonly delivery: Delivery
      readonly replaces: string | null
    }

/** Someone who is signed in, from approval to sign-out. */
export interface Session {
  readonly userId: string
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
  /** New recovery codes, until the person says they have kept them. */
  recoveryCodes: readonly string[] | null
  /** What to tell on the next page. */
  notice: string | null
}

export interface Sessions {
  /** Starts a session; `id` is for the cookie. */
  start(userId: string): { readonly id: string; readonly session: Session }
  find(id: string): Session | null
  /** Gives a session a new id; the old one opens nothing any more. */
  renew(session: Session): string
  end(session: Session): void
  /** Ends all of a person's sessions, but for one of them. */
  endAll(userId: string, except?: Session): void
}

/** Keeps sessions in memory, under a digest of their ids: a restart signs everyone out, and signs nobody's factor away. */
export function createSessions(clock: Clock): Sessions {
  const sessions = new Map<string, Session>()

  const isLive = (session: Session): boolean => {
    const now = clock.now()
    return now - session.startedAt < LONGEST_MS && now - session.seenAt < LONGEST_IDLE_MS
  }
  const endWhere = (isOver: (session: Session) => boolean): void => {
    for (const [key, session] of sessions) if (isOver(session)) sessions.delete(key)
  }
  const keep = (session: Session): string => {
    const id = newId()
    sessions.set(digestOf(id), session)
    return id
  }

  return {
    start(userId) {
      endWhere((session) => !isLive(session))
      const now = clock.now()
      const session: Session = {
        userId,
        binding: newId(),
        startedAt: now,
        seenAt: now,
        proof: null,
        enrolment: null,
        stepUp: null,
        afterStepUp: '/account',
        recoveryCodes: null,
        notice: null,
      }
      return { id: keep(session), session }
    },
    find(id) {
      const session = sessions.get(digestOf(id))
      if (session === undefined || !isLive(session)) return null
      session.seenAt = clock.now()
      return session
    },
    renew(session) {
      endWhere((other) => other === session)
      return keep(session)
    },
    end: (session) => {
      endWhere((other) => other === session)
    },
    endAll: (userId, except) => {
      endWhere((session) => session.userId === userId && session !== except)
    },
  }
}

function newId(): string {
  return randomBytes(32).toString('base64url')
}

function digestOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url')
}
