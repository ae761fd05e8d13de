import type { TwoFactorEvent, TwoFactorEventType } from 'countersign'
import { wordsOf } from './language.js'
import type { People } from './people.js'
import type { Phone } from './phone.js'
import type { State } from './state.js'
import type { Words } from './words/english.js'

/** Writes to people, in their language, of every change to their account that matters: by e-mail, which is no factor here. */
export function createNotices(phone: Phone, people: People, state: State): (event: TwoFactorEvent) => Promise<void> {
  return async (event) => {
    const person = people.find(event.userId)
    const words = wordsOf(state.languages.get(event.userId) ?? 'en')
    const subject = noticeOf(event, words)
    if (person !== null && subject !== null)
      await phone.mail({ to: person.email, subject, text: words.notices.unexpected, path: '/account' })
  }
}

/** What the e-mail says; null for what needs none. */
function noticeOf(event: TwoFactorEvent, { notices: { sentences }, team }: Words): string | null {
  const { type } = event
  // With the last factor two-factor authentication is off, which has a notice of its own.
  if (!tellsOf(sentences, type) || (type === 'factor-removed' && event.last)) return null
  return sentences[type]({
    factor: 'factorKind' in event ? team.methods[event.factorKind] : '',
    device: 'deviceName' in event ? event.deviceName : '',
    remaining: 'remaining' in event ? event.remaining : 0,
  })
}

function tellsOf<Sentences extends object>(
  sentences: Sentences,
  type: TwoFactorEventType,
): type is TwoFactorEventType & keyof Sentences {
  return Object.hasOwn(sentences, type)
}
