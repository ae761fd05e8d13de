/** The namespace of the record under a store key; null for a key that is none of ours. */
export function namespaceOf(key: string): string | null {
  const [, namespace] = /^(?:user|texts|region):([^:]+):./s.exec(key) ?? []
  try {
    return namespace === undefined ? null : decodeURIComponent(namespace)
  } catch {
    return null
  }
}
