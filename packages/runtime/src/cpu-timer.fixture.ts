/**
 * Milliseconds of processor time that this process has taken since. What must end soon is held to that and not to the clock on the
 * wall, which goes on while a crowded machine lets others run.
 */
export function startCpuTimer(): () => number {
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  };
}
