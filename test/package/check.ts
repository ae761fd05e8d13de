import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { runner } from '../realms/runners.js'
import { compile, compileBare, besides, projects, strictest } from './projects.js'
import { isNode, runFile } from './program.js'
import { holdSurface } from './surface.js'
import { inspect, pack } from './tarball.js'
import { inWorkshop, install, readManifest, root, run, tool, write } from './workshop.js'

// Checks the package as others get it: packs it, looks into the tarball, and uses it from projects of every kind.
//
//   tsx test/package/check.ts [binary of Node or Bun ...]      also runs the projects with these

inWorkshop((folder) => {
  const tarball = pack(folder)
  holdSurface(join(root, 'dist'))
  inspect(tarball, folder)

  // One installation, above all projects: it has the package and what it names, and no driver.
  install('the tarball', folder, [tarball, ...besides()])
  compileBare(folder, strictest)
  for (const name of ['@types/node', 'undici-types']) {
    cpSync(tool(name), join(folder, 'node_modules', name), { recursive: true })
  }
  for (const project of projects) compile(folder, project, strictest)
  for (const binary of [process.execPath, ...process.argv.slice(2)]) {
    for (const { name } of projects) runFile(name, binary, join(folder, name, 'main.js'), folder)
    if (isNode(binary)) commandLine(folder, binary)
  }
  jest(folder)
  console.log('package: all well')
})

/** The command that the installation put beside the others. */
function commandLine(folder: string, node: string): void {
  const command = join(folder, 'node_modules/.bin/countersign')
  const printed = run('countersign --version', node, [command, '--version'], folder).trim()
  if (printed !== readManifest().version) throw new Error(`countersign --version printed ${printed}`)
  run('countersign --help', node, [command, '--help'], folder)
}

/** Jest as it comes: no configuration, no transform of node_modules, no import(). */
function jest(folder: string): void {
  const project = join(folder, 'jest')
  cpSync(join(folder, 'cjs-node16/consumer.js'), join(project, 'consumer.js'), { recursive: true })
  write(join(project, 'package.json'), { private: true })
  write(
    join(project, 'consumer.test.js'),
    "const { consume } = require('./consumer')\n\ntest('every kind of factor, from enrolment to sign-in', consume)\n",
  )
  run('jest', process.execPath, [runner('jest/bin/jest.js'), '--ci', '--no-cache'], project)
}
