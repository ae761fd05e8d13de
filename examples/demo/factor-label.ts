import type { Factor } from 'countersign'
import type { Words } from './words/english.js'

/** What a factor is called: by its owner, else by its kind. */
export function labelOf({ factor: words }: Words, { kind, name, destination }: Factor): string {
  return name ?? words.unnamed[kind](destination ?? '')
}
