// The world of a group: the rows it loaded, and what its commands made of them. Commands see each other's changes here
// long before the database does. Rows are values: a change puts a new row in the place of the old one.

/** Counts what commands put, so that a refusal that left a trace is noticed. */
export class World {
	puts = 0
}

/** The rows of one kind, by key. */
export class Rows<Key, Row> {
	readonly #world: World
	readonly #keyOf: (row: Row) => Key
	readonly #loaded = new Map<Key, Row>()
	readonly #current = new Map<Key, Row>()

	constructor(world: World, keyOf: (row: Row) => Key) {
		this.#world = world
		this.#keyOf = keyOf
	}

	/** Takes in a row as the database has it. */
	load(row: Row): void {
		this.#loaded.set(this.#keyOf(row), row)
		this.#current.set(this.#keyOf(row), row)
	}

	get(key: Key): Row | undefined {
		return this.#current.get(key)
	}

	put(row: Row): void {
		this.#world.puts++
		this.#current.set(this.#keyOf(row), row)
	}

	all(): IterableIterator<Row> {
		return this.#current.values()
	}

	inserted(): Row[] {
		return [...this.#current].flatMap(([key, row]) => (this.#loaded.has(key) ? [] : [row]))
	}

	updated(): { before: Row; after: Row }[] {
		return [...this.#current].flatMap(([key, after]) => {
			const before = this.#loaded.get(key)
			return before === undefined || before === after ? [] : [{ before, after }]
		})
	}
}

/** Rows that are only ever added, in the order in which they were. */
export class Log<Row> {
	readonly #world: World
	readonly added: Row[] = []

	constructor(world: World) {
		this.#world = world
	}

	add(row: Row): void {
		this.#world.puts++
		this.added.push(row)
	}
}
