/**
 * The day on which a node image was built, from its name: `AKSAzureLinux-V3gen2-202609.15.0`, formerly
 * `AKSUbuntu-1804gen2containerd-2022.10.03` and `AKSUbuntu:1604:2020.09.30`; of Windows `AKSWindows-2022-containerd-20348.2340.240401`.
 * @returns ISO day; undefined when the name holds no date
 */
export function imageDay(image: string | null | undefined): string | undefined {
  const [, year, month, day] =
    /[-:](20\d{2})\.?(\d{2})\.(\d{2})(?:\.\d+)?$/.exec(image ?? '') ?? /^AKSWindows-.*\.(\d{2})(\d{2})(\d{2})$/i.exec(image ?? '') ?? [];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const text = `${year.length === 2 ? `20${year}` : year}-${month}-${day}`;
  return new Date(Date.parse(`${text}T00:00:00Z`)).getUTCDate() === Number(day) ? text : undefined;
}
