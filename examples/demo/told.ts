import { createHash } from 'node:crypto'
import type { Clock } from 'countersign'

const KEPT_MS = 10 * 60 * 1000
const KEPT_PER_BROWSER = 8

/** What a page tells once, after a form: how it went, at which field, and what had been typed. */
export interface Told {
  readonly tone: 'notice' | 'success' | 'warning' | 'error'
  readonly text: string
  /** The field that it is about. */
  readonly field?: string
  /** What was typed and may be shown again: never a password, never a code. */
  readonly typed?: Readonly<Record<string, string>>
  /** Tells it to this person alone, by the digest of `csrf.ts`. */
  readonly who?: string
}

/**
 * Carries a sentence from a form to the page it leads to. A page that was posted for can then be reloaded, and gone back
 * to, without posting again. In memory, by browser and page, so that another tab does not take the sentence away.
 */
export interface TellOnce {
  tell(browser: string, path: string, told: Told): void
  /** Takes what is to be told on this page. */
  take(browser: string, path: string, who: string): Told | null
  /** Looks without taking. */
  peek(browser: string, path: string): Told | null
}

export function createTellOnce(clock: Clock): TellOnce {
  type Entry = readonly [path: string, told: Told, at: number]
  const kept = new Map<string, readonly Entry[]>()
  const live = (key: string): readonly Entry[] => (kept.get(key) ?? []).filter(([, , at]) => clock.now() - at < KEPT_MS)
  const find = (browser: string, path: string): Told | null =>
    live(digestOf(browser)).find(([forPath]) => forPath === path)?.[1] ?? null

  return {
    tell(browser, path, told) {
      for (const key of kept.keys()) if (live(key).length === 0) kept.delete(key)
      const key = digestOf(browser)
      const others = live(key).filter(([forPath]) => forPath !== path)
      kept.set(key, [[path, told, clock.now()] as const, ...others].slice(0, KEPT_PER_BROWSER))
    },
    take(browser, path, who) {
      const told = find(browser, path)
      const key = digestOf(browser)
      if (told !== null)
        kept.set(
          key,
          live(key).filter(([forPath]) => forPath !== path),
        )
      return told?.who === undefined || told.who === who ? told : null
    },
    peek: find,
  }
}

function digestOf(browser: string): string {
  return createHash('sha256').update(browser).digest('base64url')
}
