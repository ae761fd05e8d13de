import { TwoFactorError } from '../errors.js'
import type { SmsPurpose } from '../interfaces/sms-sender.js'
import { septets } from './gsm7.js'
import { shortenTextValue, toTextValue, toUnlinkedTextValue } from './text-value.js'
import { languages, textsFor } from './texts.js'

/** One segment of a text message (3GPP TS 23.038, section 4). */
const segment = 160

/** What a text message is to say. The values are one line of GSM-7 each, free of `#`, quotes and word-initial `@`. */
export interface MessageRequest {
  readonly purpose: SmsPurpose
  /** What a notice tells, null with any other purpose. */
  readonly notice: 'number-replaced' | 'number-removed' | null
  readonly issuer: string
  /** The code, which the text must contain; null for a notice. */
  readonly code: string | null
  /** What the proof is for, when that is known and short; it may be cut, or null where it does not fit. */
  readonly binding: string | null
  /** For how long the code works; null for a notice. */
  readonly minutes: number | null
  /** BCP 47 language, when the host gave one. */
  readonly locale: string | null
}

/**
 * Writes a text message: synchronous, pure, GSM-7 and short enough for one segment. Called once per text, and again with
 * a shorter binding when the result is too long; also tried with samples at construction. Leave the origin-bound line out.
 */
export type MessageTemplate = (request: MessageRequest) => string

/** The message of this library, in English, French, German, Portuguese or Spanish by `locale`, else in English. */
export function builtInMessage(request: MessageRequest): string {
  const { purpose, notice, issuer, binding } = request
  const text = textsFor(request.locale)
  const values = { issuer, code: request.code ?? '', minutes: request.minutes ?? 0 }
  switch (purpose) {
    case 'sign-in':
      return text.signIn(values)
    case 'step-up':
      // A binding without a space is an identifier, perhaps a session's: nothing to read, and not to be sent about.
      return binding?.includes(' ') === true ? text.stepUpFor(binding, values) : text.stepUp(values)
    case 'enrolment':
      return text.enrolment(values)
    case 'notice':
      return notice === 'number-removed' ? text.numberRemoved(issuer) : text.numberReplaced(issuer)
  }
}

/**
 * Renders a message and binds its code to `origin`, the host name from `parseOrigin`, with a last line `@host #code`
 * (WICG, Origin-bound one-time codes delivered via SMS). A binding that does not fit is cut short, then left out.
 *
 * @throws TwoFactorError `ERR_MESSAGE_INVALID` when the template throws, or its text is too long, is not GSM-7, lacks the
 *   code, or carries something that browsers would read as an origin-bound line.
 */
export function buildMessage(
  template: MessageTemplate,
  request: MessageRequest,
  origin: string | null,
): { readonly text: string } {
  const issuer = toTextValue(request.issuer)
  const binding = request.binding === null ? null : toUnlinkedTextValue(request.binding) || null
  const lastLine = origin === null || request.code === null ? '' : `\n\n@${origin} #${request.code}`
  const render = (shown: string | null): string =>
    renderBody(template, { ...request, issuer, binding: shown }) + lastLine
  const whole = render(binding)
  const excess = lengthOf(whole, request) - segment
  if (excess <= 0) return { text: whole }
  const shortened = binding === null ? null : shortenTextValue(binding, lengthOf(binding, request) - excess)
  for (const shown of new Set([shortened, null])) {
    const text = render(shown)
    if (lengthOf(text, request) <= segment) return { text }
  }
  throw invalid(request, 'does not fit one text message with this issuer and sms.origin')
}

function lengthOf(text: string, request: MessageRequest): number {
  const length = septets(text)
  if (length === null) throw invalid(request, 'uses a character outside GSM-7')
  return length
}

/** The template's text, refused when it is no text, lacks the code or could be read as bound to some other origin. */
function renderBody(template: MessageTemplate, request: MessageRequest): string {
  const body = call(template, request)
  if (typeof body !== 'string' || body.trim() === '') throw invalid(request, 'returns no text')
  if (/[\r\f]/.test(body)) throw invalid(request, 'uses a control character')
  const { code } = request
  if (code !== null && body.match(/\d+/g)?.includes(code) !== true) throw invalid(request, 'lacks the code')
  if (looksOriginBound(body, code))
    throw invalid(request, 'writes an origin-bound line, which is for sms.origin to add')
  return body.trimEnd()
}

/** Some browsers read the last line, others the first `@host #code` wherever it stands. */
function looksOriginBound(body: string, code: string | null): boolean {
  return (
    /^\s*@/m.test(body) || /@\S+\s+#/.test(body) || (code !== null && body.replace(/\s+/g, '').includes(`#${code}`))
  )
}

/** What a template throws may repeat the code, so nothing of it is kept. */
function call(template: MessageTemplate, request: MessageRequest): unknown {
  try {
    return template(Object.freeze(request))
  } catch {
    throw invalid(request, 'throws')
  }
}

function invalid(request: MessageRequest, what: string): TwoFactorError {
  return new TwoFactorError('ERR_MESSAGE_INVALID', `sms.message ${what}, for ${request.notice ?? request.purpose}`)
}

/**
 * Tries a template with every purpose, notice and language, so that what cannot work is known at construction.
 *
 * @throws TwoFactorError `ERR_MESSAGE_INVALID` as `buildMessage` does, when a value that is null shows, and when nothing of
 *   the issuer's name is left for the built-in message to show.
 */
export function checkTemplate(options: {
  readonly template: MessageTemplate
  readonly issuer: string
  readonly origin: string | null
}): void {
  const { template, issuer, origin } = options
  if (template === builtInMessage && !/[\p{L}\p{N}]/u.test(toTextValue(issuer))) {
    throw new TwoFactorError(
      'ERR_MESSAGE_INVALID',
      'issuer cannot be written in GSM-7: name it in a template, as sms.message',
    )
  }
  for (const locale of [null, ...languages]) {
    for (const sample of samples) {
      const request = { ...sample, issuer, locale }
      const { text } = buildMessage(template, request, origin)
      if (missing.test(text) && !missing.test(issuer)) throw invalid(request, 'writes a value that is null')
    }
  }
}

/** What a template makes of a value it did not expect to be null, such as a notice's code. */
const missing = /\b(?:null|undefined|NaN)\b/

const coded = { notice: null, code: '482913', binding: null, minutes: 10 } as const
const told = { purpose: 'notice', code: null, binding: null, minutes: null } as const

const samples: readonly Omit<MessageRequest, 'issuer' | 'locale'>[] = [
  { ...coded, purpose: 'sign-in' },
  { ...coded, purpose: 'step-up' },
  {
    ...coded,
    purpose: 'step-up',
    binding: 'EUR 1,234.56 to a payee whose name is as long as a binding that a template may see can ever be',
  },
  { ...coded, purpose: 'enrolment' },
  { ...told, notice: 'number-replaced' },
  { ...told, notice: 'number-removed' },
]
