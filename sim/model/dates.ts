// The model's own calendar: a day is a number of days since 1970-01-01, so that adding and comparing need no thought. Only months
// do. The server counts dates with a library; that both agree is part of what the model is for.

export type Day = number

/** The day of `yyyy-MM-dd`; null where the calendar has no such day. */
export function dayOf(text: string): Day | null {
	const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)
	if (!parts) return null
	const [year, month, date] = parts.slice(1).map(Number) as [number, number, number]
	if (month < 1 || month > 12 || date < 1 || date > lengthOfMonth(year, month)) return null
	return dayFrom(year, month, date)
}

export function textOf(day: Day): string {
	const [year, month, date] = partsOf(day)
	return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`
}

/** As an answer writes a date (protocol 1.5). */
export function wire(day: Day): string {
	return `${textOf(day)}T00:00:00`
}

/** The same day of a later month, or that month's last where it is shorter (protocol 2.1). */
export function plusMonths(day: Day, months: number): Day {
	const [year, month, date] = partsOf(day)
	const [newYear, newMonth] = [year + Math.floor((month - 1 + months) / 12), ((month - 1 + months) % 12) + 1]
	return dayFrom(newYear, newMonth, Math.min(date, lengthOfMonth(newYear, newMonth)))
}

/** The first day on which who was born then is of age: the 18th birthday; 1 March for 29 February (answers 32). */
export function ofAgeFrom(birth: Day): Day {
	const [year, month, date] = partsOf(birth)
	return date > lengthOfMonth(year + 18, month) ? dayFrom(year + 18, month + 1, 1) : dayFrom(year + 18, month, date)
}

function lengthOfMonth(year: number, month: number): number {
	if (month === 2) return isLeap(year) ? 29 : 28
	return [4, 6, 9, 11].includes(month) ? 30 : 31
}

function isLeap(year: number): boolean {
	return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

/** Days before 1 January of a year, counted from year 1. */
function daysBefore(year: number): number {
	const past = year - 1
	return past * 365 + Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400)
}

const epoch = daysBefore(1970)

function dayFrom(year: number, month: number, date: number): Day {
	let day = daysBefore(year) - epoch + date - 1
	for (let each = 1; each < month; each++) day += lengthOfMonth(year, each)
	return day
}

function partsOf(day: Day): [year: number, month: number, date: number] {
	let year = 1970 + Math.floor(day / 365.2425)
	while (dayFrom(year, 1, 1) > day) year--
	while (dayFrom(year + 1, 1, 1) <= day) year++
	let month = 12
	while (dayFrom(year, month, 1) > day) month--
	return [year, month, day - dayFrom(year, month, 1) + 1]
}
