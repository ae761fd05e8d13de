import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { bundled } from '../support/bundled.js'
import type { Answer, Job } from './job.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const script = await bundled(fileURLToPath(new URL('working-process.ts', import.meta.url)))

/** Runs each job in a process of its own, all starting at the same moment. A process that died answers null. */
export async function runJobs(jobs: readonly Job[]): Promise<readonly (readonly Answer[] | null)[]> {
  const children = jobs.map((job) =>
    spawn(process.execPath, [script, JSON.stringify(job)], {
      cwd: root,
      stdio: ['pipe', 'pipe', 'inherit'],
    }),
  )
  const ends = children.map((child) => once(child, 'close'))
  await Promise.all(children.map((child) => once(child.stdout, 'data')))
  const outputs = children.map((child) => text(child.stdout))
  for (const child of children) child.stdin.write('go\n')
  await Promise.all(ends)
  const answers = await Promise.all(outputs)
  return answers.map((output) => (output === '' ? null : (JSON.parse(output) as Answer[])))
}
