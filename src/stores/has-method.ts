/** Whether `value` is an object with a method of that name: all a store can ask of a client without importing its driver. */
export function hasMethod(value: unknown, name: string): boolean {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, name) === 'function'
}
