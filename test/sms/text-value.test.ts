import { describe, expect, it } from 'vitest'
import { shortenTextValue, toTextValue, toUnlinkedTextValue } from '../../src/sms/text-value.js'

describe('a value in a text message', () => {
  it.each([
    ['Acme', 'Acme'],
    ['Café Müller & Söhne', 'Café Müller & Söhne'],
    ['Cafe\u0301', 'Café'],
    ['Crédit Français', 'Crédit Francais'],
    ['São João', 'Sao Joao'],
    ['Łódź', 'Lodz'],
    ['Đặng', 'Dang'],
    ['Œuvre cœur', 'OEuvre coeur'],
    ['Şahin Işık', 'Sahin Isik'],
    ['Straße', 'Straße'],
    ['ＡＣＭＥ', 'ACME'],
    ['€100', '€100'],
    ['L’Épargne – “Plus”…', "L'Épargne - 'Plus'..."],
    ['5 − 3', '5 - 3'],
    ['½', '1/2'],
    ['Acme™', 'AcmeTM'],
    ['メルカリ', '????'],
    ['Acme 🚀', 'Acme ?'],
    ['👩‍👩‍👧', '???'],
    ['\ud83d', '?'],
    ['a\u0301\u0302\u0303', 'a'],
  ])('writes %s as %s', (value, text) => {
    expect(toTextValue(value)).toBe(text)
  })

  it.each([
    ['two\nlines', 'two lines'],
    ['a\r\n\u2028\u2029\u0085\v\f\tb', 'a b'],
    ['a\u0000\u001b\u007fb', 'a b'],
    ['  many   spaces\u00a0\u3000 ', 'many spaces'],
    ['so\u00adft zero\u200bwidth \u202eover', 'soft zerowidth over'],
    ['@evil.example #123456', 'evil.example 123456'],
    ['＠evil.example ＃123456', 'evil.example 123456'],
    ['﹫evil.example ﹟123456', 'evil.example 123456'],
    ['pay @@bob', 'pay bob'],
    ['-@bob', '-bob'],
    ['#@bob', 'bob'],
    ['@#@bob', 'bob'],
    ['bob@example.com', 'bob@example.com'],
    ['bob#@example.com', 'bob@example.com'],
    ['flat #3', 'flat 3'],
    ['say "hi"', "say 'hi'"],
    ['say ＂hi＂', "say 'hi'"],
    ['\n@evil.example #1', 'evil.example 1'],
    ['', ''],
    ['@', ''],
  ])('takes what could forge a line out of %j', (value, text) => {
    expect(toTextValue(value)).toBe(text)
  })

  it.each([
    ['evil.example', 'evil. example'],
    ['https://evil.example/a.b', 'https:/evil. example/a. b'],
    ['http://192.0.2.1/', 'http:/192.0.2.1/'],
    ['EUR 1.234,50', 'EUR 1.234,50'],
    ['J.P. Morgan', 'J. P. Morgan'],
  ])('leaves no link in %s', (value, text) => {
    expect(toUnlinkedTextValue(value)).toBe(text)
  })
})

describe('shortening a value', () => {
  it.each([
    ['EUR 100 to Bob Builder', 22, 'EUR 100 to Bob Builder'],
    ['EUR 100 to Bob Builder', 21, 'EUR 100 to Bob Bui...'],
    ['EUR 100 to Bob Builder', 14, 'EUR 100 to...'],
    ['EUR 100 to Bob Builder', 10, 'EUR 100...'],
    ['EUR 100 to Bob Builder', 9, null],
    ['EUR 100 to Bob Builder', -5, null],
    ['€€€€€€', 11, '€€€€...'],
    ['€€€€€€€', 12, '€€€€...'],
  ])('cuts %s to %i septets as %s', (value, limit, text) => {
    expect(shortenTextValue(value, limit)).toBe(text)
  })
})
