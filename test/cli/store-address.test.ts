import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readStoreAddress, redacted, type StoreAddress } from '../../src/cli/store-address.js'

const read = (store?: string, options = {}, env = {}): StoreAddress =>
  readStoreAddress({ ...(store !== undefined && { store }), ...options }, { env })

describe('the address of a store', () => {
  it.each([
    ['postgres://u:p@h/d', 'postgres', 'postgres://u:p@h/d'],
    ['postgresql://h/d?sslmode=require', 'postgres', 'postgresql://h/d?sslmode=require'],
    ['mysql://h/d', 'mysql', 'mysql://h/d'],
    ['mariadb://h/d', 'mysql', 'mysql://h/d'],
    ['redis://h', 'redis', 'redis://h'],
    ['rediss://h:6380/1', 'redis', 'rediss://h:6380/1'],
    ['sqlite:data/a b.db', 'sqlite', 'data/a b.db'],
    ['sqlite:/var/a.db', 'sqlite', '/var/a.db'],
    ['sqlite:///var/a.db', 'sqlite', '/var/a.db'],
    ['pglite:./data', 'pglite', './data'],
  ])('%s is of %s', (store, engine, location) => {
    expect(read(store)).toEqual({ engine, location, table: undefined, prefix: undefined })
  })

  it('comes from the environment when no option gives it', () => {
    expect(read(undefined, {}, { COUNTERSIGN_STORE: 'redis://h' }).engine).toBe('redis')
    expect(read('sqlite:a', {}, { COUNTERSIGN_STORE: 'redis://h' }).engine).toBe('sqlite')
    expect(() => read()).toThrow('there is no store: give --store URL, or set COUNTERSIGN_STORE')
  })

  it('takes a table for SQL and a prefix for Redis', () => {
    expect(read('sqlite:a', { table: 't' }).table).toBe('t')
    expect(read('redis://h', { prefix: 'p:' }).prefix).toBe('p:')
    expect(() => read('redis://h', { table: 't' })).toThrow('--table is for SQL; Redis has --prefix')
    expect(() => read('sqlite:a', { prefix: 'p:' })).toThrow('--prefix is for Redis; SQL has --table')
  })

  it.each([
    'hush',
    'hush://x',
    'mongodb://u:hush@h',
    '__proto__:hush',
    'constructor:x',
    'postgres://u:hush#1@h:x/d',
    'redis://u:hu/sh@h',
    'sqlite:',
    'sqlite://',
    'POSTGRES://h',
  ])('is never repeated when it is wrong: %s', (store) => {
    expect(() => read(store)).toThrow(/^(?!.*hu\/?sh)the URL of the store /)
  })
})

describe('what a driver says', () => {
  it.each([
    ['postgres://u:hush@h/d', 'no access with hush, sorry', 'no access with ***, sorry'],
    ['postgres://u:hu%40sh@h/d', 'hu@sh or hu%40sh', '*** or ***'],
    ['postgres://u:hu@sh@h/d', 'hu@sh', '***'],
    ['redis://:hush@h', 'redis://:hush@h is down', 'redis://:***@h is down'],
    ['postgres://u:hush@h/d?user=a@b', 'hush', '***'],
    ['mysql://u:ü%@h/d', 'the password ü% is wrong', 'the password *** is wrong'],
    ['mysql://u:100%@h/d', 'the password 100% is wrong', 'the password *** is wrong'],
    ['postgres://h/d?user=u&password=hush', 'hush', '***'],
    ['postgres://h/d?sslpassword=a%2Fb', 'a/b a%2Fb', '*** ***'],
    ['postgres://u@h/d', 'no password, nothing hidden', 'no password, nothing hidden'],
    ['postgres://u:$&@h/d', 'a $& b', 'a *** b'],
    ['sqlite:a.db', 'first line\nsecond line', 'first line'],
  ])('is shown without the password of %s', (store, message, shown) => {
    expect(redacted(message, read(store))).toBe(shown)
  })

  it('never shows a password, however it is spelled', () => {
    const password = fc
      .string({ minLength: 3, unit: 'grapheme' })
      .filter((text) => text.isWellFormed() && !/[\n*]/.test(text) && text.trim() === text)
    fc.assert(
      fc.property(password, (text) => {
        const address = read(`postgres://user:${encodeURIComponent(text)}@h/d`)
        const said = redacted(`<${text}> <${encodeURIComponent(text)}> <${address.location}>`, address)
        expect(said).toBe('<***> <***> <postgres://user:***@h/d>')
      }),
    )
  })
})
