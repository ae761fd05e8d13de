import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const path = (name: string): string => fileURLToPath(new URL(`../../src/${name}`, import.meta.url))

const files = ['errors.ts', 'options.ts', 'interfaces/events.ts', 'interfaces/refusal.ts', 'interfaces/delivery.ts']
const program = ts.createProgram(files.map(path), { strict: true, module: ts.ModuleKind.NodeNext })

function typeOf(file: string, name: string): ts.Type {
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(path(file))
  const module = source && checker.getSymbolAtLocation(source)
  const symbol = module && checker.getExportsOfModule(module).find((exported) => exported.name === name)
  if (symbol === undefined) throw new Error(`src/${file} exports no ${name}`)
  return checker.getDeclaredTypeOfSymbol(symbol)
}

/** The strings of a union type that a file of `src` exports. */
export function stringsOf(file: string, name: string): readonly string[] {
  const checker = program.getTypeChecker()
  const type = typeOf(file, name)
  const members = type.isUnion() ? type.types : [type]
  return members.map((member) => (member.isStringLiteral() ? member.value : checker.typeToString(member)))
}

/** The names of the members of an interface that a file of `src` exports. */
export function membersOf(file: string, name: string): readonly string[] {
  return typeOf(file, name)
    .getProperties()
    .map((member) => member.name)
}
