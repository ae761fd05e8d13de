import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from 'countersign'
import { readCookie } from '../web/cookies.js'
import type { Session, Sessions } from '../web/host.js'

const LIFETIME_SECONDS = 12 * 60 * 60

/** Sessions in memory, under a digest of their ids: a restart signs everyone out. Keep yours where your framework does. */
export function createSessions(accountNameOf: (userId: string) => string, clock: Clock): Sessions {
  const sessions = new Map<string, Session & { readonly endsAt: number }>()
  const endWhere = (isOver: (session: Session & { readonly endsAt: number }) => boolean): void => {
    for (const [key, session] of sessions) if (isOver(session)) sessions.delete(key)
  }
  const keyOf = (request: Request): string => digestOf(readCookie(request, 'session') ?? '')

  return {
    async start(userId, { mayOnlyEnrol }) {
      const id = randomBytes(32).toString('base64url')
      const endsAt = clock.now() + LIFETIME_SECONDS * 1000
      endWhere((session) => session.endsAt <= clock.now())
      sessions.set(digestOf(id), { userId, accountName: accountNameOf(userId), mayOnlyEnrol, endsAt })
      return line(id, LIFETIME_SECONDS)
    },
    async find(request) {
      const session = sessions.get(keyOf(request))
      return session !== undefined && session.endsAt > clock.now() ? session : null
    },
    async end(request) {
      sessions.delete(keyOf(request))
      return line('', 0)
    },
    async endAll(userId) {
      endWhere((session) => session.userId === userId)
    },
  }
}

/** Lax, so that whoever follows a link from an e-mail is still signed in. */
function line(id: string, maxAgeSeconds: number): string {
  return `__Host-session=${id}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}`
}

function digestOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url')
}
