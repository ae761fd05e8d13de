import { describe, expect, it } from 'vitest'
import { isWritable, toTextValue, toUnlinkedTextValue } from '../../src/sms/text-value.js'

const alphabets = ['gsm-7', 'unicode'] as const

describe('a value in a text message', () => {
  it.each([
    ['two\nlines', 'two lines'],
    ['a\r\n\u2028\u2029\u0085\v\f\tb', 'a b'],
    ['a\u0000\u001b\u007fb', 'a b'],
    ['  many   spaces\u00a0\u3000 ', 'many spaces'],
    ['so\u00adft zero\u200bwidth \u202eover', 'soft zerowidth over'],
    ['hidden\u3164\u115f\ufe0f\u{e0041}\u034f', 'hidden'],
    ['joined\u200d\u200cup', 'joinedup'],
    ['@evil.example #123456', 'evil.example 123456'],
    ['＠evil.example ＃123456', 'evil.example 123456'],
    ['﹫evil.example ﹟123456', 'evil.example 123456'],
    ['pay @@bob', 'pay bob'],
    ['-@bob', '-bob'],
    ['#@bob', 'bob'],
    ['@#@bob', 'bob'],
    ['bob@example.com', 'bob@example.com'],
    ['bob#@example.com', 'bob example.com'],
    ['flat #3', 'flat 3'],
    ['12#34', '12 34'],
    ['say "hi"', "say 'hi'"],
    ['say ＂hi＂ “there” „you“ «too» `now`', "say 'hi' 'there' 'you' 'too' 'now'"],
    ['\n@evil.example #1', 'evil.example 1'],
    ['L’Épargne – “Plus”…', "L'Épargne - 'Plus'..."],
    ['5 − 3', '5 - 3'],
    ['ＡＣＭＥ', 'ACME'],
    ['ⓐⓒⓜⓔ 𝐚𝐜𝐦𝐞', 'acme acme'],
    ['Acme™', 'AcmeTM'],
    ['Cafe\u0301', 'Café'],
    ['', ''],
    ['@', ''],
  ])('takes what could forge a line or hide out of %j, in either alphabet', (value, text) => {
    for (const alphabet of alphabets) expect(toTextValue(value, alphabet)).toBe(text)
  })

  it.each(['Клиника 24', '東京銀行', 'Crédit Français', '₹1,200', 'می‌خواهم', 'क्‍ष', '👩‍👩‍👧', '10² ½ ①', 'ｶﾅ', 'ﷺ'])(
    'keeps %s as it is in Unicode',
    (value) => {
      expect(toTextValue(value, 'unicode')).toBe(value)
    },
  )
})

describe('a value that a stranger may have chosen', () => {
  it.each([
    ['evil.example', 'evil. example'],
    ['https://evil.example/a.b', 'https: /evil. example/a. b'],
    ['http://192.0.2.1/', 'http: /192. 0. 2. 1/'],
    ['from 192.0.2.1', 'from 192. 0. 2. 1'],
    ['192．0․2﹒1', '192. 0. 2. 1'],
    ['5.192.0.2.1.5', '5. 192. 0. 2.1.5'],
    ['10.249.255.1', '10. 249. 255. 1'],
    ['IDR 1.000.000.000', 'IDR 1. 000. 000. 000'],
    ['tel:+14155550123', 'tel: +14155550123'],
    ['TEL：112', 'TEL: 112'],
    ['javascript:alert(1)', 'javascript: alert(1)'],
    ['mailto:bob@evil.example', 'mailto: bob@evil. example'],
    ['evil．example evil․example evil﹒example', 'evil. example evil. example evil. example'],
    ['evil.\u200bexample evil.\u0301example', 'evil. example evil. example'],
    ['pay @bob ＠bob', 'pay bob bob'],
    ['ⓔⓥⓘⓛ.ⓒⓞⓜ', 'evil. com'],
    ['evil…com', 'evil... com'],
    ['／／evil', '/evil'],
  ])('makes no link of %s', (value, text) => {
    expect(toUnlinkedTextValue(value, 'gsm-7')).toBe(text)
    expect(toUnlinkedTextValue(value, 'unicode').replace('. \u0301example', '. example')).toBe(text)
  })

  it.each([
    ['evil。example', 'evil。 example'],
    ['evil｡example', 'evil。 example'],
    ['192。0。2。1', '192。 0。 2。 1'],
    ['зло.рф', 'зло. рф'],
    ['зло。\u200d\ufe0f\u200dрф', 'зло。 рф'],
    ['例え.テスト', '例え. テスト'],
    ['收款人：王', '收款人: 王'],
  ])('makes no link of %s, which takes Unicode', (value, text) => {
    expect(toUnlinkedTextValue(value, 'unicode')).toBe(text)
    expect(isWritable(toUnlinkedTextValue(value, 'gsm-7'), 'gsm-7')).toBe(false)
  })

  it.each([
    'EUR 1.234,50 to Bob',
    'IDR 1.234.567.890',
    '12.05.2026 at 10:30',
    'No. 5, flat 3/4 (rear)',
    'Smith & Sons, 50% + 3.5%',
    'version 1.2.3',
  ])('leaves %s alone', (value) => {
    for (const alphabet of alphabets) expect(toUnlinkedTextValue(value, alphabet)).toBe(value)
  })
})
