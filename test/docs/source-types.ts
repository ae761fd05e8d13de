import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import type { TwoFactor } from '../../src/two-factor.js'

/** Where each group of operations is declared. */
export const operationGroups = {
  challenge: { file: 'interfaces/challenge.ts', name: 'ChallengeOperations' },
  enrolment: { file: 'interfaces/enrolment.ts', name: 'EnrolmentOperations' },
  factors: { file: 'interfaces/factors.ts', name: 'FactorOperations' },
  recoveryCodes: { file: 'interfaces/recovery-codes.ts', name: 'RecoveryCodeOperations' },
  trustedDevices: { file: 'interfaces/trusted-devices.ts', name: 'TrustedDeviceOperations' },
  account: { file: 'interfaces/account.ts', name: 'AccountOperations' },
  admin: { file: 'interfaces/admin.ts', name: 'AdminOperations' },
  maintenance: { file: 'interfaces/maintenance.ts', name: 'MaintenanceOperations' },
} satisfies Readonly<Record<keyof TwoFactor, { readonly file: string; readonly name: string }>>

const path = (name: string): string => fileURLToPath(new URL(`../../src/${name}`, import.meta.url))

const files = [
  'errors.ts',
  'options.ts',
  'interfaces/events.ts',
  'interfaces/refusal.ts',
  'interfaces/delivery.ts',
  ...Object.values(operationGroups).map(({ file }) => file),
]
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
