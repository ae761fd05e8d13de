const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:e|A|iOS)?\/(\d+)/, 'Edge'],
  [/\bOPR\/(\d+)/, 'Opera'],
  [/\b(?:Firefox|FxiOS)\/(\d+)/, 'Firefox'],
  [/\b(?:Chrome|CriOS|HeadlessChrome)\/(\d+)/, 'Chrome'],
  [/(?:\bVersion\/(\d+).*)?\bSafari\//, 'Safari'],
]

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\b(iPhone|iPad)\b/, 'iOS'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
]

/** What to call a trusted computer in the list, such as "Firefox · Windows". Only a name: nothing rests on it. */
export function browserName(userAgent: string | undefined): string {
  const nameIn = (list: readonly (readonly [RegExp, string])[]): string[] =>
    list
      .filter(([pattern]) => pattern.test(userAgent ?? ''))
      .map(([, name]) => name)
      .slice(0, 1)
  return [...nameIn(BROWSERS), ...nameIn(SYSTEMS)].join(' · ') || 'Browser'
}

/** Such as "Firefox 139", which tells two alike apart; null when the browser does not say. */
export function browserVersion(userAgent = ''): string | null {
  for (const [pattern, name] of BROWSERS) {
    const version = pattern.exec(userAgent)?.[1]
    if (version !== undefined) return `${name} ${version}`
  }
  return null
}
