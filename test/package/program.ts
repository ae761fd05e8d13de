import { execFileSync } from 'node:child_process'
import { basename } from 'node:path'
import { run } from './workshop.js'

/** What the program prints when it has come to its end, and nothing else. */
export const DONE = 'signed in by every kind of factor'

/** The program around `consumer.ts`. */
export const MAIN = `import { consume } from './consumer.js'

void consume().then(() => {
  console.log('${DONE}')
})
`

/** Runs a program that is the one above, and holds that it came to its end: one that waits for what never comes ends too. */
export function runProgram(what: string, binary: string, args: readonly string[], folder: string): void {
  const printed = run(`${what}, under ${versionOf(binary)}`, binary, args, folder)
  if (printed.trim() !== DONE) throw new Error(`${what} printed ${JSON.stringify(printed)}`)
}

/** Runs a file of the program by Node, where anything that is deprecated is an error, or by Bun. */
export function runFile(what: string, binary: string, file: string, folder: string): void {
  runProgram(what, binary, isNode(binary) ? ['--throw-deprecation', file] : [file], folder)
}

export function isNode(binary: string): boolean {
  return basename(binary) === 'node'
}

function versionOf(binary: string): string {
  const [line = ''] = execFileSync(binary, ['--version'], { encoding: 'utf8' }).split('\n')
  return `${basename(binary)} ${/\d[\w.]*/.exec(line)?.[0] ?? line}`
}
