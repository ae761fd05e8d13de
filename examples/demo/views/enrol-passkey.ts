import { html } from '../html.js'
import type { PendingEnrolment } from '../session.js'
import type { Page, Visit } from '../visit.js'
import { cancelEnrolment } from './enrol.js'
import { card, heading, narrow, textField } from './parts.js'
import { passkeyForm } from './passkey.js'

export interface EnrolPasskeyPage {
  readonly pending: Extract<PendingEnrolment, { kind: 'passkey' }>
}

export function enrolPasskeyView(visit: Visit, { pending }: EnrolPasskeyPage): Page {
  const { passkey } = visit.words
  const texts = { label: passkey.name, hint: passkey.nameHint }
  return {
    title: passkey.enrolTitle,
    body: narrow(
      html`${heading(passkey.enrolTitle, passkey.enrolText)}
      ${card(
        passkeyForm(visit, {
          action: '/enrol/passkey',
          use: 'create',
          options: pending.options,
          submit: passkey.create,
          fields: textField(visit, { name: 'name', ...texts, maxlength: 40, autocomplete: 'off', optional: true }),
        }),
      )}
      ${cancelEnrolment(visit)}`,
    ),
  }
}
