import { describe, expect, it } from 'vitest'
import { TwoFactorError } from '../../src/errors.js'
import { septets } from '../../src/sms/gsm7.js'
import {
  buildMessage,
  builtInMessage,
  checkSummary,
  checkTemplate,
  type MessageOptions,
  type MessageRequest,
  type MessageTemplate,
} from '../../src/sms/message.js'
import { segmentCount } from '../../src/sms/segments.js'
import { languages } from '../../src/sms/translations.js'
import { findAnywhere, originBoundLines, parseWicg } from './origin-bound.js'

const signIn: MessageRequest = {
  purpose: 'sign-in',
  channel: 'sms',
  notice: null,
  issuer: 'Acme',
  code: '482913',
  summary: null,
  minutes: 5,
  locale: null,
}
const stepUp: MessageRequest = { ...signIn, purpose: 'step-up' }
const enrolment: MessageRequest = { ...signIn, purpose: 'enrolment' }
const replaced: MessageRequest = { ...signIn, purpose: 'notice', notice: 'number-replaced', code: null, minutes: null }
const removed: MessageRequest = { ...replaced, notice: 'number-removed' }

const oneSegment = { originHost: null, alphabet: 'gsm-7', segments: 1 } as const
const unicode = { originHost: 'example.com', alphabet: 'unicode', segments: 3 } as const

const textOf = (
  request: MessageRequest,
  originHost: string | null = null,
  template: MessageTemplate = builtInMessage,
): string => buildMessage(template, request, { ...oneSegment, originHost }).text

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
    expect(textOf({ ...stepUp, summary: 'EUR 100 to Bob' })).toBe(
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
    [signIn, stepUp, enrolment, replaced, removed, { ...stepUp, summary: 'EUR 9.99 to Bob' }].map(
      (request) => [locale, request.notice ?? request.purpose, { ...request, locale }] as const,
    ),
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
    'in %s stay under 140 characters with an ordinary issuer and origin, %s',
    (_, _what, request) => {
      const text = textOf({ ...request, issuer: 'W'.repeat(19), minutes: 10 }, 'springfield-bank.com')
      expect(text.length).toBeLessThan(140)
    },
  )

  it.each(everyRequest)(
    'in %s are one line without the origin, end in a full stop and hold no link, %s',
    (_locale, _what, request) => {
      expect(textOf(request)).toMatch(/^[^\n]+\.$/)
      expect(textOf(request)).not.toMatch(/\w\.\w*[a-z]|:\/\//i)
    },
  )

  it('leave about as much room for a summary in one language as in another', () => {
    const lengths = languages.map((locale) => textOf({ ...stepUp, summary: 'x', locale }).length)
    expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThan(10)
    expect(Math.max(...lengths)).toBeLessThan(75)
  })

  it('say which language they are in', () => {
    const languageOf = (locale: string | null, template = builtInMessage): string | null =>
      buildMessage(template, { ...signIn, locale }, oneSegment).language
    expect(['fr-CA', 'DE', 'ja', null].map((locale) => languageOf(locale))).toEqual(['fr', 'de', 'en', 'en'])
    const own: MessageTemplate = ({ code }) => code ?? 'notice'
    expect(['ja', null].map((locale) => languageOf(locale, own))).toEqual(['ja', null])
  })

  it('hold no digits in a notice', () => {
    for (const locale of languages) {
      for (const notice of [replaced, removed])
        expect(textOf({ ...notice, locale }, 'example.com')).not.toMatch(/\d|#|@/)
    }
  })

  it('show a summary in a step-up and nowhere else', () => {
    const summary = 'EUR100'
    expect(textOf({ ...stepUp, summary })).toContain('"EUR100"')
    for (const request of [signIn, enrolment, replaced]) {
      expect(textOf({ ...request, summary })).toBe(textOf(request))
    }
  })
})

describe('a summary', () => {
  const shown = (summary: string, format: Partial<MessageOptions> = {}, locale: string | null = null): string =>
    buildMessage(builtInMessage, { ...stepUp, summary, locale }, { ...oneSegment, ...format }).text
  const invalid = (summary: string, format: Partial<MessageOptions> = {}): string => {
    const error = refusal(() => shown(summary, format))
    expect(error.code).toBe('ERR_SUMMARY_INVALID')
    return error.message
  }

  it('is shown whole up to the last place of the text, and refused beyond', () => {
    const room = 160 - textOf({ ...stepUp, summary: 'x' }, 'example.com').length + 1
    const summary = 'EUR 100 to '.padEnd(room, 'Bob ').slice(0, room - 1) + '!'
    const text = shown(summary, { originHost: 'example.com' })
    expect(text).toContain(`"${summary}"`)
    expect(septets(text)).toBe(160)
    expect(invalid(`${summary}!`, { originHost: 'example.com' })).toBe('summary does not fit (sms.segments is 1)')
    expect(shown(`${summary}!`, { originHost: 'example.com', segments: 2 })).toContain(`"${summary}!"`)
  })

  it.each(['', ' ', ' \n\u200b ', '@', '#', '...', '\u3164', '\u202e', '"'])(
    'that has nothing to show, such as %j, is refused',
    (summary) => {
      expect(invalid(summary)).toBe('summary has no letter or digit to show')
      expect(invalid(summary, unicode)).toBe('summary has no letter or digit to show')
    },
  )

  it.each(['Оплата 100', '100 元', '10² EUR', 'Bob 🚀', 'EUR 5 ﷼', 'Αθήνα', '5 \ud83d'])(
    'that GSM-7 cannot write, such as %s, is refused and not repeated',
    (summary) => {
      expect(invalid(summary)).toBe('summary has a letter or sign that sms.alphabet cannot write')
    },
  )

  it.each([
    ['₹1,200 to Bob', 'INR 1,200 to Bob'],
    ['1.200,50 ₽', '1.200,50 RUB'],
    ['99₺', '99 TRY'],
    ['Əmanət Bank', 'Emanet Bank'],
    ['50¢', '50c'],
    ['1½ kg', '1 1/2 kg'],
  ])('is spelled in GSM-7: %s as %s', (summary, spelled) => {
    expect(shown(summary)).toContain(`"${spelled}"`)
  })

  it.each(['Оплата 100 ₽', '支付 100 元', 'דנה 100 ₪', 'की 100 ₹', 'می‌خواهم', 'Bob 👩‍👩‍👧', '10² EUR'])(
    'is written as it is where the alphabet is Unicode: %s',
    (summary) => {
      expect(shown(summary, unicode)).toContain(`"${summary}"`)
    },
  )

  it('that Unicode cannot write either is refused', () => {
    expect(invalid('5 \ud83d', unicode)).toBe('summary has a letter or sign that sms.alphabet cannot write')
  })

  it('is measured in UCS-2 as soon as one letter needs it', () => {
    const latin = 'a'.repeat(50)
    expect(segmentCount(shown(latin, unicode))).toBe(1)
    expect(segmentCount(shown(`${latin}я`, unicode))).toBe(3)
    expect(invalid(`${latin}я`, { ...unicode, segments: 2 })).toContain('does not fit')
  })

  it('must be in the text of a template, not only in its last line', () => {
    const without: MessageTemplate = ({ code }) => `Code ${code ?? ''}`
    const half: MessageTemplate = ({ code, summary }) => `${code ?? ''} ${summary?.slice(0, 9) ?? ''}`
    for (const [template, summary] of [
      [without, 'EUR 100 to Bob'],
      [without, 'example'],
      [half, 'EUR 100 to Bob'],
    ] as const) {
      const error = refusal(() => textOf({ ...stepUp, summary }, 'example.com', template))
      expect(error).toMatchObject({
        code: 'ERR_SUMMARY_INVALID',
        message: 'summary must be shown whole by sms.message',
      })
      expect(textOf(stepUp, 'example.com', template)).toContain('482913')
    }
  })
})

describe('checking a summary before anything is spent on it', () => {
  const options = { template: builtInMessage, issuer: 'Acme', ...oneSegment, originHost: 'example.com', locale: null }

  it('lets pass what every language can show, and only that', () => {
    const lengths = languages.map(
      (locale) => textOf({ ...stepUp, summary: 'x', minutes: 10, locale }, 'example.com').length,
    )
    const room = 161 - Math.max(...lengths)
    expect(() => {
      checkSummary('x'.repeat(room), options)
    }).not.toThrow()
    expect(
      refusal(() => {
        checkSummary('x'.repeat(room + 1), options)
      }).code,
    ).toBe('ERR_SUMMARY_INVALID')
  })

  it('speaks of the summary alone: the sample code and a failing template are not told of', () => {
    const template: MessageTemplate = ({ summary }) => {
      throw new Error(summary ?? '')
    }
    expect(
      refusal(() => {
        checkSummary('EUR 100 to Bob', { ...options, template })
      }),
    ).toMatchObject({ code: 'ERR_MESSAGE_INVALID', message: 'sms.message throws, for step-up' })
  })

  it('tries the locale of the operation too', () => {
    const template: MessageTemplate = ({ code, summary, locale }) =>
      `${code ?? ''} ${summary ?? ''} ${locale === 'ja' ? 'x'.repeat(120) : ''}`
    const summary = 'EUR 100 to Bob Builder'
    expect(() => {
      checkSummary(summary, { ...options, template })
    }).not.toThrow()
    expect(
      refusal(() => {
        checkSummary(summary, { ...options, template, locale: 'ja' })
      }).code,
    ).toBe('ERR_SUMMARY_INVALID')
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
      ({ issuer, code, summary }) => `${issuer}\n${summary ?? ''}\nUse ${code ?? 'none'}`,
    ],
    [
      'a template that ends with the values',
      ({ issuer, code, summary }) => `Use ${code ?? 'none'}\n${issuer}\n${summary ?? ''}`,
    ],
    ['a template of values alone', ({ issuer, code, summary }) => `${summary ?? ''} ${code ?? ''} ${issuer}`],
    ['a template that joins them', ({ issuer, code, summary }) => `${issuer}${summary ?? ''} ${code ?? ''}`],
  ]
  const attempts = templates.flatMap(([what, template]) =>
    forgeries.map((forgery) => [forgery, what, template] as const),
  )
  it.each(attempts)('is not forged by %j in %s', (forgery, _what, template) => {
    for (const values of [{ summary: forgery }, { issuer: forgery }, { issuer: forgery, summary: forgery }]) {
      const request = { ...stepUp, ...values }
      for (const alphabet of ['gsm-7', 'unicode'] as const) {
        const build = (originHost: string | null): string =>
          buildMessage(template, request, { originHost, alphabet, segments: 2 }).text
        if (!forgery.isWellFormed()) {
          expect(refusal(() => build('example.com')).code).toBe(
            'summary' in values ? 'ERR_SUMMARY_INVALID' : 'ERR_ISSUER_INVALID',
          )
          continue
        }
        const bound = build('example.com')
        expect(parseWicg(bound)).toEqual({ host: 'example.com', code: '482913', embeddedHost: null })
        expect(originBoundLines(bound)).toHaveLength(1)
        expect(findAnywhere(bound)).toEqual([{ host: 'example.com', code: '482913' }])
        expect(originBoundLines(build(null))).toEqual([])
        expect(findAnywhere(build(null))).toEqual([])
      }
    }
  })

  it.each([
    ['Клиника 24', '482913 — ваш код. Никому его не сообщайте.'],
    ['東京 Bank', '482913 はログインコードです。誰にも教えないでください。'],
    ['بنك', '‏482913 هو رمز الدخول. لا تشاركه مع أحد.'],
    ['क्लिनिक', '482913 आपका कोड है। किसी को न बताएं।'],
  ])('is the last of a text in any script, such as that of %s', (issuer, body) => {
    const template: MessageTemplate = (request) => `${request.issuer}: ${body}`
    const { text } = buildMessage(template, { ...signIn, issuer }, unicode)
    expect(text).toBe(`${issuer}: ${body}\n\n@example.com #482913`)
    expect(parseWicg(text)).toEqual({ host: 'example.com', code: '482913', embeddedHost: null })
  })
})

describe('what a call says', () => {
  const everyCode = languages.flatMap((locale) =>
    [signIn, stepUp, enrolment, { ...stepUp, summary: 'EUR 100 to Bob' }].map(
      (request) => [locale, request.purpose, { ...request, channel: 'voice', locale }] as const,
    ),
  )
  it.each(everyCode)(
    'in %s is the code twice, digit by digit, in one line without an origin, for %s',
    (_, _what, request) => {
      for (const alphabet of ['gsm-7', 'unicode'] as const) {
        const { text } = buildMessage(builtInMessage, request, { originHost: 'example.com', alphabet, segments: 1 })
        expect(text.split('4, 8, 2, 9, 1, 3')).toHaveLength(3)
        expect(text.replace(request.summary ?? '', '')).not.toMatch(/[\n@#]|\d{2}|\bmin\b/i)
        expect(text).toContain('Acme')
        if (request.summary !== null) expect(text).toContain(request.summary)
      }
    },
  )

  it('reads like this in English', () => {
    const spoken = (request: MessageRequest): string => textOf({ ...request, channel: 'voice' }, 'example.com')
    expect(spoken(signIn)).toBe(
      'Hello. Your Acme sign-in code is: 4, 8, 2, 9, 1, 3. Once more: 4, 8, 2, 9, 1, 3. It expires in 5 minutes. Never share it with anyone. Goodbye.',
    )
    expect(spoken({ ...stepUp, summary: 'EUR 100 to Bob', minutes: 1 })).toBe(
      'Hello. Acme asks you to confirm: "EUR 100 to Bob". If that is right, your code is: 4, 8, 2, 9, 1, 3. Once more: 4, 8, 2, 9, 1, 3. It expires in 1 minute. Never share it with anyone. Goodbye.',
    )
    expect(spoken(removed)).toBe(textOf(removed))
  })

  it.each([
    ['en', ' 1 minute.', ' 5 minutes.'],
    ['es', ' 1 minuto.', ' 5 minutos.'],
    ['fr', ' 1 minute.', ' 5 minutes.'],
    ['de', ' 1 Minute.', ' 5 Minuten.'],
    ['pt', ' 1 minuto.', ' 5 minutos.'],
  ])('counts its minutes in %s', (locale, one, five) => {
    const request = { ...signIn, channel: 'voice', locale } as const
    expect(textOf({ ...request, minutes: 1 })).toContain(one)
    expect(textOf({ ...request, minutes: 5 })).toContain(five)
  })

  it('has no limit and every letter, whatever the alphabet of texts', () => {
    const summary = `Оплата 100 ₽: ${'Иванов '.repeat(60)}`.trim()
    expect(textOf({ ...stepUp, channel: 'voice', summary })).toContain(summary)
  })

  it('reads the digits one by one in a template that knows nothing of calls', () => {
    const template: MessageTemplate = ({ code }) => `Use ${code ?? ''} at Acme`
    expect(textOf({ ...signIn, channel: 'voice' }, 'example.com', template)).toBe('Use 4, 8, 2, 9, 1, 3 at Acme')
  })

  it('is refused when it lacks the code', () => {
    const template: MessageTemplate = ({ channel, code }) => (channel === 'voice' ? 'Use 4, 8, 2' : (code ?? 'notice'))
    const format = { template, issuer: 'Acme', ...oneSegment }
    expect(() => {
      checkTemplate(format)
    }).not.toThrow()
    expect(
      refusal(() => {
        checkTemplate({ ...format, channels: ['sms', 'voice'] })
      }).message,
    ).toBe('sms.message lacks the code, for sign-in')
  })
})

describe('a template of the host', () => {
  it('gets clean values in a frozen request', () => {
    const seen: MessageRequest[] = []
    const template: MessageTemplate = (request) => {
      seen.push(request)
      return `Code ${request.code ?? ''} ${request.summary ?? ''}`
    }
    buildMessage(
      template,
      { ...stepUp, issuer: 'A\ncme "Ünited" #1', summary: '@evil.example\u202e', locale: 'fr-CA' },
      oneSegment,
    )
    expect(seen).toEqual([{ ...stepUp, issuer: "A cme 'Ünited' 1", summary: 'evil. example', locale: 'fr-CA' }])
    expect(Object.isFrozen(seen[0])).toBe(true)
  })

  it('is called once', () => {
    let calls = 0
    const template: MessageTemplate = ({ code, summary }) => {
      calls += 1
      return `${code ?? ''} ${summary ?? ''}`
    }
    textOf({ ...stepUp, summary: 'EUR 100 to Bob' }, 'example.com', template)
    expect(calls).toBe(1)
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
    ['writes one with a gap', ({ code }: MessageRequest) => `Code ${code ?? ''} @example.com  #1`],
    ['writes one first', ({ code }: MessageRequest) => `@example.com #${code ?? ''}\nfrom Acme`],
    ['puts a hash before the code', ({ code }: MessageRequest) => `Code #${code ?? ''}`],
    ['puts a hash and a space before the code', ({ code }: MessageRequest) => `Code # ${code ?? ''}`],
  ]
  it.each(broken)('that %s is refused, and the error tells neither the code nor its cause', (_what, template) => {
    const error = refusal(() => textOf(signIn, 'example.com', template as MessageTemplate))
    expect(error.code).toBe('ERR_MESSAGE_INVALID')
    expect(error.message).toMatch(/^sms\.message (?!.*482913)[a-z]/)
    expect(error.cause).toBeUndefined()
  })

  it.each(['\t', '\r', '\u0085', '\u2028', '\u2029'])(
    'may not use a control character, whatever the alphabet: %j',
    (character) => {
      const template: MessageTemplate = ({ code }) => `Code${character}${code ?? ''}`
      const error = refusal(() => buildMessage(template, signIn, unicode))
      expect(error.message).toContain('uses a control character')
    },
  )

  it('may use the origin sign and the hash for other things', () => {
    expect(
      textOf(signIn, null, ({ code }) => `<#> Code ${code ?? ''}, mail help@acme.example, room # 3\nFA+9qCX9VSu`),
    ).toContain('FA+9')
  })
})

describe('checking a template at construction', () => {
  const check = (
    template: MessageTemplate,
    issuer = 'Acme',
    originHost: string | null = 'example.com',
    format: Partial<MessageOptions> = {},
  ): void => {
    checkTemplate({ template, issuer, ...oneSegment, originHost, ...format })
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

  it.each(['', '  ', '\n'])('refuses one whose notice is %j', (notice) => {
    const template: MessageTemplate = ({ code }) => code ?? notice
    const checked = (): void => {
      checkTemplate({ template, issuer: 'Acme', ...oneSegment })
    }
    expect(refusal(checked).message).toBe('sms.message returns no text, for number-replaced')
  })

  it('says so when issuer and origin leave no room', () => {
    const long = `${'a'.repeat(60)}.example`
    expect(
      refusal(() => {
        check(builtInMessage, 'W'.repeat(30), long)
      }).message,
    ).toContain('does not fit with this issuer and sms.origin (sms.segments is 1)')
    expect(
      refusal(() => {
        check(builtInMessage, 'W'.repeat(90))
      }).code,
    ).toBe('ERR_MESSAGE_INVALID')
    expect(
      refusal(() => {
        check(builtInMessage, `A${'€'.repeat(29)}`, `${'a'.repeat(22)}.example`)
      }).code,
    ).toBe('ERR_MESSAGE_INVALID')
    expect(() => {
      check(builtInMessage, 'W'.repeat(30), `${'a'.repeat(22)}.example`)
    }).not.toThrow()
  })

  it.each(['メルカリ', '🚀', '@', '...', 'Клиника 24', '東京 Bank', 'ΑΒΓ', 'Acme 🚀', '₿ank'])(
    'refuses the issuer %s, which GSM-7 cannot write, unless a template does without it',
    (issuer) => {
      expect(
        refusal(() => {
          check(builtInMessage, issuer)
        }),
      ).toMatchObject({ code: 'ERR_ISSUER_INVALID', message: expect.stringMatching(/^issuer has /) as unknown })
      expect(() => {
        check(({ code }) => `Mercari ${code ?? 'notice'}`, issuer)
      }).not.toThrow()
    },
  )

  it.each(['メルカリ', 'Клиника 24', '東京 Bank', 'Français'])(
    'lets the issuer %s pass where the alphabet is Unicode',
    (issuer) => {
      expect(() => {
        check(builtInMessage, issuer, 'example.com', unicode)
      }).not.toThrow()
      expect(
        refusal(() => {
          check(builtInMessage, issuer, 'example.com', { ...unicode, segments: 1 })
        }).code,
      ).toBe('ERR_MESSAGE_INVALID')
    },
  )

  it('lets the built-in one pass in one segment of Unicode while all of it is GSM-7', () => {
    expect(() => {
      check(builtInMessage, 'Acme', 'example.com', { ...unicode, segments: 1 })
    }).not.toThrow()
  })

  it('says so when the template itself leaves the alphabet', () => {
    const template: MessageTemplate = ({ code }) => `Код: ${code ?? 'нет'}`
    expect(
      refusal(() => {
        check(template)
      }).message,
    ).toBe('sms.message uses a character outside GSM-7, for sign-in')
    expect(() => {
      check(template, 'Acme', 'example.com', { ...unicode, segments: 1 })
    }).not.toThrow()
  })

  it('asks of no template that it shows a summary or has room for one', () => {
    expect(() => {
      check(({ code, summary }) => (code ?? 'notice').padEnd(130, ` ${summary ?? ''}`))
    }).not.toThrow()
  })

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
      ({ summary }: MessageRequest) => summary !== null,
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
