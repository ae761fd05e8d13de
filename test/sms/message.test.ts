import { describe, expect, it } from 'vitest'
import { TwoFactorError } from '../../src/errors.js'
import { septets } from '../../src/sms/gsm7.js'
import {
  buildMessage,
  builtInMessage,
  checkTemplate,
  type MessageRequest,
  type MessageTemplate,
} from '../../src/sms/message.js'
import { languages } from '../../src/sms/texts.js'
import { findAnywhere, originBoundLines, parseWicg } from './origin-bound.js'

const signIn: MessageRequest = {
  purpose: 'sign-in',
  notice: null,
  issuer: 'Acme',
  code: '482913',
  binding: null,
  minutes: 5,
  locale: null,
}
const stepUp: MessageRequest = { ...signIn, purpose: 'step-up' }
const enrolment: MessageRequest = { ...signIn, purpose: 'enrolment' }
const replaced: MessageRequest = { ...signIn, purpose: 'notice', notice: 'number-replaced', code: null, minutes: null }
const removed: MessageRequest = { ...replaced, notice: 'number-removed' }

const textOf = (
  request: MessageRequest,
  origin: string | null = null,
  template: MessageTemplate = builtInMessage,
): string => buildMessage(template, request, origin).text

function refusal(action: () => unknown): TwoFactorError {
  try {
    action()
  } catch (error) {
    if (error instanceof TwoFactorError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('the built-in messages', () => {
  it('read like this in English', () => {
    expect(textOf(signIn)).toBe('482913 is your Acme sign-in code. It expires in 5 min. Never share it with anyone.')
    expect(textOf(stepUp)).toBe(
      '482913 is your Acme code to confirm your request. It expires in 5 min. Never share it.',
    )
    expect(textOf(enrolment)).toBe(
      '482913 is your code to add this phone to Acme. It expires in 5 min. Never share it.',
    )
    expect(textOf({ ...stepUp, binding: 'EUR 100 to Bob' })).toBe(
      '482913 confirms "EUR 100 to Bob" at Acme. It expires in 5 min. Never share it.',
    )
  })

  it.each([
    ['fr', '482913 est votre code de connexion Acme. '],
    ['fr-CA', '482913 est votre code de connexion Acme. '],
    ['FR_ca', '482913 est votre code de connexion Acme. '],
    ['de-AT', '482913 ist Ihr Anmeldecode für Acme. '],
    ['es-419', '482913 es tu clave para entrar en Acme. '],
    ['pt-BR', '482913 é o seu codigo para entrar em Acme. '],
    ['en-GB', '482913 is your Acme sign-in code. '],
    ['ja', '482913 is your Acme sign-in code. '],
    ['frr', '482913 is your Acme sign-in code. '],
    ['', '482913 is your Acme sign-in code. '],
    ['__proto__', '482913 is your Acme sign-in code. '],
    ['constructor', '482913 is your Acme sign-in code. '],
    [null, '482913 is your Acme sign-in code. '],
  ])('in the locale %s begin with %s', (locale, start) => {
    expect(textOf({ ...signIn, locale }).startsWith(start)).toBe(true)
  })

  const everyRequest = languages.flatMap((locale) =>
    [
      signIn,
      stepUp,
      enrolment,
      replaced,
      removed,
      { ...stepUp, binding: 'EUR 1,234.56 to Bob Builder & Sons, Springfield' },
    ].map((request) => [locale, request.notice ?? request.purpose, { ...request, locale }] as const),
  )
  it.each(everyRequest)('in %s fit one segment with a long issuer and origin, %s', (_locale, _what, request) => {
    for (const issuer of ['W'.repeat(30), 'Ç'.repeat(30), 'ß & '.repeat(7) + 'AB']) {
      const text = textOf({ ...request, issuer, minutes: 10 }, `${'a'.repeat(22)}.example`)
      expect(septets(text)).toBeLessThanOrEqual(160)
      expect(text).toContain(issuer)
      if (request.code !== null) expect(text).toMatch(/\b10 min\b/i)
    }
  })

  it.each(everyRequest)(
    'in %s are one line without the origin, end in a full stop and hold no link, %s',
    (_locale, _what, request) => {
      expect(textOf(request)).toMatch(/^[^\n]+\.$/)
      expect(textOf(request)).not.toMatch(/\w\.\w*[a-z]|:\/\//i)
    },
  )

  it('hold no digits in a notice', () => {
    for (const locale of languages) {
      for (const notice of [replaced, removed])
        expect(textOf({ ...notice, locale }, 'example.com')).not.toMatch(/\d|#|@/)
    }
  })

  it('show a binding only where it reads like text: an identifier stays out', () => {
    const session = 'c2Vzc2lvbi0xMjM0NTY3ODkw'
    expect(textOf({ ...stepUp, binding: session })).toBe(textOf(stepUp))
    expect(textOf({ ...signIn, binding: 'EUR 100 to Bob' })).toBe(textOf(signIn))
    expect(textOf({ ...enrolment, binding: 'EUR 100 to Bob' })).toBe(textOf(enrolment))
    expect(textOf({ ...stepUp, binding: ' \n\u200b ' })).toBe(textOf(stepUp))
  })

  it('cut a long binding short and keep the code and the origin', () => {
    const text = textOf({ ...stepUp, binding: `EUR 100 to ${'Bob '.repeat(20)}` }, 'example.com')
    expect(text).toMatch(/^482913 confirms "EUR 100 to (Bob )+B?o?b?\.\.\." at Acme\./)
    expect(parseWicg(text)).toEqual({ host: 'example.com', code: '482913', embeddedHost: null })
    expect(septets(text)).toBeGreaterThan(150)
    expect(septets(text)).toBeLessThanOrEqual(160)
  })
})

describe('the origin-bound line', () => {
  it('comes last, after an empty line, with no line break after it', () => {
    expect(textOf(signIn, 'example.com').endsWith('Never share it with anyone.\n\n@example.com #482913')).toBe(true)
  })

  it('is left out without an origin, and in notices', () => {
    expect(originBoundLines(textOf(signIn))).toEqual([])
    expect(textOf(replaced, 'example.com')).toBe(textOf(replaced))
  })

  it('follows whatever a template ends in', () => {
    expect(textOf(signIn, 'example.com', ({ code }) => `Code ${code ?? ''}\n\n \n`)).toBe(
      'Code 482913\n\n@example.com #482913',
    )
  })

  const forgeries = [
    '@evil.example #111111',
    '\n@evil.example #111111',
    '\r@evil.example #111111',
    '\r\n\r\n@evil.example #111111\n',
    '\u2028@evil.example #111111',
    '\u2029@evil.example #111111',
    '\u0085@evil.example #111111',
    '\v@evil.example #111111',
    '\f@evil.example #111111',
    ' @evil.example #111111',
    '\u00a0@evil.example #111111',
    '\u200b\n@evil.example #111111',
    '＠evil.example ＃111111',
    '\n﹫evil.example ﹟111111',
    '@\u0000evil.example #111111',
    '@\u200bevil.example #111111',
    '#@evil.example #111111',
    '@#@evil.example ##111111',
    '@@evil.example #111111',
    'x @evil.example #111111 x',
    '"\n@evil.example #111111',
    '@evil.example #482913',
    'Bob\n\n@example.com #111111',
    '@example.com #111111 %evil.example',
    '\ud800\n@evil.example #111111',
    '\u001b\n@evil.example #111111',
    'a\n@evil.example\u00a0#111111',
    '@evil.example\n#111111',
    `${'A'.repeat(20)}\n@evil.example #111111`,
    '$&\n@evil.example #1',
    '{code}',
    '${code}',
    '%evil.example',
  ]
  const templates: [string, MessageTemplate][] = [
    ['the built-in template', builtInMessage],
    [
      'a template that begins with the values',
      ({ issuer, code, binding }) => `${issuer}\n${binding ?? ''}\nUse ${code ?? 'none'}`,
    ],
    [
      'a template that ends with the values',
      ({ issuer, code, binding }) => `Use ${code ?? 'none'}\n${issuer}\n${binding ?? ''}`,
    ],
    ['a template of values alone', ({ issuer, code, binding }) => `${binding ?? ''} ${code ?? ''} ${issuer}`],
    ['a template that joins them', ({ issuer, code, binding }) => `${issuer}${binding ?? ''} ${code ?? ''}`],
  ]
  const attempts = templates.flatMap(([what, template]) =>
    forgeries.map((forgery) => [forgery, what, template] as const),
  )
  it.each(attempts)('is not forged by %j in %s', (forgery, _what, template) => {
    for (const values of [{ binding: forgery }, { issuer: forgery }, { issuer: forgery, binding: forgery }]) {
      const request = { ...stepUp, ...values }
      const bound = textOf(request, 'example.com', template)
      expect(parseWicg(bound)).toEqual({ host: 'example.com', code: '482913', embeddedHost: null })
      expect(originBoundLines(bound)).toHaveLength(1)
      expect(findAnywhere(bound)).toEqual([{ host: 'example.com', code: '482913' }])
      const unbound = textOf(request, null, template)
      expect(originBoundLines(unbound)).toEqual([])
      expect(findAnywhere(unbound)).toEqual([])
    }
  })
})

describe('a template of the host', () => {
  it('gets clean values in a frozen request', () => {
    const seen: MessageRequest[] = []
    const template: MessageTemplate = (request) => {
      seen.push(request)
      return `Code ${request.code ?? ''}`
    }
    buildMessage(
      template,
      { ...stepUp, issuer: 'A\ncme "Ünited" #1', binding: '@evil.example\u202e', locale: 'fr-CA' },
      'example.com',
    )
    expect(seen).toEqual([{ ...stepUp, issuer: "A cme 'Ünited' 1", binding: 'evil. example', locale: 'fr-CA' }])
    expect(Object.isFrozen(seen[0])).toBe(true)
  })

  it.each([
    [1, [96]],
    [2, [96, 57]],
    [20, [96, 0]],
  ])('that shows the binding %i times is called again until it fits, at last with no binding', (times, lengths) => {
    const shown: number[] = []
    const template: MessageTemplate = ({ code, binding }) => {
      shown.push(binding?.length ?? 0)
      return `${code ?? ''} ${(binding ?? '').repeat(times)}`
    }
    expect(septets(textOf({ ...stepUp, binding: 'x'.repeat(96) }, null, template))).toBeLessThanOrEqual(160)
    expect(shown).toEqual(lengths)
  })

  const broken: [what: string, template: unknown][] = [
    [
      'throws',
      () => {
        throw new Error('482913')
      },
    ],
    [
      'throws the request',
      (request: unknown) => {
        throw request
      },
    ],
    ['returns nothing', () => undefined],
    ['returns null', () => null],
    ['returns a promise', ({ code }: MessageRequest) => Promise.resolve(`Code ${code ?? ''}`)],
    ['returns a String object', ({ code }: MessageRequest) => Object(`Code ${code ?? ''}`) as unknown],
    ['returns a number', ({ code }: MessageRequest) => Number(code)],
    ['returns an empty text', () => ''],
    ['returns white space', () => ' \n '],
    [
      'changes the request',
      (request: { code: string }) => {
        request.code = '1'
        return 'Code 1'
      },
    ],
    ['leaves the code out', () => 'Hello'],
    ['hides the code in a longer number', ({ code }: MessageRequest) => `Code 9${code ?? ''}`],
    ['splits the code', ({ code }: MessageRequest) => `Code ${code?.slice(0, 3) ?? ''} ${code?.slice(3) ?? ''}`],
    ['is too long', ({ code }: MessageRequest) => `${code ?? ''} ${'x'.repeat(160)}`],
    ['leaves no room for the origin', ({ code }: MessageRequest) => `${code ?? ''} ${'x'.repeat(150)}`],
    ['is too long by extension characters', ({ code }: MessageRequest) => `${code ?? ''} ${'€'.repeat(70)}`],
    ['uses a letter outside GSM-7', ({ code }: MessageRequest) => `Votre reçu : ${code ?? ''}`],
    ['uses an emoji', ({ code }: MessageRequest) => `${code ?? ''} 🔒`],
    ['uses a carriage return', ({ code }: MessageRequest) => `${code ?? ''}\r@evil.example #1`],
    ['uses a tab', ({ code }: MessageRequest) => `Code\t${code ?? ''}`],
    [
      'writes the origin-bound line itself',
      ({ code }: MessageRequest) => `Code ${code ?? ''}\n@example.com #${code ?? ''}`,
    ],
    ['writes one for another code', ({ code }: MessageRequest) => `Code ${code ?? ''}\n@example.com #111111`],
    ['writes one inside a line', ({ code }: MessageRequest) => `Code ${code ?? ''}: @example.com #111111`],
    ['writes one behind spaces', ({ code }: MessageRequest) => `Code ${code ?? ''}\n  @example.com`],
    ['writes one first', ({ code }: MessageRequest) => `@example.com #${code ?? ''}\nfrom Acme`],
    ['puts a hash before the code', ({ code }: MessageRequest) => `Code #${code ?? ''}`],
    ['puts a hash and a space before the code', ({ code }: MessageRequest) => `Code # ${code ?? ''}`],
  ]
  it.each(broken)('that %s is refused, and the error tells neither the code nor its cause', (_what, template) => {
    const error = refusal(() => buildMessage(template as MessageTemplate, signIn, 'example.com'))
    expect(error.code).toBe('ERR_MESSAGE_INVALID')
    expect(error.message).toMatch(/^sms\.message (?!.*482913)/)
    expect(error.cause).toBeUndefined()
  })

  it('may use the origin sign and the hash for other things', () => {
    expect(
      textOf(signIn, null, ({ code }) => `<#> Code ${code ?? ''}, mail help@acme.example, room # 3\nFA+9qCX9VSu`),
    ).toContain('FA+9')
  })
})

describe('checking a template at construction', () => {
  const check = (template: MessageTemplate, issuer = 'Acme', origin: string | null = 'example.com'): void => {
    checkTemplate({ template, issuer, origin })
  }

  it.each([
    'A',
    'Acme',
    'W'.repeat(30),
    'Société Générale de Financement',
    'Müller & Söhne GmbH',
    '@acme',
    'null',
    'ACME™',
  ])('lets the built-in one pass with the issuer %s', (issuer) => {
    expect(() => {
      check(builtInMessage, issuer)
    }).not.toThrow()
    expect(() => {
      check(builtInMessage, issuer, null)
    }).not.toThrow()
  })

  it('says so when issuer and origin leave no room', () => {
    const long = `${'a'.repeat(60)}.example`
    expect(
      refusal(() => {
        check(builtInMessage, 'W'.repeat(30), long)
      }).message,
    ).toContain('does not fit one text message')
    expect(
      refusal(() => {
        check(builtInMessage, 'W'.repeat(90))
      }).code,
    ).toBe('ERR_MESSAGE_INVALID')
    expect(
      refusal(() => {
        check(builtInMessage, '€'.repeat(30), `${'a'.repeat(22)}.example`)
      }).code,
    ).toBe('ERR_MESSAGE_INVALID')
    expect(() => {
      check(builtInMessage, 'W'.repeat(30), `${'a'.repeat(22)}.example`)
    }).not.toThrow()
  })

  it.each(['メルカリ', '🚀', '@', '...'])(
    'asks for a template where nothing of the issuer %s can be written',
    (issuer) => {
      expect(
        refusal(() => {
          check(builtInMessage, issuer)
        }).message,
      ).toContain('issuer')
      expect(() => {
        check(({ code }) => `Mercari ${code ?? 'notice'}`, issuer)
      }).not.toThrow()
    },
  )

  it('finds what goes wrong for one purpose, notice or language only', () => {
    const only =
      (matches: (request: MessageRequest) => boolean): MessageTemplate =>
      (request) =>
        matches(request) ? 'ê' : `Acme ${request.code ?? 'notice'}`
    for (const matches of [
      ({ purpose }: MessageRequest) => purpose === 'sign-in',
      ({ purpose }: MessageRequest) => purpose === 'step-up',
      ({ purpose }: MessageRequest) => purpose === 'enrolment',
      ({ notice }: MessageRequest) => notice === 'number-replaced',
      ({ notice }: MessageRequest) => notice === 'number-removed',
      ({ binding }: MessageRequest) => binding !== null,
      ({ locale }: MessageRequest) => locale === 'pt',
      ({ locale }: MessageRequest) => locale === null,
    ]) {
      expect(
        refusal(() => {
          check(only(matches))
        }).code,
      ).toBe('ERR_MESSAGE_INVALID')
    }
    expect(() => {
      check(only(() => false))
    }).not.toThrow()
  })

  it('finds a template that writes out what is null', () => {
    expect(
      refusal(() => {
        check(({ issuer, code }) => `${issuer}: ${String(code)}`)
      }).message,
    ).toBe('sms.message writes a value that is null, for number-replaced')
  })
})
