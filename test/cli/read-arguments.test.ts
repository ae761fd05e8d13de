import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UsageError } from '../../src/cli/failure.js'
import { readArguments } from '../../src/cli/read-arguments.js'

const known = { texts: ['store', 'keys'], flags: ['json'] } as const
const read = (...args: readonly string[]) => readArguments(args, known)

describe('readArguments', () => {
  it('reads values and flags in any order and either spelling', () => {
    expect(read('--json', '--store', 'a', '--keys=b=c')).toEqual({
      texts: { store: 'a', keys: 'b=c' },
      flags: new Set(['json']),
      positionals: [],
    })
    expect(read('--store=-5').texts.store).toBe('-5')
  })

  it('leaves the arguments beside the options in their order', () => {
    expect(readArguments(['a', '--json', 'b'], { ...known, positionals: 2 }).positionals).toEqual(['a', 'b'])
  })

  it.each([
    [['--stroe', 'x'], 'unknown option --stroe'],
    [['--stroe=x'], 'unknown option --stroe'],
    [['-x'], 'unknown option -x'],
    [['--__proto__=x'], 'unknown option'],
    [['--constructor', 'x'], 'unknown option --constructor'],
    [['--store', 'a', '--store', 'b'], '--store is given twice'],
    [['--json', '--json'], '--json is given twice'],
    [['--json=yes'], '--json takes no value'],
    [['--store'], '--store needs a value'],
    [['--store='], '--store needs a value'],
    [['--store', '--json'], '--store needs a value; one that begins with a dash is written --store=…'],
    [['x'], 'there is an argument too many; the value of an option follows its name'],
    [['--', '--json'], 'there is an argument too many; the value of an option follows its name'],
  ])('refuses %j, naming the option', (args, message) => {
    expect(() => read(...args)).toThrow(new UsageError(message))
  })

  it.each(['--key', '--secret', '--secrets', '--password'])('explains why there is no %s', (name) => {
    expect(() => read(name, 'hush')).toThrow(`unknown option ${name}: secrets are not taken from the command line`)
  })

  it('never repeats a value, whatever was typed', () => {
    const secret = fc.stringMatching(/^[a-z]{12}$/)
    const word = fc.constantFrom('--store', '--keys', '--json', '--other', '-x', '--', '')
    const args = fc.array(
      fc.oneof(
        word,
        fc.constant('SECRET'),
        word.map((name) => `${name}=SECRET`),
      ),
      { maxLength: 6 },
    )
    fc.assert(
      fc.property(args, secret, (template, value) => {
        try {
          read(...template.map((word) => word.replace('SECRET', value)))
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError)
          expect((error as Error).message).not.toContain(value)
        }
      }),
    )
  })
})
