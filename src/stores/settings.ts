/** What `verifySettings` found about an engine that holds records. */
export interface SettingFinding {
  /** The setting, as the engine or its client spells it. */
  readonly setting: string
  /** What it is set to, as the engine says it; null when it could not be read. */
  readonly value: string | null
  /**
   * `unsafe`: in the ordinary course of things a record is lost or a stale one is read. `advice`: only a crash, a power cut
   * or a failover undoes what was answered. `unknown`: it could not be read; look it up where the engine is managed.
   */
  readonly severity: 'unsafe' | 'advice' | 'unknown'
  /** One sentence: what happens, and what to set. */
  readonly advice: string
}

/** When one setting endangers records. */
export interface SettingRule {
  readonly setting: string
  readonly severity: 'unsafe' | 'advice'
  readonly advice: string
  /** Judges the value; `others` are those that this one depends on. */
  readonly isSafe: (value: string, others: ReadonlyMap<string, string>) => boolean
  /** Whether the engine may not have this setting at all, as older and other makes of it do not. */
  readonly optional?: boolean
}

/** What the rules say of settings that were read; a setting that is missing and not optional is `unknown`. */
export function judge(rules: readonly SettingRule[], values: ReadonlyMap<string, string>): readonly SettingFinding[] {
  return rules.flatMap(({ setting, severity, advice, isSafe, optional }): readonly SettingFinding[] => {
    const value = values.get(setting)
    if (value === undefined) return optional === true ? [] : [{ setting, value: null, severity: 'unknown', advice }]
    return isSafe(value, values) ? [] : [{ setting, value, severity, advice }]
  })
}
