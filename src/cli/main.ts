#!/usr/bin/env node
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { systemClock, systemRandom } from '../system.js'
import type { Io } from './io.js'
import { run } from './run.js'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

const own = createRequire(import.meta.url)
const { version } = own('countersign/package.json') as { readonly version: string }

const io: Io = {
  env: process.env,
  version,
  columns: process.stderr.isTTY && process.env['TERM'] !== 'dumb' ? process.stderr.columns : null,
  clock: systemClock,
  random: systemRandom,
  print: (text) => void process.stdout.write(text),
  report: (text) => void process.stderr.write(text),
  load,
  onInterrupt(listener) {
    for (const signal of SIGNALS) process.once(signal, listener)
    return () => {
      for (const signal of SIGNALS) process.off(signal, listener)
    }
  },
}

/** Drivers are the project's: looked for from where the command runs, then beside this package. */
function load(name: string): unknown {
  if (name.startsWith('node:')) return process.getBuiltinModule(name) ?? null
  const project = createRequire(join(process.cwd(), 'package.json'))
  const from = [project, own].find((base) => resolves(base, name))
  return from === undefined ? null : from(name)
}

function resolves(base: NodeJS.Require, name: string): boolean {
  try {
    base.resolve(name)
    return true
  } catch {
    return false
  }
}

// Whoever reads the output may stop reading, as `head` does.
process.stdout.on('error', () => process.exit())

const code = await run(process.argv.slice(2), io)
// A driver that hangs must not keep the process; both streams are written out first.
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)))
