import { describe, expect, it } from 'vitest'
import { septets } from '../../src/sms/gsm7.js'
import { spellInGsm7 } from '../../src/sms/spelling.js'

describe('spelling in GSM-7', () => {
  it.each([
    ['Acme', 'Acme'],
    ['Café Müller & Söhne', 'Café Müller & Söhne'],
    ['Crédit Français', 'Crédit Francais'],
    ['São João', 'Sao Joao'],
    ['Łódź', 'Lodz'],
    ['Đặng', 'Dang'],
    ['Œuvre cœur', 'OEuvre coeur'],
    ['Şahin Işık', 'Sahin Isik'],
    ['Əmanət Bank', 'Emanet Bank'],
    ['Þór Guðmundsson', 'Thor Gudmundsson'],
    ['Straße ẞ', 'Straße SS'],
    ['a\u0301\u0302\u0303', 'a'],
    ['½ 1½ 2⅓', '1/2 1 1/2 2 1/3'],
    ['5 µg × 2 → Bob', '5 ug x 2 -> Bob'],
    ['© Acme®', '(c) Acme(R)'],
    ['nº 1ª', 'no 1a'],
    ['Oʻahu Oʻzbek', "O'ahu O'zbek"],
  ])('writes %s as %s', (text, spelled) => {
    expect(spellInGsm7(text)).toBe(spelled)
    expect(septets(spelled)).not.toBeNull()
  })

  it.each([
    ['₹1,200', 'INR 1,200'],
    ['₹ 1,200', 'INR 1,200'],
    ['1.200,50₺', '1.200,50 TRY'],
    ['1200 ₽', '1200 RUB'],
    ['₩5000', 'KRW 5000'],
    ['￦5000', 'KRW 5000'],
    ['₪-5', 'ILS -5'],
    ['-₦5', '-NGN 5'],
    ['5₫,', '5 VND,'],
    ['(₱.50)', '(PHP .50)'],
    ['100₴→Bob', '100 UAH->Bob'],
    ['₡1/₲2', 'CRC 1/PYG 2'],
    ['₵5 ₸5 ₭5 ₮5 ₼5 ₾5', 'GHS 5 KZT 5 LAK 5 MNT 5 AZN 5 GEL 5'],
    ['৳5 ฿5 ៛5 ؋5 ֏5', 'BDT 5 THB 5 KHR 5 AFN 5 AMD 5'],
    ['50¢', '50c'],
    ['₨500', 'Rs500'],
    ['€5 £5 $5 ¥5', '€5 £5 $5 ¥5'],
  ])('writes the amount %s as %s', (text, spelled) => {
    expect(spellInGsm7(text)).toBe(spelled)
  })

  it.each([
    'Клиника',
    '東京',
    'メルカリ',
    'Αθήνα',
    'שלום',
    '🚀',
    '10²',
    'CO₂',
    '①',
    '₿',
    '₤',
    '﷼',
    '°',
    '\u00a8',
    '\ud83d',
    '?🚀',
  ])('leaves %s, for which there is no spelling, never a question mark in its place', (text) => {
    expect(spellInGsm7(text)).toBe(text)
    expect(septets(text)).toBeNull()
  })
})
